"""Looks once a second whether the file of the server's scenario has changed, and lets it be told anew if it has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from simulator.errors import SimulatorError
from simulator.world.library import read_scenario
from simulator.world.worlds import Worlds

PERIOD_SECONDS = 1.0

Mark = tuple[int, int, int] | None


class StoryFile:
    """The file of a scenario that a server tells; a change with a mistake in it changes nothing."""

    def __init__(self, worlds: Worlds, path: Path, say: Callable[[str], None]) -> None:
        """Watch *path* for *worlds*; *say* is given a line for a person on each change."""
        self.worlds = worlds
        self.path = path
        self.say = say
        self._seen = self._mark()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Look from now on, on the loop that runs."""
        self._timer = asyncio.get_running_loop().call_later(PERIOD_SECONDS, self._again)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _again(self) -> None:
        try:
            self.look()
        finally:
            # Whatever went wrong with this look, there is a next one.
            self.start()

    def look(self) -> None:
        """Take the file if it has changed since the last look."""
        mark = self._mark()
        # Editors write a new file and move it into place: for a moment there may be none.
        if mark is None or mark == self._seen:
            return
        self._seen = mark
        try:
            scenario = read_scenario(str(self.path), self.worlds.contract)
            told, refused = self.worlds.retell(scenario)
        except SimulatorError as error:
            self.say(f"the scenario has a mistake, and the one before stays: {error}")
            return
        self.say(f"the scenario {scenario.name} has changed: told in every new world, and in {told} that told it.")
        for reason in refused:
            self.say(f"one world keeps the scenario before: {reason}")

    def _mark(self) -> Mark:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
