"""Gathers schemas of many files into one place, every reference rewritten, so that one document holds them all."""

from __future__ import annotations

import re
from typing import Any

from simulator.contract.references import lookup, references, target
from simulator.contract.schemas import Schemas, subschemas
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

    def ref(self, file: str, pointer: str = "") -> dict[str, str]:
        """Return the reference to a schema, which is part of the bundle from now on. Raises ContractError."""
        return {"$ref": PLACE + self._name(file, pointer)}

    def inline(self, schema: Any, file: str = "") -> Any:
        """Return a copy of a schema, of *file*, in which each `$ref` leads into the bundle."""
        if not isinstance(schema, dict):
            return schema
        copy: dict[str, Any] = {}
        for keyword, value in schema.items():
            match keyword:
                case "$ref":
                    copy |= self.ref(*target(file, value))
                case "properties":
                    copy[keyword] = {name: self.inline(part, file) for name, part in value.items()}
                case "items" | "additionalProperties" | "propertyNames":
                    copy[keyword] = self.inline(value, file)
                case "oneOf":
                    copy[keyword] = [self.inline(part, file) for part in value]
                case _ if keyword not in LEFT_OUT:
                    copy[keyword] = value
        return copy

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
                if "properties" in part and "type" in part:
                    part.setdefault("additionalProperties", False)
            waiting += references(self._components[name])

    def _name(self, file: str, pointer: str) -> str:
        address = (file, pointer)
        if address not in self._names:
            schema = lookup(self._schemas, file, pointer)
            name = self._free_name(file, pointer)
            self._names[address] = name
            # The name is taken before the schema is copied: a schema may refer to itself.
            self._components[name] = {}
            self._components[name].update(self.inline(schema, file))
        return self._names[address]

    def _free_name(self, file: str, pointer: str) -> str:
        folders, _, stem = file.removesuffix(".json").rpartition("/")
        inner = pascal(*(step for step in pointer.split("/") if step not in {"$defs", "properties"}))
        # A file that is a mere collection of types lends them no name: `Date`, not `TypesDate`.
        is_collection = bool(inner) and "type" not in self._schemas.documents[file]
        wanted = [inner] if is_collection else []
        wanted += [pascal(stem) + inner, pascal(folders, stem) + inner]
        for name in wanted:
            if name not in self._components:
                return name
        raise ContractError("the schema has the same name as another one", where=f"{file}#{pointer}")


def pascal(*texts: str) -> str:
    """Return words run together, each with a capital: `ledger.submit.request` is `LedgerSubmitRequest`."""
    return "".join(word[0].upper() + word[1:] for text in texts for word in _WORD.findall(text))
