"""The language of scenarios: what is read, what is refused and where, and that the old one stays."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from simulator.clock import MINUTE, SECOND
from simulator.contract.contract import built_in
from simulator.contract.schemas import subschemas
from simulator.contract.yamltext import read_yaml
from simulator.errors import SettingError
from simulator.world.outcomes import Outcome
from simulator.world.scenario import SCHEMA, WORDS, Fault, Respond, Scenario, every_mistake, rule_from, scenario_from
from tests.documents import partner
from tests.story_strategies import scenarios

REQUEST = {"when": {"operation": "submit_ledger"}, "respond": {"status": 503}}
PUSH = {"when": {"sync": "ledger"}, "outcomes": ["synced"]}


def read(**members: Any) -> Scenario:
    return scenario_from({"format": 1, "name": "a-story", **members}, built_in())


def rule(**members: Any) -> Scenario:
    return read(rules=[{**REQUEST, **members}])


def test_the_words_of_the_schema_are_the_vocabulary() -> None:
    parts = [part for _, part in subschemas(built_in().schemas.documents[SCHEMA])]
    words = {name for part in parts for name in part.get("properties", ())}
    assert set(WORDS) == words - {"synced", "failed", "unreachable", "pending", "documentStatus"}
    assert len(WORDS) == len(set(WORDS))


def test_every_word_of_the_schema_is_explained() -> None:
    for place, part in subschemas(built_in().schemas.documents[SCHEMA]):
        for name, schema in part.get("properties", {}).items():
            assert schema.get("description", "").strip(), f"{place}/{name}"


def test_the_least_scenario_says_nothing() -> None:
    story = read()
    assert (story.name, story.rules, story.events, dict(story.settings)) == ("a-story", (), (), {})
    assert story.given == {"format": 1, "name": "a-story"}


def test_a_rule_is_read_with_all_that_it_says() -> None:
    story = read(
        rules=[
            {"name": "busy", "when": {
                "operation": ["submit_ledger", "ledger_status"], "identifier": "A*", "match": {"x": ["1", None]},
                "times": 2, "skip": 1, "attempt": [1, 3], "chance": Decimal("0.25"), "from": "1m", "until": "PT10M",
                "exactly": ["A", "B+C"],
            }, "respond": {"status": 429, "retry_after": "30s", "retry_after_as": "date", "message": "Slow down",
                           "headers": {"X-A": "b"}, "at": "after"}},
            {"when": {"operation": "any"}, "fault": {"kind": "slow", "at": "during", "for": "2s"}},
            {"when": {"sync": "any"}, "outcomes": [{"unreachable": "10m"}, {"pending": "3 looks"}, "synced"]},
            {"when": {"operation": "payment_status"}, "outcomes": [{"failed": "no"}]},
        ]
    )  # fmt: skip
    busy, slow, pushed, asked = story.rules
    when = busy.when
    assert when.operations == {"submit_ledger", "ledger_status"}
    assert (when.times, when.skip, when.attempts, when.chance) == (2, 1, frozenset({1, 3}), 0.25)
    assert (when.begin, when.end, when.exactly) == (MINUTE, 10 * MINUTE, frozenset({"A", "B+C"}))
    assert busy.respond == Respond(429, "after", "Slow down", headers={"X-A": "b"}, retry_after=30 * SECOND,
                                   retry_after_as="date")  # fmt: skip
    assert (slow.name, slow.fault) == ("rule-2", Fault("slow", "during", 2 * SECOND))
    assert slow.when.operations == set(built_in().operations)
    assert pushed.when.kinds == set(built_in().records)
    assert pushed.outcomes[-1] == Outcome("synced")
    assert asked.when.kinds == {"payment"}, "outcomes of a status call are those of its records"


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"format": 2}, "/format", ""),
    ({"name": "A Story"}, "/name", ""),
    ({"rulez": []}, "/rulez", "Did you mean rules?"),
    ({"sync-delay": "1s"}, "/sync-delay", "Did you mean sync_delay?"),
    ({"seed": 1.5}, "/seed", ""),
    ({"seed": 10**40}, "/seed", ""),
    ({"system": "netvizor"}, "/system", ""),
    ({"clock": "sundial"}, "/clock", ""),
    ({"sync_delay": "soon"}, "/sync_delay", "Write for example"),
    ({"books": {"accounts": 7}}, "/books", ""),
    ({"readings": {"failed_statsu": 2}}, "/readings/failed_statsu", "Did you mean failed_status?"),
    ({"readings": {"failed_status": 9}}, "/readings/failed_status", ""),
    ({"rules": [{"when": {"operation": "submit_ledger"}}]}, "/rules/0", "two rules"),
    ({"rules": [{**REQUEST, "fault": {"kind": "reset"}}]}, "/rules/0", "two rules"),
    ({"rules": [{"when": {}, "respond": {"status": 503}}]}, "/rules/0/when", ""),
    ({"rules": [{"when": {"times": 1}, "respond": {"status": 503}}]}, "/rules/0/when", ""),
    ({"rules": [{"when": {"operation": "submit_ledger", "sync": "ledger"}, "respond": {"status": 503}}]},
     "/rules/0/when", ""),
    ({"rules": [{"when": {"operation": "submit_leger"}, "respond": {"status": 503}}]}, "/rules/0/when/operation",
     "Did you mean submit_ledger?"),
    ({"rules": [{"when": {"sync": "letter"}, "outcomes": ["synced"]}]}, "/rules/0/when/sync", "Did you mean ledger?"),
    ({"rules": [{"when": {"sync": "zzz"}, "outcomes": ["synced"]}]}, "/rules/0/when/sync", "There are ledger"),
    ({"rules": [{"when": {"sync": "ledger"}, "respond": {"status": 503}}]}, "/rules/0/when", ""),
    ({"rules": [{"when": {"operation": "submit_ledger"}, "outcomes": ["synced"]}]}, "/rules/0/when/operation",
     "outcomes belong to sync"),
    ({"rules": [{"when": {"sync": "ledger", "attempt": 2}, "outcomes": ["synced"]}]}, "/rules/0/when/attempt", ""),
    ({"rules": [{"when": {"sync": "ledger"}, "outcomes": ["pending", "synced"]}]}, "/rules/0/outcomes/0", "10m"),
    ({"rules": [{"when": {"sync": "ledger"}, "outcomes": []}]}, "/rules/0/outcomes", ""),
    ({"rules": [{"when": {"sync": "ledger"}, "outcomes": [{"failed": "a", "unreachable": "1m"}]}]},
     "/rules/0/outcomes/0", '"synced"'),
    ({"rules": [{"when": {"sync": "ledger"}, "outcomes": [{"unreachable": "1000000000000y"}]}]},
     "/rules/0/outcomes/0", "Write for example"),
    ({"rules": [{"when": {"sync": "ledger"}, "outcomes": [{"unreachable": "365000000000000d"}]}]},
     "/rules/0/outcomes/0", ""),
    ({"rules": [{**REQUEST, "when": {"operation": "any", "from": "10m", "until": "5m"}}]}, "/rules/0/when/until", ""),
    ({"rules": [{**REQUEST, "when": {"operation": "any", "chance": 2}}]}, "/rules/0/when/chance", ""),
    ({"rules": [{**REQUEST, "when": {"operation": "any", "times": 0}}]}, "/rules/0/when/times", ""),
    ({"rules": [{**REQUEST, "name": "a"}, {**PUSH, "name": "a"}]}, "/rules/1/name", ""),
    ({"rules": [{**REQUEST, "name": "magic-failed"}]}, "/rules/0/name", ""),
    ({"rules": [REQUEST] * 10_000}, "/rules", ""),
    ({"rules": [{"when": {"operation": "any"}, "respond": {"status": 99}}]}, "/rules/0/respond/status", ""),
    ({"rules": [{"when": {"operation": "any"}, "respond": {"status": 200, "headers": {"X": "a\r\nSet-Cookie: b"}}}]},
     "/rules/0/respond", "ASCII"),
    ({"rules": [{"when": {"operation": "any"}, "respond": {"status": 200, "headers": {"Content-Length": "7"}}}]},
     "/rules/0/respond", "fault"),
    ({"rules": [{"when": {"operation": "any"}, "fault": {"kind": "explode"}}]}, "/rules/0/fault/kind", ""),
    ({"rules": [{"when": {"operation": "any"}, "fault": {"kind": "delay", "at": "before"}}]}, "/rules/0/fault", ""),
    ({"rules": [{"when": {"operation": "any"}, "fault": {"kind": "reset", "for": "1s"}}]}, "/rules/0/fault", "hang"),
    ({"events": [{"after": "1s", "do": {"expire_kee": True}}]}, "/events/0/do", "expire_key"),
    ({"events": [{"after": "soon", "do": {"expire_key": True}}]}, "/events/0/after", ""),
    ({"events": [{"after": "1s", "do": {"books": {"accounts": 7}}}]}, "/events/0/do/books", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("members", "where", "advice"), MISTAKES, ids=[f"{n}{row[1]}" for n, row in enumerate(MISTAKES)]
)
def test_a_mistake_is_told_at_its_place_with_what_was_meant(members: dict[str, Any], where: str, advice: str) -> None:
    value = {"format": 1, "name": "a-story", **members}
    with pytest.raises(SettingError) as refused:
        scenario_from(value, built_in())
    assert refused.value.where == where
    assert advice in refused.value.advice
    assert refused.value.message.endswith(".")
    assert (where, refused.value.message) in [(one.where, one.message) for one in every_mistake(value, built_in())]


@pytest.mark.parametrize("value", [None, 7, "text", [], [1], {}, {"format": 1}, {"name": "x"}])
def test_what_is_no_scenario_at_all_is_refused(value: Any) -> None:
    with pytest.raises(SettingError):
        scenario_from(value, built_in())
    assert every_mistake(value, built_in())


def test_every_mistake_is_found_at_once() -> None:
    value = {
        "format": 1, "name": "x", "titel": "x", "seed": "seven",
        "rules": [
            {"when": {"operation": "submit_leger"}, "respond": {"status": 503}},
            {"when": {"operation": "any"}, "respond": {"status": 7}},
            {"when": {"sync": "ledger"}, "outcomes": ["pending", "synced"]},
            REQUEST,
        ],
        "events": [{"after": "soon", "do": {"expire_key": True}}, {"after": "1s", "do": {}}],
    }  # fmt: skip
    assert sorted(error.where for error in every_mistake(value, built_in())) == [
        "/events/0/after", "/events/1/do", "/rules/0/when/operation", "/rules/1/respond/status", "/rules/2/outcomes/0",
        "/seed", "/titel",
    ]  # fmt: skip


def test_a_scenario_of_many_mistakes_is_judged_in_bounds() -> None:
    assert len(every_mistake({"format": 1, "name": "x", "rules": [{}] * 1_000}, built_in())) <= 1_100
    assert len(every_mistake({"format": 1, "name": "x", "rules": [{}] * 100_000}, built_in())) <= 1_100


@given(scenarios())
def test_any_scenario_that_is_read_has_no_mistake(value: dict[str, Any]) -> None:
    assert scenario_from(value, built_in()).given == value
    assert every_mistake(value, built_in()) == []
    assert every_mistake(read_yaml(json.dumps(value, default=float).encode()).value, built_in()) == []


def test_a_rule_by_itself_is_read_like_one_of_a_scenario() -> None:
    assert rule_from(REQUEST, 4, built_in()).name == "rule-5"
    with pytest.raises(SettingError) as refused:
        rule_from({**REQUEST, "respond": {"stauts": 1}}, 0, built_in())
    assert (refused.value.where, refused.value.advice) == ("/respond/stauts", "Did you mean status?")


@pytest.mark.parametrize("bad", [{"rules": [{}]}, {"name": "B"}, {"books": {"accounts": 7}}, {"clock": "never"}])
def test_a_scenario_with_a_mistake_changes_nothing(bad: dict[str, Any]) -> None:
    client = partner()
    client.run("load_scenario", scenario={"format": 1, "name": "old", "seed": 3, "rules": [REQUEST]})
    before = client.run("add_rule", rule=PUSH)
    entries = client.world.journal.last
    with pytest.raises(SettingError):
        client.run("load_scenario", scenario={"format": 1, "name": "new", "seed": 4, **bad})
    assert client.world.journal.last == entries
    assert client.world.setup.seed == 3
    after = client.run("remove_rule", name=before["added"])
    assert [row["name"] for row in after["rules"]] == ["rule-1"]
    assert after["scenario"]["name"] == "old"
