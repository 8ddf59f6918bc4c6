"""The door of the partner API: keys, bodies, long answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.contract.files import data_folder
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.web.partner import PartnerAPI
from simulator.world.journal import Entry
from simulator.world.world import World
from simulator.world.worlds import Worlds
from tests.inprocess import Response, call

PREFIX = "/api/v1/partner/accounting"
EXAMPLES = data_folder("schemas") / "accounting" / "examples"
LEDGER = (EXAMPLES / "ledger.json").read_bytes()
JSON = ("Content-Type", "application/json")


class Door:
    """The partner API of a few worlds, called in process."""

    def __init__(self, **settings: Any) -> None:
        self.seen: list[tuple[World, Entry]] = []
        self.worlds = Worlds(Settings(clock="virtual", **settings), built_in())
        self.api = PartnerAPI(self.worlds, Service(built_in()), lambda world, entry: self.seen.append((world, entry)))

    def call(
        self, method: str, path: str, key: str | None = "test-key", body: bytes = b"", *headers: tuple[str, str]
    ) -> Response:
        keys = [("X-Api-Key", key)] if key is not None else []
        response = call(self.api, method, PREFIX + path, headers=[*keys, JSON, *headers], body=body)
        assert response is not None
        return response


def test_a_submitted_ledger_is_pending_and_a_second_later_synced() -> None:
    door = Door()
    assert door.call("POST", "/ledger", body=LEDGER).status == 200
    (record,) = door.call("GET", "/ledger").json["ledgers"]
    assert (record["status"], record["syncDate"], record["documentStatus"]) == (0, None, None)

    world = door.worlds.world("test-key")
    world.clock.jump(world.now + 1_000_000)

    (record,) = door.call("GET", "/ledger").json["ledgers"]
    assert (record["status"], record["syncDate"], record["documentStatus"]) == (1, "2026-01-01", "Approved")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "no X-Api-Key"),
        ("", "an empty X-Api-Key"),
        ("prod-1", "a key that does not start with test-"),
        ("test-" + "x" * 200, "a key that is longer than 200 characters"),
    ],
)
def test_a_key_that_opens_no_world_is_answered_401_and_remembered_as_a_stray(key: str | None, reason: str) -> None:
    door = Door()
    response = door.call("GET", "/ledger", key)
    assert response.status == 401
    assert response.headers["www-authenticate"].startswith("ApiKey")
    assert response.json == {"message": "The access token is missing or not valid."}
    assert not door.worlds.by_key
    (stray,) = door.worlds.strays
    assert stray.reason == reason


def test_any_key_opens_a_world_where_the_server_says_so() -> None:
    assert Door(keys="any").call("GET", "/ledger", "prod-1").status == 204


def test_too_many_worlds_are_a_clear_error() -> None:
    door = Door(worlds_max=1)
    assert door.call("GET", "/ledger", "test-1").status == 204
    response = door.call("GET", "/ledger", "test-2")
    assert response.status == 507
    assert "DELETE /_sim/world" in response.json["message"]
    assert door.call("GET", "/ledger", "test-1").status == 204


def test_a_body_beyond_the_bound_is_answered_413_and_journalled_without_it() -> None:
    door = Door(body_bytes_max=100)
    response = door.call("POST", "/ledger", body=b"x" * 101)
    assert response.status == 413
    assert "100 bytes" in response.json["message"]
    (entry,) = door.worlds.world("test-key").journal.entries
    assert (entry.oversized, entry.body, entry.status) == (True, b"", 413)


def test_a_client_that_leaves_before_its_body_is_complete_changes_nothing() -> None:
    door = Door()
    headers = [("X-Api-Key", "test-key"), JSON]
    assert call(door.api, "POST", f"{PREFIX}/ledger", headers=headers, body=LEDGER, disconnect=True) is None
    assert not door.worlds.world("test-key").journal.entries


def test_every_answer_names_its_world_and_its_journal_entry() -> None:
    door = Door()
    door.call("GET", "/ledger")
    response = door.call("GET", "/payment")
    world = door.worlds.world("test-key")
    assert (response.headers["x-sim-world"], response.headers["x-sim-entry"]) == (world.identity, "2")
    assert [entry.number for _, entry in door.seen] == [1, 2]
    assert all(entry.elapsed is not None for entry in world.journal.entries)


def test_a_get_with_a_body_is_answered_as_without() -> None:
    door = Door()
    assert door.call("GET", "/ledger", body=b"{}").status == 204


def test_head_answers_with_the_headers_of_get_alone() -> None:
    door = Door()
    door.call("POST", "/ledger", body=LEDGER)
    get, head = door.call("GET", "/ledger"), door.call("HEAD", "/ledger")
    assert head.body == b""
    assert (head.status, head.headers["content-length"]) == (200, get.headers["content-length"])


def many_payments(count: int) -> bytes:
    payment = json.loads((EXAMPLES / "payment.minimal.json").read_bytes())["payments"][0]
    return json.dumps(
        {"payments": [{**payment, "paymentIdentifier": f"P-{number}"} for number in range(count)]}
    ).encode()


def test_a_long_list_comes_in_pieces_and_in_the_documented_shape() -> None:
    door = Door()
    assert door.call("POST", "/payment", body=many_payments(2_500)).status == 200
    response = door.call("GET", "/payment")
    assert response.pieces > 3
    assert [record["sourceIdentifier"] for record in response.json["payments"]] == [f"P-{n}" for n in range(2_500)]
    entry = door.worlds.world("test-key").journal.entries[-1]
    assert entry.answer_note.startswith(f"[streamed: {len(response.body)} bytes")


def test_head_of_a_long_list_sends_no_piece_of_it() -> None:
    door = Door()
    door.call("POST", "/payment", body=many_payments(1_500))
    response = door.call("HEAD", "/payment")
    assert (response.status, response.body) == (200, b"")


def test_two_keys_never_meet() -> None:
    door = Door()
    door.call("POST", "/ledger", "test-a", LEDGER)
    assert door.call("GET", "/ledger", "test-b").status == 204
