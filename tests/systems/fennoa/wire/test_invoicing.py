"""What an invoice says and comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.fennoa.wire.brackets import tree_of
from simulator.systems.fennoa.wire.invoicing import Draft, DraftReader
from tests.systems.fennoa.asking import INVOICE, without_none
from tests.systems.wired import office


def read(changes: dict[str, Any], words: dict[str, Any] | None = None) -> tuple[Draft, dict[str, list[str]]]:
    """The draft, and what is wrong by field."""
    reader = DraftReader(office("fennoa", words).site, tree_of(without_none({**INVOICE, **changes}).items()))
    draft = reader.read()
    wrong: dict[str, list[str]] = {}
    for violation in reader.violations:
        wrong.setdefault(violation.field, []).append(violation.text)
    return draft, wrong


def totals(**changes: Any) -> tuple[str, str, str]:
    draft, wrong = read({f"row[1][{name}]": value for name, value in changes.items()})
    assert not wrong
    return str(draft.net), str(draft.vat), str(draft.gross)


def test_net_is_price_times_quantity_and_vat_is_on_top() -> None:
    assert totals() == ("200.00", "51.00", "251.00")
    assert totals(quantity=None) == ("100.00", "25.50", "125.50")
    assert totals(discount_percent="12.5") == ("175.00", "44.63", "219.63")
    assert totals(quantity="-2") == ("-200.00", "-51.00", "-251.00")
    assert totals(vatpercent=None) == ("200.00", "0.00", "200.00")
    assert totals(price="0.30000000000000004", quantity="3", vatpercent="10.0") == ("0.90", "0.09", "0.99")


@pytest.mark.parametrize("percent", ["0", "10", "13.5", "14", "24", "25.5"])
def test_every_rate_in_use_is_known(percent: str) -> None:
    assert not read({"row[1][vatpercent]": percent})[1]


def test_with_include_vat_the_vat_is_inside() -> None:
    draft, wrong = read({"include_vat": "1", "row[1][price]": "125.50", "row[1][quantity]": "1"})

    assert (draft.net, draft.vat, wrong) == (Decimal("100.00"), Decimal("25.50"), {})


@pytest.mark.parametrize(
    ("reading", "price", "with_vat", "gross"),
    [
        ("either", "1", "125.50", "125.50"), ("either", "125.50", None, "125.50"), ("price", "125.50", "1", "125.50"),
        ("price_with_vat", "1", "125.50", "125.50"), ("price_with_vat", "1", None, "0"),
    ],
)  # fmt: skip
def test_where_the_gross_price_stands_is_a_reading(reading: str, price: str, with_vat: str | None, gross: str) -> None:
    row = {"row[1][price]": price, "row[1][price_with_vat]": with_vat, "row[1][quantity]": "1"}
    words = {"readings": {"gross_price": reading}}

    assert read({"include_vat": "1", **row}, words)[0].gross == Decimal(gross)
    assert read({"include_vat": "0", **row}, words)[0].net == Decimal(price)


@pytest.mark.parametrize(
    ("reading", "taken"),
    [("any", {"A", "B", "C"}), ("nested", {"A"}), ("by_type", {"B"}), ("flat", {"C"})],
)
def test_how_dimensions_of_a_row_are_posted_is_a_reading(reading: str, taken: set[str]) -> None:
    words = {"readings": {"invoice_dimension_key": reading}, "dimensions": {"X": ["A", "B", "C"]}}
    row = {"row[1][dim][dim1]": "A", "row[1][dim][1]": "B", "row[1][dim_1]": "C"}

    draft, wrong = read(row, words)

    assert not wrong
    assert set(draft.lines[0].dimensions) == {("X", code) for code in taken}


def test_dimensions_must_be_there() -> None:
    words = {"dimensions": {"X": ["A"]}}

    assert "Dimension B not found in X" in read({"row[1][dim][dim1]": "B"}, words)[1]["row[1][dim]"]
    assert "Dimension type 2 not found" in read({"row[1][dim][2]": "A"}, words)[1]["row[1][dim]"]


def test_when_the_account_of_a_row_counts_is_a_reading() -> None:
    row = {"row[1][account_code]": "3010"}
    words = {"readings": {"row_account": "with_product"}}

    assert read(row)[0].lines[0].account == "3010"
    assert read(row, words)[0].lines[0].account == ""
    assert read({**row, "row[1][product_no]": "P"}, words)[0].lines[0].account == "3010"


def test_whether_consumers_may_be_sent_net_prices_is_a_reading() -> None:
    words = {"readings": {"consumer_invoice": "gross_only"}}

    assert not read({"account_type_id": "2"})[1]
    assert "include_vat" in read({"account_type_id": "2"}, words)[1]
    assert not read({"account_type_id": "2", "include_vat": "1"}, words)[1]
    assert not read({"account_type_id": "1"}, words)[1]


@pytest.mark.parametrize("missing", ["name", "address", "postalcode", "city", "country", "invoice_date", "due_date"])
def test_what_is_required_is_missed(missing: str) -> None:
    assert read({missing: None})[1] == {missing: ["This field is required"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "Finland"), ("invoice_date", "15.1.2026"), ("shipping_date", "x"), ("account_type_id", "3"),
        ("invoice_type_id", "4"), ("sales_invoice_taxclass_id", "10"), ("include_vat", "2"), ("currency", "EURO"),
        ("currency", "12E"), ("delivery_method", "pigeon"), ("credited_invoice_no", "x"), ("penal_interest", "x"),
        ("row[1][price]", "x"), ("row[1][quantity]", "1,5"), ("row[1][vatpercent]", "17"),
        ("row[1][vatpercent]", "-100"), ("row[1][discount_percent]", "101"), ("row[1][account_code]", "3999"),
        ("row[1][account_code]", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(field: str, value: str) -> None:
    assert list(read({field: value})[1]) == [field]


def test_a_row_of_text_alone_is_a_row_and_an_empty_one_is_none() -> None:
    draft, wrong = read({"row[2][description]": "Only text"})

    assert (len(draft.lines), draft.gross, wrong) == (2, Decimal("251.00"), {})
    assert "row[2][description]" in read({"row[2][x]": "1"})[1]
    assert "row[2][description]" in read({"row[2]": "x"})[1]


def test_an_invoice_has_a_row() -> None:
    changes = {name: None for name in INVOICE if name.startswith("row")}

    assert read(changes)[1] == {"row": ["An invoice must have at least one row"]}


def test_a_credit_invoice_is_negative() -> None:
    assert "invoice_type_id" in read({"invoice_type_id": "2"})[1]
    assert not read({"invoice_type_id": "2", "row[1][quantity]": "-2"})[1]


@pytest.mark.parametrize(("given", "kept"), [("SV", "sv"), ("4", "sv"), ("2", "en"), ("", "fi"), ("xx", "fi")])
def test_a_language_is_told_by_code_or_identifier(given: str, kept: str) -> None:
    assert read({"locale": given})[0].said["locale"] == kept


def test_books_without_vat_codes_take_any_rate() -> None:
    assert not read({"row[1][vatpercent]": "17"}, {"vat_codes": []})[1]
    assert read({"row[1][vatpercent]": "101"}, {"vat_codes": []})[1]


NUMBERS = st.decimals(-999_999_999, 999_999_999, places=4).map(str)


@given(NUMBERS, NUMBERS, st.sampled_from(["0", "10", "25.5"]), st.sampled_from(["0", "1"]))
def test_an_invoice_books_what_balances(price: str, quantity: str, percent: str, include_vat: str) -> None:
    row = {"row[1][price]": price, "row[1][quantity]": quantity, "row[1][vatpercent]": percent}
    draft, wrong = read({"include_vat": include_vat, **row})
    site = office("fennoa").site

    assert not wrong
    assert sum(posting.amount for posting in draft.postings(site)) == 0
    assert all(posting.amount == posting.amount.quantize(Decimal("0.01")) for posting in draft.postings(site))
