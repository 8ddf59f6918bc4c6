"""A file of receipts: separators, quotes, headers in both languages, types, lengths and character sets."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.systems.netbaron.wire import csvfile as file
from simulator.systems.netbaron.wire.csvfile import COLUMNS, SEPARATORS, Line, faults_of, iso_date, read_lines
from simulator.systems.netbaron.wire.messages import RefusedError

TEXT = 'Tositenumero;Kirjauspäivä;Vientiselite;Tili;Veroton summa\n11-1;1.2.2026;"Vuokra; ""tammi""";7230;100\n'


def lines(text: str | bytes, charset: str = "", *, extended: bool = True, unknown: bool = False) -> list[Line]:
    body = text.encode() if isinstance(text, str) else text
    return read_lines(body, charset, is_extended=extended, takes_unknown=unknown)


def refused(text: str | bytes, charset: str = "") -> list[str]:
    with pytest.raises(RefusedError) as caught:
        lines(text, charset)
    assert caught.value.status == 400
    return [fault.code for fault in caught.value.faults]


def codes(cells: dict[file.Column, str], *, extended: bool = True, decimals: bool = True) -> list[str]:
    whole = {file.NUMBER: "11-1", file.DATE: "2026-01-01", file.ACCOUNT: "3000", file.NET: "1", **cells}
    line = Line(1, 2, {column: text for column, text in whole.items() if text})
    return [f"{fault.code} {fault.field}" for fault in faults_of(line, is_extended=extended, takes_decimals=decimals)]


def test_quotes_protect_separators_and_quotes() -> None:
    (line,) = lines(TEXT)

    assert line.text(file.DESCRIPTION) == 'Vuokra; "tammi"'
    assert (line.row, line.place) == (1, 2)
    assert line.amount(file.NET) == Decimal(100)
    assert line.amount(file.GROSS) is None


@settings(deadline=None)
@given(
    separator=st.sampled_from(SEPARATORS),
    english=st.booleans(),
    order=st.permutations(COLUMNS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    text=st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30).filter(str.strip),
)
def test_every_column_is_found_by_either_name_in_any_order_behind_any_separator(
    separator: str, order: list[file.Column], end: str, text: str, *, english: bool
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow([column.english if english else column.finnish for column in order])
    cells = [text if column is file.DESCRIPTION else str(place) for place, column in enumerate(order)]
    writer.writerow(cells)

    (line,) = lines(written.getvalue())

    assert {column: line.text(column) for column in order} == dict(zip(order, cells, strict=True))


def test_headers_are_known_in_whatever_case_and_with_blanks_around() -> None:
    (line,) = lines("receipt NUMBER ; booking date;ACCOUNT;taxable amount\n11-1;2026-01-01;3000;5\n")

    assert (line.text(file.NUMBER), line.text(file.GROSS)) == ("11-1", "5")


def test_a_file_without_a_header_has_the_columns_of_the_page_in_order() -> None:
    row = "11;11-1;1.1.2026;Rent of January, paid;3000;100;P1;20;24;29391;1240;1537.60;297.6;297.6"
    (line,) = lines(row)
    (plain,) = lines(row.split(";", 2)[2], extended=False)

    assert [line.text(column) for column in COLUMNS] == row.split(";")
    assert [plain.text(column) for column in COLUMNS[2:]] == row.split(";")[2:]


def test_lines_that_are_empty_are_no_rows_and_short_ones_end_in_empty_cells() -> None:
    found = lines("Tili;Vientiselite\n\n3000\n;\n4000;x\n")

    assert [(line.row, line.place, line.text(file.ACCOUNT)) for line in found] == [(1, 3, "3000"), (2, 5, "4000")]


@pytest.mark.parametrize("first", ["sep=;", "SEP=,", "sep = ;", '"sep=;"'])
def test_a_line_that_names_the_separator_is_not_possible(first: str) -> None:
    assert refused(f"{first}\n{TEXT}") == ["SEPARATOR_LINE"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NO_ROWS"),
        ("Tili;Veroton summa\n", "NO_ROWS"),
        ('Tili;Vientiselite\n3000;"open\n', "NOT_CSV"),
        ('Tili;Vientiselite\n3000;"a"b\n', "NOT_CSV"),
        (f"Tili\n{'x' * 200_000}\n", "NOT_CSV"),
        ("x" * 200_000, "NOT_CSV"),
        ("Tili\n3000;2\n", "TOO_MANY_CELLS"),
        ("Tili;Tili\n3000;2\n", "COLUMN_TWICE"),
        ("Tili;Account\n3000;2\n", "COLUMN_TWICE"),
        ("Tili;Valuutta\n3000;EUR\n", "COLUMN_UNKNOWN"),
    ],
)
def test_what_is_no_file_of_receipts_is_refused(text: str, code: str) -> None:
    assert refused(text) == [code]


def test_a_column_that_nobody_knows_can_be_passed_over() -> None:
    (line,) = lines("Tili;Valuutta;Vientiselite\n3000;EUR;x\n", unknown=True)

    assert (line.text(file.ACCOUNT), line.text(file.DESCRIPTION)) == ("3000", "x")


