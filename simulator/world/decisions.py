"""Writes the decisions that a world has been through as a scenario: told again, they are the same ones.

Each is addressed by its document (or question) and attempt, and all are sorted by their addresses; so the text is
the same in whatever order the requests arrived. Decisions that are alike share a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.clock import show_duration
from simulator.contract.jsontext import dumps, loads
from simulator.world.director import Decision, Director
from simulator.world.outcomes import Outcome
from simulator.world.setup import Setup
from simulator.world.world import World

NAME = "exported-run"
RULES_MAX = 1_000
NAMES_MAX = 100_000
OUTCOMES_MAX = 1_000
"""What the schema of a scenario allows: rules, documents that one names, outcomes."""

PUSH = "push"


def as_scenario(world: World, _base_url: str) -> dict[str, Any]:
    """Return what was decided in a world as a scenario, with the settings that hold there now."""
    director = world.engine.director
    lost = director.decisions_before + director.decisions_lost
    rules: list[dict[str, Any]] = []
    for rule in (*_rules_for_requests(director.decisions), *_rules_for_pushes(director)):
        if len(rules) < RULES_MAX:
            rules.append({"name": f"decision-{len(rules) + 1}", **rule})
        else:
            lost += len(rule["when"]["exactly"])
    document: dict[str, Any] = {"format": 1, "name": NAME, "title": "The decisions of a run, told again"}
    if lost:
        document["advice"] = (
            f"This is not all of the run: {lost} more decisions were taken. They lie beyond the bound on what is kept, "
            "or before this scenario was loaded."
        )
    document |= _settings(world.setup)
    if rules:
        document["rules"] = rules
    if director.scenario is not None and director.scenario.events:
        document["events"] = director.scenario.given["events"]
    return document


def _settings(setup: Setup) -> dict[str, Any]:
    books = {"books": dict(setup.books)} if setup.books else {}
    return {
        "system": setup.system,
        "seed": setup.seed,
        "clock": setup.clock,
        "sync_delay": show_duration(setup.sync_delay),
        **books,
        "readings": dict(setup.readings),
    }


def _rules_for_requests(decisions: Iterable[Decision]) -> Iterator[dict[str, Any]]:
    """Yield a rule for each effect on an operation, and for the documents and attempts that it had."""
    attempts: dict[tuple[str, bytes, str], set[int]] = {}
    for decision in decisions:
        if not decision.is_push:
            address = (decision.subject, _effect(decision), decision.identity)
            attempts.setdefault(address, set()).add(decision.attempt)
    named: dict[tuple[str, tuple[int, ...], bytes], list[str]] = {}
    for (operation, effect, identity), seen in attempts.items():
        named.setdefault((operation, tuple(sorted(seen)), effect), []).append(identity)
    for (operation, numbers, effect), identities in sorted(named.items()):
        attempt = numbers[0] if len(numbers) == 1 else list(numbers)
        for exactly in _portions(identities):
            yield {"when": {"operation": operation, "exactly": exactly, "attempt": attempt}, **loads(effect)}


def _effect(decision: Decision) -> bytes:
    given = decision.given or {}
    return dumps({name: given[name] for name in ("respond", "fault") if name in given})


def _rules_for_pushes(director: Director) -> Iterator[dict[str, Any]]:
    """Yield a rule for each list of outcomes that documents of a kind have come to."""
    pushes: dict[tuple[str, str], list[Decision]] = {}
    for decision in director.decisions:
        if decision.is_push:
            pushes.setdefault((decision.subject, decision.identity), []).append(decision)
    named: dict[tuple[str, bytes], list[str]] = {}
    for (kind, identity), decisions in pushes.items():
        outcomes = _outcomes(decisions, director.attempts_of_push(kind, identity))
        named.setdefault((kind, dumps(outcomes[:OUTCOMES_MAX])), []).append(identity)
    for (kind, outcomes_text), identities in sorted(named.items()):
        for exactly in _portions(identities):
            yield {"when": {"sync": kind, "exactly": exactly}, "outcomes": loads(outcomes_text)}


def _outcomes(decisions: list[Decision], attempts: int) -> list[Any]:
    """Return what came of the attempts of one document, in order; what nobody decided, the books did."""
    outcomes: list[Any] = []
    for number, decision in enumerate(decisions):
        before = decisions[number - 1] if number else None
        outcomes += [PUSH] * (decision.attempt - (before.attempt if before is not None else 0) - 1)
        outcome = decision.outcome or Outcome("push")
        if outcomes and outcomes[-1] == "pending":
            return outcomes
        if before is None or not _goes_on(before, decision, outcome):
            # How long the accounting system is out of reach is told by the number of attempts that failed.
            outcomes.append(outcome.kind if outcome.kind == "unreachable" else outcome.show())
    last = decisions[-1]
    if outcomes[-1] == "pending":
        return outcomes
    if attempts > last.attempt or (last.outcome is not None and last.outcome.kind == "unreachable"):
        outcomes.append(PUSH)
    while len(outcomes) > 1 and outcomes[-1] == outcomes[-2] and outcomes[-1] in (PUSH, "synced"):
        outcomes.pop()
    return outcomes


def _goes_on(before: Decision, decision: Decision, outcome: Outcome) -> bool:
    """Say whether a document was still held for the same while, so that this is no further outcome."""
    return (
        outcome.kind == "pending"
        and outcome.duration is not None
        and (before.rule, before.step, before.outcome) == (decision.rule, decision.step, outcome)
    )


def _portions(identities: list[str]) -> Iterator[list[str]]:
    names = sorted(identities)
    for start in range(0, len(names), NAMES_MAX):
        yield names[start : start + NAMES_MAX]
