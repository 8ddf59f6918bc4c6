"""Every answer in every reading: the status, the media type and the schema that its row in the table says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from simulator.contract.contract import built_in
from simulator.contract.jsontext import loads
from simulator.partner.messages import Answer
from tests.documents import NAMELESS, UNBALANCED, Partner, ledger, partner, payment


def outcomes(client: Partner) -> Iterator[tuple[str, Answer]]:
    """Bring about every outcome that there is, and yield each with its answer."""
    bad = payment("bad", currency="XXY")
    makers: dict[str, Callable[[], Answer]] = {
        "accepted": lambda: client.submit("payment", [payment("A"), payment("B")]),
        "accepted ": lambda: client.submit("ledger", ledger("A")),
        "found": lambda: client.look("payment"),
        "found ": lambda: client.look("ledger"),
        "none": lambda: client.look("ledger", sourceIdentifier="nobody"),
        "none ": lambda: client.look("invoice"),
        "some": lambda: client.submit("payment", [payment("C", **NAMELESS), payment("D", amount="x"), payment("E")]),
        "again": lambda: client.submit("payment", [payment("A"), payment("F"), bad]),
        "again ": lambda: client.submit("ledger", ledger("A")),
        "rule": lambda: client.submit("ledger", ledger("G", **UNBALANCED, foreign=1)),
        "malformed": lambda: client.call("POST", "/ledger", b"{"),
        "query": lambda: client.look("ledger", status="x"),
        "406": lambda: client.call("GET", "/ledger", headers=[(b"accept", b"text/html")]),
        "415": lambda: client.call("POST", "/ledger", b"{}", headers=[]),
        "404": lambda: client.call("GET", "/"),
        "405": lambda: client.call("PUT", "/ledger"),
        "full": lambda: client.submit("payment", [payment(f"X-{number}") for number in range(100)]),
    }
    for name, make in makers.items():
        yield name, make()
    client.run("outcome", kind="payment", identifier="B", outcome={"failed": "no such {invoice}"})
    client.run("advance", by="1s")
    yield "settled", client.look("payment")
    client.run("expire_key")
    yield "expired", client.look("ledger")


CONTRACT = built_in()
VALUES = [(name, value) for name, reading in CONTRACT.readings.items() for value in reading.values]


@pytest.mark.parametrize(("name", "value"), VALUES, ids=[f"{name}={value}" for name, value in VALUES])
@pytest.mark.parametrize("others", ["defaults", "last"])
def test_every_answer_in_every_reading_has_the_status_and_the_schema_of_its_row(
    name: str, value: str, others: str
) -> None:
    last = {one: reading.values[-1] for one, reading in CONTRACT.readings.items()} if others == "last" else {}
    client = partner(readings={**last, name: value}, records_max=50)
    readings = client.world.readings
    for what, answer in outcomes(client):
        entry = next(one for one in reversed(client.world.journal.entries) if one.kind == "request")
        operation = CONTRACT.operations.get(entry.operation)
        row = operation.answer(entry.outcome, readings) if operation is not None else None
        error = None if row is not None else CONTRACT.error(entry.outcome, readings)
        shape = CONTRACT.error_body(readings)
        schema = row.schema if row is not None else shape.schema
        status = row.status if row is not None else error.status if error is not None else 0
        assert (answer.status, entry.status) == (status, status), what
        sent = dict(answer.headers)
        if schema:
            assert sent[b"content-type"] == b"application/json", what
            assert sent[b"content-length"] == b"%d" % len(answer.body)
            assert CONTRACT.schemas.validator(schema).is_valid(loads(answer.body)), (what, answer.body)
        else:
            assert answer.body == b"", what


def test_the_readings_are_met_at_all() -> None:
    names = [name for name, _ in outcomes(partner(records_max=50))]
    assert len(names) == 19
    client = partner(
        readings={"batch_with_bad_payment": "good-ones-taken", "repeated_identifier": "refused"}, records_max=50
    )
    for _ in outcomes(client):
        pass
    met = {entry.outcome for entry in client.entries()}
    assert met >= {"accepted", "partly", "found", "none", "invalid", "conflict", "malformed", "not-found", "expired",
                   "method-not-allowed", "not-acceptable", "unsupported-media-type", "world-full"}  # fmt: skip


@pytest.mark.parametrize(("reading", "status"), [("401", 401), ("403", 403), ("400", 400)])
def test_an_expired_key_is_answered_as_the_reading_says(reading: str, status: int) -> None:
    client = partner(readings={"expired_token": reading})
    client.run("expire_key")
    for answer in (client.look("ledger"), client.submit("ledger", ledger())):
        assert (answer.status, json.loads(answer.body)) == (
            status,
            {"message": "The access token has expired. Renew it."},
        )
        assert (b"www-authenticate" in dict(answer.headers)) == (status == 401)
    assert client.world.record_count == 0
