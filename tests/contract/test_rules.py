"""The rules beyond schemas, read off the documented example so that exactly that example balances."""

from __future__ import annotations

import inspect
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract import rules
from simulator.contract.rules import RULES, Broken
from tests.strategies import (
    CENT,
    ROUNDINGS,
    VAT_RATES,
    Mutation,
    cents,
    changed,
    example,
    json_values,
    ledgers,
    one_mutation,
    payment,
    payments,
    without,
)

CURRENCIES = frozenset({"EUR", "SEK", "NOK", "DKK"})
LEDGER_RULES = ("two-decimals", "ledger-balances", "vat-fits", "vat-rows-fit")
PAYMENT_RULES = ("two-decimals", "currency-exists", "payment-names-its-invoice", "payment-parts-add-up")
GROSS = example("accounting/examples/ledger.json")
NET = example("accounting/examples/ledger.net.json")
ROWS = ("ledgers", "ledgerRows")


def judge(body: Any) -> list[tuple[str, Broken]]:
    """What a body breaks of the rules of its kind: (rule, what is broken)."""
    names, documents = (LEDGER_RULES, [body["ledgers"]]) if "ledgers" in body else (PAYMENT_RULES, body["payments"])
    return [(name, broken) for name in names for document in documents for broken in RULES[name](document, CURRENCIES)]


def told(body: Any) -> list[str]:
    return [name for name, _ in judge(body)]


def ledger(*rows: dict[str, Any], **members: Any) -> Any:
    """A ledger of rows that are given as account, amount and whatever else matters."""
    return {"ledgers": {"ledgerIdentifier": "L", "documentDate": "2026-01-01", "ledgerRows": list(rows), **members}}


def row(amount: str, *, net: str = "", rate: str = "", vat: bool = False, **members: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"accountNumber": "1", "amount": Decimal(amount), **members}
    made |= {"netAmount": Decimal(net)} if net else {}
    made |= {"vatPercentage": Decimal(rate)} if rate else {}
    return made | ({"isVatRow": 1} if vat else {})


# ------------------------------------------------------------------------------------- documented example


@pytest.mark.parametrize(
    "name", ["ledger", "ledger.net", "ledger.minimal", "payment", "payment.minimal", "payments.batch"]
)
def test_every_example_of_the_contract_keeps_the_rules(name: str) -> None:
    assert judge(example(f"accounting/examples/{name}.json")) == []


@pytest.mark.parametrize("step", [CENT, -CENT], ids=str)
@pytest.mark.parametrize("member", ["amount", "netAmount"])
@pytest.mark.parametrize(
    ("body", "number"), [(GROSS, 0), (GROSS, 1), (GROSS, 2), (NET, 0), (NET, 1), (NET, 2), (NET, 3)]
)
def test_each_amount_of_the_example_is_right_to_the_cent(body: Any, number: int, member: str, step: Decimal) -> None:
    path = (*ROWS, number, member)
    amount = body["ledgers"]["ledgerRows"][number][member]

    assert told(changed(body, path, amount + step))


def test_neither_side_of_the_example_can_be_left_out() -> None:
    debit, credit, vat = GROSS["ledgers"]["ledgerRows"]

    assert told(changed(GROSS, ROWS, [debit, vat]))
    assert told(changed(GROSS, ROWS, [credit, vat]))
    # Without its VAT row it is a ledger whose VAT the accounting system works out by itself.
    assert told(changed(GROSS, ROWS, [debit, credit])) == []


@pytest.mark.parametrize("rate", ["24", "25.4", "25.51", "14", "0"])
def test_the_rate_of_the_example_counts(rate: str) -> None:
    assert told(changed(GROSS, (*ROWS, 1, "vatPercentage"), Decimal(rate))) == ["vat-fits"]


def test_the_example_balances_in_its_own_mode_only() -> None:
    assert "ledger-balances" in told(changed(GROSS, ("ledgers", "calculationMode"), "NET"))
    assert "ledger-balances" in told(changed(NET, ("ledgers", "calculationMode"), "GROSS"))
    assert told(without(GROSS, ("ledgers", "calculationMode"))) == []


