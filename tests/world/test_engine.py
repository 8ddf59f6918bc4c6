"""The life of a record, step by step, with nothing but an engine, a shelf and books that answer as they are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import LAST_INSTANT, MINUTE, SECOND
from simulator.errors import ConflictError
from simulator.systems.base import Answer, Exchange, Reply, Request, Verdict
from simulator.world.engine import ATTEMPTS_MAX, BACK_OFF_FIRST, BACK_OFF_MAX, UNREACHABLE, Engine
from simulator.world.outcomes import Outcome
from simulator.world.records import Record, Shelf
from tests.documents import steps

SYNCED, FAILED, PENDING, RETRY = (
    Outcome("synced"),
    Outcome("failed", "by a person"),
    Outcome("pending"),
    Outcome("retry"),
)


class Told:
    """Books that answer as they are told, and accept when they are told nothing more."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts: Iterator[Verdict] = iter(verdicts)
        self.pushed: list[bytes] = []
        self.exchanges: tuple[Exchange, ...] = ()

    def push(self, kind: str, document: bytes, member: str, now: int) -> Reply:  # noqa: ARG002 - as books do
        self.pushed.append(document)
        verdict: Verdict = next(self.verdicts, "accepted")
        return Reply(verdict, "because", "text/plain", answered=b"told", exchanges=self.exchanges)

    def answer(self, request: Request, now: int) -> Answer:
        raise AssertionError((request, now))

    def arrange(self, words: Mapping[str, Any]) -> None:
        raise AssertionError(words)

    size = 0

    def show(self) -> dict[str, Any]:
        return {}


class Life:
    """An engine with one shelf, and records made as they are needed."""

    def __init__(self, *verdicts: Any, delay: int = SECOND, seed: int = 0) -> None:
        self.shelf = Shelf()
        self.books = Told(*verdicts)
        self.engine = Engine({"ledger": self.shelf}, self.books, seed, delay)

    def submit(self, now: int = 0, identifier: str = "") -> Record:
        number = len(self.shelf.all) + 1
        one = Record(number, "ledger", identifier or f"L-{number}", b"%d" % number, "", {}, "2026-01-01", "", now)
        self.shelf.add(one)
        self.engine.submit(one, now, "submit_ledger")
        return one

    def tick(self, until: int) -> list[tuple[int, str, str]]:
        return [(event.at, event.what, event.identifier) for event in self.engine.tick(until)]


def is_monotonic(record: Record) -> bool:
    moments = [step.at for step in record.steps]
    return moments == sorted(moments)


def test_a_record_is_queued_pushed_and_synced_one_second_later() -> None:
    life = Life()
    record = life.submit(now=5)

    assert (record.state, record.due, life.engine.next_due) == ("pending", 5 + SECOND, 5 + SECOND)
    assert life.tick(4 + SECOND) == []
    assert (record.state, life.books.pushed) == ("pending", [])
    assert life.tick(5 + SECOND) == [(5 + SECOND, "synced", "L-1")]

    assert (record.state, record.settled_at, record.attempts, record.due) == ("synced", 5 + SECOND, 1, None)
    assert [(step.at, step.what, step.cause) for step in record.steps] == [
        (5, "queued", "submit_ledger"),
        (5 + SECOND, "synced", "accounting system"),
    ]
    shown = record.steps[1].show(record)
    [exchange] = shown["exchanges"]
    assert (exchange["sent"]["body"], exchange["answered"]["body"], shown["verdict"]) == ("1", "told", "accepted")
    assert life.engine.next_due is None


def test_a_rejected_record_fails_for_the_reason_that_the_system_gave_and_is_not_tried_again() -> None:
    life = Life("rejected")
    record = life.submit()

    assert life.tick(365 * 24 * 60 * MINUTE) == [(SECOND, "failed", "L-1")]
    assert (record.state, record.reason, record.settled_at) == ("failed", "because", SECOND)
    assert len(life.books.pushed) == 1


