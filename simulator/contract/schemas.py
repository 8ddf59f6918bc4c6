"""The JSON Schemas of the contract, compiled; and the way back from a violated keyword to what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from simulator.contract.files import JSONFiles
from simulator.contract.violations import pointer
from simulator.errors import ContractError

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BASE = "cfis:///"
CLOSED = "cfis-closed:///"
"""The same schemas with every object closed, for the reading `unknown_members=refused`."""

ANNOTATIONS = {"x-basis", "x-source", "x-note", "x-required-basis", "x-bounds-basis", "x-known-values"}
BOUNDS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
KEYWORDS = ANNOTATIONS | {
    "$schema", "$ref", "$defs", "title", "description", "type", "enum", "const", "properties", "required",
    "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "pattern",
    "format", "minimum", "maximum", "examples", "default", "oneOf", "propertyNames",
}  # fmt: skip
"""Every keyword that a schema of the contract may use; any other is refused, as it is more likely a typing error."""

NO_SCHEMAS = {"operations.json", "readings.json", "rules.json", "sources.json", "common/currencies.json"}


class Schemas:
    """The schema files of a contract and their validators, each compiled at its first use."""

    def __init__(self, files: JSONFiles) -> None:
        """Read every schema file. Raises ContractError on an unknown keyword or a reference that leads nowhere."""
        self.documents: dict[str, dict[str, Any]] = {
            name: files.read(name)
            for name in files.paths
            if name not in NO_SCHEMAS and "examples" not in name.split("/") and not name.endswith("operations.json")
        }
        for name, document in self.documents.items():
            check_schema(name, document)
        self._registries: dict[str, jsonschema_rs.Registry] = {}
        self._validators: dict[tuple[str, bool], jsonschema_rs.Draft202012Validator] = {}

    def validator(self, name: str, *, closed: bool = False) -> jsonschema_rs.Draft202012Validator:
        """Return the validator of a schema file; a *closed* one refuses members that the schema does not name."""
        key = (name, closed)
        if key not in self._validators:
            self._validators[key] = self.compile({"$ref": self.address(name, closed=closed)}, closed=closed)
        return self._validators[key]

    def address(self, name: str, *, closed: bool = False) -> str:
        """Return the URI of a schema file. Raises ContractError if there is no such file."""
        if name.partition("#")[0] not in self.documents:
            raise ContractError("there is no such schema", where=name)
        return (CLOSED if closed else BASE) + name

    def compile(self, schema: Mapping[str, Any], *, closed: bool = False) -> jsonschema_rs.Draft202012Validator:
        """Return a validator of a schema that may refer to the files of the contract. Raises ContractError."""
        try:
            return jsonschema_rs.Draft202012Validator(
                dict(schema),
                registry=self._registry(CLOSED if closed else BASE),
                offline=True,
                validate_formats=True,
                ignore_unknown_formats=False,
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            where = str(schema.get("$ref", schema)).removeprefix(CLOSED).removeprefix(BASE)[:200]
            message = str(getattr(error, "message", error))[:300]
            raise ContractError(f"the schema cannot be compiled: {message}", where=where) from error

    def _registry(self, base: str) -> jsonschema_rs.Registry:
        if base not in self._registries:
            change = _close if base == CLOSED else _same
            self._registries[base] = jsonschema_rs.Registry(
                [(base + name, change(document)) for name, document in self.documents.items()]
            )
        return self._registries[base]

    def known_of(self, location: str) -> tuple[str, str]:
        """Return (basis, source) of the innermost schema around a keyword that says so.

        *location* is the absolute location of a keyword, as the validator reports it.
        """
        # Cut by hand: urllib takes `cfis:///` for `cfis:/`.
        address, _, place = location.partition("#")
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]
        keyword = steps.pop() if steps else ""
        part: Any = self.documents.get(address.removeprefix(BASE).removeprefix(CLOSED), {})
        basis, source = part.get("x-basis", "assumed"), part.get("x-source", "none")
        for step in steps:
            part = _step(part, step)
            if isinstance(part, dict) and "x-basis" in part:
                basis, source = part["x-basis"], part.get("x-source", "none")
        # How the property is known is one thing; that it is required, or bounded, is often another.
        own = "x-required-basis" if keyword == "required" else "x-bounds-basis" if keyword in BOUNDS else ""
        if isinstance(part, dict) and own in part:
            return part[own], part.get("x-source", source)
        return basis, source


def _step(part: Any, step: str) -> Any:
    if isinstance(part, list):
        return part[int(step)] if step.isdigit() and int(step) < len(part) else None
    return part.get(step) if isinstance(part, dict) else None


def _same(document: Any) -> Any:
    return document


def _close(part: Any) -> Any:
    if isinstance(part, list):
        return [_close(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {name: _close(item) for name, item in part.items()}
    if isinstance(part.get("properties"), dict) and "type" in part and "additionalProperties" not in part:
        closed["additionalProperties"] = False
    return closed


def check_schema(name: str, document: Any) -> None:
    """Raise ContractError if a file of the contract is not a JSON Schema, or uses an unknown keyword."""
    if not isinstance(document, dict):
        raise ContractError("a schema is a JSON object", where=name)
    if document.get("$schema", DRAFT) != DRAFT:
        raise ContractError(f"$schema is {document['$schema']!r}", where=name, advice=f"Write {DRAFT}.")
    for error in _meta_schema().iter_errors(document):
        place = pointer(error.instance_path)
        raise ContractError(f"this is not a JSON Schema: {error.message[:300]}", where=f"{name}#{place}")
    check_keywords(name, document)


@lru_cache(maxsize=1)
def _meta_schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": DRAFT}, offline=True)


def check_keywords(name: str, schema: Any, where: str = "") -> None:
    """Raise ContractError on a keyword that the contract does not use: it is more likely a typing error."""
    for place, part in subschemas(schema, where):
        for keyword in part:
            if keyword not in KEYWORDS:
                raise ContractError(
                    f"the keyword {keyword!r} is not known.",
                    where=f"{name}#{place}",
                    advice=f"Known are {', '.join(sorted(KEYWORDS))}.",
                )


def subschemas(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (JSON Pointer, schema) of a schema and of every schema inside it."""
    if not isinstance(schema, dict):
        return
    yield where, schema
    for holder in ("properties", "$defs"):
        for name, part in schema.get(holder, {}).items():
            yield from subschemas(part, f"{where}/{holder}/{name}")
    for holder in ("items", "additionalProperties", "propertyNames"):
        yield from subschemas(schema.get(holder), f"{where}/{holder}")
    for number, part in enumerate(schema.get("oneOf", ())):
        yield from subschemas(part, f"{where}/oneOf/{number}")
