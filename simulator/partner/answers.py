"""Turns what an operation came to into the answer that the contract has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from simulator.contract.contract import Contract
from simulator.contract.jsontext import dumps
from simulator.contract.operations import AnswerRow, Operation
from simulator.contract.readings import Readings
from simulator.contract.templates import around, compile_item, fill, fill_text, slots
from simulator.contract.violations import summary
from simulator.partner.messages import Answer, Outcome

JSON = b"application/json"
PROBLEM = b"application/problem+json"
ITEMS_A_PIECE = 1_000

Writer = Callable[[Mapping[str, Any]], Answer]
Items = Sequence[Mapping[str, Any]]


class Answers:
    """The answers of a contract, each row of its table compiled once."""

    def __init__(self, contract: Contract) -> None:
        """Start with nothing compiled."""
        self.contract = contract
        self._writers: dict[int, Writer] = {}

    def answer(self, operation: Operation, outcome: Outcome, readings: Readings) -> Answer:
        """Return the answer of an operation. An outcome without a row of its own is an error of that name."""
        row = operation.answer(outcome.name, readings)
        if row is None:
            return self.error(outcome, readings)
        # A row lives as long as the contract, so its identity names it.
        writer = self._writers.get(id(row))
        if writer is None:
            writer = self._writers[id(row)] = _writer(row)
        return writer(outcome.values)

    def error(self, outcome: Outcome, readings: Readings) -> Answer:
        """Return the answer of an error, in the contract's own shape."""
        row = self.contract.error(outcome.name, readings)
        shape = self.contract.error_body(readings)
        message = fill_text(row.message, {"summary": summary(list(outcome.violations)), **outcome.values})
        errors = [{"field": violation.pointer, "message": violation.detail} for violation in outcome.violations]
        headers = [(name.lower().encode(), value.encode()) for name, value in row.headers.items()]
        if shape.body is None:
            return Answer(row.status, [*headers, (b"content-length", b"0")])
        body = dumps(fill(shape.body, {"message": message, "errors": errors}))
        return Answer(row.status, [*headers, *_entity(JSON, body)], body)

    def explain(self, answer: Answer, outcome: Outcome, readings: Readings) -> Answer:
        """Return the same error as problem details with every violation, for whoever asked for it."""
        row = self.contract.error(outcome.name, readings)
        message = fill_text(row.message, {"summary": summary(list(outcome.violations)), **outcome.values})
        body = dumps(
            {
                "type": f"urn:cfis-simulator:{outcome.name}",
                "title": row.description,
                "status": answer.status,
                "detail": message,
                "basis": row.basis,
                "violations": [violation.show() for violation in outcome.violations],
            }
        )
        kept = [(name, value) for name, value in answer.headers if name not in {b"content-type", b"content-length"}]
        return Answer(answer.status, [*kept, *_entity(PROBLEM, body)], body)


def _entity(media_type: bytes, body: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]


def _writer(row: AnswerRow) -> Writer:
    """Return the function that writes an answer; what does not depend on the request is written now."""
    if row.body is None:
        return partial(_constant, row.status, [], b"")
    names = slots(row.body)
    if not names:
        body = dumps(row.body)
        return partial(_constant, row.status, _entity(JSON, body), body)
    if row.item is None:
        return partial(_filled, row.status, row.body)
    (slot,) = names
    before, after = around(row.body, slot)
    return partial(_listed, row.status, slot, before, after, compile_item(row.item))


def _constant(status: int, headers: list[tuple[bytes, bytes]], body: bytes, _values: Mapping[str, Any]) -> Answer:
    return Answer(status, list(headers), body)


def _filled(status: int, template: Any, values: Mapping[str, Any]) -> Answer:
    body = dumps(fill(template, values))
    return Answer(status, _entity(JSON, body), body)


def _listed(
    status: int,
    slot: str,
    before: bytes,
    after: bytes,
    item: Callable[[Mapping[str, Any]], Any],
    values: Mapping[str, Any],
) -> Answer:
    items: Items = values[slot]
    if len(items) > ITEMS_A_PIECE:
        return Answer(status, [(b"content-type", JSON)], pieces=_pieces(before, after, item, items))
    body = before + dumps([item(one) for one in items]) + after
    return Answer(status, _entity(JSON, body), body)


def _pieces(before: bytes, after: bytes, item: Callable[[Mapping[str, Any]], Any], items: Items) -> Iterator[bytes]:
    yield before + b"["
    for start in range(0, len(items), ITEMS_A_PIECE):
        piece = dumps([item(one) for one in items[start : start + ITEMS_A_PIECE]])[1:-1]
        yield (b"," if start else b"") + piece
    yield b"]" + after
