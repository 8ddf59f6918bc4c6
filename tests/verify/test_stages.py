"""A world to try a client in is the same in process and over HTTP."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.settings import Settings
from simulator.verify.stages import InProcess, OverHttp, Stage, served
from simulator.web.server import running
from tests.documents import ledger

LEDGER = "/api/v1/partner/accounting/ledger"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=["in process", "over http"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    made: Stage = InProcess() if request.param == "in process" else OverHttp()
    yield made
    made.close()


def submit(stage: Stage, document: dict[str, Any]) -> int:
    body = json.dumps({"ledgers": document}).encode()
    if isinstance(stage, InProcess):
        return stage.send("POST", LEDGER, JSON, body).status
    sent = urllib.request.Request(stage.base_url + LEDGER, body, {**JSON, "X-Api-Key": stage.api_key}, method="POST")
    with urllib.request.urlopen(sent, timeout=10) as answer:
        return int(answer.status)


def test_time_stands_until_it_is_moved(stage: Stage) -> None:
    submit(stage, ledger("L/1 ä"))
    assert [one["state"] for one in stage.records()] == ["pending"]

    stage.sleep(0.5)
    assert stage.records()[0]["state"] == "pending"
    stage.sleep(0.5)
    assert stage.records()[0]["state"] == "synced"
    assert stage.advance("1h")["now"] == "2026-01-01T10:00:01.000Z"


def test_everything_settles(stage: Stage) -> None:
    submit(stage, ledger("L-1"))

    assert stage.settle()["pending"] == 0
    assert [(one["identifier"], one["state"]) for one in stage.records()] == [("L-1", "synced")]


def test_a_record_is_shown_with_its_document(stage: Stage) -> None:
    document = ledger("L/1 ä?")
    submit(stage, document)

    record = stage.record("ledger", "L/1 ä?")
    assert record is not None
    assert record["document"]["documentDate"] == document["documentDate"]
    assert stage.record("ledger", "L") is None


def test_what_went_wrong_is_healed(stage: Stage) -> None:
    stage.tell({"format": 1, "name": "story", "events": [{"after": "1s", "do": {"expire_key": True}}]})
    stage.add_rule({"when": {"sync": "ledger"}, "outcomes": ["pending"]})
    submit(stage, ledger("L-1"))
    assert stage.advance("1m")["pending"] == 1

    stage.heal()
    assert submit(stage, ledger("L-2")) == 200
    stage.settle()
    assert [one["state"] for one in stage.records()] == ["synced", "synced"]


def test_a_world_can_be_configured(stage: Stage) -> None:
    stage.configure(readings={"submit_answer": "created"}, books={"accounts": ["1701"]})

    assert submit(stage, ledger("L-1")) == 201
    stage.settle()
    assert stage.records()[0]["state"] == "failed"


def test_the_journal_has_every_exchange(stage: Stage) -> None:
    submit(stage, ledger("L-1"))
    submit(stage, ledger("L-2"))

    assert [one["request"]["path"] for one in stage.journal()] == [LEDGER, LEDGER]


@pytest.mark.parametrize("kind", ["reset", "empty", "truncated", "garbage", "malformed-json", "hang"])
def test_in_process_an_answer_that_does_not_arrive_is_a_connection_error(kind: str) -> None:
    stage = InProcess()
    stage.add_rule({"when": {"operation": "submit_ledger"}, "fault": {"kind": kind, "at": "after"}})

    with pytest.raises(ConnectionError, match=kind):
        submit(stage, ledger("L-1"))
    assert len(stage.records()) == 1


def test_in_process_a_late_answer_costs_the_time_of_the_world() -> None:
    stage = InProcess()
    stage.add_rule({"when": {"operation": "any", "times": 1}, "fault": {"kind": "delay", "for": "10m"}})
    stage.add_rule({"when": {"operation": "any", "skip": 1}, "fault": {"kind": "slow"}})

    assert submit(stage, ledger("L-1")) == 200
    assert stage.advance("0s")["now"] == "2026-01-01T09:10:00.000Z"
    assert submit(stage, ledger("L-2")) == 200
    assert stage.advance("0s")["now"] == "2026-01-01T09:10:05.000Z"


def test_in_process_a_long_answer_comes_whole() -> None:
    stage = InProcess()
    for number in range(1200):
        submit(stage, ledger(f"L-{number}"))

    answer = stage.send("GET", f"{stage.base_url}{LEDGER}?status=0")
    assert answer.headers["content-type"] == "application/json"
    assert len(json.loads(answer.body)["ledgers"]) == 1200


def test_two_stages_on_one_server_never_meet() -> None:
    one, other = OverHttp(), OverHttp()
    submit(one, ledger("L-1"))

    assert one.base_url == other.base_url == served()
    assert (len(one.records()), len(other.records())) == (1, 0)


def test_many_records_come_in_pages() -> None:
    stage = OverHttp()
    for number in range(1005):
        submit(stage, ledger(f"L-{number}"))

    assert [one["identifier"] for one in stage.records()] == [f"L-{number}" for number in range(1005)]
    stage.close()


def test_a_control_token_is_sent() -> None:
    with running(Settings(clock="real", control_token="open")) as server:
        stage = OverHttp(server.url + "/", control_token="open")
        assert stage.advance("1s")["mode"] == "virtual"
        with pytest.raises(RuntimeError, match=r"PUT http.*/_sim/world was answered 401"):
            OverHttp(server.url, control_token="wrong")


def test_a_call_that_fails_says_what_was_answered() -> None:
    with pytest.raises(RuntimeError, match=r"was answered 400: .*'a while' is not a duration"):
        OverHttp().advance("a while")
