"""Feeding a world's log to a fresh world gives the same answers, byte for byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from simulator import clock
from simulator.clock import VIRTUAL_START
from simulator.partner.answers import ITEMS_A_PIECE
from simulator.partner.messages import Request
from simulator.partner.replay import Difference, replay
from simulator.world.commands import show_world
from simulator.world.journal import Entry
from simulator.world.world import World
from tests.documents import JSON, PREFIX, UNBALANCED, Partner, invoice, ledger, partner, payment, read


def again(client: Partner) -> tuple[list[Difference], World]:
    """Replay a world; return the differences and the world that came out."""
    other = partner("test-other")
    world = client.world
    found = list(replay(other.service, other.world, world.founded, world.opened, list(world.journal.entries)))
    return found, other.world


def everything(client: Partner) -> None:
    """A little of all that can happen to a world."""
    client.run("configure", seed=3, books={"accounts": ["1701", "3000"]}, readings={"failed_status": "-1"})
    client.submit("ledger", ledger())
    client.submit("payment", [payment("A"), payment("B", amount="x")])
    client.submit("payment", [payment("A"), payment("B", counterAccountNumber="9")])
    client.run("outcome", kind="payment", identifier="A", outcome={"unreachable": "10m"})
    client.look("payment")
    client.run("advance", by="90s")
    client.submit("ledger", ledger("L-2", **UNBALANCED))
    client.run("add_record", kind="invoice", document=invoice())
    client.run("freeze")
    client.run("settle")
    client.run("resume")
    client.look("invoice")
    client.run("expire_key")
    client.look("ledger")
    client.run("expire_key", never=True)
    client.call("POST", "/ledger", b"{", query=b"key=test-key")
    client.call("GET", "/nowhere")
    client.call("HEAD", "/payment", headers=[(b"x-sim-explain", b"1"), (b"x-api-key", b"secret")])
    client.service.handle(client.world, Request("POST", PREFIX + "/ledger", b"", (JSON,), oversized=True))


class Running:
    """A machine whose time passes at every look, faster in the replay than in life."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.step = 0, 1
        monkeypatch.setattr(clock, "stopwatch", self.read)
        monkeypatch.setattr(clock, "wall", lambda: VIRTUAL_START + 12_345_678)

    def read(self) -> int:
        self.now += self.step
        return self.now


def same(one: World, other: World) -> None:
    shown, replayed = show_world(one), show_world(other)
    for volatile in ("world", "key", "journal"):
        del shown[volatile], replayed[volatile]
    assert shown == replayed
    assert records(one) == records(other)


def records(world: World) -> list[dict[str, Any]]:
    return [record.show(full=True) for shelf in world.shelves.values() for record in shelf.all.values()]


@pytest.mark.parametrize("step", [1, 777, 10_000_000])
@pytest.mark.parametrize("mode", ["virtual", "real", "x60", "x0.01", "x1000000"])
def test_a_world_on_any_clock_is_replayed_to_the_byte(monkeypatch: pytest.MonkeyPatch, mode: str, step: int) -> None:
    watch = Running(monkeypatch)
    client = partner(clock=mode, sync_delay=10**9)
    everything(client)
    watch.step = step

    differences, world = again(client)

    assert differences == []
    same(client.world, world)
    assert world.clock.mode == client.world.clock.mode
    assert world.clock.now() >= world.now


@pytest.mark.parametrize("mode", ["virtual", "real", "x1000000"])
def test_a_world_whose_clock_was_set_back_before_anything_happened_is_replayed(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    Running(monkeypatch)
    client = partner(clock=mode)
    client.run("configure", clock={"now": "2020-01-01"}, seed=4, readings={"failed_status": "3"})
    client.submit("ledger", ledger())
    client.run("configure", clock={"mode": "x60", "now": "2020-02-01"})
    client.run("advance", by="1h")

    differences, world = again(client)

    assert differences == []
    same(client.world, world)


def test_a_replayed_world_goes_on_like_the_one_it_was_made_of() -> None:
    client = partner()
    everything(client)
    _, world = again(client)
    other = Partner(world, client.service)
    for one in (client, other):
        one.submit("ledger", ledger("L-9"))
        one.run("settle")
    assert read(client.look("ledger")) == read(other.look("ledger"))


def test_a_world_that_was_reset_is_replayed_from_there() -> None:
    client = partner()
    client.run("configure", seed=8, syncDelay="5s", readings={"submit_answer": "created"})
    client.submit("ledger", ledger())
    client.world.clear(client.world.setup)
    client.submit("ledger", ledger("L-2"))
    client.run("advance", by="4s")
    client.look("ledger")
    assert again(client)[0] == []


def long(client: Partner) -> None:
    client.submit("payment", [payment(f"P-{number}", amount=number) for number in range(ITEMS_A_PIECE + 1)])


def taken(client: Partner) -> None:
    read(client.look("payment"))


def left(client: Partner) -> None:
    client.look("payment")


def only_headers(client: Partner) -> None:
    client.call("HEAD", "/payment")


def cut(client: Partner) -> None:
    answer = client.look("payment")
    assert answer.pieces is not None
    next(answer.pieces)


@pytest.mark.parametrize("look", [taken, left, only_headers, cut])
def test_a_long_answer_is_compared_by_its_digest_if_the_client_took_it_to_its_end(
    look: Callable[[Partner], None],
) -> None:
    client = partner()
    long(client)
    look(client)
    assert again(client)[0] == []


def test_a_long_answer_that_came_out_otherwise_is_a_difference() -> None:
    client = partner()
    long(client)
    taken(client)
    client.last.answer_note = "[streamed: 1 bytes, blake2b 00]"
    ((entry, _),) = [(one.entry, one.status) for one in again(client)[0]]
    assert entry is client.last


CHANGES: list[tuple[int, dict[str, Any]]] = [
    (0, {"status": 201}),
    (0, {"answer": b"{}"}),
    (1, {"answer": b"{}"}),
    (2, {"answer": b""}),
]


@pytest.mark.parametrize(("number", "change"), CHANGES)
def test_an_answer_that_came_out_otherwise_is_told_with_what_came_out(number: int, change: dict[str, Any]) -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.run("advance", by="1s")
    client.look("ledger")
    entries: list[Entry] = list(client.world.journal.entries)
    true = entries[number]
    entries[number] = dataclasses.replace(true, **change)

    other = partner()
    (difference,) = replay(other.service, other.world, client.world.founded, client.world.opened, entries)

    assert difference == Difference(entries[number], true.status, true.answer)


def test_another_setup_gives_differences() -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.run("outcome", kind="ledger", identifier="L-1", outcome={"unreachable": "1m"})
    setup = dataclasses.replace(client.world.founded, seed=99)
    other = partner()
    found = list(replay(other.service, other.world, setup, client.world.opened, list(client.world.journal.entries)))
    assert [one.entry.operation for one in found] == ["outcome"]


def test_a_replay_empties_the_world_that_it_is_fed_to() -> None:
    client, other = partner(), partner()
    other.submit("ledger", ledger("old"))
    assert list(replay(other.service, other.world, client.world.founded, client.world.opened, [])) == []
    assert (other.world.record_count, other.world.journal.last) == (0, 0)
