"""What is made of voucher lines: checks, VAT rows, rounding, dimensions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.systems.netvisor.caller import Caller, Told, caller, line, voucher
from tests.systems.wired import balances, office

ROUND = Decimal("0.01")


def booked(lines: str, words: dict[str, Any] | None = None, **rest: str) -> tuple[Told, dict[str, str]]:
    asked = caller(words)
    told = asked.post("accounting.nv", voucher(lines, **rest))
    return told, {account: f"{amount:.2f}" for account, amount in balances(asked.books).items()}


def test_a_net_voucher_is_booked_as_it_is_sent() -> None:
    told, sums = booked(line("1701", "124") + line("3000", "-100.00", "24", "KOMY") + line("2939", "-24,00"))

    assert told.code == "OK"
    assert sums == {"1701": "124.00", "3000": "-100.00", "2939": "-24.00"}


def test_a_gross_voucher_gets_its_vat_rows() -> None:
    told, sums = booked(
        line("1701", "239,50") + line("3000", "-125,50", "25.5", "KOMY") + line("3020", "-114", "14", "KOMY"),
        mode="gross",
    )

    assert told.code == "OK"
    assert sums == {"1701": "239.50", "3000": "-100.00", "3020": "-100.00", "2939": "-39.50"}


def test_the_vat_of_purchases_goes_to_its_own_account() -> None:
    _, sums = booked(line("4000", "125,50", "25,5", "KOOS") + line("1910", "-125,50"), mode="gross")

    assert sums == {"4000": "100.00", "1763": "25.50", "1910": "-125.50"}


def test_the_code_and_not_the_sign_says_on_which_account_vat_goes() -> None:
    _, sums = booked(line("3000", "125,50", "25,5", "KOMY") + line("1701", "-125,50"), mode="gross")

    assert sums == {"3000": "100.00", "2939": "25.50", "1701": "-125.50"}


@pytest.mark.parametrize("code", ["EUOS", "EUPO", "KAVE", "RAOS", "MAAL"])
def test_reverse_charge_is_owed_and_deducted(code: str) -> None:
    _, sums = booked(line("4110", "100", "24", code) + line("2871", "-100"), mode="gross")

    assert sums == {"4110": "100.00", "1763": "24.00", "2939": "-24.00", "2871": "-100.00"}


@pytest.mark.parametrize("code", ["EVTO", "EVPO", "EVKV", "EVRO", "EVMA"])
def test_reverse_charge_that_cannot_be_deducted_is_a_cost(code: str) -> None:
    _, sums = booked(line("4110", "100", "24", code) + line("2871", "-100"), mode="gross")

    assert sums == {"4110": "124.00", "2939": "-24.00", "2871": "-100.00"}


def test_a_gross_voucher_that_does_not_balance_gets_a_rounding_row() -> None:
    told, sums = booked(line("1701", "10,01") + line("3000", "-10"), mode="gross")

    assert told.code == "OK"
    assert sums == {"1701": "10.01", "3000": "-10.00", "8570": "-0.01"}


@pytest.mark.parametrize(
    ("reading", "code", "sums"),
    [
        ("reject", "INVALID_DATA", {}),
        ("accept", "OK", {"1701": "10.01", "3000": "-10.00"}),
        ("round", "OK", {"1701": "10.01", "3000": "-10.00", "8570": "-0.01"}),
    ],
)
def test_a_net_voucher_that_does_not_balance_is_a_reading(reading: str, code: str, sums: dict[str, str]) -> None:
    told, found = booked(line("1701", "10,01") + line("3000", "-10"), {"readings": {"net_imbalance": reading}})

    assert (told.code, found) == (code, sums)
    assert code == "OK" or "differ by 0,01" in told.reason


@pytest.mark.parametrize("mode", ["net", "gross"])
@pytest.mark.parametrize(
    "lines", [line("1701", "10"), line("1701", "10") + line("3000", "10"), line("1701", "0"), line("1701", "-10")]
)
def test_a_voucher_has_two_sides(lines: str, mode: str) -> None:
    told, sums = booked(lines, mode=mode)

    assert (told.code, sums) == ("INVALID_DATA", {})
    assert "debit and a credit side" in told.reason


def test_everything_that_is_wrong_with_the_lines_is_told_at_once() -> None:
    lines = (
        line("1701", "124") + line("3999", "-100", "25", "KOMY") + line("3000", "-20,001", "0", "KOTO")
        + line("3000", "-4", "24", "KOMY0")
    )  # fmt: skip
    told, sums = booked(lines)

    assert (told.code, sums) == ("INVALID_DATA", {})
    for said in (
        "Line 2: account 3999 not found", "Line 2: VAT code KOMY does not allow VAT percent 25",
        "Line 3: the sum -20,001 has more than two decimals", "Line 3: VAT code KOTO does not exist",
        "Line 4: VAT code KOMY0 does not allow VAT percent 24",
    ):  # fmt: skip
        assert said in told.reason


@pytest.mark.parametrize("percent", ["0", "10", "13.5", "13,5", "14", "24", "25,50"])
@pytest.mark.parametrize("code", ["KOMY", "KOOS"])
def test_the_percents_of_domestic_codes_are_known(code: str, percent: str) -> None:
    assert booked(line("1701", "1") + line("3000", "-1", percent, code))[0].code == "OK"


def test_a_code_that_is_missing_is_that_of_the_account() -> None:
    words = {"accounts": ["1701", {"number": "3000", "vat_code": "KOMY"}, "3010", "2939"]}

    assert booked(line("1701", "124") + line("3000", "-124", "24", None), words, mode="gross")[1]["2939"] == "-24.00"
    told, _ = booked(line("1701", "124") + line("3010", "-124", "24", None), words)
    assert "Line 2: no VAT code was given, and the account 3010 has none" in told.reason
    assert booked(line("1701", "124") + line("3010", "-124", "0", None), words)[0].code == "OK"


def test_none_is_known_even_where_the_books_have_other_codes() -> None:
    words = {"vat_codes": [{"code": "X", "side": "sales"}]}

    assert booked(line("1701", "1") + line("3000", "-1"), words)[0].code == "OK"
    assert "NONE does not allow" in booked(line("1701", "1") + line("3000", "-1", "24", "NONE"), words)[0].reason
    assert "KOMY does not exist" in booked(line("1701", "1") + line("3000", "-1", "24", "KOMY"), words)[0].reason


def test_an_account_that_is_not_in_use_is_not_found() -> None:
    words = {"accounts": ["1701", {"number": "3000", "active": False}]}

    assert "account 3000 not found" in booked(line("1701", "1") + line("3000", "-1"), words)[0].reason


@pytest.mark.parametrize(
    "vat_codes", [[{"code": "B"}], [{"code": "B", "side": "both"}], [{"code": "B", "side": "none"}]]
)
def test_a_code_of_both_sides_goes_by_the_sign(vat_codes: list[dict[str, str]]) -> None:
    words = {"vat_codes": vat_codes}
    _, sales = booked(line("1701", "124") + line("3000", "-124", "24", "B"), words, mode="gross")
    _, purchases = booked(line("1910", "-124") + line("4000", "124", "24", "B"), words, mode="gross")

    assert (sales["2939"], purchases["1763"]) == ("-24.00", "24.00")


@pytest.mark.parametrize(
    ("reading", "code", "sums"),
    [
        ("mode", "OK", {"1701": "124.00", "3000": "-100.00", "2939": "-24.00"}),
        ("line", "OK", {"1701": "124.00", "3000": "-124.00", "2939": "-29.76", "8570": "29.76"}),
        ("refused", "INVALID_DATA", {}),
    ],
)
def test_what_the_type_of_a_line_means_is_a_reading(reading: str, code: str, sums: dict[str, str]) -> None:
    lines = line("1701", "124", kind="gross") + line("3000", "-124", "24", "KOMY", kind="net")
    told, found = booked(lines, {"readings": {"line_type": reading}}, mode="gross")

    assert (told.code, found) == (code, sums)
    assert code == "OK" or "Line 2: the type of the line sum is net, the calculation mode is gross" in told.reason


def test_a_type_that_fits_or_is_missing_is_never_refused() -> None:
    words = {"readings": {"line_type": "refused"}}

    assert booked(line("1701", "1", kind="net") + line("3000", "-1"), words)[0].code == "OK"


DIMENSION = "<dimension><dimensionname>Projekti</dimensionname><dimensionitem>{}</dimensionitem></dimension>"


def with_dimension(item: str, more: str = "") -> str:
    return voucher(line("1701", "1") + line("3000", "-1", more=DIMENSION.format(item) + more))


def test_a_dimension_is_made_when_it_is_first_used() -> None:
    asked = caller({"dimensions": {"Projekti": ["P1"]}})

    assert asked.post("accounting.nv", with_dimension("P2")).code == "OK"
    assert list(asked.books.site.ledger.dimensions.by_name["Projekti"].items) == ["P1", "P2"]


@pytest.mark.parametrize("way", ["parameter", "reading"])
def test_dimensions_can_be_limited_to_those_that_are_there(way: str) -> None:
    words: dict[str, Any] = {"dimensions": {"Projekti": ["P1"], "Open": "any"}}
    query = "?UseOnlyExistingDimensions=1"
    if way == "reading":
        words["readings"], query = {"unknown_dimensions": "refused"}, ""
    asked = caller(words)

    told = asked.post(f"accounting.nv{query}", with_dimension("P2"))

    assert "Line 2: the dimension Projekti has no item P2" in told.reason
    assert list(asked.books.site.ledger.dimensions.by_name["Projekti"].items) == ["P1"]
    assert asked.post(f"accounting.nv{query}", with_dimension("P1")).code == "OK"
    assert asked.post(f"accounting.nv{query}", with_dimension("x").replace("Projekti", "Open")).code == "OK"
    assert "has no item" in asked.post(f"accounting.nv{query}", with_dimension("x").replace("Projekti", "New")).reason


def test_an_import_may_not_know_the_parameter() -> None:
    words = {"dimensions": {"Projekti": ["P1"]}, "readings": {"existing_dimensions_on_import": "ignored"}}

    assert caller(words).post("accounting.nv?useonlyexistingdimensions=1", with_dimension("P2")).code == "OK"


def test_a_voucher_that_is_refused_makes_no_dimension() -> None:
    asked = caller()

    told = asked.post("accounting.nv", with_dimension("P1").replace("1701", "1799"))

    assert told.code == "INVALID_DATA"
    assert asked.books.site.ledger.dimensions.by_name == {}


@given(st.data())
def test_a_gross_voucher_always_comes_to_zero_and_keeps_every_cent(data: st.DataObject) -> None:
    asked = Caller(office("netvisor"))
    amounts = data.draw(st.lists(st.integers(-10_000_000, 10_000_000), min_size=2, max_size=6))
    cents = [Decimal(amount) / 100 for amount in [*amounts, 1, -1]]
    codes = st.sampled_from(["KOMY", "KOOS", "EUOS", "EVTO"])
    percents = st.sampled_from(["0", "10", "13.5", "14", "24", "25.5"])
    lines = "".join(line("3000", f"{amount:.2f}", data.draw(percents), data.draw(codes)) for amount in cents)

    assert asked.post("accounting.nv", voucher(lines, mode="gross")).code == "OK"
    [booked_voucher] = asked.books.site.ledger.journal.by_key.values()
    assert sum(posting.amount for posting in booked_voucher.postings) == 0
    assert all(posting.amount == posting.amount.quantize(ROUND) for posting in booked_voucher.postings)
    assert all(posting.is_made == (index >= len(cents)) for index, posting in enumerate(booked_voucher.postings))
