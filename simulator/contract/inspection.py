"""Judges a document without a server: finds out what it is, checks it as the server would, and adds lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.advice import unknown_members
from simulator.contract.contract import Contract
from simulator.contract.jsontext import DEPTH_MAX, MalformedError, loads
from simulator.contract.operations import Operation
from simulator.contract.places import Places, locate
from simulator.contract.readings import Readings
from simulator.contract.references import follow
from simulator.contract.validation import check, malformed
from simulator.contract.violations import Violation
from simulator.errors import SettingError


@dataclass(frozen=True, slots=True)
class Advice:
    """What is no violation and yet hardly meant."""

    line: int
    pointer: str
    detail: str


@dataclass(slots=True)
class Report:
    """What was found in one document; *error* if it could not be judged at all."""

    operation: str = ""
    violations: list[tuple[int, Violation]] = field(default_factory=list)
    """Each with its line; 0 where it has none."""
    advice: list[Advice] = field(default_factory=list)
    error: str = ""

    def show(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "operation": self.operation or None,
            "ok": not self.violations and not self.error,
            "error": self.error or None,
            "violations": [{"line": line, **violation.show()} for line, violation in self.violations],
            "advice": [
                {"line": advice.line, "pointer": advice.pointer, "detail": advice.detail} for advice in self.advice
            ],
        }


class Inspector:
    """Judges documents in one choice of readings."""

    def __init__(
        self,
        contract: Contract,
        readings: Readings,
        name: str = "",
        *,
        depth_max: int = DEPTH_MAX,
        bytes_max: int | None = None,
    ) -> None:
        """Take documents as bodies of the operation *name*, or find it out. Raises SettingError on an unknown one."""
        self._contract = contract
        self._readings = readings
        self._takers = [operation for operation in contract.operations.values() if operation.request_schema]
        self._given = self._taker(name) if name else None
        self._depth_max = depth_max
        self._bytes_max = bytes_max

    def inspect(self, body: bytes) -> Report:
        """Judge one document."""
        if self._bytes_max is not None and len(body) > self._bytes_max:
            return Report(violations=[(0, _too_large(self._bytes_max))])
        try:
            value = loads(body, self._depth_max)
        except MalformedError as error:
            return Report(violations=[(error.line or _line_of_repetition(body), malformed(error))])
        operation = self._given or self._guess(value)
        if operation is None:
            return Report(error=self._riddle(value))
        places = locate(body.decode())
        found = check(self._contract, operation, body, self._readings, self._depth_max).violations
        violations = [(places.line(violation.pointer), violation) for violation in found]
        return Report(
            operation.name,
            sorted(violations, key=lambda known: known[0]),
            sorted(self._advice(operation, value, places), key=lambda advice: advice.line),
        )

    def _taker(self, name: str) -> Operation:
        takers = {operation.name: operation for operation in self._takers}
        if name not in takers:
            close = difflib.get_close_matches(name, takers, n=1)
            advice = f"Did you mean {close[0]}?" if close else f"Choose {' or '.join(takers)}."
            raise SettingError("no operation of this name takes a body.", where=name, advice=advice)
        return takers[name]

    def _guess(self, value: Any) -> Operation | None:
        """Return the operation whose body a document is, or would be if it were wrapped or spelt well."""
        return self._only(lambda operation: _has(value, operation.collection)) or self._only(
            lambda operation: (
                self._is_inside(operation, value)
                or (isinstance(value, dict) and _is_close(operation.collection, list(value)))
            )
        )

    def _only(self, takes: Any) -> Operation | None:
        found = [operation for operation in self._takers if takes(operation)]
        return found[0] if len(found) == 1 else None

    def _is_inside(self, operation: Operation, value: Any) -> bool:
        """Say whether a document is what stands below the collection: a document or a list of them, bare."""
        inner = value[0] if isinstance(value, list) and value else value
        kind = self._contract.records.get(operation.record)
        return kind is not None and not _has(value, operation.collection) and _has(inner, kind.identifier)

    def _riddle(self, value: Any) -> str:
        present = [operation.collection for operation in self._takers if _has(value, operation.collection)]
        known = dict.fromkeys(operation.collection for operation in self._takers)
        reason = (
            f"several operations take {_quoted(dict.fromkeys(present))}"
            if present
            else f"it has no {_quoted(known, 'or')}"
        )
        ways = " or ".join(f"--as {operation.name}" for operation in self._takers)
        return f"it does not show what it is: {reason}. Say it with {ways}."

    def _advice(self, operation: Operation, value: Any, places: Places) -> list[Advice]:
        if self._is_inside(operation, value):
            is_batch = self._is_batch(operation) and not isinstance(value, list)
            inside = "[…]" if is_batch else "…"
            detail = f'this is the inside of a body: wrap it in {{"{operation.collection}": {inside}}}'
            return [Advice(1, "", detail)]
        # Where unknown members are refused they are violations already; what is left to say is what was meant.
        is_refused = self._readings["unknown_members"] == "refused"
        return [
            Advice(places.line(unknown.pointer), unknown.pointer, unknown.sentence())
            for unknown in unknown_members(self._contract, operation, value)
            if unknown.meant or not is_refused
        ]

    def _is_batch(self, operation: Operation) -> bool:
        schemas = self._contract.schemas
        file, schema = follow(schemas, operation.request_schema, schemas.documents[operation.request_schema])
        inner = schema.get("properties", {}).get(operation.collection, {})
        return follow(schemas, file, inner)[1].get("type") == "array"


def _quoted(names: Iterable[str], link: str = "and") -> str:
    return f" {link} ".join(f'"{name}"' for name in names)


def _has(value: Any, member: str) -> bool:
    return isinstance(value, dict) and bool(member) and member in value


def _is_close(name: str, given: list[str]) -> bool:
    return bool(difflib.get_close_matches(name.lower(), [other.lower()[:100] for other in given], n=1, cutoff=0.8))


def _line_of_repetition(body: bytes) -> int:
    """Return the line of the first member that its object already has; 0 if there is none."""
    repeated = locate(body.decode(errors="replace")).repeated
    return repeated[1] if repeated else 0


def _too_large(limit: int) -> Violation:
    return Violation(
        "", None, "body-size", f"at most {limit} bytes", f"is larger than {limit} bytes", "assumed", "none"
    )
