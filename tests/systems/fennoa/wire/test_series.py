"""Statement series and their identifiers."""

from __future__ import annotations

import pytest

from simulator.systems.fennoa.wire.series import code_of, identifier_of, is_open
from tests.systems.wired import office

LEDGER = office("fennoa").site.ledger


@pytest.mark.parametrize(("code", "identifier"), [("GL", 1), ("IN", 2), ("PU", 3), ("PJ", 5), ("CA", 16), ("TI", 40)])
def test_the_known_series_have_their_known_identifiers(code: str, identifier: int) -> None:
    assert identifier_of(LEDGER, code) == identifier
    assert code_of(LEDGER, identifier) == code


def test_every_series_has_an_identifier_of_its_own_that_leads_back() -> None:
    identifiers = [identifier_of(LEDGER, code) for code in LEDGER.voucher_types]

    assert len(set(identifiers)) == len(identifiers)
    assert [code_of(LEDGER, identifier) for identifier in identifiers] == list(LEDGER.voucher_types)
    assert code_of(LEDGER, 999) == ""
    assert code_of(LEDGER, 0) == ""


def test_statements_go_to_the_series_that_fennoa_does_not_write_itself() -> None:
    assert {code for code in LEDGER.voucher_types if is_open(LEDGER, code)} == {
        "CA", "GL", "GL2", "GL3", "GL4", "GL5", "GL6", "PU"
    }  # fmt: skip
    assert not is_open(LEDGER, "ZZ")
    assert not is_open(office("fennoa", {"voucher_types": [{"code": "GL"}]}).site.ledger, "CA")
