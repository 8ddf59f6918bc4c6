"""Every kind of fault: named in the language, one effect, one entry, whatever else goes on at the same time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from simulator.clock import SECOND
from simulator.contract.contract import built_in
from simulator.contract.files import data_folder
from simulator.settings import Settings
from simulator.web.app import App
from simulator.web.faults.exchange import WireFaultError
from simulator.web.faults.table import KINDS
from simulator.world import commands
from simulator.world.scenario import rule_from
from tests.inprocess import Response, call
from tests.web.faults.plug import LEDGERS, FaultyService, Server, document, request

NEEDS_A_LINE = ["reset", "empty", "truncated", "garbage", "hang"]
SENDERS = 32


def test_the_kinds_are_those_of_the_language() -> None:
    schema = json.loads((data_folder("schemas") / "scenario.schema.json").read_text(encoding="utf-8"))
    rule = schema["properties"]["rules"]["items"]["properties"]["fault"]
    assert list(KINDS) == rule["properties"]["kind"]["enum"]


@pytest.mark.parametrize("at", ["during", "after"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_leaves_one_effect_and_one_entry(server: Server, key: str, kind: str, at: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind=kind, at=at))
        (entry,) = server.arrived(key)
        server.advance(key, "1h")
    assert [(effect["effect"], effect["identifier"]) for effect in entry["effects"]] == [("created", "L-1")]
    (entry,) = server.control(key, "GET", "/journal")["entries"]
    (record,) = server.control(key, "GET", "/records")["records"]
    assert (entry["number"], record["identifier"], record["state"]) == (1, "L-1", "synced")


def one_of_many(server: Server, key: str, barrier: Barrier, number: int) -> str:
    """Send a document over a connection that was good before, with the fault of this number, and say what is seen."""
    kind = [*KINDS, ""][number % (len(KINDS) + 1)]
    with server.plug() as plug:
        plug.send(request(key, target="/api/v1/partner/nothing"))
        assert plug.answer()[0] == 404
        barrier.wait(timeout=30)
        fault = {"kind": kind, "time": "1ms"} if kind else {}
        plug.send(request(key, "POST", body=document(f"L-{number}"), **fault))
        if kind in {"", "delay", "slow", "malformed-json"}:
            status, body = plug.answer()
            plug.send(request(key, target="/api/v1/partner/nothing"))
            assert plug.answer()[0] == 404
            return f"{kind}: {status} {body.endswith(b'}')}"
        received, error = plug.rest()
        return f"{kind}: {bool(received)} {error.__name__ if error else ''}".strip()


def test_with_many_connections_at_a_time_each_meets_its_own_fault(server: Server, key: str) -> None:
    server.control(key, "PUT", "/world", {"clock": {"mode": "real"}})
    barrier = Barrier(SENDERS)
    with ThreadPoolExecutor(SENDERS) as senders:
        seen = set(senders.map(lambda number: one_of_many(server, key, barrier, number), range(SENDERS)))
    assert seen == {
        ": 200 True",
        "delay: 200 True",
        "slow: 200 True",
        "malformed-json: 200 False",
        "reset: False ConnectionResetError",
        "empty: False",
        "hang: False",
        "truncated: True",
        "garbage: True",
    }
    records = server.control(key, "GET", "/records?limit=1000")["records"]
    assert sorted(record["identifier"] for record in records) == sorted(f"L-{number}" for number in range(SENDERS))
    entries = server.control(key, "GET", "/journal?limit=1000")["entries"]
    assert sum(entry["operation"] == "submit_ledger" for entry in entries) == SENDERS


def test_a_rule_of_a_scenario_reaches_the_wire_and_the_journal_says_so(plain: Server, key: str) -> None:
    world = plain.running.app.worlds.world(key)
    rule = {"name": "lost", "when": {"operation": "submit_ledger", "times": 1}, "fault": {"kind": "reset"}}
    world.engine.director.put(rule_from(rule, 0, world.contract))
    with plain.plug() as plug:
        plug.send(request(key, "POST", body=document()))
        assert plug.rest() == (b"", ConnectionResetError)
    (entry,) = plain.control(key, "GET", "/journal")["entries"]
    assert (entry["delivery"], len(entry["effects"])) == ("lost: reset, after the effect", 1)


def in_process(app: App, **fault: str) -> Response:
    headers = [
        ("X-Api-Key", "test-key"),
        ("Content-Type", "application/json"),
        ("X-Test-Fault", json.dumps({name.replace("time", "for"): value for name, value in fault.items()})),
    ]
    response = call(app, "POST", LEDGERS, headers=headers, body=document())
    assert response is not None
    return response


@pytest.fixture
def app() -> App:
    app = App(Settings(clock="virtual"))
    app.partner.service = FaultyService(built_in())  # type: ignore[attr-defined]
    return app


@pytest.mark.parametrize("kind", NEEDS_A_LINE)
def test_in_process_a_client_sees_a_clear_error_and_the_effect_is_there(
    app: App, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WireFaultError, match=f"'{kind}'"):
        in_process(app, kind=kind)
    assert app.worlds.world("test-key").record_count == 1
    assert not caplog.records
    assert not app.streams._listening


def test_in_process_what_is_http_comes_as_it_would_on_a_socket(app: App) -> None:
    assert in_process(app, kind="malformed-json").body == b'{"message":"The ledger document was recei'
    assert in_process(app, kind="delay", time="0s").status == 200
    slow = in_process(app, kind="slow", time="0s")
    assert (slow.status, slow.pieces, slow.json["message"][:10]) == (200, 82, "The ledger")


def test_in_process_a_wait_that_is_broken_off_is_an_error_too(app: App) -> None:
    app.streams.close()
    with pytest.raises(WireFaultError, match="the server stops"):
        in_process(app, kind="delay")


def test_in_process_a_delay_waits_for_the_clock(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    world = app.worlds.world("test-key")
    usual = app.streams.listening

    def advancing(one: object) -> object:
        commands.run(world, "advance", {"by": "5s"})
        return usual(one)  # type: ignore[arg-type]

    monkeypatch.setattr(app.streams, "listening", advancing)
    began = world.now
    assert in_process(app, kind="delay").status == 200
    assert world.now == began + 5 * SECOND
