"""Where a scenario meets a request: who is asked about, and what a dictated answer looks like."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from simulator.clock import LAST_INSTANT, SECOND, VIRTUAL_START
from simulator.contract.jsontext import dumps
from simulator.partner.answers import Answers
from simulator.partner.messages import Answer
from simulator.partner.replay import compare
from simulator.partner.scripted import dictated
from simulator.world.decisions import as_scenario
from simulator.world.export import as_journal
from simulator.world.journalfile import read_journal
from simulator.world.scenario import Respond
from tests.documents import Partner, ledger, partner, payment, read


def told(*rules: dict[str, Any], **settings: Any) -> Partner:
    client = partner(**settings)
    client.run("load_scenario", scenario={"format": 1, "name": "x", "rules": list(rules)})
    return client


def header(answer: Answer, name: bytes) -> str | None:
    return dict(answer.headers).get(name, b"").decode() or None


def respond(status: int = 503, **members: Any) -> Answer:
    client = partner()
    return dictated(Answers(client.world.contract), Respond(status, **members), client.world.readings, VIRTUAL_START)


def test_a_dictated_answer_has_the_error_shape_of_the_contract() -> None:
    answer = respond()
    assert (answer.status, answer.body) == (503, b'{"message":"The service is temporarily unavailable."}')
    assert dict(answer.headers) == {b"content-type": b"application/json", b"content-length": b"53"}
    assert respond(418).body == b'{"message":"The request could not be carried out."}'
    assert respond(message="No.").body == b'{"message":"No."}'


def test_a_body_of_its_own_and_headers_are_taken_as_they_are() -> None:
    answer = respond(200, body={"a": [1, None]}, has_body=True, headers={"X-A": "b", "Content-Type": "text/html"})
    assert answer.body == b'{"a":[1,null]}'
    assert (header(answer, b"x-a"), header(answer, b"content-type")) == ("b", "text/html")
    assert respond(200, body=None, has_body=True).body == b"null"


@pytest.mark.parametrize("status", [204, 205, 304])
def test_an_answer_that_has_no_body_has_none(status: int) -> None:
    answer = respond(status, body={"a": 1}, has_body=True, headers={"ETag": "x"})
    assert (answer.body, dict(answer.headers)) == (b"", {b"etag": b"x"})


@pytest.mark.parametrize(
    ("wait", "form", "written"),
    [
        (30 * SECOND, "seconds", "30"),
        (1, "seconds", "1"),
        (0, "seconds", "0"),
        (30 * SECOND, "date", "Thu, 01 Jan 2026 09:00:30 GMT"),
        (SECOND + 1, "date", "Thu, 01 Jan 2026 09:00:02 GMT"),
        (LAST_INSTANT, "date", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ],
)
def test_retry_after_is_written_as_seconds_or_as_a_date_and_never_too_early(wait: int, form: Any, written: str) -> None:
    assert header(respond(retry_after=wait, retry_after_as=form), b"retry-after") == written


def test_before_the_effect_nothing_is_stored_and_after_it_all_is() -> None:
    for at, count in (("before", 0), ("after", 1)):
        client = told({"when": {"operation": "submit_ledger"}, "respond": {"status": 500, "at": at}})
        assert client.submit("ledger", ledger()).status == 500
        assert client.world.record_count == count
        assert client.world.journal.last == 2
        assert client.last.delivery == "scripted"


def test_a_fault_is_handed_to_the_wire_with_exactly_one_effect_and_one_entry() -> None:
    client = told({"name": "lost", "when": {"operation": "submit_ledger", "times": 1}, "fault": {"kind": "reset"}})
    answer = client.submit("ledger", ledger())
    assert answer.fault is not None
    assert (client.world.record_count, client.world.journal.last) == (1, 2)
    assert (client.last.decision, client.last.delivery) == ("lost/submit_ledger/L-1/1", "lost: reset, after the effect")
    assert client.submit("ledger", ledger()).fault is None
    assert client.world.record_count == 1


def test_every_answer_names_its_decision_or_none() -> None:
    client = told({"when": {"operation": "submit_ledger", "times": 1}, "respond": {"status": 503}})
    answers = [client.submit("ledger", ledger("Lä/1")), client.submit("ledger", ledger("Lä/1")), client.look("ledger"),
               client.call("GET", "/nowhere"), client.call("OPTIONS", "/ledger"), client.call("PUT", "/ledger"),
               client.submit("payment", [])]  # fmt: skip
    assert [header(answer, b"x-sim-decision") for answer in answers] == [
        "rule-1/submit_ledger/L%C3%A4/1/1", *["none"] * 6
    ]  # fmt: skip


def test_the_header_of_a_great_batch_is_no_great_header() -> None:
    client = told({"when": {"operation": "submit_payments"}, "respond": {"status": 503}})
    answer = client.submit("payment", [payment(f"€-{number}") for number in range(2_000)])
    assert len(header(answer, b"x-sim-decision") or "") < 4_000


def test_an_expired_key_is_stronger_than_any_story() -> None:
    client = told({"when": {"operation": "any"}, "respond": {"status": 200}})
    client.run("expire_key")
    assert client.look("ledger").status == 401
    assert client.last.decision == ""


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'{"ledgers": 7}', b"\xff~"])
def test_what_cannot_be_read_is_decided_on_too(body: bytes) -> None:
    client = told({"when": {"operation": "submit_ledger"}, "respond": {"status": 503}})
    assert client.call("POST", "/ledger", body).status == 503
    client.run("drop_scenario")
    assert client.call("POST", "/ledger", body).status == 400


@pytest.mark.parametrize("written", ["A~503", "A\\u007e503", "A\\u007E503"])
def test_a_magic_identifier_is_seen_however_it_is_written(written: str) -> None:
    client = partner()
    body = b'{"ledgers": %b}' % read_document(written)
    assert client.call("POST", "/ledger", body).status == 503
    assert client.call("POST", "/ledger", body).status == 200


def read_document(identifier: str) -> bytes:
    document = dumps(ledger("HERE")).replace(b"HERE", identifier.encode())
    assert identifier.encode() in document
    return document


def test_without_rules_and_magic_nobody_is_asked() -> None:
    client = partner()
    client.submit("ledger", ledger())
    assert client.world.engine.director._attempts == {}
    assert read(client.look("ledger")) != b""


@pytest.mark.parametrize("kind", ["reset", "empty", "truncated", "garbage", "malformed-json", "hang"])
@pytest.mark.parametrize("at", ["during", "after"])
def test_an_answer_that_is_lost_has_shown_nothing_and_uses_up_no_look(kind: str, at: str) -> None:
    client = told(
        {"when": {"operation": "ledger_status", "times": 2}, "fault": {"kind": kind, "at": at}},
        {"when": {"sync": "ledger"}, "outcomes": [{"pending": "1 looks"}, "synced"]},
    )
    client.submit("ledger", ledger("A"))
    client.run("advance", by="1m")
    record = client.record("ledger", "A")
    for _ in range(2):
        client.call("GET", "/ledger", query=b"sourceIdentifier=A")
        assert (record.looked_at, record.looks_left) == (None, 1)
    client.call("GET", "/ledger", query=b"sourceIdentifier=A")
    assert (record.looked_at, record.looks_left) == (client.world.now, 0)


def test_head_shows_nothing_and_uses_up_no_look() -> None:
    client = told({"when": {"sync": "ledger"}, "outcomes": [{"pending": "1 looks"}, "synced"]})
    client.submit("ledger", ledger("A"))
    client.run("advance", by="1m")
    client.call("HEAD", "/ledger")
    record = client.record("ledger", "A")
    assert (record.looked_at, record.looks_left) == (None, 1)


def test_a_late_answer_has_been_seen_and_one_that_is_replaced_has_not() -> None:
    effects: list[tuple[dict[str, Any], bool]] = [
        ({"fault": {"kind": "delay", "at": "after"}}, True),
        ({"fault": {"kind": "slow", "at": "during"}}, True),
        ({"respond": {"status": 502, "at": "after"}}, False),
    ]
    for effect, is_seen in effects:
        client = told({"when": {"operation": "ledger_status"}, **effect})
        client.submit("ledger", ledger("A"))
        client.call("GET", "/ledger", query=b"sourceIdentifier=A")
        assert (client.record("ledger", "A").looked_at is not None) is is_seen


def test_a_key_in_the_url_is_not_told_by_a_decision_and_a_replay_finds_the_same() -> None:
    client = told({"when": {"operation": "ledger_status"}, "respond": {"status": 503}})
    query = f"apikey={client.world.key}&page=1"
    answer = client.call("GET", "/ledger", query=query.encode())
    identity = "apikey=[redacted]&page=1"
    assert client.last.decision == f"rule-1/ledger_status/{identity}/1"
    assert header(answer, b"x-sim-decision") == f"rule-1/ledger_status/{quote(identity, safe='=&')}/1"
    assert as_scenario(client.world, "")["rules"][0]["when"]["exactly"] == [identity]
    journal = dumps(as_journal(client.world, ""))
    assert client.world.key not in journal.decode()
    log = read_journal(journal, client.world.contract)
    assert compare(log, client.world.contract, client.world.settings)["same"]
