"""Reading an exported journal back, and refusing what is none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps, loads
from simulator.errors import SettingError
from simulator.partner.replay import replay
from simulator.world import journalfile
from simulator.world.commands import COMMANDS
from simulator.world.export import as_journal
from simulator.world.journalfile import is_journal, journal_from, read_journal
from tests.documents import JSON, Partner, invoice, ledger, partner, payment

RULE = {"when": {"operation": "submit_ledger", "times": 1}, "respond": {"status": 503, "retry_after": "10s"}}
STORY = {"format": 1, "name": "x", "seed": 4, "rules": [{"when": {"sync": "any"}, "outcomes": [{"failed": "a"}]}]}


def everything() -> Partner:
    """A world in which every command and every kind of body was there."""
    client = partner(readings={"failed_status": "-1"})
    client.run("configure", seed=3, books={"accounts": ["1701", "3000"]}, clock={"mode": "virtual"})
    client.run("load_scenario", scenario=STORY)
    client.run("add_rule", rule=RULE)
    client.submit("ledger", ledger())
    client.submit("ledger", ledger())
    client.run("remove_rule", name="top-1")
    client.submit("payment", [payment("A~lost")])
    client.call("POST", "/ledger", b"\xff\xfe", query=b"\xe4=1")
    client.call("GET", "/nowhere", headers=[(b"x-a", b"\xe4"), JSON])
    client.run("freeze")
    client.run("resume", mode="virtual")
    client.run("advance", by="10m")
    client.run("settle")
    client.run("add_record", kind="invoice", document=invoice())
    client.run("outcome", kind="ledger", identifier="L-1", outcome="retry")
    client.run("drop_scenario")
    client.run("expire_key", **{"in": "1h"})
    client.look("ledger")
    return client


@pytest.fixture(scope="module")
def exported() -> dict[str, Any]:
    return dict(as_journal(everything().world, ""))


def test_every_command_is_known() -> None:
    assert set(journalfile.COMMANDS) == set(COMMANDS)


def test_a_journal_that_is_read_back_is_replayed_to_the_byte(exported: dict[str, Any]) -> None:
    log = read_journal(dumps(exported), built_in())
    first, fresh = everything(), partner()
    assert {entry.operation for entry in log.entries if entry.kind == "command"} == set(COMMANDS)
    assert list(replay(fresh.service, fresh.world, log.setup, log.opened, log.entries)) == []
    assert as_journal(fresh.world, "") == as_journal(first.world, "") == exported
    assert (log.setup, log.complete) == (first.world.founded, True)


def test_a_world_that_began_with_a_scenario_is_read_back() -> None:
    client = partner()
    client.run("load_scenario", scenario=STORY)
    client.world.clear(client.world.setup)
    client.submit("ledger", ledger())
    client.run("settle")
    log = read_journal(dumps(as_journal(client.world, "")), built_in())
    assert log.setup == client.world.founded
    fresh = partner()
    assert list(replay(fresh.service, fresh.world, log.setup, log.opened, log.entries)) == []


def entry(number: int, /, **members: Any) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        value["entries"][number].update(members)

    return change


def setup(**members: Any) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        value["setup"].update(members)

    return change


def top(**members: Any) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        value.update(members)

    return change


WRONG: list[tuple[Callable[[Any], None], str]] = [
    (top(format=2), "format: the format is 2"),
    (top(format=None), "This version reads format 1"),
    (top(kind="har"), "this is no journal"),
    (top(entries={}), "entries: a list is expected"),
    (top(entries=[7]), "entries/0/kind: a text is expected"),
    (top(setup=[]), "setup: an object is expected"),
    (top(opened="soon"), "is not a point in time"),
    (top(opened="12000-01-01"), "is not a point in time"),
    (setup(seed="x"), "setup/seed"),
    (setup(system="none"), "setup"),
    (setup(clock="sundial"), "setup: 'sundial' is not a mode"),
    (setup(readings={"x": "y"}), "no such reading"),
    (setup(readings={"failed_status": 7}), "setup: failed_status"),
    (setup(books={"accounts": 7}), "setup"),
    (setup(scenario=7), "setup/scenario"),
    (setup(scenario={"format": 1, "name": "x", "rules": [{}]}), "setup/scenario/rules/0"),
    (entry(0, kind="dream"), "entries/0/kind: 'dream' is neither"),
    (entry(0, operation="explode"), "there is no command 'explode'"),
    (entry(0, operation=7), "entries/0/operation"),
    (entry(0, arguments="{"), "entries/0/arguments: this is not JSON"),
    (entry(0, arguments="[]"), "entries/0/arguments: an object"),
    (entry(0, arguments="[" * 100 + "]" * 100), "entries/0/arguments: this is not JSON"),
    (entry(0, arguments='{"sead": 1}'), "entries/0/arguments/sead"),
    (entry(0, operation="advance", arguments="{}"), "one of by and to"),
    (entry(0, operation="outcome", arguments='{"outcome": "synced"}'), "arguments/kind"),
    (entry(0, operation="add_rule", arguments='{"rule": 7}'), "arguments/rule"),
    (entry(0, operation="remove_rule", arguments="{}"), "arguments/name"),
    (entry(0, result=7), "entries/0/result"),
    (entry(0, at="never"), "is not a point in time"),
    (entry(0, number="1"), "entries/0/number"),
    (entry(3, body={"base64": "%%%"}), "entries/3/body/base64: this is not base64"),
    (entry(3, body={"base64": "QQ==", "x": 1}), "entries/3/body: a text"),
    (entry(3, body=None), "entries/3/body: a text"),
    (entry(3, headers=[["a"]]), "entries/3/headers/0"),
    (entry(3, headers=[["a", "€"]]), "entries/3/headers/0: no header"),
    (entry(3, headers={}), "entries/3/headers"),
    (entry(3, status="200"), "entries/3/status"),
    (entry(3, method=7), "entries/3/method"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_does_not_fit_is_a_clear_error_at_its_place(exported: dict[str, Any], number: int) -> None:
    change, said = WRONG[number]
    value = copy.deepcopy(exported)
    change(value)
    with pytest.raises(SettingError) as refused:
        read_journal(dumps(value), built_in(), "run.json")
    assert said in str(refused.value)
    assert "run.json" in str(refused.value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[]", b"7", b"null", b"[" * 100_000, b'{"kind": "journal", "kind": 1}']
)
def test_what_is_no_journal_at_all_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(SettingError):
        read_journal(data, built_in(), "run.json")


def test_a_journal_is_bounded(exported: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journalfile, "ENTRIES_MAX", 3)
    with pytest.raises(SettingError, match="more than 3 entries"):
        journal_from(exported, built_in())
    monkeypatch.setattr(journalfile, "BYTES_MAX", 3)
    with pytest.raises(SettingError, match="larger than 3 bytes"):
        read_journal(dumps(exported), built_in())


def test_a_command_that_cannot_be_carried_out_any_more_is_a_difference(exported: dict[str, Any]) -> None:
    value: dict[str, Any] = loads(dumps(exported))
    value["entries"][1]["arguments"] = '{"scenario": {"format": 1, "name": "x", "seed": "no"}}'
    log = journal_from(value, built_in())
    fresh = partner()
    found = list(replay(fresh.service, fresh.world, log.setup, log.opened, log.entries))
    assert found[0].entry.number == 2
    assert [part.what for part in found[0].parts()] == ["result"]
    assert "/seed" in found[0].parts()[0].got


def test_a_journal_says_that_it_is_one() -> None:
    others: list[Any] = [[], {}, {"kind": 7}, {"log": {}}, None]
    assert is_journal({"kind": "journal"})
    assert not any(map(is_journal, others))
