"""Commands that tell a story, or end it: what it held goes on, and what it never held stays."""

from __future__ import annotations

import pytest

from simulator.errors import BoundError
from simulator.world import commands
from tests.documents import Partner, ledger, partner


def held(*outcomes: object) -> Partner:
    client = partner()
    rule = {"name": "held", "when": {"sync": "ledger"}, "outcomes": list(outcomes)}
    client.run("load_scenario", scenario={"format": 1, "name": "x", "rules": [rule]})
    client.submit("ledger", ledger("A"))
    client.run("advance", by="1m")
    assert client.record("ledger", "A").due is None
    return client


@pytest.mark.parametrize("outcomes", [["pending"], [{"pending": "3 looks"}, "synced"]])
@pytest.mark.parametrize("another", [False, True])
def test_what_a_rule_held_is_pushed_when_its_story_is_over(outcomes: list[object], *, another: bool) -> None:
    client = held(*outcomes)
    if another:
        client.run("load_scenario", scenario={"format": 1, "name": "y"})
    else:
        client.run("drop_scenario")
    client.run("settle")
    record = client.record("ledger", "A")
    assert (record.state, record.looks_left, record.attempts) == ("synced", 0, 1)
    assert [step.what for step in record.steps][-3:] == ["held", "released", "synced"]


def test_what_a_story_still_holds_it_holds_again() -> None:
    client = held("pending")
    client.run("load_scenario", scenario=client.world.setup.scenario.given)  # type: ignore[union-attr]
    client.run("settle")
    record = client.record("ledger", "A")
    assert (record.state, record.due, record.attempts) == ("pending", None, 0)


def test_what_was_held_by_hand_stays_so_whatever_is_told() -> None:
    client = held("pending")
    client.run("outcome", kind="ledger", identifier="A", outcome="pending")
    client.run("drop_scenario")
    client.run("settle")
    assert client.record("ledger", "A").state == "pending"


def test_what_a_magic_identifier_holds_stays_so_whatever_is_told() -> None:
    client = partner()
    for name in ("A~pending", "A~pending-3"):
        client.submit("ledger", ledger(name))
    client.run("settle")
    client.run("drop_scenario")
    client.run("settle")
    records = [client.record("ledger", name) for name in ("A~pending", "A~pending-3")]
    assert [(record.state, record.looks_left) for record in records] == [("pending", 0), ("pending", 3)]


@pytest.mark.parametrize("replaced", [False, True])
def test_what_a_rule_on_top_held_is_pushed_when_it_is_taken_off(*, replaced: bool) -> None:
    client = partner()
    for name in ("one", "two"):
        when = {"sync": "ledger", "identifier": name}
        client.run("add_rule", rule={"name": name, "when": when, "outcomes": ["pending"]})
        client.submit("ledger", ledger(name))
    client.run("settle")
    if replaced:
        client.run("add_rule", rule={"name": "one", "when": {"sync": "ledger"}, "outcomes": ["synced"]})
    else:
        client.run("remove_rule", name="one")
    client.run("settle")
    assert [client.record("ledger", name).state for name in ("one", "two")] == ["synced", "pending"]


def test_rules_on_top_are_bounded_and_one_of_them_can_still_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "RULES_ON_TOP_MAX", 2)
    client = partner()
    rule = {"when": {"operation": "any"}, "respond": {"status": 503}}
    for name in ("one", "two", "two"):
        client.run("add_rule", rule={"name": name, **rule})
    before = commands.show_scenario(client.world)
    with pytest.raises(BoundError, match="2 rules are on top, which is the most"):
        client.run("add_rule", rule={"name": "three", **rule})
    assert commands.show_scenario(client.world) == before
    client.run("remove_rule", name="one")
    client.run("add_rule", rule=rule)
    assert [rule.name for rule in client.world.engine.director.on_top] == ["top-1", "two"]
