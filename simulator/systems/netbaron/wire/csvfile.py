"""A file of accounting receipts: from bytes to lines whose columns are known, as NetBaron's page describes it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from simulator.systems.netbaron.wire.messages import Fault, RefusedError

Kind = Literal["text", "date", "integer", "amount", "percent"]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of the file; each is itself alone."""

    finnish: str
    english: str
    kind: Kind
    length: int
    is_required: bool = False


SERIES = Column("Numerosarja", "Number series", "text", 35)
NUMBER = Column("Tositenumero", "Receipt number", "text", 35, is_required=True)
DATE = Column("Kirjauspäivä", "Booking date", "date", 10, is_required=True)
DESCRIPTION = Column("Vientiselite", "Entry description", "text", 210)
ACCOUNT = Column("Tili", "Account", "integer", 9, is_required=True)
COST_CENTER = Column("Kustannuspaikka", "Cost center", "integer", 9)
JOB = Column("Työnro", "Job number", "text", 35)
VAT_CODE = Column("Alv-koodi", "VAT code", "integer", 9)
VAT_PERCENT = Column("Alv-%", "VAT-%", "percent", 9)
VAT_ACCOUNT = Column("Alv-tili", "VAT account", "integer", 9)
NET = Column("Veroton summa", "Tax-free amount", "amount", 22)
GROSS = Column("Verollinen summa", "Taxable amount", "amount", 22)
VAT = Column("Alv summa", "VAT amount", "amount", 22)
RETURNED_VAT = Column("Käsiteltävä alv", "Taxable VAT", "amount", 22)
COLUMNS = (
    SERIES, NUMBER, DATE, DESCRIPTION, ACCOUNT, COST_CENTER, JOB, VAT_CODE, VAT_PERCENT, VAT_ACCOUNT,
    NET, GROSS, VAT, RETURNED_VAT,
)  # fmt: skip
"""In the order of the vendor's page, whose public text ends here: there may be more."""
BY_HEADER = {header.casefold(): column for column in COLUMNS for header in (column.finnish, column.english)}

SEPARATORS = (";", "\t", ",", ":", " ")
CHARSETS = frozenset({
    "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1",
    "iso-8859-15", "windows-1252", "cp1252", "cp850", "cp437", "macintosh", "mac-roman",
})  # fmt: skip
FALLBACK = "windows-1252"
"""What a file is read as that names no character set and is not UTF-8."""

NOT_A: Mapping[Kind, str] = {
    "integer": "NOT_AN_INTEGER",
    "amount": "NOT_AN_AMOUNT",
    "percent": "NOT_A_PERCENT",
    "date": "NOT_A_DATE",
}
"""The code of a cell that is not of its kind; a text always is."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_AMOUNT = re.compile(r"-?[0-9]+(?:[.,][0-9]{1,2})?")
_INTEGER = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the cells that are not empty."""

    row: int
    """From 1; the header is not counted."""
    place: int
    """The line of the file on which it ends, from 1."""
    cells: Mapping[Column, str]

    def text(self, column: Column) -> str:
        """Return a cell; empty if there is nothing in it."""
        return self.cells.get(column, "")

    def amount(self, column: Column) -> Decimal | None:
        """Return an amount or a percentage that `faults_of` found right; None if there is none."""
        text = self.cells.get(column)
        return None if text is None else Decimal(text.replace(",", "."))

    def fault(self, code: str, column: Column, text: str) -> Fault:
        """Return a fault of a cell."""
        return Fault(code, f"Row {self.row} (line {self.place}), {column.finnish}: {text}", column.finnish)


