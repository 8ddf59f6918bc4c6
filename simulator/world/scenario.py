"""A scenario: the world a story happens in, and the rules of what goes wrong when. Its vocabulary is closed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from simulator.clock import Duration, parse_duration, parse_mode
from simulator.contract.contract import Contract
from simulator.contract.validation import against_schema
from simulator.contract.violations import Violation
from simulator.errors import SettingError
from simulator.systems.base import NOBODY, merged
from simulator.systems.catalogue import DEFAULT, check_words, system_named
from simulator.world.outcomes import FORMS, Outcome, parse_outcome

SCHEMA = "scenario.schema.json"
ANY = "any"

At = Literal["before", "during", "after"]
Checked = TypeVar("Checked")
WORDS = (
    "format", "name", "title", "advice", "system", "seed", "clock", "sync_delay", "books", "readings",
    "rules", "events", "when", "respond", "fault", "outcomes", "operation", "sync", "identifier", "match",
    "times", "skip", "attempt", "exactly", "chance", "from", "until", "status", "retry_after",
    "retry_after_as", "message", "body", "headers", "at", "kind", "for", "after", "do", "expire_key",
    "document_status",
)  # fmt: skip
"""The vocabulary, for whoever mistyped a word of it; a test compares it with the schema."""

DEEDS = 'Write {expire_key: true}, {books: ...} or {document_status: "Draft"}.'

FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})
"""Headers that say where an answer ends: a wrong one would break the next exchange as well."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")

MAGIC = "magic-"
"""How the names of the rules begin that magic identifiers stand for."""

LATE = frozenset({"delay", "slow"})
"""Faults after which the client has its answer all the same, if it waits."""
LASTING = LATE | {"hang"}

Place = Callable[[str], str]
"""Turns a JSON Pointer into the place that a person looks at: the pointer itself, or file, line and column."""


@dataclass(frozen=True, slots=True)
class When:
    """To what a rule applies; everything that is named must fit."""

    operations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    identifiers: tuple[str, ...] = ()
    exactly: frozenset[str] | None = None
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = None
    skip: int = 0
    attempts: frozenset[int] = frozenset()
    chance: float = 1.0
    begin: Duration = 0
    end: Duration | None = None


