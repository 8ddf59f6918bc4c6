"""Says of everything in the contract how it is known: documented, read off an example, or assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simulator.contract.contract import Contract
from simulator.contract.operations import BASES, Operation
from simulator.contract.references import follow, target

SHARED = ""
"""The operation of what belongs to all of them: the key, the states, the errors."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the contract says, and how it is known.

    *name* of a property is its way from the body, as in `ledgers.ledgerRows[].amount`. *when* names the reading
    in which the fact holds, if it is not all of them.
    """

    operation: str
    where: str
    name: str
    type: str
    required: bool
    basis: str
    source: str
    note: str = ""
    when: str = ""


def basis_table(contract: Contract) -> dict[str, Any]:
    """Return every fact of the contract as a row, and the shares of the three bases, in all and by operation."""
    facts = list(_facts(contract))
    titles: Mapping[str, Mapping[str, str]] = contract.files.read("sources.json")
    rows = [{**asdict(fact), "sourceTitle": titles.get(fact.source, {}).get("title", fact.source)} for fact in facts]
    names = [*contract.operations, SHARED]
    return {
        "title": contract.title,
        "version": contract.version,
        "rows": rows,
        "totals": {
            "overall": _totals(facts),
            "operations": {
                name or "shared": _totals(fact for fact in facts if fact.operation == name) for name in names
            },
        },
    }


def _totals(facts: Iterable[Fact]) -> dict[str, Any]:
    """Return how many facts there are of each basis, and their shares in per cent."""
    counts = Counter(fact.basis for fact in facts)
    total = counts.total()
    return {
        "total": total,
        **{basis: counts[basis] for basis in BASES},
        "shares": {basis: round(100 * counts[basis] / total, 1) if total else 0.0 for basis in BASES},
    }


def _facts(contract: Contract) -> Iterator[Fact]:
    for operation in contract.operations.values():
        yield from _of_operation(contract, operation)
    yield from _of_all(contract)


def _of_operation(contract: Contract, operation: Operation) -> Iterator[Fact]:
    name = operation.name
    call = f"{operation.method} {contract.prefix}{operation.path}"
    yield Fact(name, "operation", call, "call", required=True, basis=operation.basis, source=operation.source,
               note=operation.description)  # fmt: skip
    for parameter in operation.parameters:
        kind = _type(parameter.schema)
        yield Fact(name, "parameter", parameter.name, kind, parameter.required, parameter.basis, parameter.source)
    if operation.request_schema:
        yield from _properties(contract, name, "request", operation.request_schema)
    for rule in operation.rules:
        row = contract.rules[rule]
        yield Fact(name, "rule", rule, "rule", required=True, basis=row["basis"], source=row["source"],
                   note=row["why"])  # fmt: skip
    bodies: dict[str, list[str]] = {}
    for answer in operation.answers:
        when = _when(answer.when)
        yield Fact(name, "answer", f"{answer.status} {answer.outcome}", "status", required=True,
                   basis=answer.basis, source=answer.source, note=answer.description, when=when)  # fmt: skip
        if answer.schema:
            bodies.setdefault(answer.schema, []).append(when)
    # A body that several answers share is told once: in any reading if one of them is.
    for schema, readings in bodies.items():
        yield from _properties(contract, name, "answer body", schema, " or ".join(readings) if all(readings) else "")


def _of_all(contract: Contract) -> Iterator[Fact]:
    auth = contract.auth
    yield Fact(SHARED, "key", auth["header"], "header", required=True, basis=auth["basis"], source=auth["source"])
    for state in contract.states:
        yield Fact(SHARED, "state", f"{state.state} {state.status}", "status", required=True, basis=state.basis,
                   source=state.source, note=state.description, when=_when(state.when))  # fmt: skip
    for error in contract.errors:
        yield Fact(SHARED, "error", f"{error.status} {error.name}", "status", required=False, basis=error.basis,
                   source=error.source, note=error.description, when=_when(error.when))  # fmt: skip
    for body in contract.error_bodies:
        if body.schema:
            yield from _properties(contract, SHARED, "error body", body.schema, _when(body.when))


def _when(when: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in when.items())


def _properties(contract: Contract, operation: str, where: str, schema: str, when: str = "") -> Iterator[Fact]:
    for name, part, required in members(contract, schema):
        yield Fact(
            operation, where, name, _type(part), required, part.get("x-basis", "assumed"),
            part.get("x-source", "none"), part.get("x-note", ""), when,
        )  # fmt: skip


def members(contract: Contract, file: str) -> Iterator[tuple[str, Schema, bool]]:
    """Yield (name, schema, required) of every property of a body, in order, the outer before the inner."""
    yield from _members(contract, file, {"$ref": "#"}, "", frozenset())


def _members(
    contract: Contract, file: str, schema: Schema, name: str, around: frozenset[tuple[str, str]]
) -> Iterator[tuple[str, Schema, bool]]:
    if "$ref" in schema:
        place = target(file, schema["$ref"])
        if place in around:  # a schema that holds itself has been told once, and that is enough
            return
        around |= {place}
    file, schema = follow(contract.schemas, file, schema)
    required = schema.get("required", ())
    for member, part in schema.get("properties", {}).items():
        inner = f"{name}.{member}".removeprefix(".")
        yield inner, follow(contract.schemas, file, part)[1], member in required
        yield from _members(contract, file, part, inner, around)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _members(contract, file, schema["additionalProperties"], f"{name}.*".removeprefix("."), around)
    if isinstance(schema.get("items"), dict):
        yield from _members(contract, file, schema["items"], f"{name}[]", around)
    for part in schema.get("oneOf", ()):
        yield from _members(contract, file, part, name, around)


def _type(schema: Schema) -> str:
    """Return the type of a value in a word or two: `string|null date`, `array`, `any`."""
    kinds = schema.get("type", "any")
    kind = kinds if isinstance(kinds, str) else "|".join(kinds)
    return f"{kind} {schema['format']}" if "format" in schema else kind
