"""What a world is like, and what a scenario makes of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.world.scenario import scenario_from
from simulator.world.setup import Setup, changed, setup_from, telling

STORY: dict[str, Any] = {
    "format": 1, "name": "all", "seed": 7, "system": "plain", "clock": "x60", "sync_delay": "5s",
    "books": {"accounts": ["1701"]}, "readings": {"failed_status": -1, "no_results": "empty-list"},
}  # fmt: skip


@pytest.fixture
def setup() -> Setup:
    return setup_from(Settings(clock="virtual"), built_in())


def test_a_scenario_sets_what_it_names_and_leaves_the_rest(setup: Setup) -> None:
    told = telling(setup, scenario_from(STORY, built_in()), built_in())
    shown = told.show()
    assert (shown["seed"], shown["clock"], shown["syncDelay"], shown["books"]) == (
        7,
        "x60",
        "5s",
        {"accounts": ["1701"]},
    )
    assert (shown["readings"]["failed_status"], shown["readings"]["no_results"]) == ("-1", "empty-list")
    assert shown["scenario"] == STORY
    bare = telling(setup, scenario_from({"format": 1, "name": "bare"}, built_in()), built_in())
    assert dataclasses.replace(bare, scenario=None) == setup


def test_the_scenario_of_the_server_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text("format: 1\nname: mine\nseed: 9\n")
    setup = setup_from(Settings(scenario=str(file)), built_in())
    assert setup.scenario is not None
    assert (setup.scenario.name, setup.seed) == ("mine", 9)


@pytest.mark.parametrize("arguments", [
    {"books": {"accounts": 7}}, {"system": "none"}, {"readings": {"failed_status": "9"}}, {"syncDelay": "soon"},
    {"clock": {"mode": "sundial"}}, {"books": {"lock_until": None}},
])  # fmt: skip
def test_a_change_that_cannot_be_is_refused(setup: Setup, arguments: dict[str, Any]) -> None:
    with pytest.raises(SettingError):
        changed(setup, arguments, built_in())


def test_another_system_opens_books_of_its_own(setup: Setup) -> None:
    with_books = changed(setup, {"books": {"accounts": ["1"]}}, built_in())
    assert changed(with_books, {"seed": 3}, built_in()).books == {"accounts": ["1"]}
    assert changed(with_books, {"system": "plain"}, built_in()).books == {}