def test_a_system_that_cannot_be_reached_is_tried_again_with_growing_pauses_until_it_answers() -> None:
    life = Life(*["unreachable"] * 8)
    record = life.submit()

    events = life.tick(LAST_INSTANT)

    assert [what for _, what, _ in events] == ["retried"] * 8 + ["synced"]
    pauses = [later[0] - earlier[0] for earlier, later in pairwise(events)]
    for number, pause in enumerate(pauses):
        least = min(BACK_OFF_FIRST * 2**number, BACK_OFF_MAX)
        assert least <= pause < least * 1.1
    assert (record.state, record.attempts, len(record.steps)) == ("synced", 9, 10)
    assert is_monotonic(record)


def test_a_record_is_given_up_after_a_hundred_attempts_and_keeps_them_all_in_its_timeline() -> None:
    life = Life(*["unreachable"] * 500)
    record = life.submit()

    events = life.tick(LAST_INSTANT)

    assert [what for _, what, _ in events] == ["retried"] * (ATTEMPTS_MAX - 1) + ["failed"]
    assert (record.state, record.attempts) == ("failed", ATTEMPTS_MAX)
    assert record.reason == f"because; given up after {ATTEMPTS_MAX} attempts"
    assert len(record.steps) == ATTEMPTS_MAX + 1
    assert is_monotonic(record)


def test_a_retried_step_says_why_and_how_long_it_waits() -> None:
    life = Life("unreachable")
    record = life.submit()
    life.tick(SECOND)
    detail = record.steps[-1].detail
    assert detail.startswith("because; again in 3")
    assert record.due is not None
    assert 30 * SECOND <= record.due - SECOND < 33 * SECOND


def test_what_is_due_at_one_instant_happens_in_the_order_of_numbers_and_else_in_the_order_of_time() -> None:
    life = Life()
    for now in (7, 3, 7, 3, 0):
        life.submit(now)
    events = life.tick(LAST_INSTANT)
    assert [(at - SECOND, name) for at, _, name in events] == [
        (0, "L-5"), (3, "L-2"), (3, "L-4"), (7, "L-1"), (7, "L-3"),
    ]  # fmt: skip


def test_a_tick_that_is_cut_short_goes_on_where_it_stopped() -> None:
    life = Life()
    for _ in range(5):
        life.submit()
    assert len(life.engine.tick(SECOND, events_max=2)) == 2
    assert [event.identifier for event in life.engine.tick(SECOND, events_max=2)] == ["L-3", "L-4"]
    assert [event.identifier for event in life.engine.tick(SECOND)] == ["L-5"]


def test_a_record_without_delay_is_due_at_once() -> None:
    life = Life(delay=0)
    life.submit(9)
    assert life.tick(9) == [(9, "synced", "L-1")]


def test_a_record_that_breaks_a_rule_fails_at_its_push_without_reaching_the_system() -> None:
    life = Life()
    record = life.submit()
    record.refusal = "it does not balance"
    life.tick(SECOND)
    assert (record.state, record.reason, record.steps[-1].cause) == (
        "failed", "it does not balance", "rule of the contract",
    )  # fmt: skip
    assert life.books.pushed == []


@pytest.mark.parametrize(("outcome", "state"), [(SYNCED, "synced"), (FAILED, "failed")])
def test_an_outcome_by_hand_settles_a_pending_record_and_its_queue_entry_goes_stale(
    outcome: Outcome, state: str
) -> None:
    life = Life()
    record = life.submit()
    record.looked_at = 0

    life.engine.impose(record, outcome, now=10)

    assert (record.state, record.reason, record.settled_at, record.due) == (state, outcome.reason, 10, None)
    assert record.steps[-1].cause == "by hand"
    assert record.steps[-1].reply is None
    assert not record.show()["seenByClient"]
    assert life.engine.next_due is None
    assert life.tick(LAST_INSTANT) == []
    assert life.engine.queue == []


