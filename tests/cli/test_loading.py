"""What the offline commands share: the server's own settings, tables that line up, and harmless output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.loading import aligned, load, visible
from simulator.errors import ContractError, SettingError

HEAVY = ("starlette", "uvicorn", "hypothesis", "jsonschema_rs", "msgspec", "simulator.contract", "simulator.web")


def test_the_command_line_loads_nothing_heavy_until_a_command_runs() -> None:
    code = f"import sys, simulator.cli; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)

    assert run.stdout.strip() == "[]"


def test_the_contract_is_the_one_that_the_server_would_take(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "operations.json").write_text('{"format": 1, "title": "Newer"}', encoding="utf-8")
    assert load(None)[0].title != "Newer"
    assert load(str(tmp_path))[0].title == "Newer"

    monkeypatch.setenv("CFIS_SIM_CONTRACT", str(tmp_path))
    monkeypatch.setenv("CFIS_SIM_READINGS", "failed_status=-1")
    contract, settings = load(None)
    assert contract.title == "Newer"
    assert settings.readings == (("failed_status", "-1"),)


def test_a_folder_or_a_variable_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ContractError, match="no such folder"):
        load("nowhere")
    monkeypatch.setenv("CFIS_SIM_CONTRAKT", "x")
    with pytest.raises(SettingError, match="CFIS_SIM_CONTRACT"):
        load(None)


def test_columns_begin_at_the_same_place() -> None:
    assert aligned([("a", "bb", ""), ("aaa", "b", "c")]) == ["a    bb", "aaa  b   c"]
    assert aligned([]) == []


def test_what_a_terminal_would_act_on_is_shown_instead() -> None:
    assert visible("ä 😀 … \x1b[31m\n\u202e") == "ä 😀 … \\x1b[31m\\n\\u202e"
