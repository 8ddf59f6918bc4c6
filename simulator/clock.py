"""The only source of time: instants, durations, and a clock that can stand, run or jump.

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z, a duration a whole number of
microseconds, so that two runs are exactly equal.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from simulator.errors import SettingError

Instant = int
Duration = int

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_INSTANT: Instant = 253_402_300_799 * SECOND
"""The last second of the year 9999, where dates of four digits end."""

VIRTUAL_START: Instant = 1_767_258_000 * SECOND
"""2026-01-01T09:00:00Z: where every virtual clock starts, so that two runs show the same dates."""

RATE_MIN = 0.001
DURATION_LENGTH_MAX = 60
RATE_MAX = 1_000_000.0

_UNITS = {"us": MICROSECOND, "ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_FACTOR = re.compile(r"x[0-9]{1,9}(?:\.[0-9]{1,18})?(?:e[+-]?[0-9]{1,2})?")
_PART = re.compile(r"(\d{1,18})(?:\.(\d{1,6}))?(us|ms|s|m|h|d|w)")
_ISO_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?")


def wall() -> Instant:
    """Return the machine's own time."""
    return time.time_ns() // 1_000


def stopwatch() -> Duration:
    """Return a reading that only grows; the difference of two is a duration of the machine's own time."""
    return time.monotonic_ns() // 1_000


def parse_duration(text: str) -> Duration:
    """Read `10m`, `1.5s`, `2h30m`, `250ms`, `1d` or an ISO 8601 duration such as `PT10M`.

    Raises SettingError if it is neither, or longer than the calendar.
    """
    duration = _parse_parts(text.strip()) if len(text) <= DURATION_LENGTH_MAX else None
    if duration is None:
        raise SettingError(
            f"{text[:60]!r} is not a duration",
            advice="Write for example 500ms, 10s, 10m, 2h30m, 1d or PT10M.",
        )
    if duration > LAST_INSTANT:
        raise SettingError(f"the duration {text[:60]!r} is longer than the calendar, which ends with year 9999")
    return duration


def _parse_parts(text: str) -> Duration | None:
    if text[:1] in {"P", "p"}:
        return _parse_iso_duration(text.upper())
    total, position = 0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        whole, fraction, unit = part.groups()
        total += int(whole) * _UNITS[unit] + int((fraction or "").ljust(6, "0")) * _UNITS[unit] // SECOND
        position = part.end()
    return total if text else None


def _parse_iso_duration(text: str) -> Duration | None:
    found = _ISO_DURATION.fullmatch(text)
    if found is None or text in {"P", "PT"} or text.endswith("T"):
        return None
    weeks, days, hours, minutes, seconds, fraction = (group or "0" for group in found.groups())
    return (
        int(weeks) * 7 * DAY
        + int(days) * DAY
        + int(hours) * HOUR
        + int(minutes) * MINUTE
        + int(seconds) * SECOND
        + int(fraction.ljust(6, "0"))
    )


def show_duration(duration: Duration) -> str:
    """Write a duration the way `parse_duration` reads it: `1h30m`, `250ms`, `0s`."""
    if duration == 0:
        return "0s"
    parts, rest = [], duration
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", MILLISECOND), ("us", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_instant(text: str) -> Instant:
    """Read an ISO 8601 date or date-time; without an offset it is UTC. Raises SettingError."""
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        instant = (moment - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise SettingError(
            f"{text[:60]!r} is not a point in time",
            advice="Write for example 2026-01-31, 2026-01-31T23:59:00Z or 2026-01-31T23:59:00+02:00.",
        ) from None
    if not 0 <= instant <= LAST_INSTANT:
        raise SettingError(f"{text[:60]!r} lies outside the calendar of the simulator, 1970 to 9999")
    return instant


def show_instant(instant: Instant) -> str:
    """Write an instant as UTC with milliseconds, or microseconds where they are needed."""
    moment = EPOCH + timedelta(microseconds=instant)
    precision = "microseconds" if instant % MILLISECOND else "milliseconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def date_at(instant: Instant, zone: str = "UTC") -> str:
    """Return the calendar date (`YYYY-MM-DD`) at an instant in a time zone."""
    if zone == "UTC":
        return _utc_date(instant // DAY)
    try:
        return (EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone)).date().isoformat()
    except OverflowError:  # east of Greenwich the year 10000 begins within the calendar's last hours
        return _utc_date(instant // DAY)


@lru_cache(maxsize=1024)
def _utc_date(day: int) -> str:
    return (EPOCH + timedelta(days=day)).date().isoformat()


def days_before(date: str, count: int) -> str:
    """Return the date *count* days before a date (`YYYY-MM-DD`)."""
    return (datetime.fromisoformat(date) - timedelta(days=count)).date().isoformat()


class Clock:
    """A clock with three modes: `real`, `virtual` (stands until it is told to move), `x60` (60 times real)."""

    def __init__(self, mode: str = "virtual", start: Instant | None = None) -> None:
        """Set the mode; *start* is where it begins: by default now, or `VIRTUAL_START` for a virtual clock."""
        running, rate = parse_mode(mode)
        self.rate = rate
        self.running = running
        self._anchor: Instant = start if start is not None else (wall() if running else VIRTUAL_START)
        self._since: Duration = stopwatch()

    @property
    def mode(self) -> str:
        """Return `real`, `virtual` or `x60`."""
        if not self.running:
            return "virtual"
        return "real" if self.rate == 1 else f"x{self.rate:.15g}"

    def now(self) -> Instant:
        """Return the clock's time; it never passes the end of the calendar."""
        if not self.running:
            return self._anchor
        return min(self._anchor + int((stopwatch() - self._since) * self.rate), LAST_INSTANT)

    def real_time_until(self, instant: Instant) -> Duration | None:
        """Return how long a person waits until the clock shows *instant*; None if it stands."""
        if not self.running:
            return None
        return max(0, int((instant - self.now()) / self.rate))

    def jump(self, instant: Instant) -> None:
        """Move forward to *instant*. Raises SettingError if that is back, or beyond the calendar."""
        if instant < self.now():
            raise SettingError("time cannot go backwards", advice="Reset the world to start over.")
        if instant > LAST_INSTANT:
            raise SettingError("the calendar of the simulator ends with the year 9999", advice="Advance by less.")
        self._anchor, self._since = instant, stopwatch()

    def freeze(self, at: Instant | None = None) -> None:
        """Stand still from now on; *at* is the time that was last told, if nobody has seen a later one."""
        self._anchor, self.running = self.now() if at is None else at, False

    def resume(self, mode: str | None = None) -> None:
        """Run on from where the clock stands, in *mode* or at its former rate."""
        self._anchor, self._since = self.now(), stopwatch()
        if mode is None:
            self.running = True
        else:
            self.running, self.rate = parse_mode(mode)


def parse_mode(mode: str) -> tuple[bool, float]:
    """Return (running, rate) of a mode: `real`, `virtual`, or `x` and a factor. Raises SettingError."""
    if mode in {"real", "virtual"}:
        return mode == "real", 1.0
    rate = float(mode[1:]) if _FACTOR.fullmatch(mode) else 0.0
    if not RATE_MIN <= rate <= RATE_MAX:
        raise SettingError(
            f"{mode[:40]!r} is not a mode of the clock",
            advice=f"Choose real, virtual, or a factor such as x60 (at least x{RATE_MIN:g}, at most x{RATE_MAX:g}).",
        )
    return True, rate
