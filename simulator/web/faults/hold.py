"""Holds an exchange for a time of the world's clock, as long as its client stays and the world goes on."""

from __future__ import annotations

from typing import Any

from simulator.clock import LAST_INSTANT, SECOND, Duration
from simulator.web.control.events import Listening
from simulator.world.world import World

MARGIN_SECONDS = 0.001
"""A timer may go off a moment early, when it is not time yet."""
TIMER_SECONDS_MAX = 3_600.0
"""A longer timer is set anew: event loops differ in how far they count."""

LEFT = "the client left"


class BrokenOffError(Exception):
    """The wait has come to an end before its time."""


class Hold(Listening):
    """An exchange that waits. Only commands move a clock that stands, so it wakes at each of them and looks."""

    def __init__(self, world: World) -> None:
        """Begin to count now."""
        super().__init__(world)
        self._began = world.now

    def hear(self, name: str, thing: Any) -> None:
        """Look at the clock after a command; a world that is emptied or removed has nothing to wait for."""
        if name == "command":
            self.wake()
        elif name == "world":
            self.end(f"the world was {thing['change']}")

    def leave(self) -> None:
        """Take note that the client has left."""
        self.end(LEFT)

    async def wait(self, duration: Duration | None) -> None:
        """Return when so much time has passed since the exchange began; None: never. Raises BrokenOffError."""
        target = None if duration is None else min(self._began + duration, LAST_INSTANT)
        while not self.ended:
            if target is not None and self.world.clock.now() >= target:
                return
            await self.pause(self._seconds_until(target))
        raise BrokenOffError(self.ended)

    def _seconds_until(self, target: int | None) -> float | None:
        """Return how long to sleep at most; None where only a command or the client can end it."""
        real = None if target is None else self.world.clock.real_time_until(target)
        return None if real is None else min(real / SECOND + MARGIN_SECONDS, TIMER_SECONDS_MAX)