def read_lines(body: bytes, charset: str, *, is_extended: bool, takes_unknown: bool) -> list[Line]:
    """Return the lines of a file. *takes_unknown* passes over columns that nobody knows. Raises RefusedError."""
    text = _decoded(body, charset)
    first = _LINE_END.split(text, maxsplit=1)[0]
    if first.lower().replace(" ", "").lstrip('"').startswith("sep="):
        raise _refused("SEPARATOR_LINE", "a first line that says sep= is not possible")
    header: Sequence[Column | None] = COLUMNS if is_extended else COLUMNS[2:]
    separator, has_header = _separator(first, header.index(NET) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise _refused("NOT_CSV", f"line {reader.line_num}: {error}") from None
    if has_header and rows:
        header = _header(rows.pop(0)[1], takes_unknown=takes_unknown)
    if not rows:
        raise _refused("NO_ROWS", "there is no row in the file")
    return [_line(row, place, cells, header) for row, (place, cells) in enumerate(rows, 1)]


def _refused(code: str, text: str) -> RefusedError:
    return RefusedError(400, Fault(code, text))


def _decoded(body: bytes, charset: str) -> str:
    name = charset.lower()
    if name and name not in CHARSETS:
        raise _refused("CHARSET_UNKNOWN", f"the simulator cannot read the character set {name[:40]}")
    if not name and body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        name = "utf-16"
    for coding in [name] if name else ["utf-8", FALLBACK]:
        try:
            return body.decode(coding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise _refused("CHARSET_WRONG", f"the file is not {name[:40] or f'UTF-8, and not {FALLBACK} either'}")


def _separator(first: str, cells_min: int) -> tuple[str, bool]:
    """Return what separates the cells, and whether the first line is a header: it is if it has a known name.

    Without one the first separator counts that makes at least *cells_min* cells.
    """
    cells = {separator: _cells(first, separator) for separator in SEPARATORS}
    known = {
        separator: sum(cell.strip().casefold() in BY_HEADER for cell in cells[separator]) for separator in SEPARATORS
    }
    best = max(SEPARATORS, key=lambda separator: known[separator])
    if known[best]:
        return best, True
    enough = (separator for separator in SEPARATORS if len(cells[separator]) >= cells_min)
    return next(enough, SEPARATORS[0]), False


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _header(cells: list[str], *, takes_unknown: bool) -> list[Column | None]:
    columns = [BY_HEADER.get(cell.strip().casefold()) for cell in cells]
    faults = [
        Fault(
            "COLUMN_UNKNOWN",
            f"the column {cell.strip()[:60]!r} is none of those that the public part of the vendor's page names",
            cell.strip()[:60],
        )
        for cell, column in zip(cells, columns, strict=True)
        if column is None and not takes_unknown
    ]
    faults += [
        Fault("COLUMN_TWICE", f"the column {column.finnish} is there twice", column.finnish)
        for column in COLUMNS
        if columns.count(column) > 1
    ]
    if faults:
        raise RefusedError(400, *faults)
    return columns


def _line(row: int, place: int, cells: list[str], header: Sequence[Column | None]) -> Line:
    if len(cells) > len(header):
        raise _refused("TOO_MANY_CELLS", f"Row {row} (line {place}): {len(cells)} cells for {len(header)} columns")
    kept: dict[Column, str] = {}
    for column, cell in zip(header, cells, strict=False):
        # The description alone is kept with the blanks around it.
        text = cell if column is DESCRIPTION else cell.strip()
        if column is not None and text:
            kept[column] = text
    return Line(row, place, kept)


def faults_of(line: Line, *, is_extended: bool, takes_decimals: bool) -> Iterator[Fault]:
    """Yield what is wrong with the cells of a line: what is missing, too long or of another type."""
    for column in COLUMNS:
        text = line.text(column)
        if not is_extended and column in {SERIES, NUMBER}:
            continue
        if not text:
            if column.is_required:
                yield line.fault("MISSING", column, "is required")
        elif len(text) > column.length:
            yield line.fault("TOO_LONG", column, f"has {len(text)} characters, and may have {column.length}")
        elif fault := _misfit(text, column.kind, takes_decimals=takes_decimals):
            yield line.fault(NOT_A[column.kind], column, f"{text!r} {fault}")
    if NET not in line.cells and GROSS not in line.cells:
        yield line.fault("MISSING", NET, f"this or {GROSS.finnish} is required")


def _misfit(text: str, kind: Kind, *, takes_decimals: bool) -> str:
    if kind == "integer" and not _INTEGER.fullmatch(text):
        return "is not an integer"
    if kind == "percent" and not (_DECIMAL if takes_decimals else _INTEGER).fullmatch(text):
        return "is not a percentage" if takes_decimals else "is not an integer"
    if kind == "amount" and not _AMOUNT.fullmatch(text):
        return "is not an amount with at most two decimals"
    if kind == "date" and not iso_date(text):
        return "is no date of the form 1.1.2026 or 2026-01-01"
    return ""


_FINNISH = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def iso_date(text: str) -> str:
    """Return a date in either form as ISO 8601; empty if it is none."""
    if match := _FINNISH.fullmatch(text):
        day, month, year = match.groups()
    elif match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    else:
        return ""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