def test_the_vat_row_of_the_example_must_say_that_it_is_one() -> None:
    for flag in (0, Decimal("0.0")):
        assert "ledger-balances" in told(changed(GROSS, (*ROWS, 2, "isVatRow"), flag))
    assert told(changed(GROSS, (*ROWS, 2, "isVatRow"), Decimal("1.0"))) == []


# --------------------------------------------------------------------------------------------- properties


@given(ledgers() | ledgers(complete=True))
def test_a_balanced_ledger_keeps_the_rules(body: Any) -> None:
    assert judge(body) == []


@given(payments())
def test_payments_that_add_up_keep_the_rules(body: Any) -> None:
    assert judge(body) == []


@given(one_mutation("ledger", beyond_schema=True))
def test_one_amount_of_a_ledger_that_is_off_is_found(mutation: Mutation) -> None:
    assert mutation.rule in told(mutation.document)


@given(one_mutation("payment", beyond_schema=True))
def test_one_mistake_in_a_payment_is_found_and_nothing_else(mutation: Mutation) -> None:
    assert set(told(mutation.document)) - {"payment-parts-add-up"} <= {mutation.rule}
    assert mutation.rule in told(mutation.document)


@given(ledgers(), st.integers(2, 8))
def test_the_precision_of_the_thread_does_not_matter(body: Any, precision: int) -> None:
    with localcontext() as context:
        context.prec = 28 + precision
        assert judge(body) == []


@given(st.data())
def test_members_that_the_contract_does_not_name_may_be_anything(data: st.DataObject) -> None:
    names = st.sampled_from(["amount", "netAmount", "ledgerRows", "paymentRows", "currency", "isVatRow", "rows"])
    of_ledger, of_payment = data.draw(ledgers()), data.draw(payment())
    foreign = data.draw(st.dictionaries(names, json_values()))
    body = changed(of_ledger, ("ledgers",), {**foreign, **of_ledger["ledgers"]})

    known = {name: value for name, value in foreign.items() if name not in {"currency", "paymentRows"}}
    assert judge(body) == []
    assert judge({"payments": [{**known, **of_payment}]}) == []


FOREIGN = ("ledgerIdentifier", "ledgerRows", "paymentIdentifier", "paymentRows", "amount", "netAmount")


@given(st.dictionaries(st.sampled_from(FOREIGN), json_values()))
def test_a_document_that_has_the_members_of_both_kinds_stops_no_rule(foreign: dict[str, Any]) -> None:
    assert judge({"ledgers": {**foreign, "paymentIdentifier": 1, **GROSS["ledgers"]}}) is not None
    (own,) = example("accounting/examples/payment.json")["payments"]
    assert judge({"payments": [{**foreign, "ledgerIdentifier": 1, "ledgerRows": 5, **own}]}) == []


def test_the_third_decimal_of_a_document_that_has_the_members_of_both_kinds_is_found() -> None:
    rows = [5, {"amount": Decimal("0.001")}, {"amount": Decimal("1E+9999999")}]
    members = {"ledgerIdentifier": "x", "ledgerRows": rows, "paymentIdentifier": "y", "amount": Decimal("1.001")}
    assert [broken.path for broken in rules.two_decimals(members, CURRENCIES)] == [
        ["ledgerRows", 1, "amount"],
        ["amount"],
    ]


# ------------------------------------------------------------------------------------------- two decimals


@pytest.mark.parametrize(
    "amount", ["0.001", "-12.345", "1E-3", "1E-999999999", "999999999999.991", "0." + "0" * 5_000 + "1"]
)
def test_a_third_decimal_is_refused_in_every_amount(amount: str) -> None:
    body = ledger(row(amount, net=amount), row(amount))
    found = [broken for name, broken in judge(body) if name == "two-decimals"]

    assert [broken.path for broken in found] == [
        ["ledgerRows", 0, "amount"],
        ["ledgerRows", 0, "netAmount"],
        ["ledgerRows", 1, "amount"],
    ]
    assert all(broken.value == Decimal(amount) for broken in found)
    assert all(len(broken.detail) < 300 for broken in found)


@pytest.mark.parametrize(
    "amount", ["0", "-0.0", "1E+11", "1E+1", "12.300000", "12.30", "-999999999999.99", "0E-999999999", "0E+999999"]
)
def test_trailing_zeros_and_exponents_are_no_decimals(amount: str) -> None:
    assert "two-decimals" not in told(ledger(row(amount)))
    assert "two-decimals" not in told({"payments": [{"amount": Decimal(amount)}]})


