"""Codes, statuses and sentences."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from simulator.systems import netvisor
from simulator.systems.netvisor.wire.refusals import LANGUAGES, STATUSES, RefusedError, fault, refuse
from simulator.systems.netvisor.wire.texts import LEAD_IN, TEXTS

SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(netvisor.__file__).parent.rglob("*.py"))


def test_there_are_nine_codes_each_with_a_status() -> None:
    assert len(STATUSES) == 9
    assert STATUSES["AUTHENTICATION_FAILED"] == 401
    assert STATUSES["SERVICE_ACCESS_ERROR"] == 403
    assert STATUSES["INVALID_DATA"] == STATUSES["REQUEST_NOT_UNIQUE"] == 400


def test_a_reason_names_its_line_in_the_language_of_the_interface() -> None:
    error = refuse("INVALID_DATA", "account-unknown", "3999", line=2)

    assert error.reason("EN") == "Data form incorrect:. Line 2: account 3999 not found"
    assert error.reason("FI") == "Tietojen muoto virheellinen:. Rivi 2: tiliä 3999 ei löydy"
    assert error.reason("SE") == "Fel i datans form:. Rad 2: konto 3999 hittas inte"


def test_all_that_is_wrong_is_said_at_once() -> None:
    faults = [fault("account-unknown", "3999", line=1), fault("one-sided")]

    assert RefusedError("INVALID_DATA", faults).reason("EN").endswith(
        "Line 1: account 3999 not found. the voucher must have a debit and a credit side"
    )  # fmt: skip


def test_only_data_has_a_lead_in() -> None:
    assert "incorrect" not in refuse("AUTHENTICATION_FAILED", "partner-unknown").reason("EN")
    assert "incorrect" not in refuse("INVALID_DATA_SIZE", "too-long", "description", 255, 256).reason("EN")
    assert refuse("INVALID_DATA", "account-unknown", "9999").reason("EN").startswith(LEAD_IN[0])


def test_what_a_client_wrote_is_shortened() -> None:
    assert len(refuse("INVALID_DATA", "account-unknown", "9" * 100_000).reason("EN")) < 2_000


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_says_the_same_in_three_languages_and_is_used(name: str) -> None:
    def slots(text: str) -> int:
        return len([1 for _, slot, _, _ in string.Formatter().parse(text) if slot is not None])

    texts = TEXTS[name]
    assert len(texts) == len(LANGUAGES)
    assert all(texts)
    assert len({slots(text) for text in texts}) == 1
    # Two carry the names of the rules of the books.
    assert re.search(rf'"{name}"(?!:)', SOURCES) or name in {"vat-code-unknown", "vat-percent-misfit"}
