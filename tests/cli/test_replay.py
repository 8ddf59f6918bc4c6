"""`cfis-sim replay` runs a journal again, and serves a scenario."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator.cli.replay import AROUND, replay
from simulator.contract.jsontext import dumps
from simulator.errors import SettingError
from simulator.world.export import as_journal
from tests.documents import ledger, partner

PROGRAM = [sys.executable, "-m", "simulator", "replay"]


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(replay, arguments)
    if isinstance(result.exception, SettingError):
        raise result.exception
    return result


@pytest.fixture
def journal(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    client = partner()
    client.submit("ledger", ledger("A~503"))
    client.submit("ledger", ledger("A~503"))
    client.run("settle")
    client.look("ledger")
    value = dict(as_journal(client.world, ""))
    file = tmp_path / "run.json"
    file.write_bytes(dumps(value))
    return file, value


def test_a_journal_that_comes_out_the_same_is_exit_code_0(journal: tuple[Path, dict[str, Any]]) -> None:
    result = run(str(journal[0]))
    assert (result.exit_code, result.stdout) == (0, f"{journal[0]}: 4 entries, 0 differences\n")
    assert json.loads(run(str(journal[0]), "--json").stdout)["same"] is True


def test_a_difference_is_shown_around_the_place_where_it_begins(journal: tuple[Path, dict[str, Any]]) -> None:
    file, value = journal
    value["entries"][0] |= {"status": 500, "decision": ""}
    value["entries"][3]["answer"] = value["entries"][3]["answer"].replace("Approved", "Appr\x1b[31moved")
    value |= {"complete": False, "contract": "0.0.1"}
    file.write_bytes(dumps(value))
    result = run(str(file))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:3] == ["entry 1, submit_ledger: another status", "  was  500", "  is   503"]
    assert lines[3:6] == [
        "entry 1, submit_ledger: another decision",
        "  was  none",
        "  is   magic-503/submit_ledger/A~503/1",
    ]
    assert lines[6] == "entry 4, ledger_status: another answer"
    assert "Appr\\x1b[31m" in lines[7]
    assert lines[7].startswith("  was  …")
    assert len(lines[8]) < 3 * AROUND
    assert lines[9] == f"{file}: 4 entries, 3 differences"
    assert "not complete" in result.stderr
    assert "under contract 0.0.1" in result.stderr
    assert json.loads(run(str(file), "--json").stdout)["count"] == 3


@pytest.mark.parametrize("data", [b'{"kind": "journal"}', b'{"kind": "journal", "format": 9}'])
def test_what_cannot_be_understood_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(data)
    with pytest.raises(SettingError, match=str(file)):
        run(str(file))


def test_a_file_that_is_not_there_is_exit_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "none.json"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cfis-sim: none.json: the file cannot be read: No such file or directory.\n"


def test_options_of_serving_do_not_go_with_a_journal(journal: tuple[Path, dict[str, Any]]) -> None:
    result = run(str(journal[0]), "--port", "7000")
    assert result.exit_code == 2
    assert "--port is for serving a scenario" in result.stderr


def test_a_scenario_with_a_mistake_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("format: 1\nname: bad\nsead: 7\n")
    (tmp_path / "bad.json").write_text('{"format": 1,\n "name": "bad", "sead": 7}')
    for file, place in (("bad.yaml", "3:1"), ("bad.json", "2:17")):
        done = subprocess.run(
            [*PROGRAM, file, "--port", "0"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 2
        assert f"{file}:{place}: the contract does not name 'sead'. Did you mean seed?" in done.stderr


def test_a_scenario_is_served_and_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\nname: mine\n")
    process = subprocess.Popen(
        [*PROGRAM, str(file), "--port", "0", "--clock", "virtual"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["event"] == "ready"
        told = list(iter(process.stderr.readline, f"  scenario     {file}, in every new world\n"))
        file.write_text("format: 1\nname: changed\n")
        told.append(process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert told[-1] == "the scenario changed has changed: told in every new world, and in 0 that told it.\n"
    assert err.endswith("cfis-simulator has stopped.\n")
