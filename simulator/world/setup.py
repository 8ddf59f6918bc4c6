"""What a world is like, beside what happens in it; and what a change to that makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.clock import Duration, parse_duration, parse_mode, show_duration
from simulator.contract.contract import Contract
from simulator.contract.readings import Readings
from simulator.settings import Settings
from simulator.systems.base import NOBODY, merged
from simulator.systems.catalogue import DEFAULT, system_named
from simulator.world.library import read_scenario
from simulator.world.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Setup:
    """Every knob of a world."""

    readings: Readings
    clock: str
    sync_delay: Duration
    system: str = DEFAULT
    seed: int = 0
    books: Mapping[str, Any] = field(default_factory=dict)
    scenario: Scenario | None = None

    def show(self) -> dict[str, Any]:
        """Return the setup as a JSON object."""
        return {
            "scenario": dict(self.scenario.given) if self.scenario is not None else None,
            "system": self.system,
            "seed": self.seed,
            "clock": self.clock,
            "syncDelay": show_duration(self.sync_delay),
            "readings": dict(self.readings),
            "books": dict(self.books),
        }


def setup_from(settings: Settings, contract: Contract) -> Setup:
    """Return what a new world is like on a server with these settings. Raises SettingError."""
    readings = contract.choose(settings.readings)
    system = settings.system or DEFAULT
    system_named(system)
    setup = Setup(readings=readings, clock=settings.clock, sync_delay=settings.sync_delay, system=system)
    return telling(setup, read_scenario(settings.scenario, contract), contract) if settings.scenario else setup


def telling(setup: Setup, scenario: Scenario, contract: Contract) -> Setup:
    """Return a setup in which a scenario is told: with what the scenario sets."""
    # A story that has books tells all of them; otherwise they stay.
    books = {} if {"system", "books"} & set(scenario.settings) else setup.books
    bare = replace(setup, scenario=None, books=books)
    return _with_events(replace(changed(bare, scenario.settings, contract), scenario=scenario))


def changed(setup: Setup, arguments: Mapping[str, Any], contract: Contract) -> Setup:
    """Return a setup with the changes that are named; what is not named stays. Raises SettingError."""
    if "readings" in arguments:
        setup = replace(setup, readings=contract.choose(setup.readings.items(), arguments["readings"].items()))
    if "seed" in arguments:
        setup = replace(setup, seed=int(arguments["seed"]))
    if "syncDelay" in arguments:
        setup = replace(setup, sync_delay=parse_duration(arguments["syncDelay"]))
    if "system" in arguments or "books" in arguments:
        system = arguments.get("system", setup.system)
        former, words = {} if "system" in arguments else setup.books, arguments.get("books", {})
        # Opened with null where that is given: it, too, must be that of a word.
        system_named(system).open_books({**former, **words}, NOBODY)
        books = merged(former, words)
        setup = replace(setup, system=system, books=books)
    if "mode" in arguments.get("clock", {}):
        parse_mode(arguments["clock"]["mode"])
        setup = replace(setup, clock=arguments["clock"]["mode"])
    return _with_events(setup)


def _with_events(setup: Setup) -> Setup:
    """Return a setup whose story can be told to its end. Raises SettingError if books that it will open do not fit."""
    words = setup.books
    for event in setup.scenario.events if setup.scenario is not None else ():
        if "books" in event.do:
            system_named(setup.system).open_books({**words, **event.do["books"]}, NOBODY)
            words = merged(words, event.do["books"])
    return setup
