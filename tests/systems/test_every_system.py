"""What holds of every accounting system on its wire: CFIS's documents reach its books to the cent, or fail aloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import SECOND, VIRTUAL_START
from simulator.systems import catalogue
from simulator.systems.about import BASES
from simulator.systems.base import Request
from simulator.systems.catalogue import system_named, wires
from simulator.systems.office import Office, WireSystem
from tests.documents import LEDGER, example, payment
from tests.systems import bookable
from tests.systems.wired import TENANT, balances, expected, expected_of_payment, office, push

NAMES = [*wires(), "abacus"]
every_system = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True, scope="module")
def seventh() -> Iterator[None]:
    """A seventh system takes a package, its data, and a line in the catalogue."""
    catalogue.PACKAGES["abacus"] = "tests.systems.abacus"
    yield
    del catalogue.PACKAGES["abacus"]
    catalogue._LOADED.pop("abacus", None)


def said(books: Office, kind: str, document: dict[str, Any]) -> str:
    """Why a document was refused."""
    reply = push(books, kind, document)
    assert reply.verdict == "rejected", reply
    assert reply.reason
    return reply.reason


@every_system
def test_the_documented_example_is_booked_to_the_cent_and_every_message_is_kept(name: str) -> None:
    books = office(name)

    reply = push(books, "ledger", LEDGER)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(LEDGER, books.site.ledger.roles)
    assert reply.exchanges
    for exchange in reply.exchanges:
        assert exchange.request.target.startswith(f"/{name}/")
        assert 200 <= exchange.answer.status < 300


@every_system
@pytest.mark.parametrize("file", ["ledger.net.json", "ledger.minimal.json"])
def test_the_other_examples_are_booked_to_the_cent(name: str, file: str) -> None:
    document, books = example(file)["ledgers"], office(name)

    assert push(books, "ledger", document).verdict == "accepted"
    assert balances(books) == expected(document, books.site.ledger.roles)


@every_system
@settings(deadline=None)
@given(data=st.data())
def test_what_comes_out_of_the_books_equals_what_went_into_cfis(name: str, data: st.DataObject) -> None:
    document, books = data.draw(bookable.ledgers()), office(name)

    reply = push(books, "ledger", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(document, books.site.ledger.roles)


@every_system
@settings(deadline=None)
@given(data=st.data())
def test_a_payment_is_booked_to_the_cent(name: str, data: st.DataObject) -> None:
    document, books = data.draw(bookable.payments()), office(name)

    reply = push(books, "payment", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)


@every_system
def test_an_account_that_is_not_in_the_chart_fails_the_record_and_nothing_is_booked(name: str) -> None:
    books = office(name, {"accounts": ["1701", "2939", "1763", "8570"]})

    reply = push(books, "ledger", LEDGER)

    assert reply.verdict == "rejected"
    assert reply.reason
    assert balances(books) == {}


@every_system
def test_a_locked_period_fails_the_record_and_nothing_is_booked(name: str) -> None:
    books = office(name, {"locked_until": "2026-12-31"})

    assert said(books, "ledger", LEDGER)
    assert balances(books) == {}


@every_system
def test_a_date_without_a_fiscal_year_fails_the_record(name: str) -> None:
    books = office(name, {"fiscal_years": [{"begin": "2020-01-01", "end": "2020-12-31"}]})

    assert said(books, "ledger", LEDGER)
    assert balances(books) == {}


@every_system
def test_maintenance_is_waited_for(name: str) -> None:
    books = office(name, {"maintenance": True})

    reply = push(books, "ledger", LEDGER)
    assert (reply.verdict, balances(books)) == ("unreachable", {})
    assert reply.reason
    books.arrange({})
    assert push(books, "ledger", LEDGER).verdict == "accepted"


@every_system
def test_revoked_credentials_fail_the_record(name: str) -> None:
    books = office(name)
    assert push(books, "ledger", LEDGER).verdict == "accepted"
    before = balances(books)

    books.arrange({"revoked": True})

    assert said(books, "ledger", LEDGER)
    assert balances(books) == before


@every_system
def test_a_rate_limit_is_waited_for_and_passes(name: str) -> None:
    books = office(name, {"rate_limit": {"requests": 6, "per": "1m"}})
    verdicts = [push(books, "ledger", LEDGER).verdict for _ in range(12)]

    assert verdicts[0] == "accepted"
    assert verdicts[-1] == "unreachable"
    assert push(books, "ledger", LEDGER, VIRTUAL_START + 3_600 * SECOND).verdict == "accepted"


@every_system
def test_a_text_that_is_too_long_is_never_cut_in_silence(name: str) -> None:
    text = "x" * 20_000
    row = {**LEDGER["ledgerRows"][0], "transactionDescription": text}
    books = office(name)

    reply = push(books, "ledger", {**LEDGER, "ledgerRows": [row, *LEDGER["ledgerRows"][1:]]})

    if reply.verdict == "accepted":
        kept = [posting.description for voucher in books.site.ledger.journal.by_key.values()
                for posting in voucher.postings]  # fmt: skip
        assert any(text in description for description in kept)
    else:
        assert (reply.verdict, balances(books)) == ("rejected", {})
        assert reply.reason


@every_system
def test_dimensions_and_projects_reach_the_books_or_fail_the_record_by_name(name: str) -> None:
    books = office(name)

    reply = push(books, "ledger", LEDGER)

    kept = {
        value
        for voucher in books.site.ledger.journal.by_key.values()
        for posting in voucher.postings
        for _, value in posting.dimensions
    }
    assert (reply.verdict, kept) == ("accepted", {"4100", "PRJ-0042"}) or "4100" in reply.reason


@every_system
def test_a_dimension_that_the_books_do_not_have_fails_the_record_or_is_made(name: str) -> None:
    books = office(name, {"dimensions": {"COST_CENTER": ["1"], "PROJECT": ["1"]}})

    reply = push(books, "ledger", LEDGER)

    assert reply.verdict == "accepted" or "4100" in reply.reason or "dimension" in reply.reason.lower()


@every_system
def test_a_system_says_who_it_is_and_lets_in_whom_it_gave_credentials(name: str) -> None:
    system = system_named(name)

    assert system.name == name
    assert system.title
    assert system.has_wire
    assert system.credentials(TENANT, "http://127.0.0.1:8480/x")["baseUrl"].startswith("http://127.0.0.1:8480/x")
    assert not system.identity_of(Request("GET", f"/{name}/", mount=f"/{name}"))
    answer = system.stranger(Request("GET", f"/{name}/", mount=f"/{name}"))
    assert answer.status in {200, 401, 403}
    assert answer.body or answer.status != 200


@every_system
def test_a_request_without_credentials_changes_nothing_and_is_answered(name: str) -> None:
    books = office(name)
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        for path in ("/", "/nowhere", "/api", "/%00", "/a//b"):
            answer = books.answer(Request(method, f"/{name}{path}", mount=f"/{name}"), VIRTUAL_START)
            assert 200 <= answer.status < 600
    assert not books.site.ledger.journal.by_key


@every_system
def test_every_fact_of_a_system_has_a_basis_and_a_source_that_it_names(name: str) -> None:
    system = system_named(name)
    assert isinstance(system, WireSystem)
    data = system.about.data
    facts = [*data["calls"], *data["rules"], *([data["rate_limit"]] if "rate_limit" in data else [])]

    assert facts
    for fact in facts:
        assert fact["basis"] in BASES
        assert fact["source"] in {*data["sources"], "none"}
        # Who says that it is known says from where.
        assert (fact["source"] == "none") <= (fact["basis"] in {"assumed", "stand-in"})
    for reading in data["readings"]:
        assert reading["source"] in {*data["sources"], "none"}
        assert reading["default"] in [answer["value"] for answer in reading["answers"]]


@every_system
def test_every_reading_of_a_system_can_be_chosen_and_leaves_it_working(name: str) -> None:
    system = system_named(name)
    assert isinstance(system, WireSystem)
    for reading in system.about.readings.values():
        for value in reading.values:
            reply = push(office(name, {"readings": {reading.name: value}}), "ledger", LEDGER)
            assert reply.verdict in {"accepted", "rejected"}, (reading.name, value, reply.reason)


@every_system
def test_an_invoice_that_is_paid_already_takes_no_second_payment(name: str) -> None:
    words = {"invoices": [{"number": "2026031", "amount": 48.2, "paid": 48.2}]}
    books = office(name, words)

    reply = push(books, "payment", payment(invoiceNumber="2026031"))

    if system_named(name).name in WITH_INVOICES:
        assert reply.verdict == "rejected"
        assert balances(books) == {}
    else:
        assert reply.verdict == "accepted", "a system without invoices books the voucher"


@every_system
def test_an_invoice_that_is_not_there_yet_takes_no_payment(name: str) -> None:
    books = office(name, {"invoices": []})

    reply = push(books, "payment", payment(invoiceNumber="2026031"))

    if name in WITH_INVOICES:
        assert reply.verdict == "rejected"
        assert balances(books) == {}
    else:
        assert reply.verdict == "accepted"


WITH_INVOICES = {"netvisor", "procountor", "fennoa"}
"""The systems whose public interface knows sales invoices and their payments."""
