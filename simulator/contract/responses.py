"""Describes the answers of an operation for an OpenAPI document: every status, in every reading, with its shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.bundling import Bundle
from simulator.contract.contract import Contract
from simulator.contract.operations import AnswerRow, ErrorBody, ErrorRow, Operation, fits
from simulator.contract.readings import Readings
from simulator.contract.templates import fill, slots

JSON = "application/json"
PROBLEM = "application/problem+json"
NO_BODY = frozenset({204, 304})

PLACE, FAULT = "/ledgers/documentDate", "is not a date that exists, written YYYY-MM-DD"
SUMMARIES = {"invalid": f"{PLACE}: {FAULT}."}
"""What stands in the examples of errors for that which depends on the request; elsewhere an ellipsis does."""

Row = AnswerRow | ErrorRow
When = Mapping[str, str]


@dataclass(slots=True)
class _Content:
    """The shapes that a body can have, each once, and their examples."""

    schemas: list[dict[str, str]] = field(default_factory=list)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, schema: dict[str, str], label: str, example: Any = None) -> None:
        """Add a shape, and an example of it unless it is None."""
        if schema not in self.schemas:
            self.schemas.append(schema)
        if example is not None and all(known["value"] != example for known in self.examples.values()):
            self.examples[label] = {"value": example}

    def show(self) -> dict[str, Any]:
        """Return the media type object."""
        # Not oneOf: a richer shape of an error fits the schema of a plainer one, too.
        one = self.schemas[0] if len(self.schemas) == 1 else {"anyOf": self.schemas}
        return {"schema": one, "examples": self.examples} if self.examples else {"schema": one}


class Responses:
    """The answers of the operations of one table."""

    def __init__(
        self,
        contract: Contract,
        bundle: Bundle,
        errors: Iterable[ErrorRow],
        error_bodies: Iterable[ErrorBody],
        readings: Readings | None = None,
        report: str = "",
        error_media_type: str = JSON,
    ) -> None:
        """Describe answers in *readings*, or in all; *report* is the schema of the report that can be asked for."""
        self._contract = contract
        self._bundle = bundle
        self._readings = readings
        self._errors = [row for row in errors if self._applies(row.when)]
        self._bodies = [body for body in error_bodies if self._applies(body.when)]
        self._report = report
        self._error_media_type = error_media_type

    def of(self, operation: Operation, errors: Sequence[str]) -> dict[str, Any]:
        """Return the responses object of an operation that can end in these errors."""
        by_status: dict[int, list[Row]] = {}
        for answer in operation.answers:
            if self._applies(answer.when):
                by_status.setdefault(answer.status, []).append(answer)
        for error in self._errors:
            if error.name in errors:
                by_status.setdefault(error.status, []).append(error)
        return {str(status): self._response(by_status[status]) for status in sorted(by_status)}

    def _applies(self, when: When) -> bool:
        return self._readings is None or fits(when, self._readings)

    def _response(self, rows: list[Row]) -> dict[str, Any]:
        texts = [row.description + self._note(row.when) for row in rows]
        failures = [row for row in rows if isinstance(row, ErrorRow)]
        if failures and len(self._bodies) > 1:
            texts.append(f"The shape of the body is open: {', '.join(map(self._shape, self._bodies))}.")
        response: dict[str, Any] = {"description": "\n\n".join(dict.fromkeys(texts))}
        if headers := _headers(failures):
            response["headers"] = headers
        if content := self._content(rows, failures):
            response["content"] = content
        response["x-answers"] = [_known_of(row) for row in rows]
        return response

    def _note(self, when: When) -> str:
        if not when or self._readings is not None:
            return ""
        return f" (Reading {' and '.join(self._choice(name, value) for name, value in when.items())}.)"

    def _choice(self, name: str, value: str) -> str:
        is_default = self._contract.readings[name].default == value
        return f"`{name}={value}`{', the default' if is_default else ''}"

    def _shape(self, body: ErrorBody) -> str:
        what = self._bundle.ref(body.schema)["$ref"].rpartition("/")[2] if body.schema else "no body"
        readings = " and ".join(self._choice(name, value) for name, value in body.when.items())
        return f"{what} ({readings})" if readings else what

    def _content(self, rows: list[Row], failures: list[ErrorRow]) -> dict[str, Any]:
        found: dict[str, _Content] = {}
        for row in rows:
            if isinstance(row, ErrorRow):
                self._add_error(found.setdefault(self._error_media_type, _Content()), row)
            elif row.status not in NO_BODY and (row.schema or row.media_type != JSON):
                label = "-".join(row.when.values()) or row.outcome
                schema = self._bundle.ref(row.schema) if row.schema else {"type": "string"}
                found.setdefault(row.media_type, _Content()).add(schema, label, self._example(row))
        content = {media_type: part.show() for media_type, part in found.items() if part.schemas}
        # Where errors have no body in this reading, a document that promised a report would ask it of all of them.
        if content and failures and self._report:
            content[PROBLEM] = {"schema": self._bundle.ref(self._report)}
        return content

    def _add_error(self, content: _Content, row: ErrorRow) -> None:
        errors = [{"field": PLACE, "message": FAULT}] if row.name in SUMMARIES else []
        message = row.message.replace("{summary}", SUMMARIES.get(row.name, "…")).replace("{limit}", "4194304")
        for body in self._bodies:
            if body.schema:
                label = "-".join([row.name, *row.when.values(), *body.when.values()])
                example = fill(body.body, {"message": message, "errors": errors})
                content.add(self._bundle.ref(body.schema), label, example)

    def _example(self, row: AnswerRow) -> Any:
        if row.example:
            return self._contract.files.read(row.example)
        return None if row.body is None or slots(row.body) else row.body


def _headers(rows: list[ErrorRow]) -> dict[str, Any]:
    """Return the headers that errors carry; not all errors of a status carry the same."""
    headers: dict[str, Any] = {}
    for row in rows:
        for name, value in row.headers.items():
            examples = headers.setdefault(name, {"schema": {"type": "string", "examples": []}})["schema"]["examples"]
            if value not in examples:
                examples.append(value)
    return headers


def _known_of(row: Row) -> dict[str, Any]:
    """Return how one row of the table is known; several rows may share a status."""
    name = {"error": row.name} if isinstance(row, ErrorRow) else {"for": row.outcome}
    when = {"when": dict(row.when)} if row.when else {}
    return {**name, **when, "x-basis": row.basis, "x-source": row.source}
