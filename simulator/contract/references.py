"""Follows the references between the schema files of the contract."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from simulator.contract.schemas import Schemas, subschemas
from simulator.errors import ContractError

HOPS_MAX = 32


def target(file: str, reference: str) -> tuple[str, str]:
    """Return (file, JSON Pointer) of what a `$ref` in *file* leads to."""
    # urljoin resolves nothing below a scheme that it does not know, and ours is such a one.
    address, _, pointer = reference.partition("#")
    if not address:
        return file, unquote(pointer)
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), address)), unquote(pointer)


def lookup(schemas: Schemas, file: str, pointer: str = "") -> Mapping[str, Any]:
    """Return the schema at a place of a file. Raises ContractError if there is none."""
    part: Any = schemas.documents.get(file)
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(part, list):
            part = part[int(name)] if name.isdigit() and int(name) < len(part) else None
        else:
            part = part.get(name) if isinstance(part, dict) else None
    if not isinstance(part, dict):
        raise ContractError("a reference leads nowhere", where=f"{file}#{pointer}")
    return part


def follow(schemas: Schemas, file: str, schema: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the schema that a chain of references ends at, and its file; what stands beside a `$ref` wins."""
    for _ in range(HOPS_MAX):
        if "$ref" not in schema:
            return file, schema
        beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        file, pointer = target(file, schema["$ref"])
        schema = {**lookup(schemas, file, pointer), **beside}
    raise ContractError("the references go round in a circle", where=file)


def references(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield every `$ref` in a schema."""
    for _, part in subschemas(schema):
        if "$ref" in part:
            yield part["$ref"]
