"""The stories that ship, files of one's own, and magic identifiers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import Contract, built_in
from simulator.contract.files import data_folder
from simulator.errors import SettingError
from simulator.world import library
from simulator.world.library import magic_rules, magic_table, names, parse_scenario, path_of, read_named, read_scenario
from tests.documents import Partner, ledger, partner, payment


def test_every_file_of_the_library_is_found_by_its_name() -> None:
    assert names()
    for name in names():
        assert read_scenario(name, built_in()).name == read_named(name, built_in()).name == name


def test_a_file_of_ones_own_is_found_by_its_path(tmp_path: Path) -> None:
    for file, text in (
        ("a.yaml", "format: 1\nname: a\n"),
        ("b.json", '{"format": 1, "name": "b"}'),
        ("c", "{format: 1, name: c}"),
    ):
        (tmp_path / file).write_text(text)
        assert read_scenario(str(tmp_path / file), built_in()).name == file[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("random-fautls", r"Did you mean random-faults\?"),
        ("zzz", "`cfis-sim scenarios` lists them"),
        ("/no/such.yaml", "/no/such.yaml: the file cannot be read: No such file"),
        ("../scenarios", "there is no scenario"),
    ],
)
def test_what_is_not_there_is_said(name: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        read_scenario(name, built_in())


@pytest.mark.parametrize("name", ["/etc/passwd", "../../secret.yaml", "random-fautls", ""])
def test_a_caller_from_afar_names_no_file(name: str) -> None:
    with pytest.raises(SettingError, match="there is no scenario"):
        read_named(name, built_in())


def test_a_mistake_in_a_file_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("format: 1\nname: bad\nrules:\n  - when: {operation: submit_leger}\n    respond: {status: 503}\n")
    with pytest.raises(SettingError) as refused:
        read_scenario(str(file), built_in())
    assert refused.value.where == f"{file}:4:12"
    assert refused.value.advice == "Did you mean submit_ledger?"
    with pytest.raises(SettingError, match="line 1, column 1"):
        parse_scenario(b"[]", built_in())


def test_every_magic_ending_has_a_rule_and_no_two_are_alike() -> None:
    rules, table = magic_rules(built_in()), magic_table()
    assert len({rule.name for rule in rules}) == len(rules) == len(table)
    assert len({row["ending"] for row in table}) == len(table)
    assert all(row["title"] and row["ending"].startswith("~") for row in table)
    assert path_of(names()[0]).parent == data_folder("scenarios")


@pytest.mark.parametrize(
    ("identifier", "state", "reason"),
    [
        ("A~synced", "synced", ""),
        ("A~failed", "failed", "The accounting system refused the document"),
        ("A~pending", "pending", ""),
        ("A~locked-period", "failed", "The accounting period is locked"),
        ("A~unreachable", "synced", ""),
        ("A~slow", "synced", ""),
        ("A~pending-3", "pending", ""),
        ("A~unknown-ending", "synced", ""),
    ],
)
def test_a_magic_identifier_gets_its_outcome_with_no_setup(identifier: str, state: str, reason: str) -> None:
    client = partner()
    client.submit("ledger", ledger(identifier))
    client.submit("payment", [payment(identifier)])
    client.run("settle")
    for kind in ("ledger", "payment"):
        assert (client.record(kind, identifier).state, client.record(kind, identifier).reason) == (state, reason)


def test_a_magic_identifier_is_pending_for_so_many_looks() -> None:
    client = partner()
    client.submit("ledger", ledger("A~pending-2"))
    client.run("settle")
    states = [client.found("ledger")[0]["status"] for _ in range(3)]
    assert states == [0, 0, 1]


def overlay(folder: Path, contract: dict[str, Any]) -> Contract:
    (folder / "operations.json").write_text(json.dumps(contract))
    return Contract(folder)


@pytest.mark.parametrize("gone", [{"submit_ledger"}, {"submit_ledger", "submit_payments"}])
def test_a_contract_without_an_operation_has_its_magic_rules_all_the_same(
    monkeypatch: pytest.MonkeyPatch, gone: set[str]
) -> None:
    contract = Contract()
    contract.operations = {name: one for name, one in contract.operations.items() if name not in gone}
    rules = magic_rules(contract)
    assert {rule.name for rule in magic_rules(built_in())} - {rule.name for rule in rules} == (
        set() if len(gone) == 1 else {"magic-503", "magic-429", "magic-500", "magic-lost", "magic-reset", "magic-hang"}
    )
    client: Partner = partner(contract=contract)
    client.submit("payment", [payment("P~failed")])


def test_a_contract_without_a_kind_of_record_has_the_rules_of_the_others() -> None:
    contract = Contract()
    contract.records = {name: kind for name, kind in contract.records.items() if name != "ledger"}
    assert "magic-draft" not in {rule.name for rule in magic_rules(contract)}
    contract = Contract()
    contract.records = {}
    assert not any(rule.when.kinds for rule in library.magic_rules(contract))
