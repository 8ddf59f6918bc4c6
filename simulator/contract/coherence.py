"""Checks that the parts of a contract fit together, so that a mistake in an overlay shows when it is loaded."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from simulator.contract.operations import Operation, fits
from simulator.contract.rules import RULES
from simulator.contract.schemas import check_schema
from simulator.contract.templates import around, slots
from simulator.errors import ContractError, SettingError

if TYPE_CHECKING:  # the contract asks for this check: at run time the import would be a circle
    from simulator.contract.contract import Contract

TABLE = "operations.json"
When = Mapping[str, str]


def check(contract: Contract) -> None:
    """Raise ContractError, with file and place, on parts that do not fit together."""
    for reading in contract.readings.values():
        if reading.default not in reading.values:
            raise ContractError(f"the default {reading.default!r} is no answer", where=f"readings.json: {reading.name}")
    _check_rows(contract)
    for name, kind in contract.records.items():
        _check_files(contract, f"{TABLE}: records: {name}", [kind.schema], [kind.example])
    called: set[tuple[str, str]] = set()
    for operation in contract.operations.values():
        where = f"{TABLE}: {operation.name}"
        if (operation.method, operation.path) in called:
            raise ContractError(f"{operation.method} {operation.path} is another operation too", where=where)
        called.add((operation.method, operation.path))
        _check_operation(contract, operation, where)


def _check_operation(contract: Contract, operation: Operation, where: str) -> None:
    for message in (*_unknown_names(contract, operation), *_misfits(operation)):
        raise ContractError(message, where=where)
    schemas = [operation.request_schema, *(row.schema for row in operation.answers)]
    examples = [*operation.request_examples, *(row.example for row in operation.answers)]
    _check_files(contract, where, schemas, examples)
    for parameter in operation.parameters:
        check_schema(f"{where}: {parameter.name}", dict(parameter.schema))
        contract.parameter_validator(parameter)
    for row in operation.answers:
        _check_when(contract, f"{where}: {row.outcome}", row.when)


def _unknown_names(contract: Contract, operation: Operation) -> Iterator[str]:
    for rule in operation.rules:
        if rule not in contract.rules:
            yield f"the rule {rule!r} is not in rules.json"
        if rule not in RULES:
            yield f"the rule {rule!r} has no function in the program"
    for error in operation.errors:
        if error not in {row.name for row in contract.errors}:
            yield f"the error {error!r} is not in `errors`"
    if operation.record and operation.record not in contract.records:
        yield f"the record {operation.record!r} is not in `records`"


def _misfits(operation: Operation) -> Iterator[str]:
    if operation.behaviour and not operation.record:
        yield "an operation with a behaviour names its record"
    if "{" in operation.path:
        yield f"the path {operation.path!r} holds a parameter, which the partner API cannot take"
    for row in operation.answers:
        if row.item is not None and not _has_one_slot(row.body):
            yield f"the answer {row.outcome!r} has an item, so its body holds one slot for the list of them"


def _has_one_slot(body: object) -> bool:
    try:
        (slot,) = slots(body)
        around(body, slot)
    except ValueError:
        return False
    return True


def _check_rows(contract: Contract) -> None:
    """Check the errors, the bodies of errors and the states; each must be told in every choice of readings."""
    names = {row.name for row in contract.errors}
    groups = {f"errors: {name}": [row.when for row in contract.errors if row.name == name] for name in sorted(names)}
    groups["error_bodies"] = [body.when for body in contract.error_bodies]
    for state in ("pending", "synced", "failed"):
        groups[f"states: {state}"] = [row.when for row in contract.states if row.state == state]
    for place, whens in groups.items():
        for when in whens:
            _check_when(contract, f"{TABLE}: {place}", when)
        _check_coverage(contract, f"{TABLE}: {place}", whens)
    texts = [(f"errors: {row.name}", row.message) for row in contract.errors]
    texts += [(f"states: {state.state}", state.description) for state in contract.states]
    for place, text in texts:
        try:
            list(string.Formatter().parse(text))
        except ValueError as error:
            raise ContractError(f"the text {text!r} cannot be filled: {error}", where=f"{TABLE}: {place}") from error


def _check_when(contract: Contract, where: str, when: When) -> None:
    try:
        contract.choose(when.items())
    except SettingError as error:
        raise ContractError(f"`when` cannot be: {error}", where=where) from error


def _check_coverage(contract: Contract, where: str, whens: list[When]) -> None:
    """Raise ContractError if there are readings in which no row applies."""
    asked = sorted({name for when in whens for name in when})
    for values in itertools.product(*(contract.readings[name].values for name in asked)):
        chosen = dict(zip(asked, values, strict=True))
        if not any(fits(when, chosen) for when in whens):
            words = ", ".join(f"{name}={value}" for name, value in chosen.items())
            raise ContractError(f"no row applies {f'in the reading {words}' if words else 'at all'}", where=where)


def _check_files(contract: Contract, where: str, schemas: Iterable[str], examples: Iterable[str]) -> None:
    for schema in filter(None, schemas):
        contract.schemas.validator(schema)
    for example in filter(None, examples):
        if example not in contract.files.paths:
            raise ContractError(f"the example {example!r} is missing from the contract", where=where)
