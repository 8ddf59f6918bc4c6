"""Waiting on the clock of a world: to the microsecond where it stands, by itself where it runs, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from simulator.clock import DAY, LAST_INSTANT, MINUTE, SECOND, Duration, stopwatch
from simulator.web.control.events import STOPPING, Streams
from simulator.web.faults.hold import TIMER_SECONDS_MAX, BrokenOffError, Hold
from simulator.world import commands
from simulator.world.world import World
from tests.documents import partner


def outcome(world: World, duration: Duration | None, *steps: Callable[[Streams, Hold], Any]) -> list[str]:
    """How a wait stands after each of several steps: `waits`, `over`, or why it was broken off."""

    async def story() -> list[str]:
        streams, hold = Streams(), Hold(world)
        stands = []
        with streams.listening(hold):
            waiting = asyncio.create_task(hold.wait(duration))
            for step in steps:
                await _turn()
                step(streams, hold)
                await _turn()
                stands.append(_state(waiting))
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return stands

    return asyncio.run(story())


async def _turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _state(waiting: asyncio.Task[None]) -> str:
    if not waiting.done():
        return "waits"
    error = waiting.exception()
    return "over" if error is None else str(error)


def run(name: str, **arguments: Any) -> Callable[[World], Callable[[Streams, Hold], Any]]:
    return lambda world: lambda _streams, _hold: commands.run(world, name, arguments)


def after(duration: Duration | None, *given: Callable[[World], Callable[[Streams, Hold], Any]]) -> list[str]:
    world = partner().world
    return outcome(world, duration, *(step(world) for step in given))


def test_it_is_over_when_the_clock_has_come_so_far_and_not_a_moment_before() -> None:
    steps = [run("advance", by="59s"), run("advance", by="999999us"), run("advance", by="1us")]
    assert after(MINUTE, *steps) == ["waits", "waits", "over"]


def test_no_time_at_all_is_over_at_once() -> None:
    async def story() -> None:
        await Hold(partner().world).wait(0)

    asyncio.run(story())


def test_commands_that_move_no_time_wake_it_in_vain() -> None:
    assert after(MINUTE, run("expire_key"), run("freeze"), run("settle")) == ["waits"] * 3


def test_without_a_time_it_never_is() -> None:
    assert after(None, run("advance", by="1000d")) == ["waits"]


def test_a_time_beyond_the_calendar_ends_with_it() -> None:
    assert after(LAST_INSTANT, run("advance", to="9999-12-31T23:59:58Z"), run("advance", by="1s")) == ["waits", "over"]


@pytest.mark.parametrize("mode", ["real", "x60"])
def test_a_clock_that_begins_to_run_in_mid_wait_brings_the_end_by_itself(mode: str) -> None:
    world = partner().world

    async def story() -> None:
        streams, hold = Streams(), Hold(world)
        with streams.listening(hold):
            waiting = asyncio.create_task(hold.wait(SECOND // 50))
            await _turn()
            commands.run(world, "resume", {"mode": mode})
            async with asyncio.timeout(30):
                await waiting

    began = stopwatch()
    asyncio.run(story())
    assert stopwatch() - began >= SECOND // 50 // (60 if mode == "x60" else 1)


def test_a_clock_that_is_stopped_in_mid_wait_stops_the_wait() -> None:
    world = partner().world
    world.clock.resume("x1000")
    steps = [run("freeze")(world), run("advance", by="1d")(world)]
    assert outcome(world, DAY, *steps) == ["waits", "over"]


def test_a_long_wait_is_timed_in_parts() -> None:
    world = partner().world
    hold = asyncio.run(_held(world))
    assert hold._seconds_until(world.now + DAY) is None
    world.clock.resume("real")
    assert hold._seconds_until(world.now + DAY) == TIMER_SECONDS_MAX
    assert hold._seconds_until(None) is None


async def _held(world: World) -> Hold:
    return Hold(world)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda _streams, hold: hold.leave(), "the client left"),
        (lambda streams, hold: streams.tell(hold.world, "reset"), "the world was reset"),
        (lambda streams, hold: streams.tell(hold.world, "removed"), "the world was removed"),
        (lambda streams, _hold: streams.close(), STOPPING),
    ],
    ids=["client", "reset", "removal", "stop"],
)
@pytest.mark.parametrize("duration", [None, MINUTE])
def test_it_is_broken_off(step: Callable[[Streams, Hold], Any], reason: str, duration: Duration | None) -> None:
    assert outcome(partner().world, duration, step) == [reason]


def test_what_begins_when_all_is_over_does_not_wait() -> None:
    async def story() -> None:
        streams = Streams()
        streams.close()
        hold = Hold(partner().world)
        with streams.listening(hold), pytest.raises(BrokenOffError, match=STOPPING):
            await hold.wait(None)

    asyncio.run(story())
