"""All worlds of a server: opened by their keys at first use, bounded in number, removed when unused for long."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from typing import Any

from simulator.chance import fingerprint
from simulator.clock import Duration, Instant, show_duration, show_instant, stopwatch, wall
from simulator.contract.contract import Contract
from simulator.errors import BoundError, ExpiredError, SimulatorError
from simulator.settings import Settings
from simulator.world import commands
from simulator.world.scenario import Scenario
from simulator.world.setup import setup_from, telling
from simulator.world.world import World

KEY_PREFIX = "test-"
KEY_LENGTH_MAX = 200
EXAMPLE_KEY = "test-key"
TOMBSTONES_MAX = 10_000
STRAYS_MAX = 200


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is remembered of a world that expired."""

    at: Instant
    idle: Duration
    records: int
    entries: int

    def sentence(self) -> str:
        """Say what happened."""
        return (
            f"it was unused for more than {show_duration(self.idle)} and removed at {show_instant(self.at)}, "
            f"with {self.records} records and {self.entries} journal entries."
        )


@dataclass(frozen=True, slots=True)
class Stray:
    """A request that reached no world, as its key opens none."""

    at: Instant
    method: str
    path: str
    reason: str

    def show(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"at": show_instant(self.at), "method": self.method, "path": self.path, "reason": self.reason}


class Worlds:
    """The worlds by their keys, least recently used first."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        """Start without a world. Raises SettingError if the settings do not fit the contract."""
        self.settings = settings
        self.contract = contract
        self.setup = setup_from(settings, contract)
        self.by_key: OrderedDict[str, World] = OrderedDict()
        self.used: dict[str, Duration] = {}
        self.identities: dict[str, str] = {fingerprint(EXAMPLE_KEY): EXAMPLE_KEY}
        """The key of each world by its identity, by which the accounting systems know it."""
        self.gone: OrderedDict[str, Tombstone] = OrderedDict()
        self.strays: deque[Stray] = deque(maxlen=STRAYS_MAX)
        self.stray_count = 0

    def opens(self, key: str) -> bool:
        """Say whether a key opens a world."""
        if not key or len(key) > KEY_LENGTH_MAX:
            return False
        return key.startswith(KEY_PREFIX) or self.settings.keys == "any"

    def world(self, key: str) -> World:
        """Return the world of a key that opens one, made at its first use.

        Raises ExpiredError if it expired since its last use, BoundError if there are too many.
        """
        now = stopwatch()
        self._expire(now)
        world = self.by_key.get(key)
        if world is None:
            world = self._open(key)
        self.used[key] = now
        self.by_key.move_to_end(key)
        return world

    def _open(self, key: str) -> World:
        if key in self.gone:
            raise ExpiredError(self.gone[key].sentence(), advice="POST /_sim/reset with this key opens a new one.")
        if len(self.by_key) >= self.settings.worlds_max:
            raise BoundError(
                f"there are {len(self.by_key)} worlds, which is the most.",
                advice="DELETE /_sim/world removes one; --worlds-max and --world-idle set the bounds.",
            )
        world = World(key, self.setup, self.settings, self.contract)
        self.by_key[key] = world
        self.identities[world.identity] = key
        return world

    def known_as(self, identity: str) -> World | None:
        """Return the world of an identity that some credentials name; None if there is none.

        The world of the key that every example uses is there without having been used.
        Raises ExpiredError if it expired since its last use, BoundError if there are too many.
        """
        key = self.identities.get(identity)
        return None if key is None else self.world(key)

    def _expire(self, now: Duration) -> None:
        idle = self.settings.world_idle
        while self.by_key:
            key, world = next(iter(self.by_key.items()))
            if now - self.used[key] <= idle:
                return
            # Somebody who is listening (the page, a long-poll) is using the world, though silently.
            if world.listeners:
                self.used[key] = now
                self.by_key.move_to_end(key)
                continue
            self.remove(key)
            self.gone[key] = Tombstone(wall(), idle, world.record_count, world.journal.last)
            if len(self.gone) > TOMBSTONES_MAX:
                self.gone.popitem(last=False)

    def remove(self, key: str) -> bool:
        """Remove a world; say whether there was one. An expired one may be opened again after this."""
        known = self.gone.pop(key, None) is not None
        self.used.pop(key, None)
        if key != EXAMPLE_KEY:
            self.identities.pop(fingerprint(key), None)
        return self.by_key.pop(key, None) is not None or known

    def reset(self, key: str) -> World:
        """Empty the world of a key, keeping its setup; an expired one is opened anew. Raises BoundError."""
        # What is due to expire does so before the tombstone is looked for: it may be this very world.
        self._expire(stopwatch())
        tombstone = self.gone.pop(key, None)
        try:
            world = self.world(key)
        except BoundError:
            if tombstone is not None:
                self.gone[key] = tombstone
            raise
        world.clear(world.setup)
        return world

    def retell(self, scenario: Scenario) -> tuple[int, list[SimulatorError]]:
        """Tell every new world another story, and every world that tells the one of the server still.

        Return how many those are, and why others could not be told it. Raises SettingError; nothing changes then.
        """
        former = self.setup.scenario
        self.setup = telling(setup_from(replace(self.settings, scenario=""), self.contract), scenario, self.contract)
        told, refused = 0, list[SimulatorError]()
        for world in self.by_key.values():
            present = world.setup.scenario
            if former is None or present is None or present.given != former.given:
                continue
            try:
                commands.run(world, "load_scenario", {"scenario": dict(scenario.given)})
                told += 1
            except SimulatorError as error:
                refused.append(error)
        return told, refused

    def stray(self, method: str, path: str, reason: str) -> None:
        """Remember a request that reached no world."""
        self.stray_count += 1
        self.strays.append(Stray(wall(), method, path[:200], reason))
