"""The XML envelope of every answer of Netvisor."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.clock import Instant
from simulator.systems.base import Answer
from simulator.systems.netvisor.wire.forms import show_moment
from simulator.systems.netvisor.wire.refusals import OLDER_SPELLING, RefusedError
from simulator.systems.xmltext import Element, element, write

MEDIA_TYPE = "text/html; charset=utf-8"
"""What the real service sends, though the body is XML."""
OK = 200
TOO_MANY = 429


def done(now: Instant, payload: Iterable[Element] = ()) -> Answer:
    """Return the answer to a request that was carried out."""
    return Answer(OK, _enveloped(["OK"], now, payload), MEDIA_TYPE)


def refused(error: RefusedError, now: Instant, language: str, *, has_status: bool, older_spelling: bool) -> Answer:
    """Return the answer to a request that was refused; without *has_status* its HTTP status says nothing."""
    code = OLDER_SPELLING if older_spelling and error.code == "SYSTEM_MAINTENANCE" else error.code
    body = _enveloped(["FAILED", f"{code} :: {error.reason(language)}"], now, ())
    # Whoever asks too fast is stopped ahead of Netvisor, which itself has no code for it.
    status = error.status if has_status or error.status == TOO_MANY else OK
    return Answer(status, body, MEDIA_TYPE)


def inserted(key: int) -> list[Element]:
    """Return what a request that made something answers: the key of what it made."""
    return [element("Replies", element("InsertedDataIdentifier", str(key)))]


def _enveloped(statuses: list[str], now: Instant, payload: Iterable[Element]) -> bytes:
    said = [element("Status", status) for status in statuses]
    return write(element("Root", element("ResponseStatus", *said, element("TimeStamp", show_moment(now))), *payload))


def ansi(name: str, iso: str) -> Element:
    """Return an element with a date as YYYY-MM-DD; an empty one stays empty."""
    return element(name, iso, format="ansi")


def filled(name: str, text: str) -> list[Element]:
    """Return an element with a text, or none: a published client takes it as missing, and not as empty."""
    return [element(name, text)] if text else []
