"""What is known of a system: its data folder, its words and its readings, each refused with its place if wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.files import read_json
from simulator.errors import ContractError, SettingError
from simulator.systems import about
from simulator.systems.about import BASES, About, SharedFiles, check_words, shared_folder

ABACUS = Path(__file__).parent / "abacus" / "data"
SHARED: dict[str, Any] = read_json(shared_folder() / "books.json")
Make = Callable[..., About]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write the data folder of a system like Abacus, but for some members, and read it."""

    def make(**members: Any) -> About:
        data = {**read_json(ABACUS / "about.json"), **members}
        kept = {name: value for name, value in data.items() if value is not ...}
        (tmp_path / "about.json").write_text(json.dumps(kept), encoding="utf-8")
        return About("made", tmp_path)

    return make


def test_a_system_has_the_title_the_readings_and_the_books_of_its_data() -> None:
    abacus = About("abacus", ABACUS)

    assert (abacus.name, abacus.title) == ("abacus", "Abacus")
    assert abacus.readings["success_status"].values == ["201", "200"]
    assert abacus.defaults == {**SHARED, "vat_codes": abacus.data["books"]["vat_codes"]}


def test_without_a_folder_the_one_that_ships_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert about.shared_folder().name == "systems"
    monkeypatch.setattr(about, "data_folder", lambda kind: tmp_path / kind)
    with pytest.raises(ContractError) as raised:
        About("sap")
    assert raised.value.where == str(tmp_path / "schemas" / "systems" / "sap" / "about.json")


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({"title": ""}, "made/about.json#/title"),
        ({"titel": "x"}, "made/about.json#"),
        ({"rules": ...}, "made/about.json#"),
        ({"rules": [{"says": "x", "basis": "guessed", "source": "none"}]}, "made/about.json#/rules/0/basis"),
        ({"books": {"locked_until": "soon"}}, "made/about.json#/books/locked_until"),
        ({"books": {"acounts": []}}, "made/about.json#/books"),
    ],
)
def test_data_that_do_not_fit_are_our_mistake_and_name_their_place(
    make: Make, members: dict[str, Any], where: str
) -> None:
    with pytest.raises(ContractError) as raised:
        make(**members)
    assert raised.value.where == where


def test_every_basis_that_data_may_name_is_one_that_the_program_knows() -> None:
    schema = read_json(shared_folder() / "about.schema.json")["properties"]
    for place in (schema["calls"]["items"], schema["rules"]["items"], schema["rate_limit"]):
        assert tuple(place["properties"]["basis"]["enum"]) == BASES


# ------------------------------------------------------------------------------------------------- schemas


