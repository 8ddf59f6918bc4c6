"""The doors of the accounting systems: from a socket to the books of the world that the credentials name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.chance import fingerprint
from simulator.clock import SECOND, VIRTUAL_START, show_instant
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.settings import Settings
from simulator.systems import catalogue
from simulator.systems.base import Answer, Tenant
from simulator.systems.catalogue import system_named, wires
from simulator.web import systems
from simulator.web.asgi import Message
from simulator.web.systems import MOUNTS, TOO_LARGE, SystemDoor, system_at
from simulator.world import worlds
from simulator.world.journal import Entry
from simulator.world.wires import FAILED
from simulator.world.world import World
from simulator.world.worlds import EXAMPLE_KEY, Worlds
from tests.documents import ledger
from tests.inprocess import Response, call
from tests.systems.abacus import SYSTEM as ABACUS
from tests.web.control.client import KEY as CONTROL_KEY
from tests.web.control.client import Client, scope_of

JSON = ("Content-Type", "application/json")
VOUCHER = dumps(
    {
        "date": "2026-01-15",
        "rows": [
            {"account": "1701", "amount": "5.00", "text": "", "dimensions": []},
            {"account": "3000", "amount": "-5.00", "text": "", "dimensions": []},
        ],
    }
)
IDLE = 100 * SECOND


@pytest.fixture(autouse=True)
def abacus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up system is one of the catalogue and has its mount."""
    monkeypatch.setitem(catalogue.PACKAGES, "abacus", "tests.systems.abacus")
    monkeypatch.setitem(MOUNTS, "/abacus", "abacus")
    yield
    catalogue._LOADED.pop("abacus", None)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The machine's own time, in our hand."""
    held = [0]
    for module in (systems, worlds):
        monkeypatch.setattr(module, "stopwatch", lambda: held[0])
        monkeypatch.setattr(module, "wall", lambda: VIRTUAL_START + held[0])
    return held


def key_of(key: str) -> str:
    """The key of a world's company in the made-up system."""
    return str(system_named("abacus").credentials(Tenant(fingerprint(key)), "")["key"])


class Door:
    """The doors of a few worlds, called in process."""

    def __init__(self, **settings: Any) -> None:
        self.seen: list[tuple[World, Entry]] = []
        chosen = Settings(**{"clock": "virtual", "world_idle": IDLE, **settings})
        self.worlds = Worlds(chosen, built_in())
        self.app = SystemDoor(self.worlds, chosen, lambda world, entry: self.seen.append((world, entry)))

    def call(
        self, method: str, path: str, key: str | None = EXAMPLE_KEY, body: bytes = b"", *headers: tuple[str, str]
    ) -> Response:
        keys = [("X-Abacus-Key", key_of(key))] if key is not None else []
        response = call(self.app, method, f"/abacus{path}", headers=[*keys, JSON, *headers], body=body)
        assert response is not None
        return response


# -------------------------------------------------------------------------------------------------- mounts


