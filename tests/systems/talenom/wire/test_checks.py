"""What is objected to in a voucher, in which state, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.systems.talenom.caller import ACCEPTED, OLD, SALE, Caller, posting, sale

CREDIT, DEBIT = posting("3000", -100), posting("1910", 100)

DOUBTS: list[tuple[dict[str, Any], str]] = [
    ({"voucherDate": None}, "[0].voucherDate: is needed"),
    ({"voucherDate": "2019-12-31"}, "no fiscal year has the date 2019-12-31"),
    ({"voucherDate": "2025-12-31"}, "the period of 2025-12-31 is locked until 2025-12-31"),
    ({"postings": []}, "at least 2"),
    ({"postings": [posting("3000", 0)]}, "at least 2"),
    ({"postings": [CREDIT, posting("3999", 100)]}, "[0].postings[1].accountNumber: account 3999 not found"),
    ({"postings": [CREDIT, posting("1800", 100)]}, "account 1800 not found"),
    ({"postings": [CREDIT, posting(None, 100)]}, "[0].postings[1].accountNumber: is needed"),
    ({"postings": [CREDIT, posting("", 100)]}, "accountNumber: is needed"),
    ({"postings": [posting("3000", 0), posting("1910", None)]}, "[0].postings[1].vatIncludedAmount: is needed"),
    ({"postings": [CREDIT, posting("1910", 99.99)]}, "the total of the amounts is -0.01 and not zero"),
    (
        {"postings": [posting("3000", -100, vatPercentage=23), DEBIT]},
        "[0].postings[0].vatPercentage: no VAT code has 23 %",
    ),
]
FLAWS: list[tuple[dict[str, Any], str]] = [
    ({"category": "Nonsense"}, "[0].category: 'Nonsense' is no category"),
    ({"category": "eSalesInvoice"}, "'eSalesInvoice' is no category"),
    ({"voucherState": "Deleted"}, "[0].voucherState: 'Deleted' is none of Draft, Accepted, Locked"),
    ({"voucherState": "accepted"}, "'accepted' is none"),
    ({"voucherImageBase64Str": "R0lGODlh"}, "[0].voucherImageBase64Str: it is no PDF"),
    ({"postings": [posting("3000", -0.005), posting("1910", 0.005)]}, "more than two decimals"),
    ({"postings": [posting("3000", -100, costCenter="9"), DEBIT]}, "[0].postings[0].costCenter: '9' not found"),
    (
        {"postings": [posting("3000", -100, matchKey="M1"), DEBIT]},
        "[0].postings[0].matchKey: account 3000 is no ledger",
    ),
]
WORDS = {
    "locked_until": "2025-12-31",
    "accounts": ["3000", "1910", "1701", {"number": "1800", "active": False}],
    "dimensions": {"COST_CENTER": ["1"]},
}


@pytest.mark.parametrize(("changes", "told"), DOUBTS + FLAWS)
@pytest.mark.parametrize("state", ["Accepted", "Locked"])
def test_an_accepted_or_locked_voucher_keeps_all_rules(state: str, changes: dict[str, Any], told: str) -> None:
    caller = Caller(WORDS)

    assert told in caller.refused(sale(**{"voucherState": state, **changes}))
    assert caller.vouchers() == 0


@pytest.mark.parametrize(("changes", "told"), FLAWS)
def test_a_draft_is_refused_for_what_no_state_excuses(changes: dict[str, Any], told: str) -> None:
    caller = Caller(WORDS)

    assert told in caller.refused(sale(**{"voucherState": "Draft", **changes}))
    assert caller.vouchers() == 0


@pytest.mark.parametrize(("changes", "_"), DOUBTS)
def test_a_draft_stays_one_for_all_else(changes: dict[str, Any], _: str) -> None:
    caller = Caller(WORDS)

    [guid] = caller.book(sale(**{"voucherState": "Draft", **changes}))

    assert caller.voucher(guid)["voucherState"] == "Draft"
    assert not any(caller.office.site.ledger.journal.balances().values())


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = Caller(WORDS).refused(
        sale(category="x", voucherDate=None, postings=[posting("3999", 1.001)]), sale(postings=[CREDIT, CREDIT])
    )

    for part in (
        "[0].category",
        "[0].voucherDate",
        "at least 2",
        "account 3999",
        "two decimals",
        "[1].postings: the total",
    ):
        assert part in told


@pytest.mark.parametrize("category", ["eSalesInvoice", "IntegrationBank", "Receipts", "Memo"])
def test_the_old_form_takes_every_category(category: str) -> None:
    assert Caller().post({**OLD, "categoryCID": category}, form="v1/vouchers").status == 201
    assert "'x' is no category" in Caller().refused({**OLD, "categoryCID": "x"}, form="v1/vouchers")


def test_the_short_form_takes_those_of_the_books() -> None:
    assert Caller().book(ACCEPTED, form="v1/vouchers/accepted")
    told = Caller().refused({**ACCEPTED, "category": "Recurrent"}, form="v1/vouchers/accepted")
    assert "'Recurrent' is no category" in told
    assert "no category" in Caller({"voucher_types": [{"code": "Memo"}]}).refused(SALE)


def test_a_match_key_elsewhere_may_be_kept() -> None:
    caller = Caller(match_key_elsewhere="kept")
    keyed = sale(postings=[posting("3000", -100, matchKey="M1"), DEBIT])

    [guid] = caller.book(keyed)

    assert caller.voucher(guid)["postings"][0]["matchKey"] == "M1"
    assert caller.delete(guid).status == 204


@pytest.mark.parametrize("member", ["costCenter", "costType", "project", "projectType"])
def test_a_dimension_may_be_mandatory_on_profit_accounts(member: str) -> None:
    caller = Caller(mandatory_dimension=member)

    told = caller.refused(SALE)
    assert f"[0].postings[0].{member}: is needed on the profit account 3000" in told
    assert "postings[1]" not in told
    assert caller.book(sale(postings=[posting("3000", -100, **{member: "1"}), DEBIT]))


def test_the_books_may_name_the_dimensions_in_other_letters() -> None:
    caller = Caller({"dimensions": {"COST_CENTER": ["1"], "projectType": ["T"]}})
    told = sale(postings=[posting("3000", -100, costCenter="1", projectType="T"), DEBIT])

    [guid] = caller.book(told)

    read = caller.voucher(guid)["postings"][0]
    assert (read["costCenter"], read["costType"], read["project"], read["projectType"]) == ("1", None, None, "T")
    assert "'2' not found" in caller.refused(sale(postings=[posting("3000", -100, costCenter="2"), DEBIT]))
    assert "'1' not found" in caller.refused(sale(postings=[posting("3000", -100, project="1"), DEBIT]))
