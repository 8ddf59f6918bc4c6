"""The contract as one object: operations, schemas, readings and rules, checked against each other when loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.contract import coherence
from simulator.contract.files import Files
from simulator.contract.operations import (
    ErrorBody,
    ErrorRow,
    Operation,
    Parameter,
    RecordKind,
    StateRow,
    fits,
    operation_from,
    record_kind_from,
    state_from,
)
from simulator.contract.readings import Readings, choose, readings_from
from simulator.contract.schemas import Schemas
from simulator.errors import ContractError

CURRENCIES = "common/currencies.json"


class Contract:
    """Everything that may be said, as read from `schemas/` and an overlay."""

    def __init__(self, overlay: str | Path = "") -> None:
        """Read and check the files. Raises ContractError with file and place."""
        self.files = Files(overlay)
        self.schemas = Schemas(self.files)
        for name in ("operations", "readings", "rules"):
            self._check_table(f"{name}.json", f"{name}.schema.json")
        table = self._merged("operations.json")
        self.title: str = table["title"]
        self.version: str = table["version"]
        self.description: str = table["description"]
        self.prefix: str = table["prefix"]
        self.auth: Mapping[str, str] = table["auth"]
        self.readings = readings_from(self._merged("readings.json")["readings"])
        self.rules: dict[str, Mapping[str, str]] = {row["name"]: row for row in self._merged("rules.json")["rules"]}
        self.records: dict[str, RecordKind] = {
            name: record_kind_from(name, row) for name, row in table["records"].items()
        }
        self.states: list[StateRow] = [state_from(row) for row in table["states"]]
        self.errors: list[ErrorRow] = [ErrorRow(**row) for row in table["errors"]]
        self.error_bodies: list[ErrorBody] = [ErrorBody(**row) for row in table["error_bodies"]]
        _check_names(table["operations"])
        self.operations: dict[str, Operation] = {row["name"]: operation_from(row) for row in table["operations"]}
        self.currencies = frozenset(_codes(self.files.read(CURRENCIES)))
        self.paths: dict[str, dict[str, Operation]] = {}
        for operation in self.operations.values():
            self.paths.setdefault(self.prefix + operation.path, {})[operation.method] = operation
        self._parameter_validators: dict[str, Any] = {}
        coherence.check(self)

    def choose(self, *choices: Any) -> Readings:
        """Return an answer to every open question. Raises SettingError. See `readings.choose`."""
        return choose(self.readings, *choices)

    def error(self, name: str, readings: Readings) -> ErrorRow:
        """Return the row of an error in these readings."""
        return next(row for row in self.errors if row.name == name and fits(row.when, readings))

    def error_body(self, readings: Readings) -> ErrorBody:
        """Return the shape of an error's body in these readings."""
        return next(row for row in self.error_bodies if fits(row.when, readings))

    def allowed(self, path: str) -> list[str]:
        """Return the methods of a path, HEAD and OPTIONS included; empty if the contract has no such path."""
        methods = set(self.paths.get(path, ()))
        if not methods:
            return []
        return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))

    def parameter_validator(self, parameter: Parameter) -> Any:
        """Return the validator of a query parameter."""
        key = f"{parameter.name} {sorted(parameter.schema.items())}"
        if key not in self._parameter_validators:
            self._parameter_validators[key] = self.schemas.compile(parameter.schema)
        return self._parameter_validators[key]

    def _merged(self, name: str) -> dict[str, Any]:
        built_in, *overlays = self.files.versions(name)
        table = dict(built_in)
        for overlay in overlays:
            for key, value in overlay.items():
                table[key] = _merge(table.get(key), value)
        return table

    def _check_table(self, name: str, schema: str) -> None:
        for version in self.files.versions(name):
            for error in self.schemas.validator(schema).iter_errors(version):
                place = "/".join(str(step) for step in error.instance_path)
                raise ContractError(error.message[:300], where=f"{name}#/{place}")


def _merge(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **above}
    if isinstance(below, list) and isinstance(above, list) and _are_named(below) and _are_named(above):
        replaced = {row["name"] for row in above}
        return [row for row in below if row["name"] not in replaced] + above
    return above


def _are_named(rows: list[Any]) -> bool:
    return all(isinstance(row, dict) and "name" in row for row in rows)


def _check_names(rows: list[Mapping[str, Any]]) -> None:
    names = [row["name"] for row in rows]
    for name in {name for name in names if names.count(name) > 1}:
        raise ContractError(f"the operation {name!r} occurs twice", where="operations.json")


def _codes(table: Any) -> list[str]:
    codes = table.get("codes") if isinstance(table, dict) else None
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise ContractError("`codes` is a list of texts", where=CURRENCIES)
    return codes


@lru_cache(maxsize=4)
def built_in() -> Contract:
    """Return the contract that ships with the simulator."""
    return Contract()
