"""The accounting systems by name."""

from __future__ import annotations

import pytest

from simulator.errors import SettingError
from simulator.systems.catalogue import DEFAULT, SYSTEMS, system_named


def test_every_system_is_found_by_its_own_name_and_opens_books_without_a_setup() -> None:
    for name, system in SYSTEMS.items():
        assert system_named(name) is system
        assert (system.name, bool(system.title)) == (name, True)
        assert isinstance(system.open_books({}).show(), dict)


def test_the_default_is_a_system_that_exists() -> None:
    assert DEFAULT in SYSTEMS


@pytest.mark.parametrize(("name", "advice"), [("plian", "Did you mean plain?"), ("sap", "Choose one of plain")])
def test_an_unknown_system_is_refused_with_advice(name: str, advice: str) -> None:
    with pytest.raises(SettingError, match=advice) as raised:
        system_named(name)
    assert raised.value.where == "system"


def test_a_long_unknown_name_is_cut() -> None:
    with pytest.raises(SettingError) as raised:
        system_named("x" * 1_000)
    assert len(str(raised.value)) < 300
