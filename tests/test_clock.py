"""Time as whole numbers: instants and durations in words, and a clock that stands, runs or jumps."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import clock
from simulator.clock import (
    DAY,
    HOUR,
    LAST_INSTANT,
    MINUTE,
    SECOND,
    VIRTUAL_START,
    Clock,
    date_at,
    days_before,
    parse_duration,
    parse_instant,
    parse_mode,
    show_duration,
    show_instant,
)
from simulator.errors import SettingError

INSTANTS = st.integers(0, LAST_INSTANT)


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Moves the machine's own time by hand; it starts at 1000 s and shows the first day of 2026."""
    machine = {"now": 1_000 * SECOND}
    monkeypatch.setattr(clock, "stopwatch", lambda: machine["now"])
    monkeypatch.setattr(clock, "wall", lambda: VIRTUAL_START)

    def turn(duration: int) -> None:
        machine["now"] += duration

    return turn


# ---------------------------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", 0), ("500ms", 500_000), ("1us", 1), ("1.5s", 1_500_000), ("0.000001s", 1), ("10m", 10 * MINUTE),
        ("2h30m", 150 * MINUTE), ("1d", DAY), ("2w", 14 * DAY), (" 10m ", 10 * MINUTE), ("1.5us", 1),
        ("PT10M", 10 * MINUTE), ("pt10m", 10 * MINUTE), ("P1D", DAY), ("P1W", 7 * DAY),
        ("P1DT2H3M4.5S", 93_784_500_000), ("PT0.000001S", 1), ("PT0S", 0),
    ],
)  # fmt: skip
def test_a_duration_is_read_in_both_spellings(text: str, duration: int) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "10", "m", "10 m", "10M", "-5m", "+5m", "1,5s", "1.s", ".5s", "1.0000001s", "1e3s", "10x", "10m10",
        "10mm", "P", "PT", "P1DT", "P1Y", "P1M", "PT1.5M", "P-1D", "1h PT1M", "inf", "10m\x00", "PT1H1H",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_an_example_of_one(text: str) -> None:
    with pytest.raises(SettingError, match="is not a duration") as caught:
        parse_duration(text)

    assert "PT10M" in caught.value.advice


@pytest.mark.parametrize("text", ["999999999999999999w", "9999999d", f"P{'9' * 50}D"])
def test_a_duration_longer_than_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="longer than the calendar"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["9" * 1_000_000 + "d", "P" + "9" * 1_000_000 + "D", "1d" * 10 + "x" * 1_000_000])
def test_a_megabyte_is_no_duration_and_is_not_repeated_in_the_error(text: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_duration(text)

    assert len(str(caught.value)) < 300


@given(st.integers(0, LAST_INSTANT))
def test_a_duration_reads_back_as_it_is_shown(duration: int) -> None:
    assert parse_duration(show_duration(duration)) == duration


def test_a_duration_is_shown_in_the_units_of_a_person() -> None:
    assert show_duration(0) == "0s"
    assert show_duration(90 * MINUTE) == "1h30m"
    assert show_duration(DAY + 250_000 + 7) == "1d250ms7us"


@given(st.text())
def test_any_text_is_a_duration_or_an_error_that_explains_itself(text: str) -> None:
    with contextlib.suppress(SettingError):
        assert 0 <= parse_duration(text) <= LAST_INSTANT


# ----------------------------------------------------------------------------------------------- instants


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-31", "2026-01-31T00:00:00.000Z"),
        ("2026-01-31T23:59:00Z", "2026-01-31T23:59:00.000Z"),
        ("2026-01-31T23:59:00+02:00", "2026-01-31T21:59:00.000Z"),
        ("2026-01-31T23:59:00.123456Z", "2026-01-31T23:59:00.123456Z"),
        (" 2026-01-31T23:59:00.120Z\n", "2026-01-31T23:59:00.120Z"),
        ("1970-01-01", "1970-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
    ],
)
def test_an_instant_is_read_and_shown_in_utc(text: str, shown: str) -> None:
    assert show_instant(parse_instant(text)) == shown


@pytest.mark.parametrize(
    "text", ["", "now", "2026-02-30", "2026-01-31T25:00", "31.1.2026", "1767258000", "2026-01-31T00:00+25:00"]
)
def test_what_is_no_point_in_time_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="is not a point in time"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["1969-12-31T23:59:59.999999Z", "0001-01-01", "9999-12-31T23:59:59.000001Z", "9999-12-31T23:59:59-01:00"]
)
def test_an_instant_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="outside the calendar"):
        parse_instant(text)


@given(INSTANTS)
def test_an_instant_reads_back_as_it_is_shown(instant: int) -> None:
    assert parse_instant(show_instant(instant)) == instant


def test_midnight_in_helsinki_comes_two_hours_earlier() -> None:
    evening = parse_instant("2026-01-31T22:30:00Z")

    assert date_at(evening) == "2026-01-31"
    assert date_at(evening, "Europe/Helsinki") == "2026-02-01"


def test_summer_time_is_known() -> None:
    assert date_at(parse_instant("2026-07-01T21:30:00Z"), "Europe/Helsinki") == "2026-07-02"


@given(INSTANTS)
def test_every_instant_has_a_date_in_every_zone(instant: int) -> None:
    assert date_at(instant) == show_instant(instant)[:10]
    assert len(date_at(instant, "Europe/Helsinki")) == 10


