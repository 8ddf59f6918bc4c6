"""Sales and purchase invoices of NetBaron: created, booked, shown, and overwritten where all four marks match."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.systems.netbaron.calls import books, call, codes, finvoice, import_file, texts, tree
from tests.systems.wired import balances, office, push

BOOKED = {"1701": Decimal("125.5"), "3010": Decimal(-100), "2939": Decimal("-25.5")}


def put(where: Any, source: bytes, module: str = "invoice") -> Any:
    return call(where, "PUT", f"/ws/{module}", source)


def get(where: Any, module: str = "invoice", **parameters: str) -> Any:
    return call(where, "GET", f"/ws/{module}", query=parameters)


def test_a_sales_invoice_is_created_booked_and_read_back() -> None:
    where = books()

    answer = put(where, finvoice())

    assert (answer.status, texts(answer, "InvoiceNumber"), texts(answer, "Action")) == (200, ["1001"], ["created"])
    assert balances(where) == BOOKED
    (voucher,) = where.site.ledger.journal.by_key.values()
    assert (voucher.series, voucher.date) == ("12", "2026-02-01")
    assert voucher.postings[1].dimensions == (("COST_CENTER", "4100"),)
    assert (voucher.postings[1].vat_code, str(voucher.postings[1].vat_percent)) == ("20", "25.5")
    found = get(where, InvoiceNumber="1001", GetBuyerPartyDetails="TRUE")
    assert texts(found, "BuyerOrganisationName") == ["Ostaja Oy"]
    assert texts(found, "PaymentStatusCode") == ["NOTPAID"]
    assert texts(found, "ArticleName") == ["Työ & aika"]


def test_a_row_without_an_account_is_booked_as_sales_and_rounding_as_rounding() -> None:
    where = books()
    rounding = "<InvoiceTotalRoundoffAmount>0,04</InvoiceTotalRoundoffAmount>"
    source = finvoice(details=rounding, **{">125,50</Inv": ">125,54</Inv", "3010": "", ">4100<": "><"})

    assert put(where, source).status == 200
    assert balances(where) == {
        "1701": Decimal("125.54"), "3000": -100, "2939": Decimal("-25.5"), "8570": Decimal("-0.04"),
    }  # fmt: skip


def test_an_invoice_without_vat_books_none() -> None:
    where = books()
    change = {">25,5<": ">0<", ">25,50<": ">0,00<", ">125,50<": ">100,00<"}

    assert put(where, finvoice(**change)).status == 200
    assert balances(where) == {"1701": Decimal(100), "3010": Decimal(-100)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"3010": "3999"}, "ACCOUNT_UNKNOWN"),
        ({">25,5<": ">23,0<"}, "VAT_PERCENT_WRONG"),
        ({">20260201<": ">19990201<"}, "NO_ACCOUNTING_PERIOD"),
        ({"INV01": "INV02"}, "INVOICE_TYPE"),
        ({'"EUR"': '"SEK"'}, "CURRENCY"),
    ],
)
def test_what_the_books_do_not_take_changes_nothing(change: dict[str, str], code: str) -> None:
    where = books()

    answer = put(where, finvoice(**change))

    assert (answer.status, set(codes(answer)), balances(where)) == (422, {code}, {})
    assert not where.site.ledger.receivables.invoices


def test_a_fault_of_the_books_names_the_row() -> None:
    assert texts(put(books(), finvoice(**{"3010": "3999"})), "Text") == ["InvoiceRow[1]: account 3999 not found"]
    locked = office("netbaron", {"locked_until": "2026-02-01"})
    assert texts(put(locked, finvoice()), "Text")[0].startswith("the period of 2026-02-01 is locked")


def test_an_unknown_cost_center_is_refused() -> None:
    where = office("netbaron", {"dimensions": {"COST_CENTER": ["1"]}})

    assert codes(put(where, finvoice())) == ["DIMENSION_UNKNOWN"]


def test_invoices_that_others_take_away_and_add_are_noticed() -> None:
    where = books()
    register = where.site.ledger.receivables
    for number in ("1", "2"):
        assert put(where, finvoice(number)).status == 200
    register.forget(1)
    register.add("3", "2026-01-01", "2026-01-01", Decimal(1))

    assert codes(put(where, finvoice("3"))) == ["INVOICE_EXISTS"]
    assert put(where, finvoice("1")).status == 200
    assert codes(put(where, finvoice("2"))) == ["INVOICE_EXISTS"]


def test_an_invoice_number_is_there_once() -> None:
    where = books()
    assert put(where, finvoice()).status == 200

    assert codes(put(where, finvoice())) == ["INVOICE_EXISTS"]
    assert put(where, finvoice("1002")).status == 200
    assert sum(balances(where).values()) == 0
    assert balances(where)["1701"] == 251


def test_invoices_of_the_words_and_of_cfis_are_seen_and_keep_their_numbers() -> None:
    where = office(
        "netbaron",
        {"invoices": [{"number": "7", "amount": 10, "paid": 10, "customer": "A"}, {"number": "8", "amount": 5.5},
                      {"number": "9", "amount": 5, "state": "void"}]},
    )  # fmt: skip
    assert put(where, finvoice()).status == 200
    where.push("invoice", b'{"invoiceNumber": "55", "invoiceDate": "2026-01-01"}', "", 0)

    assert codes(put(where, finvoice("55"))) == ["INVOICE_EXISTS"]
    assert texts(get(where), "InvoiceNumber") == ["7", "8", "1001", "55"]
    assert texts(get(where, PaymentStatusCode="PAID"), "InvoiceNumber") == ["7"]
    assert texts(get(where, PaymentStatusCode="NOTPAID"), "InvoiceNumber") == ["8", "1001", "55"]
    shown = get(where, InvoiceNumber="8", GetInvoiceDetails="true")
    assert texts(shown, "InvoiceTotalVatIncludedAmount") == ["5,50"]
    where.arrange({"invoices": [{"number": "10", "amount": 1}]})
    assert texts(get(where, InvoiceNumber="10"), "InvoiceNumber") == ["10"]


def test_invoices_are_found_by_their_dates() -> None:
    where = office("netbaron", {"invoices": []})
    for number, date in (("1", "20260101"), ("2", "20260201"), ("3", "20260301")):
        assert put(where, finvoice(number, **{">20260201<": f">{date}<"})).status == 200

    assert texts(get(where, BeginDate="2026-02-01"), "InvoiceNumber") == ["2", "3"]
    assert texts(get(where, EndDate="2026-02-01"), "InvoiceNumber") == ["1", "2"]
    assert texts(get(where, InvoiceNumber="4"), "InvoiceNumber") == []


def test_books_that_have_every_invoice_show_one_without_making_it() -> None:
    where = books()

    assert texts(get(where, InvoiceNumber="404"), "InvoiceNumber") == ["404"]
    assert not where.site.ledger.receivables.invoices


def test_a_payment_of_cfis_leaves_the_invoice_unpaid() -> None:
    where = books()
    put(where, finvoice())

    payment = {"paymentIdentifier": "P", "invoiceNumber": "1001", "paymentDate": "2026-02-10", "amount": 125.5}
    assert push(where, "payment", payment).verdict == "accepted"
    assert texts(get(where, InvoiceNumber="1001"), "PaymentStatusCode") == ["NOTPAID"]


# ------------------------------------------------------------------------------------------------- purchases


def test_a_purchase_invoice_goes_round_and_is_not_booked() -> None:
    where = books()

    answer = put(where, finvoice(), "purchasebill")

    assert (texts(answer, "Action"), texts(answer, "CorrectionRounds")) == (["created"], ["0"])
    assert balances(where) == {}
    found = get(where, "purchasebill", GetSellerPartyDetails="1")
    assert texts(found, "SellerPartyIdentifier") == ["1234567-1"]
    assert texts(get(where, "purchasebill"), "SellerPartyIdentifier") == []


@pytest.mark.parametrize("change", [{">1001<": ">1002<"}, {">20260215<": ">20260216<"}, {">1234 5672<": ">1234 5685<"},
                                    {">1234567-1<": ">7654321-4<"}])  # fmt: skip
def test_an_invoice_is_overwritten_only_where_all_four_marks_match(change: dict[str, str]) -> None:
    where = books()
    put(where, finvoice(), "purchasebill")

    other = put(where, finvoice(**change), "purchasebill")
    same = put(where, finvoice(Kiitos="Uusi"), "purchasebill")

    assert texts(other, "Action") == ["created"]
    assert (texts(same, "Action"), texts(same, "CorrectionRounds")) == (["overwritten"], ["1"])
    same = put(where, finvoice(Kiitos="Uusi"), "purchasebill")
    assert texts(same, "CorrectionRounds") == ["2"]
    found = get(where, "purchasebill", GetInvoiceFreeText="TRUE")
    assert sorted(texts(found, "InvoiceFreeText")) == ["Kiitos", "Uusi"]
    assert sorted(texts(found, "CorrectionRounds")) == ["0", "2"]


def test_purchase_invoices_are_found_by_number_seller_and_date() -> None:
    where = books()
    put(where, finvoice(), "purchasebill")
    put(where, finvoice("1002", **{">1234567-1<": ">7654321-4<", ">20260201<": ">20260301<"}), "purchasebill")

    def found(**parameters: str) -> list[str]:
        return texts(get(where, "purchasebill", **parameters), "InvoiceNumber")

    assert found(InvoiceNumber="1002") == ["1002"]
    assert found(SellerPartyIdentifier="1234567-1") == ["1001"]
    assert found(BeginDate="2026-02-02") == ["1002"]
    assert found(InvoiceNumber="1001", SellerPartyIdentifier="7654321-4") == []


def test_a_purchase_invoice_may_be_booked_at_once_and_again_when_it_is_overwritten() -> None:
    where = books(purchase_bills="booked")
    source = finvoice(**{"3010": "4000"})
    booked = {"2871": Decimal("-125.5"), "4000": Decimal(100), "1763": Decimal("25.5")}

    assert put(where, source, "purchasebill").status == 200
    assert balances(where) == booked
    assert put(where, source.replace(b"4000", b"7770"), "purchasebill").status == 200
    assert balances(where) == {"2871": Decimal("-125.5"), "7770": Decimal(100), "1763": Decimal("25.5")}
    where.arrange({"readings": {"purchase_bills": "booked"}, "locked_until": "2026-02-28"})
    assert codes(put(where, source.replace(b"20260201", b"20260301"), "purchasebill")) == ["PERIOD_LOCKED"]
    assert balances(where)["7770"] == 100


def test_what_is_booked_at_once_names_its_accounts() -> None:
    where = books(purchase_bills="booked")

    answer = put(where, finvoice(**{"3010": ""}), "purchasebill")

    assert (codes(answer), balances(where)) == (["MISSING"], {})
    assert texts(get(where, "purchasebill"), "InvoiceNumber") == []


def test_invoices_and_files_share_the_books() -> None:
    where = books()
    put(where, finvoice())
    taken = "Tositenumero;Kirjauspäivä;Tili;Veroton summa\n12-1;1.2.2026;3000;0\n"

    assert codes(import_file(where, taken)) == ["RECEIPT_EXISTS"]
    assert tree(get(where)).tag.endswith("GETAnswer")
