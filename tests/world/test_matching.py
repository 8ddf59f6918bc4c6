"""Which documents a rule means."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world.matching import fits_pattern, is_wanted, matches, values

DOCUMENT = {
    "number": "10", "amount": Decimal("2.50"), "draft": True, "note": None, "a.b": 7, "a": {"b": 8},
    "rows": [{"account": "1701"}, {"account": "3000", "tags": ["x", "y"]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"number": "10"}, True),
        ({"number": 10}, False),
        ({"number": "1*"}, True),
        ({"number": ["9", "10"]}, True),
        ({"number": ["9"]}, False),
        ({"amount": Decimal("2.5")}, True),
        ({"amount": 2}, False),
        ({"draft": True}, True),
        ({"draft": 1}, False),
        ({"note": None}, True),
        ({"missing": None}, False),
        ({"missing": "*"}, False),
        ({"a.b": 7}, True),
        ({"a.b": 8}, False),
        ({"rows.account": "3000"}, True),
        ({"rows.account": "4000"}, False),
        ({"rows.tags": "y"}, True),
        ({"rows.tags.z": "y"}, False),
        ({"number": "10", "rows.account": "3*"}, True),
        ({"number": "10", "rows.account": "4*"}, False),
    ],
)
def test_all_members_that_are_named_must_have_the_wanted_values(match: dict[str, Any], fits: bool) -> None:  # noqa: FBT001
    assert matches(match, DOCUMENT) is fits


def test_a_name_without_a_dot_looks_no_deeper() -> None:
    assert list(values(DOCUMENT, "account")) == []
    assert list(values("text", "a.b")) == []


def test_whole_numbers_and_decimals_are_the_same_number() -> None:
    assert is_wanted(2, Decimal("2.00"))
    assert not is_wanted(1, DOCUMENT["draft"])
    assert not is_wanted("1", 1)


@given(st.text("ab*", max_size=8), st.text("ab*\n", max_size=12))
def test_a_pattern_fits_as_a_regular_expression_would(pattern: str, text: str) -> None:
    wanted = ".*".join(map(re.escape, pattern.split("*")))
    assert fits_pattern(pattern, text) is (re.fullmatch(wanted, text, re.DOTALL) is not None)


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not fits_pattern("*a" * 5_000 + "b", "a" * 20_000)
