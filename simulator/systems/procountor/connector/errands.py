"""Errands of several requests: finished where they were left when Procountor was away, undone where it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.systems.base import Line, Result
from simulator.systems.procountor.connector.connection import Connection, NotDoneError

WAITING_MAX = 10_000
"""How many errands wait to be finished; the oldest is forgotten, and what it left stays unfinished there."""

Step = tuple[str, Any]
"""(path, body) of a PUT."""


@dataclass(slots=True)
class Errand:
    """A journal that was saved, and how far its errand has come."""

    receipt: int
    sent: bytes
    is_approved: bool = False
    refusal: Result | None = None
    """Why it must be undone, if it must."""


class Errands:
    """Saves journals, approves them, and does what comes after, or leaves nothing behind."""

    def __init__(self, connection: Connection) -> None:
        """Send requests over *connection*."""
        self._connection = connection
        self._waiting: dict[str, Errand] = {}

    def run(self, name: str, receipt: dict[str, Any], line: Line, after: Step | None = None) -> None:
        """Book a journal and take the step that comes after. Raises NotDoneError.

        If Procountor is away the errand waits under its *name*, so that another try goes on and saves nothing twice.
        """
        sent = dumps([receipt, after])
        errand = self._waiting.get(name)
        if errand is not None and (errand.refusal is not None or errand.sent != sent):
            # What it left must go first; only if it was this very document is that the end of it.
            refusal = self._undo(name, errand, line)
            if errand.sent == sent:
                raise NotDoneError(refusal, 0)
            errand = None
        if errand is None:
            saved = self._connection.ask(line, "POST", "/ledgerreceipts", receipt)
            errand = Errand(int(saved["id"]), sent)
            self._keep(name, errand)
        try:
            self._finish(errand, line, after)
        except NotDoneError as error:
            if error.result.verdict == "unreachable":
                raise
            errand.refusal = error.result
            raise NotDoneError(self._undo(name, errand, line), error.status) from error
        del self._waiting[name]

    def abandon(self, name: str, refusal: Result, line: Line) -> Result:
        """Take back what waits under a name, as its document is refused; return why. Raises NotDoneError."""
        errand = self._waiting.get(name)
        if errand is None:
            return refusal
        errand.refusal = refusal
        return self._undo(name, errand, line)

    def _keep(self, name: str, errand: Errand) -> None:
        self._waiting[name] = errand
        if len(self._waiting) > WAITING_MAX:
            del self._waiting[next(iter(self._waiting))]

    def _finish(self, errand: Errand, line: Line, after: Step | None) -> None:
        if not errand.is_approved:
            self._connection.ask(line, "PUT", f"/ledgerreceipts/{errand.receipt}/approve")
            errand.is_approved = True
        if after is not None:
            path, body = after
            self._connection.ask(line, "PUT", path, body)

    def _undo(self, name: str, errand: Errand, line: Line) -> Result:
        """Take a journal back, and return why. Raises NotDoneError if Procountor is away: then it still waits."""
        refusal = errand.refusal or Result("rejected", "another document has taken its place")
        try:
            if errand.is_approved:
                self._connection.ask(line, "PUT", f"/ledgerreceipts/{errand.receipt}/unfinished")
                errand.is_approved = False
            self._connection.ask(line, "PUT", f"/ledgerreceipts/{errand.receipt}/invalidate")
        except NotDoneError as error:
            if error.result.verdict == "unreachable":
                raise
            stays = f"the journal {errand.receipt} could not be taken back: {error.result.reason}"
            refusal = Result("rejected", f"{refusal.reason}; {stays}")
        self._waiting.pop(name, None)
        return refusal
