"""The accounting systems that a world can have, by name. Each is loaded when it is first used."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from simulator.errors import SettingError
from simulator.systems.base import System

PACKAGES: dict[str, str] = {
    "plain": "simulator.systems.plain",
    "netvisor": "simulator.systems.netvisor",
    "procountor": "simulator.systems.procountor",
    "netbaron": "simulator.systems.netbaron",
    "fennoa": "simulator.systems.fennoa",
    "fivaldi": "simulator.systems.fivaldi",
    "talenom": "simulator.systems.talenom",
}
"""The package of each system, whose `SYSTEM` it is; its data lie in `schemas/systems/<name>/`."""
DEFAULT = "plain"

_LOADED: dict[str, System] = {}


def system_named(name: str) -> System:
    """Return a system. Raises SettingError if there is none of that name."""
    if name in _LOADED:
        return _LOADED[name]
    if name not in PACKAGES:
        close = difflib.get_close_matches(name[:60], PACKAGES, n=1)
        advice = f"Did you mean {close[0]}?" if close else f"Choose one of {', '.join(PACKAGES)}."
        raise SettingError(f"there is no accounting system {name[:60]!r}.", where="system", advice=advice)
    system: System = import_module(PACKAGES[name]).SYSTEM
    _LOADED[name] = system
    return system


def check_words(words: Mapping[str, Any]) -> None:
    """Raise SettingError if some words of books are those of no system with a wire."""
    # Loaded when first asked for, as the systems are: most servers never see such words.
    import_module("simulator.systems.about").check_words(words)


def wires() -> list[str]:
    """Return the names of the systems that can be spoken to directly."""
    return [name for name in PACKAGES if name != DEFAULT]
