"""A world from Python: everything that a test asks of it, and nothing that it leaves behind."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.client import ControlError, Server, Setup, VerdictError, World
from simulator.client import world as module
from simulator.client.door import Door
from simulator.clock import MILLISECOND
from simulator.web.server import Running
from tests.client.submitting import ask, submit

STORY = """format: 1
name: mine
rules:
  - when: {operation: submit_ledger, times: 1}
    respond: {status: 503}
"""


def test_a_document_is_pending_until_time_moves(world: World) -> None:
    submit(world, "sale-1")
    assert world.record("ledger", "sale-1").state == "pending"

    moved = world.advance("1s")

    assert world.record("ledger", "sale-1").state == "synced"
    assert (moved.now, moved.pending) == ("2026-01-01T09:00:01.000Z", 0)
    assert [event["event"] for event in moved.fired] == ["synced"]


def test_time_moves_by_a_timedelta_too(world: World) -> None:
    world.advance(timedelta(minutes=10, milliseconds=5))

    assert world.now == "2026-01-01T09:10:00.005Z"


def test_settling_moves_to_where_nothing_is_due(world: World) -> None:
    submit(world, "sale-1")

    assert world.settle("500ms").pending == 1
    assert world.settle().pending == 0


def test_a_move_that_comes_to_no_end_is_an_error_and_no_half_truth(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.world.commands.EVENTS_MAX", 1)
    submit(world, "sale-1")
    submit(world, "sale-2")

    with pytest.raises(ControlError, match="events fired, and there are more"):
        world.settle()


def test_a_clock_stands_and_runs(world: World) -> None:
    world.resume("x60")
    assert world.call("GET", "/clock")["mode"] == "x60"
    world.freeze()
    world.resume()
    assert world.call("GET", "/clock")["mode"] == "x60"
    world.freeze()
    assert world.call("GET", "/clock")["mode"] == "virtual"


def test_an_identifier_may_hold_any_sign(world: World) -> None:
    submit(world, "a/b?c#d %2F ä")

    assert world.record("ledger", "a/b?c#d %2F ä").state == "pending"


def test_a_record_is_settled_by_hand(world: World) -> None:
    submit(world, "sale-1")

    record = world.outcome("ledger", "sale-1", {"failed": "No such account"})

    assert (record.state, record.reason) == ("failed", "No such account")


def test_a_record_that_is_not_there_is_an_error(world: World) -> None:
    with pytest.raises(ControlError, match="sale-9") as caught:
        world.record("ledger", "sale-9")
    assert caught.value.name == "not-found"


def test_exchanges_are_found_by_their_filters(world: World) -> None:
    submit(world, "sale-1")
    submit(world, "sale-2", credit=-1)
    ask(world)

    assert [exchange.status for exchange in world.journal(operation="submit_ledger")] == [200, 400]
    assert [exchange.number for exchange in world.journal(status=[200, 400], violations=True)] == [2]
    assert [exchange.operation for exchange in world.journal(method="GET")] == ["ledger_status"]


def test_a_client_in_the_background_is_waited_for(world: World) -> None:
    thread = threading.Thread(target=submit, args=(world, "sale-1"))
    thread.start()

    [exchange] = world.wait_for(operation="submit_ledger", status=200)

    thread.join()
    assert exchange.effects[0]["identifier"] == "sale-1"


def test_a_wait_in_vain_says_what_was_missing(world: World) -> None:
    submit(world, "sale-1")

    with pytest.raises(ControlError, match=r"operation submit_ledger: 1 of 2 requests came within 10ms\.$") as caught:
        world.wait_for(operation="submit_ledger", count=2, timeout="10ms")
    assert caught.value.name == "not-met"


def test_a_wait_longer_than_the_server_allows_is_several(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_MAX", 10 * MILLISECOND)

    with pytest.raises(ControlError, match=r"0 of 1 requests came within 25ms\.$"):
        world.wait_for(timeout="25ms")


def test_a_wait_that_ends_with_its_world_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = {"met": False, "ended": "the world was removed", "count": 0}
    monkeypatch.setattr(Door, "call", lambda *_arguments, **_named: waited)

    with pytest.raises(ControlError, match=r"came within 10s; the wait ended: the world was removed\.$"):
        world.wait_for()
    monkeypatch.undo()


def test_a_wait_of_no_length_that_one_knows_is_the_same_error_as_any_other(world: World) -> None:
    with pytest.raises(ControlError, match="'soon' is not a duration"):
        world.wait_for(timeout="soon")


def test_the_check_raises_an_assertion_that_has_the_verdict(world: World) -> None:
    submit(world, "sale-1")
    world.check()
    submit(world, "sale-2", credit=-1)

    with pytest.raises(VerdictError, match="breaks the contract") as caught:
        world.check()
    assert isinstance(caught.value, AssertionError)
    assert caught.value.verdict.counts["broken"] == 2
    assert not caught.value.verdict.ok


@pytest.mark.parametrize("form", ["journal", "scenario", "har"])
def test_a_run_can_be_taken_away(world: World, form: str) -> None:
    submit(world, "sale-1")

    assert {"journal": "entries", "scenario": "title", "har": "log"}[form] in world.export(as_=form)  # type: ignore[arg-type]


def test_a_scenario_is_told_by_name_by_file_and_in_words(world: World, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(STORY, encoding="utf-8")
    words = {"format": 1, "name": "words"}
    stories: list[tuple[str | Path | dict[str, object], str]] = [
        ("gateway-errors", "gateway-errors"), (file, "mine"), (str(file), "mine"), (words, "words"),
    ]  # fmt: skip
    for story, name in stories:
        world.scenario(story)
        assert world.call("GET", "/scenario")["scenario"]["name"] == name
    world.scenario(None)
    assert world.call("GET", "/scenario")["scenario"] is None


def test_a_mistake_in_a_file_is_told_with_its_place(world: World, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(STORY.replace("submit_ledger", "submit_leger"), encoding="utf-8")

    with pytest.raises(ControlError, match=r"mine\.yaml, line 4, column \d+: .*submit_ledger\?"):
        world.scenario(file)
    with pytest.raises(ControlError, match=r"none\.yaml: the scenario cannot be read"):
        world.scenario(tmp_path / "none.yaml")
    with pytest.raises(ControlError, match="Did you mean gateway-errors"):
        world.scenario("gateway-error")


def test_a_rule_is_put_on_top_and_taken_off(world: World) -> None:
    name = world.rule(when={"operation": "submit_ledger"}, respond={"status": 503})
    assert submit(world, "sale-1") == 503

    world.remove_rule(name)
    assert submit(world, "sale-1") == 200

    assert world.rule({"name": "mine", "when": {"sync": "ledger"}}, outcomes=[{"failed": "no"}]) == "mine"


def test_another_system_has_books_of_its_own_and_credentials(world: World) -> None:
    world.system("netvisor", books={"accounts": ["1701"]})
    submit(world, "sale-1")
    world.settle()

    assert world.record("ledger", "sale-1").state == "failed"
    assert world.credentials()["netvisor"]["baseUrl"] == f"{world.url}/netvisor"
    world.system("plain")
    assert world.call("GET", "/world")["system"] == "plain"


def test_a_reset_empties_and_anew_begins_again(world: World) -> None:
    world.setup = Setup(seed=7)
    world.prepare()
    world.configure(seed=8)
    submit(world, "sale-1")
    world.reset()
    assert (world.records, world.call("GET", "/world")["seed"]) == ([], 8)

    world.anew()
    assert world.call("GET", "/world")["seed"] == 7


def test_a_fresh_world_is_set_up_like_its_model_judged_and_removed(world: World) -> None:
    world.setup = Setup(scenario="gateway-errors", seed=7)
    with world.fresh(seed=8) as other:
        assert other.key != world.key
        shown = other.call("GET", "/world")
        assert (shown["scenario"], shown["seed"], shown["clock"]["mode"]) == ("gateway-errors", 8, "virtual")
    names = [one["key"] for one in world.call("GET", "/worlds")["worlds"]]
    assert other.key not in names

    with pytest.raises(VerdictError), world.fresh(scenario=None) as other:
        submit(other, "sale-1", credit=-1)
    with world.fresh(scenario=None, check=False) as other:
        submit(other, "sale-1", credit=-1)


def test_what_the_setup_names_wins_over_the_scenario(world: World) -> None:
    world.setup = Setup(
        {"format": 1, "name": "mine", "seed": 1, "rules": []}, "netvisor", 3, {"accounts": ["1"]}, {"failed_status": -1}
    )
    world.prepare()

    shown = world.call("GET", "/world")
    assert (shown["seed"], shown["system"], shown["scenario"]) == (3, "netvisor", "mine")
    assert shown["books"]["accounts"] is not None
    assert shown["readings"]["failed_status"] == "-1"


def test_two_worlds_never_meet(server: Running) -> None:
    one, other = Server(server.url).world(), Server(server.url, setup=Setup(seed=5)).world(system="fennoa")
    submit(one, "sale-1")

    assert (len(one.records), len(other.records)) == (1, 0)
    assert other.call("GET", "/world")["seed"] == 5
    assert repr(one) == f"World({server.url!r}, {one.key!r})"
    one.remove()
    other.remove()


def test_a_fresh_world_that_cannot_be_set_up_is_not_left_behind(world: World) -> None:
    before = world.call("GET", "/worlds")["count"]

    with pytest.raises(ControlError, match="Did you mean netvisor"), world.fresh(system="netviser"):
        pytest.fail("there is no such system")
    assert world.call("GET", "/worlds")["count"] == before
