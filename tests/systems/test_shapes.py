"""What a JSON body breaks of a schema, with the offending values exactly as they were sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.jsontext import loads
from simulator.systems.shapes import Break, breaks
from tests.strategies import cents, json_values

VALIDATOR = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "date": {"type": "string", "format": "date", "maxLength": 10},
            "kind": {"enum": ["A", "B"]},
            "rows": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {
                        "account": {"type": "string", "pattern": "^[0-9]+$"},
                        "amount": {"type": "number", "maximum": 100},
                    },
                    "required": ["account", "amount"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["date"],
    },
    validate_formats=True,
)
GOOD: dict[str, Any] = {"date": "2026-01-15", "rows": [{"account": "1701", "amount": Decimal("1.10")}]}


def found(value: Any) -> list[Break]:
    return list(breaks(VALIDATOR, value))


def row(**members: Any) -> dict[str, Any]:
    return {**GOOD, "rows": [GOOD["rows"][0], {**GOOD["rows"][0], **members}]}


def test_a_body_that_fits_breaks_nothing() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("value", "field", "keyword", "offending"),
    [
        ({**GOOD, "date": 5}, "date", "type", 5),
        ({**GOOD, "date": "2026-02-30"}, "date", "format", "2026-02-30"),
        ({**GOOD, "kind": "C"}, "kind", "enum", "C"),
        ({**GOOD, "rows": []}, "rows", "minItems", []),
        ({**GOOD, "rows": {}}, "rows", "type", {}),
        (row(account="x"), "rows[1].account", "pattern", "x"),
        (row(account=None), "rows[1].account", "type", None),
        ([], "", "type", []),
        ("x", "", "type", "x"),
    ],
)
def test_a_break_names_the_field_the_keyword_and_the_value(
    value: Any, field: str, keyword: str, offending: Any
) -> None:
    (one,) = found(value)
    assert (one.field, one.keyword, one.value) == (field, keyword, offending)
    assert one.message


def test_a_member_that_is_missing_ends_the_path_and_has_no_value() -> None:
    (one,) = found({"rows": GOOD["rows"]})
    assert (one.path, one.keyword, one.value) == (("date",), "required", None)

    both = found({**GOOD, "rows": [{}]})
    assert [(one.path, one.field, one.value) for one in both] == [
        (("rows", 0, "account"), "rows[0].account", None),
        (("rows", 0, "amount"), "rows[0].amount", None),
    ]


def test_every_member_that_is_not_named_is_told_by_itself_with_its_value() -> None:
    told = found(row(foreign=Decimal("0.30"), other=[1]))

    assert {(one.field, one.keyword) for one in told} == {
        ("rows[1].foreign", "additionalProperties"),
        ("rows[1].other", "additionalProperties"),
    }
    assert {one.field: one.value for one in told} == {"rows[1].foreign": Decimal("0.30"), "rows[1].other": [1]}


def test_everything_that_is_broken_is_told_at_once() -> None:
    told = found({"kind": "C", "rows": [{"account": 1, "amount": "x", "more": 1}]})

    assert sorted((one.field, one.keyword) for one in told) == [
        ("date", "required"),
        ("kind", "enum"),
        ("rows[0].account", "type"),
        ("rows[0].amount", "type"),
        ("rows[0].more", "additionalProperties"),
    ]


@given(cents(10_001, 10**13), st.integers(0, 3))
def test_a_decimal_is_told_digit_for_digit(amount: Decimal, zeros: int) -> None:
    written = f"{amount}{'0' * zeros}"
    body = loads(b'{"date":"2026-01-15","rows":[{"account":"1","amount":%b}]}' % written.encode())

    (one,) = found(body)

    assert (one.field, one.keyword) == ("rows[0].amount", "maximum")
    assert isinstance(one.value, Decimal)
    assert str(one.value) == written


@given(json_values())
def test_whatever_a_body_is_its_breaks_can_be_told(value: Any) -> None:
    told = found(value)
    assert bool(told) is not VALIDATOR.is_valid(value)
    for one in told:
        whole = value
        for step in one.path if one.keyword != "required" else one.path[:-1]:
            whole = whole[step]
        assert one.keyword == "required" or one.value is whole


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b", 0, 12, "c"), "a.b[0][12].c"),
        ((3, "a"), "[3].a"),
        (("", "a"), "a"),
    ],
)
def test_a_way_is_written_with_dots_and_brackets(path: tuple[str | int, ...], field: str) -> None:
    assert Break(path, "type", None, "").field == field
