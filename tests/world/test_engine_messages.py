"""The messages of a push: kept in the timeline of its record, within the bound of the world."""

from __future__ import annotations

from simulator.clock import HOUR
from simulator.systems.base import Answer, Exchange, Request
from simulator.world.engine import NOT_KEPT
from tests.world.test_engine import Life


def test_messages_are_kept_in_the_timeline_as_long_as_there_is_room_for_them() -> None:
    life = Life("unreachable", "unreachable")
    exchange = Exchange(Request("POST", "/x", body=b"x" * 1000), Answer(503))
    life.books.exchanges = (exchange,)
    life.engine.message_bytes_max = 2 * exchange.size
    one = life.submit()
    life.tick(HOUR)

    pushes = [step for step in one.steps if step.reply is not None]
    assert [len(step.reply.exchanges) for step in pushes if step.reply is not None] == [1, 1, 0]
    assert life.engine.message_bytes == 2 * exchange.size
    assert (pushes[-1].what, pushes[-1].detail, one.reason) == ("synced", NOT_KEPT, "")
