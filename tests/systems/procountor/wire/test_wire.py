"""The door of Procountor: paths, methods, rates, and that nothing makes it stumble."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import SECOND
from simulator.contract.jsontext import loads
from simulator.systems.base import Request
from simulator.systems.procountor.protocol import MOUNT
from simulator.systems.procountor.wire.wire import TABLE
from tests.systems.procountor.talking import Talker, invoice, journal, paid, row, talker, token_request
from tests.systems.wired import office

PATHS = [
    ("GET", "/status"), ("GET", "/ledgerreceipts"), ("POST", "/ledgerreceipts"), ("GET", "/ledgerreceipts/10000001"),
    ("GET", "/ledgerreceipts/10000001,2"), ("PUT", "/ledgerreceipts/10000001"),
    ("PUT", "/ledgerreceipts/10000001/approve"), ("PUT", "/ledgerreceipts/10000001/unfinished"),
    ("PUT", "/ledgerreceipts/10000001/invalidate"), ("PUT", "/ledgerreceipts/10000001/transactions/1/dimensions"),
    ("GET", "/invoices"), ("POST", "/invoices"), ("GET", "/invoices/20000001"), ("PUT", "/invoices/20000001"),
    ("PUT", "/invoices/20000001/approve"), ("PUT", "/invoices/20000001/send"), ("PUT", "/invoices/20000001/reject"),
    ("PUT", "/invoices/20000001/notes"), ("PUT", "/invoices/20000001/unfinished"),
    ("PUT", "/invoices/20000001/invalidate"), ("PUT", "/invoices/20000001/paymentevents/markpaid"),
    ("GET", "/invoices/20000001/paymentevents"), ("GET", "/dimensions"), ("POST", "/dimensions/1/items"),
    ("PUT", "/dimensions/1/items"), ("GET", "/journals"), ("GET", "/vats/country"), ("GET", "/bankaccounts"),
]  # fmt: skip


@pytest.mark.parametrize("base", ["/api", "/latest/api", "/supported/api", "/v2604/api"])
def test_every_base_path_answers_alike(base: str) -> None:
    assert talker().send("GET", "/coa", base=base).status == 200


@pytest.mark.parametrize("base", ["", "/apis", "/v26/api", "/newest/api", "/procountor.api.v1/api"])
def test_another_base_path_is_not_there(base: str) -> None:
    assert talker().send("GET", "/coa", base=base).status == 404


def test_a_path_that_is_not_there_is_told_from_a_method_that_is_not() -> None:
    talking = talker()

    assert talking.refused("GET", "/nothing")[0] == 404
    assert talking.refused("GET", "/ledgerreceipts/one")[0] == 404
    assert talking.refused("DELETE", "/ledgerreceipts/1")[0] == 405
    assert talking.refused("PATCH", "/coa")[0] == 405
    assert talking.send("GET", "//coa/").status == 200


def test_who_has_no_token_is_told_so_before_anything_else() -> None:
    books = office("procountor")
    for path in ("/api/coa", "/api/nothing", "/logout"):
        answer = books.answer(Request("GET", MOUNT + path, mount=MOUNT), 0)
        assert (answer.status, loads(answer.body)) == (401, {"errors": [{"status": 401, "message": "Unauthorized"}]})


@pytest.mark.parametrize(
    ("reading", "statuses"), [("empty_list", (403, 200)), ("refused", (403, 403)), ("taken", (200, 200))]
)
def test_what_the_gateway_makes_of_a_get_with_a_body_is_a_reading(reading: str, statuses: tuple[int, int]) -> None:
    talking = talker(get_body=reading)

    answers = [talking.send("GET", "/coa", body) for body in (b"{}", b"[]")]

    assert tuple(answer.status for answer in answers) == statuses
    assert {answer.media_type for answer in answers if answer.status == 403} <= {"text/html"}
    assert talking.send("GET", "/coa").status == 200


def test_a_get_with_a_body_is_refused_but_for_the_empty_list_of_a_php_client() -> None:
    assert [talker().send("GET", "/coa", body).status for body in (b"{}", b"[]")] == [403, 200]


def test_maintenance_is_a_page_of_the_gateway() -> None:
    talking = talker()
    talking.books.arrange({"maintenance": True})

    for answer in (talking.send("GET", "/coa"), talking.books.answer(token_request(), 0)):
        assert (answer.status, answer.media_type) == (503, "text/html")


@pytest.mark.parametrize("reading", ["sent", "absent"])
def test_too_many_requests_are_told_when_to_come_back(reading: str) -> None:
    talking = talker({"rate_limit": "vendor"}, retry_after=reading)
    answers = [talking.send("GET", "/status") for _ in range(60)]

    assert [answer.status for answer in answers] == [200] * 59 + [429]
    assert dict(answers[-1].headers) == ({"retry-after": "1"} if reading == "sent" else {})
    talking.now += SECOND
    assert talking.send("GET", "/status").status == 200


def test_a_token_ends_by_logging_out() -> None:
    talking = talker()

    assert talking.send("GET", "/logout", base="").status == 405
    assert talking.send("POST", "/logout", base="").status == 200
    assert talking.send("GET", "/coa").status == 401


def test_the_data_name_every_call_and_no_other() -> None:
    named = {(call["method"], call["path"]) for call in talker().books.site.about.data["calls"]}

    assert len(named) == len(TABLE) + 2, "the token and the end of it are no rows of the table"


BODIES: tuple[dict[str, Any], ...] = (journal(), invoice(), paid(), {"notes": "x"}, {"codeName": "x"},
                                      {"dimensionItemValues": []})  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


SHARES = {"dimensionItemValues": [{"dimensionId": 1, "itemId": 1, "value": 1}]}
PAIRS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/ledgerreceipts", journal(row("1701", 1, **SHARES))),
    ("PUT", "/ledgerreceipts/10000001", journal(version="2026-01-01T09:00:00")),
    ("PUT", "/ledgerreceipts/10000001/transactions/1/dimensions", SHARES),
    ("POST", "/invoices", invoice()),
    ("PUT", "/invoices/20000001", invoice(version="2026-01-01T09:00:00")),
    ("PUT", "/invoices/20000001/paymentevents/markpaid", paid()),
    ("POST", "/dimensions/1/items", {"codeName": "x", "status": "P"}),
)


@st.composite
def spoilt(draw: st.DrawFn, good: dict[str, Any] | None = None) -> bytes:
    """A body that was good once."""
    value = json.loads(json.dumps(good or draw(st.sampled_from(BODIES))))
    for _ in range(draw(st.integers(1, 3))):
        part: Any = value
        while isinstance(part, (dict, list)) and part:
            step = draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
            if not isinstance(part[step], (dict, list)) or not part[step] or draw(st.booleans()):
                part[step] = draw(JUNK)
                break
            part = part[step]
    return json.dumps(value).encode()


def ready() -> Talker:
    words = {"invoices": [{"number": "5", "amount": 1, "state": "draft"}], "dimensions": {"COST_CENTER": ["1"]}}
    talking = talker(words)
    talking.done("POST", "/ledgerreceipts", journal())
    return talking


@given(
    where=st.sampled_from(PATHS),
    body=spoilt() | st.binary(max_size=40) | JUNK.map(lambda one: json.dumps(one).encode()),
)
def test_no_body_makes_it_stumble(where: tuple[str, str], body: bytes) -> None:
    method, path = where
    answer = ready().send(method, path, body)

    assert 200 <= answer.status < 500
    if answer.media_type == "application/json":
        loads(answer.body)


@given(st.data())
def test_no_body_that_was_good_once_makes_it_stumble(data: st.DataObject) -> None:
    method, path, good = data.draw(st.sampled_from(PAIRS))
    talking = ready()

    answer = talking.send(method, path, data.draw(spoilt(good)))

    assert 200 <= answer.status < 500
    for search in ("/ledgerreceipts", "/journals", "/invoices", "/dimensions"):
        assert talking.send("GET", search).status == 200


@given(
    where=st.sampled_from(PATHS),
    query=st.dictionaries(
        st.sampled_from(
            ["size", "page", "previousId", "orderById", "orderByDate", "types", "status", "startDate", "createdEndDate",
             "invoiceNumber", "originalInvoiceNumber", "searchTerm", "countryCode", "createReconciliation", "name",
             "codeName", "statuses", "businessPartnerId"]
        ),
        st.sampled_from(["", "0", "1", "-1", "201", "99999999999", "ASC", "asc", "x", "JOURNAL", "2026-01-15", "FI",
                         "true", "2026-13-99", "1234567890", "SENT"]) | st.text(max_size=6),
    ),
)  # fmt: skip
def test_no_query_makes_it_stumble(where: tuple[str, str], query: dict[str, str]) -> None:
    method, path = where
    body = None if method == "GET" else journal()
    assert 200 <= ready().send(method, path, body, **query).status < 500


@given(st.text(max_size=30), st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]))
def test_no_path_makes_it_stumble(path: str, method: str) -> None:
    talking = talker()
    target = f"{MOUNT}/api/{path}"
    headers = [("authorization", f"Bearer {talking.token}")]
    assert 200 <= talking.books.answer(Request(method, target, headers, mount=MOUNT), talking.now).status < 500
