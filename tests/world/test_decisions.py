"""A run as a scenario: loaded again it gives the same decisions, whatever their order was."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance import draw
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps, loads
from simulator.world import decisions as exporting
from simulator.world import director as directors
from simulator.world.decisions import as_scenario
from simulator.world.scenario import every_mistake
from tests.documents import Partner, ledger, partner, payment

BUSY = {"when": {"operation": "any", "chance": 0.4}, "respond": {"status": 503, "retry_after": "30s"}}
LOST = {"when": {"operation": "submit_payments", "chance": 0.5}, "fault": {"kind": "reset", "at": "after"}}
OUT = {"when": {"sync": "ledger", "chance": 0.6}, "outcomes": [{"unreachable": "4m"}, {"failed": "locked"}, "synced"]}
HELD = {"when": {"sync": "payment"}, "outcomes": [{"pending": "2 looks"}, {"pending": "10m"}, "synced"]}


def told(*rules: dict[str, Any], **members: Any) -> Partner:
    client = partner()
    client.run("load_scenario", scenario={"format": 1, "name": "x", "rules": list(rules), **members})
    return client


def again(story: dict[str, Any]) -> Partner:
    """A fresh world that is told an exported run, after it was written and read."""
    client = partner()
    client.run("load_scenario", scenario=loads(dumps(story)))
    return client


def export(client: Partner) -> dict[str, Any]:
    story = as_scenario(client.world, "")
    assert every_mistake(loads(dumps(story)), built_in()) == []
    return story


def send(client: Partner, shuffle: int = 0) -> list[Any]:
    """Send documents, three attempts each, in some order, then let time run; return what every document met."""
    names = [f"L*{number}" for number in range(12)] * 3
    names = [name for _, name in sorted((draw(shuffle, place), name) for place, name in enumerate(names))]
    met: dict[str, list[int]] = {}
    for name in names:
        met.setdefault(name, []).append(client.submit("ledger", ledger(name)).status)
        batch = [payment(f"{name}-b"), payment(f"{name}-a", amount=2)]
        met.setdefault(f"{name} batch", []).append(client.submit("payment", batch).status)
        met.setdefault(f"{name} look", []).append(client.look("ledger", sourceIdentifier=name).status)
    for _ in range(8):
        client.look("payment")
        client.run("advance", by="30m")
    states = [(record.identifier, record.state, record.reason) for shelf in client.world.shelves.values()
              for record in shelf.all.values()]  # fmt: skip
    return sorted([*met.items(), *states], key=repr)


def log(client: Partner) -> list[str]:
    """The decisions without the names of the rules that took them, in the order of their addresses."""
    return sorted(decision.name.partition("/")[2] for decision in client.world.engine.director.decisions)


def test_a_run_that_is_told_again_decides_the_same_in_any_order() -> None:
    first = told(BUSY, LOST, OUT, HELD, seed=3, books={"accounts": ["1701", "3000"]})
    met = send(first)
    story = export(first)
    assert len(log(first)) > 50
    for shuffle in (0, 1, 2):
        second = again(story)
        assert send(second, shuffle) == met
        assert log(second) == log(first)
        assert dumps(export(second)) == dumps(story), "an exported run that is exported again is the same"


def test_the_text_is_the_same_in_whatever_order_the_decisions_were_taken() -> None:
    texts = set()
    for shuffle in range(4):
        client = told(BUSY, LOST, OUT, HELD, seed=3)
        send(client, shuffle)
        texts.add(dumps(export(client)))
    assert len(texts) == 1


def test_decisions_that_are_alike_share_a_rule() -> None:
    client = told({"when": {"operation": "submit_ledger", "attempt": 1}, "respond": {"status": 503}})
    for number in range(2_000):
        client.submit("ledger", ledger(f"L-{number:04}"))
    [rule] = export(client)["rules"]
    assert rule["when"]["operation"] == "submit_ledger"
    assert (rule["when"]["attempt"], len(rule["when"]["exactly"]), rule["respond"]) == (1, 2_000, {"status": 503})


def test_magic_decisions_become_rules_of_their_own() -> None:
    client = partner()
    client.submit("ledger", ledger("A~503"))
    client.submit("ledger", ledger("A~503"))
    client.submit("ledger", ledger("B~failed-once"))
    client.run("settle")
    client.submit("ledger", ledger("B~failed-once"))
    client.run("settle")
    rules = export(client)["rules"]
    assert [rule["when"] for rule in rules] == [
        {"operation": "submit_ledger", "exactly": ["A~503"], "attempt": 1},
        {"sync": "ledger", "exactly": ["B~failed-once"]},
    ]
    assert rules[1]["outcomes"][1:] == ["synced"]


def outcomes(client: Partner) -> list[Any]:
    [rule] = export(client)["rules"]
    return list(rule["outcomes"])


def test_out_of_reach_is_told_by_attempts() -> None:
    client = told({"when": {"sync": "ledger", "until": "5m"}, "outcomes": ["unreachable"]})
    client.submit("ledger", ledger())
    client.run("settle")
    told_again = outcomes(client)
    assert set(told_again[:-1]) == {"unreachable"}
    assert told_again[-1] == "push"
    assert client.record("ledger", "L-1").attempts == len(told_again)


def test_a_while_that_a_document_is_held_is_one_outcome_however_often_it_is_asked() -> None:
    client = told({"when": {"sync": "ledger"}, "outcomes": [{"pending": "10m"}, {"pending": "10m"}, "synced"]})
    client.submit("ledger", ledger())
    client.run("advance", by="5m")
    client.run("outcome", kind="ledger", identifier="L-1", outcome="push")
    client.run("settle")
    assert outcomes(client) == [{"pending": "10m"}, {"pending": "10m"}, "synced"]


def test_what_is_pending_for_ever_ends_the_list() -> None:
    client = told({"when": {"sync": "ledger"}, "outcomes": [{"failed": "a"}, "pending"]})
    client.submit("ledger", ledger())
    client.run("settle")
    client.submit("ledger", ledger())
    for _ in range(2):
        client.run("settle")
        client.run("outcome", kind="ledger", identifier="L-1", outcome="push")
    assert outcomes(client) == [{"failed": "a"}, "pending"]


def test_attempts_that_nobody_decided_are_left_to_the_books() -> None:
    client = told({"when": {"sync": "ledger", "from": "1h"}, "outcomes": ["synced"]}, books={"accounts": ["1"]})
    client.submit("ledger", ledger())
    client.run("advance", by="2h")
    client.submit("ledger", ledger())
    client.run("settle")
    assert outcomes(client) == ["push", "synced"]


def test_settings_and_events_are_taken_along() -> None:
    events = [{"after": "10m", "do": {"expire_key": True}}]
    client = told(events=events, seed=9, sync_delay="7s", readings={"failed_status": -1})
    story = export(client)
    assert (story["seed"], story["sync_delay"], story["readings"]["failed_status"]) == (9, "7s", "-1")
    assert story["events"] == events
    assert "rules" not in story
    assert "advice" not in story


def test_what_is_lost_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directors, "DECISIONS_MAX", 2)
    client = told({"when": {"operation": "submit_ledger"}, "respond": {"status": 503}})
    for number in range(5):
        client.submit("ledger", ledger(f"L-{number}"))
    assert "3 more decisions" in export(client)["advice"]
    client.run("drop_scenario")
    assert "5 more decisions" in export(client)["advice"]
    client.world.clear(client.world.setup)
    assert "advice" not in export(client)


def test_more_rules_than_a_scenario_may_have_are_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "RULES_MAX", 1)
    monkeypatch.setattr(exporting, "NAMES_MAX", 2)
    client = told({"when": {"operation": "submit_ledger"}, "respond": {"status": 503}})
    for number in range(5):
        client.submit("ledger", ledger(f"L-{number}"))
    story = export(client)
    assert len(story["rules"]) == 1
    assert "3 more decisions" in story["advice"]
