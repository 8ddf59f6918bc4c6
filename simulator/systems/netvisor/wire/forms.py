"""How Netvisor writes dates, times and numbers, and how it reads them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from simulator.clock import EPOCH, LAST_INSTANT, Instant

ZONE = ZoneInfo("Europe/Helsinki")
MICROSECOND = timedelta(microseconds=1)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MOMENT = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?Z?")


def read_day(text: str) -> str | None:
    """Return a day as YYYY-MM-DD; None if there is no such day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(group) for group in found.groups())).isoformat()
    except ValueError:
        return None


def read_moment(text: str) -> Instant | None:
    """Return the instant that a date or a date with a time names in Finnish time; None if it names none."""
    found = _MOMENT.fullmatch(text.strip())
    day = read_day(found.group(1)) if found else None
    if found is None or day is None:
        return None
    hours, minutes, seconds = (int(group or 0) for group in found.groups()[1:])
    try:
        local = datetime.fromisoformat(day).replace(hour=hours, minute=minutes, second=seconds, tzinfo=ZONE)
        return (local.astimezone(UTC) - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        return None


def read_decimal(text: str) -> Decimal:
    """Return the number of a text that the grammar has let through; comma and dot mean the same."""
    return Decimal(text.strip().replace(",", "."))


def show_sum(amount: Decimal) -> str:
    """Write an amount with two decimals and a comma."""
    return f"{amount:.2f}".replace(".", ",")


def show_number(number: Decimal) -> str:
    """Write a number with a comma and without zeros that say nothing."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def show_day(iso: str) -> str:
    """Write a day as D.M.YYYY; an empty one stays empty."""
    if not iso:
        return ""
    year, month, day = iso.split("-")
    return f"{int(day)}.{int(month)}.{year}"


def local(instant: Instant) -> datetime:
    """Return an instant in Finnish time."""
    try:
        return (EPOCH + timedelta(microseconds=instant)).astimezone(ZONE)
    except OverflowError:  # east of Greenwich the year 10000 begins within the calendar's last hours
        return EPOCH + timedelta(microseconds=LAST_INSTANT)


def show_moment(instant: Instant) -> str:
    """Write an instant as D.M.YYYY H:MM:SS in Finnish time."""
    moment = local(instant)
    return f"{moment.day}.{moment.month}.{moment.year} {moment.hour}:{moment.minute:02}:{moment.second:02}"


def show_moment_ansi(instant: Instant) -> str:
    """Write an instant as YYYY-MM-DD HH:MM:SS in Finnish time."""
    return local(instant).strftime("%Y-%m-%d %H:%M:%S")
