"""What other doubles get wrong, each seen in one of them: a regression test each, so that it does not happen here."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import clock
from simulator.clock import SECOND
from simulator.contract.contract import built_in
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world.worlds import Worlds
from tests.clients import Client, has_arrived
from tests.documents import Partner, ledger, partner, payment
from tests.partner.test_story_properties import told

SEEDS = [1, 2, 7, 42, 99, 12345, -3]
REQUESTS = 20

HALF: dict[str, Any] = {"when": {"operation": "submit_ledger", "chance": 0.5}, "respond": {"status": 503}}


def story(*rules: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"format": 1, "name": "story", **members, "rules": list(rules)}


def statuses(seed: int) -> list[int]:
    client = told(story(HALF, seed=seed))
    return [client.submit("ledger", ledger(f"L-{number}")).status for number in range(REQUESTS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_gives_a_sequence_of_draws_and_not_one(seed: int) -> None:
    seen = statuses(seed)
    assert 3 <= seen.count(503) <= REQUESTS - 3
    assert seen == statuses(seed)


def test_every_seed_gives_a_sequence_of_its_own() -> None:
    assert len({tuple(statuses(seed)) for seed in SEEDS}) == len(SEEDS)


def test_a_half_is_a_half_in_the_long_run() -> None:
    client = told(story(HALF))
    refused = sum(client.submit("ledger", ledger(f"L-{number}")).status == 503 for number in range(2_000))
    assert 900 <= refused <= 1_100


@pytest.mark.parametrize(("chance", "struck"), [(0, 0), (1, REQUESTS)])
def test_no_chance_never_strikes_and_certainty_always(chance: int, struck: int) -> None:
    client = told(story({"when": {"operation": "submit_ledger", "chance": chance}, "respond": {"status": 503}}))
    seen = [client.submit("ledger", ledger(f"L-{number}")).status for number in range(REQUESTS)]
    assert seen.count(503) == struck


HELD: dict[str, Any] = {"when": {"sync": "any"}, "outcomes": [{"pending": "2s"}, {"unreachable": "10m"}, "push"]}


def test_nothing_happens_by_itself_while_the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    client = told(story(HELD, events=[{"after": "3s", "do": {"expire_key": True}}]))
    client.submit("ledger", ledger())
    elsewhere = clock.stopwatch() + 3600 * SECOND
    monkeypatch.setattr(clock, "stopwatch", lambda: elsewhere)
    monkeypatch.setattr(clock, "wall", lambda: elsewhere)

    assert client.found("ledger")[0]["status"] == 0
    assert [step.what for step in client.record("ledger", "L-1").steps] == ["queued"]
    assert not client.world.is_key_expired


def test_everything_happens_when_the_clock_is_moved() -> None:
    client = told(story(HELD, events=[{"after": "3s", "do": {"document_status": "Late"}}]))
    client.submit("ledger", ledger())
    fired = client.run("advance", by="20m")["fired"]

    moments = {event["event"]: event["at"][11:19] for event in reversed(fired)}
    assert moments["held"] == "09:00:01"
    assert moments["documentStatus changed to 'Late'"] == "09:00:03"
    assert moments["synced"] > "09:10:03"
    assert client.found("ledger")[0]["status"] == 1


def two_worlds() -> tuple[Partner, Partner]:
    """Two keys on one server, each of which is told the same story."""
    worlds, service = Worlds(Settings(clock="virtual"), built_in()), Service(built_in())
    one, other = (Partner(worlds.world(key), service) for key in ("test-a", "test-b"))
    rules: list[dict[str, Any]] = [
        {"when": {"operation": "submit_ledger", "times": 1}, "respond": {"status": 503}},
        {"when": {"sync": "any"}, "outcomes": [{"failed": "no"}, "synced"]},
    ]
    for client in (one, other):
        client.run("load_scenario", scenario=story(*rules, events=[{"after": "1m", "do": {"expire_key": True}}]))
    return one, other


def test_a_story_in_one_world_is_not_moved_on_by_a_request_in_another() -> None:
    one, other = two_worlds()
    assert [one.submit("ledger", ledger()).status for _ in range(2)] == [503, 200]
    one.run("advance", by="1s")
    one.submit("ledger", ledger())
    one.run("advance", by="1m")

    assert one.look("ledger").status == 401
    assert other.look("ledger").status == 204, "no record, no clock and no key is shared"
    assert [other.submit("ledger", ledger()).status for _ in range(2)] == [503, 200]
    other.run("advance", by="1s")
    assert other.found("ledger")[0]["status"] == 2


def test_a_rule_on_top_of_one_world_is_in_no_other() -> None:
    one, other = two_worlds()
    one.run("add_rule", rule={"when": {"operation": "any"}, "respond": {"status": 500}})
    assert (one.look("ledger").status, other.look("ledger").status) == (500, 204)
    one.world.clear(one.world.setup)
    assert other.submit("ledger", ledger()).status == 503


FAULTS = ["reset", "empty", "truncated", "garbage", "malformed-json", "hang", "delay", "slow"]


@pytest.mark.parametrize("at", ["before", "during", "after"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_does_not_double_what_the_journal_counts(kind: str, at: str) -> None:
    if kind in {"delay", "slow"} and at == "before":
        return
    client = told(
        story({"when": {"operation": "submit_payments", "attempt": [1, 2]}, "fault": {"kind": kind, "at": at}})
    )
    answers = [client.submit("payment", [payment()]) for _ in range(3)]

    entries = client.entries()
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [bool(entry.delivery) for entry in entries] == [True, True, False]
    assert [entry.decision.rpartition("/")[2] for entry in entries] == ["1", "2", ""], "a retry is told from the first"
    assert [has_arrived(answer) for answer in answers] == [kind in {"delay", "slow"}] * 2 + [True]
    assert sum(effect.what == "created" for entry in entries for effect in entry.effects) == 1
    assert client.world.record_count == 1


def test_an_answer_that_is_given_once_is_given_to_one_of_many_clients() -> None:
    client = told(story({"when": {"operation": "submit_ledger", "times": 1}, "respond": {"status": 503}}))
    seen = [client.submit("ledger", ledger(f"L-{number}")).status for number in range(32)]
    assert seen.count(503) == 1


def test_two_failures_and_then_success_can_be_told() -> None:
    client = told(story({"when": {"operation": "submit_ledger", "attempt": [1, 2]}, "fault": {"kind": "reset"}}))
    assert len(Client(client).deliver("ledger", ledger())) == 1, "it was stored by the first"
    other = told(
        story({"when": {"operation": "submit_ledger", "times": 2}, "fault": {"kind": "reset", "at": "before"}})
    )
    assert len(Client(other).deliver("ledger", ledger())) == 3


def test_every_nth_request_can_be_refused() -> None:
    limits: list[dict[str, Any]] = [
        {"when": {"operation": "any", "skip": 4 * number - 1, "times": 1}, "respond": {"status": 429}}
        for number in range(1, 6)
    ]
    client = told(story(*limits))
    seen = [client.submit("ledger", ledger(f"L-{number}")).status for number in range(20)]
    # A rule counts what it could have struck, and so not what one above it took.
    assert [number for number, status in enumerate(seen, 1) if status == 429] == [4, 9, 14, 19]


def test_a_rule_that_is_put_on_top_again_begins_anew() -> None:
    client = partner()
    rule = {"when": {"operation": "any", "times": 1}, "respond": {"status": 503}}
    for _ in range(3):
        name = client.run("add_rule", rule=rule)["added"]
        assert [client.look("ledger").status for _ in range(2)] == [503, 204]
        client.run("remove_rule", name=name)
