"""`garbage`: bytes that are no HTTP, the same for the same decision."""

from __future__ import annotations

import json

from simulator.web.faults.garbage import LENGTH, garbage_of
from tests.web.faults.plug import Server, request


def test_garbage_comes_and_then_the_end(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="garbage"), request(key))
        received, error = plug.rest()
    assert (received, error) == (garbage_of(0, ""), None)
    assert len(received) == LENGTH
    assert not received.startswith(b"HTTP")


def test_it_depends_on_seed_and_decision_and_on_nothing_else() -> None:
    one = garbage_of(7, "rule/submit_ledger/L-1/1")
    assert garbage_of(7, "rule/submit_ledger/L-1/1") == one
    assert garbage_of(8, "rule/submit_ledger/L-1/1") != one
    assert garbage_of(7, "rule/submit_ledger/L-1/2") != one


def test_the_seed_of_the_world_and_the_name_of_the_decision_are_taken(plain: Server, key: str) -> None:
    plain.control(key, "PUT", "/world", {"seed": 7})
    with plain.plug() as plug:
        plug.send(request(key, kind="garbage"))
        assert plug.rest() == (garbage_of(7, ""), None)
    (entry,) = plain.control(key, "GET", "/journal")["entries"]
    assert json.loads(dict(entry["request"]["headers"])["x-test-fault"]) == {"kind": "garbage"}
