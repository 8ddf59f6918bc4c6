"""What CFIS asks before it sends a voucher."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from simulator.clock import VIRTUAL_START
from simulator.systems.base import Line
from simulator.systems.document import UnmappableError
from simulator.systems.fivaldi.connector.lookups import Lookups, slot_of
from simulator.systems.fivaldi.connector.sender import Sender
from tests.systems.wired import TENANT, office


def line_to(words: Mapping[str, Any] | None = None) -> Line:
    return Line(office("fivaldi", words).wire, VIRTUAL_START)


def type_of(document_type: str, words: Mapping[str, Any] | None = None) -> int:
    return Lookups(Sender(TENANT)).voucher_type(line_to(words), document_type)


@pytest.mark.parametrize(
    ("document_type", "expected"),
    [
        ("ML", 10),
        ("OL", 20),
        ("PA", 30),
        ("PT", 40),
        ("MS", 40),
        ("OS", 40),
        ("KT", 50),
        ("MU", 80),
        ("", 80),
        ("XX", 80),
        ("90", 90),
        ("tilinpäätös", 90),
    ],
)
def test_a_document_type_finds_its_voucher_type(document_type: str, expected: int) -> None:
    assert type_of(document_type) == expected


def test_without_a_memo_the_first_type_is_taken() -> None:
    assert type_of("ML", {"voucher_types": [{"code": "5", "name": "a"}, {"code": "4", "name": "b"}]}) == 5


def test_a_company_without_types_cannot_book() -> None:
    with pytest.raises(UnmappableError, match="no voucher type"):
        type_of("ML", {"voucher_types": []})


def test_types_and_codes_are_asked_for_once() -> None:
    lookups, line = Lookups(Sender(TENANT)), line_to()
    assert not lookups.is_filled
    for _ in range(2):
        lookups.voucher_type(line, "ML")
        lookups.vat_code(line, "S", Decimal(14), "Row 1")
    assert (len(line.exchanges), lookups.is_filled) == (2, True)

    lookups.forget()

    assert not lookups.is_filled
    lookups.voucher_type(line, "ML")
    assert len(line.exchanges) == 3


@pytest.mark.parametrize(
    ("code", "percent", "expected"),
    [
        ("S", "25.5", "S-25.5"),
        ("S", "25.50", "S-25.5"),
        ("S", "0", "S-0"),
        ("SEX", "0", "SEX"),
        ("S-24", "24", "S-24"),
        ("unknown", "24", "unknown"),
        ("ANY", "17", "ANY"),
    ],
)
def test_a_code_of_the_map_is_one_of_fivaldi_for_the_percentage(code: str, percent: str, expected: str) -> None:
    default = office("fivaldi").site.words["vat_codes"]
    line = line_to({"vat_codes": [*default, {"code": "ANY"}]})

    assert Lookups(Sender(TENANT)).vat_code(line, code, Decimal(percent), "Row 1") == expected


@pytest.mark.parametrize(("code", "percent"), [("S", "17"), ("SEX", "24"), ("S-24", "25.5")])
def test_a_percentage_that_the_code_does_not_have_is_refused_by_row(code: str, percent: str) -> None:
    with pytest.raises(UnmappableError, match=rf"^Row 3: VAT code {code} .* {percent} %$"):
        Lookups(Sender(TENANT)).vat_code(line_to(), code, Decimal(percent), "Row 3")


def test_dimensions_are_found_by_what_they_are_called() -> None:
    slots = Lookups(Sender(TENANT)).slots(
        line_to({"dimensions": {"Projekti": [], "Kustannuspaikka": [], "region": []}})
    )

    assert [slot_of(slots, kind) for kind in ("COST_CENTER", "PROJECT", "Region", "REGION_2")] == [2, 1, 3, None]
