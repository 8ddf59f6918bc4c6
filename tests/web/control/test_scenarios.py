"""Scenarios through the control API: tell one, put rules on top, and find the old one in force after a mistake."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.jsontext import dumps
from simulator.settings import Settings
from simulator.world.library import names
from tests.documents import PREFIX, ledger
from tests.web.control.client import Answer, Client

YAML = {"content-type": "application/yaml"}
STORY = b"""\
format: 1
name: busy
seed: 7
rules:
  - name: first
    when: {operation: submit_ledger, times: 1}
    respond: {status: 503, retry_after: 30s}
events:
  - {after: 1h, do: {expire_key: true}}
"""
RULE = {"when": {"operation": "ledger_status"}, "respond": {"status": 502}}


def put(client: Client, body: bytes, media_type: str = "application/yaml") -> Answer:
    return client.call("PUT", "/_sim/scenario", body=body, headers={"content-type": media_type})


def test_a_world_begins_without_a_scenario(client: Client) -> None:
    assert client.get("/_sim/scenario") == {
        "scenario": None, "began": "2026-01-01T09:00:00.000Z", "rules": [], "events": [], "decisions": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "media_type",
    ["application/yaml", "application/x-yaml", "text/yaml", "text/yaml; charset=UTF-8", "Application/YAML"],
)
def test_a_scenario_is_told_from_yaml(client: Client, media_type: str) -> None:
    answer = put(client, STORY, media_type)
    assert answer.status == 200
    assert (answer.json["scenario"]["name"], answer.json["rules"][0]["name"]) == ("busy", "first")
    assert client.get("/_sim/world")["scenario"] == "busy"
    assert client.get("/_sim/world")["seed"] == 7
    refused = client.submit(ledger())
    assert (refused.status, refused.headers["retry-after"]) == (503, "30")
    assert refused.headers["x-sim-decision"] == "first/submit_ledger/L-1/1"
    assert client.submit(ledger()).headers["x-sim-decision"] == "none"
    shown = client.get("/_sim/scenario")
    assert (shown["rules"][0]["applied"], shown["decisions"]) == (1, 1)
    assert shown["events"][0]["at"] == "2026-01-01T10:00:00.000Z"


def test_a_scenario_is_told_from_json_or_by_its_name(client: Client) -> None:
    value = {"format": 1, "name": "mine", "rules": [RULE]}
    assert client.call("PUT", "/_sim/scenario", value).json["scenario"] == value
    for name in names():
        answer = client.call("PUT", "/_sim/scenario", {"name": name})
        assert (answer.status, answer.json["scenario"]["name"]) == (200, name)
    assert put(client, b"name: random-faults").json["scenario"]["name"] == "random-faults"


def test_a_name_means_one_of_the_library_and_never_a_file(client: Client) -> None:
    answer = client.call("PUT", "/_sim/scenario", {"name": "random-fautls"})
    assert (answer.status, answer.json["advice"]) == (400, "Did you mean random-faults?")
    for name in ("/etc/passwd", "scenarios/random-faults.yaml", "../pyproject.toml"):
        assert client.call("PUT", "/_sim/scenario", {"name": name}).status == 400


MISTAKES: list[tuple[bytes, str, int, int]] = [
    (b"", "malformed", 1, 1),
    (b"format: 1\nname: [\n", "malformed", 3, 1),
    (b"format: 1\nname: x\nrules: &a []", "malformed", 3, 8),
    (b"format: 1\nname: \xff", "malformed", 2, 7),
    (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "malformed", 1, 4),
    (b"format: 2\nname: x", "invalid", 1, 1),
    (b"format: 1\nname: x\nrulez: []", "invalid", 3, 1),
    (b"format: 1\nname: x\nrules:\n- {when: {operation: submit_leger}, respond: {status: 503}}", "invalid", 4, 11),
    (
        b"format: 1\nname: x\nrules:\n" + b"- {when: {operation: any}, respond: {status: 503}}\n" * 1_500,
        "invalid",
        3,
        1,
    ),
    (b"format: 1\nname: x\nsync_delay: 365000000000000d", "invalid", 3, 1),
    (b"name: x\nseed: 1", "invalid", 1, 1),
    (b"7", "invalid", 1, 1),
]


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_is_told_with_line_and_column_and_the_old_scenario_stays(client: Client, number: int) -> None:
    body, problem, line, column = MISTAKES[number]
    put(client, STORY)
    client.submit(ledger("gone"))
    before = client.get("/_sim/scenario")
    answer = put(client, body)
    assert (answer.status, answer.problem) == (400, problem)
    found = answer.json
    assert found["line"] == line
    assert problem == "invalid" or abs(found["column"] - column) <= 2
    assert problem == "malformed" or found["column"] == column
    assert found["where"] == f"line {found['line']}, column {found['column']}"
    assert client.get("/_sim/scenario") == before
    assert client.world.setup.seed == 7


def test_every_mistake_is_told(client: Client) -> None:
    answer = put(client, b"format: 1\nname: X\nrules:\n- {when: {}, respond: {status: 1}}\nseed: x\n")
    assert [one["pointer"] for one in answer.json["violations"]] == [
        "/name",
        "/rules/0/when",
        "/rules/0/respond/status",
        "/seed",
    ]
    assert answer.json["detail"].endswith("(and 3 more)")


def test_a_body_of_another_kind_is_415_and_one_too_long_413() -> None:
    client = Client(Settings(clock="virtual", body_bytes_max=100))
    for media_type in ("text/plain", "application/yaml; charset=latin-1", ""):
        answer = put(client, STORY[:50], media_type)
        assert (answer.status, answer.problem) == (415, "unsupported-media-type")
        assert "application/yaml" in answer.json["advice"]
    assert put(client, STORY).problem == "too-large"


def test_a_scenario_opens_an_expired_world_anew(client: Client) -> None:
    first = client.world
    client.app.worlds.used[first.key] -= 2 * client.app.settings.world_idle
    assert client.call("GET", "/_sim/scenario").status == 410
    assert put(client, STORY).status == 200


def test_the_end_of_a_scenario_ends_its_rules_and_keeps_what_it_set(client: Client) -> None:
    put(client, STORY)
    client.call("POST", "/_sim/rules", RULE)
    assert client.call("DELETE", "/_sim/scenario").json["rules"] == []
    assert client.submit(ledger()).status == 200
    assert client.get("/_sim/world")["seed"] == 7


def test_a_rule_is_put_on_top_and_taken_off(client: Client) -> None:
    put(client, STORY)
    answer = client.call("POST", "/_sim/rules", RULE)
    assert (answer.status, answer.json["added"]) == (201, "top-1")
    assert [row["name"] for row in answer.json["rules"]] == ["top-1", "first"]
    yaml = b"name: mine\nwhen: {sync: ledger}\noutcomes: [{failed: 'no'}]\n"
    answer = client.call("POST", "/_sim/rules", body=yaml, headers=YAML)
    assert answer.json["added"] == "mine"
    assert client.call("GET", f"{PREFIX}/ledger").status == 502
    assert client.call("DELETE", "/_sim/rules/top-1").status == 200
    assert client.call("GET", f"{PREFIX}/ledger").status == 204
    gone = client.call("DELETE", "/_sim/rules/top-1")
    assert (gone.status, gone.json["advice"]) == (404, "On top are: mine.")
    assert client.call("DELETE", "/_sim/rules/first").status == 404, "a rule of the scenario stays"


@pytest.mark.parametrize(
    ("rule", "line", "advice"),
    [
        (b"when: {operation: any}\nrespond: {stauts: 503}\n", 2, "Did you mean status?"),
        (b"when: {operation: any}\n", 1, "Make two rules of it."),
        (b"- when\n", 1, ""),
        (b"x", 1, ""),
    ],
)
def test_a_rule_with_a_mistake_is_told_with_line_and_column(
    client: Client, rule: bytes, line: int, advice: str
) -> None:
    answer = client.call("POST", "/_sim/rules", body=rule, headers=YAML)
    assert (answer.status, answer.json["line"], answer.json.get("advice", "")) == (400, line, advice)
    assert client.get("/_sim/scenario")["rules"] == []


def test_two_rules_of_one_name_are_a_conflict_unless_both_are_on_top(client: Client) -> None:
    put(client, STORY)
    assert client.call("POST", "/_sim/rules", {**RULE, "name": "first"}).problem == "conflict"
    for _ in range(2):
        assert client.call("POST", "/_sim/rules", {**RULE, "name": "again"}).status == 201
    assert [row["name"] for row in client.get("/_sim/scenario")["rules"]] == ["again", "first"]


def test_the_journal_tells_which_requests_a_scenario_decided(client: Client) -> None:
    put(client, STORY)
    for _ in range(2):
        client.submit(ledger())
    decided = client.get("/_sim/journal?decision=true")["entries"]
    assert [(row["number"], row["decision"], row["delivery"]) for row in decided] == [
        (2, "first/submit_ledger/L-1/1", "scripted")
    ]
    assert [row["number"] for row in client.get("/_sim/journal?decision=false")["entries"]] == [3]
    assert client.post("/_sim/journal/wait", {"match": {"decision": True}})["met"]


def test_the_verdict_is_strict_about_the_story_if_it_is_asked_to_be(client: Client) -> None:
    put(client, STORY)
    verdict = client.get("/_sim/verdict")
    assert (verdict["ok"], verdict["story"], [row["rule"] for row in verdict["findings"]]) == (True, 1, ["unused-rule"])
    assert client.get("/_sim/verdict?strict=true")["ok"] is False
    assert client.get("/_sim/verdict?strict=false")["ok"] is True
    client.submit(ledger())
    assert client.get("/_sim/verdict?strict=true")["story"] == 0


def test_an_exported_run_is_told_again(client: Client) -> None:
    put(client, STORY)
    client.submit(ledger())
    story = client.get("/_sim/export?as=scenario")
    assert story["rules"] == [
        {"name": "decision-1", "when": {"operation": "submit_ledger", "exactly": ["L-1"], "attempt": 1},
         "respond": {"status": 503, "retry_after": "30s"}},
    ]  # fmt: skip
    client.call("POST", "/_sim/reset")
    assert client.call("PUT", "/_sim/scenario", story).status == 200
    assert [client.submit(ledger(name)).status for name in ("L-2", "L-1", "L-1")] == [200, 503, 200]


def test_a_journal_is_replayed_in_a_world_of_its_own(client: Client) -> None:
    put(client, STORY)
    client.submit(ledger())
    client.submit(ledger())
    client.post("/_sim/clock/settle")
    before = client.world.journal.last
    journal = client.get("/_sim/export?as=journal")
    assert client.post("/_sim/replay", journal) == {
        "entries": 4, "same": True, "count": 0, "differences": [], "complete": True,
    }  # fmt: skip
    journal["entries"][1]["status"] = 200
    journal["entries"][2]["answer"] = "x" * 20_000
    journal["entries"][2]["decision"] = "somebody"
    journal["complete"] = False
    result = client.post("/_sim/replay", journal)
    assert (result["same"], result["count"], result["complete"]) == (False, 3, False)
    first, second, third = result["differences"]
    assert first == {"number": 2, "operation": "submit_ledger", "what": "status", "expected": "200", "got": "503"}
    assert (second["what"], len(second["expected"])) == ("answer", 10_001)
    assert (third["what"], third["expected"], third["got"]) == ("decision", "somebody", "none")
    assert client.world.journal.last == before
    assert len(client.app.worlds.by_key) == 1


@pytest.mark.parametrize(
    "change", [{"format": 7}, {"entries": [{}]}, {"entries": [7]}, {"setup": {"seed": "x"}}, {"x": 1}]
)
def test_a_journal_that_is_none_is_refused(client: Client, change: dict[str, Any]) -> None:
    journal = client.get("/_sim/export")
    answer = client.call(
        "POST", "/_sim/replay", body=dumps({**journal, **change}), headers={"content-type": "application/json"}
    )
    assert (answer.status, answer.problem) == (400, "invalid")
