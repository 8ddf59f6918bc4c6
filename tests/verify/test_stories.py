"""The scenarios are those of the language, as small as nothing, and as mild as one asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from simulator.clock import SECOND, parse_duration
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.systems.catalogue import wires
from simulator.verify.stories import (
    FAULTS,
    QUICK_FAULTS,
    TROUBLES,
    Written,
    durations,
    events,
    faults,
    outcome_lists,
    outcomes,
    responds,
    rules,
    scenarios,
)
from simulator.world.library import parse_scenario
from simulator.world.outcomes import parse_outcome
from simulator.world.scenario import rule_from, scenario_from

EVERY_SYSTEM = ["plain", *wires()]


@pytest.mark.parametrize("extreme", [False, True])
@given(data=st.data())
def test_every_scenario_is_one_and_read_without_loss(data: st.DataObject, extreme: bool) -> None:  # noqa: FBT001
    written = data.draw(scenarios(systems=EVERY_SYSTEM, extreme=extreme))
    read = scenario_from(written, built_in())

    assert read.given == written
    assert [rule.name for rule in read.rules] == [rule["name"] for rule in written["rules"]]
    assert parse_scenario(dumps(written), built_in(), "story.json").name == written["name"]


def test_the_simplest_scenario_is_one_in_which_nothing_happens() -> None:
    assert find(scenarios(), lambda _: True) == {"format": 1, "name": "0", "rules": []}


def test_a_scenario_shrinks_to_the_one_rule_that_matters() -> None:
    found = find(scenarios(), lambda one: any("fault" in rule for rule in one["rules"]))

    [rule] = found["rules"]
    assert set(found) == {"format", "name", "rules"}
    assert (set(rule), set(rule["when"]), set(rule["fault"])) == ({"name", "when", "fault"}, {"operation"}, {"kind"})


@given(written=rules())
def test_a_rule_can_be_put_on_top(written: Written) -> None:
    assert rule_from(written, 0, built_in()).given == written


@given(written=rules(ordered=False, fault_kinds=QUICK_FAULTS, statuses=TROUBLES, addressed=False))
def test_a_rule_is_as_mild_as_asked(written: Written) -> None:
    assert not {"times", "skip", "identifier", "match", "exactly"} & set(written["when"])
    assert written.get("fault", {"kind": "reset"})["kind"] in QUICK_FAULTS
    assert written.get("respond", {"status": 503})["status"] in TROUBLES


@given(written=scenarios(fault_kinds=[]))
def test_without_kinds_of_fault_the_wire_stays_whole(written: Written) -> None:
    assert not [rule for rule in written["rules"] if "fault" in rule]


@given(written=outcomes())
def test_every_outcome_is_one(written: Any) -> None:
    assert parse_outcome(parse_outcome(written).show()) == parse_outcome(written)


@given(written=outcome_lists())
def test_nothing_follows_what_has_no_end(written: list[Any]) -> None:
    assert "pending" not in written[:-1]


@given(written=durations())
def test_usual_durations_are_days_at_most(written: str) -> None:
    assert 0 <= parse_duration(written) <= 90 * 3600 * SECOND


def test_extreme_durations_go_to_the_end_of_the_calendar() -> None:
    assert find(durations(extreme=True), lambda one: parse_duration(one) > 2_000_000 * 86_400 * SECOND)


@given(fault=faults(), respond=responds(), event=events())
def test_the_parts_fit_into_a_scenario(fault: Written, respond: Written, event: Written) -> None:
    when = {"operation": "any"}
    parts = [{"when": when, "fault": fault}, {"when": when, "respond": respond}]
    scenario = scenario_from({"format": 1, "name": "parts", "rules": parts, "events": [event]}, built_in())

    assert scenario.rules[0].fault is not None
    assert scenario.rules[0].fault.kind in FAULTS
    assert scenario.rules[1].respond is not None
    assert scenario.events[0].given == event
