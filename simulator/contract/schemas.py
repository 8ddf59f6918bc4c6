"""The JSON Schemas of the contract, compiled; and the way back from a violated keyword to what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import jsonschema_rs

from simulator.contract.files import Files
from simulator.errors import ContractError

BASE = "cfis:///"
CLOSED = "cfis-closed:///"
"""The same schemas with every object closed, for the reading `unknown_members=refused`."""

ANNOTATIONS = {"x-basis", "x-source", "x-note", "x-required-basis", "x-known-values"}
KEYWORDS = ANNOTATIONS | {
    "$schema", "$ref", "$defs", "title", "description", "type", "enum", "const", "properties", "required",
    "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "pattern",
    "format", "minimum", "maximum", "examples", "default", "oneOf", "propertyNames",
}  # fmt: skip
"""Every keyword that a schema of the contract may use; any other is refused, as it is more likely a typing error."""

NO_SCHEMAS = {"operations.json", "readings.json", "rules.json", "sources.json", "common/currencies.json"}


class Schemas:
    """The schema files of a contract and their validators, each compiled at its first use."""

    def __init__(self, files: Files) -> None:
        """Read every schema file. Raises ContractError on an unknown keyword or a reference that leads nowhere."""
        self.documents: dict[str, dict[str, Any]] = {
            name: files.read(name)
            for name in files.paths
            if name not in NO_SCHEMAS and "examples" not in name.split("/") and not name.endswith("operations.json")
        }
        for name, document in self.documents.items():
            check_keywords(name, document)
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
            raise ContractError(f"the schema cannot be compiled: {error}", where=str(schema)[:200]) from error

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
        address, pointer = urldefrag(location)
        name = address.removeprefix(BASE).removeprefix(CLOSED)
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        found: tuple[str, str] | None = None
        part: Any = self.documents.get(name, {})
        for step in ["", *steps]:
            part = part if step == "" else _step(part, step)
            if isinstance(part, dict) and "x-basis" in part:
                found = part["x-basis"], part.get("x-source", "none")
        if steps[-1:] == ["required"]:
            parent: Any = self.documents.get(name, {})
            for step in steps[:-1]:
                parent = _step(parent, step)
            if isinstance(parent, dict) and "x-required-basis" in parent:
                return parent["x-required-basis"], parent.get("x-source", found[1] if found else "none")
        return found or ("assumed", "none")

    def resolve(self, name: str, schema: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Follow the `$ref` of a schema of file *name*; return the file and the schema it leads to."""
        while "$ref" in schema:
            target, fragment = urldefrag(urljoin(BASE + name, schema["$ref"]))
            name = target.removeprefix(BASE)
            if name not in self.documents:
                raise ContractError(f"the reference {schema['$ref']!r} leads nowhere", where=name)
            found: Any = self.documents[name]
            for step in filter(None, fragment.split("/")):
                found = _step(found, unquote(step).replace("~1", "/").replace("~0", "~"))
            if not isinstance(found, dict):
                raise ContractError(f"the reference {schema['$ref']!r} leads nowhere", where=name)
            rest = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
            schema = {**found, **rest}
        return name, schema


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


def check_keywords(name: str, schema: Any, where: str = "") -> None:
    """Raise ContractError on a keyword that the contract does not use: it is more likely a typing error."""
    for place, part in subschemas(schema, where):
        for keyword in part:
            if keyword not in KEYWORDS:
                raise ContractError(
                    f"the keyword {keyword!r} is not known",
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
