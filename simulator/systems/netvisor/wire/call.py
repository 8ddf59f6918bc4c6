"""A request to Netvisor that was let in: its parameters, its message, and what they may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from simulator.clock import Instant
from simulator.systems.base import Request
from simulator.systems.netvisor.wire import forms
from simulator.systems.netvisor.wire.refusals import Code, RefusedError, fault, refuse
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, Grammar, MalformedXMLError, fold, parse

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
FAULTS_MAX = 3
OVER_LONG: dict[str, Code] = {
    "INVALID_DATA_SIZE": "INVALID_DATA_SIZE", "INVALID_DATA": "INVALID_DATA", "TECHNICAL_ERROR": "TECHNICAL_ERROR",
}  # fmt: skip


@dataclass
class Call:
    """A request that was let in."""

    site: Site
    request: Request
    now: Instant
    language: str

    @property
    def readings(self) -> Mapping[str, str]:
        """Return the answers to the open questions."""
        return self.site.readings

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Return the parameters that have a value, their names in lower case; of a double the first."""
        found: dict[str, str] = {}
        for name, value in self.request.parameters:
            if value.strip():
                found.setdefault(name.lower(), value.strip())
        return found

    def text(self, name: str) -> str:
        """Return a parameter; empty if it was not given."""
        return self.parameters.get(name, "")

    def number(self, name: str) -> int | None:
        """Return a parameter that is a number; None if it was not given. Raises RefusedError."""
        given = self.text(name)
        return self._integer(name, given) if given else None

    def numbers(self, name: str, most: int) -> list[int]:
        """Return a parameter that lists numbers with commas between them. Raises RefusedError."""
        given = [part.strip() for part in self.text(name).split(",") if part.strip()]
        if len(given) > most:
            raise refuse("INVALID_DATA", "too-many", name, most)
        return [self._integer(name, part) for part in given]

    def day(self, name: str) -> str:
        """Return a parameter that is a date; empty if it was not given. Raises RefusedError."""
        given = self.text(name)
        day = forms.read_day(given) if given else ""
        if day is None:
            raise refuse("INVALID_DATA", "parameter-bad", name, given)
        return day

    def moment(self, name: str) -> Instant | None:
        """Return a parameter that is a date, with a time or without; None if it was not given."""
        given = self.text(name)
        moment = forms.read_moment(given) if given else None
        if given and moment is None:
            raise refuse("INVALID_DATA", "parameter-bad", name, given)
        return moment

    def choice(self, name: str, known: tuple[str, ...], default: str) -> str:
        """Return a parameter that has one of some values. Raises RefusedError."""
        given = self.text(name).lower() or default
        if given not in known:
            raise refuse("INVALID_DATA", "parameter-bad", name, given)
        return given

    @staticmethod
    def _integer(name: str, given: str) -> int:
        # Longer numbers are no keys, and int() refuses what is thousands of digits long.
        if not (given.isascii() and given.isdecimal() and len(given) <= DIGITS_MAX):
            raise refuse("INVALID_DATA", "parameter-bad", name, given)
        return int(given)

    def message(self, grammar: str, lengths: Mapping[str, int]) -> Element:
        """Return what stands in the root of the message, in lower case and in its grammar. Raises RefusedError."""
        declared = _CHARSET.search(self.request.header("content-type") or "")
        try:
            root = self._parsed(declared.group(1) if declared else "")
        except MalformedXMLError as error:
            raise refuse("INVALID_DATA", "xml", error.detail) from None
        fold(root)
        broken = [entry.detail for entry in islice(_grammar(self.site, grammar).faults(root), FAULTS_MAX)]
        if broken:
            raise refuse("INVALID_DATA", "xml", " ".join(broken))
        self._measure(root, lengths)
        return root[0]

    def _parsed(self, charset: str) -> Element:
        try:
            return parse(self.request.body, charset)
        except MalformedXMLError:
            # The vendor asks for ISO-8859-15 and lets the declaration away; some say utf-8 in the header regardless.
            if _is_utf8(self.request.body):
                raise
            return parse(self.request.body, "iso-8859-15")

    def _measure(self, root: Element, lengths: Mapping[str, int]) -> None:
        code = OVER_LONG[self.readings["over_long"]]
        over = [
            fault("too-long", element.tag, lengths[element.tag], len(element.text), line=_line_of(element))
            for element in root.iter()
            if element.text and len(element.text) > lengths.get(element.tag, len(element.text))
        ]
        if over:
            raise RefusedError(code, over[:FAULTS_MAX])


DIGITS_MAX = 18
LINES = frozenset({"voucherline", "invoiceline"})


def _line_of(element: Element) -> int:
    """Return the number of the line in which an element stands, from 1; 0 outside of lines."""
    for one in (element, *element.iterancestors()):
        if one.tag in LINES:
            return 1 + sum(1 for _ in one.itersiblings(one.tag, preceding=True))
    return 0


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _grammar(site: Site, name: str) -> Grammar:
    return _compiled(site.about.folder / f"{name}.xsd")


@lru_cache(maxsize=32)
def _compiled(path: Path) -> Grammar:
    return Grammar(path)
