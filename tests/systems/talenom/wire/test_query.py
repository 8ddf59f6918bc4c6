"""Parameters: dates, numbers, flags and lists, and what is wrong with them."""

from __future__ import annotations

import pytest

from simulator.systems.base import Request
from simulator.systems.talenom.wire.answers import RefusedError
from simulator.systems.talenom.wire.query import INT_MAX, Query, is_date


def query(text: str) -> Query:
    return Query(Request("GET", f"/x?{text}"))


def test_what_is_there_is_read() -> None:
    asked = query("DATE=2026-03-31&n=7&flag=TRUE&list=1701,%203000,&id=a&id[]=b&ID=c&empty=")

    assert asked.date("date", is_needed=True) == "2026-03-31"
    assert asked.integer("N", None, 0) == 7
    assert asked.flag("flag")
    assert asked.list_of("list", is_needed=True) == ["1701", "3000"]
    assert asked.texts("id") == {"a", "b", "c"}
    assert asked.text("empty") == asked.date("other") == ""
    assert asked.integer("other", 5, 0) == 5
    assert not asked.flag("other")
    asked.check()


def test_all_that_is_wrong_is_told_at_once() -> None:
    asked = query("date=2026-02-30&n=x&size=0&flag=yes")
    asked.date("date")
    asked.integer("n", 0, 0)
    asked.integer("size", None, 1)
    asked.flag("flag")
    asked.text("missing", is_needed=True)
    asked.integer("gone", None, 0)

    with pytest.raises(RefusedError) as error:
        asked.check()

    told = "; ".join(error.value.problems)
    assert error.value.status == 400
    assert len(error.value.problems) == 6
    for part in ("2026-02-30", "'x'", "size is '0'", "'yes'", "missing is needed", "gone is needed"):
        assert part in told


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("0", True),
        (str(INT_MAX), True),
        (str(INT_MAX + 1), False),
        ("-1", False),
        ("1.5", False),
        ("٣", False),
        ("9" * 30, False),
    ],
)
def test_a_number_has_bounds(text: str, is_taken: bool) -> None:  # noqa: FBT001 - a parameter of the test
    asked = query(f"n={text}")
    asked.integer("n", None, 0)

    if is_taken:
        asked.check()
    else:
        with pytest.raises(RefusedError):
            asked.check()


def test_only_a_day_of_the_calendar_is_a_date() -> None:
    assert is_date("2024-02-29")
    for text in ("2026-02-29", "20260101", "2026-W01-1", "2026-1-1", "", "2026-01-01T00:00:00", "٢٠٢٦-01-01"):
        assert not is_date(text)
