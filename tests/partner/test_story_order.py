"""The same seed decides the same of each document and attempt, however requests of different documents interleave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from simulator.contract.jsontext import dumps
from simulator.world.director import Decision
from tests.clients import IDENTIFIER, Client
from tests.documents import Partner, ledger, partner, payment
from tests.partner.test_story_properties import told
from tests.story_strategies import Written, scenarios

SENDERS = 32
TRIES = 4
PHASES = 3

Document = tuple[str, dict[str, Any]]

RANDOM_FAULTS: Written = {
    "format": 1,
    "name": "random-faults",
    "rules": [
        {"when": {"operation": "any", "chance": 0.2}, "fault": {"kind": "reset", "at": "before"}},
        {"when": {"operation": "any", "chance": 0.2}, "fault": {"kind": "reset", "at": "after"}},
        {"when": {"operation": "any", "chance": 0.2}, "respond": {"status": 503, "retry_after": "1s"}},
        {"when": {"sync": "any", "chance": 0.3}, "outcomes": [{"failed": "no"}, {"unreachable": "2m"}, "push"]},
        {"when": {"sync": "any", "chance": 0.5}, "outcomes": [{"pending": "2 looks"}, "push"]},
    ],
}


def documents(count: int) -> list[Document]:
    pairs = [(("ledger", ledger(f"L-{number}")), ("payment", payment(f"P-{number}"))) for number in range(count)]
    return [document for pair in pairs for document in pair]


def sender(client: Partner, kind: str, document: dict[str, Any]) -> Iterator[None]:
    """One phase of a client that submits until it has an answer, then looks twice; it stops after every request."""
    for _ in range(TRIES):
        answer = Client(client).submit(kind, document)
        yield
        if answer.fault is None and answer.status < 500:
            break
    for _ in range(2):
        client.look(kind, **{IDENTIFIER[kind]: document[IDENTIFIER[kind]]})
        yield


def run(client: Partner, sent: list[Document], turns: Any, at_once: int) -> list[str]:
    """Let so many senders work at once, in any order, through some phases of time; return the decision log, sorted."""
    for _ in range(PHASES):
        waiting = [sender(client, kind, document) for kind, document in sent]
        while waiting:
            number = turns.randrange(min(at_once, len(waiting)))
            if next(waiting[number], StopIteration) is StopIteration:
                waiting.pop(number)
        client.run("advance", by="90s")
    client.run("settle", within="1d")
    return log(client)


def log(client: Partner) -> list[str]:
    return sorted(line(decision) for decision in client.world.engine.director.decisions)


def line(decision: Decision) -> str:
    outcome = None if decision.outcome is None else decision.outcome.show()
    what = {"given": decision.given, "outcome": outcome, "push": decision.is_push}
    return f"{decision.name} {dumps(what).decode()}"


def lives(client: Partner) -> dict[tuple[str, str], Any]:
    shown = [record.show(full=True) for shelf in client.world.shelves.values() for record in shelf.all.values()]
    return {(one["kind"], one["identifier"]): {**one, "number": 0} for one in shown}


@given(
    written=scenarios(ordered=False),
    order=st.randoms(use_true_random=False),
    count=st.integers(1, 5),
)
def test_any_story_without_counts_is_the_same_with_one_sender_and_with_many(
    written: Written, order: Any, count: int
) -> None:
    calm = {**written, "readings": {**written.get("readings", {}), "repeated_identifier": "one-record"}}
    one, many = told(calm), told(calm)
    in_turn, at_random = run(one, documents(count), order, 1), run(many, documents(count), order, SENDERS)
    event(f"decisions: {min(len(in_turn), 20)}")

    assert in_turn == at_random
    assert lives(one) == lives(many)


@settings(max_examples=15)
@given(order=st.randoms(use_true_random=False), seed=st.integers(0, 1_000))
def test_random_faults_are_the_same_with_one_sender_and_with_32(order: Any, seed: int) -> None:
    sent, story = documents(SENDERS // 2), {**RANDOM_FAULTS, "seed": seed}
    one, many = told(story), told(story)
    in_turn = run(one, sent, order, 1)
    order.shuffle(sent)

    assert "\n".join(run(many, sent, order, SENDERS)).encode() == "\n".join(in_turn).encode()
    assert lives(one) == lives(many)
    assert len(in_turn) > 50


def test_another_seed_decides_otherwise() -> None:
    def decided(seed: int) -> list[str]:
        client = told({**RANDOM_FAULTS, "seed": seed})
        for kind, document in documents(20):
            Client(client).submit(kind, document)
        return log(client)

    assert len({tuple(decided(seed)) for seed in range(20)}) == 20
    assert decided(7) == decided(7)


def test_the_same_client_in_two_worlds_with_one_seed_meets_the_same() -> None:
    one, other = partner("test-a", scenario="random-faults"), partner("test-b", scenario="random-faults")
    for client in (one, other):
        for kind, document in documents(20):
            Client(client).deliver(kind, document)
    assert log(one) == log(other)
    assert log(one)
