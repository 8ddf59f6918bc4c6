"""The stories that ship with the simulator, and a file of the user's own: found by name, read with their places."""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.contract.contract import Contract
from simulator.contract.files import data_folder, read_json
from simulator.contract.jsontext import dumps, loads
from simulator.contract.storytext import at
from simulator.errors import SettingError
from simulator.world.scenario import ANY, MAGIC, Rule, Scenario, rule_from, scenario_from

ENDINGS = (".yaml", ".yml", ".json")
MAGIC_FILE = "magic.json"


def names() -> list[str]:
    """Return the names of the scenarios that ship with the simulator."""
    return sorted(path.stem for path in data_folder("scenarios").glob("*.yaml"))


def path_of(name: str) -> Path:
    """Return the file of a scenario: of the library by its name, or any file by its path. Raises SettingError."""
    if name in names():
        return data_folder("scenarios") / f"{name}.yaml"
    path = Path(name)
    if path.suffix in ENDINGS or path.is_file():
        return path
    close = difflib.get_close_matches(name, names(), n=1)
    advice = f"Did you mean {close[0]}?" if close else "`cfis-sim scenarios` lists them; a file is named by its path."
    raise SettingError(f"there is no scenario {name[:80]!r}.", where="scenario", advice=advice)


def read_scenario(name: str, contract: Contract) -> Scenario:
    """Read a scenario of the library, or of a file. Raises SettingError with file, line and column."""
    path = path_of(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingError(f"the file cannot be read: {error.strerror}.", where=str(path)) from error
    return parse_scenario(data, contract, str(path))


def read_named(name: str, contract: Contract) -> Scenario:
    """Read a scenario of the library by its name alone: a caller from afar names no file. Raises SettingError."""
    if name in names():
        return read_scenario(name, contract)
    close = difflib.get_close_matches(name, names(), n=1)
    advice = f"Did you mean {close[0]}?" if close else f"There are {', '.join(names())}."
    raise SettingError(f"there is no scenario {name[:80]!r}.", where="name", advice=advice)


def parse_scenario(data: bytes, contract: Contract, where: str = "") -> Scenario:
    """Read a scenario from YAML or JSON bytes. Raises SettingError with file, line and column."""
    # YAML is imported when a story is read: a server without one starts without it.
    from simulator.contract.yamltext import read_yaml  # noqa: PLC0415

    text = read_yaml(data, where)
    return scenario_from(text.value, contract, lambda pointer: at(where, *text.place(pointer)))


def magic_table() -> list[dict[str, Any]]:
    """Return the magic endings of identifiers: name, ending, title, advice, and the rule that each stands for."""
    table: list[dict[str, Any]] = read_json(data_folder("scenarios") / MAGIC_FILE)["magic"]
    return [spelled for row in table for spelled in _spelled_out(row)]


def _spelled_out(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row with a number in it once for each number it can have."""
    numbers = row.get("each")
    if numbers is None:
        return [row]
    text = dumps({name: part for name, part in row.items() if name != "each"}).decode()
    return [loads(text.replace("{n}", str(number)).encode()) for number in numbers]


@lru_cache(maxsize=8)
def magic_rules(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules that magic identifiers stand for. Raises SettingError if the table is wrong.

    What a contract of the user's own does not have is left out: no rule is about it.
    """
    rows = [_magic_rule(row, contract) for row in magic_table()]
    return tuple(rule_from(row, number, contract) for number, row in enumerate(filter(None, rows)))


def _magic_rule(row: dict[str, Any], contract: Contract) -> dict[str, Any] | None:
    """Return the rule that a row stands for; None if the contract has nothing that it could be about."""
    when = dict(row["rule"]["when"])
    for member, known in (("operation", contract.operations), ("sync", contract.records)):
        if member in when:
            given = [when[member]] if isinstance(when[member], str) else when[member]
            when[member] = [name for name in given if name in known or (name == ANY and known)]
            if not when[member]:
                return None
    return {**row["rule"], "name": f"{MAGIC}{row['name']}", "when": {**when, "identifier": f"*{row['ending']}"}}
