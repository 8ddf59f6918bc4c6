"""What must hold of every story, told to any client: one record an effect, final states, time, bounds, replay."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.errors import SimulatorError
from simulator.partner.replay import replay
from simulator.partner.service import Service
from simulator.world.commands import show_scenario
from simulator.world.director import Decision
from simulator.world.library import parse_scenario
from simulator.world.records import Record
from simulator.world.scenario import Rule
from simulator.world.setup import Setup, telling
from tests.documents import Partner, partner
from tests.partner.histories import DURATIONS, IDENTIFIERS, LEDGERS, LOOKS, OUTCOMES, PAYMENTS, Step, command, some
from tests.story_strategies import Written, events, rules, scenarios

SERVICE = Service(built_in())
FINAL = {"synced", "failed"}

TELLING = st.one_of(
    command("load_scenario", scenario=scenarios(max_rules=2)),
    command("add_rule", rule=rules()),
    st.builds(lambda name: Step("remove_rule", arguments={"name": name}), st.sampled_from(["top-1", "top-2"])),
    st.just(Step("drop_scenario", arguments={})),
)
"""What changes a story while it is told."""

MOVES = st.one_of(
    command("advance", by=DURATIONS),
    some("settle", within=DURATIONS),
    command(
        "outcome",
        kind=st.sampled_from(["ledger", "payment"]),
        identifier=st.sampled_from(IDENTIFIERS),
        outcome=OUTCOMES,
    ),
    st.just(Step("expire_key", arguments={"never": True})),
)
STEPS = st.one_of(LEDGERS, PAYMENTS, PAYMENTS, LOOKS, LOOKS, MOVES, MOVES)
HISTORIES = st.lists(STEPS, max_size=20)


def told(written: Written, key: str = "test-key") -> Partner:
    """A fresh world in which a scenario is told, read as its file would be."""
    client = partner(key)
    scenario = parse_scenario(dumps(written), built_in())
    setup: Setup = telling(client.world.setup, scenario, built_in())
    client.world.clear(setup)
    return client


def play(client: Partner, history: list[Step]) -> None:
    for step in history:
        step.play(client)


def records(client: Partner) -> list[Record]:
    return [record for shelf in client.world.shelves.values() for record in shelf.all.values()]


def timelines(client: Partner) -> list[dict[str, Any]]:
    return [record.show(full=True) for record in records(client)]


@given(written=scenarios(), history=HISTORIES)
def test_a_record_is_the_effect_of_one_request_and_no_request_has_an_effect_that_a_rule_forbids(
    written: Written, history: list[Step]
) -> None:
    client = told(written)
    requests = [step for step in history if step.arguments is None]
    play(client, history)

    entries = client.entries()
    created = Counter(
        (effect.kind, effect.identifier) for entry in entries for effect in entry.effects if effect.what == "created"
    )
    assert len(entries) == len(requests), "one entry a request, whatever became of its answer"
    assert created == Counter((record.kind, record.identifier) for record in records(client))
    if client.world.readings["repeated_identifier"] != "two-records":
        assert set(created.values()) <= {1}
    for entry in entries:
        is_before = entry.outcome == "scripted"
        assert not (is_before and entry.effects)
        assert is_before == ("before the effect" in entry.delivery or (entry.delivery == "scripted" and is_before))
        header = dict(entry.answer_headers)[b"x-sim-decision"]
        assert (header != b"none") == bool(entry.decision) == bool(entry.delivery)


@given(written=scenarios(), history=HISTORIES)
def test_time_goes_forward_and_what_is_final_stays_unless_it_is_submitted_again(
    written: Written, history: list[Step]
) -> None:
    client = told(written)
    play(client, history)
    client.run("settle")

    for record in records(client):
        moments = [step.at for step in record.steps]
        assert moments == sorted(moments)
        assert moments[-1] <= client.world.now
        whats = [step.what for step in record.steps]
        for before, after in pairwise(what for what in whats if what not in {"repeated", "document status changed"}):
            if before == "synced":
                raise AssertionError(f"a synced record was {after}")
            assert before != "failed" or after == "queued"
        assert (record.state in FINAL) == (record.settled_at is not None)
        assert record.due is None, "after a settle nothing is due"


def admitted(decisions: list[Decision], rule: Rule) -> int:
    """To how many requests a rule applied, or to how many documents."""
    own = [decision for decision in decisions if decision.rule == rule.name]
    if rule.when.kinds:
        return len({(decision.subject, decision.identity) for decision in own})
    return len(own)


@given(written=scenarios(), history=HISTORIES)
def test_a_rule_keeps_to_its_bounds(written: Written, history: list[Step]) -> None:
    client = told(written)
    play(client, history)
    director = client.world.engine.director

    for rule in director.rules:
        own = [decision for decision in director.decisions if decision.rule == rule.name]
        when = rule.when
        assert when.times is None or admitted(director.decisions, rule) <= when.times
        assert when.chance > 0 or not own
        assert all(not when.attempts or decision.attempt in when.attempts for decision in own)
        assert all(decision.subject in when.operations | when.kinds for decision in own)
        assert director.applied.get(rule.name, 0) == len(own)
    addresses = [(one.subject, one.identity, one.attempt, one.is_push) for one in director.decisions]
    assert len(set(addresses)) == len(addresses), "one decision a document and attempt"


@given(written=scenarios(), history=st.lists(STEPS | TELLING, max_size=20))
def test_the_log_of_a_story_fed_to_a_fresh_world_gives_the_same_answers_and_decisions(
    written: Written, history: list[Step]
) -> None:
    client, other = told(written), partner("test-other")
    play(client, history)
    world = client.world
    event(f"decisions: {min(len(world.engine.director.decisions), 3)}")

    assert list(replay(SERVICE, other.world, world.founded, world.opened, list(world.journal.entries))) == []
    # What is due at this very moment happens with the next command, and one that was refused is in no log.
    for one in (client, other):
        one.world.arrive(world.now)

    assert timelines(other) == timelines(client)
    assert other.world.engine.director.decisions == world.engine.director.decisions
    assert show_scenario(other.world) == show_scenario(world)
    assert [entry.show() for entry in other.entries("all")] == [entry.show() for entry in client.entries("all")]


@given(
    written=scenarios(),
    history=HISTORIES,
    wrong=st.sampled_from(
        [{"rules": [{}]}, {"books": {"odd": 1}}, {"readings": {"odd": 1}}, {"odd": 1}, {"seed": "x"}]
    ),
)
def test_a_story_that_is_refused_leaves_the_one_before_in_force(
    written: Written, history: list[Step], wrong: Written
) -> None:
    client = told(written)
    play(client, history)
    client.world.arrive()
    before = (show_scenario(client.world), client.world.setup, timelines(client))
    try:
        client.run("load_scenario", scenario={**written, **wrong})
    except SimulatorError:
        pass
    else:
        raise AssertionError("it was taken")

    assert (show_scenario(client.world), client.world.setup, timelines(client)) == before


@given(written=scenarios(), history=HISTORIES, late=st.lists(events(), max_size=2))
def test_a_status_answer_that_is_not_spoilt_tells_the_truth(
    written: Written, history: list[Step], late: list[Written]
) -> None:
    client = told({**written, "events": [*written.get("events", []), *late]})
    play(client, history)
    client.run("expire_key", never=True)
    client.run("settle", within="1h")
    client.run("expire_key", never=True)
    client.run("drop_scenario")
    client.world.arrive()

    numbers = {"pending": 0, "synced": 1, "failed": int(client.world.readings["failed_status"])}
    for kind in ("ledger", "payment"):
        answer = client.look(kind)
        shelf = client.world.shelves[kind]
        assert answer.fault is None
        if client.world.readings["default_period"] == "everything" and shelf.all:
            seen = [(item["sourceIdentifier"], item["status"]) for item in client.found(kind)]
            assert seen == [(record.identifier, numbers[record.state]) for record in shelf.all.values()]