def test_every_system_with_a_wire_has_its_name_as_its_mount() -> None:
    assert {f"/{name}": name for name in wires()} == MOUNTS


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/abacus", "abacus"),
        ("/abacus/", "abacus"),
        ("/abacus/vouchers/1", "abacus"),
        ("/abacuses", ""),
        ("/Abacus/x", ""),
        ("//abacus", ""),
        ("/x/abacus", ""),
        ("/plain/x", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_the_first_step_of_a_path_is_the_mount(path: str, name: str) -> None:
    assert system_at(path) == name


# ------------------------------------------------------------------------------------------------- worlds


def test_the_world_of_the_example_key_is_there_without_having_been_used() -> None:
    door = Door()
    assert door.call("GET", "/balances").status == 200
    assert list(door.worlds.by_key) == [EXAMPLE_KEY]


def test_credentials_name_the_world_of_their_key_and_no_other() -> None:
    door = Door()
    for key in ("test-a", "test-b"):
        door.worlds.world(key)

    assert door.call("POST", "/vouchers", "test-a", VOUCHER).status == 201

    assert door.call("GET", "/balances", "test-a").json == {"1701": "5.00", "3000": "-5.00"}
    assert door.call("GET", "/balances", "test-b").json == {}
    assert [len(door.worlds.world(key).journal.entries) for key in ("test-a", "test-b")] == [2, 1]


def test_a_stranger_is_answered_in_the_systems_own_words_and_remembered_as_a_stray(now: list[int]) -> None:
    door = Door()
    without, unknown = door.call("GET", "/balances", None), door.call("POST", "/vouchers", "test-never-used", VOUCHER)

    for response in (without, unknown):
        assert (response.status, response.json) == (401, {"error": "who are you?"})
        assert response.headers["content-type"] == "application/json"
        assert not [name for name in response.headers if name.startswith("x-sim")]
    assert [stray.show() for stray in door.worlds.strays] == [
        {"at": show_instant(VIRTUAL_START), "method": "GET", "path": "/abacus/balances",
         "reason": "abacus: there are no credentials that name a world"},
        {"at": show_instant(VIRTUAL_START), "method": "POST", "path": "/abacus/vouchers",
         "reason": "abacus: the credentials name no world"},
    ]  # fmt: skip
    assert not door.worlds.by_key, "nobody opens a world by guessing"
    assert not door.seen


def test_credentials_of_the_world_with_a_wrong_secret_are_refused_by_its_books() -> None:
    door = Door()
    forged = f"{fingerprint(EXAMPLE_KEY)}-wrong"
    response = call(door.app, "GET", "/abacus/balances", headers=[("x-abacus-key", forged)])
    assert response is not None
    assert (response.status, response.json) == (401, {"error": "the key is wrong"})
    assert response.headers["x-sim-entry"] == "1"


@pytest.mark.parametrize("key", [EXAMPLE_KEY, "test-a"])
def test_to_the_system_the_company_of_an_expired_world_is_gone(now: list[int], key: str) -> None:
    door = Door()
    door.worlds.world(key)
    assert door.call("GET", "/balances", key).status == 200
    now[0] = IDLE + 1

    for _ in range(2):
        assert door.call("GET", "/balances", key).json == {"error": "who are you?"}

    assert (door.worlds.stray_count, list(door.worlds.by_key)) == (2, [])
    door.worlds.reset(key)
    assert door.call("GET", "/balances", key).status == 200


def test_speaking_to_its_books_keeps_a_world(now: list[int]) -> None:
    door = Door()
    for _ in range(5):
        assert door.call("GET", "/balances").status == 200
        now[0] += IDLE


@pytest.mark.parametrize("key", [EXAMPLE_KEY, "test-a"])
def test_a_world_that_was_removed_knows_nobody_unless_it_is_the_example(key: str) -> None:
    door = Door()
    door.worlds.world(key)
    door.worlds.remove(key)
    assert door.call("GET", "/balances", key).status == (200 if key == EXAMPLE_KEY else 401)


def test_where_there_is_no_room_for_the_example_world_its_client_is_a_stranger() -> None:
    door = Door(worlds_max=1)
    door.worlds.world("test-a")
    assert door.call("GET", "/balances").status == 401


# ---------------------------------------------------------------------------------------------- the signpost


@pytest.mark.parametrize("path", ["", "/", "?a=1"])
def test_who_opens_the_mount_itself_is_told_what_is_there(path: str) -> None:
    door = Door()
    get, head = (door.call(method, path, None) for method in ("GET", "HEAD"))
    assert (get.status, get.json["name"]) == (200, "abacus")
    assert get.json["title"].startswith("Abacus, simulated by cfis-simulator")
    for member in ("summary", "protocol", "calls", "rules"):
        assert get.json[member] == ABACUS.about.data[member]
    assert "/_sim/credentials" in get.json["credentials"]
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(get.body)))
    assert door.worlds.stray_count == 0


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("POST", "/", None, 401),
        ("GET", "/balances", None, 401),
        ("GET", "/", "test-never-used", 401),
        ("GET", "/", EXAMPLE_KEY, 404),
    ],
)
def test_whoever_shows_credentials_or_asks_for_more_is_answered_by_the_system(
    method: str, path: str, key: str | None, status: int
) -> None:
    door = Door()
    assert door.call(method, path, key).status == status
    assert door.worlds.stray_count == (0 if status == 404 else 1)


