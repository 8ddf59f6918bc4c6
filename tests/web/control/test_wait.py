"""Waiting for requests, without ever sleeping: a wait ends by what happens."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulator.settings import Settings
from tests.documents import PREFIX, UNBALANCED, ledger
from tests.web.control.client import Answer, Client

WAIT = "/_sim/journal/wait"


async def waiting(client: Client, value: Any) -> asyncio.Task[Answer]:
    """A wait that has begun."""
    task = asyncio.create_task(client.send("POST", WAIT, value))
    while not client.world.listeners:
        assert not task.done(), task.result().body
        await asyncio.sleep(0)
    return task


async def submit(client: Client, identifier: str, **members: Any) -> None:
    await client.send("POST", f"{PREFIX}/ledger", {"ledgers": ledger(identifier, **members)})


def test_a_wait_ends_when_enough_requests_match(client: Client) -> None:
    async def story() -> Answer:
        match = {"operation": "submit_ledger", "status": [200]}
        task = await waiting(client, {"match": match, "count": 2, "timeout": "1m"})
        await submit(client, "L-1")
        await submit(client, "L-2", **UNBALANCED)
        await client.send("GET", f"{PREFIX}/ledger")
        assert client.world.listeners
        await submit(client, "L-3")
        return await task

    waited = asyncio.run(story()).json
    assert (waited["met"], waited["count"], waited["wanted"], waited["next"]) == (True, 2, 2, 4)
    assert [entry["number"] for entry in waited["entries"]] == [1, 4]
    assert (waited["evicted"], waited["complete"], waited["ended"]) == (0, True, None)
    assert not client.world.listeners


def test_what_already_happened_counts_unless_it_is_too_early(client: Client) -> None:
    client.submit(ledger("L-1"))
    assert client.post(WAIT, {"timeout": "1m"})["met"] is True
    late = client.post(WAIT, {"after": 1, "timeout": "0s"})
    assert (late["met"], late["count"], late["entries"], late["next"]) == (False, 0, [], 1)


def test_a_wait_ends_when_the_time_is_up(client: Client) -> None:
    client.submit(ledger("L-1"))
    waited = client.post(WAIT, {"match": {"operation": "submit_ledger"}, "count": 2, "timeout": "1ms"})
    assert (waited["met"], waited["count"], waited["ended"]) == (False, 1, None)
    assert not client.world.listeners


def test_a_wait_says_what_part_of_its_window_is_gone() -> None:
    client = Client(Settings(clock="virtual", journal_entries_max=2))
    for number in range(4):
        client.submit(ledger(f"L-{number}"))
    waited = client.post(WAIT, {"count": 3, "timeout": "0s"})
    assert (waited["met"], waited["count"], waited["evicted"], waited["complete"]) == (False, 2, 2, False)
    assert client.post(WAIT, {"count": 2, "after": 2})["complete"] is True


def test_entries_that_matched_and_were_pushed_out_since_still_count() -> None:
    client = Client(Settings(clock="virtual", journal_entries_max=2))

    async def story() -> Answer:
        task = await waiting(client, {"count": 3})
        for number in range(3):
            await submit(client, f"L-{number}")
        return await task

    waited = asyncio.run(story()).json
    assert (waited["met"], waited["count"], waited["evicted"]) == (True, 3, 1)
    assert [entry["number"] for entry in waited["entries"]] == [2, 3]


def test_a_wait_can_be_for_commands(client: Client) -> None:
    async def story() -> Answer:
        task = await waiting(client, {"match": {"operation": "advance"}})
        await submit(client, "L-1")
        await client.send("POST", "/_sim/clock/advance", {"by": "1s"})
        return await task

    waited = asyncio.run(story()).json
    assert [entry["operation"] for entry in waited["entries"]] == ["advance"]


def test_a_reset_lets_a_wait_start_over(client: Client) -> None:
    async def story() -> Answer:
        await submit(client, "L-1")
        task = await waiting(client, {"count": 2, "after": 0})
        await client.send("POST", "/_sim/reset")
        await submit(client, "L-2")
        assert not task.done()
        await submit(client, "L-3")
        return await task

    waited = asyncio.run(story()).json
    assert [entry["number"] for entry in waited["entries"]] == [1, 2]


def test_a_wait_ends_when_its_world_is_removed(client: Client) -> None:
    async def story() -> Answer:
        task = await waiting(client, {})
        await client.send("DELETE", "/_sim/world")
        return await task

    waited = asyncio.run(story()).json
    assert (waited["met"], waited["ended"]) == (False, "the world was removed")


def test_a_wait_ends_when_the_server_stops(client: Client) -> None:
    async def story() -> Answer:
        task = await waiting(client, {"timeout": "1m"})
        client.app.streams.close()
        return await task

    assert asyncio.run(story()).json["ended"] == "the server stops"


@pytest.mark.parametrize(
    "value",
    [
        {"timeout": "61s"},
        {"timeout": "soon"},
        {"timeout": 10},
        {"count": 0},
        {"count": 1001},
        {"after": -1},
        {"match": {"operation": "submit"}},
        {"match": {"status": "200"}},
        {"match": {"violations": "true"}},
        {"match": {"after": 1}},
        {"match": []},
    ],
)
def test_a_wait_that_makes_no_sense_is_refused_at_once(client: Client, value: Any) -> None:
    answer = client.call("POST", WAIT, value)
    assert (answer.status, answer.problem) == (400, "invalid")
    assert not client.world.listeners
