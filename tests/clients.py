"""A client that does what the stories advise, with virtual time to wait in: the one that no story harms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from simulator.clock import EPOCH, SECOND, show_duration
from simulator.partner.messages import Answer
from simulator.world.scenario import LATE
from tests.documents import Partner, read

IDENTIFIER = {"ledger": "ledgerIdentifier", "payment": "paymentIdentifier"}
PAUSE = 5 * SECOND
TRIES_MAX = 50

Tell = Callable[[str], Partner]
"""Tells a story of the library: the type of the fixture `tell`."""


def has_arrived(answer: Answer) -> bool:
    """Whether the client has the answer in its hands, late or not."""
    return answer.fault is None or answer.fault.kind in LATE


def is_good(answer: Answer) -> bool:
    return has_arrived(answer) and 200 <= answer.status < 300


def retry_after(answer: Answer, now: int) -> int:
    """How long the answer asks to wait, in either form of the header; a pause of the client's own without it."""
    text = dict(answer.headers).get(b"retry-after", b"").decode()
    if not has_arrived(answer) or not text:
        return PAUSE
    if text.isdecimal():
        return int(text) * SECOND
    return int((parsedate_to_datetime(text) - EPOCH).total_seconds()) * SECOND - now


@dataclass
class Client:
    """Keeps one identifier for one document, asks before it submits again, and waits as long as it is told to."""

    partner: Partner

    def wait(self, duration: int) -> None:
        self.partner.run("advance", by=show_duration(duration))

    def submit(self, kind: str, document: dict[str, Any]) -> Answer:
        return self.partner.submit(kind, document if kind == "ledger" else [document])

    def tries(self, kind: str, document: dict[str, Any]) -> Iterator[Answer]:
        """Submit until it is known to be stored, one request after the other."""
        for _ in range(TRIES_MAX):
            answer = self.submit(kind, document)
            yield answer
            if is_good(answer):
                return
            self.wait(retry_after(answer, self.partner.world.now))
            if self.item(kind, document) is not None:
                return
        raise AssertionError("the document never got through")

    def deliver(self, kind: str, document: dict[str, Any]) -> list[Answer]:
        return list(self.tries(kind, document))

    def item(self, kind: str, document: dict[str, Any]) -> dict[str, Any] | None:
        """What the service says of a document; None if it does not know it. Asks until it gets an answer."""
        identifier = document[IDENTIFIER[kind]]
        for _ in range(TRIES_MAX):
            answer = self.partner.look(kind, sourceIdentifier=identifier)
            if is_good(answer):
                body = read(answer)
                items = json.loads(body)[f"{kind}s"] if body else []
                return items[0] if items else None
            self.wait(retry_after(answer, self.partner.world.now))
        raise AssertionError("no status call got through")

    def finish(self, kind: str, document: dict[str, Any]) -> dict[str, Any]:
        """Ask with growing pauses until the state is final; what failed is submitted again."""
        pause = PAUSE
        for _ in range(TRIES_MAX):
            item = self.item(kind, document)
            assert item is not None, "a document was lost"
            if item["status"] == 1:
                return item
            if item["status"] != 0:
                self.deliver(kind, document)
            self.wait(pause)
            pause = min(2 * pause, 600 * SECOND)
        raise AssertionError("the document is still not booked")
