"""Looking records up: filters from the query, and the list of what matches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from simulator.clock import date_at, days_before
from simulator.contract.operations import Operation, Parameter
from simulator.contract.violations import Violation
from simulator.partner.messages import Outcome, Request
from simulator.partner.views import Frozen, Views
from simulator.world.records import Filter
from simulator.world.world import World

PERIOD_DAYS = 30
_INTEGER = re.compile(r"-?[0-9]+")
_DIGITS_MAX = 18


def status(world: World, operation: Operation, request: Request) -> Outcome:
    """Return the records that the query asks for; parameters that the contract does not name are ignored."""
    given: dict[str, list[str]] = {}
    violations: list[Violation] = []
    for parameter, value in _parameters(operation, request.query):
        if not _fits(world, parameter, value):
            violations.append(_violation(parameter, value))
        given.setdefault(parameter.filter, []).append(value)
    if violations:
        return Outcome("invalid", violations=violations)
    views = Views(world.contract, world.readings)
    records = world.shelves[operation.record].find(_filter(world, views, given))
    if not records:
        return Outcome("none")
    return Outcome("found", {"records": Frozen(views, records)}, seen=records)


def _parameters(operation: Operation, query: bytes) -> Iterable[tuple[Parameter, str]]:
    if not query:
        return []
    known = {parameter.name: parameter for parameter in operation.parameters}
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    return [(known[name], value) for name, value in pairs if name in known]


def _fits(world: World, parameter: Parameter, value: str) -> bool:
    if parameter.schema.get("type") == "integer":
        return _INTEGER.fullmatch(value) is not None
    return bool(world.contract.parameter_validator(parameter).is_valid(value))


def _violation(parameter: Parameter, value: str) -> Violation:
    wanted = "a date that exists, as YYYY-MM-DD" if parameter.schema.get("format") == "date" else "a whole number"
    return Violation(
        f"query:{parameter.name}", value, "parameter", wanted, f"{value[:80]!r} is not {wanted}",
        parameter.basis, parameter.source,
    )  # fmt: skip


def _filter(world: World, views: Views, given: dict[str, list[str]]) -> Filter:
    states = None
    if "status" in given:
        # A number too long to be a status is one that no record has.
        states = views.states_with({int(value) for value in given["status"] if len(value) <= _DIGITS_MAX})
    # Two bounds of a kind are both meant: the narrower one holds.
    from_date = max(given.get("from", [""]))
    if not given and world.readings["default_period"] == "30-days":
        from_date = days_before(date_at(world.now, views.zone), PERIOD_DAYS)
    return Filter(
        identifiers=frozenset(given.get("identifier", ())),
        invoices=frozenset(given.get("invoice", ())),
        states=states,
        from_date=from_date,
        to_date=min(given.get("to", [""])),
    )
