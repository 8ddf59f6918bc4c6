"""A statement as the fields of a form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.base import Line
from simulator.systems.books.words import VatMap
from simulator.systems.document import UnmappableError
from simulator.systems.fennoa.connector.caller import Caller
from simulator.systems.fennoa.connector.entries import (
    Entry,
    form_of,
    handling_of,
    joined,
    reversed_of,
    types_of,
)
from tests.systems.fennoa.asking import Asker
from tests.systems.wired import TENANT


def fields(*entries: Entry, types: dict[str, str] | None = None) -> dict[str, str]:
    return dict(form_of("2026-01-15", "CA", "Text", entries, types or {}))


def test_debit_and_credit_are_positive_and_rows_count_from_one() -> None:
    entries = (Entry("Row 1", "1910", Decimal("1.5"), "a", "63"), Entry("Row 2", "3000", Decimal("-1.50")))

    assert fields(*entries) == {
        "entry_date": "2026-01-15", "statement_series_code": "CA", "description": "Text",
        "row[1][account]": "1910", "row[1][debit]": "1.50", "row[1][description]": "a", "row[1][vatcode]": "63",
        "row[2][account]": "3000", "row[2][credit]": "1.50",
    }  # fmt: skip
    assert fields(Entry("Row 1", "1", Decimal(0)))["row[1][debit]"] == "0.00"


def test_an_amount_with_more_than_two_decimals_is_refused_by_its_row() -> None:
    with pytest.raises(UnmappableError, match=r"^Row 7: Fennoa takes amounts with two decimals, not 1\.005$"):
        fields(Entry("Row 7", "1", Decimal("1.005")))


def test_dimensions_are_told_by_identifier_and_by_name_where_there_is_none() -> None:
    entry = Entry("Row 1", "1", Decimal(1), dimensions=(("Project", "P"), ("X", "1"), ("X", "1")))

    told = fields(entry, types={"project": "2"})

    assert (told["row[1][dim_2]"], told["row[1][dim_X]"]) == ("P", "1")


@pytest.mark.parametrize(
    ("dimensions", "said"),
    [
        ((("X", "1"), ("x", "1"), ("X", "2")), "takes one X a row, not both 1 and 2"),
        ((("X]", "1"),), "can hold no dimension type 'X]'"),
        ((("", "1"),), "can hold no dimension type ''"),
        ((("X", ""),), "the dimension X has no value"),
    ],
)
def test_a_dimension_that_cannot_be_told_is_refused_by_name(dimensions: Any, said: str) -> None:
    with pytest.raises(UnmappableError) as raised:
        fields(Entry("Row 3", "1", Decimal(1), dimensions=dimensions))
    assert str(raised.value) == f"Row 3: Fennoa {said}" if "takes" in said or "hold" in said else f"Row 3: {said}"


VAT_MAP = VatMap(
    {
        "20@25.5": {"sales": "63", "purchase": "58"}, "20@10": {"sales": "13"}, "7": {"sales": "11", "purchase": "11"},
        "@24": {"sales": "11", "purchase": "1"},
    }
)  # fmt: skip


def handling(code: str, percent: str | None, *, is_sales: bool = True) -> str:
    given = None if percent is None else Decimal(percent)
    return handling_of(VAT_MAP, code, given, is_sales=is_sales, where="Row 1")


def test_code_and_percentage_choose_the_handling_of_a_side() -> None:
    assert handling("20", "25.50") == "63"
    assert handling("20", "25.5", is_sales=False) == "58"
    assert handling("20", "10") == "13"
    assert handling("", "24", is_sales=False) == "1"
    assert handling("7", "99") == "11"
    assert handling("7", None) == "11"


def test_without_code_and_percentage_there_is_no_handling() -> None:
    assert handling("", "0") == ""
    assert handling("", None) == ""


def test_a_code_that_the_map_does_not_have_goes_as_it_is() -> None:
    assert handling("99", "24") == "99"


@pytest.mark.parametrize(
    ("code", "percent", "said"), [("20", "17", "17 %"), ("20", None, "without a percentage"), ("", "17", "17 %")]
)
def test_a_percentage_without_a_handling_is_refused_by_name(code: str, percent: str | None, said: str) -> None:
    with pytest.raises(
        UnmappableError, match=f"Row 1: the VAT code '{code}' has no VAT handling of Fennoa for .*{said}"
    ):
        handling(code, percent)


@pytest.mark.parametrize("shape", ["wrapped", "nested"])
def test_types_are_asked_for_where_there_is_a_dimension_and_only_there(shape: str) -> None:
    asker = Asker({"dimensions": {"Project": ["P"], "X": []}, "readings": {"dimension_shape": shape}})
    line = Line(asker.books.wire, asker.now)
    entries = [Entry("", "1", Decimal(1)), Entry("", "1", Decimal(1), dimensions=(("a", "b"),))]

    assert types_of(Caller(TENANT), line, entries[:1]) == {}
    assert not line.exchanges
    assert types_of(Caller(TENANT), line, entries) == {"project": "1", "x": "2"}


def test_entries_are_taken_back_by_their_opposites() -> None:
    entry = Entry("Row 1", "1", Decimal(5), "a", "63", (("X", "1"),))

    assert reversed_of([entry]) == [Entry("Row 1", "1", Decimal(-5), "a", "63", (("X", "1"),))]


def test_texts_are_joined_without_the_empty_ones() -> None:
    assert joined("a", "", None, 7) == "a, 7"
