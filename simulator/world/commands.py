"""What the control API can do to a world: each command a function of (world, arguments), logged with its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from simulator.clock import (
    LAST_INSTANT,
    Instant,
    parse_duration,
    parse_instant,
    show_duration,
    show_instant,
)
from simulator.contract.jsontext import dumps
from simulator.contract.validation import against_schema
from simulator.contract.violations import summary
from simulator.errors import BoundError, ConflictError, NotFoundError, SettingError
from simulator.systems.base import merged
from simulator.world.engine import EVENTS_MAX, Fired
from simulator.world.journal import Effect, Entry
from simulator.world.outcomes import parse_outcome
from simulator.world.records import Record
from simulator.world.scenario import rule_from, scenario_from
from simulator.world.setup import changed, telling
from simulator.world.world import World

FIRED_SHOWN_MAX = 1_000
RULES_ON_TOP_MAX = 1_000
"""As many as a scenario may have."""
IDENTITY = frozenset({"world", "key"})

Arguments = Mapping[str, Any]
Result = dict[str, Any]


def run(world: World, name: str, arguments: Arguments, at: Instant | None = None) -> Result:
    """Carry out a command at an instant (the clock's by default), log it, and return its result.

    Raises SettingError, NotFoundError, ConflictError or BoundError; the world is then as it was.
    """
    world.arrive(at)
    effects: list[Effect] = []
    began = world.now
    result = COMMANDS[name](world, arguments, effects)
    entry = Entry(
        # The instant at which it began, where a replay begins it too; only a clock that is set back ends earlier.
        at=min(began, world.now),
        kind="command",
        operation=name,
        body=dumps(arguments),
        # The log tells what happened, not in which world: fed to another, it comes out the same.
        answer=dumps({name: value for name, value in result.items() if name not in IDENTITY}),
        effects=effects,
    )
    world.log(entry)
    return result


def show_clock(world: World) -> Result:
    """Return the clock of a world as a JSON object."""
    due = world.engine.next_instant
    return {
        "now": show_instant(world.now),
        "mode": world.clock.mode,
        "nextDue": None if due is None else show_instant(due),
        "pending": sum(len(shelf.by_state["pending"]) for shelf in world.shelves.values()),
    }


def show_fired(world: World, fired: list[Fired]) -> Result:
    """Return the clock and what fired; a long list is cut, its count is not."""
    return {
        **show_clock(world),
        "firedCount": len(fired),
        "fired": [event.show() for event in fired[:FIRED_SHOWN_MAX]],
        "complete": len(fired) < EVENTS_MAX,
    }


def advance(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Move time forward, `by` a duration or `to` an instant, running everything that falls due on the way."""
    if "to" in arguments:
        target = parse_instant(arguments["to"])
        if target < world.now:
            raise SettingError(
                f"time cannot go backwards: it is {show_instant(world.now)}.",
                where="to",
                advice="Reset the world.",
            )
    else:
        target = world.now + parse_duration(arguments["by"])
    if target > LAST_INSTANT:
        raise SettingError(
            "the calendar of the simulator ends with the year 9999.", where="by", advice="Advance by less."
        )
    return show_fired(world, _move(world, target))


def settle(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Move time forward until nothing is due any more, or until `within` a duration."""
    within = parse_duration(arguments["within"]) if "within" in arguments else LAST_INSTANT
    limit = min(world.now + within, LAST_INSTANT)
    fired: list[Fired] = []
    while len(fired) < EVENTS_MAX and (due := world.engine.next_instant) is not None and due <= limit:
        fired += _move(world, due)
    return show_fired(world, fired)


def _move(world: World, target: Instant) -> list[Fired]:
    target = max(target, world.now)
    world.reach(target)
    return world.arrive(target)


def freeze(world: World, _arguments: Arguments, _effects: list[Effect]) -> Result:
    """Let the clock stand: from now on time moves by command alone."""
    world.clock.freeze(world.now)
    return show_clock(world)


def resume(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Let the clock run, in `mode` or at its former rate."""
    world.clock.resume(arguments.get("mode"))
    return show_clock(world)


def configure(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Change what the world is like; what is not named stays. Nothing changes if anything is wrong."""
    setup, start = changed(world.setup, arguments, world.contract), None
    clock = arguments.get("clock", {})
    if "now" in clock:
        start = parse_instant(clock["now"])
        if start < world.now and (world.record_count or world.journal.last):
            raise SettingError(
                f"time cannot go backwards: it is {show_instant(world.now)}.",
                where="clock.now",
                advice="Set the clock before anything else happens in the world, or reset it.",
            )
    # What an event has changed since is not named either, and stays; a reset begins with the setup.
    words = setup.books if "system" in arguments else merged(world.words, arguments.get("books", {}))
    world.adopt(setup, words if {"system", "books"} & set(arguments) else None)
    _set_clock(world, clock.get("mode"), start)
    return show_world(world)


def _set_clock(world: World, mode: str | None, start: Instant | None) -> None:
    if start is not None and start < world.now:
        world.clear(world.setup, start)
    elif start is not None:
        _move(world, start)
    if mode == "virtual":
        world.clock.freeze(world.now)
    elif mode is not None:
        world.clock.resume(mode)


def outcome(world: World, arguments: Arguments, effects: list[Effect]) -> Result:
    """Give a pending record an outcome by hand, or push a failed one again."""
    wanted = parse_outcome(arguments["outcome"])
    record = world.record(arguments["kind"], arguments["identifier"])
    world.engine.impose(record, wanted, world.now)
    world.arrive(world.now)
    effects.append(Effect(wanted.kind, record.kind, record.identifier))
    return record.show(full=True)


def expire_key(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Let the key of the world expire: now, `in` a duration, `at` an instant, or `never` again."""
    if arguments.get("never"):
        world.key_expires = None
    elif "at" in arguments:
        world.key_expires = parse_instant(arguments["at"])
    else:
        world.key_expires = min(world.now + parse_duration(arguments.get("in", "0s")), LAST_INSTANT)
    return {"keyExpires": None if world.key_expires is None else show_instant(world.key_expires)}


def add_record(world: World, arguments: Arguments, effects: list[Effect]) -> Result:
    """Make a record that no call of the partner API makes: an invoice, until invoices can be sent."""
    kind = world.contract.records.get(arguments["kind"])
    if kind is None or not kind.schema:
        made = [name for name, row in world.contract.records.items() if row.schema]
        raise ConflictError(
            f"records of the kind {arguments['kind'][:60]!r} are not made by the control API.",
            advice=f"Submit them through the partner API. Made here are: {', '.join(made)}.",
        )
    document = arguments["document"]
    violations = against_schema(world.contract, world.contract.schemas.validator(kind.schema), document)
    if violations:
        raise SettingError(f"the document does not fit: {summary(violations)}", where="document")
    identifier = document[kind.identifier]
    if identifier in world.shelves[kind.name].by_identifier:
        raise ConflictError(f"there is a {kind.name} {identifier!r} already.", advice="Choose another identifier.")
    raw = dumps(document)
    world.has_room_for(1, len(raw))
    record = Record(
        number=world.next_number(),
        kind=kind.name,
        identifier=identifier,
        raw=raw,
        member="",
        kept={name: document.get(name) for name in kind.keep},
        date=kind.date_of(document),
        invoice=kind.invoice_of(document),
        at=world.now,
    )
    world.add(record, len(raw), "control API")
    effects.append(Effect("created", kind.name, identifier))
    return record.show(full=True)


def load_scenario(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Tell a story from now on; what it sets of the world is set. Nothing changes if anything in it is wrong."""
    scenario = scenario_from(arguments["scenario"], world.contract)
    setup = telling(world.setup, scenario, world.contract)
    world.adopt(setup, setup.books if {"system", "books"} & set(scenario.settings) else None)
    _set_clock(world, scenario.settings.get("clock", {}).get("mode"), None)
    world.follow(scenario)
    return show_scenario(world)


def drop_scenario(world: World, _arguments: Arguments, _effects: list[Effect]) -> Result:
    """End the story: its rules and events are gone, and so are rules on top. What it had set stays."""
    world.setup = replace(world.setup, scenario=None)
    world.follow(None)
    return show_scenario(world)


def add_rule(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Put a rule on top of all others."""
    director = world.engine.director
    taken = {rule.name for rule in director.rules}
    number = next(number for number in count(1) if f"top-{number}" not in taken)
    rule = rule_from({"name": f"top-{number}", **arguments["rule"]}, 0, world.contract)
    # Rules are told apart by their names: in the journal, and in what each has counted.
    if rule.name in taken - {other.name for other in director.on_top} | {other.name for other in director.magic}:
        raise ConflictError(f"there is a rule {rule.name!r} already.", advice="Choose another name.")
    others = sum(other.name != rule.name for other in director.on_top)
    if others >= RULES_ON_TOP_MAX:
        raise BoundError(f"{others} rules are on top, which is the most.", advice="Take one off, or load a scenario.")
    director.put(rule)
    world.engine.release(lambda name: name == rule.name, world.now)
    return {**show_scenario(world), "added": rule.name}


def remove_rule(world: World, arguments: Arguments, _effects: list[Effect]) -> Result:
    """Take a rule off that was put on top."""
    if not world.engine.director.take(arguments["name"]):
        on_top = ", ".join(rule.name for rule in world.engine.director.on_top) or "none"
        raise NotFoundError(f"no rule {arguments['name'][:60]!r} was put on top.", advice=f"On top are: {on_top}.")
    world.engine.release(lambda name: name == arguments["name"], world.now)
    return show_scenario(world)


def show_scenario(world: World) -> Result:
    """Return the story that is being told: its rules in the order of asking, and how often each applied."""
    director = world.engine.director
    scenario = director.scenario
    on_top = {rule.name for rule in director.on_top}
    return {
        "scenario": dict(scenario.given) if scenario is not None else None,
        "began": show_instant(director.began),
        "rules": [
            {
                "name": rule.name,
                "onTop": rule.name in on_top,
                "applied": director.applied.get(rule.name, 0),
                "rule": dict(rule.given),
            }
            for rule in director.rules
        ],
        "events": [
            {"at": show_instant(director.instant_of(event)), "event": dict(event.given)} for event in director.events
        ],
        "decisions": len(director.decisions) + director.decisions_lost,
    }


def show_world(world: World) -> Result:
    """Return a world as a JSON object."""
    setup = world.setup
    return {
        "world": world.identity,
        "key": world.key if world.key.startswith("test-") else f"{world.key[:4]}…",
        "scenario": setup.scenario.name if setup.scenario is not None else None,
        "system": setup.system,
        "seed": setup.seed,
        "syncDelay": show_duration(setup.sync_delay),
        "clock": show_clock(world),
        "readings": dict(setup.readings),
        "books": world.engine.books.show(),
        "keyExpires": None if world.key_expires is None else show_instant(world.key_expires),
        "records": {
            name: {
                "total": len(shelf.all),
                "pending": len(shelf.by_state["pending"]),
                "failed": len(shelf.by_state["failed"]),
                "synced": len(shelf.all) - len(shelf.by_state["pending"]) - len(shelf.by_state["failed"]),
            }
            for name, shelf in world.shelves.items()
        },
        "journal": {
            "entries": len(world.journal.entries),
            "bytes": world.journal.bytes,
            "last": world.journal.last,
            "evicted": world.journal.evicted,
        },
    }


COMMANDS: dict[str, Callable[[World, Arguments, list[Effect]], Result]] = {
    "advance": advance,
    "settle": settle,
    "freeze": freeze,
    "resume": resume,
    "configure": configure,
    "outcome": outcome,
    "expire_key": expire_key,
    "add_record": add_record,
    "load_scenario": load_scenario,
    "drop_scenario": drop_scenario,
    "add_rule": add_rule,
    "remove_rule": remove_rule,
}
"""The commands by their names in the journal."""
