"""The benchmark of a bad day tells its story to the end, whatever the size."""

from __future__ import annotations

import pytest

from benchmarks.stories import story_of_ten_thousand


@pytest.mark.parametrize("records", [1, 200])
def test_a_bad_day_ends_with_every_document_booked_once(records: int) -> None:
    told = story_of_ten_thousand(records)

    assert told.records == records
    assert told.pushes >= 5 * records, "the outage of ten minutes lets the first attempts fail"
    assert told.hours < 1
    assert told.seconds > 0


def test_a_bad_day_is_the_same_every_time_but_for_how_long_it_takes() -> None:
    one, other = (story_of_ten_thousand(100) for _ in range(2))

    assert {**vars(one), "seconds": 0} == {**vars(other), "seconds": 0}
    assert one.requests > one.records
    assert one.resubmitted > 0