def test_whole_numbers_are_whole_cents() -> None:
    assert rules.has_two_decimals(10**40)
    assert rules.has_two_decimals(0)


@given(cents(-(10**14), 10**14), st.integers(1, 9))
def test_an_amount_of_cents_is_and_a_tenth_of_a_cent_is_not(amount: Decimal, tenths: int) -> None:
    assert rules.has_two_decimals(amount)
    assert not rules.has_two_decimals(amount + Decimal(tenths) / 1_000)


# -------------------------------------------------------------------------------------------- the balance


def test_an_unbalanced_ledger_is_told_with_the_sum() -> None:
    [(name, broken)] = judge(ledger(row("10.00"), row("-9.99")))

    assert name == "ledger-balances"
    assert broken.path == ["ledgerRows"]
    assert broken.expected == "the amounts of the rows that are not VAT rows sum to 0.00"
    assert broken.detail == "the amounts of the rows that are not VAT rows sum to 0.01, not to 0.00"


def test_a_sum_that_is_no_whole_number_of_cents_is_not_called_zero() -> None:
    broken = dict(judge(ledger(row("0.001"), row("0.00"))))["ledger-balances"]

    assert broken.detail.endswith("sum to 0.001, not to 0.00")


def test_net_amounts_are_summed_where_there_are_vat_rows_and_every_row_has_one() -> None:
    rows = [row("12.55", net="12.55"), row("-12.55", net="-10.00", rate="25.5"), row("-2.54", net="-2.54", vat=True)]

    assert told(ledger(*rows)) == ["ledger-balances"]
    assert told(ledger(rows[0], {**rows[1]}, row("-2.54", vat=True))) == []
    assert told(ledger(*rows[:2])) == []


def test_in_net_mode_vat_is_added_where_no_row_carries_it() -> None:
    assert told(ledger(row("125.50"), row("-100.00", rate="25.5"), calculationMode="NET")) == []
    assert told(ledger(row("125.51"), row("-100.00", rate="25.5"), calculationMode="NET")) == ["ledger-balances"]
    assert told(ledger(row("100.00"), row("-100.00", rate="25.5"), calculationMode="NET")) == ["ledger-balances"]
    assert told(ledger(row("100.00"), row("-100.00", rate="0"), calculationMode="NET")) == []


@pytest.mark.parametrize(("total", "balances"), [("1.25", False), ("1.26", True), ("1.27", False)])
def test_in_net_mode_vat_is_rounded_to_the_cent(total: str, balances: bool) -> None:  # noqa: FBT001
    # 1.00 at 25.51 % is 0.2551 of VAT.
    assert (told(ledger(row(total), row("-1.00", rate="25.51"), calculationMode="NET")) == []) is balances


@pytest.mark.parametrize(("total", "balances"), [("1.24", False), ("1.25", True), ("1.26", True), ("1.27", False)])
def test_in_net_mode_half_a_cent_of_vat_may_go_either_way(total: str, balances: bool) -> None:  # noqa: FBT001
    # 1.00 at 25.5 % is 0.255 of VAT: some systems round to the even cent, some up, some down.
    assert (told(ledger(row(total), row("-1.00", rate="25.5"), calculationMode="NET")) == []) is balances
    assert (told(ledger(row(f"-{total}"), row("1.00", rate="25.5"), calculationMode="NET")) == []) is balances


# ----------------------------------------------------------------------------------------------- the VAT


@given(cents(), st.sampled_from(VAT_RATES), st.sampled_from(ROUNDINGS), st.sampled_from([1, -1]))
def test_a_net_amount_rounded_in_any_usual_way_fits(
    amount: Decimal, rate: int | Decimal, rounding: str, sign: int
) -> None:
    amount *= sign
    net = (amount / (1 + Decimal(rate) / 100)).quantize(CENT, rounding)

    assert "vat-fits" not in told(ledger(row(str(amount), net=str(net), rate=str(rate))))


