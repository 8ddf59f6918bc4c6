"""Dates, times and numbers as Netvisor writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import DAY, LAST_INSTANT, VIRTUAL_START, parse_instant
from simulator.systems.netvisor.wire import forms


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-1-5", "2026-01-05"),
        (" 2026-12-31 ", "2026-12-31"),
        ("2026-02-30", None),
        ("0000-01-01", None),
        ("26-01-01", None),
        ("", None),
        ("1.1.2026", None),
    ],
)
def test_a_day_may_lack_its_zeros_and_must_exist(text: str, day: str | None) -> None:
    assert forms.read_day(text) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-05", "2026-06-04T21:00:00Z"),
        ("2026-01-05T10:30:00", "2026-01-05T08:30:00Z"),
        ("2026-01-05 10:30", "2026-01-05T08:30:00Z"),
        ("2026-01-05T10:30:15.123Z", "2026-01-05T08:30:15Z"),
    ],
)
def test_a_moment_is_in_finnish_time(text: str, instant: str) -> None:
    assert forms.read_moment(text) == parse_instant(instant)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-01-01T25:00:00", "yesterday", "2026-01-01T10"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert forms.read_moment(text) is None


def test_an_answer_has_finnish_time_without_leading_zeros() -> None:
    assert forms.show_moment(parse_instant("2023-06-05T13:12:09Z")) == "5.6.2023 16:12:09"
    assert forms.show_moment(parse_instant("2026-01-02T03:04:05Z")) == "2.1.2026 5:04:05"
    assert forms.show_moment_ansi(parse_instant("2026-01-02T03:04:05Z")) == "2026-01-02 05:04:05"


def test_the_end_of_the_calendar_is_shown() -> None:
    assert forms.show_moment(LAST_INSTANT).startswith("31.12.9999")


def test_numbers_have_a_comma() -> None:
    assert forms.show_sum(Decimal(-10000)) == "-10000,00"
    assert [forms.show_number(Decimal(text)) for text in ("25.5", "24", "24.00", "100", "0", "6.9000")] == [
        "25,5", "24", "24", "100", "0", "6,9",
    ]  # fmt: skip
    assert forms.read_decimal(" +1,50 ") == forms.read_decimal("1.5") == Decimal("1.5")


def test_a_day_is_shown_without_leading_zeros() -> None:
    assert (forms.show_day("2026-01-05"), forms.show_day("")) == ("5.1.2026", "")


@given(st.integers(0, LAST_INSTANT - DAY))
def test_every_instant_can_be_shown_and_read_to_the_second(instant: int) -> None:
    text = forms.show_moment_ansi(instant)
    found = forms.read_moment(text)
    # In autumn an hour comes twice.
    assert found is not None
    assert abs(found - instant) <= DAY // 24


@given(st.text(max_size=30))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    forms.read_day(text)
    forms.read_moment(text)


def test_the_virtual_start_is_a_morning() -> None:
    assert forms.show_moment(VIRTUAL_START) == "1.1.2026 11:00:00"
