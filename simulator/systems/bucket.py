"""A token bucket: so many requests at once, filled again as the time of the world goes on."""

from __future__ import annotations

from simulator.clock import SECOND, Instant
from simulator.systems.books.words import Rate


class Bucket:
    """Lets as many requests through as a rate allows, counted in the time of the world."""

    def __init__(self, rate: Rate) -> None:
        """Start full."""
        self.rate = rate
        # Kept as time, in whole numbers: each request costs `per`, of which `requests` times as much is in store.
        self._full = rate.per * rate.requests
        self._store = self._full
        self._at: Instant | None = None

    @property
    def left(self) -> int:
        """Return how many requests are let through at once."""
        return self._store // self.rate.per

    def take(self, now: Instant) -> bool:
        """Let a request through, or not."""
        if self._at is not None:
            gained = max(0, now - self._at) * self.rate.requests
            self._store = min(self._full, self._store + gained)
        self._at = now if self._at is None else max(now, self._at)
        if self._store < self.rate.per:
            return False
        self._store -= self.rate.per
        return True

    @property
    def seconds_to_wait(self) -> int:
        """Return in how many whole seconds the next request is let through, at least 1."""
        missing = self.rate.per - self._store
        wait = -(-missing // self.rate.requests)
        return max(1, -(-wait // SECOND))