# ------------------------------------------------------------------------------------------ what is handed on


def test_the_books_are_handed_the_request_as_it_was_sent(now: list[int]) -> None:
    door = Door()
    headers = {"host": "books.example:8443", "x-abacus-key": key_of(EXAMPLE_KEY), "x-api-key": None, "x": "\xe4"}
    scope = scope_of("POST", "/abacus/vouch%65rs/%C3%A4", headers)
    scope.update(scheme="https", query_string=b"a=%20b&c=\xe4")
    now[0] = 7

    assert run(door, scope, b"body").status == 404

    (entry,) = door.worlds.world(EXAMPLE_KEY).journal.entries
    assert (entry.method, entry.path, entry.query) == ("POST", "/abacus/vouch%65rs/%C3%A4", b"a=%20b&c=\xe4")
    assert (entry.body, entry.headers[-1], entry.origin) == (b"body", (b"x", b"\xe4"), "https://books.example:8443")
    assert entry.received == VIRTUAL_START + 7


def test_a_server_that_hands_on_no_raw_path_is_answered_all_the_same() -> None:
    door = Door()
    scope = scope_of("GET", "/abacus/a%20b", {"host": None, "x-abacus-key": key_of(EXAMPLE_KEY)})
    del scope["raw_path"], scope["scheme"]
    assert run(door, scope, b"").status == 404
    (entry,) = door.worlds.world(EXAMPLE_KEY).journal.entries
    assert (entry.path, entry.origin) == ("/abacus/a%20b", "http://localhost")


