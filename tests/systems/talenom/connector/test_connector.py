"""The connector: tokens kept and renewed, and what it makes of every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.clock import SECOND, VIRTUAL_START, Instant
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Reply, Request
from simulator.systems.office import Office
from simulator.systems.talenom.wire.tokens import LIFETIME_SECONDS
from tests.documents import LEDGER, PAYMENT_MINIMAL
from tests.systems.wired import balances, office, push


def statuses(reply: Reply) -> list[int]:
    return [exchange.answer.status for exchange in reply.exchanges]


class Instead:
    """A wire that answers the vouchers with something else."""

    def __init__(self, books: Office, answer: Callable[[Request], Answer | None]) -> None:
        self.wire, self.said = books.wire, answer
        books.wire = self

    def answer(self, request: Request, now: Instant) -> Answer:
        said = self.said(request)
        return self.wire.answer(request, now) if said is None else said


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    books = office("talenom")
    almost = VIRTUAL_START + (LIFETIME_SECONDS - 60) * SECOND

    assert statuses(push(books, "ledger", LEDGER)) == [200, 200]
    assert statuses(push(books, "payment", PAYMENT_MINIMAL)) == [200]
    assert statuses(push(books, "ledger", LEDGER, almost - 1)) == [200]
    assert statuses(push(books, "ledger", LEDGER, almost)) == [200, 200]


def test_a_token_that_was_withdrawn_is_renewed_once() -> None:
    books = office("talenom")
    push(books, "ledger", LEDGER)
    books.connector._token = "gone"  # type: ignore[attr-defined]

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, statuses(reply)) == ("accepted", [401, 200, 200])


def test_withdrawn_rights_fail_the_record_in_the_vendors_words() -> None:
    books = office("talenom")
    push(books, "ledger", LEDGER)
    books.arrange({"revoked": True})

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, statuses(reply)) == ("rejected", [401, 401])
    assert "invalid_client" in reply.reason
    assert statuses(push(books, "ledger", LEDGER)) == [401]


def test_a_token_that_is_refused_at_once_is_not_asked_for_again() -> None:
    books = office("talenom")
    Instead(books, lambda request: None if "token" in request.target else Answer(401))

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, statuses(reply)) == ("rejected", [200, 401])
    assert reply.reason == "Talenom answered 401: the access token is not valid"


def test_a_key_that_the_gateway_refuses_is_no_reason_for_a_new_token() -> None:
    books = office("talenom")
    push(books, "ledger", LEDGER)
    Instead(books, lambda _: Answer(401, dumps({"statusCode": 401, "message": "the key is wrong"})))

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, statuses(reply)) == ("rejected", [401])
    assert reply.reason == "Talenom answered 401: the key is wrong"


def test_what_talenom_objects_to_is_the_reason() -> None:
    books = office("talenom", {"accounts": ["1701", "2939"]})

    reply = push(books, "ledger", LEDGER)

    assert reply.verdict == "rejected"
    told = "[0].postings[1].accountNumber: account 3000 not found (ValidationError)"
    assert reply.reason == f"Talenom answered 400: {told}"


def test_a_percentage_that_is_not_there_is_the_reason() -> None:
    # Rows without VAT are told with 0 %, which needs no VAT code.
    books = office("talenom", {"vat_codes": [{"code": "S", "percents": [24]}]})

    told = "[0].postings[1].vatPercentage: no VAT code has 25.5 % (ValidationError)"
    assert push(books, "ledger", LEDGER).reason == f"Talenom answered 400: {told}"
    assert balances(books) == {}


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (Answer(503), "unreachable", "Talenom answered 503: temporarily unavailable"),
        (Answer(502), "unreachable", "Talenom answered 502: the gateway reaches no API"),
        (Answer(504, b"<html>"), "unreachable", "Talenom answered 504: it did not say why"),
        (Answer(500, dumps({"error": "oops", "code": "E1"})), "unreachable", "Talenom answered 500: oops (E1)"),
        (Answer(429, dumps({"statusCode": 429, "message": "slow"})), "unreachable", "Talenom answered 429: slow"),
        (Answer(401, dumps({"statusCode": 401, "message": "no key"})), "rejected", "Talenom answered 401: no key"),
        (Answer(403), "rejected", "Talenom answered 403: there is no right to this organisation"),
        (Answer(404), "rejected", "Talenom answered 404: not found"),
        (Answer(400, dumps({"error": "bad", "code": None})), "rejected", "Talenom answered 400: bad"),
        (Answer(400, b"[]"), "rejected", "Talenom answered 400: it did not say why"),
        (Answer(204), "rejected", "Talenom answered 204: it did not say why"),
        (Answer(200, b"[]"), "rejected", "Talenom answered 200 and named no voucher"),
        (Answer(200, b"[{}]"), "rejected", "Talenom answered 200 and named no voucher"),
        (Answer(200, b"[1]"), "rejected", "Talenom answered 200 and named no voucher"),
        (Answer(200, b"<"), "rejected", "Talenom answered 200 and named no voucher"),
    ],
)
def test_what_an_answer_means(answer: Answer, verdict: str, reason: str) -> None:
    books = office("talenom")
    Instead(books, lambda request: None if "token" in request.target else answer)

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, reply.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(503), "unreachable"),
        (Answer(200, b"{}"), "rejected"),
        (Answer(200, b"<"), "rejected"),
        (Answer(400, dumps({"error": "invalid_request"})), "rejected"),
    ],
)
def test_without_a_token_nothing_is_sent(answer: Answer, verdict: str) -> None:
    books = office("talenom")
    Instead(books, lambda request: answer if "token" in request.target else None)

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, len(reply.exchanges)) == (verdict, 1)
    assert reply.reason


def test_no_secret_goes_with_a_voucher_and_no_key_with_a_secret() -> None:
    token, voucher = push(office("talenom"), "ledger", LEDGER).exchanges
    names: list[list[Any]] = [[name.lower() for name, _ in one.request.headers] for one in (token, voucher)]

    assert names == [
        ["content-type", "accept"],
        ["ocp-apim-subscription-key", "authorization", "content-type", "accept"],
    ]
    assert b"client_secret" in token.request.body
    assert "?" not in token.request.target + voucher.request.target
