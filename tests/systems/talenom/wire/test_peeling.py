"""VAT peeling: to the cent, at the right percentage, on the right side."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.ledger import Ledger
from simulator.systems.talenom.wire.peeling import knows, peel, rate_of, side_of
from tests.systems.bookable import cents
from tests.systems.wired import office

RATES = [Decimal(rate) for rate in ("0", "10", "13.5", "14", "24", "25.5")]


def ledger(**words: object) -> Ledger:
    return office("talenom", words).site.ledger


@given(gross=cents(), sign=st.sampled_from((1, -1)), percent=st.sampled_from(RATES))
def test_net_and_vat_make_the_gross_amount(gross: Decimal, sign: int, percent: Decimal) -> None:
    net, vat = peel(sign * gross, percent)

    assert net + vat == sign * gross
    assert abs(net * percent / 100 - vat) <= Decimal("0.01")
    assert net == net.quantize(Decimal("0.01"))
    assert (vat == 0) or (vat > 0) is (sign > 0)


@given(net=cents(), percent=st.sampled_from(RATES))
def test_a_net_amount_survives_its_own_vat(net: Decimal, percent: Decimal) -> None:
    vat = (net * percent / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")

    assert peel(net + vat, percent) == (net, vat)


@pytest.mark.parametrize(
    ("gross", "percent", "net"), [("-2990.00", "25.5", "-2382.47"), ("124", "24", "100"), ("0.01", "25.5", "0.01")]
)
def test_known_amounts(gross: str, percent: str, net: str) -> None:
    assert peel(Decimal(gross), Decimal(percent))[0] == Decimal(net)


def test_the_rate_is_that_of_the_posting_else_that_of_the_account() -> None:
    books = ledger()

    assert (rate_of(books, "3000", None).percent, rate_of(books, "3000", None).code) == (Decimal("25.5"), "S25.5")
    assert rate_of(books, "3030", None).percent == 10
    assert rate_of(books, "1701", None).percent == 0
    assert rate_of(books, "3000", Decimal(0)).percent == 0
    assert rate_of(books, "3000", Decimal(14)).code == ""
    assert rate_of(books, "3000", Decimal("25.5")).code == "S25.5"
    assert rate_of(books, "nothing", None).percent == 0


def test_a_code_that_knows_every_percentage_gives_none_of_its_own() -> None:
    books = ledger(accounts=[{"number": "3000", "vat_code": "S"}], vat_codes=[{"code": "S"}])

    assert rate_of(books, "3000", None).percent == 0
    assert rate_of(books, "3000", Decimal(7)).code == "S"
    assert knows(books, Decimal(7))


def test_a_percentage_is_known_if_a_code_has_it_or_there_is_no_code() -> None:
    assert all(knows(ledger(), rate) for rate in RATES)
    assert not knows(ledger(), Decimal(23))
    assert knows(ledger(vat_codes=[]), Decimal(23))


@pytest.mark.parametrize(
    ("account", "amount", "by_sign", "by_account"),
    [
        ("3000", -1, "sales_vat", "sales_vat"),
        ("3000", 1, "purchase_vat", "sales_vat"),
        ("7770", -1, "sales_vat", "purchase_vat"),
        ("3500", 1, "purchase_vat", "sales_vat"),
        ("4300", -1, "sales_vat", "purchase_vat"),
        ("1120", 1, "purchase_vat", "purchase_vat"),
        ("1120", -1, "sales_vat", "sales_vat"),
    ],
)
def test_the_side_is_read_off_the_sign_or_the_account(account: str, amount: int, by_sign: str, by_account: str) -> None:
    assert side_of(ledger(), account, Decimal(amount), "sign") == by_sign
    assert side_of(ledger(), account, Decimal(amount), "account") == by_account
