"""The verdict on a story: what of it was never told, and who came back too early."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.verdict import verdict
from tests.documents import Partner, ledger, partner, payment

BUSY = {"name": "busy", "when": {"operation": "any", "times": 1}, "respond": {"status": 503, "retry_after": "30s"}}
HALF = {"name": "half", "when": {"sync": "ledger"}, "outcomes": [{"failed": "no"}, "unreachable", "synced"]}


def told(*rules: dict[str, Any]) -> Partner:
    client = partner()
    client.run("load_scenario", scenario={"format": 1, "name": "x", "rules": list(rules)})
    return client


def findings(client: Partner, rule: str) -> list[dict[str, Any]]:
    return [found for found in verdict(client.world)["findings"] if found["rule"] == rule]


def test_a_rule_that_never_applied_is_told_and_only_a_strict_verdict_minds() -> None:
    client = told(BUSY)
    assert (verdict(client.world)["ok"], verdict(client.world, strict=True)["ok"]) == (True, False)
    [found] = findings(client, "unused-rule")
    assert (found["severity"], "'busy'" in found["detail"]) == ("story", True)
    client.look("ledger")
    assert verdict(client.world, strict=True)["story"] == 0


def test_outcomes_that_are_left_over_are_told_with_what_comes_next() -> None:
    client = told(HALF)
    client.submit("ledger", ledger())
    client.run("settle")
    [found] = findings(client, "left-over-outcomes")
    assert found["record"] == {"kind": "ledger", "identifier": "L-1"}
    assert "2 more to tell; 'unreachable' comes next" in found["detail"]
    client.submit("ledger", ledger())
    client.run("settle")
    assert findings(client, "left-over-outcomes") == []


@pytest.mark.parametrize(("wait", "early"), [("0s", True), ("29999ms", True), ("30s", False), ("1h", False)])
def test_who_comes_again_before_the_retry_after_is_over_breaks_a_promise(wait: str, early: bool) -> None:  # noqa: FBT001
    client = told(BUSY)
    client.submit("ledger", ledger())
    client.run("advance", by=wait)
    client.submit("ledger", ledger())
    found = findings(client, "retry-too-early")
    assert bool(found) is early
    assert verdict(client.world)["ok"] is not early
    if early:
        assert (found[0]["severity"], found[0]["entries"]) == ("broken", [2, 4])
        assert "a Retry-After of 30s" in found[0]["detail"]


def test_another_document_may_have_been_under_way_already() -> None:
    client = told(BUSY)
    client.submit("payment", [payment("A"), payment("B")])
    client.submit("payment", [payment("C")])
    client.submit("ledger", ledger("A"))
    client.look("payment")
    assert findings(client, "retry-too-early") == []
    client.submit("payment", [payment("B"), payment("A")])
    assert len(findings(client, "retry-too-early")) == 1, "the same batch in another order is the same batch"


def test_each_answer_sets_a_new_time_and_a_question_is_known_by_its_query() -> None:
    client = told({**BUSY, "when": {"operation": "ledger_status", "attempt": [1, 2]}})
    client.look("ledger", status="0")
    client.look("ledger", status="1")
    client.run("advance", by="30s")
    client.look("ledger", status="0")
    assert findings(client, "retry-too-early") == []
    client.run("advance", by="29s")
    client.look("ledger", status="0")
    assert [found["entries"] for found in findings(client, "retry-too-early")] == [[5, 7]]


def test_a_long_run_of_refusals_is_judged_in_linear_time() -> None:
    client = told({"when": {"operation": "submit_ledger"}, "respond": {"status": 429, "retry_after": "1s"}})
    for number in range(2_000):
        client.submit("ledger", ledger(f"L-{number}"))
    assert findings(client, "retry-too-early") == []
