"""The accounting systems by name, each loaded when it is first used."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest

from simulator.cli.serve import SYSTEMS
from simulator.errors import SettingError
from simulator.systems import catalogue
from simulator.systems.about import shared_folder
from simulator.systems.base import NOBODY
from simulator.systems.catalogue import DEFAULT, PACKAGES, system_named, wires
from simulator.systems.plain import SYSTEM
from tests.systems.abacus import SYSTEM as ABACUS


def is_there(name: str) -> bool:
    """Whether a system has its package and its data."""
    spec = importlib.util.find_spec(PACKAGES[name])
    has_data = name == DEFAULT or (shared_folder() / name / "about.json").is_file()
    return spec is not None and spec.origin is not None and has_data


PRESENT = [name for name in PACKAGES if is_there(name)]
"""In an unfinished tree some may be missing; tests/systems/test_every_system.py asks for all."""

LAZILY = """
import sys
from simulator.systems.catalogue import PACKAGES, wires
assert wires()
loaded = [package for package in PACKAGES.values() if package in sys.modules]
print(",".join(loaded))
"""


@pytest.mark.parametrize("name", PRESENT)
def test_a_system_is_found_by_its_own_name_and_opens_books_without_a_setup(name: str) -> None:
    system = system_named(name)
    assert system_named(name) is system
    assert (system.name, bool(system.title)) == (name, True)
    assert system.has_wire is (name in wires())
    assert isinstance(system.open_books({}, NOBODY).show(), dict)


def test_the_default_is_a_system_that_exists_and_the_only_one_without_a_wire() -> None:
    assert system_named(DEFAULT) is SYSTEM
    assert [DEFAULT, *wires()] == list(PACKAGES)


def test_every_package_is_named_after_its_system() -> None:
    assert {name: f"simulator.systems.{name}" for name in PACKAGES} == PACKAGES


def test_to_know_the_catalogue_loads_no_system() -> None:
    done = subprocess.run([sys.executable, "-c", LAZILY], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""


def test_a_system_is_loaded_once_when_it_is_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def load(package: str) -> SimpleNamespace:
        asked.append(package)
        return SimpleNamespace(SYSTEM=ABACUS)

    monkeypatch.setitem(PACKAGES, "abacus", "somewhere.else")
    monkeypatch.setattr(catalogue, "_LOADED", {})
    monkeypatch.setattr(catalogue, "import_module", load)

    assert (wires()[-1], asked) == ("abacus", [])
    assert [system_named("abacus"), system_named("abacus")] == [ABACUS, ABACUS]
    assert asked == ["somewhere.else"]


def test_the_command_line_names_the_systems_of_the_catalogue_without_loading_it() -> None:
    assert list(SYSTEMS) == list(PACKAGES)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("plian", "Did you mean plain?"),
        ("Netvisor", "Did you mean netvisor?"),
        ("sap", "Choose one of plain, netvisor"),
    ],
)
def test_an_unknown_system_is_refused_with_advice(name: str, advice: str) -> None:
    with pytest.raises(SettingError) as raised:
        system_named(name)
    assert raised.value.where == "system"
    assert advice in raised.value.advice


def test_a_long_unknown_name_is_cut() -> None:
    with pytest.raises(SettingError) as raised:
        system_named("x" * 1_000)
    assert len(str(raised.value)) < 300
