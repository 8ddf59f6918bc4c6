"""What stands in a field."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.fennoa.wire.brackets import tree_of
from simulator.systems.fennoa.wire.envelope import Violation
from simulator.systems.fennoa.wire.values import Fields, amount_of, integer_of, is_date, number_of


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"), ("1", "1"), ("1.5", "1.5"), ("1.50", "1.50"), ("9999999999999.99", "9999999999999.99"),
        ("1.505", None), ("-1", None), ("+1", None), ("1,5", None), ("1e2", None), ("", None), (" 1", None),
        ("1.", None), (".5", None), ("99999999999999", None), ("\u0661", None), ("1\n", None),
    ],
)  # fmt: skip
def test_an_amount_is_not_negative_and_has_two_decimals_at_most(text: str, amount: str | None) -> None:
    assert amount_of(text) == (None if amount is None else Decimal(amount))


def test_a_number_may_be_negative_and_as_long_as_a_float_prints() -> None:
    assert number_of("-0.30000000000000004") == Decimal("-0.30000000000000004")
    assert number_of("1234567890") is None
    assert number_of("NaN") is None


def test_an_integer_is_written_in_plain_digits() -> None:
    assert [integer_of(text) for text in ("0", "007", "-1", "1.0", "", "²", "9" * 19)] == [0, 7, *[None] * 5]


@given(st.dates())
def test_a_date_that_exists_is_one_in_one_form_only(date: object) -> None:
    assert is_date(str(date))
    assert not is_date(str(date).replace("-", ""))


@pytest.mark.parametrize("text", ["2026-02-30", "2026-1-1", "01.02.2026", "", "2026-W01-1", "20260101"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert not is_date(text)


def test_fields_gather_what_is_wrong_under_the_names_that_were_posted() -> None:
    tree = tree_of([("d", "x"), ("n", "y"), ("i", "9"), ("c", "z"), ("b[1]", "2")])
    fields = Fields(tree, "row[1]")

    assert fields.text("missing", is_required=True) == ""
    assert fields.date("d") == ""
    assert fields.number("n") is None
    assert fields.integer("i", (1, 2)) is None
    assert fields.choice("c", ("a", "b")) == ""
    assert fields.text("b") == ""
    assert fields.violations == [
        Violation("row[1][missing]", "This field is required"),
        Violation("row[1][d]", "'x' is not a date of the form YYYY-MM-DD"),
        Violation("row[1][n]", "'y' is not a number"),
        Violation("row[1][i]", "'9' is not one of 1, 2"),
        Violation("row[1][c]", "'z' is not one of a, b"),
        Violation("row[1][b]", "This field takes a single value"),
    ]


def test_fields_that_are_right_are_read() -> None:
    fields = Fields(tree_of([("d", "2026-01-31"), ("n", "-1.5"), ("i", "2"), ("c", "b"), ("t", " x ")]))

    assert (fields.date("d"), fields.number("n"), fields.integer("i", (1, 2))) == ("2026-01-31", Decimal("-1.5"), 2)
    assert (fields.choice("c", ("a", "b")), fields.text("t", is_required=True), fields.name("t")) == ("b", " x ", "t")
    assert (fields.date(""), fields.number(""), fields.integer(""), fields.choice("", ())) == ("", None, None, "")
    assert fields.violations == []


def test_an_integer_of_any_size_is_said_to_be_none_where_it_is_none() -> None:
    fields = Fields(tree_of([("i", "x")]))

    assert fields.integer("i") is None
    assert fields.violations == [Violation("i", "'x' is not an integer")]
