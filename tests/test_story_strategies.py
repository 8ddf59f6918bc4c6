"""The strategies for stories make stories that are valid, and miss no word of the language."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings

from simulator.clock import LAST_INSTANT, parse_duration
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.errors import SettingError
from simulator.world.library import parse_scenario
from simulator.world.outcomes import parse_outcome
from simulator.world.scenario import SCHEMA, WORDS, Scenario
from tests.story_strategies import CALENDAR, FAULTS, Written, outcomes, scenarios


@given(written=scenarios())
def test_every_scenario_is_valid_and_read_without_loss(written: Written) -> None:
    read = parse_scenario(dumps(written), built_in(), "story.json")

    assert isinstance(read, Scenario)
    assert read.given == written
    assert [rule.name for rule in read.rules] == [rule["name"] for rule in written["rules"]]


@given(written=outcomes())
def test_every_outcome_is_valid(written: Any) -> None:
    assert parse_outcome(parse_outcome(written).show()) == parse_outcome(written)


def words(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(name) for name in value} | {word for part in value.values() for word in words(part)}
    return {word for part in value for word in words(part)} if isinstance(value, list) else set()


def test_every_word_of_the_language_occurs() -> None:
    seen: set[str] = set()

    @settings(max_examples=250, phases=[Phase.generate], derandomize=True, database=None)
    @given(written=scenarios())
    def collect(written: Written) -> None:
        seen.update(words(written))

    collect()
    assert set(WORDS) - seen == set()


def test_every_fault_of_the_language_occurs() -> None:
    rule = built_in().files.read(SCHEMA)["properties"]["rules"]["items"]["properties"]
    assert set(FAULTS) == set(rule["fault"]["properties"]["kind"]["enum"])


def test_the_longest_duration_is_one() -> None:
    assert parse_duration(CALENDAR) <= LAST_INSTANT
    with pytest.raises(SettingError):
        parse_duration("2932897d")
