"""Books with a wire and a connector, on a system that is made up: pushed, spoken to, arranged anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.clock import MINUTE, VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.errors import SettingError
from simulator.systems.base import Answer, Line, Request, Result
from simulator.systems.document import LedgerDocument, UnmappableError
from simulator.systems.office import KEPT_TIMES, ORIGIN, Office, Site
from tests.documents import LEDGER, PAYMENT_MINIMAL, invoice, ledger
from tests.systems.abacus import SYSTEM
from tests.systems.abacus.connector import AbacusConnector
from tests.systems.wired import TENANT, balances, push

KEY = SYSTEM.credentials(TENANT, "")["key"]


def office(**words: Any) -> Office:
    return SYSTEM.open_books(words, TENANT)


def ask(books: Office, method: str = "GET", path: str = "/balances", body: bytes = b"", now: int = 0) -> Answer:
    return books.answer(Request(method, f"/abacus{path}", [("x-abacus-key", KEY)], body, mount="/abacus"), now)


# ------------------------------------------------------------------------------------------------- systems


def test_a_system_with_a_wire_tells_of_itself_what_its_package_and_its_data_say() -> None:
    assert (SYSTEM.name, SYSTEM.title, SYSTEM.has_wire) == ("abacus", "Abacus", True)
    assert SYSTEM.credentials(TENANT, "http://x/abacus") == {"baseUrl": "http://x/abacus", "key": KEY}
    assert SYSTEM.identity_of(Request("GET", "/abacus", [("x-abacus-key", KEY)])) == TENANT.identity
    assert SYSTEM.identity_of(Request("GET", "/abacus")) == ""
    assert SYSTEM.stranger(Request("GET", "/abacus")).status == 401


def test_wire_and_connector_are_made_for_the_same_site() -> None:
    made: list[Site] = []

    def open_parts(site: Site) -> Any:
        made.append(site)
        return SYSTEM.open_parts(site)

    books = type(SYSTEM)(
        SYSTEM.about, open_parts, SYSTEM.name_identity, SYSTEM.answer_stranger, SYSTEM.show_credentials
    ).open_books({"locked_until": "2025-11-30"}, TENANT)

    assert made == [books.site]
    assert (books.site.tenant, books.site.about) == (TENANT, SYSTEM.about)
    assert books.site.given == {"locked_until": "2025-11-30"}


# ------------------------------------------------------------------------------------------------- pushing


def test_a_document_is_pushed_over_the_wire_and_the_messages_are_kept() -> None:
    books = office()
    reply = push(books, "ledger", ledger(), now=VIRTUAL_START)

    (exchange,) = reply.exchanges
    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert (exchange.request.method, exchange.request.url) == ("POST", f"{ORIGIN}/abacus/vouchers")
    assert exchange.request.received is None, "CFIS lives in the time of its world"
    assert (exchange.answer.status, loads(exchange.answer.body)) == (201, {"number": 1})
    (voucher,) = books.site.ledger.journal.by_key.values()
    assert voucher.created == VIRTUAL_START
    assert {account: str(amount) for account, amount in balances(books).items()} == {"1701": "48.20", "3000": "-48.20"}


def test_a_document_below_a_member_is_found_there() -> None:
    books = office()
    document = dumps({"payments": [], "ledgers": ledger()})
    assert books.push("ledger", document, "ledgers", 0).verdict == "accepted"
    assert balances(books)


def test_a_payment_is_pushed_as_one() -> None:
    books = office()
    assert push(books, "payment", PAYMENT_MINIMAL).verdict == "accepted"
    assert set(balances(books)) == {"1910", "1701"}


def test_a_document_nested_deeper_than_the_usual_bound_is_pushed_like_any_other() -> None:
    nested: Any = []
    for _ in range(150):
        nested = [nested]
    assert push(office(), "ledger", ledger(extra=nested)).verdict == "accepted"


def test_what_the_wire_refuses_is_rejected_with_its_words_and_its_message() -> None:
    books = office(accounts=["1701"])
    reply = push(books, "ledger", ledger())
    assert (reply.verdict, reply.reason) == ("rejected", "Row 2: account 3000 not found")
    assert reply.exchanges[0].answer.status == 422
    assert balances(books) == {}


def test_what_cannot_be_told_to_the_system_is_rejected_with_what_was_said_until_then() -> None:
    rows = [{**LEDGER["ledgerRows"][0], "transactionDescription": "x" * 41}, *LEDGER["ledgerRows"][1:]]
    reply = push(office(), "ledger", {**LEDGER, "ledgerRows": rows})
    assert (reply.verdict, reply.exchanges) == ("rejected", ())
    assert "Row 1: Abacus takes texts of at most 40" in reply.reason

    class Halfway(AbacusConnector):
        def ledger(self, document: LedgerDocument, line: Line) -> Result:
            line.send(Request("GET", "/abacus/balances"))
            raise UnmappableError(f"{document.identifier} cannot be told")

    books = office()
    reply = push(Office(books.site, books.wire, Halfway(TENANT)), "ledger", ledger())
    assert (reply.verdict, reply.reason, len(reply.exchanges)) == ("rejected", "L-1 cannot be told", 1)


def test_a_mistake_of_a_connector_is_not_taken_for_an_answer() -> None:
    class Broken(AbacusConnector):
        def ledger(self, _document: LedgerDocument, _line: Line) -> Result:
            raise ZeroDivisionError

    books = office()
    with pytest.raises(ZeroDivisionError):
        push(Office(books.site, books.wire, Broken(TENANT)), "ledger", ledger())


def test_an_invoice_is_noted_once_and_sends_no_message() -> None:
    books = office(invoices=[])
    for _ in range(2):
        reply = push(books, "invoice", invoice(invoiceNumber="77", invoiceDate="2026-01-15"))
        assert (reply.verdict, reply.exchanges) == ("accepted", ())

    (noted,) = books.site.ledger.receivables.invoices.values()
    assert (noted.number, noted.date, noted.amount, noted.is_stand_in) == ("77", "2026-01-15", None, False)


@pytest.mark.parametrize("number", [None, ""])
def test_an_invoice_without_a_number_is_not_noted(number: str | None) -> None:
    books = office()
    assert push(books, "invoice", invoice(invoiceNumber=number)).verdict == "accepted"
    assert books.site.ledger.receivables.invoices == {}


def test_an_invoice_that_the_words_have_is_not_noted_again() -> None:
    books = office(invoices=[{"number": "77", "amount": 10}])
    push(books, "invoice", invoice(invoiceNumber="77"))
    (noted,) = books.site.ledger.receivables.invoices.values()
    assert noted.amount == 10


# ----------------------------------------------------------------------------------------------- arranging


def test_books_are_arranged_anew_and_what_was_booked_stays() -> None:
    books = office()
    push(books, "ledger", ledger())
    booked = balances(books)

    books.arrange({"maintenance": True})
    assert (push(books, "ledger", ledger()).verdict, ask(books).status) == ("unreachable", 503)
    books.arrange({})

    assert (balances(books), ask(books).status) == (booked, 200)


def test_words_that_do_not_fit_are_refused_and_the_books_stay_as_they_were() -> None:
    books = office(locked_until="2025-11-30", readings={"success_status": "200"})
    site = books.site
    before = (site.words, site.given, site.readings, site.gate.is_in_maintenance)
    for wrong in (
        {"maintenance": True, "acounts": []},
        {"maintenance": True, "readings": {"success_status": "404"}},
        {"maintenance": True, "rate_limit": {"requests": 1, "per": "0s"}},
        {"maintenance": True, "accounts": ["1", "1"]},
    ):
        with pytest.raises(SettingError):
            books.arrange(wrong)
        with pytest.raises(SettingError):
            office(**wrong)
        assert (site.words, site.given, site.readings, site.gate.is_in_maintenance) == before
    assert site.ledger.calendar.locked_until == "2025-11-30"


def test_readings_follow_the_words() -> None:
    books = office(readings={"success_status": "200"})
    assert push(books, "ledger", ledger()).exchanges[0].answer.status == 200
    books.arrange({})
    assert push(books, "ledger", ledger()).exchanges[0].answer.status == 201


def test_the_bucket_goes_on_while_the_rate_stays_and_is_full_when_it_changes() -> None:
    limit = {"requests": 2, "per": "1m"}
    books = office(rate_limit=limit)
    assert [ask(books).status for _ in range(3)] == [200, 200, 429]
    books.arrange({"rate_limit": limit, "locked_until": "2025-11-30"})
    assert ask(books).status == 429, "another word is no reason to fill it"
    assert ask(books, now=MINUTE).status == 200

    books.arrange({"rate_limit": {"requests": 1, "per": "1m"}})
    assert [ask(books, now=MINUTE).status for _ in range(2)] == [200, 429]
    books.arrange({})
    assert books.site.bucket is None
    assert {ask(books).status for _ in range(50)} == {200}


def test_a_site_without_a_rate_is_never_too_fast() -> None:
    site = office().site
    assert not any(site.is_too_fast(0) for _ in range(100))


# ------------------------------------------------------------------------------------------------- showing


@pytest.fixture
def busy() -> Office:
    books = office(invoices=[{"number": "1", "amount": 10}], locked_until=None)
    push(books, "ledger", ledger())
    register = books.site.ledger.receivables
    register.pay(None, "2026-01-15", Decimal(10), 0, name="", method="")
    return books


def test_books_show_the_words_that_were_given_and_how_much_is_in_them(busy: Office) -> None:
    assert busy.show() == {
        "invoices": [{"number": "1", "amount": 10}],
        "locked_until": None,
        "booked": {"vouchers": 1, "invoices": 1, "payments": 1},
    }
    assert office().show() == {"booked": {"vouchers": 0, "invoices": 0, "payments": 0}}


def test_what_books_show_is_a_copy_of_the_words_that_were_given() -> None:
    words: dict[str, Any] = {"maintenance": True}
    books = SYSTEM.open_books(words, TENANT)
    words["maintenance"] = False
    assert books.show()["maintenance"] is True


def test_books_weigh_what_they_took_and_not_what_they_refused_or_were_asked() -> None:
    books = office()
    assert books.size == 0
    assert ask(books, body=b"?").status == 200
    assert ask(books, "POST", "/vouchers", b"{").status == 400
    light = books.size
    reply = push(books, "ledger", ledger())
    assert books.size == light + KEPT_TIMES * sum(len(one.request.body) for one in reply.exchanges)
