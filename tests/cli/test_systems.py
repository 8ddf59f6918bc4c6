"""`cfis-sim systems`: the list, one system in full, the words of its books, and the page."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from simulator.cli import cli
from simulator.cli.systems import BASES
from simulator.errors import SettingError
from simulator.systems.about import BASES as KNOWN
from simulator.systems.catalogue import wires


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["systems", *arguments])


def test_the_bases_are_those_that_the_data_may_name() -> None:
    assert tuple(BASES) == KNOWN


def test_the_list_names_every_system_with_its_mount_and_how_it_is_known() -> None:
    result = run()

    assert result.exit_code == 0
    for name in wires():
        assert f"/{name}/" in result.output
    for basis in BASES:
        assert basis in result.output
    listed = json.loads(run("--json").output)["systems"]
    assert [one["name"] for one in listed] == wires()
    for one in listed:
        assert sum(one["facts"].values()) >= one["calls"] > 0


@pytest.mark.parametrize("name", wires())
def test_a_system_is_told_in_full(name: str) -> None:
    data = json.loads(run(name, "--json").output)
    shown = run(name).output

    for fact in (*data["calls"], *data["rules"]):
        assert (fact.get("path") or fact["says"]) in shown
    for text in (*data["stand_ins"], *data["connector"]):
        assert text in shown
    for reading in data["readings"]:
        assert f"{reading['name']}: " in shown
    assert data["books"]["accounts"]


def test_the_words_of_books_are_told_with_the_defaults_of_a_system() -> None:
    words = json.loads(run("--books", "--json").output)["properties"]

    for word in words:
        assert f"\n{word}: " in run("--books").output
        assert f"\n{word}: " in run("netvisor", "--books").output
    assert json.loads(run("netvisor", "--books", "--json").output)["locked_until"] is None
    assert "1701" in run("netvisor", "--books").output


def test_a_name_that_is_no_system_is_an_error_that_helps() -> None:
    result = run("netvisro")

    assert isinstance(result.exception, SettingError)
    assert "Did you mean netvisor?" in str(result.exception)


def test_the_plain_system_has_no_wire_and_says_so() -> None:
    assert "has no wire" in run("plain").output


@pytest.mark.parametrize("name", wires())
def test_the_example_shows_what_goes_to_and_fro(name: str) -> None:
    shown = run(name, "--example").output

    assert f" /{name}/" in shown
    assert "HTTP 200" in shown
    assert "2382.47" in shown.replace(",", ".") or "2990" in shown


@pytest.mark.parametrize("arguments", [["--example"], ["--markdown", "netvisor"], ["--markdown", "--json"]])
def test_options_that_do_not_go_together_are_refused(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
