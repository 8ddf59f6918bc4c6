"""Commands: each does what it says, or nothing at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import clock
from simulator.clock import DAY, HOUR, LAST_INSTANT, MINUTE, SECOND, VIRTUAL_START, show_instant
from simulator.contract.jsontext import dumps, loads
from simulator.errors import ConflictError, NotFoundError, SettingError, SimulatorError
from simulator.world import commands, engine
from simulator.world.commands import FIRED_SHOWN_MAX, show_world
from tests.documents import Partner, invoice, ledger, partner, payment, steps

START = "2026-01-01T09:00:00.000Z"


def state(client: Partner) -> bytes:
    """All that can be seen of a world, and what moves it."""
    world = client.world
    records = [record.show(full=True) for shelf in world.shelves.values() for record in shelf.all.values()]
    due = sorted((due, number) for due, number, record in world.engine.queue if record.due == due)
    setup = [world.setup.clock, world.setup.system, world.setup.books, world.setup.readings]
    moving = [world.now, world.opened, world.clock.now(), world.clock.running, world.clock.rate]
    hidden = [due, setup, moving, world.engine.seed, world.engine.delay]
    return dumps([show_world(world), records, hidden])


@pytest.fixture
def client() -> Partner:
    """A world with a synced, a failed, a held and a queued ledger."""
    made = partner()
    made.submit("ledger", ledger("synced"))
    made.run("advance", by="1s")
    for name, outcome in (("failed", {"failed": "no"}), ("held", "pending")):
        made.submit("ledger", ledger(name))
        made.run("outcome", kind="ledger", identifier=name, outcome=outcome)
    made.submit("ledger", ledger("queued"))
    return made


FAILURES: list[tuple[str, dict[str, Any], type[SimulatorError]]] = [
    ("advance", {"by": "soon"}, SettingError),
    ("advance", {"by": "-1s"}, SettingError),
    ("advance", {"by": "1000000w"}, SettingError),
    ("advance", {"by": "253402300799s"}, SettingError),
    ("advance", {"to": "2026-01-01"}, SettingError),
    ("advance", {"to": "never"}, SettingError),
    ("settle", {"within": "a while"}, SettingError),
    ("resume", {"mode": "fast"}, SettingError),
    ("resume", {"mode": "x0"}, SettingError),
    ("configure", {"readings": {"failed_status": "7"}}, SettingError),
    ("configure", {"readings": {"failed_state": "2"}}, SettingError),
    ("configure", {"seed": 3, "system": "sap"}, SettingError),
    ("configure", {"seed": 3, "syncDelay": "1s", "books": {"accounts": "1701"}}, SettingError),
    ("configure", {"readings": {"failed_status": "3"}, "clock": {"mode": "x-1"}}, SettingError),
    ("configure", {"syncDelay": "5s", "clock": {"mode": "real", "now": "2020-01-01"}}, SettingError),
    ("configure", {"clock": {"now": "10000-01-01"}}, SettingError),
    ("outcome", {"kind": "ledger", "identifier": "queued", "outcome": "booked"}, SettingError),
    ("outcome", {"kind": "ledger", "identifier": "nobody", "outcome": "synced"}, NotFoundError),
    ("outcome", {"kind": "voucher", "identifier": "queued", "outcome": "synced"}, NotFoundError),
    ("outcome", {"kind": "ledger", "identifier": "synced", "outcome": {"failed": "x"}}, ConflictError),
    ("outcome", {"kind": "ledger", "identifier": "failed", "outcome": "synced"}, ConflictError),
    ("outcome", {"kind": "ledger", "identifier": "queued", "outcome": "retry"}, ConflictError),
    ("expire_key", {"in": "later"}, SettingError),
    ("expire_key", {"at": "x"}, SettingError),
    ("add_record", {"kind": "ledger", "document": ledger()}, ConflictError),
    ("add_record", {"kind": "voucher", "document": {}}, ConflictError),
    ("add_record", {"kind": "invoice", "document": {}}, SettingError),
    ("add_record", {"kind": "invoice", "document": invoice(invoiceDate="2026-02-30")}, SettingError),
]


@pytest.mark.parametrize(("name", "arguments", "error"), FAILURES)
def test_a_command_that_fails_leaves_the_world_as_it_was_and_no_entry(
    client: Partner, name: str, arguments: dict[str, Any], error: type[SimulatorError]
) -> None:
    before, count = state(client), client.world.journal.last

    with pytest.raises(error):
        client.run(name, **arguments)

    assert state(client) == before
    assert client.world.journal.last == count


def test_a_command_that_succeeds_is_logged_with_its_arguments_and_its_result(client: Partner) -> None:
    began = client.world.now
    result = client.run("advance", by="250ms")
    entry = client.last
    assert (entry.kind, entry.operation, entry.at) == ("command", "advance", began)
    assert (loads(entry.body), loads(entry.answer)) == ({"by": "250ms"}, result)


def test_the_log_of_a_command_does_not_tell_in_which_world_it_was(client: Partner) -> None:
    shown = client.run("configure", seed=2)
    logged = loads(client.last.answer)
    assert (shown["key"], "key" in logged, "world" in logged) == ("test-key", False, False)
    assert logged.items() <= loads(dumps(shown)).items()


def test_advancing_moves_time_and_tells_what_fired(client: Partner) -> None:
    result = client.run("advance", by="2s")
    assert result == {
        "now": "2026-01-01T09:00:03.000Z", "mode": "virtual", "nextDue": None, "pending": 1, "firedCount": 1,
        "fired": [{"at": "2026-01-01T09:00:02.000Z", "event": "synced", "kind": "ledger", "identifier": "queued"}],
        "complete": True,
    }  # fmt: skip
    assert client.world.clock.now() == client.world.now == VIRTUAL_START + 3 * SECOND


def test_advancing_to_an_instant_and_by_nothing() -> None:
    client = partner()
    assert client.run("advance", to="2026-01-01T12:00:00+02:00")["now"] == "2026-01-01T10:00:00.000Z"
    assert client.run("advance", to="2026-01-01T10:00:00Z")["now"] == "2026-01-01T10:00:00.000Z"
    assert client.run("advance", by="0s")["firedCount"] == 0


def test_a_long_list_of_what_fired_is_cut_and_its_count_is_not() -> None:
    client = partner()
    client.submit("payment", [payment(f"P-{number}") for number in range(FIRED_SHOWN_MAX + 5)])
    result = client.run("advance", by="1s")
    assert (result["firedCount"], len(result["fired"]), result["complete"]) == (1_005, 1_000, True)


def test_a_command_runs_so_many_events_at_most_and_a_further_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "EVENTS_MAX", 3)
    monkeypatch.setattr(engine.Engine.tick, "__defaults__", (3,))
    client = partner()
    client.submit("payment", [payment(f"P-{number}") for number in range(5)])
    first = client.run("settle")
    assert (first["firedCount"], first["complete"]) == (3, False)
    second = client.run("settle")
    assert (second["firedCount"], second["complete"], second["pending"]) == (0, True, 0)


def test_settling_runs_until_nothing_is_due_and_leaves_the_clock_at_the_last_event(client: Partner) -> None:
    result = client.run("settle")
    assert (result["now"], result["nextDue"], result["pending"]) == ("2026-01-01T09:00:02.000Z", None, 1)
    assert result["firedCount"] == 1
    again = client.run("settle")
    assert (again["now"], again["firedCount"]) == (result["now"], 0)


def test_settling_goes_through_retries_to_the_end() -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.run("outcome", kind="ledger", identifier="L-1", outcome={"unreachable": "1d"})
    result = client.run("settle")
    assert result["fired"][-1]["event"] == "synced"
    assert client.world.now >= VIRTUAL_START + DAY


def test_settling_within_a_bound_leaves_what_lies_beyond_it() -> None:
    client = partner()
    client.submit("ledger", ledger())
    assert client.run("settle", within="999ms")["firedCount"] == 0
    assert client.world.now == VIRTUAL_START
    assert client.run("settle", within="1s")["firedCount"] == 1


def test_settling_at_the_end_of_the_calendar_stops_there() -> None:
    client = partner()
    client.run("advance", to="9999-12-31T23:59:59Z")
    client.submit("ledger", ledger())
    assert client.run("settle", within="10w")["now"] == "9999-12-31T23:59:59.000Z"
    assert client.record("ledger", "L-1").state == "synced"


class Running:
    """A real clock, of which every reading is a little later than the one before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0
        monkeypatch.setattr(clock, "stopwatch", self.read)
        monkeypatch.setattr(clock, "wall", lambda: VIRTUAL_START)

    def read(self) -> int:
        self.now += 1
        return self.now


