"""Gathers schemas of many files into one place, every reference rewritten, so that one document holds them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from simulator.contract.schemas import BASE, Schemas, subschemas
from simulator.errors import ContractError

PLACE = "#/components/schemas/"
LEFT_OUT = {"$schema", "$defs"}
"""What belongs to a file and not to a component: a definition becomes a component of its own."""

_WORD = re.compile(r"[A-Za-z0-9]+")


class Bundle:
    """Components by their names, made of the schemas that were asked for and of all that those refer to.

    Inner `$defs` and `$id` are legal in OpenAPI 3.1, but several tools do not follow references into them, and
    some of those say nothing and go on with no schema at all. So there are neither.
    """

    def __init__(self, schemas: Schemas) -> None:
        """Start empty."""
        self._schemas = schemas
        self._components: dict[str, dict[str, Any]] = {}
        self._names: dict[tuple[str, str], str] = {}

    def ref(self, file: str) -> dict[str, str]:
        """Return the reference to a schema file, which is part of the bundle from now on. Raises ContractError."""
        self._schemas.address(file)
        return {"$ref": PLACE + self._name(file, "")}

    def inline(self, schema: Any, file: str = "") -> Any:
        """Return a schema that stands outside the bundle, its references into files rewritten."""
        return self._rewritten(schema, file)

    def components(self) -> dict[str, dict[str, Any]]:
        """Return every component, in the order of names."""
        return dict(sorted(self._components.items()))

    def close(self, reference: dict[str, str]) -> None:
        """Let the objects behind a reference refuse members that they do not name."""
        waiting, seen = [reference["$ref"]], set[str]()
        while waiting:
            name = waiting.pop().removeprefix(PLACE)
            if name in seen:
                continue
            seen.add(name)
            for _, part in subschemas(self._components[name]):
                if isinstance(part.get("properties"), dict) and "type" in part:
                    part.setdefault("additionalProperties", False)
            waiting += references(self._components[name])

    def _name(self, file: str, pointer: str) -> str:
        address = (file, pointer)
        if address not in self._names:
            name = self._free_name(file, pointer)
            self._names[address] = name
            # The name is taken before the schema is looked at: a schema may refer to itself.
            self._components[name] = {}
            self._components[name].update(self._rewritten(self._found(file, pointer), file))
        return self._names[address]

    def _free_name(self, file: str, pointer: str) -> str:
        folders, _, stem = file.removesuffix(".json").rpartition("/")
        inner = pascal(*(step for step in pointer.split("/") if step not in {"$defs", "properties"}))
        # A file that is a mere collection of types lends them no name: `Date`, not `TypesDate`.
        outer = "" if inner and "type" not in self._schemas.documents[file] else pascal(stem)
        wanted = [outer + inner, pascal(stem) + inner, pascal(folders, stem) + inner]
        taken = set(self._names.values())
        for name in wanted:
            if name and name not in taken:
                return name
        raise ContractError("the schema has the name of another one", where=f"{file}#{pointer}")

    def _found(self, file: str, pointer: str) -> dict[str, Any]:
        part: Any = self._schemas.documents.get(file)
        for step in pointer.split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(part, list):
                part = part[int(name)] if name.isdigit() and int(name) < len(part) else None
            else:
                part = part.get(name) if isinstance(part, dict) else None
        if not isinstance(part, dict):
            raise ContractError("a reference leads nowhere", where=f"{file}#{pointer}")
        return part

    def _rewritten(self, schema: Any, file: str) -> Any:
        """Return a copy of a schema in which each `$ref` leads into the bundle."""
        if not isinstance(schema, dict):
            return schema
        copy: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in LEFT_OUT:
                continue
            if keyword == "$ref":
                target, pointer = urldefrag(urljoin(BASE + file, value))
                copy[keyword] = PLACE + self._name(target.removeprefix(BASE), pointer)
            elif keyword == "properties":
                copy[keyword] = {name: self._rewritten(part, file) for name, part in value.items()}
            elif keyword in {"items", "additionalProperties", "propertyNames"}:
                copy[keyword] = self._rewritten(value, file)
            elif keyword == "oneOf":
                copy[keyword] = [self._rewritten(part, file) for part in value]
            else:
                copy[keyword] = value
        return copy


def references(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the target of every reference in a schema."""
    for _, part in subschemas(schema):
        if "$ref" in part:
            yield part["$ref"]


def pascal(*texts: str) -> str:
    """Return words run together, each with a capital: `ledger.submit.request` is `LedgerSubmitRequest`."""
    return "".join(word[0].upper() + word[1:] for text in texts for word in _WORD.findall(text))
