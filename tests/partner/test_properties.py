"""What must hold of every history: replay, isolation, looks that change nothing, time that can be cut anywhere."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import show_duration
from simulator.contract.contract import built_in
from simulator.partner.replay import replay
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world.commands import show_world
from simulator.world.worlds import Worlds
from tests.documents import Partner, ledger, partner, payment, read
from tests.partner.histories import CHOICES, HISTORIES, HISTORIES_WITH_TIME, LOOKS, Step

SERVICE = Service(built_in())


def timelines(client: Partner) -> list[dict[str, Any]]:
    return [record.show(full=True) for shelf in client.world.shelves.values() for record in shelf.all.values()]


def seen(client: Partner) -> list[bytes]:
    return [read(client.look(kind)) for kind in ("ledger", "payment", "invoice")]


@given(readings=CHOICES, history=HISTORIES_WITH_TIME, mode=st.sampled_from(["virtual", "virtual", "real", "x60"]))
def test_the_log_of_a_world_fed_to_a_fresh_one_gives_the_same_answers(
    readings: dict[str, str], history: list[Step], mode: str
) -> None:
    client, other = partner(clock=mode, readings=readings), partner("test-other")
    for step in history:
        step.play(client)
    world = client.world
    entries = list(world.journal.entries)

    assert list(replay(SERVICE, other.world, world.founded, world.opened, entries)) == []

    # A command that fails leaves no entry, but the time that it arrived at.
    for arriving in (world, other.world):
        arriving.arrive(world.now)
    assert timelines(other) == timelines(client)
    assert [entry.show() for entry in other.world.journal.entries] == [entry.show() for entry in entries]


@given(
    readings=CHOICES,
    histories=st.lists(HISTORIES, min_size=2, max_size=3),
    order=st.lists(st.integers(0, 2), max_size=60),
)
def test_worlds_on_one_server_do_not_meet_in_whatever_order_their_requests_arrive(
    readings: dict[str, str], histories: list[list[Step]], order: list[int]
) -> None:
    worlds = Worlds(Settings(clock="virtual", readings=tuple(readings.items())), built_in())
    keys = [f"test-{number}" for number in range(len(histories))]
    waiting = {key: list(history) for key, history in zip(keys, histories, strict=True)}
    together: dict[str, list[bytes]] = {key: [] for key in keys}
    for turn in itertools.chain(order, itertools.cycle(range(3))):
        if not any(waiting.values()):
            break
        key = keys[turn % len(keys)]
        if waiting[key]:
            client = Partner(worlds.world(key), SERVICE)
            together[key].append(waiting[key].pop(0).play(client))

    for key, history in zip(keys, histories, strict=True):
        alone = partner(key, readings=readings)
        assert [step.play(alone) for step in history] == together[key]
        if history:
            assert timelines(alone) == timelines(Partner(worlds.world(key), SERVICE))


@given(readings=CHOICES, history=HISTORIES, look=LOOKS)
def test_looking_twice_gives_the_same_bytes(readings: dict[str, str], history: list[Step], look: Step) -> None:
    client = partner(readings=readings)
    for step in history:
        step.play(client)
    # What is due at this very moment happens before the first look.
    client.world.arrive()
    assert look.play(client) == look.play(client)


@given(history=HISTORIES, looks=st.lists(LOOKS, min_size=1, max_size=4))
def test_looks_in_between_change_nothing_that_happens_later(history: list[Step], looks: list[Step]) -> None:
    silent, curious = partner(), partner()
    for step in history:
        counted = step.name == "configure" and "clock" in step.arguments
        if not counted:
            # A clock can be set back in an untouched world alone, and a look touches it.
            for look in looks:
                look.play(curious)
            step.play(silent)
            step.play(curious)
    for client in (silent, curious):
        for shelf in client.world.shelves.values():
            for record in shelf.all.values():
                record.looked_at = None
    assert timelines(curious) == timelines(silent)
    assert {**show_world(curious.world), "journal": None} == {**show_world(silent.world), "journal": None}


@given(
    names=st.lists(st.text(min_size=1, max_size=5), unique=True, min_size=2, max_size=5),
    order=st.randoms(use_true_random=False),
    seed=st.integers(0, 5),
)
def test_the_pauses_of_retries_do_not_depend_on_the_order_in_which_requests_arrive(
    names: list[str], order: Any, seed: int
) -> None:
    def attempts(arriving: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        client = partner()
        client.run("configure", seed=seed)
        for kind, name in arriving:
            client.submit(kind, ledger(name) if kind == "ledger" else [payment(name)])
        for kind, name in sorted(arriving):
            client.run("outcome", kind=kind, identifier=name, outcome={"unreachable": "1h"})
        client.run("settle")
        return {
            (kind, name): [step["at"] for step in client.record(kind, name).show(full=True)["timeline"]]
            for kind, name in arriving
        }

    arriving = [(kind, name) for kind in ("ledger", "payment") for name in names]
    shuffled = list(arriving)
    order.shuffle(shuffled)
    assert attempts(arriving) == attempts(shuffled)


@given(
    readings=CHOICES,
    history=HISTORIES,
    parts=st.lists(st.integers(0, 3_000_000) | st.integers(0, 7_200_000_000), min_size=1, max_size=5),
)
def test_an_advance_can_be_cut_into_parts(readings: dict[str, str], history: list[Step], parts: list[int]) -> None:
    whole, cut = partner(readings=readings), partner(readings=readings)
    for client in (whole, cut):
        for step in history:
            step.play(client)
    fired = whole.run("advance", by=show_duration(sum(parts)))["fired"]
    pieces = [event for part in parts for event in cut.run("advance", by=show_duration(part))["fired"]]
    assert pieces == fired
    assert timelines(cut) == timelines(whole)
    assert seen(cut) == seen(whole)