@pytest.mark.parametrize("mode", ["real", "x60", "x1000000"])
def test_settling_on_a_running_clock_comes_to_an_end_and_the_clock_runs_on(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    watch = Running(monkeypatch)
    client = partner(clock=mode, sync_delay=HOUR)
    client.submit("payment", [payment(f"P-{number}") for number in range(20)])
    client.run("outcome", kind="payment", identifier="P-3", outcome={"unreachable": "10m"})

    result = client.run("settle")

    assert (result["mode"], result["pending"], result["nextDue"]) == (mode, 0, None)
    moments = [event["at"] for event in result["fired"]]
    assert moments == sorted(moments)
    before = client.world.now
    watch.now += SECOND
    client.world.arrive()
    assert client.world.now > before


@pytest.mark.parametrize("mode", ["real", "x60", "x1000000"])
@pytest.mark.parametrize("by", ["0s", "1us", "2us", "1s"])
def test_advancing_a_running_clock_a_little_never_fails(monkeypatch: pytest.MonkeyPatch, mode: str, by: str) -> None:
    Running(monkeypatch)
    client = partner(clock=mode)
    for _ in range(20):
        before = client.world.now
        client.run("advance", by=by)
        assert client.world.now >= before
    assert client.world.clock.mode == mode


def test_freezing_and_resuming_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Running(monkeypatch)
    client = partner(clock="x60")
    assert client.run("freeze")["mode"] == "virtual"
    stood = client.world.clock.now()
    watch.now += HOUR
    assert client.world.clock.now() == stood
    assert client.run("resume")["mode"] == "x60"
    watch.now += SECOND
    client.world.arrive()
    assert MINUTE <= client.world.now - stood < 2 * MINUTE
    assert client.run("resume", mode="real")["mode"] == "real"
    assert client.run("resume", mode="virtual")["mode"] == "virtual"


def test_a_clock_stands_where_the_answer_to_freezing_says() -> None:
    for command, arguments in (("freeze", {}), ("configure", {"clock": {"mode": "virtual"}})):
        client = partner(clock="x1000000")
        told = client.run(command, **arguments)
        client.world.arrive()
        assert show_instant(client.world.now) == told.get("clock", told)["now"]


def test_configuring_changes_what_is_named_and_leaves_the_rest() -> None:
    client = partner(readings={"failed_status": "3"})
    client.run("configure", seed=7)
    client.run("configure", readings={"no_results": "empty-list"})
    client.run("configure", books={"accounts": ["1701"]})
    shown = client.run("configure", syncDelay="2m")

    assert (shown["seed"], shown["syncDelay"], shown["system"]) == (7, "2m", "plain")
    assert (shown["readings"]["failed_status"], shown["readings"]["no_results"]) == ("3", "empty-list")
    assert shown["books"]["accounts"] == ["1701"]
    assert (client.world.engine.seed, client.world.engine.delay) == (7, 2 * MINUTE)
    assert client.run("configure", system="plain")["books"]["accounts"] is None, "a system is named with its own books"


def test_configuring_something_else_leaves_the_books_that_are_open() -> None:
    client = partner()
    books = client.world.engine.books
    client.run("configure", seed=1, readings={}, syncDelay="1s", clock={"mode": "virtual"})
    assert client.world.engine.books is books


def test_a_new_delay_is_for_records_that_come() -> None:
    client = partner()
    client.submit("ledger", ledger("before"))
    client.run("configure", syncDelay="1h")
    client.submit("ledger", ledger("after"))
    client.run("advance", by="1s")
    assert [client.record("ledger", name).state for name in ("before", "after")] == ["synced", "pending"]


def test_setting_the_clock_back_works_in_an_untouched_world_alone() -> None:
    client = partner()
    shown = client.run("configure", clock={"now": "2025-06-30T21:30:00Z"}, seed=5)
    assert shown["clock"]["now"] == "2025-06-30T21:30:00.000Z"
    assert (client.world.opened, client.world.engine.seed) == (client.world.now, 5)
    with pytest.raises(SettingError, match="backwards"):
        client.run("configure", clock={"now": "2025-06-30"})


def test_setting_the_clock_forward_runs_what_falls_due() -> None:
    client = partner()
    client.submit("ledger", ledger())
    shown = client.run("configure", clock={"now": "2026-02-01"})
    assert shown["records"]["ledger"]["synced"] == 1
    assert client.record("ledger", "L-1").settled_at == VIRTUAL_START + SECOND


@pytest.mark.parametrize(("mode", "running"), [("virtual", False), ("real", True), ("x60", True)])
def test_setting_the_mode_of_the_clock_lasts_through_a_reset(
    monkeypatch: pytest.MonkeyPatch, mode: str, *, running: bool
) -> None:
    Running(monkeypatch)
    client = partner(clock="x2")
    assert client.run("configure", clock={"mode": mode})["clock"]["mode"] == mode
    client.world.clear(client.world.setup)
    assert (client.world.clock.running, client.world.clock.mode) == (running, mode)


def test_an_outcome_by_hand_is_shown_with_the_whole_record(client: Partner) -> None:
    shown = client.run("outcome", kind="ledger", identifier="queued", outcome={"failed": "Invoice is already paid"})
    assert (shown["state"], shown["reason"]) == ("failed", "Invoice is already paid")
    assert [step["step"] for step in shown["timeline"]] == ["queued", "failed"]
    assert shown["document"]["ledgerIdentifier"] == "queued"
    (effect,) = client.last.effects
    assert (effect.what, effect.kind, effect.identifier) == ("failed", "ledger", "queued")


def test_what_an_outcome_makes_due_happens_at_once(client: Partner) -> None:
    shown = client.run("outcome", kind="ledger", identifier="queued", outcome={"unreachable": "1h"})
    assert [step["step"] for step in shown["timeline"]] == ["queued", "unreachable", "retried"]
    assert shown["attempts"] == 1


def test_a_failed_record_is_retried_by_hand(client: Partner) -> None:
    assert client.run("outcome", kind="ledger", identifier="failed", outcome="retry")["state"] == "pending"
    client.run("advance", by="1s")
    assert steps(client.record("ledger", "failed")) == ["queued", "failed", "queued", "synced"]


def test_the_key_of_a_world_expires_when_it_is_told_to_and_not_a_moment_before() -> None:
    client = partner()
    assert client.run("expire_key", **{"in": "10s"}) == {"keyExpires": "2026-01-01T09:00:10.000Z"}
    client.run("advance", by="9999ms")
    assert client.look("ledger").status == 204
    client.run("advance", by="1ms")
    assert client.look("ledger").status == 401
    assert client.run("expire_key", never=True) == {"keyExpires": None}
    assert client.look("ledger").status == 204
    assert client.run("expire_key", at=START)["keyExpires"] == START
    assert client.look("ledger").status == 401
    client.run("expire_key", never=True)
    client.run("expire_key")
    assert client.look("ledger").status == 401


def test_a_key_that_would_expire_after_the_calendar_expires_at_its_end() -> None:
    client = partner()
    client.run("advance", by="1d")
    result = client.run("expire_key", **{"in": f"{LAST_INSTANT}us"})
    assert result == {"keyExpires": "9999-12-31T23:59:59.000Z"}
    assert show_world(client.world)["keyExpires"] == result["keyExpires"]


def test_a_delay_beyond_the_calendar_can_still_be_shown() -> None:
    client = partner()
    client.run("configure", syncDelay=f"{LAST_INSTANT}us")
    client.submit("ledger", ledger())
    assert client.run("freeze")["nextDue"] == "9999-12-31T23:59:59.000Z"
    assert client.record("ledger", "L-1").show()["dueAt"] == "9999-12-31T23:59:59.000Z"


def test_an_invoice_is_made_and_lives_like_any_record() -> None:
    client = partner()
    shown = client.run("add_record", kind="invoice", document=invoice(extra=1))
    assert (shown["state"], shown["invoiceNumber"], shown["timeline"][0]["cause"]) == (
        "pending",
        "2026031",
        "control API",
    )
    assert shown["document"]["extra"] == 1
    client.run("advance", by="1s")
    assert client.found("invoice") == [
        {"sourceIdentifier": "I-1", "invoiceNumber": "2026031", "invoiceDate": "2026-03-16", "syncDate": "2026-01-01",
         "status": 1, "description": "Successfully synced"},
    ]  # fmt: skip


def test_an_invoice_that_is_there_already_or_has_no_room_is_refused() -> None:
    client = partner(records_max=1)
    client.run("add_record", kind="invoice", document=invoice())
    before = state(client)
    with pytest.raises(ConflictError, match="already"):
        client.run("add_record", kind="invoice", document=invoice())
    with pytest.raises(SimulatorError, match="at most 1 records"):
        client.run("add_record", kind="invoice", document=invoice("I-2"))
    assert state(client) == before


@pytest.mark.parametrize(("key", "shown"), [("test-abc", "test-abc"), ("production-secret", "prod…")])
def test_a_world_shows_itself_and_only_the_start_of_a_key_that_may_be_a_secret(key: str, shown: str) -> None:
    client = partner(key)
    client.submit("ledger", ledger())
    world = show_world(client.world)
    assert world["key"] == shown
    assert "secret" not in json.dumps(world)
    assert world["records"]["ledger"] == {"total": 1, "pending": 1, "failed": 0, "synced": 0}
    assert world["journal"] == {"entries": 1, "bytes": client.world.journal.bytes, "last": 1, "evicted": 0}
    json.dumps(world)


def test_the_counts_of_a_world_are_those_of_its_records(client: Partner) -> None:
    assert show_world(client.world)["records"]["ledger"] == {"total": 4, "pending": 2, "failed": 1, "synced": 1}