@pytest.mark.parametrize(("net", "fits"), [("0.01", False), ("0.02", True), ("0.03", True), ("0.04", False)])
def test_half_a_cent_of_a_net_amount_may_go_either_way(net: str, fits: bool) -> None:  # noqa: FBT001
    # 0.03 at 20 % is 0.025 net.
    assert ("vat-fits" not in told(ledger(row("0.03", net=net, rate="20")))) is fits
    assert ("vat-fits" not in told(ledger(row("-0.03", net=f"-{net}", rate="20")))) is fits


def test_a_net_amount_is_the_amount_where_no_vat_is_inside() -> None:
    assert "vat-fits" in told(ledger(row("10.00", net="9.99")))
    assert "vat-fits" in told(ledger(row("10.00", net="9.99", rate="0")))
    assert "vat-fits" in told(ledger(row("10.00", net="8.00", rate="25", vat=True)))
    assert "vat-fits" in told(ledger(row("10.00", net="8.00", rate="25"), calculationMode="NET"))
    assert "vat-fits" not in told(ledger(row("10.00", net="8.00", rate="25")))


def test_a_net_amount_that_does_not_fit_is_told_with_the_one_that_would() -> None:
    broken = dict(judge(changed(GROSS, (*ROWS, 1, "netAmount"), Decimal("-2382.50"))))["vat-fits"]

    assert broken.path == ["ledgerRows", 1, "netAmount"]
    assert broken.expected == "-2382.47, which is -2990.00 without 25.5 % VAT"
    assert broken.detail == "netAmount is -2382.50, expected -2382.47, which is -2990.00 without 25.5 % VAT"


def test_an_empty_rate_is_no_rate() -> None:
    assert (
        rules.percentage({}) == rules.percentage({"vatPercentage": 0}) == rules.percentage({"vatPercentage": None}) == 0
    )


def test_in_net_mode_the_vat_rows_carry_the_vat_of_the_others() -> None:
    fitting = [row("125.50"), row("-100.00", rate="25.5"), row("-25.50", vat=True)]
    shifted = [row("120.00"), row("-100.00", rate="25.5"), row("-20.00", vat=True)]

    assert told(ledger(*fitting, calculationMode="NET")) == []
    assert told(ledger(*shifted, calculationMode="NET")) == ["vat-rows-fit"]
    assert told(ledger(row("120.00"), row("-120.00"), row("-7.77", vat=True))) == []


@pytest.mark.parametrize(("vat", "fits"), [("0.74", False), ("0.75", True), ("0.78", True), ("0.79", False)])
def test_in_net_mode_each_row_may_be_rounded_by_itself(vat: str, fits: bool) -> None:  # noqa: FBT001
    # Three rows of 1.00 at 25.5 % are 0.255 of VAT each: 0.765 in all, half a cent a row either way.
    rows = [row("-1.00", rate="25.5")] * 3
    found = told(ledger(row(str(3 + Decimal(vat))), *rows, row(f"-{vat}", vat=True), calculationMode="NET"))

    assert ("vat-rows-fit" not in found) is fits
    assert "ledger-balances" not in found


def test_in_net_mode_vat_rows_without_a_rate_beside_them_are_zero() -> None:
    assert told(ledger(row("1.00"), row("-0.99"), row("-0.01", vat=True), calculationMode="NET")) == ["vat-rows-fit"]


# ------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    "amount",
    ["1E-999999999", "-1E-999999999", "0E-999999999", "0E+999999", "1E+11", "0." + "3" * 100_000, "999999999999.99"],
)
@pytest.mark.parametrize("mode", ["GROSS", "NET"])
@pytest.mark.parametrize("rate", ["25.5", "1E-999999999", "0E+999", "33." + "3" * 100_000])
def test_no_exponent_and_no_digits_stop_a_rule(amount: str, mode: str, rate: str) -> None:
    body = ledger(row(amount, net=amount, rate=rate), row(amount, rate=rate, vat=True), calculationMode=mode)
    parts = {"amount": Decimal(amount), "invoiceNumber": "1", "paymentRows": [row(amount), row(amount)]}

    for _, broken in [*judge(body), *judge({"payments": [parts]})]:
        assert len(broken.detail) < 1_000
        assert len(broken.expected) < 1_000


def test_every_rule_has_the_sentence_that_it_keeps() -> None:
    for name, rule in RULES.items():
        assert rule.__name__ == name.replace("-", "_")
        assert inspect.getdoc(rule)
