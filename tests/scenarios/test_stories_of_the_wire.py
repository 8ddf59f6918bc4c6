"""The stories in which requests and answers go wrong, as a client sees them that does what they advise."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.clock import SECOND, parse_duration
from simulator.partner.messages import Answer
from tests.clients import Client, Tell, has_arrived
from tests.documents import UNBALANCED, Partner, ledger, partner, payment, read

DOCUMENTS: list[tuple[str, dict[str, Any]]] = [("ledger", ledger()), ("payment", payment())]
KINDS = pytest.mark.parametrize(("kind", "document"), DOCUMENTS, ids=["ledger", "payment"])


def header(answer: Answer, name: bytes) -> str:
    return dict(answer.headers).get(name, b"").decode()


def deliveries(client: Partner) -> list[tuple[str, str, list[str]]]:
    """Of each request: the operation, what became of its answer, and what it did."""
    return [(entry.operation, entry.delivery, [effect.what for effect in entry.effects]) for entry in client.entries()]


def becomes_one_record(client: Partner, kind: str, document: dict[str, Any]) -> list[Answer]:
    """Deliver a document as the advice says: it ends up booked once. Return the answers to its submissions."""
    good = Client(client)
    answers = good.deliver(kind, document)
    assert good.finish(kind, document)["status"] == 1
    assert client.world.record_count == 1
    return answers


def spoilt_first(client: Partner, fault: str) -> None:
    """Submit and look: the first of each is stored and its answer is spoilt; the next is as usual."""
    first = client.submit("ledger", ledger())
    assert (first.status, first.fault is not None and first.fault.kind) == (200, fault)
    assert client.submit("ledger", ledger()).fault is None
    look, again = (client.look("ledger", sourceIdentifier="L-1") for _ in range(2))
    assert (look.status, look.fault is not None and look.fault.kind, again.fault) == (200, fault, None)
    assert deliveries(client) == [
        ("submit_ledger", f"lost: {fault}, after the effect", ["created"]),
        ("submit_ledger", "", ["replaced"]),
        ("ledger_status", f"lost: {fault}, after the effect", []),
        ("ledger_status", "", []),
    ]
    assert read(look) == read(again), "the answer is what it would have been; the wire spoils it"


@KINDS
def test_an_answer_that_is_lost_after_storing(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("answer-lost-after-storing")
    (answer,) = becomes_one_record(client, kind, document)
    assert not has_arrived(answer)
    assert header(answer, b"x-sim-decision").startswith("lost-answer/submit_")
    assert deliveries(client)[0][1:] == ("lost: reset, after the effect", ["created"])


@KINDS
def test_a_request_that_is_lost_before_storing(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("request-lost-before-storing")
    lost, taken = becomes_one_record(client, kind, document)
    assert (has_arrived(lost), taken.status) == (False, 200)
    assert [row[1:] for row in deliveries(client) if row[0].startswith("submit")] == [
        ("lost: reset, before the effect", []),
        ("", ["created"]),
    ]


def test_a_truncated_answer(tell: Tell) -> None:
    spoilt_first(tell("truncated-answer"), "truncated")


def test_an_answer_whose_json_is_malformed(tell: Tell) -> None:
    spoilt_first(tell("malformed-json-answer"), "malformed-json")


def test_an_answer_that_is_garbage(tell: Tell) -> None:
    spoilt_first(tell("garbage-answer"), "garbage")


def test_a_reply_that_is_empty(tell: Tell) -> None:
    spoilt_first(tell("empty-reply"), "empty")


@KINDS
def test_an_answer_that_never_comes(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("answer-never-comes")
    (answer,) = becomes_one_record(client, kind, document)
    assert answer.fault is not None
    assert (answer.fault.kind, answer.fault.duration) == ("hang", None)
    assert deliveries(client)[0][1:] == ("lost: hang, after the effect", ["created"])


@KINDS
def test_answers_that_are_late(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("late-answers")
    (answer,) = becomes_one_record(client, kind, document)
    assert answer.fault is not None
    assert (answer.fault.kind, answer.fault.duration) == ("delay", 20 * SECOND)
    assert deliveries(client)[0][1:] == ("delay, after the effect", ["created"])


def test_answers_that_are_slow(tell: Tell) -> None:
    client = tell("slow-answers")
    becomes_one_record(client, "ledger", ledger())
    for kind in ("ledger", "payment", "invoice"):
        answer = client.look(kind)
        assert answer.fault is not None
        assert (answer.fault.kind, answer.fault.duration) == ("slow", 30 * SECOND)
    assert client.last.delivery == "slow, after the effect"


@KINDS
def test_a_service_that_is_overloaded(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("service-overloaded")
    began = client.world.now
    answers = becomes_one_record(client, kind, document)
    *refused, taken = answers
    assert taken.status == 200
    assert [(answer.status, header(answer, b"retry-after")) for answer in refused] == [(503, "30")] * 4
    assert read(refused[0]) == b'{"message":"The service is temporarily unavailable."}'
    assert client.record(kind, document[f"{kind}Identifier"]).submitted_at == began + parse_duration("2m")


def test_too_many_requests(tell: Tell) -> None:
    client = tell("too-many-requests")
    answers = [client.submit("ledger", ledger(f"L-{number}")) for number in range(15)]
    assert [answer.status for answer in answers] == [200] * 10 + [429] * 5
    assert header(answers[10], b"retry-after") == "Thu, 01 Jan 2026 09:01:00 GMT"
    assert client.world.record_count == 10

    good = Client(client)
    for number in range(10, 15):
        assert good.finish("ledger", ledger(f"L-{number - 10}"))["status"] == 1
        assert [answer.status for answer in good.deliver("ledger", ledger(f"L-{number}"))] == [200]
    assert client.world.record_count == 15


def test_too_many_requests_of_a_client_that_keeps_to_the_date(tell: Tell) -> None:
    client = tell("too-many-requests")
    good = Client(client)
    for number in range(10):
        good.deliver("ledger", ledger(f"L-{number}"))
    began = client.world.now
    first, *_ = good.deliver("ledger", ledger("L-10"))
    assert first.status == 429
    # Three submissions and two questions were refused; between any two of them lies the minute that was asked for.
    refused = [entry.at for entry in client.entries() if entry.status == 429]
    assert [at - began for at in refused] == [number * 60 * SECOND for number in range(5)]
    assert client.world.record_count == 11


@KINDS
def test_an_error_after_storing(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("error-after-storing")
    (answer,) = becomes_one_record(client, kind, document)
    assert (answer.status, read(answer)) == (500, b'{"message":"Internal server error."}')
    assert deliveries(client)[0][1:] == ("scripted", ["created"])


@KINDS
def test_the_errors_of_a_gateway(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("gateway-errors")
    answers = becomes_one_record(client, kind, document)
    assert [answer.status for answer in answers] == [502, 504]
    submitted = [row[2] for row in deliveries(client) if row[0].startswith("submit")]
    assert submitted == [[], ["created"]]


@KINDS
def test_polling_that_fails(tell: Tell, kind: str, document: dict[str, Any]) -> None:
    client = tell("polling-fails")
    assert client.submit(kind, document if kind == "ledger" else [document]).status == 200
    client.run("advance", by="1m")
    look = client.look(kind)
    assert (look.status, header(look, b"retry-after")) == (503, "300")
    assert read(look) == b'{"message":"Status calls are not available."}'
    assert Client(client).finish(kind, document)["status"] == 1
    assert sum(row[0].startswith("submit") for row in deliveries(client)) == 1


def test_a_key_that_expires_in_mid_run(tell: Tell) -> None:
    client = tell("key-expires-mid-run")
    assert client.submit("ledger", ledger("before")).status == 200
    client.run("advance", by="10m")
    refused = client.submit("ledger", ledger("after"))
    assert (refused.status, read(refused)) == (401, b'{"message":"The access token has expired. Renew it."}')
    assert client.look("ledger").status == 401

    client.run("expire_key", never=True)
    assert client.submit("ledger", ledger("after")).status == 200
    client.run("advance", by="1s")
    assert {item["sourceIdentifier"]: item["status"] for item in client.found("ledger")} == {"before": 1, "after": 1}


def test_numbers_and_words_that_nobody_expected(tell: Tell) -> None:
    client = tell("strange-numbers")
    assert (client.look("ledger").status, read(client.look("ledger"))) == (200, b'{"ledgers":[]}')
    assert client.submit("ledger", ledger("good", documentName="1001")).status == 201
    assert client.submit("ledger", ledger("bad", documentName="refused by the books")).status == 201
    refused = client.submit("ledger", ledger("odd", **UNBALANCED))
    assert (refused.status, list(refused.body[:11])) == (422, list(b'{"Message":'))
    # 22:30 in UTC is past midnight in Helsinki.
    client.run("advance", to="2026-01-01T22:30:00Z")
    client.submit("ledger", ledger("late", documentName="refused, too"))
    client.run("advance", by="1s")
    seen = {item["sourceIdentifier"]: item for item in client.found("ledger")}
    assert [seen[name]["status"] for name in ("good", "bad", "late")] == [1, -1, -1]
    assert seen["bad"]["description"] == "Synchronization failed: The accounting system refused the document"
    assert [seen[name]["syncDate"] for name in ("good", "late")] == ["2026-01-01", "2026-01-02"]
    client.run("expire_key")
    assert client.look("ledger").status == 403


def test_random_faults_are_survived_and_are_the_same_in_every_run(tell: Tell) -> None:
    documents = [(kind, document) for number in range(40) for kind, document in some(number)]
    runs = []
    for _ in range(2):
        client = tell("random-faults")
        good = Client(client)
        for kind, document in documents:
            good.deliver(kind, document)
        assert {good.finish(kind, document)["status"] for kind, document in documents} == {1}
        assert client.world.record_count == len(documents)
        runs.append([(entry.decision, entry.delivery, entry.status) for entry in client.entries()])
    assert runs[0] == runs[1]

    other = partner(scenario="random-faults")
    other.run("configure", seed=43)
    for kind, document in documents:
        Client(other).deliver(kind, document)
    assert [entry.decision for entry in other.entries()] != [row[0] for row in runs[0]][: len(other.entries())]


def some(number: int) -> list[tuple[str, dict[str, Any]]]:
    return [("ledger", ledger(f"L-{number}")), ("payment", payment(f"P-{number}"))]
