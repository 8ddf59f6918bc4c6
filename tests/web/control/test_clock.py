"""Time through the control API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import ledger
from tests.web.control.client import Client

START = "2026-01-01T09:00:00.000Z"


def test_the_clock_says_what_is_due(client: Client) -> None:
    assert client.get("/_sim/clock") == {"now": START, "mode": "virtual", "nextDue": None, "pending": 0}
    client.submit(ledger())
    assert client.get("/_sim/clock") == {
        "now": START,
        "mode": "virtual",
        "nextDue": "2026-01-01T09:00:01.000Z",
        "pending": 1,
    }


def test_advancing_by_a_duration_lists_what_fired(client: Client) -> None:
    client.submit(ledger("L-1"))
    moved = client.post("/_sim/clock/advance", {"by": "10m"})
    assert (moved["now"], moved["firedCount"], moved["complete"]) == ("2026-01-01T09:10:00.000Z", 1, True)
    assert moved["fired"] == [
        {"at": "2026-01-01T09:00:01.000Z", "event": "synced", "kind": "ledger", "identifier": "L-1"}
    ]


def test_advancing_to_an_instant_goes_there(client: Client) -> None:
    assert client.post("/_sim/clock/advance", {"to": "2026-02-01"})["now"] == "2026-02-01T00:00:00.000Z"
    answer = client.call("POST", "/_sim/clock/advance", {"to": "2026-01-31"})
    assert (answer.status, answer.json["where"]) == (400, "to")


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (None, "neither by nor to is given."),
        ({"by": "1s", "to": "2027-01-01"}, "both by and to are given."),
        ({"by": "soon"}, "'soon' is not a duration"),
        ({"to": "tomorrow"}, "'tomorrow' is not a point in time"),
        ({"by": "9000000d"}, "the duration '9000000d' is longer than the calendar, which ends with year 9999"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_and_moves_nothing(client: Client, value: Any, detail: str) -> None:
    answer = client.call("POST", "/_sim/clock/advance", value)
    assert (answer.status, answer.json["detail"]) == (400, detail)
    assert client.get("/_sim/clock")["now"] == START


def test_settling_runs_until_nothing_is_due(client: Client) -> None:
    for number in range(3):
        client.submit(ledger(f"L-{number}"))
    settled = client.post("/_sim/clock/settle")
    assert (settled["firedCount"], settled["nextDue"], settled["pending"]) == (3, None, 0)
    assert client.post("/_sim/clock/settle", {})["firedCount"] == 0


def test_settling_stays_within_its_bound(client: Client) -> None:
    client.submit(ledger())
    assert client.post("/_sim/clock/settle", {"within": "999ms"})["firedCount"] == 0
    assert client.post("/_sim/clock/settle", {"within": "1s"})["firedCount"] == 1


def test_a_clock_runs_and_stands_by_command(client: Client) -> None:
    assert client.post("/_sim/clock/resume", {"mode": "x60"})["mode"] == "x60"
    assert client.post("/_sim/clock/freeze")["mode"] == "virtual"
    assert client.post("/_sim/clock/resume")["mode"] == "x60"
    assert client.call("POST", "/_sim/clock/resume", {"mode": "backwards"}).status == 400
    operations = [entry["operation"] for entry in client.get("/_sim/journal?kind=command")["entries"]]
    assert operations == ["resume", "freeze", "resume"]
