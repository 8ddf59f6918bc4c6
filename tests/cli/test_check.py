"""`check` judges files and says so in lines, in JSON and by its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator.cli.check import check
from simulator.contract.files import data_folder
from simulator.errors import SettingError, SimulatorError
from tests.documents import ledger, payment

GOOD = data_folder("schemas") / "accounting" / "examples" / "ledger.json"
BAD = """{
  "ledgers": {
    "ledgerIdentifer": "x",
    "documentDate": "2026-02-30",
    "ledgerRows": [
      {"accountNumber": "1701", "amount": 48.20},
      {"accountNumber": "3000",
       "amount": "-48.20"}
    ]
  }
}
"""


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file that breaks the contract in three places."""
    path = tmp_path / "bad.json"
    path.write_text(BAD, encoding="utf-8")
    return path


def run(*arguments: object, stdin: str | None = None) -> Result:
    """Run the command; an error of the simulator comes through."""
    result = CliRunner().invoke(check, [str(argument) for argument in arguments], input=stdin)
    if isinstance(result.exception, SimulatorError):
        raise result.exception
    return result


def written(path: Path, value: Any) -> Path:
    """A file with a JSON value."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_good_file_is_told_and_ends_with_0() -> None:
    result = run(GOOD)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{GOOD}: keeps the contract (submit_ledger)",
        "1 document: 1 good",
    ]
    assert result.stderr == ""


def test_a_bad_file_has_a_line_for_each_violation_and_ends_with_1(bad: Path) -> None:
    result = run(bad)

    assert result.exit_code == 1
    wanted = "is not a date that exists, written YYYY-MM-DD (expected a date that exists, as YYYY-MM-DD)"
    hint = "the contract does not name 'ledgerIdentifer'; did you mean 'ledgerIdentifier'?"
    assert result.stdout.splitlines() == [
        f"{bad}:2: /ledgers/ledgerIdentifier: the member is missing [schema-required, assumed]",
        f"{bad}:4: /ledgers/documentDate: {wanted} [schema-format, documented]",
        f"{bad}:8: /ledgers/ledgerRows/1/amount: expected a number, not a string [schema-type, documented]",
        f"{bad}:3: /ledgers/ledgerIdentifer: {hint} [advice]",
        "1 document: 1 bad, 3 violations, 1 advice",
    ]


def test_several_files_are_all_judged(bad: Path, tmp_path: Path) -> None:
    payments = written(tmp_path / "payments.json", {"payments": [payment(currency="XXQ")]})

    result = run(GOOD, bad, payments)

    assert result.exit_code == 1
    assert f"{payments}:1: /payments/0/currency: " in result.stdout
    assert "[currency-exists, documented]" in result.stdout
    assert result.stdout.splitlines()[-1] == "3 documents: 1 good, 2 bad, 4 violations, 1 advice"


def test_what_cannot_be_read_or_recognised_ends_with_2_and_the_others_are_judged(bad: Path, tmp_path: Path) -> None:
    riddle = written(tmp_path / "riddle.json", {})

    result = run(tmp_path / "nowhere.json", riddle, tmp_path, bad)

    assert result.exit_code == 2
    assert f"{tmp_path / 'nowhere.json'}: cannot be read: No such file or directory." in result.stderr
    assert f"{riddle}: it does not show what it is" in result.stderr
    assert f"{bad}:8: " in result.stdout
    assert result.stdout.splitlines()[-1].startswith("4 documents: 1 bad, 3 not judged, ")


def test_a_file_that_is_not_json_breaks_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text('{\n"ledgers": {', encoding="utf-8")

    result = run(path)

    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:2: the body: ")
    assert "[json, " in result.stdout


def test_standard_input_is_a_file_too() -> None:
    result = run("-", stdin=json.dumps({"ledgers": ledger()}))

    assert result.exit_code == 0
    assert result.stdout.startswith("-: keeps the contract")


def test_the_operation_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path / "empty.json", {})

    assert run(path, "--as", "submit_payments").exit_code == 1
    with pytest.raises(SettingError, match="no operation of this name takes a body"):
        run(path, "--as", "ledger_status")


def test_a_bare_document_is_told_to_be_wrapped(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.json", ledger())

    result = run(path)

    assert result.exit_code == 1
    assert f'{path}:1: this is the inside of a body: wrap it in {{"ledgers": …}} [advice]' in result.stdout


def test_a_reading_changes_the_judgement_as_on_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "more.json", {"ledgers": ledger(zebra=1)})
    assert run(path).exit_code == 0
    assert run(path, "--reading", "unknown_members=refused").exit_code == 1

    monkeypatch.setenv("CFIS_SIM_READINGS", "unknown_members=refused")
    assert run(path).exit_code == 1
    assert run(path, "--reading", "unknown_members=ignored").exit_code == 0
    with pytest.raises(SettingError, match="not among its answers"):
        run(path, "--reading", "unknown_members=x")


def test_a_contract_of_one_s_own_is_the_measure(tmp_path: Path) -> None:
    name = "accounting/ledger.submit.request.json"
    schema = json.loads((data_folder("schemas") / name).read_text(encoding="utf-8"))
    schema["$defs"]["ledger"]["required"].append("documentType")
    newer = tmp_path / "newer"
    (newer / "accounting").mkdir(parents=True)
    written(newer / name, schema)
    path = written(tmp_path / "ledger.json", {"ledgers": ledger()})

    assert run(path).exit_code == 0
    result = run(path, "--contract", newer)
    assert result.exit_code == 1
    assert "/ledgers/documentType: the member is missing" in result.stdout


def test_the_report_as_json_is_one_object(bad: Path) -> None:
    result = run(GOOD, bad, "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 1
    assert told["ok"] is False
    assert [(report["file"], report["ok"]) for report in told["files"]] == [(str(GOOD), True), (str(bad), False)]
    assert [violation["line"] for violation in told["files"][1]["violations"]] == [2, 4, 8]
    assert told["files"][1]["operation"] == "submit_ledger"
    assert json.loads(run(GOOD, "--json").stdout)["ok"] is True


def test_a_document_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path / "evil.json", {"ledgers": {**ledger(), "\x1b[2J\nfine": 1}})

    assert "\x1b" not in run(path).stdout
    assert "\\x1b[2J\\nfine" in run(path).stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        ([str(GOOD)], "", 0),
        (["-"], BAD, 1),
        (["-"], "{}", 2),
        (["nowhere.json"], "", 2),
        ([], "", 2),
        ([str(GOOD), "--as", "nothing"], "", 2),
        ([str(GOOD), "--reading", "x=y"], "", 2),
    ],
)
def test_the_exit_code_of_the_program(arguments: list[str], stdin: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "check", *arguments],
        input=stdin.encode(), capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert bool(done.stderr) == (code == 2)