def test_a_held_record_stays_pending_whatever_time_it_is_until_it_is_given_an_outcome() -> None:
    life = Life()
    record = life.submit()
    life.engine.impose(record, PENDING, 10)
    assert life.tick(LAST_INSTANT) == []
    assert (record.state, steps(record)) == ("pending", ["queued", "held"])

    life.engine.impose(record, SYNCED, 20)
    assert record.state == "synced"


def test_a_record_can_be_made_unreachable_for_a_while() -> None:
    life = Life()
    record = life.submit()
    life.engine.impose(record, Outcome("unreachable", duration=10 * MINUTE), now=0)

    events = life.tick(LAST_INSTANT)

    assert [what for _, what, _ in events] == ["retried"] * 5 + ["synced"]
    assert all(at < 10 * MINUTE for at, what, _ in events if what == "retried")
    assert events[-1][0] >= 10 * MINUTE
    assert len(life.books.pushed) == 1, "the system is not asked while it cannot be reached"
    assert record.steps[2].detail.startswith(UNREACHABLE)
    assert is_monotonic(record)


def test_unreachable_for_no_time_is_a_push_at_once() -> None:
    life = Life()
    record = life.submit()
    life.engine.impose(record, Outcome("unreachable", duration=0), now=4)
    assert life.tick(4) == [(4, "synced", "L-1")]
    assert is_monotonic(record)
    assert life.tick(LAST_INSTANT) == []


def test_a_failed_record_is_pushed_again_as_if_it_were_new() -> None:
    life = Life("rejected", "unreachable")
    record = life.submit()
    life.tick(SECOND)
    record.looked_at = record.unreachable_until = 2 * SECOND

    life.engine.impose(record, RETRY, now=2 * SECOND)

    assert (record.state, record.reason) == ("pending", "")
    assert record.show()["settledAt"] is None
    assert not record.show()["seenByClient"]
    assert (record.attempts, record.unreachable_until, record.due) == (0, 0, 3 * SECOND)
    assert 1 in life.shelf.by_state["pending"]
    assert [what for _, what, _ in life.tick(LAST_INSTANT)] == ["retried", "synced"]
    assert steps(record) == ["queued", "failed", "queued", "retried", "synced"]


@pytest.mark.parametrize("outcome", [SYNCED, FAILED, PENDING, RETRY, Outcome("unreachable", duration=1)])
def test_a_synced_record_stays_synced(outcome: Outcome) -> None:
    life = Life()
    record = life.submit()
    life.tick(SECOND)
    before = record.show(full=False), len(record.steps)

    with pytest.raises(ConflictError, match="'L-1' is synced"):
        life.engine.impose(record, outcome, now=2 * SECOND)

    assert (record.show(full=False), len(record.steps)) == before
    assert life.engine.next_due is None


@pytest.mark.parametrize("outcome", [SYNCED, FAILED, PENDING, Outcome("unreachable", duration=1)])
def test_a_failed_record_takes_no_outcome_but_retry(outcome: Outcome) -> None:
    life = Life("rejected")
    record = life.submit()
    life.tick(SECOND)
    with pytest.raises(ConflictError, match="retry"):
        life.engine.impose(record, outcome, now=2 * SECOND)
    assert (record.state, len(record.steps)) == ("failed", 2)


def test_a_pending_record_cannot_be_retried() -> None:
    life = Life()
    record = life.submit()
    with pytest.raises(ConflictError, match="only a failed one"):
        life.engine.impose(record, RETRY, 0)
    assert steps(record) == ["queued"]


def test_what_would_be_due_after_the_calendar_is_due_at_its_end() -> None:
    life = Life(*["unreachable"] * 500)
    record = life.submit(LAST_INSTANT - 1)
    assert life.engine.next_due == LAST_INSTANT
    assert record.show()["dueAt"] == "9999-12-31T23:59:59.000Z"
    events = life.tick(LAST_INSTANT)
    assert (len(events), events[-1][1]) == (ATTEMPTS_MAX, "failed")


