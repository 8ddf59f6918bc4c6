"""What the books object to, in the order of the rows and in plain words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.chart import Account, Calendar, Chart, Dimensions, FiscalYear, VatCode
from simulator.systems.books.ledger import ROLES, Ledger, Objection, Role, Rule
from simulator.systems.books.vouchers import Posting
from tests.strategies import cents

D = Decimal
DAY = "2026-01-15"


def books() -> Ledger:
    ledger = Ledger(
        chart=Chart([Account("1701", "", "asset", 1), Account("3000", "", "income", 2)]),
        vat_codes={"S": VatCode("S", "", "sales", (D("25.5"), D(14)))},
        calendar=Calendar([FiscalYear(1, "2026-01-01", "2026-12-31")], "2026-01-10"),
        roles={"sales_vat": "2939", "receivables": "1701"},
    )
    ledger.dimensions.add("COST_CENTER", ["1"])
    return ledger


def posting(account: str, amount: str, **rest: Any) -> Posting:
    return Posting(account, D(amount), **rest)


GOOD = [
    posting("1701", "10", vat_code="S", vat_percent=D(14)),
    posting("3000", "-10", dimensions=(("COST_CENTER", "1"),)),
]


def rules(ledger: Ledger, date: str, *postings: Posting) -> list[tuple[str, int | None]]:
    return [(one.rule, one.row) for one in ledger.objections(date, postings)]


def test_a_voucher_that_fits_meets_no_objection() -> None:
    assert list(books().objections(DAY, GOOD)) == []
    assert list(books().objections(DAY, [])) == []


@pytest.mark.parametrize(
    ("date", "rule", "sentence"),
    [
        ("2025-12-31", "no-fiscal-year", "no fiscal year has the date 2025-12-31"),
        ("2027-01-01", "no-fiscal-year", "no fiscal year has the date 2027-01-01"),
        ("2026-01-10", "period-locked", "the period of 2026-01-10 is locked until 2026-01-10"),
        ("2026-01-01", "period-locked", "the period of 2026-01-01 is locked until 2026-01-10"),
    ],
)
def test_a_date_without_a_year_and_a_locked_one_are_objected_to_once(date: str, rule: Rule, sentence: str) -> None:
    (one,) = books().objections(date, GOOD)
    assert (one.rule, one.value, one.row, one.sentence()) == (rule, date, None, sentence)
    assert list(books().objections_to_date("2026-01-11")) == []


@pytest.mark.parametrize(
    ("wrong", "rule", "sentence"),
    [
        ({"account": "9999"}, "account-unknown", "Row 2: account 9999 not found"),
        ({"vat_code": "X"}, "vat-code-unknown", "Row 2: VAT code X does not exist"),
        ({"vat_code": "S", "vat_percent": D("24.0")}, "vat-percent-misfit", "Row 2: VAT code S does not allow 24 %"),
        ({"vat_code": "S", "vat_percent": D("1E+1")}, "vat-percent-misfit", "Row 2: VAT code S does not allow 10 %"),
        ({"dimensions": (("COST_CENTER", "7"),)}, "dimension-unknown", "Row 2: COST_CENTER 7 not found"),
        ({"dimensions": (("PROJECT", "1"),)}, "dimension-unknown", "Row 2: PROJECT 1 not found"),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_its_row_and_its_value(
    wrong: dict[str, Any], rule: Rule, sentence: str
) -> None:
    second = posting(wrong.get("account", "3000"), "-10", **{k: v for k, v in wrong.items() if k != "account"})
    (one,) = books().objections(DAY, [posting("1701", "10"), second])
    assert (one.rule, one.row, one.sentence()) == (rule, 1, sentence)


def test_everything_that_is_wrong_is_told_in_the_order_of_the_rows() -> None:
    wrong = posting("9", "1", vat_code="X", dimensions=(("A", "1"), ("COST_CENTER", "1"), ("COST_CENTER", "2")))
    assert rules(books(), "2020-01-01", wrong, posting("8", "1")) == [
        ("no-fiscal-year", None),
        ("account-unknown", 0),
        ("vat-code-unknown", 0),
        ("dimension-unknown", 0),
        ("dimension-unknown", 0),
        ("account-unknown", 1),
        ("unbalanced", None),
    ]


def test_a_row_without_a_vat_code_may_have_any_percentage() -> None:
    assert rules(books(), DAY, posting("1701", "0", vat_percent=D(99))) == []


def test_an_objection_to_a_vat_code_alone_names_no_row() -> None:
    (one,) = books().objections_to_vat("X", D(0))
    assert one == Objection("vat-code-unknown", "X")
    assert list(books().objections_to_vat("", D(99))) == []
    assert list(books().objections_to_vat("S", D("14.00"))) == []


@given(st.lists(cents() | cents().map(lambda amount: -amount), max_size=5))
def test_a_voucher_balances_to_the_cent_or_is_objected_to_with_the_difference(amounts: list[Decimal]) -> None:
    postings = [Posting("1701", amount) for amount in amounts]
    total = sum(int(amount * 100) for amount in amounts)

    found = list(books().objections(DAY, postings))

    assert [(one.rule, int(D(one.value) * 100)) for one in found] == ([("unbalanced", total)] if total else [])
    assert list(books().objections(DAY, postings, must_balance=False)) == []


def test_open_registers_object_to_nothing_that_they_can_make() -> None:
    ledger = Ledger(chart=Chart(is_open=True), dimensions=Dimensions(is_open=True), calendar=books().calendar)
    assert rules(ledger, DAY, posting("7", "1", dimensions=(("A", "1"),)), posting("8", "-1")) == []
    assert (list(ledger.chart.accounts), list(ledger.dimensions.by_name)) == (["7", "8"], ["A"])


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_rule_has_a_sentence_that_names_what_offends(rule: Rule) -> None:
    sentence = Objection(rule, "VALUE", 4, "OTHER").sentence()
    assert sentence.startswith("Row 5: ")
    assert "VALUE" in sentence


def test_the_account_of_a_role_is_there_from_the_first_use_on() -> None:
    ledger = books()
    assert ledger.chart.find("2939") is None

    assert (ledger.role("sales_vat"), ledger.role("receivables")) == ("2939", "1701")

    made = ledger.chart.find("2939")
    assert made == Account("2939", "sales_vat", "liability", 3)
    assert ledger.role("sales_vat") == "2939"
    assert ledger.chart.find("2939") is made


def test_the_account_of_a_role_that_is_out_of_use_stays_so() -> None:
    ledger = books()
    out_of_use = Account("2939", "", "liability", 3, is_active=False)
    ledger.chart.accounts["2939"] = out_of_use
    assert ledger.role("sales_vat") == "2939"
    assert ledger.chart.accounts["2939"] is out_of_use


def test_the_roles_are_listed_as_they_are_typed() -> None:
    assert get_args(Role) == ROLES
