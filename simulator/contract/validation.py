"""Checks a request body against the schema and then against the rules, and finds every violation at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from simulator.contract.contract import Contract
from simulator.contract.jsontext import DEPTH_MAX, MalformedError, dumps, loads
from simulator.contract.operations import Operation
from simulator.contract.readings import Readings
from simulator.contract.rules import RULES
from simulator.contract.violations import Violation, pointer, shorten

VIOLATIONS_MAX = 1_000
"""A body of megabytes can break the contract at every byte; nobody reads more than this."""

TYPE_NAMES = {
    "string": "a string", "number": "a number", "integer": "a whole number", "object": "an object",
    "array": "an array", "boolean": "true or false", "null": "null",
}  # fmt: skip


@dataclass(slots=True)
class Checked:
    """What a check found: the value of the body, and the violations; `malformed` if there is no value at all."""

    value: Any = None
    violations: list[Violation] = field(default_factory=list)
    malformed: bool = False


def check(
    contract: Contract, operation: Operation, body: bytes, readings: Readings, depth_max: int = DEPTH_MAX
) -> Checked:
    """Check the body of a request. The answer is the same wherever it is asked: server, `cfis-sim check`, tests."""
    try:
        value = loads(body, depth_max)
    except MalformedError as error:
        return Checked(violations=[malformed(error, operation.source)], malformed=True)
    closed = readings["unknown_members"] == "refused"
    validator = contract.schemas.validator(operation.request_schema, closed=closed)
    if validator.is_valid(value):
        broken = beyond_schema(contract, operation, value)
        return Checked(value, broken)
    violations = against_schema(contract, validator, value, operation.source)
    # Items of a batch that fit the schema still meet the rules: all violations are told at once.
    bad = {item_number(violation, operation) for violation in violations}
    if None not in bad and isinstance(documents := value.get(operation.collection), list):
        good = {number: document for number, document in enumerate(documents) if number not in bad}
        violations += _of_documents(contract, operation, good)
    return Checked(value, violations)


def malformed(error: MalformedError, source: str = "ledger-4083702e0") -> Violation:
    """Return the violation of a body that cannot be read; *source* is the page that asks for JSON.

    That a body is JSON is documented; what we do not take although it is JSON is a bound or a caution of our own.
    """
    basis, page = ("assumed", "cfis-simulator") if error.is_json else ("documented", source)
    return Violation("", None, "json", error.expected, error.detail, basis, page)


def against_schema(contract: Contract, validator: Any, value: Any, source: str = "none") -> list[Violation]:
    """Return what a value breaks of a schema; *source* is the page of whatever names none of its own."""
    found: list[Violation] = []
    for error in validator.iter_errors(value):
        found += _of_schema(contract, error, value, source)
        if len(found) > VIOLATIONS_MAX:
            return [*found[:VIOLATIONS_MAX], _too_many(beyond=False)]
    return found


def _of_schema(contract: Contract, error: Any, body: Any, page: str) -> Iterator[Violation]:
    keyword: str = error.kind.name
    detail: dict[str, Any] = error.kind.as_dict()
    path = list(error.instance_path)
    # Not `error.instance`, which the validator makes anew: its decimals are binary floats.
    value = reduce(lambda part, step: part[step], path, body)
    rule = f"schema-{_kebab(keyword)}"
    if keyword == "additionalProperties":
        # A member that no page names has no page; each is told by itself, like everything else.
        for name in detail["unexpected"]:
            words = f"the contract does not name {shorten(name)!r}"
            expected = "only members that the contract names"
            yield Violation(pointer([*path, name]), value[name], rule, expected, words, "assumed", page)
        return
    expected, words = _words(keyword, detail, value)
    if keyword == "required":
        path, value = [*path, detail["property"]], None
    basis, source = contract.schemas.known_of(error.absolute_keyword_location or "")
    yield Violation(pointer(path), value, rule, expected, words, basis, page if source == "none" else source)


def _too_many(*, beyond: bool) -> Violation:
    # It concerns the body as a whole, so that no document which was not looked at passes for a good one.
    return Violation(
        pointer="",
        value=None,
        rule="violations-max",
        expected=f"at most {VIOLATIONS_MAX} violations",
        detail=f"more than {VIOLATIONS_MAX} violations; the others are not listed",
        basis="assumed",
        source="cfis-simulator",
        beyond_schema=beyond,
    )


def _words(keyword: str, detail: dict[str, Any], value: Any) -> tuple[str, str]:
    """Return (what was expected, what is wrong) of a violated keyword."""
    match keyword:
        case "required":
            return "the member is present", "the member is missing"
        case "type":
            wanted = " or ".join(words for name, words in TYPE_NAMES.items() if name in _types(detail))
            return wanted, f"expected {wanted}, not {_kind(value)}"
        case "enum" | "const":
            options = detail.get("options", [detail.get("expected_value")])
            wanted = "one of " + ", ".join(
                option if isinstance(option, str) else dumps(option).decode() for option in options
            )
            return wanted, f"expected {wanted}"
        case "maxLength" | "maxItems":
            unit = "characters" if keyword == "maxLength" else "items"
            return (
                f"at most {detail['limit']} {unit}",
                f"has {len(value)} {unit}, at most {detail['limit']} are allowed",
            )
        case "minLength" | "minItems":
            unit = "character" if keyword == "minLength" else "item"
            return f"at least {detail['limit']} {unit}", f"has fewer than {detail['limit']} {unit}"
        case "format" if detail["format"] == "date":
            return "a date that exists, as YYYY-MM-DD", "is not a date that exists, written YYYY-MM-DD"
        case "minimum" | "maximum":
            bound = "at least" if keyword == "minimum" else "at most"
            return f"{bound} {detail['limit']}", f"must be {bound} {detail['limit']}"
        case "pattern":
            return f"a text of the form {detail['pattern']}", f"does not have the form {detail['pattern']}"
    return f"a value that fits the keyword {keyword}", f"breaks the keyword {keyword}"


def _types(detail: dict[str, Any]) -> list[str]:
    types = detail.get("types", detail.get("type", []))
    return [types] if isinstance(types, str) else list(types)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {str: "a string", dict: "an object", list: "an array"}
    return names.get(type(value), "a number")


def _kebab(keyword: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in keyword)


def beyond_schema(contract: Contract, operation: Operation, value: Any) -> list[Violation]:
    """Return what a body that fits its schema breaks of the rules beyond it."""
    documents = value[operation.collection] if operation.collection else value
    if isinstance(documents, list):
        return _of_documents(contract, operation, dict(enumerate(documents)))
    return _of_documents(contract, operation, {None: documents})


def _of_documents(contract: Contract, operation: Operation, documents: dict[Any, Any]) -> list[Violation]:
    found: list[Violation] = []
    for name in operation.rules:
        rule, currencies = RULES[name], contract.currencies
        for number, document in documents.items():
            for broken in rule(document, currencies):
                if len(found) == VIOLATIONS_MAX:
                    return [*found, _too_many(beyond=True)]
                start = [operation.collection] if number is None else [operation.collection, number]
                row = contract.rules[name]
                found.append(
                    Violation(
                        pointer([*start, *broken.path]),
                        broken.value,
                        name,
                        broken.expected,
                        broken.detail,
                        row["basis"],
                        row["source"],
                        beyond_schema=True,
                    )
                )
    return found


def item_number(violation: Violation, operation: Operation) -> int | None:
    """Return which document of a batch a violation belongs to; None if it concerns the body as a whole."""
    steps = violation.pointer.split("/")
    if len(steps) > 2 and steps[1] == operation.collection and steps[2].isdigit():  # noqa: PLR2004
        return int(steps[2])
    return None
