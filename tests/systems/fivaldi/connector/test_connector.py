"""What CFIS sends for its documents."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.base import Reply
from tests.documents import LEDGER, LEDGER_MINIMAL, example, ledger, payment
from tests.systems.wired import balances, expected, expected_of_payment, office, push

PAYMENT = example("payment.json")["payments"][0]


def sent(reply: Reply) -> Any:
    """The voucher of a push."""
    assert reply.verdict == "accepted", reply.reason
    return loads(reply.exchanges[-1].request.body)


def changed(row: int, document: Mapping[str, Any] = LEDGER, **members: Any) -> dict[str, Any]:
    """A ledger whose row has other members."""
    copied = copy.deepcopy(dict(document))
    copied["ledgerRows"][row].update(members)
    return copied


def taxed(percent: Any, code: str = "20", **members: Any) -> dict[str, Any]:
    """A sale with VAT and without VAT rows."""
    document = ledger(amount=100)
    document["ledgerRows"][1].update({"vatPercentage": percent, "vatCode": code, **members})
    return document


def test_the_example_becomes_one_voucher_with_its_texts_and_dimensions() -> None:
    voucher = sent(push(office("fivaldi"), "ledger", LEDGER))

    assert {name: value for name, value in voucher.items() if name != "voucherEntries"} == {
        "voucherTypeId": 10, "originalVoucherNumber": "LGR-2026-0331-01", "voucherDate": "2026-03-31",
        "bookkeepingMonth": 202603, "vatType": "CALCULATED", "validateEntrySum": True,
    }  # fmt: skip
    first, second, third = voucher["voucherEntries"]
    assert first["description"] == "Invoice 2026031, booked 2026-03-30, Sales of March, invoice 2026031, SALES-0331"
    assert (first["dimensionValue1"], first["dimensionValue2"]) == ("4100", "PRJ-0042")
    assert (second["amount"], second["vat"]) == (Decimal("-2382.47"), {"vatCode": "S-25.5", "vatAmount": 0})
    assert (third["accountNumber"], third["amount"], "vat" in third) == ("2939", Decimal("-607.53"), False)


@pytest.mark.parametrize("percent", [0, 10, 13.5, 14, 24, 25.5])
@pytest.mark.parametrize("code", ["20", ""])
def test_the_code_of_the_examples_works_for_every_percentage(percent: float, code: str) -> None:
    books, document = office("fivaldi"), taxed(percent, code)
    voucher = sent(push(books, "ledger", document))

    assert balances(books) == expected(document, books.site.ledger.roles)
    vat = voucher["voucherEntries"][1].get("vat", {})
    assert vat.get("vatCode") == (None if not code and not percent else f"S-{percent}")


@pytest.mark.parametrize(("reading", "amount"), [("gross", "-100.0"), ("net", "-79.68")])
@pytest.mark.parametrize("sign", ["signed", "absolute"])
def test_an_amount_holds_its_vat_or_not_as_fivaldi_takes_it(reading: str, amount: str, sign: str) -> None:
    readings = {"entry_amount": reading, "vat_amount_sign": sign}
    books, document = office("fivaldi", {"readings": readings}), taxed(25.5)

    entry = sent(push(books, "ledger", document))["voucherEntries"][1]

    assert (entry["amount"], entry["vat"]["vatAmount"]) == (Decimal(amount), Decimal("-20.32"))
    assert balances(books) == expected(document, books.site.ledger.roles)


def test_the_vat_of_a_purchase_goes_to_the_purchases() -> None:
    books, document = office("fivaldi"), taxed(25.5)
    for row, account in zip(document["ledgerRows"], ("2871", "4000"), strict=True):
        row.update(amount=-row["amount"], accountNumber=account)

    assert sent(push(books, "ledger", document))["voucherEntries"][1]["vat"]["vatCode"] == "P-25.5"
    assert balances(books) == expected(document, books.site.ledger.roles)


def test_the_vat_goes_to_the_account_that_the_row_names() -> None:
    books, document = office("fivaldi"), taxed(25.5, vatAccountNumber="2946")

    assert sent(push(books, "ledger", document))["voucherEntries"][1]["vat"]["account"] == "2946"
    assert balances(books) == expected(document, books.site.ledger.roles)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (changed(1, bookingDate="2026-04-01"), "Row 2: .*2026-03, 2026-04"),
        (changed(1, vatPercentage=17), "Row 2: VAT code S .*17 %"),
        (changed(0, ledgerDimensions=[{"dimensionType": "REGION", "dimensionValue": "EU"}]), "Row 1: .*REGION for EU"),
        (
            changed(0, ledgerDimensions=[{"dimensionType": "PROJECT", "dimensionValue": "2"}]),
            "Row 1: PROJECT is both 2 and",
        ),
        (changed(0, projectNumber="PRJ-00042"), "43 INVALID_DIMENSION.*PRJ-00042|dimensionValue2.*PRJ-00042"),
        (changed(0, accountNumber="3999"), "42 INVALID_ACCOUNT: entry 1: account 3999 not found"),
        (changed(0, accountNumber="123456789"), "41 INCORECT"),
        (changed(1, vatCode="99"), "35 VAT_CODE_NOT_EXIST: entry 2: VAT code 99 does not exist"),
        (changed(0, amount=1, netAmount=1), "20 ERROR_IMPORT_VOUCHERS: the entries add up to"),
    ],
)
def test_what_fivaldi_cannot_hold_fails_the_record_by_name(document: dict[str, Any], told: str) -> None:
    books = office("fivaldi")
    reply = push(books, "ledger", document)

    assert reply.verdict == "rejected"
    assert balances(books) == {}
    with pytest.raises(AssertionError, match=told):
        raise AssertionError(reply.reason)


def test_a_code_that_no_map_has_is_refused_where_nothing_stands_for_none() -> None:
    reply = push(office("fivaldi", {"vat_map": {}}), "ledger", taxed(24, ""))

    assert (reply.verdict, reply.reason) == ("rejected", "Row 2: no VAT code of Fivaldi is known for 24 %")


def test_rows_of_another_month_are_booked_there() -> None:
    document = changed(0, changed(1, ledger(), bookingDate="2026-05-02"), bookingDate="2026-05-03")
    voucher = sent(push(office("fivaldi"), "ledger", document))

    assert (voucher["voucherDate"], voucher["bookkeepingMonth"]) == ("2026-04-20", 202605)
    assert voucher["voucherEntries"][1]["description"] == "booked 2026-05-02"


def test_a_row_without_a_text_has_that_of_the_document() -> None:
    voucher = sent(
        push(office("fivaldi"), "ledger", {**LEDGER_MINIMAL, "documentDescription": "D", "documentName": "N"})
    )

    assert [entry["description"] for entry in voucher["voucherEntries"]] == ["D, N", "D"]


def test_types_and_codes_are_looked_up_once_and_anew_when_they_are_stale() -> None:
    books = office("fivaldi")
    first, second = (push(books, "ledger", LEDGER) for _ in range(2))
    assert [len(reply.exchanges) for reply in (first, second)] == [4, 2]

    books.arrange({"voucher_types": [{"code": "7", "name": "Muistio"}]})

    assert sent(push(books, "ledger", LEDGER))["voucherTypeId"] == 7
    books.arrange({"vat_codes": [{"code": "S", "side": "sales", "percents": [25.5]}]})
    assert sent(push(books, "ledger", LEDGER))["voucherEntries"][1]["vat"]["vatCode"] == "S"


def test_a_percentage_that_a_code_did_not_have_before_is_asked_for_anew() -> None:
    books = office("fivaldi")
    push(books, "ledger", LEDGER)
    assert push(books, "ledger", taxed(17)).verdict == "rejected"

    push(books, "ledger", LEDGER)
    books.arrange({"vat_codes": [{"code": "S", "side": "sales", "percents": [17, 25.5]}]})

    assert sent(push(books, "ledger", taxed(17)))["voucherEntries"][1]["vat"]["vatCode"] == "S-17"


def test_dimensions_that_changed_places_are_seen_at_once() -> None:
    books = office("fivaldi")
    push(books, "ledger", LEDGER)
    books.arrange({"dimensions": {"PROJECT": "any", "COST_CENTER": "any", "REGION": []}})

    entry = sent(push(books, "ledger", LEDGER))["voucherEntries"][0]

    assert (entry["dimensionValue1"], entry["dimensionValue2"]) == ("PRJ-0042", "4100")


def test_a_payment_with_parts_is_a_voucher_that_says_what_it_pays() -> None:
    document = {**PAYMENT, "amount": 512.4}
    books = office("fivaldi")
    voucher = sent(push(books, "payment", document))

    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)
    assert (voucher["voucherTypeId"], voucher["voucherDate"], voucher["bookkeepingMonth"]) == (40, "2026-04-10", 202604)
    assert voucher["originalVoucherNumber"] == "PAY-2026-0409-01"
    bank, capital, interest, _ = voucher["voucherEntries"]
    assert bank["description"] == (
        "Payment PAY-2026-0409-01, invoice 2026031, reference 202604178, Aino Esimerkki, paid 2026-04-09"
    )
    assert (capital["description"], capital["dimensionValue1"]) == ("Invoice 2026031, CAPITAL", "4100")
    assert interest["description"] == "Interest on invoice 2026031, INTEREST"


def test_a_payment_without_parts_and_account_goes_from_the_receivables_to_the_bank() -> None:
    books = office(
        "fivaldi", {"roles": {**office("fivaldi").site.words["roles"], "bank": "1920", "receivables": "1702"}}
    )

    assert push(books, "payment", payment(amount=48.2)).verdict == "accepted"
    assert balances(books) == {"1920": Decimal("48.2"), "1702": Decimal("-48.2")}


def test_a_payment_is_booked_in_the_month_of_its_booking() -> None:
    voucher = sent(push(office("fivaldi"), "payment", payment(paymentDate="2026-03-31", bookingDate="2026-04-01")))

    assert (voucher["voucherDate"], voucher["bookkeepingMonth"]) == ("2026-04-01", 202604)


def test_a_key_of_netvisor_is_named_as_such() -> None:
    voucher = sent(push(office("fivaldi"), "payment", payment(targetIdentifier="netvisor", invoiceNumber="77")))

    assert "Netvisor key 77" in voucher["voucherEntries"][0]["description"]


def part(**members: Any) -> dict[str, Any]:
    return payment(amount=1, paymentRows=[{"rowType": "CAPITAL", "accountNumber": "1701", "amount": 1, **members}])


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (payment(currency="SEK"), "euros only, and the payment is in SEK"),
        (part(vatCode="20"), "Part 1: a VAT code .* 20 comes without"),
        (part(ledgerDimensions=[{"dimensionType": "REGION", "dimensionValue": "EU"}]), "Part 1: .*REGION for EU"),
        (part(amount=2), "20 ERROR_IMPORT_VOUCHERS"),
        (part(accountNumber="3999"), "account 3999 not found"),
    ],
)
def test_a_payment_that_fivaldi_cannot_hold_fails_by_name(document: dict[str, Any], told: str) -> None:
    books = office("fivaldi")
    reply = push(books, "payment", document)

    assert (reply.verdict, balances(books)) == ("rejected", {})
    with pytest.raises(AssertionError, match=told):
        raise AssertionError(reply.reason)


def test_a_conflict_fails_the_record_with_the_reason() -> None:
    books = office("fivaldi", {"readings": {"conflict": "original_number"}})
    push(books, "ledger", LEDGER)
    reply = push(books, "ledger", LEDGER)

    assert reply.verdict == "rejected"
    assert "409" in reply.reason
    assert "LGR-2026-0331-01" in reply.reason
