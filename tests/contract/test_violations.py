"""Violations as they are shown: where, what, why; short enough to be read, whatever the client sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.jsontext import dumps, loads
from simulator.contract.violations import VALUE_LENGTH_MAX, Violation, escape, pointer, shorten, summary
from tests.strategies import json_values


def violation(where: str = "/a", value: Any = 1, detail: str = "is wrong") -> Violation:
    """A violation of no matter what."""
    return Violation(where, value, "a-rule", "something else", detail, "assumed", "none")


def test_a_violation_is_shown_with_everything_that_is_known_of_it() -> None:
    assert violation().show() == {
        "pointer": "/a",
        "value": 1,
        "rule": "a-rule",
        "expected": "something else",
        "detail": "is wrong",
        "basis": "assumed",
        "source": "none",
    }


def test_a_sentence_names_the_place() -> None:
    assert violation().sentence() == "/a: is wrong"
    assert violation("").sentence() == "the body: is wrong"


def test_a_summary_is_one_line_whatever_the_number() -> None:
    assert summary([]) == "it breaks the contract."
    assert summary([violation()]) == "/a: is wrong."
    assert summary([violation(), violation("/b"), violation("/c")]) == "/a: is wrong (and 2 more)."


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None), (True, True), (False, False), (0, 0), (-12, -12), ("text", "text"), ("", ""),
        (Decimal("2990.00"), Decimal("2990.00")), ({}, "an object of 0 members"), ({"a": 1}, "an object of 1 members"),
        ([], "an array of 0 items"), ([1, 2], "an array of 2 items"), (Decimal("1E+400"), "1E+400"),
        (Decimal("1E-999999999"), "1E-999999999"), (10**39, 10**39), (10**40, "1" + "0" * 40),
        (10**100, "a number of many digits"), (-(10**4_000), "a number of many digits"),
        (Decimal("0." + "1" * 100), "0." + "1" * 100), ("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…"),
    ],
    ids=range(21),
)  # fmt: skip
def test_a_value_is_shown_exactly_where_it_is_short(value: Any, shown: Any) -> None:
    assert repr(shorten(value)) == repr(shown)


@given(json_values() | st.text(min_size=150, max_size=300) | st.integers(10**300, 10**301))
def test_any_value_can_be_shown_as_json_and_is_short(value: Any) -> None:
    shown = shorten(value)

    assert len(dumps(shown).decode()) <= VALUE_LENGTH_MAX * 6 + 2
    assert len(str(shown)) <= VALUE_LENGTH_MAX
    assert loads(dumps(violation(value=value).show()))["value"] == shown


def test_a_number_of_a_megabyte_is_cut() -> None:
    assert len(shorten(Decimal("0." + "1" * 1_000_000))) == VALUE_LENGTH_MAX


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ([], ""), (["ledgers", "ledgerRows", 0], "/ledgers/ledgerRows/0"), ([""], "/"), (["a/b", "m~n"], "/a~1b/m~0n"),
        (["~1"], "/~01"), (["ä", " "], "/ä/ "),
    ],
)  # fmt: skip
def test_a_path_is_shown_as_a_json_pointer(path: list[str | int], shown: str) -> None:
    assert pointer(path) == shown


@given(st.lists(st.text(), max_size=4))
def test_a_json_pointer_reads_back(path: list[str]) -> None:
    steps = pointer(list(path)).split("/")[1:]

    assert [step.replace("~1", "/").replace("~0", "~") for step in steps] == path
    assert all("/" not in escape(step) for step in path)
