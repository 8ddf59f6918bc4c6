"""The command line as a whole: help that teaches, mistakes in one line."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from simulator import __version__
from simulator.cli import cli, main
from simulator.errors import SettingError


def test_help_names_every_command_and_where_to_start() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    assert all(name in shown for name in ("serve", "check", "contract", "openapi", "readings"))
    assert "cfis-sim serve" in shown


def test_the_list_of_commands_cuts_no_sentence_short() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    assert "..." not in shown.split("Commands:")[1]


def test_every_command_explains_itself_and_its_options() -> None:
    for name, command in cli.commands.items():
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0
        assert command.help
        for parameter in command.params:
            assert getattr(parameter, "help", "") or parameter.param_type_name == "argument", (name, parameter.name)


def test_the_version_is_the_packages() -> None:
    assert __version__ in CliRunner().invoke(cli, ["--version"]).output


def test_a_mistake_of_the_user_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken(prog_name: str) -> None:
        raise SettingError("that does not work.", where=prog_name, advice="Try this.")

    monkeypatch.setattr(cli, "main", mistaken)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "cfis-sim: cfis-sim: that does not work. Try this.\n")


def test_without_a_mistake_it_ends_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["cfis-sim", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
