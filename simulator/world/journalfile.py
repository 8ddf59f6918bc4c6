"""Reads an exported journal back: the setup that its world began with, and what happened to it.

Whoever exports a journal may change it, so nothing in it is believed: what does not fit is a clear error.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from simulator.clock import SECOND, Instant, parse_instant
from simulator.contract.contract import Contract
from simulator.contract.jsontext import MalformedError, loads
from simulator.contract.validation import against_schema
from simulator.errors import SettingError
from simulator.systems.catalogue import wires
from simulator.world.export import FORMAT
from simulator.world.journal import Entry
from simulator.world.scenario import scenario_from
from simulator.world.setup import Setup, changed

BYTES_MAX = 256 << 20
ENTRIES_MAX = 1_000_000
DEPTH_MAX = 64


class Shape(NamedTuple):
    """The arguments of a command: the schema of its call's body, and what the call has in its path."""

    schema: str = "control/nothing.request.json"
    texts: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


COMMANDS: dict[str, Shape] = {
    "advance": Shape("control/clock.advance.request.json", one_of=("by", "to")),
    "settle": Shape("control/clock.settle.request.json"),
    "freeze": Shape(),
    "resume": Shape("control/clock.resume.request.json"),
    "configure": Shape("control/world.request.json"),
    "outcome": Shape("control/outcome.request.json", texts=("kind", "identifier")),
    "expire_key": Shape("control/key.expire.request.json"),
    "add_record": Shape("control/record.request.json", texts=("kind",)),
    "load_scenario": Shape(objects=("scenario",)),
    "drop_scenario": Shape(),
    "add_rule": Shape(objects=("rule",)),
    "remove_rule": Shape(texts=("name",)),
}
"""Every command that a journal may hold; a test compares them with those that there are."""


@dataclass(frozen=True, slots=True)
class Log:
    """What a journal tells: how its world began, and what happened then."""

    setup: Setup
    opened: Instant
    entries: list[Entry]
    complete: bool
    contract: str
    tenant: str
    """Who the world is in the accounting systems: requests to them were signed with what follows from it."""


def read_journal(data: bytes, contract: Contract, where: str = "") -> Log:
    """Read a journal from the bytes of an export. Raises SettingError."""
    if len(data) > BYTES_MAX:
        raise SettingError(f"the file is larger than {BYTES_MAX} bytes.", where=where)
    try:
        value = loads(data, DEPTH_MAX)
    except MalformedError as error:
        place = f"{where}:{error.line}:{error.column}" if where and error.line else where
        raise SettingError(f"the file is not JSON: {error.detail}.", where=place) from None
    try:
        return journal_from(value, contract)
    except SettingError as error:
        place = ": ".join(filter(None, (where, error.where)))
        raise SettingError(error.message, where=place, advice=error.advice) from error


def is_journal(value: Any) -> bool:
    """Say whether a JSON value says of itself that it is an exported journal."""
    return isinstance(value, dict) and value.get("kind") == "journal"


def journal_from(value: Any, contract: Contract) -> Log:
    """Make a log of an exported journal. Raises SettingError that names the place in it."""
    if not is_journal(value):
        raise SettingError("this is no journal.", where="kind", advice="Export one with ?as=journal.")
    if value.get("format") != FORMAT:
        known = f"This version reads format {FORMAT}."
        raise SettingError(f"the format is {str(value.get('format'))[:20]}.", where="format", advice=known)
    entries = _member(value, "entries", list, "")
    if len(entries) > ENTRIES_MAX:
        raise SettingError(f"there are more than {ENTRIES_MAX} entries.", where="entries")
    return Log(
        setup=_setup(_member(value, "setup", dict, ""), contract),
        opened=parse_instant(_member(value, "opened", str, "")),
        entries=[_entry(entry, f"entries/{number}", contract) for number, entry in enumerate(entries)],
        complete=value.get("complete", True) is True,
        contract=str(value.get("contract", "")),
        tenant=str(value.get("tenant", "")),
    )


def _member(value: Any, name: str, kind: type, where: str) -> Any:
    place = f"{where}/{name}" if where else name
    if not isinstance(value, dict) or not isinstance(value.get(name), kind):
        what = {str: "a text", int: "a whole number", list: "a list", dict: "an object", bool: "true or false"}[kind]
        raise SettingError(f"{what} is expected here.", where=place)
    return value[name]


