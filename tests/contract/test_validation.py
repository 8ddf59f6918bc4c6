"""A request is checked against schema and rules at once, and everything that is wrong with it is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import dumps
from simulator.contract.validation import VIOLATIONS_MAX, Checked, check, item_number
from simulator.contract.violations import Violation, summary
from tests.strategies import Mutation, changed, example, json_values, ledgers, one_mutation, payments, without

LEDGER = example("accounting/examples/ledger.json")
PAYMENT = example("accounting/examples/payment.json")
BATCH = example("accounting/examples/payments.batch.json")
MINIMAL = {"paymentIdentifier": "P", "paymentDate": "2026-01-01", "amount": 1, "invoiceNumber": "1"}
SUBMIT = {"ledger": "submit_ledger", "payment": "submit_payments"}


def checked(kind: str, body: Any, *choices: tuple[str, str], depth_max: int = 64) -> Checked:
    """What is found in a body; bytes are taken as they are."""
    contract = built_in()
    sent = body if isinstance(body, bytes) else dumps(body)
    return check(contract, contract.operations[SUBMIT[kind]], sent, contract.choose(choices), depth_max)


def told(kind: str, body: Any, *choices: tuple[str, str]) -> list[tuple[str, str]]:
    """(pointer, rule) of everything that is wrong with a body, in the order in which it is told."""
    return [(one.pointer, one.rule) for one in checked(kind, body, *choices).violations]


def only(kind: str, body: Any, *choices: tuple[str, str]) -> Violation:
    [violation] = checked(kind, body, *choices).violations
    return violation


# ------------------------------------------------------------------------------------------ right and wrong


@pytest.mark.parametrize("unknown", ["ignored", "refused"])
@pytest.mark.parametrize("operation", ["submit_ledger", "submit_payments"])
def test_every_example_is_taken_in_every_reading(contract: Contract, operation: str, unknown: str) -> None:
    kind = {name: kind for kind, name in SUBMIT.items()}[operation]
    for name in contract.operations[operation].request_examples:
        found = checked(kind, example(name), ("unknown_members", unknown))
        assert (found.violations, found.malformed) == ([], False)
        assert found.value == example(name)


@given(ledgers())
def test_a_right_ledger_is_taken_and_comes_back_as_it_was_sent(body: Any) -> None:
    found = checked("ledger", body, ("unknown_members", "refused"))

    assert found.violations == []
    assert repr(found.value) == repr(body)


@given(payments())
def test_right_payments_are_taken_and_come_back_as_they_were_sent(body: Any) -> None:
    found = checked("payment", body, ("unknown_members", "refused"))

    assert found.violations == []
    assert repr(found.value) == repr(body)


@given(st.sampled_from(["ledger", "payment"]).flatmap(lambda kind: st.tuples(st.just(kind), one_mutation(kind))))
def test_one_mistake_is_told_at_its_place_by_its_rule(drawn: tuple[str, Mutation]) -> None:
    kind, mutation = drawn
    found = checked(kind, mutation.document).violations

    assert (mutation.pointer, mutation.rule) in [(one.pointer, one.rule) for one in found]
    assert all(one.basis in {"documented", "example", "assumed"} for one in found)
    assert all(one.expected and one.detail and one.source not in {"", "none"} for one in found)
    assert all(one.beyond_schema is not one.rule.startswith("schema-") for one in found)
    if mutation.rule.startswith("schema-") and mutation.rule != "schema-type":
        assert len(found) == 1


@given(json_values(), st.sampled_from(["ledger", "payment"]), st.sampled_from(["ignored", "refused"]))
def test_any_json_is_judged_and_can_be_reported(value: Any, kind: str, unknown: str) -> None:
    for body in (
        value,
        {"ledgers": value, "payments": value},
        {"payments": [value, MINIMAL]},
        {"ledgers": {"ledgerRows": [value]}},
    ):
        found = checked(kind, body, ("unknown_members", unknown)).violations
        assert dumps([one.show() for one in found])
        assert len(summary(found)) < 1_500


# -------------------------------------------------------------------------------------------------- words


NO_DATE = "is not a date that exists, written YYYY-MM-DD"
TOO_LONG = "has 211 characters, at most 210 are allowed"
LIMIT = "999999999999.99"
AT_MOST = f"at most {LIMIT}"
AT_LEAST = f"at least -{LIMIT}"


@pytest.mark.parametrize(
    ("place", "value", "rule", "expected", "detail", "basis"),
    [
        ("documentDate", "2026-02-30", "format", "a date that exists, as YYYY-MM-DD", NO_DATE, "documented"),
        ("documentDate", None, "type", "a string", "expected a string, not null", "documented"),
        ("documentName", 7, "type", "a string or null", "expected a string or null, not a number", "example"),
        ("documentDescription", "ä" * 211, "max-length", "at most 210 characters", TOO_LONG, "documented"),
        ("ledgerIdentifier", "", "min-length", "at least 1 character", "has fewer than 1 character", "assumed"),
        ("ledgerIdentifier", True, "type", "a string", "expected a string, not true or false", "example"),
        ("calculationMode", "gross", "enum", "one of GROSS, NET, null", "expected one of GROSS, NET, null", "example"),
        ("ledgerRows", [], "min-items", "at least 1 item", "has fewer than 1 item", "assumed"),
        ("ledgerRows", {}, "type", "an array", "expected an array, not an object", "example"),
        ("", [LEDGER["ledgers"]], "type", "an object", "expected an object, not an array", "example"),
        ("ledgerRows/1/amount", "12,50", "type", "a number", "expected a number, not a string", "documented"),
        ("ledgerRows/1/amount", Decimal("1E+400"), "maximum", AT_MOST, f"must be {AT_MOST}", "assumed"),
        ("ledgerRows/1/amount", -(10**99), "minimum", AT_LEAST, f"must be {AT_LEAST}", "assumed"),
        ("ledgerRows/1/vatPercentage", -1, "minimum", "at least 0", "must be at least 0", "assumed"),
        ("ledgerRows/1/isVatRow", 2, "enum", "one of 0, 1, null", "expected one of 0, 1, null", "example"),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_violation_of_the_schema_says_what_was_expected_and_how_we_know(
    place: str, value: Any, rule: str, expected: str, detail: str, basis: str
) -> None:
    steps = [int(step) if step.isdigit() else step for step in place.split("/") if step]
    found = only("ledger", changed(LEDGER, ("ledgers", *steps), value))

    assert found.pointer == f"/ledgers/{place}".rstrip("/")
    assert (found.rule, found.expected, found.detail) == (f"schema-{rule}", expected, detail)
    assert repr(found.value) == repr(value)
    assert (found.basis, found.source in {"ledger-4083702e0", "data-validation-358719m0"}) == (basis, True)


def test_a_missing_member_is_told_where_it_should_be() -> None:
    found = only("ledger", without(LEDGER, ("ledgers", "ledgerRows", 2, "accountNumber")))

    assert (found.pointer, found.rule, found.value) == ("/ledgers/ledgerRows/2/accountNumber", "schema-required", None)
    assert (found.detail, found.basis, found.source) == ("the member is missing", "assumed", "ledger-4083702e0")


def test_a_rule_is_told_with_its_own_basis_and_page(contract: Contract) -> None:
    body = changed(PAYMENT, ("payments", 0, "currency"), "EUX")
    found = only("payment", body)

    assert (found.pointer, found.value, found.rule) == ("/payments/0/currency", "EUX", "currency-exists")
    assert (found.basis, found.source) == ("documented", contract.rules["currency-exists"]["source"])
    assert found.beyond_schema


def test_a_pattern_is_told_with_its_form() -> None:
    assert (
        only("payment", changed(PAYMENT, ("payments", 0, "currency"), "eur")).expected
        == "a text of the form ^[A-Z]{3}$"
    )


@pytest.mark.parametrize(
    ("body", "words"), [(b"[]", "an array"), (b"null", "null"), (b'"x"', "a string"), (b"1.5", "a number")]
)
def test_a_body_that_is_no_object_is_told_as_a_whole(body: bytes, words: str) -> None:
    found = only("ledger", body)

    assert (found.pointer, found.rule, found.detail) == ("", "schema-type", f"expected an object, not {words}")
    assert found.sentence() == f"the body: expected an object, not {words}"


# ---------------------------------------------------------------------------------------- unknown members


def test_unknown_members_are_ignored_by_default_and_kept() -> None:
    body = changed(LEDGER, ("ledgers", "ledgerRows", 0, "colour"), "red")
    found = checked("ledger", body)

    assert found.violations == []
    assert found.value["ledgers"]["ledgerRows"][0]["colour"] == "red"


def test_each_unknown_member_is_told_by_itself_where_they_are_refused() -> None:
    body = changed(changed(LEDGER, ("ledgers", "a/b"), Decimal("1.50")), ("ledgers", "z"), [1])
    found = checked("ledger", changed(body, ("top",), None), ("unknown_members", "refused")).violations

    assert sorted((one.pointer, repr(one.value)) for one in found) == [
        ("/ledgers/a~1b", "Decimal('1.50')"),
        ("/ledgers/z", "[1]"),
        ("/top", "None"),
    ]
    assert {(one.rule, one.basis, one.source) for one in found} == {
        ("schema-additional-properties", "assumed", "ledger-4083702e0")
    }
    assert "the contract does not name 'z'" in {one.detail for one in found}


def test_a_long_name_is_cut_in_words_but_not_in_the_pointer() -> None:
    name = "n" * 100_000
    found = only("ledger", changed(LEDGER, ("ledgers", name), 1), ("unknown_members", "refused"))

    assert found.pointer == f"/ledgers/{name}"
    assert len(found.detail) < 300
    assert len(found.sentence()) < 600


# ------------------------------------------------------------------------------------------- all at once


def test_everything_that_breaks_the_schema_is_told_at_once() -> None:
    body: Any = {
        "ledgers": {
            "ledgerIdentifier": "",
            "documentDescription": "x" * 211,
            "calculationMode": "net",
            "ledgerRows": [{"amount": "1"}, {"accountNumber": 3000, "amount": 1, "bookingDate": "31.12.2025"}, None],
        }
    }

    assert sorted(told("ledger", body)) == [
        ("/ledgers/calculationMode", "schema-enum"),
        ("/ledgers/documentDate", "schema-required"),
        ("/ledgers/documentDescription", "schema-max-length"),
        ("/ledgers/ledgerIdentifier", "schema-min-length"),
        ("/ledgers/ledgerRows/0/accountNumber", "schema-required"),
        ("/ledgers/ledgerRows/0/amount", "schema-type"),
        ("/ledgers/ledgerRows/1/accountNumber", "schema-type"),
        ("/ledgers/ledgerRows/1/bookingDate", "schema-format"),
        ("/ledgers/ledgerRows/2", "schema-type"),
    ]


def test_everything_that_breaks_a_rule_is_told_at_once() -> None:
    rows = [
        {"accountNumber": "1701", "amount": Decimal("1.001")},
        {"accountNumber": "3000", "amount": -10, "netAmount": -9, "vatPercentage": 10},
    ]

    assert sorted(told("ledger", {"ledgers": {**LEDGER["ledgers"], "ledgerRows": rows}})) == [
        ("/ledgers/ledgerRows", "ledger-balances"),
        ("/ledgers/ledgerRows/0/amount", "two-decimals"),
        ("/ledgers/ledgerRows/1/netAmount", "vat-fits"),
    ]


def test_payments_of_a_batch_that_fit_the_schema_meet_the_rules_beside_those_that_do_not() -> None:
    batch = [
        {**MINIMAL, "amount": "x"},
        {**MINIMAL, "currency": "EUX"},
        MINIMAL,
        {**MINIMAL, "invoiceNumber": None, "amount": None},
        {**MINIMAL, "amount": Decimal("0.001"), "invoiceNumber": ""},
    ]

    assert sorted(told("payment", {"payments": batch})) == [
        ("/payments/0/amount", "schema-type"),
        ("/payments/1/currency", "currency-exists"),
        ("/payments/3/amount", "schema-type"),
        ("/payments/4/amount", "two-decimals"),
        ("/payments/4/invoiceNumber", "payment-names-its-invoice"),
    ]


def test_a_body_that_is_wrong_as_a_whole_meets_no_rule() -> None:
    broken = {**MINIMAL, "currency": "EUX"}

    assert told("payment", {"payments": [broken], "top": 1}, ("unknown_members", "refused")) == [
        ("/top", "schema-additional-properties")
    ]
    assert told("payment", {"payments": {"0": broken}}) == [("/payments", "schema-type")]


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("/payments/0", 0), ("/payments/12/amount", 12), ("/payments/3/paymentRows/7/amount", 3), ("/payments", None),
        ("", None), ("/payments/x", None), ("/top/1", None), ("/payments/", None),
    ],
)  # fmt: skip
def test_a_violation_belongs_to_its_payment_or_to_the_whole_body(
    contract: Contract, where: str, number: int | None
) -> None:
    violation = Violation(where, None, "r", "e", "d", "assumed", "none")

    assert item_number(violation, contract.operations["submit_payments"]) == number


# ------------------------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("rows", [{}, {"paymentRows": [{"rowType": "CAPITAL", "accountNumber": "1", "amount": 1}]}])
def test_where_there_are_too_many_violations_the_whole_body_is_refused(rows: dict[str, Any]) -> None:
    # The last ones miss their amount too, though nobody tells: no rule may look at them, and nobody store them.
    broken = {**without(MINIMAL, ("amount",)), **rows}
    found = checked("payment", {"payments": [broken] * (VIOLATIONS_MAX + 500)}).violations

    assert len(found) == VIOLATIONS_MAX + 1
    assert {one.rule for one in found[:-1]} == {"schema-required"}
    assert (found[-1].pointer, found[-1].rule, found[-1].beyond_schema) == ("", "violations-max", False)


def test_where_there_are_too_many_mistakes_beyond_the_schema_the_whole_body_is_refused() -> None:
    broken = {**MINIMAL, "currency": "EUX"}
    found = checked("payment", {"payments": [broken] * (VIOLATIONS_MAX + 1)}).violations

    assert len(found) == VIOLATIONS_MAX + 1
    assert (found[-1].pointer, found[-1].rule, found[-1].beyond_schema) == ("", "violations-max", True)


@pytest.mark.parametrize("broken", [{"currency": "EUX"}, {"amount": None}], ids=["beyond", "schema"])
def test_as_many_violations_as_the_bound_are_all_told(broken: dict[str, Any]) -> None:
    found = checked("payment", {"payments": [{**MINIMAL, **broken}] * VIOLATIONS_MAX}).violations

    assert len(found) == VIOLATIONS_MAX
    assert "violations-max" not in {one.rule for one in found}


def test_a_body_of_megabytes_is_reported_in_few_bytes() -> None:
    digits = Decimal("0." + "1" * 1_000_000)
    texts = {"currency": "E" * 1_000_000, "targetIdentifier": "x" * 1_000_000, "paymentDate": "9" * 1_000_000}
    for broken in ({"amount": digits}, texts, {"paymentRows": ["x" * 1_000_000] * 2}, {"invoiceNumber": None, **texts}):
        found = checked("payment", {"payments": [{**MINIMAL, **broken}]}).violations
        assert found
        assert len(dumps([one.show() for one in found])) < 5_000


# ---------------------------------------------------------------------------------------------- malformed


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a":1,"a":2}', b"\xff", b"\xef\xbb\xbf{}", b"NaN", b"[" * 100_000, rb'"\ud800"', b"1" * 5_000],
)
def test_a_body_that_cannot_be_read_is_one_violation_of_the_whole(body: bytes) -> None:
    found = checked("ledger", body)

    assert found.malformed
    assert found.value is None
    assert [(one.pointer, one.rule, one.beyond_schema) for one in found.violations] == [("", "json", False)]
    assert found.violations[0].expected


def test_the_bound_on_nesting_is_handed_on() -> None:
    body = changed(LEDGER, ("ledgers", "deep"), [[[[[[]]]]]])

    assert not checked("ledger", body, depth_max=8).violations
    assert checked("ledger", body, depth_max=6).malformed


def test_no_setting_of_the_bound_on_nesting_stops_the_validator() -> None:
    deep = b'{"ledgers":' + b"[" * 199 + b"]" * 199 + b"}"

    assert [one.rule for one in checked("ledger", deep, depth_max=200).violations] == ["schema-type"]


@pytest.mark.parametrize(
    ("body", "basis", "source"),
    [
        (b"", "documented", "ledger-4083702e0"),
        (b"{", "documented", "ledger-4083702e0"),
        (b"\xff", "documented", "ledger-4083702e0"),
        (b'{"a": NaN}', "documented", "ledger-4083702e0"),
        (b"\xef\xbb\xbf{}", "assumed", "cfis-simulator"),
        (b'{"a": 1, "a": 1}', "assumed", "cfis-simulator"),
        (b'{"a": "\\ud800"}', "assumed", "cfis-simulator"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "assumed", "cfis-simulator"),
        (b"[" * 100 + b"]" * 100, "assumed", "cfis-simulator"),
        (b"[" * 100_000, "assumed", "cfis-simulator"),
    ],
)
def test_only_that_a_body_is_json_is_documented(contract: Contract, body: bytes, basis: str, source: str) -> None:
    (found,) = check(contract, contract.operations["submit_ledger"], body, contract.choose()).violations
    assert (found.basis, found.source) == (basis, source)
