"""Server-sent events: what is told, in which order, to whom no longer; all without a sleep."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from simulator.settings import Settings
from simulator.systems.base import Request
from simulator.web.control import events, feed
from simulator.web.control.events import Streams
from simulator.web.control.feed import KEEP_ALIVE, Reader, message
from simulator.web.server import running
from simulator.world import commands
from simulator.world.wires import speak
from tests.documents import PREFIX, UNBALANCED, ledger
from tests.web.control.client import KEY, Client, Stream, scope_of


def follow(client: Client, story: Callable[[Stream], Awaitable[None]], **headers: str) -> None:
    """Tell a story to an open stream, past its first event."""

    async def told() -> None:
        async with client.follow(headers) as stream:
            await stream.until("hello")
            await story(stream)
        assert not client.world.listeners

    asyncio.run(told())


async def submit(client: Client, identifier: str, **members: Any) -> None:
    await client.send("POST", f"{PREFIX}/ledger", {"ledgers": ledger(identifier, **members)})


def test_the_stream_says_hello_and_how_to_come_back(client: Client) -> None:
    async def story() -> None:
        async with client.follow() as stream:
            assert await stream.block() == "retry: 2000"
            name, hello, _ = await stream.event()
            assert (name, hello["world"], hello["last"], hello["missed"]) == ("hello", client.world.identity, 0, 0)
            headers = dict(stream.start["headers"])
            assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
            assert headers[b"cache-control"] == b"no-store"

    asyncio.run(story())


def test_exchanges_records_and_commands_are_told_as_they_happen(client: Client) -> None:
    async def story(stream: Stream) -> None:
        await submit(client, "L-1")
        name, exchange, number = await stream.event()
        assert (name, number) == ("exchange", "1")
        assert (exchange["operation"], exchange["status"], exchange["violations"]) == ("submit_ledger", 200, 0)
        assert exchange["effects"] == [{"effect": "created", "kind": "ledger", "identifier": "L-1"}]
        await submit(client, "L-2", **UNBALANCED)
        assert (await stream.until("exchange"))[0]["violations"] == 1
        await client.send("POST", "/_sim/clock/advance", {"by": "1s"})
        record, number = await stream.until("record")
        assert (record["event"], record["identifier"], number) == ("synced", "L-1", "")
        command, number = await stream.until("command")
        assert (command["operation"], number) == ("advance", "3")

    follow(client, story)


def test_a_request_to_an_accounting_system_is_told_by_a_name_of_its_own(client: Client) -> None:
    async def story(stream: Stream) -> None:
        request = Request("GET", "/fennoa/api/accounting_api/get/accounts", mount="/fennoa")
        assert speak(client.world, "fennoa", request).status == 401
        wire, number = await stream.until("wire")
        assert (wire["operation"], wire["path"], wire["status"], number) == ("fennoa", request.target, 401, "1")

    follow(client, story)


def test_who_comes_back_is_told_what_the_journal_still_has(client: Client) -> None:
    client = Client(Settings(clock="virtual", journal_entries_max=3))
    for number in range(5):
        client.submit(ledger(f"L-{number}"))

    async def story(last_event: str) -> tuple[int, list[str]]:
        async with client.follow({"last-event-id": last_event}) as stream:
            hello, _ = await stream.until("hello")
            await client.send("POST", "/_sim/clock/freeze")
            numbers: list[str] = []
            while True:
                name, _, number = await stream.event()
                if name == "command":
                    return hello["missed"], numbers
                numbers.append(number)

    assert asyncio.run(story("4")) == (0, ["5"])
    # By now the first command is entry 6, and has pushed entry 3 out.
    assert asyncio.run(story("1")) == (2, ["4", "5"])


def test_what_the_journal_lets_go_meanwhile_is_not_told() -> None:
    client = Client(Settings(clock="virtual", journal_entries_max=2))
    client.submit(ledger("L-1"))

    async def story() -> None:
        stream = feed.feed(Streams(), client.world, 0)
        assert b"event: hello" in await anext(stream)
        for number in (2, 3):
            await submit(client, f"L-{number}")
        told = await anext(stream)
        assert (b"id: 1\n" in told, b"id: 2\n" in told) == (False, True)
        await stream.aclose()

    asyncio.run(story())


def test_a_reset_is_told_and_the_numbers_start_over(client: Client) -> None:
    async def story(stream: Stream) -> None:
        await submit(client, "L-1")
        await client.send("POST", "/_sim/reset")
        change, number = await stream.until("world")
        assert (change, number) == ({"change": "reset"}, "0")
        await submit(client, "L-1")
        assert (await stream.until("exchange"))[1] == "1"

    follow(client, story)


def test_who_saw_more_than_there_is_saw_it_before_a_reset(client: Client) -> None:
    client.submit(ledger("L-1"))

    async def story() -> None:
        async with client.follow({"last-event-id": "99"}) as stream:
            assert (await stream.until("exchange"))[1] == "1"

    asyncio.run(story())


@pytest.mark.parametrize("last_event", ["", "abc", "-1", "9" * 30, "²"])
def test_a_last_event_that_is_no_number_is_passed_over(client: Client, last_event: str) -> None:
    client.submit(ledger("L-1"))

    async def story(stream: Stream) -> None:
        await client.send("POST", "/_sim/clock/freeze")
        assert (await stream.event())[0] == "command"

    follow(client, story, **{"last-event-id": last_event})


def test_records_settle_live_while_somebody_looks_on() -> None:
    client = Client(Settings(clock="x1000000"))

    async def story(stream: Stream) -> None:
        await submit(client, "L-1")
        record, _ = await stream.until("record")
        assert (record["event"], record["identifier"]) == ("synced", "L-1")

    follow(client, story)
    assert client.world.record("ledger", "L-1").state == "synced"


def test_a_silent_stream_is_kept_alive(client: Client) -> None:
    async def story() -> None:
        stream = feed.feed(Streams(keep_alive=0), client.world, None)
        assert b"hello" in await anext(stream)
        assert await anext(stream) == KEEP_ALIVE
        assert await anext(stream) == KEEP_ALIVE
        await stream.aclose()
        assert not client.world.listeners

    asyncio.run(story())


def test_a_removed_world_ends_its_streams(client: Client) -> None:
    async def story(stream: Stream) -> None:
        await client.send("DELETE", "/_sim/world")
        assert (await stream.until("world"))[0] == {"change": "removed"}
        assert (await stream.until("end"))[0] == {"reason": "the world was removed"}
        assert await stream.event() == ("", None, "")

    follow(client, story)


def test_streams_end_when_the_server_stops(client: Client) -> None:
    async def story() -> None:
        async with client.follow() as first, client.follow({"x-api-key": "test-other"}) as second:
            for stream in (first, second):
                await stream.until("hello")
            client.app.streams.close()
            for stream in (first, second):
                assert (await stream.until("end"))[0] == {"reason": "the server stops"}
                assert await stream.event() == ("", None, "")

    asyncio.run(story())


def test_a_stream_that_the_server_cancels_leaves_nothing_behind(client: Client) -> None:
    async def story() -> None:
        stream = Stream()
        task = asyncio.create_task(_open(client, stream))
        await stream.until("hello")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not client.world.listeners

    asyncio.run(story())


async def _open(client: Client, stream: Stream) -> None:
    await client.app(scope_of("GET", "/_sim/events"), stream.receive, stream.send)


def test_a_server_with_an_open_stream_stops_cleanly() -> None:
    with running(Settings(clock="x1000")) as server:
        address = server.url.removeprefix("http://").split(":")
        connection = socket.create_connection((address[0], int(address[1])), timeout=20)
        connection.sendall(f"GET /_sim/events HTTP/1.1\r\nHost: {server.url[7:]}\r\nX-Api-Key: {KEY}\r\n\r\n".encode())
        reader = connection.makefile("rb")
        while b"event: hello" not in reader.readline():
            pass
    rest = reader.read()
    connection.close()
    assert b"event: end" in rest
    assert rest.endswith(b"0\r\n\r\n")


def test_what_a_client_makes_long_is_cut_for_every_reader(client: Client) -> None:
    async def story(stream: Stream) -> None:
        await submit(client, "L" * 50_000)
        exchange, _ = await stream.until("exchange")
        assert exchange["effects"][0]["identifier"] == "L" * feed.TEXT_MAX
        await client.send("POST", "/_sim/clock/settle", {})
        record, _ = await stream.until("record")
        assert record["identifier"] == "L" * feed.TEXT_MAX

    follow(client, story)


def test_a_slow_reader_is_let_go(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MESSAGES_MAX", 3)

    async def story(stream: Stream) -> None:
        stream.flowing.clear()
        for number in range(10):
            await submit(client, f"L-{number}")
        stream.flowing.set()
        reason, _ = await stream.until("end")
        assert reason["reason"].startswith("too slow")

    follow(client, story)


def test_a_burst_of_records_is_counted_and_lets_nobody_go(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RECORDS_MAX", 2)

    async def story() -> None:
        reader = Reader(client.world)
        with Streams().listening(reader):
            for number in range(5):
                await submit(client, f"L-{number}")
            reader.take()
            commands.run(client.world, "settle", {})
            told = reader.take().decode()
        assert told.count("event: record\n") == 2
        assert message("omitted", {"records": 3}).decode() in told
        assert "event: command\n" in told
        assert reader.take() == b""

    asyncio.run(story())


def test_a_reader_that_was_let_go_hears_nothing_more(client: Client) -> None:
    async def story() -> None:
        reader = Reader(client.world)
        reader.end("gone")
        reader.hear("records", [])
        assert reader.take() == b""

    asyncio.run(story())


def test_one_stream_too_many_is_a_problem_and_no_stream(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LISTENERS_MAX", 0)
    answer = client.call("GET", "/_sim/events")
    assert (answer.status, answer.problem) == (507, "bound")


def test_an_event_is_one_line_of_data_whatever_it_holds() -> None:
    assert message("world", {"a": "x\ny"}, 7) == b'id: 7\nevent: world\ndata: {"a":"x\\ny"}\n\n'


def test_listening_keeps_a_world_in_use(client: Client) -> None:
    async def story(stream: Stream) -> None:
        client.app.worlds.used[KEY] = -(10**15)
        client.app.worlds.world("test-other")
        assert KEY in client.app.worlds.by_key

    follow(client, story)
