"""Every story of the library can be read, says what it is about, and is told to a client by a test of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from simulator.contract.contract import Contract
from simulator.contract.files import data_folder
from simulator.contract.yamltext import read_yaml
from simulator.world.library import names, read_scenario

STORIES = names()
FOLDER = data_folder("scenarios")
FIRST_LINE = "# yaml-language-server: $schema=../schemas/scenario.schema.json\n"
LINE_MAX = 120


def test_there_are_enough_stories_to_call_it_a_library() -> None:
    assert len(STORIES) >= 22


@pytest.mark.parametrize("name", STORIES)
def test_a_story_can_be_read_and_is_named_as_its_file(contract: Contract, name: str) -> None:
    story = read_scenario(name, contract)

    assert story.name == name
    assert story.given["format"] == 1


@pytest.mark.parametrize("name", STORIES)
def test_a_story_says_what_happens_and_what_a_good_client_does(contract: Contract, name: str) -> None:
    story = read_scenario(name, contract)

    assert story.title[0].isupper()
    assert not story.title.endswith(".")
    assert story.advice.endswith(".")
    assert story.advice == " ".join(story.advice.split())


@pytest.mark.parametrize("name", STORIES)
def test_editors_complete_a_story(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")

    assert text.startswith(FIRST_LINE)
    assert (FOLDER / "../schemas/scenario.schema.json").is_file()
    assert max(len(line) for line in text.splitlines()) <= LINE_MAX
    members = list(read_yaml(text.encode()).value)
    assert members[:4] == ["format", "name", "title", "advice"]


@pytest.mark.parametrize("name", STORIES)
def test_the_rules_of_a_story_have_names(contract: Contract, name: str) -> None:
    assert all("name" in rule.given for rule in read_scenario(name, contract).rules)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_leaves_the_clock_to_whoever_tells_it(contract: Contract, name: str) -> None:
    assert "clock" not in read_scenario(name, contract).settings


def told_by(path: Path) -> set[str]:
    """The stories that the tests of a file tell: the arguments of `tell` within its test functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    calls = [node for test in tests for node in ast.walk(test) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "tell" and isinstance(call.args[0], ast.Constant)
        if isinstance(call.args[0].value, str)
    }


def test_every_story_is_told_by_a_test() -> None:
    told: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        told |= told_by(path)

    assert sorted(told) == STORIES
