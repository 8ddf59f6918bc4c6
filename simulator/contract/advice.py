"""Members of a request that the contract does not name: taken by default, and more often than not a typing error."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from simulator.contract.contract import Contract
from simulator.contract.operations import Operation
from simulator.contract.references import follow
from simulator.contract.violations import pointer

ADVICE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Unknown:
    """A member that the contract does not name, and the one that was perhaps meant."""

    pointer: str
    name: str
    meant: str = ""

    def sentence(self) -> str:
        """Return the advice as words."""
        hint = f"; did you mean {self.meant!r}?" if self.meant else ""
        return f"the contract does not name {self.name!r}{hint}"


def unknown_members(contract: Contract, operation: Operation, value: Any) -> list[Unknown]:
    """Return every member of a request's body that the contract does not name."""
    found: list[Unknown] = []
    closed = contract.schemas.validator(operation.request_schema, closed=True)
    if closed.is_valid(value):
        return found
    for error in closed.iter_errors(value):
        if error.kind.name != "additionalProperties":
            continue
        path = list(error.instance_path)
        known = names_at(contract, operation.request_schema, path)
        given = _at(value, path)
        for name in error.kind.as_dict()["unexpected"]:
            if len(found) == ADVICE_MAX:
                return found
            found.append(Unknown(pointer([*path, name]), name, _meant(name, known, given)))
    return found


def names_at(contract: Contract, file: str, path: list[str | int]) -> list[str]:
    """Return the members that a schema names at a place of the body; none where it names none."""
    file, schema = follow(contract.schemas, file, contract.schemas.documents[file])
    for step in path:
        part = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if not isinstance(part, dict):
            return []
        file, schema = follow(contract.schemas, file, part)
    return list(schema.get("properties", {}))


def _at(value: Any, path: list[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _meant(name: str, known: list[str], given: Any) -> str:
    """Return the member that was meant; none if the nearest is there already, unless the two differ in case only."""
    by_lower = {other.lower(): other for other in known}
    close = difflib.get_close_matches(name.lower()[:100], by_lower, n=1, cutoff=0.7)
    if not close or (by_lower[close[0]] in given and close[0] != name.lower()):
        return ""
    return by_lower[close[0]]