def test_the_last_evening_of_the_calendar_has_a_date_east_of_greenwich() -> None:
    assert date_at(LAST_INSTANT, "Europe/Helsinki") == "9999-12-31"


def test_days_are_counted_back_over_leap_days() -> None:
    assert days_before("2024-03-01", 1) == "2024-02-29"
    assert days_before("2026-01-01", 30) == "2025-12-02"
    assert days_before("1970-01-01", 30) == "1969-12-02"


# -------------------------------------------------------------------------------------------------- clock


def test_a_virtual_clock_stands_until_it_is_told_to_move(turn: Callable[[int], None]) -> None:
    standing = Clock("virtual")
    turn(HOUR)

    assert standing.now() == VIRTUAL_START
    assert show_instant(VIRTUAL_START) == "2026-01-01T09:00:00.000Z"
    assert standing.real_time_until(VIRTUAL_START + SECOND) is None

    standing.jump(VIRTUAL_START + 5)
    assert standing.now() == VIRTUAL_START + 5


def test_a_real_clock_runs_with_the_machine(turn: Callable[[int], None]) -> None:
    running = Clock("real")
    turn(3 * SECOND)

    assert running.now() == VIRTUAL_START + 3 * SECOND
    assert running.real_time_until(running.now() + SECOND) == SECOND
    assert running.real_time_until(running.now() - SECOND) == 0


def test_a_scaled_clock_runs_faster(turn: Callable[[int], None]) -> None:
    fast = Clock("x60", start=0)
    turn(2 * SECOND)

    assert fast.now() == 2 * MINUTE
    assert fast.real_time_until(3 * MINUTE) == SECOND


def test_a_running_clock_can_jump_and_runs_on_from_there(turn: Callable[[int], None]) -> None:
    running = Clock("real", start=0)
    turn(SECOND)
    running.jump(DAY)
    turn(SECOND)

    assert running.now() == DAY + SECOND


def test_a_frozen_clock_stands_and_resumes_at_its_former_rate(turn: Callable[[int], None]) -> None:
    fast = Clock("x60", start=0)
    turn(SECOND)
    fast.freeze()
    turn(HOUR)
    assert (fast.now(), fast.mode) == (MINUTE, "virtual")

    fast.resume()
    turn(SECOND)
    assert (fast.now(), fast.mode) == (2 * MINUTE, "x60")


def test_a_clock_can_be_frozen_at_the_time_that_was_last_told(turn: Callable[[int], None]) -> None:
    fast = Clock("x1000000", start=0)
    told = fast.now()
    turn(SECOND)
    fast.freeze(told)
    assert fast.now() == told


def test_a_clock_can_change_its_mode_without_a_leap(turn: Callable[[int], None]) -> None:
    changing = Clock("x60", start=0)
    turn(SECOND)
    changing.resume("real")
    turn(SECOND)
    assert (changing.now(), changing.mode) == (MINUTE + SECOND, "real")

    changing.resume("virtual")
    turn(SECOND)
    assert (changing.now(), changing.mode) == (MINUTE + SECOND, "virtual")


def test_a_virtual_clock_that_resumes_runs_with_the_machine(turn: Callable[[int], None]) -> None:
    standing = Clock("virtual", start=0)
    standing.resume()
    turn(SECOND)

    assert (standing.now(), standing.mode) == (SECOND, "real")


@pytest.mark.parametrize("mode", ["virtual", "real"])
def test_time_cannot_go_backwards(turn: Callable[[int], None], mode: str) -> None:
    moving = Clock(mode, start=DAY)
    turn(SECOND)
    now = moving.now()

    with pytest.raises(SettingError, match="backwards"):
        moving.jump(now - 1)
    moving.jump(now)
    assert moving.now() == now


def test_the_calendar_has_an_end_that_no_clock_passes(turn: Callable[[int], None]) -> None:
    late = Clock("x1000000", start=LAST_INSTANT - 1)
    turn(HOUR)

    assert late.now() == LAST_INSTANT
    late.jump(LAST_INSTANT)
    with pytest.raises(SettingError, match="ends with the year 9999"):
        late.jump(LAST_INSTANT + 1)


def test_the_slowest_clock_can_say_how_long_the_longest_wait_is(turn: Callable[[int], None]) -> None:
    assert Clock("x0.001", start=0).real_time_until(LAST_INSTANT) == pytest.approx(LAST_INSTANT * 1_000)


@pytest.mark.parametrize(
    "mode",
    [
        "",
        "x",
        "x0",
        "x-1",
        "xnan",
        "xinf",
        "x1000001",
        "x1e-300",
        "x0.0009",
        "60",
        "60x",
        "REAL",
        "fast",
        "x" + "9" * 400,
        "virtual ",
    ],
)
def test_what_is_no_mode_is_refused_with_the_modes_that_there_are(mode: str) -> None:
    with pytest.raises(SettingError, match="is not a mode of the clock") as caught:
        parse_mode(mode)

    assert "x60" in caught.value.advice
    assert len(str(caught.value)) < 250


@given(st.floats(0.001, 1_000_000))
def test_a_mode_reads_back_as_it_is_shown(rate: float) -> None:
    shown = Clock(f"x{rate:.12g}", start=0).mode

    assert Clock(shown, start=0).rate == Clock(f"x{rate:.12g}", start=0).rate


def test_the_machines_own_time_only_grows() -> None:
    assert clock.stopwatch() <= clock.stopwatch()
    assert clock.wall() > VIRTUAL_START - 10 * 365 * DAY