def _setup(shown: Mapping[str, Any], contract: Contract) -> Setup:
    names = ("system", "seed", "syncDelay", "readings", "books")
    arguments = {name: shown[name] for name in names if name in shown}
    if "clock" in shown:
        arguments["clock"] = {"mode": shown["clock"]}
    _fits(arguments, "control/world.request.json", contract, "setup")
    try:
        base = Setup(readings=contract.choose(()), clock="virtual", sync_delay=SECOND)
        setup = changed(base, arguments, contract)
    except SettingError as error:
        raise _below("setup", error) from error
    if shown.get("scenario") is None:
        return setup
    return replace(setup, scenario=scenario_from(shown["scenario"], contract, lambda place: f"setup/scenario{place}"))


def _below(where: str, error: SettingError) -> SettingError:
    return SettingError(error.message, where=": ".join(filter(None, (where, error.where))), advice=error.advice)


def _fits(value: Any, schema: str, contract: Contract, where: str) -> None:
    validator = contract.schemas.validator(schema, closed=True)
    if not validator.is_valid(value):
        violation = against_schema(contract, validator, value)[0]
        raise SettingError(f"{violation.detail}.", where=f"{where}{violation.pointer}")


def _entry(shown: Any, where: str, contract: Contract) -> Entry:
    kind = _member(shown, "kind", str, where)
    at = parse_instant(_member(shown, "at", str, where))
    operation = shown.get("operation") or ""
    number = _member(shown, "number", int, where)
    if not isinstance(operation, str):
        raise SettingError("the name of an operation is expected here.", where=f"{where}/operation")
    if kind == "command":
        body = _bytes(shown, "arguments", where)
        _check_command(operation, body, where, contract)
        return Entry(at, "command", operation, body=body, answer=_bytes(shown, "result", where), number=number)
    if kind == "wire" and operation not in wires():
        raise SettingError(f"{operation[:40]!r} is no accounting system with a wire.", where=f"{where}/operation")
    if kind not in {"request", "wire"}:
        raise SettingError(f"{kind[:40]!r} is neither request, command nor wire.", where=f"{where}/kind")
    received = shown.get("received")
    return Entry(
        at=at,
        kind="wire" if kind == "wire" else "request",
        operation=operation,
        method=_member(shown, "method", str, where),
        path=_member(shown, "path", str, where),
        query=_bytes(shown, "query", where),
        headers=_headers(_member(shown, "headers", list, where), f"{where}/headers"),
        body=_bytes(shown, "body", where),
        oversized=shown.get("oversized", False) is True,
        status=_member(shown, "status", int, where),
        answer=_bytes(shown, "answer", where),
        answer_note=shown["answerNote"] if isinstance(shown.get("answerNote"), str) else "",
        decision=shown["decision"] if isinstance(shown.get("decision"), str) else "",
        origin=shown["origin"] if isinstance(shown.get("origin"), str) else "",
        received=parse_instant(received) if isinstance(received, str) else None,
        number=number,
    )


def _bytes(shown: Mapping[str, Any], name: str, where: str) -> bytes:
    """Return what a text stands for; what was not UTF-8 is written as an object that says so."""
    value = shown.get(name)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict) and list(value) == ["base64"] and isinstance(value["base64"], str):
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise SettingError("this is not base64.", where=f"{where}/{name}/base64") from None
    raise SettingError("a text is expected here.", where=f"{where}/{name}")


def _headers(given: list[Any], where: str) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = []
    for number, pair in enumerate(given):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):  # noqa: PLR2004
            raise SettingError("a name and a value are expected here.", where=f"{where}/{number}")
        try:
            headers.append((pair[0].encode("latin-1"), pair[1].encode("latin-1")))
        except UnicodeEncodeError:
            raise SettingError("no header holds such letters.", where=f"{where}/{number}") from None
    return headers


def _check_command(name: str, body: bytes, where: str, contract: Contract) -> None:
    """Refuse a command that its call would have refused."""
    shape = COMMANDS.get(name)
    if shape is None:
        known = f"There are {', '.join(COMMANDS)}."
        raise SettingError(f"there is no command {name[:60]!r}.", where=f"{where}/operation", advice=known)
    where = f"{where}/arguments"
    try:
        arguments = loads(body, DEPTH_MAX)
    except MalformedError as error:
        raise SettingError(f"this is not JSON: {error.detail}.", where=where) from None
    if not isinstance(arguments, dict):
        raise SettingError("an object is expected here.", where=where)
    for member in shape.texts:
        _member(arguments, member, str, where)
    for member in shape.objects:
        _member(arguments, member, dict, where)
    own = {*shape.texts, *shape.objects}
    _fits({member: value for member, value in arguments.items() if member not in own}, shape.schema, contract, where)
    if shape.one_of and len(arguments) != 1:
        raise SettingError(f"one of {' and '.join(shape.one_of)} is expected here.", where=where)
