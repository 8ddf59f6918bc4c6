"""What rules see of a request: its operation, and the documents that it brings or the question that it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from simulator.contract.contract import Contract
from simulator.contract.jsontext import MalformedError, loads
from simulator.contract.operations import Operation
from simulator.world.director import Asked


def asked(contract: Contract, operation: Operation, query: bytes, body: bytes, depth_max: int) -> Asked:
    """Return a request as rules see it."""
    kind = contract.records.get(operation.record)
    if not operation.request_schema:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
        filters = {parameter.name for parameter in operation.parameters if parameter.filter == "identifier"}
        named = tuple(value for name, value in pairs if name in filters)
        return Asked(operation.name, named, [dict(pairs)], query.decode("latin-1"))
    documents = _documents(operation, body, depth_max)
    identifiers = [document.get(kind.identifier) for document in documents] if kind is not None else []
    return Asked(operation.name, [name for name in identifiers if isinstance(name, str)], documents)


def _documents(operation: Operation, body: bytes, depth_max: int) -> list[Mapping[str, Any]]:
    """Return the documents of a body; what cannot be read has none, and is refused later for what it is."""
    try:
        value = loads(body, depth_max)
    except MalformedError:
        return []
    inner = value.get(operation.collection) if isinstance(value, dict) else None
    return [document for document in (inner if isinstance(inner, list) else [inner]) if isinstance(document, dict)]
