"""The table of calls, and which of them a path means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.contract.contract import Contract, built_in
from simulator.errors import ContractError
from simulator.web.control.problems import ProblemError
from simulator.web.control.table import Place, Table, pieces_of
from tests.web.control.client import Client, scope_of


def find(client: Client, target: str) -> tuple[str, dict[str, str]]:
    place, values = client.table.find(scope_of("GET", target))
    return place.path, values


@pytest.mark.parametrize(
    ("target", "path", "values"),
    [
        ("/_sim", "/", {}),
        ("/_sim/", "/", {}),
        ("/_sim/world?x=1", "/world", {}),
        ("/_sim/%77orld", "/world", {}),
        ("/_sim/journal/wait", "/journal/wait", {}),
        ("/_sim/journal/12", "/journal/{number}", {"number": "12"}),
        ("/_sim/records/ledger", "/records/{kind}", {"kind": "ledger"}),
        ("/_sim/records/ledger/a%2Fb", "/records/{kind}/{identifier}", {"kind": "ledger", "identifier": "a/b"}),
        ("/_sim/records/ledger/a%252Fb", "/records/{kind}/{identifier}", {"kind": "ledger", "identifier": "a%2Fb"}),
        ("/_sim/records/ledger/%3F", "/records/{kind}/{identifier}", {"kind": "ledger", "identifier": "?"}),
        ("/_sim/records/ledger/outcome", "/records/{kind}/{identifier}", {"kind": "ledger", "identifier": "outcome"}),
        ("/_sim/records/a/b/outcome", "/records/{kind}/{identifier}/outcome", {"kind": "a", "identifier": "b"}),
    ],
)
def test_a_path_means_one_place(client: Client, target: str, path: str, values: dict[str, str]) -> None:
    assert find(client, target) == (path, values)


@pytest.mark.parametrize(
    "target", ["/_sim/records/", "/_sim/records/a/", "/_sim/records//b", "/_sim/world/", "/_simulator/world"]
)
def test_other_paths_mean_nothing(client: Client, target: str) -> None:
    with pytest.raises(ProblemError) as lost:
        find(client, target)
    assert lost.value.calls == client.table.calls()


def test_a_place_says_what_may_be_called_there(client: Client) -> None:
    operations = client.table.operations
    assert Place("/x", ("x",), {"GET": operations["index"]}).allowed() == "GET, HEAD, OPTIONS"
    assert Place("/x", ("x",), {"POST": operations["reset"]}).allowed() == "OPTIONS, POST"


def test_pieces_stand_between_slashes() -> None:
    assert pieces_of("/records/{kind}") == ("records", "{kind}")
    assert pieces_of("/") == ("",)


def test_every_piece_that_takes_any_text_is_a_parameter_of_the_path(client: Client) -> None:
    for operation in client.table.operations.values():
        pieces = [piece[1:-1] for piece in pieces_of(operation.path) if piece.startswith("{")]
        assert pieces == [parameter.name for parameter in operation.parameters if parameter.place == "path"]


def test_every_schema_of_the_control_api_is_used_and_its_examples_fit(client: Client) -> None:
    schemas = client.app.contract.schemas
    used = {"control/problem.json"}
    for operation in client.table.operations.values():
        used |= {operation.request_schema, *(row.schema for row in operation.answers)} - {""}
    assert used == {name for name in schemas.documents if name.startswith("control/")}
    for name in used:
        for example in schemas.documents[name].get("examples", ()):
            assert schemas.validator(name, closed=True).is_valid(example), name


def test_a_table_that_is_not_one_is_found_when_it_is_read(tmp_path: Path) -> None:
    table = built_in().files.read("control/operations.json")
    folder = tmp_path / "control"
    folder.mkdir()
    (folder / "operations.json").write_text(json.dumps({**table, "format": 2}), encoding="utf-8")
    with pytest.raises(ContractError, match="format"):
        Table(Contract(tmp_path))
