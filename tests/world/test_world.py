"""A world moves only when it is told to, holds no more than it may, and tells who listens."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import clock
from simulator.clock import SECOND, VIRTUAL_START
from simulator.errors import BoundError, NotFoundError, SettingError
from simulator.world.world import RECORD_BYTES
from tests.documents import Partner, ledger, partner, payment


class Watch:
    """A stopwatch and a wall clock that move when they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: int = 0) -> None:
        self.now, self.step = 1_000, step
        monkeypatch.setattr(clock, "stopwatch", self.read)
        monkeypatch.setattr(clock, "wall", lambda: VIRTUAL_START)

    def read(self) -> int:
        self.now += self.step
        return self.now


def test_a_fresh_world_is_empty_and_stands_at_its_start() -> None:
    world = partner().world
    assert (world.now, world.opened, world.record_count, world.record_bytes) == (VIRTUAL_START, VIRTUAL_START, 0, 0)
    assert set(world.shelves) == set(world.contract.records)
    assert not world.is_key_expired


def test_the_identity_of_a_world_names_its_key_without_showing_it() -> None:
    assert partner("test-a").world.identity == partner("test-a").world.identity
    assert partner("test-a").world.identity != partner("test-b").world.identity
    assert "test-a" not in partner("test-a").world.identity


def test_a_world_never_goes_back() -> None:
    world = partner().world
    world.arrive(VIRTUAL_START + 5)
    world.arrive(VIRTUAL_START - 5)
    assert world.now == VIRTUAL_START + 5
    world.arrive()
    assert world.now == VIRTUAL_START + 5


def test_arriving_runs_what_is_due_on_the_way_each_at_its_own_time() -> None:
    client = partner()
    client.submit("ledger", ledger())
    (fired,) = client.world.arrive(VIRTUAL_START + 10 * SECOND)
    assert (fired.at, client.world.now) == (VIRTUAL_START + SECOND, VIRTUAL_START + 10 * SECOND)
    assert client.record("ledger", "L-1").settled_at == VIRTUAL_START + SECOND
    assert client.world.arrive(VIRTUAL_START + 20 * SECOND) == []


def test_a_world_on_a_running_clock_moves_by_itself_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    client = partner(clock="x60")
    client.submit("ledger", ledger())
    assert client.found("ledger")[0]["status"] == 0
    watch.now += SECOND // 60
    assert client.found("ledger")[0]["status"] == 0
    watch.now += 1
    assert client.found("ledger")[0]["status"] == 1


@pytest.mark.parametrize("mode", ["virtual", "real", "x1000000"])
def test_the_clock_reaches_an_instant_even_when_it_runs_faster_than_we_look(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    Watch(monkeypatch, step=1)
    world = partner(clock=mode).world
    for instant in range(VIRTUAL_START, VIRTUAL_START + 40, 2):
        world.reach(instant)
        assert world.clock.now() >= instant
        assert world.clock.mode == mode


def test_the_number_of_records_is_bounded_and_nothing_is_stored_beyond() -> None:
    world = partner(records_max=2).world
    world.has_room_for(2, 0)
    with pytest.raises(BoundError, match="at most 2 records"):
        world.has_room_for(3, 0)


def test_the_bytes_of_records_are_bounded_with_what_a_record_costs_beside_its_document() -> None:
    world = partner(world_bytes_max=10_000).world
    world.has_room_for(2, 10_000 - 2 * RECORD_BYTES)
    with pytest.raises(BoundError, match="at most 10000 bytes"):
        world.has_room_for(2, 10_000 - 2 * RECORD_BYTES + 1)
    with pytest.raises(BoundError):
        world.has_room_for(0, 10_001)


def test_records_are_numbered_across_kinds_in_the_order_of_their_submission() -> None:
    client = partner()
    client.submit("payment", [payment("A"), payment("B")])
    client.submit("ledger", ledger("A"))
    numbers = [client.record(kind, name).number for kind, name in (("payment", "A"), ("payment", "B"), ("ledger", "A"))]
    assert numbers == [1, 2, 3]
    assert client.world.record_count == 3


def test_a_record_that_is_not_there_is_said_to_be_missing_with_what_there_is() -> None:
    client = partner()
    client.submit("ledger", ledger())
    with pytest.raises(NotFoundError, match="no ledger 'L-2'") as raised:
        client.record("ledger", "L-2")
    assert "It has 1 of that kind" in raised.value.advice
    with pytest.raises(NotFoundError, match="kind 'voucher'"):
        client.record("voucher", "L-1")


def test_who_listens_hears_of_exchanges_commands_and_records_in_order() -> None:
    client, heard = partner(), list[tuple[str, Any]]()
    client.world.listeners.append(lambda what, value: heard.append((what, value)))
    client.submit("ledger", ledger())
    client.run("advance", by="1s")
    assert [what for what, _ in heard] == ["exchange", "records", "command"]
    assert [event.what for event in heard[1][1]] == ["synced"]
    assert [heard[0][1].number, heard[2][1].number] == [1, 2]


def test_clearing_a_world_empties_all_of_it_but_leaves_who_listens() -> None:
    client, heard = partner(), list[str]()
    fresh = partner().world
    client.world.listeners.append(lambda what, _value: heard.append(what))
    client.submit("ledger", ledger())
    client.run("advance", by="1h")
    client.run("expire_key")
    client.submit("ledger", ledger("L-2"))

    client.world.clear(client.world.setup)

    assert (client.world.now, client.world.record_count, client.world.record_bytes) == (fresh.now, 0, 0)
    assert (client.world.journal.last, client.world.engine.queue, client.world.key_expires) == (0, [], None)
    assert client.found("ledger") == []
    heard.clear()
    client.submit("ledger", ledger())
    assert heard == ["exchange"]


def test_a_world_opens_exactly_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    Watch(monkeypatch, step=1)
    client = partner(clock="x1000")
    client.world.clear(client.world.setup, 5)
    assert (client.world.opened, client.world.now) == (5, 5)
    client.world.clear(client.world.setup)
    assert client.world.opened == client.world.now > 5


def test_the_books_of_a_setup_are_opened_with_the_world() -> None:
    client = partner()
    client.run("configure", books={"accounts": ["1701"]})
    client.world.clear(client.world.setup)
    client.submit("ledger", ledger())
    client.run("settle")
    assert client.record("ledger", "L-1").reason == "Account 3000 not found"


def test_books_that_do_not_fit_open_no_world() -> None:
    client: Partner = partner()
    with pytest.raises(SettingError):
        client.run("configure", books={"accounts": "all"})
    assert client.world.setup.books == {}
