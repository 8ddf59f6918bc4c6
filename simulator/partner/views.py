"""How the contract tells the state of a record: number, words and dates, in the readings of the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from simulator.clock import date_at
from simulator.contract.contract import Contract
from simulator.contract.operations import StateRow, fits
from simulator.contract.readings import Readings
from simulator.contract.templates import fill_text
from simulator.world.records import Record

Kept = tuple[Mapping[str, Any], str, str, str, str | None, str | None]
"""What is told of a record: kept members, identifier, state, reason, syncDate and documentStatus."""


class Views:
    """The states of a contract as they are told in one choice of readings."""

    def __init__(self, contract: Contract, readings: Readings) -> None:
        """Pick the rows that apply."""
        self.readings = readings
        self.zone = readings["sync_date_zone"]
        self.dates_failures = readings["failed_sync_date"] == "date"
        self.rows: dict[str, StateRow] = {}
        for row in contract.states:
            if fits(row.when, readings):
                self.rows.setdefault(row.state, row)
        self.numbers = {state: self._number(row) for state, row in self.rows.items()}

    def _number(self, row: StateRow) -> int:
        return int(fill_text(row.status, self.readings)) if isinstance(row.status, str) else int(row.status)

    def states_with(self, numbers: set[int]) -> frozenset[str]:
        """Return the states that these status numbers stand for."""
        return frozenset(state for state, number in self.numbers.items() if number in numbers)

    def sync_date(self, record: Record) -> str | None:
        """Return the syncDate of a record: null while it is pending."""
        if record.settled_at is None or (record.state == "failed" and not self.dates_failures):
            return None
        return date_at(record.settled_at, self.zone)

    def freeze(self, record: Record) -> Kept:
        """Return what must be kept of a record for a list that is written later, piece by piece."""
        state = record.state
        usual = self.rows[state].document_status
        document_status = record.document_status if record.has_document_status and state == "synced" else usual
        return record.kept, record.identifier, state, record.reason, self.sync_date(record), document_status

    def view(self, frozen: Kept) -> dict[str, Any]:
        """Return the values that the items of an answer are filled with."""
        kept, identifier, state, reason, sync_date, document_status = frozen
        row = self.rows[state]
        description = row.description
        if "$" in description or "{" in description:
            description = fill_text(description, {"reason": reason})
        return {
            **kept,
            "identifier": identifier,
            "status": self.numbers[state],
            "description": description,
            "syncDate": sync_date,
            "documentStatus": document_status,
        }


class Frozen(Sequence[Mapping[str, Any]]):
    """Records as they are at this moment, told one by one when they are written."""

    def __init__(self, views: Views, records: list[Record]) -> None:
        """Keep what may change."""
        self._views = views
        self._frozen = [views.freeze(record) for record in records]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._frozen)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        """Return one, or a piece of the list."""
        if isinstance(index, slice):
            return [self._views.view(frozen) for frozen in self._frozen[index]]
        return self._views.view(self._frozen[index])

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Tell one after the other."""
        return map(self._views.view, self._frozen)
