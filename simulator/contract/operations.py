"""The table of operations: what may be called, what it takes, and every answer it can give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.readings import Readings

BASES = ("documented", "example", "assumed")
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, by default of the query, and the filter that it is.

    The partner API refuses no parameter that it does not know; the control API does.
    """

    name: str
    schema: Mapping[str, Any]
    description: str
    basis: str
    source: str
    filter: str = ""
    required: bool = False
    place: str = "query"
    """`query`, or `path` for a parameter that stands as `{name}` in the path. Called `in` in the table."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer: for which outcome, in which reading, with which status and body."""

    outcome: str
    status: int
    basis: str
    source: str
    description: str
    when: Mapping[str, str] = field(default_factory=dict)
    schema: str = ""
    example: str = ""
    body: Any = None
    item: Mapping[str, Any] | None = None
    media_type: str = "application/json"

    def fits(self, readings: Readings) -> bool:
        """Say whether the row applies in these readings."""
        return fits(self.when, readings)


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One error: its status, its message and its headers, in a reading."""

    name: str
    status: int
    message: str
    basis: str
    source: str
    description: str
    when: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The shape of the body of an error, in a reading; without a schema there is no body."""

    when: Mapping[str, str]
    schema: str = ""
    body: Any = None


@dataclass(frozen=True, slots=True)
class StateRow:
    """How a state of a record is told: status number, description and documentStatus, in a reading."""

    state: str
    status: Any
    description: str
    document_status: str | None
    basis: str
    source: str
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record: the members of its document that the simulator itself must understand."""

    name: str
    title: str
    identifier: str
    date: str
    keep: tuple[str, ...]
    invoice: str = ""
    schema: str = ""
    example: str = ""

    def date_of(self, document: Mapping[str, Any]) -> str:
        """Return the date (`YYYY-MM-DD`) by which a document is found; empty if it has none."""
        return (document.get(self.date) if self.date else None) or ""

    def invoice_of(self, document: Mapping[str, Any]) -> str:
        """Return the number of the invoice that a document belongs to; empty if it names none."""
        # A kind without such a member must not look for one: a document may have a member without a name.
        return (document.get(self.invoice) if self.invoice else None) or ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    name: str
    method: str
    path: str
    title: str
    description: str
    tags: tuple[str, ...]
    basis: str
    source: str
    answers: tuple[AnswerRow, ...]
    behaviour: str = ""
    record: str = ""
    collection: str = ""
    request_schema: str = ""
    request_examples: tuple[str, ...] = ()
    request_media_types: tuple[str, ...] = (JSON,)
    rules: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[str, ...] = ()
    needs_key: bool = True
    """Whether the call wants the key header, because it concerns one world."""

    def answer(self, outcome: str, readings: Readings) -> AnswerRow | None:
        """Return the row that answers an outcome in these readings, if there is one."""
        for row in self.answers:
            if row.outcome == outcome and (not row.when or row.fits(readings)):
                return row
        return None


def fits(when: Mapping[str, str], readings: Readings) -> bool:
    """Say whether every reading that is named has the named answer."""
    return all(readings.get(name) == value for name, value in when.items())


def operation_from(row: Mapping[str, Any]) -> Operation:
    """Make an operation of its row in the table."""
    request = row.get("request", {})
    return Operation(
        name=row["name"],
        method=row["method"],
        path=row["path"],
        title=row["title"],
        description=row["description"],
        tags=tuple(row.get("tags", ())),
        basis=row["basis"],
        source=row["source"],
        behaviour=row.get("behaviour", ""),
        record=row.get("record", ""),
        collection=row.get("collection", ""),
        request_schema=request.get("schema", ""),
        request_examples=tuple(request.get("examples", ())),
        request_media_types=tuple(request.get("media_types", (JSON,))),
        rules=tuple(row.get("rules", ())),
        parameters=tuple(map(_parameter_from, row.get("parameters", ()))),
        errors=tuple(row.get("errors", ())),
        needs_key=row.get("needs_key", True),
        answers=tuple(AnswerRow(outcome=answer["for"], **_without(answer, "for")) for answer in row["answers"]),
    )


def _parameter_from(row: Mapping[str, Any]) -> Parameter:
    return Parameter(place=row.get("in", "query"), **_without(row, "in"))


def record_kind_from(name: str, row: Mapping[str, Any]) -> RecordKind:
    """Make a kind of record of its row in the table."""
    return RecordKind(name=name, **{**row, "keep": tuple(row["keep"])})


def state_from(row: Mapping[str, Any]) -> StateRow:
    """Make a state of its row in the table."""
    return StateRow(document_status=row["documentStatus"], **_without(row, "documentStatus"))


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