@pytest.mark.parametrize(
    ("coding", "charset"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-8", "UTF-8"), ("windows-1252", ""), ("iso-8859-15", "ISO-8859-15"),
     ("utf-16", ""), ("utf-16", "utf-16"), ("cp850", "cp850"), ("mac-roman", "macintosh")],
)  # fmt: skip
def test_any_character_set_is_read(coding: str, charset: str) -> None:
    (line,) = lines(TEXT.replace("Vuokra", "Työhuone").encode(coding), charset)

    assert line.text(file.DESCRIPTION) == 'Työhuone; "tammi"'


def test_bytes_that_are_not_of_their_character_set_are_refused() -> None:
    assert refused("Tili;Työnro\n3000;1\n".encode("latin-1"), "utf-8") == ["CHARSET_WRONG"]
    assert refused(b"Tili\n\x81\xff\n") == ["CHARSET_WRONG"]
    assert refused(b"\xff\xfea") == ["CHARSET_WRONG"]
    assert refused(TEXT, "klingon") == ["CHARSET_UNKNOWN"]


@pytest.mark.parametrize("column", [file.NUMBER, file.DATE, file.ACCOUNT])
def test_a_required_cell_is_required(column: file.Column) -> None:
    assert codes({column: ""}) == [f"MISSING {column.finnish}"]


def test_the_plain_import_needs_no_number() -> None:
    assert codes({file.NUMBER: "", file.SERIES: "x" * 99}, extended=False) == []


def test_one_of_two_amounts_is_required() -> None:
    assert codes({file.NET: ""}) == ["MISSING Veroton summa"]
    assert codes({file.NET: "", file.GROSS: "1"}) == []


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.kind != "date"])
def test_a_cell_may_be_just_as_long_as_the_page_says(column: file.Column) -> None:
    digits = "1" * column.length

    assert codes({column: digits}) == []
    assert codes({column: digits + "1"}) == [f"TOO_LONG {column.finnish}"]


@pytest.mark.parametrize(
    ("column", "text", "is_right"),
    [
        (file.ACCOUNT, "3000", True), (file.ACCOUNT, "3000A", False), (file.ACCOUNT, "-1", False),
        (file.ACCOUNT, "٣٠٠٠", False),
        (file.COST_CENTER, "100", True), (file.COST_CENTER, "North", False), (file.VAT_CODE, "2O", False),
        (file.VAT_ACCOUNT, "2939x", False), (file.JOB, "P2020123", True),
        (file.NET, "1240", True), (file.NET, "1240.00", True), (file.NET, "1537.6", True), (file.NET, "-12,50", True),
        (file.NET, "1.234,50", False), (file.NET, "1.005", False), (file.NET, "1e3", False), (file.NET, "+1", False),
        (file.NET, ".5", False), (file.NET, "1 000", False), (file.VAT, "x", False), (file.RETURNED_VAT, "x", False),
        (file.VAT_PERCENT, "24", True), (file.VAT_PERCENT, "25.5", True), (file.VAT_PERCENT, "25,5", True),
        (file.VAT_PERCENT, "-1", False), (file.VAT_PERCENT, "x", False),
        (file.DATE, "1.1.2020", True), (file.DATE, "2020-01-01", True), (file.DATE, "2020-1-1", False),
        (file.DATE, "31.2.2026", False), (file.DATE, "1/1/2020", False), (file.DATE, "1.1.20", False),
    ],
)  # fmt: skip
def test_a_cell_has_the_type_that_the_page_says(column: file.Column, text: str, *, is_right: bool) -> None:
    assert (codes({column: text}) == []) is is_right


def test_a_percentage_is_an_integer_where_the_page_is_taken_at_its_word() -> None:
    assert codes({file.VAT_PERCENT: "24"}, decimals=False) == []
    assert codes({file.VAT_PERCENT: "25.5"}, decimals=False) == ["NOT_A_PERCENT Alv-%"]


def test_a_fault_says_row_line_and_column() -> None:
    (line,) = lines("Tili;Vientiselite\n\n3000;x\n")

    assert line.fault("X", file.ACCOUNT, "is bad").text == "Row 1 (line 3), Tili: is bad"


@pytest.mark.parametrize(
    ("text", "date"),
    [("1.2.2026", "2026-02-01"), ("01.02.2026", "2026-02-01"), ("2026-02-01", "2026-02-01"), ("29.2.2025", ""),
     ("0000-01-01", ""), ("x", ""), ("", "")],
)  # fmt: skip
def test_a_date_is_read_in_either_form(text: str, date: str) -> None:
    assert iso_date(text) == date


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-16", "x"]))
def test_garbage_is_refused_and_raises_nothing_else(body: bytes, charset: str) -> None:
    try:
        found = read_lines(body, charset, is_extended=True, takes_unknown=False)
    except RefusedError:
        return
    for line in found:
        list(faults_of(line, is_extended=True, takes_decimals=True))