def test_the_schemas_of_a_system_are_all_its_files_but_what_is_known_of_it(make: Make, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    shape = {"title": "T", "type": "object", "properties": {"row": {"$ref": "inner/row.json"}}}
    (tmp_path / "voucher.json").write_text(json.dumps(shape), encoding="utf-8")
    (tmp_path / "inner" / "row.json").write_text('{"type": "string"}', encoding="utf-8")

    made = make()

    assert set(made.schemas.documents) == {"voucher.json", "inner/row.json"}
    assert made.schemas is made.schemas, "compiled once"
    assert made.schemas.validator("voucher.json").is_valid({"row": "x"})
    assert not made.schemas.validator("voucher.json").is_valid({"row": 1})
    assert About("abacus", ABACUS).schemas.documents == {}


def test_a_schema_with_a_keyword_that_nobody_knows_is_refused_when_it_is_needed(make: Make, tmp_path: Path) -> None:
    (tmp_path / "voucher.json").write_text('{"typ": "object"}', encoding="utf-8")
    made = make()
    with pytest.raises(ContractError, match="'typ'"):
        _ = made.schemas


def test_files_are_named_by_their_place_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.json", "b/a.json", "b/a.xsd"):
        (tmp_path / name).write_text('{"name": 1}', encoding="utf-8")
    files = SharedFiles(tmp_path)
    assert list(files.paths) == ["b/a.json", "c.json"]
    assert files.read("b/a.json") == {"name": 1}


# --------------------------------------------------------------------------------------------------- words


def test_the_words_of_books_lie_over_those_of_the_system_and_those_over_the_shared_ones(make: Make) -> None:
    made = make(books={"locked_until": "2025-12-31", "roles": {"bank": "1920"}})

    assert made.words({}) == {**SHARED, "locked_until": "2025-12-31", "roles": {**SHARED["roles"], "bank": "1920"}}
    assert made.words({"locked_until": None})["locked_until"] == "2025-12-31", "null is the default again"
    words = made.words({"locked_until": "2026-01-31", "roles": {"cash": "1901"}})
    assert (words["locked_until"], words["accounts"]) == ("2026-01-31", SHARED["accounts"])
    assert (words["roles"]["bank"], words["roles"]["cash"]) == ("1920", "1901")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"acounts": []}, "books"),
        ({"accounts": 5}, "books.accounts"),
        ({"accounts": [1701]}, "books.accounts.0"),
        ({"accounts": ["1701", ""]}, "books.accounts.1"),
        ({"accounts": ["1701", {"number": "1", "kind": "odd"}]}, "books.accounts.1"),
        ({"locked_until": "2025-13-01"}, "books.locked_until"),
        ({"fiscal_years": [{"begin": "2026-01-01"}]}, "books.fiscal_years.0.end"),
        ({"fiscal_years": [{"begin": "2026-01-01", "end": "2026-02-30"}]}, "books.fiscal_years.0.end"),
        ({"fiscal_years": [{"begin": 5, "end": "2026-01-01"}]}, "books.fiscal_years.0.begin"),
        ({"maintenance": "yes"}, "books.maintenance"),
        ({"roles": {"bnak": "1"}}, "books.roles.bnak"),
        ({"invoices": [{"number": "1", "paid": True}]}, "books.invoices.0"),
        ({"rate_limit": 1}, "books.rate_limit"),
        ({"rate_limit": {"requests": 0, "per": "1s"}}, "books.rate_limit.requests"),
        ({"readings": {"success_status": []}}, "books.readings.success_status"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_their_place(words: dict[str, Any], where: str) -> None:
    for refuse in (check_words, About("abacus", ABACUS).words):
        with pytest.raises(SettingError) as raised:
            refuse(words)
        assert raised.value.where.startswith(where)
        # What would have been right is shown.
        assert raised.value.advice.startswith(("Did you mean accounts?", "Write for example"))
        assert len(str(raised.value)) < 400


def test_the_deepest_mistake_of_a_word_is_the_one_that_is_told() -> None:
    with pytest.raises(SettingError) as raised:
        check_words({"fiscal_years": [{"end": "2026-01-01"}, {"begin": 5, "end": "2026-01-01"}]})
    assert raised.value.where.startswith("books.fiscal_years.")
    assert "missing" in str(raised.value) or "5" in str(raised.value)


def test_numbers_may_be_decimals_as_a_request_has_them() -> None:
    check_words({"invoices": [{"number": "1", "amount": Decimal("48.20")}]})
    check_words({"vat_codes": [{"code": "S", "percents": [Decimal("25.5")]}]})


LIMIT = {"requests": 5, "per": "1s", "basis": "documented", "source": "A1"}


def test_the_vendors_rate_limit_is_a_word_of_its_own(make: Make) -> None:
    made = make(rate_limit=LIMIT)
    assert made.words({})["rate_limit"] is None
    assert made.words({"rate_limit": "vendor"})["rate_limit"] == {"requests": 5, "per": "1s"}
    assert made.words({"rate_limit": {"requests": 2, "per": "1m"}})["rate_limit"] == {"requests": 2, "per": "1m"}
    with pytest.raises(SettingError, match="publishes no limit"):
        make().words({"rate_limit": "vendor"})


# ------------------------------------------------------------------------------------------------ readings


def test_readings_are_chosen_or_have_their_default(make: Make) -> None:
    abacus = About("abacus", ABACUS)
    assert abacus.choose({}) == {"success_status": "201"}
    assert abacus.choose({"success_status": 200}) == {"success_status": "200"}


def test_a_reading_of_yes_or_no_takes_true_and_false(make: Make) -> None:
    answers = [{"value": "true", "title": "yes"}, {"value": "false", "title": "no"}]
    row = {"name": "odd", "question": "q", "why": "w", "source": "none", "default": "false", "answers": answers}
    made = make(readings=[row])
    assert [made.choose({"odd": value})["odd"] for value in (True, False, "true")] == ["true", "false", "true"]


@pytest.mark.parametrize(
    ("given", "where", "advice"),
    [
        ({"succes_status": "201"}, "books.readings.succes_status", "Did you mean success_status?"),
        ({"success_status": "404"}, "books.readings.success_status", "Choose one of 201, 200"),
    ],
)
def test_a_reading_that_there_is_not_is_refused_with_advice(given: dict[str, str], where: str, advice: str) -> None:
    abacus = About("abacus", ABACUS)
    for refuse in (abacus.choose, lambda readings: abacus.words({"readings": readings})):
        with pytest.raises(SettingError) as raised:
            refuse(given)
        assert raised.value.where == where
        assert advice in raised.value.advice
