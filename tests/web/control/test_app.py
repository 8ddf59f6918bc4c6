"""How the control API finds a call, what it asks for, and the manners that all its answers share."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulator.contract.jsontext import loads
from simulator.errors import ContractError
from simulator.settings import Settings
from simulator.web.asgi import Message, Receive, Scope, Send
from simulator.web.control import app as control
from simulator.web.control.app import HANDLERS, ControlAPI
from simulator.web.control.events import Streams
from tests.web.control.client import KEY, Client, scope_of

KEYED = [
    ("GET", "/_sim/world"), ("PUT", "/_sim/world"), ("DELETE", "/_sim/world"), ("POST", "/_sim/reset"),
    ("GET", "/_sim/clock"), ("POST", "/_sim/clock/advance"), ("POST", "/_sim/clock/settle"),
    ("POST", "/_sim/clock/freeze"), ("POST", "/_sim/clock/resume"), ("GET", "/_sim/records"),
    ("GET", "/_sim/records/ledger/L-1"), ("POST", "/_sim/records/invoice"),
    ("POST", "/_sim/records/ledger/L-1/outcome"), ("POST", "/_sim/key/expire"), ("GET", "/_sim/journal"),
    ("GET", "/_sim/journal/1"), ("POST", "/_sim/journal/wait"), ("GET", "/_sim/verdict"), ("GET", "/_sim/export"),
    ("GET", "/_sim/events"), ("GET", "/_sim/credentials"), ("GET", "/_sim/scenario"), ("PUT", "/_sim/scenario"),
    ("DELETE", "/_sim/scenario"),
    ("POST", "/_sim/rules"), ("DELETE", "/_sim/rules/top-1"),
]  # fmt: skip
KEYLESS = [
    "/_sim/", "/_sim", "/_sim/health/live", "/_sim/health/ready", "/_sim/worlds", "/_sim/strays", "/_sim/readings",
    "/_sim/contract", "/_sim/openapi.json", "/_sim/control.json",
]  # fmt: skip


def test_every_call_of_the_table_has_a_handler_and_every_handler_a_call(client: Client) -> None:
    assert list(HANDLERS) == list(client.table.operations)


def test_a_call_without_a_handler_is_found_when_the_server_starts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(control.HANDLERS, "verdict")
    with pytest.raises(ContractError, match="verdict"):
        ControlAPI(client.app.worlds, client.app.settings, Streams())


def test_the_lists_in_this_file_name_every_call_of_the_table(client: Client) -> None:
    keyed = [operation.needs_key for operation in client.table.operations.values()]
    # Two of the paths without a key are one call, and one call without a key is no GET.
    assert (keyed.count(True), keyed.count(False)) == (len(KEYED), len(KEYLESS) - 1 + len(["replay"]))


@pytest.mark.parametrize(("method", "target"), KEYED)
@pytest.mark.parametrize("key", [None, "", "live-key", "test", "test-" + "x" * 300])
def test_a_call_about_a_world_says_which_key_it_wants(
    client: Client, method: str, target: str, key: str | None
) -> None:
    answer = client.call(method, target, headers={"x-api-key": key})
    assert (answer.status, answer.problem) == (401, "no-key")
    assert "test-key" in answer.json["advice"]
    assert answer.headers["www-authenticate"].startswith("ApiKey")
    assert not client.app.worlds.by_key


@pytest.mark.parametrize("target", KEYLESS)
def test_a_call_about_the_server_needs_no_key(client: Client, target: str) -> None:
    assert client.call("GET", target, headers={"x-api-key": None}).status == 200
    assert not client.app.worlds.by_key


def test_any_key_opens_a_world_where_the_server_was_told_so() -> None:
    client = Client(Settings(clock="virtual", keys="any"))
    world = client.get("/_sim/world", headers={"x-api-key": "a-secret-of-somebody"})
    assert world["key"] == "a-se…"


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("/_sim/clok", "Did you mean /_sim/clock?"),
        ("/_sim/clock/", "Did you mean /_sim/clock?"),
        ("/_sim/journal/wait/1", "Did you mean /_sim/journal/wait?"),
        ("/_sim/records/ledger/", None),
        ("/_sim/" + "x" * 5_000, None),
        ("/_sim/scenari", "Did you mean /_sim/scenario?"),
        ("/_sim%2Fworld", None),
        ("//_sim/world", None),
    ],
)
def test_an_unknown_path_is_404_and_lists_the_calls(client: Client, target: str, advice: str | None) -> None:
    scope = scope_of("GET", target)
    scope["path"] = scope["path"].replace("//", "/")
    answer = _direct(client, scope)
    assert (answer["type"], answer["status"]) == ("urn:cfis-simulator:not-found", 404)
    assert "POST /_sim/clock/advance" in answer["calls"]
    assert len(answer["calls"]) == len(HANDLERS)
    assert advice in {None, answer["advice"]}


def test_a_path_that_is_not_utf_8_is_refused(client: Client) -> None:
    answer = client.call("GET", "/_sim/records/ledger/%E4")
    assert (answer.status, answer.problem, answer.json["where"]) == (400, "malformed", "path")


@pytest.mark.parametrize(
    ("target", "method", "allow"),
    [
        ("/_sim/world", "POST", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/_sim/reset", "GET", "OPTIONS, POST"),
        ("/_sim/reset", "HEAD", "OPTIONS, POST"),
        ("/_sim/journal/wait", "GET", "OPTIONS, POST"),
        ("/_sim/journal/1", "POST", "GET, HEAD, OPTIONS"),
        ("/_sim/", "BREW", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_a_path_has_not_is_405_with_allow(client: Client, target: str, method: str, allow: str) -> None:
    answer = client.call(method, target)
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert method == "HEAD" or answer.problem == "method-not-allowed"


def test_options_says_what_may_be_called_and_asks_for_no_key(client: Client) -> None:
    answer = client.call("OPTIONS", "/_sim/world", headers={"x-api-key": None})
    assert (answer.status, answer.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PUT")


@pytest.mark.parametrize("target", ["/_sim/world", "/_sim/verdict", "/_sim/", "/_sim/journal", "/_sim/journal/7"])
def test_head_answers_like_get_without_the_body(client: Client, target: str) -> None:
    got, headed = client.call("GET", target), client.call("HEAD", target)
    assert (headed.status, headed.headers) == (got.status, got.headers)


def test_head_of_the_events_opens_no_stream(client: Client) -> None:
    answer = client.call("HEAD", "/_sim/events")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert not client.world.listeners


def test_a_path_without_its_raw_form_is_understood_too(client: Client) -> None:
    scope = scope_of("GET", "/_sim/world")
    del scope["raw_path"]
    assert _direct(client, scope)["key"] == KEY


def test_a_world_that_expired_is_gone_until_it_is_opened_anew(client: Client) -> None:
    first = client.world
    for method, target, value in (("POST", "/_sim/reset", None), ("PUT", "/_sim/world", {"seed": 3})):
        _expire(client)
        for looking in ("/_sim/world", "/_sim/clock", "/_sim/journal", "/_sim/events"):
            answer = client.call("GET", looking)
            assert (answer.status, answer.problem) == (410, "expired")
            assert "POST /_sim/reset" in answer.json["advice"]
        assert client.call(method, target, value).status == 200
        assert client.call("GET", "/_sim/world").status == 200
    _expire(client)
    assert client.call("DELETE", "/_sim/world").json["removed"] is True
    assert client.world is not first


def test_one_world_more_than_the_bound_is_507() -> None:
    client = Client(Settings(clock="virtual", worlds_max=1))
    client.get("/_sim/world")
    answer = client.call("GET", "/_sim/world", headers={"x-api-key": "test-other"})
    assert (answer.status, answer.problem) == (507, "bound")


def test_a_client_that_leaves_before_its_body_is_there_gets_nothing(client: Client) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        raise AssertionError

    asyncio.run(_run(client, scope_of("POST", "/_sim/reset"), receive, send))


def _expire(client: Client) -> None:
    client.app.worlds.used[KEY] = -(10**15)


async def _run(client: Client, scope: Scope, receive: Receive, send: Send) -> None:
    await client.app.control(scope, receive, send)


def _direct(client: Client, scope: Message) -> Any:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(_run(client, scope, receive, send))
    return loads(sent[1]["body"])
