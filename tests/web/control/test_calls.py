"""What a call works on: the world of its key, as it is or opened anew."""

from __future__ import annotations

import pytest

from simulator.errors import ExpiredError
from simulator.web.control.calls import PAGE, Call
from tests.web.control.client import KEY, Client


def call_of(client: Client, **given: object) -> Call:
    return Call(client.table, client.app.worlds, client.app.streams, KEY, given)


def test_looking_brings_the_world_to_its_present_time_and_writes_nothing_down(client: Client) -> None:
    client.world.clock.jump(client.world.now + 5)
    opened = client.world.now
    world = call_of(client).look()
    assert world.now == opened + 5
    assert world.journal.last == 0


def test_opening_anew_keeps_a_world_that_lives(client: Client) -> None:
    assert call_of(client).anew() is client.world


def test_opening_anew_replaces_a_world_that_expired(client: Client) -> None:
    first = client.world
    client.app.worlds.used[KEY] = -(10**15)
    with pytest.raises(ExpiredError):
        call_of(client).world()
    assert call_of(client).anew() is not first


def test_a_command_takes_what_stands_in_the_path_and_in_the_body(client: Client) -> None:
    call = call_of(client)
    call.body = {"never": True}
    assert call.run("expire_key").value == {"keyExpires": None}
    assert client.world.journal.entries[-1].operation == "expire_key"


def test_a_page_has_a_hundred_items_unless_the_call_says_otherwise(client: Client) -> None:
    assert (call_of(client).limit(), call_of(client, limit=7).limit()) == (PAGE, 7)
