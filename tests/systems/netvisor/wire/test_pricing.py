"""What a sales invoice comes to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.systems.netvisor.caller import PRODUCT, Told, caller, invoice
from tests.systems.wired import balances


def counted(
    *, lines: str = PRODUCT, amount: str = "", words: dict[str, Any] | None = None, **rest: str
) -> tuple[Told, dict[str, str]]:
    asked = caller(words)
    told = asked.post("salesinvoice.nv?method=add", invoice(lines=lines, amount=amount, **rest))
    return told, {account: f"{amount:.2f}" for account, amount in balances(asked.books).items()}


def product(
    price: str = "50",
    kind: str = "net",
    percent: str = "24",
    quantity: str = "2",
    more: str = "",
    code: str = ' vatcode="KOMY"',
) -> str:
    return (
        '<invoiceline><salesinvoiceproductline><productidentifier type="netvisor"></productidentifier>'
        f'<productname>n</productname><productunitprice type="{kind}">{price}</productunitprice>'
        f"<productvatpercentage{code}>{percent}</productvatpercentage>"
        f"<salesinvoiceproductlinequantity>{quantity}</salesinvoiceproductlinequantity>{more}"
        "</salesinvoiceproductline></invoiceline>"
    )


@pytest.mark.parametrize(
    ("lines", "sums"),
    [
        (product(), {"1701": "124.00", "3000": "-100.00", "2939": "-24.00"}),
        (product("62", "gross"), {"1701": "124.00", "3000": "-100.00", "2939": "-24.00"}),
        (product("62", "netvisor"), {"1701": "153.76", "3000": "-124.00", "2939": "-29.76"}),
        (product("0,333", percent="0", quantity="3"), {"1701": "1.00", "3000": "-1.00"}),
        (
            product(more="<salesinvoiceproductlinediscountpercentage>10</salesinvoiceproductlinediscountpercentage>"),
            {"1701": "111.60", "3000": "-90.00", "2939": "-21.60"},
        ),
        (
            product(
                more="<salesinvoiceproductlinevatsum>24,01</salesinvoiceproductlinevatsum>"
                "<salesinvoiceproductlinesum>124,02</salesinvoiceproductlinesum>"
            ),
            {"1701": "124.02", "3000": "-100.01", "2939": "-24.01"},
        ),
        (
            product(more="<accountingaccountsuggestion>3010</accountingaccountsuggestion>")
            + product("10", percent="10"),
            {"1701": "146.00", "3010": "-100.00", "3000": "-20.00", "2939": "-26.00"},
        ),
        (product(quantity="-2"), {"1701": "-124.00", "3000": "100.00", "2939": "24.00"}),
    ],
)
def test_lines_are_counted_to_the_cent(lines: str, sums: dict[str, str]) -> None:
    told, found = counted(lines=lines)

    assert (told.code, found) == ("OK", sums)


@pytest.mark.parametrize(
    ("amount", "total", "rounding"), [("124,01", "124.01", "-0.01"), ("0", "124.00", None), ("", "124.00", None)]
)
def test_a_given_total_is_kept_and_the_difference_is_rounding(amount: str, total: str, rounding: str | None) -> None:
    _, found = counted(amount=amount)

    assert (found["1701"], found.get("8570")) == (total, rounding)


def test_a_line_sum_needs_its_vat_sum() -> None:
    told, found = counted(lines=product(more="<salesinvoiceproductlinesum>124</salesinvoiceproductlinesum>"))

    assert (told.code, found) == ("INVALID_DATA", {})
    assert "Line 1: a line sum was given without its VAT sum" in told.reason


def test_a_code_that_is_missing_is_that_of_the_suggested_account() -> None:
    words = {"accounts": ["1701", "2939", "3000", {"number": "3010", "vat_code": "KOMY"}]}
    suggested = "<accountingaccountsuggestion>3010</accountingaccountsuggestion>"

    assert counted(lines=product(code="", more=suggested), words=words)[0].code == "OK"
    assert "no VAT code was given" in counted(lines=product(code=""), words=words)[0].reason


def test_all_that_is_wrong_with_the_lines_is_told_at_once() -> None:
    unknown = "<accountingaccountsuggestion>3999</accountingaccountsuggestion>"
    told, found = counted(lines=product(more=unknown) + product(percent="25"))

    assert found == {}
    assert "Line 1: account 3999 not found" in told.reason
    assert "Line 2: VAT code KOMY does not allow VAT percent 25" in told.reason


OWN = (
    "<invoicevoucherlines><voucherline><linesum type='gross'>62</linesum><accountnumber>3010</accountnumber>"
    "<vatpercent vatcode='KOMY'>24</vatpercent></voucherline><voucherline><linesum type='net'>62</linesum>"
    "<accountnumber>3020</accountnumber><vatpercent vatcode='KOMY'>24</vatpercent></voucherline></invoicevoucherlines>"
)


def test_own_posting_lines_take_the_place_of_the_counted_ones() -> None:
    _, found = counted(tail=OWN)

    assert found == {"1701": "124.00", "3010": "-50.00", "2939": "-12.00", "3020": "-62.00"}


def test_the_sign_of_own_posting_lines_is_a_reading() -> None:
    _, found = counted(tail=OWN.replace(">62<", ">-62<"), words={"readings": {"invoice_line_sign": "debit"}})

    assert found == {"1701": "124.00", "3010": "-50.00", "2939": "-12.00", "3020": "-62.00"}


def test_an_invoice_in_another_currency_is_booked_in_euros_at_its_rate() -> None:
    rate = ' iso4217currencycode="USD" currencyrate="1,25"'
    told, found = counted(attributes=rate)

    assert (told.code, found) == ("OK", {"1701": "99.20", "3000": "-80.00", "2939": "-19.20"})
    assert "no exchange rate" in counted(attributes=' iso4217currencycode="USD"')[0].reason
    assert "no exchange rate" in counted(attributes=' iso4217currencycode="USD" currencyrate="0"')[0].reason
    assert "currency XXQ not found" in counted(attributes=' iso4217currencycode="XXQ"')[0].reason


def test_numbers_too_large_to_count_with_are_refused() -> None:
    huge = "9" * 11
    told, found = counted(
        lines=product(huge, quantity=huge) * 2, attributes=' iso4217currencycode="USD" currencyrate="0,0000000001"'
    )

    assert (told.code, found) == ("INVALID_DATA_SIZE", {})
