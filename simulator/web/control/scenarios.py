"""The story of a world through the control API: look at it, tell one, put a rule on top, take it off."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.contract.storytext import Text, at
from simulator.contract.violations import Violation
from simulator.errors import SettingError
from simulator.web.control.calls import Call, Reply
from simulator.web.control.problems import ProblemError
from simulator.world import commands
from simulator.world.commands import show_scenario
from simulator.world.library import read_named
from simulator.world.scenario import every_mistake

MISTAKES_MAX = 100
RULE = "/rules/0"


def show(call: Call) -> Reply:
    """Return the story that is told."""
    return Reply(show_scenario(call.look()))


def load(call: Call) -> Reply:
    """Tell a story from now on: one of the library by its name, or the one that is sent."""
    value, contract = call.text.value, call.worlds.contract
    if isinstance(value, dict) and list(value) == ["name"] and isinstance(value["name"], str):
        scenario = dict(read_named(value["name"], contract).given)
    else:
        scenario = value
        places = _Places(call.text)
        _refuse(every_mistake(value, contract, places.show), places)
    return Reply(commands.run(call.anew(), "load_scenario", {"scenario": scenario}))


def drop(call: Call) -> Reply:
    """End the story."""
    return call.run("drop_scenario")


def add_rule(call: Call) -> Reply:
    """Put a rule on top."""
    rule, places = call.text.value, _Places(call.text, RULE)
    document = {"format": 1, "name": "rule", "rules": [rule]}
    _refuse(every_mistake(document, call.worlds.contract, places.show), places)
    return Reply(call.run("add_rule", rule=rule).value, 201)


def remove_rule(call: Call) -> Reply:
    """Take a rule off."""
    return call.run("remove_rule", name=call.given["name"])


class _Places:
    """Turns JSON Pointers into places of a text, and remembers which is which; what is sent stands below *above*."""

    def __init__(self, text: Text, above: str = "") -> None:
        self.text = text
        self.above = above
        self.known: dict[str, tuple[str, int, int]] = {}

    def show(self, pointer: str) -> str:
        pointer = pointer.removeprefix(self.above)
        line, column = self.text.place(pointer)
        shown = at("", line, column)
        # The innermost part at a place is the one that is meant.
        if len(pointer) >= len(self.known.get(shown, ("",))[0]):
            self.known[shown] = pointer, line, column
        return shown


def _refuse(mistakes: Sequence[SettingError], places: _Places) -> None:
    if not mistakes:
        return
    found = [(places.known.get(mistake.where, ("", 1, 1)), mistake) for mistake in mistakes]
    found.sort(key=lambda pair: pair[0][1:])
    # Of several on one line the one that can say what was meant: a word with a typing error is missing as well.
    (_, line, column), first = min(found, key=lambda pair: (pair[0][1], not pair[1].advice, pair[0][2]))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    raise ProblemError(
        "invalid",
        f"{first.message}{more}",
        where=first.where,
        advice=first.advice,
        line=line,
        column=column,
        violations=[_violation(pointer, mistake) for (pointer, _, _), mistake in found[:MISTAKES_MAX]],
    )


def _violation(pointer: str, mistake: SettingError) -> Violation:
    expected = mistake.advice or "what the schema of scenarios says"
    return Violation(pointer, None, "scenario", expected, f"{mistake.where}: {mistake.message}", "assumed", "none")