HANDS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "tick", "impose", "refuse"]),
        st.integers(0, 4),
        st.sampled_from([SYNCED, FAILED, PENDING, RETRY, Outcome("unreachable", duration=90 * SECOND)]),
        st.integers(0, 40 * SECOND),
    ),
    max_size=20,
)


@given(moves=HANDS, verdicts=st.lists(st.sampled_from(["accepted", "rejected", "unreachable"]), max_size=30))
def test_whatever_happens_time_runs_forward_and_state_timeline_and_queue_agree(
    moves: list[tuple[str, int, Outcome, int]], verdicts: list[Any]
) -> None:
    life, now = Life(*verdicts), 0
    for what, which, outcome, pause in moves:
        records = list(life.shelf.all.values())
        if what == "submit" or not records:
            life.submit(now)
        elif what == "impose":
            record = records[which % len(records)]
            allowed = record.state == "failed" if outcome is RETRY else record.state == "pending"
            if allowed:
                life.engine.impose(record, outcome, now)
            else:
                with pytest.raises(ConflictError):
                    life.engine.impose(record, outcome, now)
        else:
            now += pause
            moments = [at for at, _, _ in life.tick(now)]
            assert moments == sorted(moments)
            assert all(at <= now for at in moments)
        for record in life.shelf.all.values():
            check(life, record, now)
    dues = [one.due for one in life.shelf.all.values() if one.due is not None]
    assert life.engine.next_due == min(dues, default=None)


def check(life: Life, record: Record, now: int) -> None:
    assert is_monotonic(record)
    assert record.steps[0].what == "queued"
    last = record.steps[-1].what
    states = {"synced": "synced", "failed": "failed"}
    assert record.state == states.get(last, "pending")
    assert (record.settled_at is None) == (record.state == "pending")
    assert record.due is None or record.state == "pending"
    assert (record.due is None) == (record.state != "pending" or last == "held")
    for state, members in life.shelf.by_state.items():
        assert (record.number in members) == (record.state == state)


@given(
    identifiers=st.lists(st.text(min_size=1, max_size=4), unique=True, min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
    seed=st.integers(0, 3),
)
def test_the_pauses_of_a_record_depend_on_itself_and_not_on_who_else_is_there(
    identifiers: list[str], order: Any, seed: int
) -> None:
    def pauses(names: list[str]) -> dict[str, list[int]]:
        life = Life(*["unreachable"] * 500, seed=seed)
        for name in names:
            life.submit(identifier=name)
        found: dict[str, list[int]] = {name: [] for name in names}
        for at, _, name in life.tick(20 * MINUTE):
            found[name].append(at)
        return found

    shuffled = list(identifiers)
    order.shuffle(shuffled)
    together = pauses(shuffled)

    assert together == {name: moments for one in identifiers for name, moments in pauses([one]).items()}


def test_records_that_failed_together_do_not_return_in_step_and_another_seed_gives_other_pauses() -> None:
    def first_pauses(seed: int) -> list[int]:
        life = Life(*["unreachable"] * 50, seed=seed)
        records = [life.submit() for _ in range(20)]
        life.tick(SECOND)
        return [record.due or 0 for record in records]

    assert len(set(first_pauses(0))) == 20
    assert first_pauses(0) == first_pauses(0)
    assert first_pauses(0) != first_pauses(1)


class Broken(Told):
    """Books that have a mistake in them, which one document brings to light."""

    def push(self, kind: str, document: bytes, member: str, now: int) -> Reply:
        if document == b"1":
            raise ZeroDivisionError
        return super().push(kind, document, member, now)


def test_a_mistake_of_ours_in_the_books_fails_the_record_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    life = Life()
    life.engine.books = Broken()
    first, second = life.submit(), life.submit()
    life.tick(MINUTE)
    assert (first.state, first.reason) == (
        "failed",
        "The simulator itself failed (ZeroDivisionError); please report it",
    )
    assert second.state == "synced"
    assert "L-1" in caplog.text