@dataclass(frozen=True, slots=True)
class Respond:
    """An answer that is dictated."""

    status: int
    at: At = "before"
    message: str = ""
    body: Any = None
    has_body: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: Duration | None = None
    retry_after_as: Literal["seconds", "date"] = "seconds"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to an exchange on the wire, and on which side of the effect."""

    kind: str
    at: At = "after"
    duration: Duration | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when, and one of three things that then happen; *given* is the rule as it was written."""

    name: str
    when: When
    respond: Respond | None = None
    fault: Fault | None = None
    outcomes: tuple[Outcome, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to the world at a time after the scenario began."""

    after: Duration
    do: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story; *given* is the document that it was read from, without loss."""

    name: str
    given: Mapping[str, Any]
    title: str = ""
    advice: str = ""
    rules: tuple[Rule, ...] = ()
    events: tuple[Event, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What it sets of the world, in the words of `PUT /_sim/world`: system, seed, syncDelay, books, readings, clock."""


def scenario_from(value: Any, contract: Contract, place: Place = str) -> Scenario:
    """Read a scenario. Raises SettingError on the first mistake in it, at its place, with what was expected."""
    _refuse(mistakes(value, contract), place)
    rules = tuple(_rule(row, number, contract, place) for number, row in enumerate(value.get("rules", ())))
    _refuse_doubles(rules, place)
    events = [_event(row, f"/events/{number}", place) for number, row in enumerate(value.get("events", ()))]
    settings = _settings(value, contract, place)
    return Scenario(
        name=value["name"],
        given=value,
        title=value.get("title", ""),
        advice=value.get("advice", ""),
        rules=rules,
        events=tuple(sorted(events, key=lambda event: event.after)),
        settings=settings,
    )


def every_mistake(value: Any, contract: Contract, place: Place = str) -> list[SettingError]:
    """Return all that is wrong with a scenario: what breaks the schema, then what parts that keep it say wrongly."""
    broken = mistakes(value, contract)
    found = [_error(violation, place) for violation in broken]
    pointers = [violation.pointer for violation in broken]

    def is_sound(pointer: str) -> bool:
        return not any(f"{other}/".startswith(f"{pointer}/") for other in pointers)

    def look(read: Callable[[], Any]) -> Any:
        try:
            return read()
        except SettingError as error:
            found.append(error)
            return None

    if "" in pointers or "/rules" in pointers or "/events" in pointers:
        return found
    rules = [
        look(partial(_rule, row, number, contract, place))
        for number, row in enumerate(value.get("rules", ()))
        if is_sound(f"/rules/{number}")
    ]
    for number, row in enumerate(value.get("events", ())):
        if is_sound(f"/events/{number}"):
            look(partial(_event, row, f"/events/{number}", place))
    if not broken:
        look(partial(_settings, value, contract, place))
        if None not in rules:
            look(partial(_refuse_doubles, tuple(rules), place))
    return found


def rule_from(value: Any, number: int, contract: Contract) -> Rule:
    """Read one rule that is put on top of a scenario; *number* names it where it has no name. Raises SettingError."""
    document = {"format": 1, "name": "rule", "rules": [value]}
    _refuse(mistakes(document, contract), lambda pointer: pointer.removeprefix("/rules/0") or "/")
    return _rule(value, number, contract, lambda pointer: pointer.removeprefix(f"/rules/{number}") or "/")


def mistakes(value: Any, contract: Contract) -> list[Violation]:
    """Return everything that a document breaks of the schema of the language, the innermost first."""
    validator = contract.schemas.validator(SCHEMA)
    if validator.is_valid(value):
        return []
    return sorted(against_schema(contract, validator, value), key=lambda violation: -violation.pointer.count("/"))


def _refuse(found: list[Violation], place: Place) -> None:
    if found:
        raise _error(found[0], place)


def _error(violation: Violation, place: Place) -> SettingError:
    detail = violation.detail
    if violation.rule == "schema-one-of":
        detail = "this is not an outcome" if "/outcomes/" in violation.pointer else "this is nothing that can happen"
    return SettingError(f"{detail}.", where=place(violation.pointer), advice=_advice(violation))


def _advice(violation: Violation) -> str:
    """Return what may have been meant."""
    if violation.rule == "schema-one-of":
        return FORMS if "/outcomes/" in violation.pointer else DEEDS
    if violation.rule == "schema-additional-properties":
        given = violation.pointer.rpartition("/")[2]
        close = difflib.get_close_matches(given, WORDS, n=1)
        return f"Did you mean {close[0]}?" if close else ""
    return ""


def _rule(row: Mapping[str, Any], number: int, contract: Contract, place: Place) -> Rule:
    where = f"/rules/{number}"
    effects = [name for name in ("respond", "fault", "outcomes") if name in row]
    if len(effects) != 1:
        said = f"it has {' and '.join(effects)}" if effects else "it has none of them"
        raise SettingError(
            f"a rule has one of respond, fault and outcomes; {said}.",
            where=place(where),
            advice="Make two rules of it.",
        )
    when = _when(row["when"], f"{where}/when", contract, place, effects[0])
    given = row.get("outcomes", [])
    outcomes = [_checked(parse_outcome, one, place(f"{where}/outcomes/{index}")) for index, one in enumerate(given)]
    for index, outcome in enumerate(outcomes[:-1]):
        if outcome.kind == "pending" and not outcome.has_end:
            raise SettingError(
                "what follows a pending without an end never comes.",
                where=place(f"{where}/outcomes/{index}"),
                advice='Write {"pending": "10m"} or {"pending": "3 looks"}.',
            )
    return Rule(
        name=row.get("name") or f"rule-{number + 1}",
        when=when,
        respond=_checked(_respond, row["respond"], place(f"{where}/respond")) if "respond" in row else None,
        fault=_checked(_fault, row["fault"], place(f"{where}/fault")) if "fault" in row else None,
        outcomes=tuple(outcomes),
        given=row,
    )


def _when(row: Mapping[str, Any], where: str, contract: Contract, place: Place, effect: str) -> When:
    operations = _names(row, "operation", list(contract.operations), where, place)
    kinds = _names(row, "sync", list(contract.records), where, place)
    if bool(operations) == bool(kinds):
        raise SettingError("a rule is about an operation or about sync, one of them.", where=place(where))
    if kinds and effect != "outcomes":
        raise SettingError(f"a push to the accounting system has outcomes, not {effect}.", where=place(where))
    if operations and effect == "outcomes":
        kinds, operations = _kinds_of(operations, contract, where, place), frozenset()
    if kinds and "attempt" in row:
        raise SettingError(
            "the attempts of a push are told by the order of its outcomes.", where=place(f"{where}/attempt")
        )
    attempts = row.get("attempt", [])
    begin, end = _duration(row, "from", where, place) or 0, _duration(row, "until", where, place)
    if end is not None and end <= begin:
        raise SettingError("it ends before it begins, so the rule never applies.", where=place(f"{where}/until"))
    return When(
        operations=operations,
        kinds=kinds,
        identifiers=_patterns(row.get("identifier", [])),
        exactly=frozenset(_patterns(row["exactly"])) if "exactly" in row else None,
        match=row.get("match", {}),
        times=row.get("times"),
        skip=row.get("skip", 0),
        attempts=frozenset(attempts if isinstance(attempts, list) else [attempts]),
        chance=float(row.get("chance", 1)),
        begin=begin,
        end=end,
    )


def _patterns(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _kinds_of(operations: frozenset[str], contract: Contract, where: str, place: Place) -> frozenset[str]:
    """Return the kinds of record that status calls show: outcomes of a status call are those of its records."""
    wrong = sorted(name for name in operations if contract.operations[name].behaviour != "status")
    if wrong:
        raise SettingError(
            f"{wrong[0]} has no outcomes.",
            where=place(f"{where}/operation"),
            advice="Give a request respond or fault; outcomes belong to sync, or to a status call.",
        )
    return frozenset(contract.operations[name].record for name in operations)


def _names(row: Mapping[str, Any], member: str, known: list[str], where: str, place: Place) -> frozenset[str]:
    given = row.get(member, [])
    names = [given] if isinstance(given, str) else list(given)
    for name in names:
        if name != ANY and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            advice = f"Did you mean {close[0]}?" if close else f"There are {', '.join(known)}, or {ANY}."
            raise SettingError(f"there is no {name[:60]!r}.", where=place(f"{where}/{member}"), advice=advice)
    return frozenset(known) if ANY in names else frozenset(names)


def _duration(row: Mapping[str, Any], member: str, where: str, place: Place) -> Duration | None:
    return _checked(parse_duration, row[member], place(f"{where}/{member}")) if member in row else None


def _respond(row: Mapping[str, Any]) -> Respond:
    for name, text in row.get("headers", {}).items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            raise SettingError(f"{name[:60]!r} is not a header that HTTP can carry.", advice="Use ASCII on one line.")
        if name.lower() in FRAMING:
            raise SettingError(f"the header {name} belongs to the wire.", advice="Break the wire with a fault.")
    return Respond(
        status=int(row["status"]),
        at=row.get("at", "before"),
        message=row.get("message", ""),
        body=row.get("body"),
        has_body="body" in row,
        headers=row.get("headers", {}),
        retry_after=parse_duration(row["retry_after"]) if "retry_after" in row else None,
        retry_after_as=row.get("retry_after_as", "seconds"),
    )


def _fault(row: Mapping[str, Any]) -> Fault:
    kind, at = row["kind"], row.get("at", "after")
    if kind in LATE and at == "before":
        raise SettingError(f"the fault {kind} has no `before`: the answer is late, and the effect is not.")
    if "for" in row and kind not in LASTING:
        raise SettingError(f"the fault {kind} takes no time.", advice=f"`for` belongs to {', '.join(sorted(LASTING))}.")
    return Fault(kind=kind, at=at, duration=parse_duration(row["for"]) if "for" in row else None)


def _event(row: Mapping[str, Any], where: str, place: Place) -> Event:
    after = _duration(row, "after", where, place)
    assert after is not None
    return Event(after=after, do=row["do"], given=row)


def _refuse_doubles(rules: tuple[Rule, ...], place: Place) -> None:
    names: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.name.startswith(MAGIC):
            raise SettingError(f"names that begin with {MAGIC} are taken.", where=place(f"/rules/{number}/name"))
        if rule.name in names:
            raise SettingError(f"two rules have the name {rule.name!r}.", where=place(f"/rules/{number}/name"))
        names.add(rule.name)


def _settings(value: Mapping[str, Any], contract: Contract, place: Place) -> dict[str, Any]:
    """Return what a scenario sets of its world, each checked as the world would check it, at its own place."""
    settings = {member: value[member] for member in ("seed", "system", "books", "readings") if member in value}
    system = _checked(system_named, value.get("system", DEFAULT), place("/system"))

    def check(words: Mapping[str, Any]) -> None:
        # A story that names no system is told in any: what its own books take is seen then.
        if "system" in value:
            system.open_books(words, NOBODY)
        else:
            check_words(words)

    words = dict(value.get("books", {}))
    _checked(check, words, place("/books"))
    for number, event in enumerate(value.get("events", ())):
        if "books" in event["do"]:
            words = {**merged({}, words), **event["do"]["books"]}
            _checked(check, words, place(f"/events/{number}/do/books"))
    for name, answer in value.get("readings", {}).items():
        _checked(contract.choose, [(name, answer)], place(f"/readings/{name}"))
    if "sync_delay" in value:
        _checked(parse_duration, value["sync_delay"], place("/sync_delay"))
        settings["syncDelay"] = value["sync_delay"]
    if "clock" in value:
        _checked(parse_mode, value["clock"], place("/clock"))
        settings["clock"] = {"mode": value["clock"]}
    return settings


def _checked(check: Callable[[Any], Checked], argument: Any, where: str) -> Checked:
    try:
        return check(argument)
    except SettingError as error:
        raise SettingError(f"{error.message.rstrip('.')}.", where=where, advice=error.advice) from error
