"""Which rule applies, to what, how often; and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance import draw
from simulator.clock import MINUTE
from simulator.contract.contract import built_in
from simulator.world import director as directors
from simulator.world.director import Asked, Decision, Director
from simulator.world.outcomes import Outcome
from simulator.world.scenario import rule_from, scenario_from

BUSY = {"respond": {"status": 503}}
Row = dict[str, Any]


def direct(*rules: Row, seed: int = 1, **members: Any) -> Director:
    story = {"format": 1, "name": "x", "rules": list(rules), **members}
    return Director(seed, 0, scenario_from(story, built_in()))


def requests(name: str = "submit_ledger", **when: Any) -> Row:
    return {"when": {"operation": name, **when}, **BUSY}


def pushes(*outcomes: Any, **when: Any) -> Row:
    return {"when": {"sync": "ledger", **when}, "outcomes": list(outcomes)}


def ask(director: Director, *names: str, operation: str = "submit_ledger", now: int = 0) -> str:
    """The name of the rule that decides; empty if none does."""
    decision = director.on_request(Asked(operation, names, [{"ledgerIdentifier": name} for name in names]), now)
    return decision.rule if decision is not None else ""


def push(director: Director, name: str = "A", now: int = 0) -> Any:
    decision = director.on_push("ledger", name, {"ledgerIdentifier": name}, now)
    assert decision is None or decision.outcome is not None
    return decision.outcome.show() if decision is not None and decision.outcome is not None else None


def test_the_first_rule_that_applies_wins() -> None:
    director = direct({**requests(identifier="A"), "name": "one"}, {**requests(), "name": "two"})
    assert (ask(director, "A"), ask(director, "B"), ask(director, "B", operation="submit_payments")) == (
        "one",
        "two",
        "",
    )


def test_times_and_skip_count_what_fits() -> None:
    director = direct(requests(identifier="A*", skip=1, times=2))
    asked = [ask(director, name) for name in ("B", "A1", "A2", "B", "A3", "A4")]
    assert asked == ["", "", "rule-1", "", "rule-1", ""]


def test_attempts_are_those_of_one_document() -> None:
    director = direct(requests(attempt=[2, 3]))
    asked = [ask(director, name) for name in ("A", "B", "A", "A", "A", "B")]
    assert asked == ["", "", "rule-1", "rule-1", "", "rule-1"]
    assert ask(director, "A", "B") == "", "a batch is another request than its parts"
    assert ask(director, "B", "A") == "rule-1", "in whatever order they stand"


def test_a_rule_lasts_from_and_until() -> None:
    director = direct({"when": {"operation": "any", "from": "1m", "until": "2m"}, **BUSY})
    assert [ask(director, "A", now=at * MINUTE) for at in (0, 1, 2)] == ["", "rule-1", ""]


def test_exactly_knows_no_pattern() -> None:
    director = direct(requests(exactly=["*", "A+B"]), {**pushes("synced", exactly="A*"), "name": "push"})
    assert [ask(director, *names) for names in (["A"], ["*"], ["B", "A"], ["A"], ["B"])] == [
        "",
        "rule-1",
        "rule-1",
        "",
        "",
    ]
    assert (push(director, "A"), push(director, "A*")) == (None, "synced")


def test_exactly_means_the_query_of_a_question_without_identifiers() -> None:
    director = direct(requests("ledger_status", exactly=["status=0", ""]))
    for question, rule in (("status=0", True), ("status=1", False), ("", True)):
        asked = Asked("ledger_status", (), [{}], question)
        assert (director.on_request(asked, 0) is not None) is rule


def test_chance_depends_on_document_and_attempt_and_not_on_order() -> None:
    names = [f"L-{number}" for number in range(200)]
    chosen: list[set[str]] = []
    for shuffle in (0, 1):
        director = direct(requests(chance=0.3), seed=5)
        sent = names * 3
        sent = [name for _, name in sorted((draw(shuffle, place), name) for place, name in enumerate(sent))]
        for name in sent:
            ask(director, name)
        chosen.append({decision.name for decision in director.decisions})
    assert chosen[0] == chosen[1]
    assert 100 < len(chosen[0]) < 260
    other = direct(requests(chance=0.3), seed=6)
    for name in names * 3:
        ask(other, name)
    assert {decision.name for decision in other.decisions} != chosen[0]


def test_a_seed_gives_a_sequence_and_not_one_draw() -> None:
    director = direct(requests(chance=0.5))
    assert len({ask(director, "A") for _ in range(30)}) == 2


def test_outcomes_are_told_in_order_to_each_document_and_the_last_one_stays() -> None:
    director = direct(pushes({"failed": "no"}, "unreachable", "synced"))
    assert [push(director) for _ in range(4)] == [{"failed": "no"}, "unreachable", "synced", "synced"]
    assert push(director, "B") == {"failed": "no"}


def test_an_outcome_for_a_while_lasts_so_long_whatever_the_attempts() -> None:
    director = direct(pushes({"unreachable": "10m"}, "synced"))
    told = [push(director, now=at * MINUTE) for at in (1, 2, 10, 11, 12)]
    assert told == [{"unreachable": "10m"}] * 3 + ["synced"] * 2


def test_after_a_while_without_a_successor_the_books_decide() -> None:
    director = direct(pushes({"unreachable": "10m"}))
    assert [push(director, now=at * MINUTE) for at in (0, 10, 99)] == [{"unreachable": "10m"}, "push", "push"]


def test_chance_and_times_of_a_push_are_asked_once_a_document() -> None:
    director = direct(pushes("unreachable", times=1))
    assert [push(director, name) for name in ("A", "B", "A", "B")] == ["unreachable", None, "unreachable", None]


def test_a_decision_has_an_address_and_says_on_which_side_it_strikes() -> None:
    director = direct({**requests("submit_payments"), "name": "busy"})
    ask(director, "B", "A", operation="submit_payments")
    assert director.decisions[0].name == "busy/submit_payments/A+B/1"
    assert director.decisions[0].at == "before"
    assert Decision("r", "ledger", "A", 1, outcome=Outcome("synced")).at == "after"


def test_rules_on_top_come_first_the_newest_before_the_others() -> None:
    director = direct({**requests(), "name": "story"})
    for name in ("one", "two", "one"):
        director.put(rule_from({**requests(), "name": name}, 0, built_in()))
    assert [rule.name for rule in director.rules] == ["one", "two", "story"]
    assert ask(director, "A") == "one"
    assert (director.take("one"), director.take("one"), director.take("story")) == (True, False, False)
    assert ask(director, "A") == "two"


def test_a_rule_that_is_put_again_begins_anew() -> None:
    director = direct()
    for _ in range(2):
        director.put(rule_from({**requests(times=1), "name": "once"}, 0, built_in()))
        assert [ask(director, "A"), ask(director, "A")] == ["once", ""]
        director.put(rule_from({**pushes({"failed": "a"}, "synced"), "name": "told"}, 0, built_in()))
        assert [push(director), push(director)] == [{"failed": "a"}, "synced"]


def test_what_was_never_told_is_known() -> None:
    director = direct(
        {**requests(), "name": "unused"}, {**pushes({"failed": "a"}, "unreachable", "synced"), "name": "half"}
    )
    push(director)
    assert [rule.name for rule in director.unused()] == ["unused"]
    assert [(rule.name, kind, name, left) for rule, kind, name, left in director.left_over()] == [
        ("half", "ledger", "A", 2)
    ]
    push(director)
    push(director)
    assert director.left_over() == []


def test_what_is_kept_is_bounded_and_what_is_lost_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directors, "DECISIONS_MAX", 2)
    monkeypatch.setattr(directors, "ATTEMPTS_MAX", 3)
    director = direct(requests())
    for number in range(10):
        ask(director, f"L-{number}")
    assert (len(director.decisions), director.decisions_lost, director.applied) == (2, 8, {"rule-1": 10})
    assert len(director._attempts) == 3
