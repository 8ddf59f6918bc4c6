"""`contract`, `openapi` and `readings` print what the contract says, for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from simulator.cli.contract import contract as contract_command
from simulator.cli.contract import openapi as openapi_command
from simulator.cli.contract import readings as readings_command
from simulator.contract.basis import basis_table
from simulator.contract.contract import Contract
from simulator.contract.openapi import control_openapi, openapi
from simulator.errors import SettingError, SimulatorError


def run(command: click.Command, *arguments: str) -> str:
    """What a command prints; an error of the simulator comes through."""
    result = CliRunner().invoke(command, arguments)
    if isinstance(result.exception, SimulatorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(text: str) -> list[list[str]]:
    """The words of the indented lines of a table."""
    return [line.split() for line in text.splitlines() if line.startswith("  ")]


def test_the_table_has_every_row_and_ends_with_the_shares(contract: Contract) -> None:
    text = run(contract_command)
    table = basis_table(contract)

    assert len(rows(text)) == len(table["rows"])
    assert ["request", "ledgers.ledgerRows[].amount", "number", "required", "example", "ledger-4083702e0"] in rows(text)
    last = text.splitlines()[-1].split()
    assert last[:3] == ["the", "whole", "contract"]
    assert last[-1] == str(table["totals"]["overall"]["total"])


def test_the_folder_of_the_built_in_contract_is_shown_to_copy_from() -> None:
    folder = Path(run(contract_command, "--where").strip())

    assert (folder / "operations.json").is_file()


def test_the_columns_line_up() -> None:
    lines = [
        line for line in run(contract_command, "--operation", "submit_ledger").splitlines() if "  request " in line
    ]

    assert len({line.index("ledgers") for line in lines}) == 1
    assert len({line.index(" ledger-4083702e0") for line in lines}) == 1


def test_the_table_can_be_narrowed_to_an_operation_and_a_basis() -> None:
    text = run(contract_command, "--operation", "ledger_status", "--basis", "documented")

    assert "submit_ledger" not in text
    assert [row[0] for row in rows(text)][:1] == ["operation"]
    assert "Nothing matches. The status is documented, its meaning inferred." in text, "with the reason of each row"
    assert "the whole contract" in text


def test_an_unknown_operation_is_an_error_with_a_hint() -> None:
    with pytest.raises(SettingError, match=r"Did you mean submit_ledger\?"):
        run(contract_command, "--operation", "submit_ledgers")
    with pytest.raises(SettingError, match="There are submit_ledger"):
        run(contract_command, "--operation", "zzz")


def test_the_table_as_json_is_the_table(contract: Contract) -> None:
    assert json.loads(run(contract_command, "--json")) == basis_table(contract)

    [basis] = {row["basis"] for row in json.loads(run(contract_command, "--json", "--basis", "assumed"))["rows"]}
    assert basis == "assumed"


def as_json(value: Any) -> Any:
    """A value as it is after it was written and read."""
    return json.loads(json.dumps(value))


def test_openapi_is_printed_in_all_readings_or_one(contract: Contract) -> None:
    assert json.loads(run(openapi_command)) == as_json(openapi(contract))

    chosen = contract.choose([("submit_answer", "created")])
    told = json.loads(run(openapi_command, "--reading", "submit_answer=created", "--server", "http://127.0.0.1:1"))
    assert told == as_json(openapi(contract, "http://127.0.0.1:1", chosen))


def test_openapi_of_the_control_api(contract: Contract) -> None:
    assert json.loads(run(openapi_command, "--control")) == as_json(control_openapi(contract))

    result = CliRunner().invoke(openapi_command, ["--control", "--reading", "submit_answer=created"])
    assert result.exit_code == 2
    assert "same in every reading" in result.stderr


def test_openapi_is_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "openapi.json"

    assert run(openapi_command, "--output", str(target)) == ""
    assert target.read_text(encoding="utf-8") == run(openapi_command)
    with pytest.raises(SettingError, match="cannot be written"):
        run(openapi_command, "--output", str(tmp_path / "nowhere" / "openapi.json"))


def test_readings_tell_question_reason_answers_and_default(contract: Contract) -> None:
    text = run(readings_command)

    for reading in contract.readings.values():
        [part] = [part for part in text.split("\n\n") if part.startswith(f"{reading.name}: ")]
        question, why, *answers = part.splitlines()
        assert (question, why) == (f"{reading.name}: {reading.question}", f"  {reading.why}")
        told = [(line.startswith("  *"), line.removeprefix("  *").split(maxsplit=1)) for line in answers]
        assert told == [(value == reading.default, [value, title]) for value, title in reading.answers]
    assert "serve --reading NAME=VALUE" in text
    assert "PUT /_sim/world" in text


def test_readings_as_json(contract: Contract) -> None:
    told = json.loads(run(readings_command, "--json"))["readings"]

    assert [reading["name"] for reading in told] == list(contract.readings)
    assert told[0]["answers"][0] == {"value": "2", "title": "2, the next number"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["contract"], 0, ""),
        (["openapi"], 0, ""),
        (["readings"], 0, ""),
        (["contract", "--operation", "x"], 2, "cfis-sim: x: there is no such operation."),
        (["contract", "--contract", "nowhere"], 2, "cfis-sim: nowhere: there is no such folder"),
        (["openapi", "--reading", "x=y"], 2, "cfis-sim: x: there is no such reading."),
        (["openapi", "--reading", "x"], 2, "cfis-sim: 'x' is not of the form NAME=VALUE."),
        (["readings", "--nothing"], 2, "No such option"),
    ],
)
def test_the_exit_code_of_the_program(arguments: list[str], code: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert bool(done.stdout) == (code == 0)
    assert "Traceback" not in done.stderr
