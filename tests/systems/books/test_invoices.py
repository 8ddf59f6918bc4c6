"""Sales invoices and their payments: found, paid, settled."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.invoices import Invoice, Payment, Receivables
from tests.strategies import cents

D = Decimal
DAY = "2026-01-15"


def register(*invoices: tuple[str, str], is_open: bool = False) -> Receivables:
    """A register of invoices over 10 euros, each a number and a reference."""
    made = Receivables(is_open=is_open)
    for number, reference in invoices:
        made.add(number, DAY, DAY, D(10), reference=reference)
    return made


def pay(books: Receivables, invoice: Invoice | None, amount: Decimal, capital: Decimal | None = None) -> Payment:
    return books.pay(invoice, DAY, amount, 0, capital=capital, name="Payer", method="")


# ------------------------------------------------------------------------------------------------- finding


def test_an_invoice_is_found_by_its_number_and_by_its_reference() -> None:
    books = register(("1", "100"), ("2", "200"))

    assert books.find(number="2") is books.invoices[2]
    assert books.find(reference="100") is books.invoices[1]
    assert books.find(number="3") is None
    assert books.find(reference="300") is None
    assert books.find() is None
    assert books.find(number="100") is None


def test_to_ask_whether_an_invoice_is_there_makes_none() -> None:
    books = register(("1", "100"), is_open=True)
    assert [books.has(number) for number in ("1", "2", "100", "")] == [True, False, False, False]
    assert len(books.invoices) == 1


@pytest.mark.parametrize("kept", ["1234561", "01234561", "123 4561"])
@pytest.mark.parametrize("asked", ["1234561", "00 1234 561", "0001234561"])
def test_blanks_and_leading_zeros_of_a_reference_mean_nothing(kept: str, asked: str) -> None:
    books = register(("1", kept))
    assert books.find(reference=asked) is books.invoices[1]
    assert books.find(reference=f"{asked}0") is None


@pytest.mark.parametrize("reference", ["", "0", "000", " "])
def test_a_reference_of_nothing_names_no_invoice(reference: str) -> None:
    assert register(("1", ""), ("2", "0")).find(reference=reference) is None


def test_of_several_with_a_reference_the_oldest_unpaid_one_is_meant_and_the_oldest_if_all_are_paid() -> None:
    books = register(("1", "100"), ("2", "100"), ("3", "100"))
    found = []
    for _ in range(4):
        invoice = books.find(reference="100")
        assert invoice is not None
        found.append(invoice.number)
        invoice.state = "paid"
    assert found == ["1", "2", "3", "1"]


def test_an_open_register_makes_an_invoice_that_is_not_there_once() -> None:
    books = register(("1", "100"), is_open=True)

    made = books.find(number="2")

    assert made is not None
    assert (made.key, made.amount, made.left, made.is_stand_in) == (2, None, None, True)
    assert books.find(number="2") is made
    assert books.find(number="1") is books.invoices[1]
    assert not books.invoices[1].is_stand_in
    by_reference = books.find(reference="700")
    assert by_reference is not None
    assert books.find(reference="0700") is by_reference
    assert books.find() is None
    assert len(books.invoices) == 3


def test_a_key_is_never_given_twice() -> None:
    books = register(("1", ""), ("2", ""))
    books.forget(2)
    assert books.find(number="2") is None
    assert books.add("3", DAY, DAY, None).key == 3


# -------------------------------------------------------------------------------------------------- paying

AMOUNTS = cents(1, 2_000)


@given(cents(1, 5_000), st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=8))
def test_an_invoice_is_paid_when_the_capital_of_its_payments_comes_to_its_amount(
    amount: Decimal, payments: list[tuple[Decimal, bool]]
) -> None:
    books = Receivables()
    invoice = books.add("1", DAY, DAY, amount)
    settled = 0
    for given_amount, is_half_interest in payments:
        capital = (given_amount / 2).quantize(D("0.01")) if is_half_interest else None
        payment = pay(books, invoice, given_amount, capital)
        settled += int((given_amount if capital is None else capital) * 100)
        assert (payment.invoice, payment.amount) == (invoice.key, given_amount)
        assert invoice.paid * 100 == settled
        assert invoice.left == amount - invoice.paid
        assert invoice.state == ("paid" if settled >= amount * 100 else "open")

    assert [payment.key for payment in books.payments.values()] == list(range(1, len(payments) + 1))


@pytest.mark.parametrize(
    ("amount", "paid", "is_settled"),
    [
        ("10", "9.99", False), ("10", "10", True), ("10", "11", True), ("0", "0", True), (None, "10", False),
        ("-10", "0", False), ("-10", "-9.99", False), ("-10", "-10", True), ("-10", "5", False),
    ],
)  # fmt: skip
def test_an_invoice_is_settled_by_its_amount_and_a_credit_note_by_what_was_given_back(
    amount: str | None,
    paid: str,
    is_settled: bool,  # noqa: FBT001
) -> None:
    books = Receivables()
    invoice = books.add("1", DAY, DAY, None if amount is None else D(amount))
    pay(books, invoice, D(paid))
    assert invoice.is_settled is is_settled
    assert invoice.state == ("paid" if is_settled else "open")


def test_an_invoice_of_an_unknown_amount_is_never_paid_in_full() -> None:
    books = register(is_open=True)
    invoice = books.find(number="1")
    assert invoice is not None
    pay(books, invoice, D(1_000_000))
    assert (invoice.state, invoice.paid, invoice.left) == ("open", D(1_000_000), None)


def test_a_payment_has_the_currency_of_its_invoice_unless_another_is_named() -> None:
    books = Receivables()
    swedish = books.add("1", DAY, DAY, D(1), currency="SEK")

    assert pay(books, swedish, D(1)).currency == "SEK"
    assert pay(books, None, D(1)).currency == "EUR"
    named = books.pay(swedish, DAY, D(1), 7, currency="NOK", name="N", method="M", reference="5", voucher=3)
    assert named == Payment(3, 1, DAY, D(1), "NOK", "N", "M", 7, "5", 3)


def test_money_that_settles_no_invoice_is_kept_all_the_same() -> None:
    books = register(("1", ""))
    payment = pay(books, None, D(5))
    assert (payment.invoice, books.payments) == (None, {1: payment})
    assert books.invoices[1].paid == 0


NAMES = st.sampled_from(["", "1", "2", "013", "0 13", "13"])


@given(st.lists(st.tuples(st.sampled_from(["add", "number", "reference", "forget"]), st.integers(0, 4), NAMES, NAMES)))
def test_an_invoice_is_found_by_what_it_is_called_now(steps: list[tuple[str, int, str, str]]) -> None:
    register = Receivables()
    for step, which, first, second in steps:
        invoices = list(register.invoices.values())
        if step == "add":
            register.add(first, "2026-01-01", "2026-01-01", Decimal(1), reference=second)
        elif which < len(invoices) and step == "forget":
            register.forget(invoices[which].key)
        elif which < len(invoices):
            setattr(invoices[which], step, first)

    for number, reference in [(first, second) for _, _, first, second in steps]:
        bare = reference.replace(" ", "").lstrip("0")
        model = [
            invoice
            for invoice in register.invoices.values()
            if (number and invoice.number == number)
            or (bare and invoice.reference.replace(" ", "").lstrip("0") == bare)
        ]
        assert register.find(number=number, reference=reference) is (model[0] if model else None)
