"""`cfis-sim scenarios` lists, shows and checks stories."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from simulator.cli.scenarios import scenarios
from simulator.contract.files import data_folder
from simulator.errors import SettingError
from simulator.world.library import magic_table, names

BAD = """\
format: 1
name: bad
rules:
  - when: {operation: submit_leger}
    respond: {status: 503}
  - when: {operation: any}
    respond: {status: 503, retryafter: 30s}
"""


def run(*arguments: str, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(scenarios, arguments, input=stdin)
    if isinstance(result.exception, SettingError):
        raise result.exception
    return result


def told(*arguments: str) -> Any:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_names_every_scenario_with_its_title() -> None:
    lines = run().stdout.splitlines()
    assert [line.split()[0] for line in lines] == names()
    assert len({len(line) - len(line.split(maxsplit=1)[1]) for line in lines}) == 1
    assert [row["name"] for row in told("--json")["scenarios"]] == names()
    assert all(row["title"] and row["advice"] for row in told("--json")["scenarios"])


def test_a_scenario_is_shown_as_its_file_is() -> None:
    assert run("show", "random-faults").stdout == (data_folder("scenarios") / "random-faults.yaml").read_text()
    assert told("show", "random-faults", "--json")["name"] == "random-faults"
    with pytest.raises(SettingError, match=r"Did you mean random-faults\?"):
        run("show", "random-fault")


def test_good_files_are_good(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("format: 1\nname: a\n")
    result = run("check", str(file), "-", stdin=b'{"format": 1, "name": "b"}')
    assert (result.exit_code, result.stdout) == (0, f"{file}: is a good scenario (a)\n-: is a good scenario (b)\n")


def test_every_mistake_is_a_line_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    result = run("check", str(file))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{file}:4:12: there is no 'submit_leger'. Did you mean submit_ledger?",
        f"{file}:7:28: the contract does not name 'retryafter'. Did you mean retry_after?",
    ]


def test_the_report_for_a_program_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    result = run("check", "--json", str(file), str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    bad, gone = report["files"]
    assert report["ok"] is False
    assert (bad["name"], [(one["line"], one["column"]) for one in bad["mistakes"]]) == ("bad", [(4, 12), (7, 28)])
    assert (gone["mistakes"], "No such file" in gone["error"]) == ([], True)


@pytest.mark.parametrize("data", [b"", b"a: [", b"\xff", b"a: &x 1", b"- " * 100, b"7", b"\x1b[31m: 1"])
def test_whatever_a_file_holds_the_answer_is_a_place_and_a_reason(data: bytes) -> None:
    result = run("check", "-", stdin=data)
    assert result.exit_code == 1
    assert result.stdout.startswith(("-:1:", "-:2:1:"))
    assert "\x1b" not in result.stdout


def test_a_file_that_cannot_be_read_is_exit_code_2(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert (result.exit_code, "cannot be read" in result.stderr) == (2, True)


def test_magic_endings_are_printed_as_a_table() -> None:
    assert [line.split()[0] for line in run("magic").stdout.splitlines()] == [row["ending"] for row in magic_table()]
    assert told("magic", "--json")["magic"][0]["ending"] == magic_table()[0]["ending"]


def test_the_schema_is_printed_for_editors() -> None:
    schema = told("schema")
    assert (schema["title"], schema["properties"]["format"]["const"]) == ("Scenario", 1)


def test_the_reference_is_printed() -> None:
    assert run("reference").stdout.startswith("# The language of scenarios\n")


def test_every_file_of_the_library_names_the_schema_for_editors() -> None:
    for name in names():
        path = data_folder("scenarios") / f"{name}.yaml"
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../schemas/scenario.schema.json", name
        assert (path.parent / first.partition("=")[2]).resolve().is_file()


def test_the_program_says_a_mistake_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "scenarios", "show", "nothing"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cfis-sim: scenario: there is no scenario 'nothing'.")
    assert isinstance(scenarios, click.Group)