def run(door: Door, scope: Any, body: bytes) -> Response:
    """Call the door with a scope of our own."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(_run(door, scope, receive, send))
    headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Response(sent[0]["status"], headers, sent[1]["body"], len(sent) - 1)


async def _run(door: Door, scope: Any, receive: Any, send: Any) -> None:
    await door.app(scope, receive, send)


def test_a_body_in_pieces_arrives_whole() -> None:
    door = Door()
    headers = [("x-abacus-key", key_of(EXAMPLE_KEY))]
    response = call(door.app, "POST", "/abacus/vouchers", headers=headers, body=[VOUCHER[:9], b"", VOUCHER[9:]])
    assert response is not None
    assert response.status == 201


def test_a_body_beyond_the_bound_is_answered_413_and_nothing_is_booked() -> None:
    door = Door(body_bytes_max=len(VOUCHER) - 1)
    response = door.call("POST", "/vouchers", body=VOUCHER)
    assert (response.status, response.body) == (413, TOO_LARGE.body)
    assert b"--body-bytes-max" in response.body
    assert response.headers["content-length"] == str(len(response.body))
    assert not door.worlds.by_key
    assert [stray.reason for stray in door.worlds.strays] == ["abacus: the body is larger than --body-bytes-max"]
    assert Door(body_bytes_max=len(VOUCHER)).call("POST", "/vouchers", body=VOUCHER).status == 201


def test_a_client_that_leaves_before_its_body_is_complete_changes_nothing() -> None:
    door = Door()
    headers = [("x-abacus-key", key_of(EXAMPLE_KEY))]
    assert call(door.app, "POST", "/abacus/vouchers", headers=headers, body=VOUCHER, disconnect=True) is None
    assert not door.worlds.by_key


# ---------------------------------------------------------------------------------------- what is answered


def test_every_answer_names_its_world_and_its_journal_entry(now: list[int]) -> None:
    door = Door()
    door.call("GET", "/balances")
    response = door.call("POST", "/vouchers", body=VOUCHER)
    world = door.worlds.world(EXAMPLE_KEY)

    assert (response.headers["x-sim-world"], response.headers["x-sim-entry"]) == (world.identity, "2")
    assert response.headers["content-length"] == str(len(response.body))
    assert door.seen == [(world, entry) for entry in world.journal.entries]
    assert [entry.elapsed for entry in world.journal.entries] == [0, 0]


def test_a_door_that_nobody_watches_answers_too() -> None:
    door = Door()
    door.app.watch = None
    assert door.call("GET", "/balances").status == 200


def test_head_is_answered_with_the_headers_of_the_answer_alone() -> None:
    door = Door()
    for key in (EXAMPLE_KEY, None):
        head, put = door.call("HEAD", "/nothing", key), door.call("PUT", "/nothing", key)
        assert (head.status, head.body) == (put.status, b"")
        assert head.headers["content-length"] == str(len(put.body)) != "0"
        assert head.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_can_have_no_body_has_none(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    books = door.worlds.world(EXAMPLE_KEY).books_of("abacus")
    monkeypatch.setattr(books, "answer", lambda *_: Answer(status, b"x", headers=[("X-Note", "/€")]))
    response = door.call("GET", "/balances")
    assert (response.status, response.body) == (status, b"")
    assert "content-length" not in response.headers
    assert response.headers["x-note"] == "/?"


def test_a_mistake_of_ours_is_a_500_with_its_entry() -> None:
    response = Door().call("POST", "/vouchers", body=b'{"rows":[{}]}')
    assert (response.status, response.body) == (500, FAILED.body)
    assert response.headers["x-sim-entry"] == "1"


# -------------------------------------------------------------------------------- with the control API beside


def speak(client: Client, method: str, target: str, **headers: str) -> Any:
    key = key_of(CONTROL_KEY)
    return client.call(method, f"/abacus{target}", headers={"x-api-key": None, "x-abacus-key": key, **headers})


def test_the_books_that_cfis_books_in_are_those_behind_the_door(client: Client) -> None:
    assert client.call("PUT", "/_sim/world", {"system": "abacus"}).status == 200
    client.submit(ledger())
    client.post("/_sim/clock/settle", {})
    assert speak(client, "GET", "/balances").json == {"1701": "48.20", "3000": "-48.20"}


def test_a_secret_is_not_shown_in_the_journal_and_is_in_the_export_which_can_be_replayed(client: Client) -> None:
    assert client.call("PUT", "/_sim/world", {"system": "abacus"}).status == 200
    speak(client, "GET", "/balances", authorization="Bearer hidden", cookie="hidden")

    (entry,) = client.get("/_sim/journal?kind=wire")["entries"]

    shown = dict(entry["request"]["headers"])
    assert (entry["kind"], entry["operation"], entry["request"]["origin"]) == (
        "wire",
        "abacus",
        "http://127.0.0.1:8480",
    )
    assert (shown["authorization"], shown["cookie"]) == ("Bearer [redacted]", "[redacted]")
    assert "hidden" not in dumps(entry).decode()
    assert client.get("/_sim/journal?kind=request")["entries"] == []
    exported = client.get("/_sim/export?as=journal")
    assert ["authorization", "Bearer hidden"] in exported["entries"][-1]["headers"]
    replayed = client.post("/_sim/replay", exported)
    assert (replayed["same"], replayed["entries"]) == (True, 2)


def test_the_journal_finds_the_calls_of_a_system_by_its_name(client: Client) -> None:
    client.submit(ledger())
    speak(client, "GET", "/balances")
    speak(client, "GET", "/nowhere")
    found = client.get("/_sim/journal?operation=abacus")["entries"]
    assert [(entry["kind"], entry["answer"]["status"]) for entry in found] == [("wire", 200), ("wire", 404)]
