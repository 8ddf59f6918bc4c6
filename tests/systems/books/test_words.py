"""The words in which books are set up: what each does, and that a wrong one changes nothing."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import MINUTE
from simulator.contract.files import read_json
from simulator.errors import SettingError
from simulator.systems.about import shared_folder
from simulator.systems.books.chart import Account, FiscalYear, Named, VatCode
from simulator.systems.books.invoices import Invoice
from simulator.systems.books.ledger import ROLES
from simulator.systems.books.vouchers import Posting
from simulator.systems.books.words import DEEDS, Arrangement, Rate, VatMap, arrange, with_defaults

D = Decimal
SHARED: dict[str, Any] = read_json(shared_folder() / "books.json")
ANY_INVOICE = {"invoices": "any"}


class Set:
    """An arrangement, and the words that it stands in."""

    def __init__(self, **words: Any) -> None:
        self.arrangement = Arrangement()
        self.words: dict[str, Any] = {}
        self.change(**words)

    def change(self, **words: Any) -> None:
        """Let it stand in these words, and the shared ones where nothing is said."""
        complete = with_defaults(words, SHARED)
        arrange(self.arrangement, complete, self.words)
        self.words = complete

    @property
    def ledger(self) -> Any:
        return self.arrangement.ledger

    @property
    def invoices(self) -> dict[str, Invoice]:
        return {one.number: one for one in self.ledger.receivables.invoices.values()}

    def pay(self, number: str, amount: str) -> None:
        register = self.ledger.receivables
        register.pay(register.find(number=number), "2026-01-15", D(amount), 0, name="", method="")


# ------------------------------------------------------------------------------------------ every word once


def test_every_word_that_books_can_have_does_something_but_readings_which_are_the_systems() -> None:
    schema = read_json(shared_folder() / "books.schema.json")
    assert set(schema["properties"]) == set(SHARED) == {*DEEDS, "readings"}


def test_the_shared_words_arrange_books_in_which_every_role_has_an_account() -> None:
    ledger = Set().ledger
    assert len(ledger.chart.accounts) == len(SHARED["accounts"])
    assert all(ledger.chart.find(ledger.role(role)) for role in ROLES)
    assert ledger.calendar.year_of("2026-01-15").begin == "2026-01-01"
    assert len(ledger.chart.accounts) == len(SHARED["accounts"]), "no role needed an account of its own"


def test_accounts_are_numbers_or_accounts_in_full() -> None:
    full = {"number": "2001", "name": "Capital", "kind": "equity", "vat_code": "S", "active": False}
    chart = Set(accounts=["1701", full, {"number": "3000"}]).ledger.chart

    assert chart.accounts == {
        "1701": Account("1701", "Account 1701", "asset", 1),
        "2001": Account("2001", "Capital", "equity", 2, "S", is_active=False),
        "3000": Account("3000", "Account 3000", "income", 3),
    }
    assert not chart.is_open
    assert Set(accounts=[]).ledger.chart.find("1701") is None


def test_any_account_is_every_account() -> None:
    chart = Set(accounts="any").ledger.chart
    assert (chart.accounts, chart.is_open) == ({}, True)
    assert chart.find("12345") is not None


def test_vat_codes_keep_their_percentages_exactly() -> None:
    codes = Set(
        vat_codes=[{"code": "S", "name": "Sales", "side": "sales", "percents": [25.5, 14, D("10.0")]}, {"code": "P"}]
    )
    assert codes.ledger.vat_codes == {
        "S": VatCode("S", "Sales", "sales", (D("25.5"), D(14), D(10))),
        "P": VatCode("P", "P", "both", ()),
    }


def test_dimensions_are_any_or_listed_or_open_one_by_one() -> None:
    assert Set(dimensions="any").ledger.dimensions.has("A", "1")

    listed = Set(dimensions={"A": ["1"], "B": "any"}).ledger.dimensions
    asked = [("A", "1"), ("A", "2"), ("B", "2"), ("C", "1")]
    assert [listed.has(*one) for one in asked] == [True, False, True, False]
    assert not Set(dimensions={}).ledger.dimensions.has("A", "1")


def test_fiscal_years_are_put_in_order() -> None:
    years = [{"begin": "2026-01-01", "end": "2026-12-31"}, {"begin": "2025-07-01", "end": "2025-12-31"}]
    calendar = Set(fiscal_years=years, locked_until="2025-11-30").ledger.calendar

    assert calendar.years == [FiscalYear(1, "2025-07-01", "2025-12-31"), FiscalYear(2, "2026-01-01", "2026-12-31")]
    assert (calendar.is_locked("2025-11-30"), calendar.is_locked("2025-12-01")) == (True, False)


def test_an_invoice_has_defaults_for_what_is_not_said() -> None:
    row = {
        "number": "2", "amount": 48.2, "date": "2026-02-01", "due": "2026-02-15", "currency": "SEK",
        "reference": "13", "customer": "C", "paid": 8.2, "takes_parts": False,
    }  # fmt: skip
    invoices = Set(invoices=[{"number": "1", "amount": 10}, row]).invoices

    assert invoices["1"] == Invoice(1, "1", "2026-01-01", "2026-01-01", D(10), is_listed=True)
    assert invoices["2"] == Invoice(
        2,
        "2",
        "2026-02-01",
        "2026-02-15",
        D("48.2"),
        "SEK",
        "13",
        "C",
        "open",
        D("8.2"),
        takes_parts=False,
        is_listed=True,
    )


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"amount": 10}, "open"),
        ({"amount": 10, "paid": 9.99}, "open"),
        ({"amount": 10, "paid": 10}, "paid"),
        ({"amount": 10, "paid": 11}, "paid"),
        ({"amount": 0}, "open"),
        ({"amount": -10}, "open"),
        ({"amount": -10, "paid": -5}, "open"),
        ({"amount": -10, "paid": -10}, "paid"),
        ({"amount": 10, "state": "draft"}, "draft"),
        ({"amount": 10, "paid": 10, "state": "open"}, "open"),
        ({"amount": 10, "state": "void"}, "void"),
    ],
)
def test_the_state_of_an_invoice_is_said_or_follows_from_what_is_paid(row: dict[str, Any], state: str) -> None:
    assert Set(invoices=[{"number": "1", **row}]).invoices["1"].state == state


def test_any_invoice_is_every_invoice() -> None:
    assert Set(invoices="any").ledger.receivables.find(number="7") is not None
    assert Set(invoices=[]).ledger.receivables.find(number="7") is None


def test_voucher_types_and_payment_methods_are_numbered_in_their_order() -> None:
    ledger = Set(voucher_types=[{"code": "ML"}, {"code": "KL", "name": "Bank"}], payment_methods=[
        {"code": "bank", "account": "1910"}]).ledger  # fmt: skip
    assert ledger.voucher_types == {"ML": Named(1, "ML", "ML"), "KL": Named(2, "KL", "Bank")}
    assert ledger.payment_methods == {"bank": Named(1, "bank", "bank", "1910")}


def test_a_role_that_is_named_has_another_account_and_the_others_keep_theirs() -> None:
    roles = Set(roles={"bank": "1920"}).ledger.roles
    assert roles == {**SHARED["roles"], "bank": "1920"}
    assert tuple(roles) == ROLES


def test_a_vat_map_has_a_code_for_both_sides_or_for_each() -> None:
    vat_map = Set(vat_map={"20": "K", "30": {"sales": "M", "purchase": "O"}, "40": {"sales": "X"}, "": "D"})

    def code(given_code: str, percent: int, *, is_sales: bool) -> str:
        return vat_map.arrangement.vat_map.code_for(given_code, D(percent), is_sales=is_sales)

    assert [code("20", 24, is_sales=side) for side in (True, False)] == ["K", "K"]
    assert [code("30", 24, is_sales=side) for side in (True, False)] == ["M", "O"]
    assert [code("40", 24, is_sales=side) for side in (True, False)] == ["X", "40"]
    assert code("50", 24, is_sales=True) == "50", "what the map does not have goes as it is"
    assert (code("", 24, is_sales=True), code("", 0, is_sales=True)) == ("D", "")
    assert VatMap().code_for("", D(24), is_sales=True) == ""


def test_the_gate_is_open_unless_the_words_close_it() -> None:
    gate = Set().arrangement.gate
    assert (gate.is_in_maintenance, gate.is_revoked, gate.rate) == (False, False, None)

    shut = Set(maintenance=True, revoked=True, rate_limit={"requests": 5, "per": "1m"})
    gate = shut.arrangement.gate
    assert (gate.is_in_maintenance, gate.is_revoked, gate.rate) == (True, True, Rate(5, MINUTE))
    shut.change()
    assert (gate.is_in_maintenance, gate.is_revoked, gate.rate) == (False, False, None)


# ------------------------------------------------------------------------------------------ amendments


def test_words_lie_over_defaults_and_null_is_the_default_again() -> None:
    assert with_defaults({"a": 1, "b": None}, {"a": 0, "b": 2, "c": 3}) == {"a": 1, "b": 2, "c": 3}
    assert with_defaults({"roles": None}, SHARED) == SHARED
    assert with_defaults({"roles": {"bank": "1"}}, {}) == {"roles": {"bank": "1"}}
    assert SHARED["roles"]["bank"] == "1910", "the defaults themselves stay"


def test_what_was_booked_stays_whatever_the_words_become() -> None:
    books = Set(invoices=[{"number": "1", "amount": 10}])
    books.ledger.journal.add("ML", "2026", "2026-01-15", [Posting("1701", D(1))], 0)
    books.pay("1", "4")
    before = copy.deepcopy((books.ledger.journal.by_key, books.ledger.receivables.payments))

    books.change(accounts=["9"], fiscal_years=[], dimensions={}, invoices=[], locked_until="2026-12-31")

    assert (books.ledger.journal.by_key, books.ledger.receivables.payments) == before
    assert books.invoices["1"].paid == 4


def test_a_word_that_did_not_change_is_not_carried_out_again() -> None:
    books = Set(accounts="any", dimensions="any", invoices=[{"number": "1", "amount": 10}])
    made, has = books.ledger.chart.find("1234"), books.ledger.dimensions.has("A", "1")
    books.invoices["1"].customer = "written by the wire"

    books.change(accounts="any", dimensions="any", invoices=[{"number": "1", "amount": 10}], maintenance=True)

    assert books.ledger.chart.accounts == {"1234": made}
    assert has is ("A" in books.ledger.dimensions.by_name)
    assert books.invoices["1"].customer == "written by the wire"
    assert books.arrangement.gate.is_in_maintenance


def test_the_lock_stays_when_the_years_change_and_the_years_when_the_lock_does() -> None:
    books = Set(locked_until="2025-11-30")
    books.change(locked_until="2025-11-30", fiscal_years=[{"begin": "2026-01-01", "end": "2026-12-31"}])
    assert books.ledger.calendar.locked_until == "2025-11-30"
    books.change(fiscal_years=[{"begin": "2026-01-01", "end": "2026-12-31"}])
    assert (books.ledger.calendar.locked_until, len(books.ledger.calendar.years)) == ("", 1)


def test_an_invoice_that_changes_keeps_its_key_and_what_was_paid_since() -> None:
    books = Set(invoices=[{"number": "1", "amount": 10, "paid": 1}])
    books.pay("1", "4")

    books.change(
        invoices=[{"number": "2", "amount": 7}, {"number": "1", "amount": 12, "due": "2026-03-01", "customer": "C"}]
    )

    one = books.invoices["1"]
    assert (one.key, one.amount, one.paid, one.state) == (1, D(12), D(5), "open")
    assert (one.date, one.due, one.customer) == ("2026-01-01", "2026-03-01", "C")
    books.change(invoices=[{"number": "1", "amount": 5}])
    assert (one.paid, one.state, books.invoices["1"] is one) == (D(5), "paid", True)
    books.change(invoices=[{"number": "1", "amount": 5, "paid": 6}])
    assert one.paid == 6


def test_a_credit_note_that_changes_keeps_what_was_given_back_and_a_rate_is_a_whole_number() -> None:
    books = Set(invoices=[{"number": "1", "amount": -10}], rate_limit={"requests": D("5.0"), "per": "1s"})
    assert type(books.arrangement.gate.rate.requests) is int  # type: ignore[union-attr]
    books.pay("1", "-4")
    books.change(invoices=[{"number": "1", "amount": -10, "customer": "C"}])
    assert books.invoices["1"].paid == D(-4)


def test_an_invoice_that_only_stood_in_goes_when_the_invoices_are_listed_unless_it_was_paid() -> None:
    books = Set(**ANY_INVOICE)
    for number in ("1", "2", "3"):
        assert books.ledger.receivables.find(number=number)
    books.pay("2", "4")
    books.pay("3", "4")

    books.change(invoices=[{"number": "3", "amount": 10}])

    assert set(books.invoices) == {"2", "3"}
    assert (books.invoices["3"].amount, books.invoices["3"].paid, books.invoices["3"].is_stand_in) == (
        D(10),
        D(4),
        False,
    )
    assert {payment.invoice for payment in books.ledger.receivables.payments.values()} == {2, 3}
    books.change(**ANY_INVOICE)
    assert set(books.invoices) == {"2", "3"}
    assert books.ledger.receivables.is_open


def test_an_invoice_that_is_listed_no_longer_goes_unless_it_was_paid() -> None:
    books = Set(invoices=[{"number": "1", "amount": 10}, {"number": "2", "amount": 10}])
    books.pay("1", "4")

    books.change(invoices=[{"number": "3", "amount": 10}])

    assert set(books.invoices) == {"1", "3"}


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "invoices": st.just("any")
        | st.lists(
            st.fixed_dictionaries({"number": st.sampled_from("123"), "amount": st.integers(1, 20)}),
            max_size=3,
            unique_by=lambda row: row["number"],
        ),
        "locked_until": st.sampled_from([None, "2025-11-30"]),
        "accounts": st.sampled_from(["any", ["1701"], []]),
        "maintenance": st.booleans(),
    },
)


@given(st.lists(st.tuples(CHANGES, st.sampled_from("123"), st.integers(0, 9)), max_size=8))
def test_however_the_words_change_the_books_stand_in_the_last_ones_and_no_money_is_lost(
    steps: list[tuple[dict[str, Any], str, int]],
) -> None:
    books, paid, words = Set(), dict[str, int](), dict[str, Any]()
    for words, number, amount in steps:
        books.change(**words)
        if amount and books.ledger.receivables.find(number=number):
            books.pay(number, str(amount))
            paid[number] = paid.get(number, 0) + amount

    books.change(**words)
    fresh = Set(**words)

    assert {number: int(books.invoices[number].paid) for number in paid} == paid
    assert books.arrangement.gate == fresh.arrangement.gate
    assert books.ledger.calendar.locked_until == fresh.ledger.calendar.locked_until
    assert books.ledger.chart.is_open == fresh.ledger.chart.is_open
    assert books.ledger.receivables.is_open == fresh.ledger.receivables.is_open
    for number, invoice in fresh.invoices.items():
        assert books.invoices[number].amount == invoice.amount


# --------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("wrong", "where", "message"),
    [
        ({"accounts": ["1701", "3000", {"number": "1701"}]}, "books.accounts", "'1701' is there twice"),
        ({"vat_codes": [{"code": "S"}, {"code": "S"}]}, "books.vat_codes", "'S' is there twice"),
        (
            {"invoices": [{"number": "1", "amount": 1}, {"number": "1", "amount": 2}]},
            "books.invoices",
            "'1' is there twice",
        ),
        ({"voucher_types": [{"code": "M"}, {"code": "M"}]}, "books.voucher_types", "'M' is there twice"),
        ({"payment_methods": [{"code": "M"}, {"code": "M"}]}, "books.payment_methods", "'M' is there twice"),
        ({"fiscal_years": [{"begin": "2026-12-31", "end": "2026-01-01"}]}, "books.fiscal_years", "2026-01-01, before"),
        (
            {
                "fiscal_years": [
                    {"begin": "2026-06-30", "end": "2027-06-30"},
                    {"begin": "2026-01-01", "end": "2026-06-30"},
                ]
            },
            "books.fiscal_years",
            "two years have the day 2026-06-30",
        ),
        ({"rate_limit": {"requests": 1, "per": "0s"}}, "books.rate_limit.per", "longer than nothing"),
        ({"rate_limit": {"requests": 1, "per": "soon"}}, "books.rate_limit.per", "'soon' is not a duration"),
    ],
)
def test_words_that_contradict_themselves_are_refused_by_name_and_nothing_changes(
    wrong: dict[str, Any], where: str, message: str
) -> None:
    books = Set(**ANY_INVOICE)
    books.pay("1", "4")
    before = copy.deepcopy(vars(books.ledger)), copy.deepcopy(books.arrangement.gate)
    all_else = {"accounts": [], "invoices": [], "maintenance": True, "revoked": True, "locked_until": "2025-11-30"}

    with pytest.raises(SettingError, match=message) as raised:
        books.change(**{**all_else, **wrong})

    assert raised.value.where == where
    after = vars(books.ledger), books.arrangement.gate
    for name in ("vat_codes", "voucher_types", "payment_methods", "roles"):
        assert after[0][name] == before[0][name]
    assert after[1] == before[1]
    assert after[0]["chart"].accounts == before[0]["chart"].accounts
    assert vars(after[0]["calendar"]) == vars(before[0]["calendar"])
    assert set(books.invoices) == {"1"}
    assert books.ledger.receivables.is_open


def test_an_account_of_two_years_may_end_the_day_before_the_next_begins() -> None:
    years = [{"begin": "2026-01-01", "end": "2026-06-29"}, {"begin": "2026-06-30", "end": "2026-06-30"}]
    assert len(Set(fiscal_years=years).ledger.calendar.years) == 2
