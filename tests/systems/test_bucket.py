"""The token bucket against an account book of fractions: never too much, never less than the rate gives."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import HOUR, MINUTE, SECOND
from simulator.systems.books.words import Rate
from simulator.systems.bucket import Bucket

RATES = st.builds(Rate, st.integers(1, 20), st.integers(1, 2 * HOUR) | st.sampled_from([SECOND, MINUTE]))
PAUSES = st.lists(st.integers(0, HOUR) | st.sampled_from([0, 0, SECOND, MINUTE]), max_size=60)


class Model:
    """A store of fractions of requests, filled in a straight line."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.store = Fraction(rate.requests)
        self.at = 0

    def take(self, now: int) -> bool:
        gained = Fraction(now - self.at) * self.rate.requests / self.rate.per
        self.store, self.at = min(Fraction(self.rate.requests), self.store + gained), now
        if self.store < 1:
            return False
        self.store -= 1
        return True


@given(RATES, PAUSES)
def test_it_lets_through_exactly_what_the_model_does(rate: Rate, pauses: list[int]) -> None:
    bucket, model = Bucket(rate), Model(rate)
    for now in accumulate(pauses):
        assert bucket.take(now) is model.take(now)
        assert bucket.left == int(model.store)


@given(RATES, PAUSES)
def test_in_no_window_of_time_goes_more_through_than_the_burst_and_the_rate(rate: Rate, pauses: list[int]) -> None:
    bucket = Bucket(rate)
    through = [now for now in accumulate(pauses) if bucket.take(now)]

    for first, begin in enumerate(through):
        for last in range(first, len(through)):
            gained = Fraction(through[last] - begin) * rate.requests / rate.per
            assert last - first + 1 <= rate.requests + gained


@given(RATES, PAUSES)
def test_who_waits_as_long_as_told_is_let_through(rate: Rate, pauses: list[int]) -> None:
    bucket = Bucket(rate)
    for now in accumulate(pauses):
        bucket.take(now)
    now = sum(pauses)
    while bucket.take(now):
        pass
    wait = bucket.seconds_to_wait

    assert wait >= 1
    assert bucket.take(now + wait * SECOND)


@given(RATES)
def test_nobody_is_told_to_wait_a_second_longer_than_needed(rate: Rate) -> None:
    bucket = Bucket(rate)
    while bucket.take(0):
        pass
    wait = bucket.seconds_to_wait

    if wait > 1:
        assert not bucket.take((wait - 1) * SECOND)


@given(RATES)
def test_a_full_bucket_holds_as_many_as_the_rate_names_however_long_nothing_was_taken(rate: Rate) -> None:
    bucket = Bucket(rate)
    for now in (0, 10**15):
        assert [bucket.take(now) for _ in range(rate.requests + 1)] == [*[True] * rate.requests, False]


def test_time_that_seems_to_go_back_fills_nothing_and_takes_nothing_away() -> None:
    bucket = Bucket(Rate(1, MINUTE))
    assert bucket.take(HOUR)
    assert not bucket.take(0)
    assert not bucket.take(HOUR + MINUTE - 1)
    assert bucket.take(HOUR + MINUTE)


@pytest.mark.parametrize(
    ("rate", "wait"),
    [
        (Rate(1, 1), 1),
        (Rate(1, SECOND), 1),
        (Rate(1, SECOND + 1), 2),
        (Rate(2, 2 * SECOND + 1), 2),
        (Rate(1, MINUTE), 60),
        (Rate(3, MINUTE), 20),
        (Rate(7, MINUTE), 9),
        (Rate(60, MINUTE), 1),
    ],
)
def test_the_wait_after_the_last_request_is_told_in_whole_seconds(rate: Rate, wait: int) -> None:
    bucket = Bucket(rate)
    assert (bucket.left, bucket.seconds_to_wait) == (rate.requests, 1)
    for _ in range(rate.requests):
        bucket.take(0)
    assert (bucket.left, bucket.seconds_to_wait) == (0, wait)
