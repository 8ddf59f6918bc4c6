"""The accounting systems that a world can have, by name."""

from __future__ import annotations

import difflib

from simulator.errors import SettingError
from simulator.systems.base import System
from simulator.systems.plain import Plain

SYSTEMS: dict[str, System] = {system.name: system for system in (Plain(),)}
DEFAULT = Plain.name


def system_named(name: str) -> System:
    """Return a system. Raises SettingError if there is none of that name."""
    if name not in SYSTEMS:
        close = difflib.get_close_matches(name[:60], SYSTEMS, n=1)
        advice = f"Did you mean {close[0]}?" if close else f"Choose one of {', '.join(SYSTEMS)}."
        raise SettingError(f"there is no accounting system {name[:60]!r}.", where="system", advice=advice)
    return SYSTEMS[name]
