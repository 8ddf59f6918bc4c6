"""Every value of a JSON text is found on its line, however the text is laid out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.contract.places import locate
from simulator.contract.violations import escape

NAMES = st.text(max_size=4) | st.sampled_from(["", "/", "~", "~1", 'a"b', "\\", "\n", "{", "a,b", "ä", "\u2028", "😀"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)
LAYOUTS = st.tuples(
    st.lists(st.text(" \n\t\r", max_size=3), min_size=1, max_size=7).map(cycle),
    st.lists(st.booleans(), min_size=1, max_size=5).map(cycle),
)


Layout = tuple[Iterator[str], Iterator[bool]]


@dataclass
class Writer:
    """Writes a value with any blanks between its pieces, and notes where each value begins."""

    blanks: Iterator[str]
    escaped: Iterator[bool]
    text: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    def put(self, piece: str) -> None:
        self.text += next(self.blanks)
        self.here = self.text.count("\n") + 1
        self.text += piece

    def write(self, value: Any, pointer: str = "", *, is_noted: bool = True) -> None:
        opening = "{" if isinstance(value, dict) else "[" if isinstance(value, list) else ""
        self.put(opening or json.dumps(value, ensure_ascii=next(self.escaped)))
        if is_noted:
            self.lines[pointer] = self.here
        if isinstance(value, list):
            for number, item in enumerate(value):
                self.comma(number)
                self.write(item, f"{pointer}/{number}")
            self.put("]")
        elif isinstance(value, dict):
            for number, (name, item) in enumerate(value.items()):
                self.comma(number)
                self.put(json.dumps(name, ensure_ascii=next(self.escaped)))
                inner = f"{pointer}/{escape(name)}"
                self.lines[inner] = self.here
                self.put(":")
                self.write(item, inner, is_noted=False)
            self.put("}")

    def comma(self, number: int) -> None:
        if number:
            self.put(",")


@given(VALUES, LAYOUTS)
def test_every_value_is_found_on_the_line_where_it_was_written(value: Any, layout: Layout) -> None:
    writer = Writer(*layout)
    writer.write(value)
    assert json.loads(writer.text) == value, "the model writes JSON"

    places = locate(writer.text)

    assert places.lines == writer.lines
    assert places.repeated is None


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), LAYOUTS)
def test_a_repeated_member_is_found_on_its_line(value: dict[str, Any], layout: Layout) -> None:
    name = min(value)
    writer = Writer(*layout)
    writer.write({"before": [1, {"x": 2}], **{f"{other}!": part for other, part in value.items()}})
    text = writer.text.rstrip().removesuffix("}")
    again = f'{text},"{"x"}":\n{json.dumps(value)},\n{json.dumps(f"{name}!")}:0\n}}'

    places = locate(again)

    assert places.repeated == (f"/{escape(name)}!", again.count("\n"))


@given(st.text(' \n{}[]:,"\\a1', max_size=30))
@example("}")
@example('{"a')
@example('{"\\x": 1}')
@example("[1,{2:3}]")
def test_what_is_not_json_is_no_error(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in locate(text).lines.values())


def test_a_deeply_nested_text_is_no_error_either() -> None:
    assert locate("[" * 100_000).line("/0/0/0") == 1


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/ledgers", 2),
        ("/ledgers/ledgerRows/1", 4),
        ("/ledgers/ledgerRows/1/amount", 5),
        ("/ledgers/ledgerRows/1/accountNumber", 4),
        ("/ledgers/ledgerIdentifier", 2),
        ("/payments", 1),
        ("query:status", 1),
    ],
)
def test_what_is_missing_is_told_at_the_value_around_it(pointer: str, line: int) -> None:
    text = '{\n "ledgers": {\n  "ledgerRows": [{"amount": 1},\n   {"x": 1,\n    "amount":\n 2}]}}'

    assert locate(text).line(pointer) == line


def test_an_escaped_name_is_found_by_its_pointer() -> None:
    assert locate('{"a": 1,\n "\\u0061/~": {"b":\n 2}}').line("/a~1~0/b") == 2
