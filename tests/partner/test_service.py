"""The road of one request: manners, key, operation, answer, journal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import loads
from simulator.errors import ContractError
from simulator.partner.messages import Outcome, Request
from simulator.partner.service import BEHAVIOURS, Service, accepts_json, is_json
from tests.documents import (
    JSON,
    NAMELESS,
    PREFIX,
    UNBALANCED,
    Partner,
    invoice,
    ledger,
    partner,
    payment,
    read,
)  # fmt: skip

EXPLAIN = (b"x-sim-explain", b"1")
PATHS = ["/ledger", "/payment", "/invoice"]


def headers(client: Partner, method: str, path: str, *given: tuple[bytes, bytes], body: bytes = b"") -> dict[str, str]:
    answer = client.call(method, path, body, headers=[JSON, *given])
    return {name.decode(): value.decode() for name, value in [(b":status", b"%d" % answer.status), *answer.headers]}


# ----------------------------------------------------------------------------------------- paths and methods


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (PREFIX + "/ledgers", "known are"),
        (PREFIX + "/ledger/", "did you mean /api/v1/partner/accounting/ledger?"),
        (PREFIX + "/Ledger", "known are"),
        ("/api", "known are"),
        ("/api/v1/partner//accounting/ledger", "known are"),
        (PREFIX + "/ledger/L-1", "known are"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "HEAD"])
def test_a_path_that_the_contract_does_not_have_is_not_found_whatever_the_method(
    path: str, hint: str, method: str
) -> None:
    client = partner()
    answer = client.call(method, path, headers=[JSON, EXPLAIN])
    assert answer.status == 404
    assert hint in json.loads(answer.body)["violations"][0]["detail"]
    assert (client.last.operation, client.last.outcome, client.last.status) == ("", "not-found", 404)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/ledger", "GET, HEAD, OPTIONS, POST"),
        ("/payment", "GET, HEAD, OPTIONS, POST"),
        ("/invoice", "GET, HEAD, OPTIONS"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "get", "FOO"])
@pytest.mark.parametrize("explain", [(), (EXPLAIN,)])
def test_a_method_that_a_path_does_not_have_is_told_which_there_are(
    path: str, allowed: str, method: str, explain: tuple[Any, ...]
) -> None:
    told = headers(partner(), method, path, *explain)
    assert (told[":status"], told["allow"]) == ("405", allowed)


@pytest.mark.parametrize("path", PATHS)
def test_options_are_answered_without_a_body(path: str) -> None:
    client = partner()
    answer = client.call("OPTIONS", path, headers=[(b"accept", b"text/html")])
    assert (answer.status, answer.body, dict(answer.headers)) == (
        204, b"", {b"allow": ", ".join(built_in().allowed(PREFIX + path)).encode(), b"x-sim-decision": b"none"},
    )  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_head_is_answered_as_get_is(path: str) -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.submit("payment", [payment()])
    client.run("add_record", kind="invoice", document=invoice())
    get, head = client.call("GET", path), client.call("HEAD", path)
    assert (head.status, head.headers, head.body) == (get.status, get.headers, get.body)
    assert client.last.method == "HEAD"


# ------------------------------------------------------------------------------------------------- manners


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        ("", True), ("*/*", True), ("application/json", True), ("application/*", True), ("APPLICATION/JSON", True),
        ("text/html, application/json", True), ("text/html, */*;q=0.1", True), ("application/json;q=0.001", True),
        ("application/json; charset=utf-8", True), ("application/json;q=x", True), (" application/json ", True),
        ("text/html", False), ("application/xml, text/*", False), ("application/json;q=0", False),
        ("application/json;q=0, */*", False), ("*/*, application/json; q=0.0", False), ("*/*;q=0", False),
        ("application/*;q=0, */*;q=1", False), ("application/json, */*;q=0", True), ("json", False), (",", False),
        ("application/problem+json", False), ("application/jsonx", False), (";", False),
    ],
)  # fmt: skip
def test_an_accept_header_lets_json_through_or_not(accept: str, takes: bool) -> None:  # noqa: FBT001
    assert accepts_json(accept) is takes
    answer = partner().call("GET", "/ledger", headers=[(b"accept", accept.encode())])
    assert answer.status == (204 if takes else 406)


@pytest.mark.parametrize(
    ("content_type", "takes"),
    [
        ("application/json", True), ("Application/JSON", True), ("application/json; charset=utf-8", True),
        ('application/json;charset="UTF-8"', True), ("application/json;charset=utf8", True),
        ("application/json;", True),
        ("application/json; boundary=x", True), (" application/json ", True),
        ("application/json; charset=latin-1", False), ("text/plain", False), ("", False),
        ("application/problem+json", False),
        ("application/json, application/json", False), ("application/x-www-form-urlencoded", False), ("json", False),
    ],
)  # fmt: skip
def test_a_body_must_be_json_in_utf8(content_type: str, takes: bool) -> None:  # noqa: FBT001
    assert is_json(content_type) is takes
    client = partner()
    body = json.dumps({"ledgers": ledger()}).encode()
    answer = client.call("POST", "/ledger", body, headers=[(b"content-type", content_type.encode())])
    assert (answer.status, client.world.record_count) == ((200, 1) if takes else (415, 0))


def test_a_body_without_a_media_type_or_in_an_encoding_is_refused() -> None:
    client = partner()
    assert client.call("POST", "/ledger", b"{}", headers=[]).status == 415
    assert "is missing" in client.last.violations[0].detail
    assert client.call("POST", "/ledger", b"{}", headers=[JSON, (b"content-encoding", b"gzip")]).status == 415
    assert client.call("POST", "/ledger", b"{}", headers=[JSON, (b"content-encoding", b"Identity")]).status == 400


def test_a_look_needs_no_media_type_and_its_body_does_not_matter() -> None:
    client = partner()
    assert client.call("GET", "/ledger", b"\xff" * 100, headers=[(b"content-type", b"text/x")]).status == 204


def test_a_body_that_was_too_large_is_answered_and_nothing_of_it_is_kept() -> None:
    client = partner(body_bytes_max=1_000)
    request = Request("POST", PREFIX + "/ledger", b"", (JSON,), oversized=True)
    answer = client.service.handle(client.world, request)
    assert (answer.status, client.last.outcome, client.last.oversized) == (413, "too-large", True)
    assert json.loads(answer.body) == {"message": "The body is larger than 1000 bytes."}


def test_manners_come_after_the_key_and_the_path_and_before_the_body() -> None:
    client = partner()
    wrong = [(b"accept", b"text/html"), (b"content-type", b"text/plain")]
    assert client.call("POST", "/ledger", b"", headers=wrong).status == 406
    assert client.call("POST", "/ledger", b"", headers=wrong[1:]).status == 415
    assert client.call("PUT", "/ledger", b"", headers=wrong).status == 405
    client.run("expire_key")
    assert client.call("POST", "/ledger", b"", headers=wrong).status == 401
    assert client.call("PUT", "/ledger", b"", headers=wrong).status == 405
    assert client.call("OPTIONS", "/ledger").status == 204


CONTRACT = built_in()


# -------------------------------------------------------------------------------------------------- explain


@pytest.mark.parametrize("error_body", CONTRACT.readings["error_body"].values)
def test_whoever_asks_for_it_gets_every_violation_as_problem_details(error_body: str) -> None:
    client = partner(readings={"error_body": error_body, "invalid_status": "422"})
    body = json.dumps({"payments": [payment("A", currency="XXY", **NAMELESS), payment("B", amount="x")]}).encode()

    answer = client.call("POST", "/payment", body, headers=[JSON, EXPLAIN])

    sent, told = dict(answer.headers), json.loads(answer.body)
    assert (answer.status, sent[b"content-type"]) == (422, b"application/problem+json")
    assert int(sent[b"content-length"]) == len(answer.body)
    assert len([name for name, _ in answer.headers if name == b"content-length"]) == 1
    assert CONTRACT.schemas.validator("common/problem.json").is_valid(loads(answer.body))
    assert (told["status"], told["type"]) == (422, "urn:cfis-simulator:invalid")
    assert [one["rule"] for one in told["violations"]] == [
        "schema-type",
        "currency-exists",
        "payment-names-its-invoice",
    ]
    assert [one["value"] for one in told["violations"]] == ["x", "XXY", None]
    assert told["violations"] == [one.show() for one in client.last.violations]


@pytest.mark.parametrize("value", [b"0", b"", b"true", b"yes"])
def test_only_a_one_asks_for_an_explanation(value: bytes) -> None:
    answer = partner().call("POST", "/ledger", b"{}", headers=[JSON, (b"x-sim-explain", value)])
    assert dict(answer.headers)[b"content-type"] == b"application/json"


def test_what_went_well_is_not_explained() -> None:
    client = partner()
    body = json.dumps({"ledgers": ledger()}).encode()
    answer = client.call("POST", "/ledger", body, headers=[JSON, EXPLAIN])
    assert (answer.status, dict(answer.headers)[b"content-type"]) == (200, b"application/json")
    assert client.call("GET", "/ledger", headers=[EXPLAIN]).status == 200


def test_an_explained_error_keeps_its_other_headers() -> None:
    client = partner()
    client.run("expire_key")
    answer = client.call("GET", "/ledger", headers=[EXPLAIN])
    assert b"expired" in dict(answer.headers)[b"www-authenticate"]


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "1e400", "0.1234567890123456789", "-0"])
def test_an_explanation_shows_the_number_that_was_sent(number: str) -> None:
    client = partner()
    body = b'{"payments":[{"paymentIdentifier":%s,"paymentDate":"2026-01-01","amount":1}]}' % number.encode()
    answer = client.call("POST", "/payment", body, headers=[JSON, EXPLAIN])
    assert answer.status == 400
    assert loads(answer.body)["violations"][0]["pointer"] == "/payments/0/paymentIdentifier"
    json.dumps(client.last.show(), default=str)


def test_an_error_outside_any_world_has_the_same_shape_and_can_be_explained() -> None:
    client = partner()
    readings = client.world.readings
    plain = client.service.refuse(Request("GET", "/x"), Outcome("unauthorized"), readings)
    assert (plain.status, dict(plain.headers)[b"www-authenticate"]) == (401, b'ApiKey realm="cfis"')
    explained = client.service.refuse(Request("GET", "/x", b"", (EXPLAIN,)), Outcome("unauthorized"), readings)
    assert json.loads(explained.body)["type"] == "urn:cfis-simulator:unauthorized"
    gone = client.service.refuse(Request("GET", "/x"), Outcome("world-expired", {"summary": "why"}), readings)
    assert (gone.status, json.loads(gone.body)) == (410, {"message": "The simulator removed this world: why"})
    assert client.world.journal.last == 0


# ------------------------------------------------------------------------------------------------- the journal


def test_every_request_is_written_down_with_its_answer_and_without_its_secrets() -> None:
    client = partner("test-of-somebody")
    given = [JSON, (b"x-api-key", b"test-of-somebody"), (b"authorization", b"Bearer abc"), (b"user-agent", b"me")]
    body = json.dumps({"ledgers": ledger()}).encode()
    answer = client.call("POST", "/ledger", body, headers=given, query=b"key=test-of-somebody&x=1")

    entry = client.last
    assert (entry.number, entry.at, entry.operation, entry.method) == (1, client.world.now, "submit_ledger", "POST")
    assert (entry.body, entry.answer, entry.status, entry.outcome) == (body, answer.body, 200, "accepted")
    assert (entry.query, entry.headers[3]) == (b"key=[redacted]&x=1", (b"user-agent", b"me"))
    for text in (repr(entry), json.dumps(entry.show())):
        assert "test-of-somebody" not in text
        assert "Bearer abc" not in text


def test_a_violation_in_the_journal_holds_no_document() -> None:
    client = partner()
    client.submit("ledger", ledger(**UNBALANCED))
    client.submit("ledger", ledger(documentDescription="x" * 10_000))
    client.submit("ledger", ledger(documentDate={"a": [1] * 1_000}))
    values = [violation.value for entry in client.entries() for violation in entry.violations]
    assert [value if len(value) < 30 else len(value) for value in values] == [
        "an array of 2 items", 200, "an object of 1 members",
    ]  # fmt: skip


def test_a_key_that_is_asked_for_as_an_identifier_is_no_secret_and_still_found() -> None:
    client = partner("test-a")
    client.submit("ledger", ledger("test-a"))
    assert len(client.found("ledger", sourceIdentifier="test-a")) == 1
    assert client.last.query == b"sourceIdentifier=test-a"


def test_a_request_is_carried_out_at_its_instant_and_never_before_the_one_before_it() -> None:
    client = partner()
    start = client.world.now
    client.service.handle(client.world, Request("GET", PREFIX + "/ledger"), start + 50)
    client.service.handle(client.world, Request("GET", PREFIX + "/ledger"), start + 20)
    assert [entry.at - start for entry in client.entries()] == [50, 50]


# --------------------------------------------------------------------------------------- operations of other kinds


class Altered(Contract):
    """The contract with the behaviour of one operation changed."""

    def __init__(self, behaviour: str, *, example: bool = True) -> None:
        super().__init__()
        for name in ("ledger_status", "submit_ledger"):
            operation = self.operations[name]
            object.__setattr__(operation, "behaviour", behaviour)
            if not example:
                for row in operation.answers:
                    object.__setattr__(row, "example", "")


def test_an_operation_without_a_behaviour_answers_with_its_example() -> None:
    client = partner(contract=Altered(""))
    answer = client.look("ledger")
    assert (answer.status, dict(answer.headers)[b"content-type"]) == (200, b"application/json")
    assert json.loads(answer.body)["ledgers"][0]["documentStatus"] == "Approved"
    assert client.last.outcome == "example"


def test_an_operation_without_a_behaviour_or_an_example_answers_with_a_status() -> None:
    answer = partner(contract=Altered("", example=False)).look("ledger")
    assert (answer.status, answer.body) == (200, b"")


def test_a_behaviour_that_there_is_not_is_a_fault_of_the_contract() -> None:
    with pytest.raises(ContractError, match="no behaviour 'dance'") as raised:
        Service(Altered("dance"))
    assert all(name in raised.value.advice for name in BEHAVIOURS)


def test_a_second_service_over_the_same_contract_answers_the_same() -> None:
    one, other = partner(), partner()
    assert read(one.submit("ledger", ledger())) == read(other.submit("ledger", ledger()))
