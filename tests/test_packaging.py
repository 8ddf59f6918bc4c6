"""The package, its settings and its container: what no import would notice."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import simulator

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT_TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads(PYPROJECT_TEXT)
PROJECT = PYPROJECT["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
REQUIREMENTS: list[str] = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
PINS = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")
]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
INSTRUCTIONS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line.strip() and line[0] != "#"]


def instructions(name: str) -> list[str]:
    """The arguments of every Dockerfile instruction of that name."""
    return [rest for keyword, rest in INSTRUCTIONS if keyword == name]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_dependency_says_why_it_is_there(requirement: str) -> None:
    [line] = [line for line in PYPROJECT_TEXT.splitlines() if line.strip().startswith(f'"{requirement}"')]

    assert re.search(r'",\s+# \S.{9,}$', line), f"no reason beside {requirement}"


def test_every_lint_exception_says_why() -> None:
    table = PYPROJECT_TEXT.split("[tool.ruff.lint]")[1].split("[tool.ruff.lint.flake8-tidy-imports]")[0]
    exceptions = re.findall(r'^    "[A-Z]+[0-9]*",.*$', table, flags=re.MULTILINE)

    assert exceptions
    assert not [line for line in exceptions if not re.search(r"# \S.{9,}$", line)]


@pytest.mark.parametrize("pin", PINS)
def test_a_constraint_is_a_name_and_a_version_and_nothing_else(pin: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", pin)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement: str) -> None:
    wanted = Requirement(requirement)
    versions = {canonicalize_name(name): version for name, version in (pin.split("==") for pin in PINS)}

    assert versions[canonicalize_name(wanted.name)] in wanted.specifier


def test_the_top_of_the_changelog_is_the_version_of_the_package() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[?([^\]\s]+)", text, flags=re.MULTILINE)

    assert headings[0] == simulator.__version__


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "simulator" / "py.typed").is_file()
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_the_contract_and_the_stories_ship_inside_the_package() -> None:
    shipped = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert shipped == {name: f"simulator/_data/{name}" for name in ("schemas", "scenarios")}
    assert all((ROOT / name).is_dir() for name in shipped)


def test_ci_can_be_started() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_make_target_that_one_types_is_explained() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (.+)$", text, flags=re.MULTILINE)[0].split()
    explained = re.findall(r"^([a-z]+):.*## \S", text, flags=re.MULTILINE)

    assert sorted(phony) == sorted(explained)


def test_the_container_runs_as_a_user_without_rights() -> None:
    [user] = instructions("USER")

    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", user), "a number, so that a cluster can see that it is not root"


def test_the_container_says_whether_it_is_well() -> None:
    [check] = instructions("HEALTHCHECK")

    assert "/_sim/health/live" in check
    assert json.loads(check.split("CMD", 1)[1])[0] == "python", "curl is not in the image"


def test_the_container_starts_the_program_without_a_shell_between() -> None:
    [entrypoint], [command] = instructions("ENTRYPOINT"), instructions("CMD")

    assert json.loads(entrypoint) == ["cfis-sim"]
    assert json.loads(command)[:3] == ["serve", "--host", "0.0.0.0"]


def test_the_container_stands_on_named_versions_and_fetches_nothing_by_address() -> None:
    images = [line.split()[0] for line in instructions("FROM")]

    assert set(images) == {"python:3.12-slim"}
    assert not instructions("ADD")
    assert "latest" not in DOCKERFILE
    assert not re.search(r"(RUN|COPY).*https?://", DOCKERFILE)
    assert any("--constraint" in line for line in instructions("RUN"))


def test_only_what_the_wheel_needs_is_sent_to_the_container_build() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert let_in == {
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        "LICENSE",
        "simulator",
        "schemas",
        "scenarios",
    }
