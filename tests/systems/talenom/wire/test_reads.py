"""Reading back: filters, pages, postings, balances and accounts, in the shapes of the vendor's own document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.talenom import SYSTEM
from tests.systems.talenom.caller import ACCEPTED, Caller, posting, sale


def fits(value: Any, name: str) -> bool:
    """Whether an answer has the shape that the document gives it, and no member more."""
    validator = SYSTEM.about.schemas.validator(f"answers.json#/$defs/{name}", closed=True)
    return [error.message for error in validator.iter_errors(value)] == []


@pytest.fixture
def caller() -> Caller:
    caller = Caller()
    for month in range(1, 6):
        caller.book(sale(voucherDate=f"2026-0{month}-15", description=f"month {month}", invoiceNumber=f"I{month}"))
    caller.book(sale(category="Memo", voucherDate="2026-03-31", description="memo"))
    caller.book(sale(voucherState="Draft", voucherDate=None, description="draft"))
    return caller


def listed(caller: Caller, *query: tuple[str, Any], **parameters: Any) -> list[str]:
    return [one["description"] for one in caller.get("v2/vouchers", *query, **parameters)["results"]]


def test_version_two_lists_a_page_and_version_one_an_array(caller: Caller) -> None:
    page, plain = caller.get("v2/vouchers"), caller.get("v1/vouchers")

    assert (page["currentPage"], page["pageCount"], page["pageSize"], page["rowCount"]) == (0, 1, 100, 7)
    assert plain == page["results"]
    assert fits(page, "voucherPage")
    assert fits(plain, "vouchers")
    assert plain[0]["postings"] is None


def test_postings_come_if_they_are_asked_for(caller: Caller) -> None:
    page = caller.get("v2/vouchers", includePostings="true")

    assert fits(page, "voucherPage")
    assert all(len(one["postings"]) == 2 for one in page["results"])
    assert caller.get("v1/vouchers", includePostings="false")[0]["postings"] is None


def test_filters_narrow_the_list(caller: Caller) -> None:
    assert listed(caller, dateFrom="2026-04-15") == ["month 4", "month 5"]
    assert listed(caller, dateTo="2026-02-15") == ["month 1", "month 2"]
    assert listed(caller, dateFrom="2026-03-01", dateTo="2026-03-31") == ["month 3", "memo"]
    assert listed(caller, category="Memo") == ["memo"]
    assert listed(caller, ("category[]", "Memo"), ("voucherState", "Draft")) == []
    assert listed(caller, ("category", "Memo"), ("category", "Cash"), ("dateFrom", "2026-05-01")) == ["month 5"]
    assert listed(caller, voucherState="Draft") == ["draft"]
    assert listed(caller, ("voucherState", "Draft"), ("voucherState", "Locked")) == ["draft"]
    assert len(listed(caller, voucherState="Accepted")) == 6
    assert listed(caller, voucherState="Nonsense") == []


def test_ids_find_their_vouchers(caller: Caller) -> None:
    all_of_them = caller.get("v1/vouchers")
    third, first = all_of_them[2]["id"], all_of_them[0]["id"]

    assert listed(caller, ("id", third.upper()), ("id", first), ("id", "nobody")) == ["month 1", "month 3"]
    assert listed(caller, ("id[]", third)) == ["month 3"]
    assert listed(caller, id="nobody") == []


def test_pages_follow_one_another(caller: Caller) -> None:
    pages = [caller.get("v2/vouchers", pageIndex=index, pageSize=3) for index in range(4)]

    assert [len(page["results"]) for page in pages] == [3, 3, 1, 0]
    assert {page["pageCount"] for page in pages} == {3}
    assert [page["currentPage"] for page in pages] == [0, 1, 2, 3]
    assert len(caller.get("v1/vouchers", pageIndex=1, pageSize=5)) == 2


def test_deleted_vouchers_are_listed_when_they_are_asked_for_or_always() -> None:
    for reading, seen in (("when_asked", 0), ("always", 1)):
        caller = Caller(deleted_are_listed=reading)
        caller.delete(caller.book(sale())[0])
        assert len(caller.get("v1/vouchers")) == seen
        assert len(caller.get("v1/vouchers", voucherState="Deleted")) == 1
        assert caller.get("v1/vouchers", voucherState="Accepted") == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("v2/vouchers", "pageSize=0"),
        ("v2/vouchers", "pageIndex=-1"),
        ("v2/vouchers", "dateFrom=yesterday"),
        ("v1/vouchers", "includePostings=maybe"),
        ("v1/general-ledger-events", ""),
        ("v1/general-ledger-events", "pageIndex=0"),
        ("v1/general-ledger-events", "pageSize=10"),
        ("v1/general-ledger-events", "pageIndex=0&pageSize=10001"),
        ("v1/general-ledger-events", "pageIndex=0&pageSize=10&fromDate=x"),
        ("v1/account-balances", "date=2026-01-01"),
        ("v1/account-balances", "accountNumbers=3000"),
        ("v1/chart-of-accounts/used-accounts", "fromDate=2026-01-01"),
        ("v1/chart-of-accounts/used-accounts", "toDate=2026-01-01"),
    ],
)
def test_parameters_that_are_missing_or_wrong_are_refused(caller: Caller, path: str, query: str) -> None:
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    answer = caller.read(path, *pairs)

    assert (answer.status, loads(answer.body)["code"]) == (400, "InvalidParameter")
    assert fits(loads(answer.body), "error")


def events(caller: Caller, *query: tuple[str, Any], **parameters: Any) -> list[dict[str, Any]]:
    page = caller.get("v1/general-ledger-events", ("pageIndex", 0), ("pageSize", 1000), *query, **parameters)
    assert fits(page, "eventPage")
    found: list[dict[str, Any]] = page["results"]
    return found


def test_events_are_the_postings_with_their_vouchers() -> None:
    caller = Caller()
    caller.book(sale(preventVatPeeling=False, referenceNumber="55", postings=[
        posting("3000", -125.5, description="row", costCenter="1", project="2"), posting("1701", 125.5)]))  # fmt: skip

    sales, vat, receivable = events(caller)

    assert (sales["credit"], sales["debet"]) == (-100, None)
    assert (receivable["credit"], receivable["debet"]) == (None, Decimal("125.5"))
    assert (sales["vatIncludedAmount"], sales["vatExcludedAmount"], sales["vatAmount"]) == (
        Decimal("-125.5"), -100, Decimal("-25.5"),
    )  # fmt: skip
    assert (vat["accountNumber"], vat["credit"]) == ("2939", Decimal("-25.5"))
    assert (sales["costCenter"], sales["costType"], sales["project"]) == ("1", None, "2")
    assert (sales["description"], sales["voucherDescription"]) == ("row", "Sales of March")
    assert (sales["referenceNumber"], sales["category"], sales["voucherState"]) == ("55", "Cash", "Accepted")
    assert (sales["voucherNumber"], receivable["matchKey"]) == ("4-1-2026", "S1")
    assert sales["acceptedTimestamp"] == "2026-01-01T09:00:00.0000000Z"
    assert sales["voucherId"] == vat["voucherId"]
    assert (sales["vatCode"], sales["vatPercentage"]) == (None, None)


def test_vat_of_events_is_told_if_it_is_asked_for() -> None:
    caller = Caller()
    caller.book(ACCEPTED, form="v1/vouchers/accepted")

    told = [(one["vatCode"], one["vatPercentage"]) for one in events(caller, isVatInfoIncluded="true")]

    assert told == [("S25.5", Decimal("25.5")), (None, 0), (None, 0)]


def test_events_can_be_narrowed(caller: Caller) -> None:
    assert len(events(caller)) == 12, "a draft has none"
    assert len(events(caller, fromDate="2026-04-15")) == 4
    assert len(events(caller, toDate="2026-01-15")) == 2
    assert len(events(caller, category="Memo")) == 2
    assert len(events(caller, accountNumbers="3000")) == 6
    assert len(events(caller, accountNumbers="3000, 1910")) == 12
    assert events(caller, accountNumbers="1701") == []
    caller.delete(caller.get("v1/vouchers")[0]["id"])
    assert len(events(caller)) == 10


@pytest.mark.parametrize(("reading", "index"), [("pages", 2), ("rows", 10)])
def test_the_index_of_events_counts_pages_or_rows(reading: str, index: int) -> None:
    caller = Caller(events_page_index=reading)
    caller.book(*(sale(description=f"number {number}") for number in range(6)))

    page = caller.get("v1/general-ledger-events", pageIndex=index, pageSize=5)

    assert (page["rowCount"], page["pageCount"], page["currentPage"]) == (12, 3, index)
    assert [one["voucherDescription"] for one in page["results"]] == ["number 5", "number 5"]


def test_balances_end_with_their_day_and_leave_out_accounts_that_are_not_there(caller: Caller) -> None:
    found = caller.get("v1/account-balances", date="2026-03-15", accountNumbers="3000,1910,1701,3999,3000")

    assert found == [
        {"account": "3000", "saldo": -300}, {"account": "1910", "saldo": 300}, {"account": "1701", "saldo": 0},
    ]  # fmt: skip
    assert fits(found, "balances")


def test_used_accounts_have_their_names(caller: Caller) -> None:
    found = caller.get("v1/chart-of-accounts/used-accounts", fromDate="2026-01-01", toDate="2026-01-31")

    assert found == [{"number": "1910", "name": "Bank account"}, {"number": "3000", "name": "Sales, general rate"}]
    assert fits(found, "usedAccounts")
    assert caller.get("v1/chart-of-accounts/used-accounts", fromDate="2025-01-01", toDate="2025-12-31") == []
    caller.office.arrange({"accounts": ["1910"]})
    gone = caller.get("v1/chart-of-accounts/used-accounts", fromDate="2026-01-01", toDate="2026-01-31")[1]
    assert gone == {"number": "3000", "name": None}
