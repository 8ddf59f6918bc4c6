"""Worlds through the control API: the list, the setup, the end."""

from __future__ import annotations

import pytest

from simulator.clock import MINUTE, SECOND, stopwatch
from simulator.settings import Settings
from simulator.web.control.worlds import bounds
from tests.documents import PREFIX, ledger
from tests.web.control.client import KEY, Client


def test_the_list_names_every_world_with_its_idle_time_and_the_bounds(client: Client) -> None:
    assert client.get("/_sim/worlds")["worlds"] == []
    client.submit(ledger(), key="test-a")
    client.submit(ledger(), key="test-b")
    client.app.worlds.used["test-b"] = stopwatch() - 3 * MINUTE
    listed = client.get("/_sim/worlds")
    assert {row["key"]: row["idle"] for row in listed["worlds"]} == {"test-a": "0s", "test-b": "3m"}
    assert {row["records"]["ledger"]["total"] for row in listed["worlds"]} == {1}
    assert listed["worlds"] == sorted(listed["worlds"], key=lambda row: str(row["world"]))
    assert (listed["count"], listed["expired"], listed["next"]) == (2, 0, None)
    assert listed["bounds"] == bounds(client.app.settings)


def test_the_list_is_read_page_by_page(client: Client) -> None:
    for number in range(5):
        client.submit(ledger(), key=f"test-{number}")
    seen: list[str] = []
    target = "/_sim/worlds?limit=2"
    while True:
        page = client.get(target)
        seen += [row["key"] for row in page["worlds"]]
        if page["next"] is None:
            break
        target = f"/_sim/worlds?limit=2&after={page['next']}"
    assert sorted(seen) == [f"test-{number}" for number in range(5)]


def test_looking_at_the_list_keeps_no_world_alive(client: Client) -> None:
    client.submit(ledger())
    used = client.app.worlds.used[KEY] = stopwatch() - 5 * SECOND
    client.get("/_sim/worlds")
    assert client.app.worlds.used[KEY] == used


def test_bounds_are_those_of_the_settings() -> None:
    assert bounds(Settings(worlds_max=7, world_idle=90 * MINUTE))["worldIdle"] == "1h30m"
    assert bounds(Settings(worlds_max=7))["worlds"] == 7


def test_a_world_is_set_up_and_says_what_it_is_like(client: Client) -> None:
    setup = {
        "seed": 7,
        "syncDelay": "5s",
        "clock": {"mode": "virtual", "now": "2025-12-31T23:00:00Z"},
        "readings": {"failed_status": -1},
        "books": {"accounts": ["1701"], "locked_until": "2025-11-30"},
    }
    answer = client.call("PUT", "/_sim/world", setup)
    assert answer.status == 200
    world = client.get("/_sim/world")
    assert world == answer.json | {"journal": world["journal"]}
    assert (world["seed"], world["syncDelay"], world["books"]) == (7, "5s", setup["books"])
    assert (world["clock"]["now"], world["readings"]["failed_status"]) == ("2025-12-31T23:00:00.000Z", "-1")


@pytest.mark.parametrize(
    ("setup", "where"),
    [
        ({"system": "sap"}, "system"),
        ({"readings": {"failed_state": "2"}}, "failed_state"),
        ({"readings": {"failed_status": "7"}}, "failed_status"),
        ({"books": {"vat": []}}, "books"),
        ({"seed": 5, "clock": {"mode": "x0"}}, ""),
    ],
)
def test_a_setup_that_cannot_be_is_refused_and_changes_nothing(
    client: Client, setup: dict[str, object], where: str
) -> None:
    before = client.get("/_sim/world")
    answer = client.call("PUT", "/_sim/world", setup)
    assert (answer.status, answer.json.get("where", "")) == (400, where)
    assert client.get("/_sim/world") == before


@pytest.mark.parametrize("accounts", ["any", ["1701", {"number": "3000", "kind": "income"}]])
def test_books_of_a_system_with_a_wire_are_set_up_in_all_its_words(client: Client, accounts: object) -> None:
    answer = client.call("PUT", "/_sim/world", {"system": "netvisor", "books": {"accounts": accounts}})
    assert (answer.status, answer.json["books"]["accounts"]) == (200, accounts)
    exported = client.get("/_sim/export?as=journal")
    assert client.post("/_sim/replay", exported)["same"]
    client.post("/_sim/reset")
    assert client.post("/_sim/replay", client.get("/_sim/export?as=journal"))["same"], "and they are read back as setup"


def test_a_reset_empties_the_world_and_keeps_its_setup(client: Client) -> None:
    client.call("PUT", "/_sim/world", {"seed": 7})
    client.submit(ledger())
    client.post("/_sim/clock/advance", {"by": "1h"})
    world = client.post("/_sim/reset")
    assert (world["seed"], world["records"]["ledger"]["total"], world["journal"]["last"]) == (7, 0, 0)
    assert world["clock"]["now"] == "2026-01-01T09:00:00.000Z"


def test_a_world_is_removed_once(client: Client) -> None:
    client.submit(ledger())
    identity = client.world.identity
    assert client.call("DELETE", "/_sim/world").json == {"world": identity, "removed": True}
    assert client.call("DELETE", "/_sim/world").json == {"world": identity, "removed": False}
    assert client.get("/_sim/records")["records"] == []


def test_the_key_expires_for_the_partner_api_alone(client: Client) -> None:
    assert client.post("/_sim/key/expire", {"in": "1h"}) == {"keyExpires": "2026-01-01T10:00:00.000Z"}
    assert client.call("GET", f"{PREFIX}/ledger").status == 204
    client.post("/_sim/clock/advance", {"by": "1h"})
    assert client.call("GET", f"{PREFIX}/ledger").status == 401
    assert client.get("/_sim/world")["keyExpires"] == "2026-01-01T10:00:00.000Z"
    assert client.post("/_sim/key/expire", {"never": True}) == {"keyExpires": None}
    assert client.call("GET", f"{PREFIX}/ledger").status == 204
    assert client.post("/_sim/key/expire") == {"keyExpires": "2026-01-01T10:00:00.000Z"}
    assert client.post("/_sim/key/expire", {"at": "2027-01-01"})["keyExpires"] == "2027-01-01T00:00:00.000Z"


@pytest.mark.parametrize("value", [{"never": False}, {"in": 5}, {"at": "never"}, {"in": "1h", "never": True}])
def test_an_expiry_that_says_nothing_clear_is_refused(client: Client, value: dict[str, object]) -> None:
    assert client.call("POST", "/_sim/key/expire", value).status == 400
    assert client.world.key_expires is None
