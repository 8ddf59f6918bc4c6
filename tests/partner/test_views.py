"""How states are told: numbers, words and dates, in every reading."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from simulator.clock import LAST_INSTANT, Instant, parse_instant
from simulator.contract.contract import built_in
from simulator.partner.views import Frozen, Views
from simulator.world.records import Record, State


def views(**readings: str) -> Views:
    return Views(built_in(), built_in().choose(readings.items()))


def record(state: State, settled: Instant | None = None, reason: str = "") -> Record:
    made = Record(1, "ledger", "L-1", b"{}", "", {"documentName": "N"}, "2026-01-01", "", at=0)
    made.state, made.settled_at, made.reason = state, settled, reason
    return made


def told(record: Record, **readings: str) -> dict[str, Any]:
    shown = views(**readings)
    return shown.view(shown.freeze(record))


@pytest.mark.parametrize("number", ["2", "-1", "3"])
def test_the_failed_state_has_the_number_of_the_reading(number: str) -> None:
    shown = views(failed_status=number)
    assert shown.numbers == {"pending": 0, "synced": 1, "failed": int(number)}
    assert shown.states_with({int(number)}) == {"failed"}
    assert shown.states_with({0, 1}) == {"pending", "synced"}
    assert shown.states_with({99}) == set()


@pytest.mark.parametrize(
    ("reading", "words"),
    [("reason", "{why} $x"), ("fixed", "Synchronization failed"), ("prefixed", "Synchronization failed: {why} $x")],
)
def test_a_failure_is_described_as_the_reading_says_whatever_the_reason_looks_like(reading: str, words: str) -> None:
    assert told(record("failed", 0, "{why} $x"), failed_description=reading)["description"] == words


def test_a_pending_and_a_synced_record_are_told_in_every_reading() -> None:
    for reading in ("reason", "fixed", "prefixed"):
        pending = told(record("pending"), failed_description=reading)
        synced = told(record("synced", 0), failed_description=reading)
        assert (pending["status"], pending["description"], pending["documentStatus"], pending["syncDate"]) == (
            0, "Pending", None, None,
        )  # fmt: skip
        assert (synced["status"], synced["description"], synced["documentStatus"], synced["syncDate"]) == (
            1, "Successfully synced", "Approved", "1970-01-01",
        )  # fmt: skip


@pytest.mark.parametrize(("reading", "date"), [("null", None), ("date", "2026-03-01")])
def test_a_failed_record_has_a_sync_date_if_the_reading_says_so(reading: str, date: str | None) -> None:
    settled = parse_instant("2026-03-01T12:00:00Z")
    assert told(record("failed", settled), failed_sync_date=reading)["syncDate"] == date
    assert told(record("failed", settled), failed_sync_date=reading)["documentStatus"] is None


@pytest.mark.parametrize(
    ("instant", "utc", "finnish"),
    [
        ("2026-01-15T21:59:59.999999Z", "2026-01-15", "2026-01-15"),
        ("2026-01-15T22:00:00Z", "2026-01-15", "2026-01-16"),
        ("2026-01-15T23:59:59.999999Z", "2026-01-15", "2026-01-16"),
        ("2026-01-16T00:00:00Z", "2026-01-16", "2026-01-16"),
        ("2026-07-15T20:59:59.999999Z", "2026-07-15", "2026-07-15"),
        ("2026-07-15T21:00:00Z", "2026-07-15", "2026-07-16"),
        ("2026-03-28T22:00:00Z", "2026-03-28", "2026-03-29"),
        ("2026-03-29T20:59:59Z", "2026-03-29", "2026-03-29"),
        ("2026-03-29T21:00:00Z", "2026-03-29", "2026-03-30"),
        ("2026-10-24T21:00:00Z", "2026-10-24", "2026-10-25"),
        ("2026-10-25T21:59:59Z", "2026-10-25", "2026-10-25"),
        ("2026-10-25T22:00:00Z", "2026-10-25", "2026-10-26"),
        ("2025-12-31T22:00:00Z", "2025-12-31", "2026-01-01"),
        ("2028-02-28T22:00:00Z", "2028-02-28", "2028-02-29"),
    ],
)
def test_a_sync_date_is_the_date_in_the_zone_of_the_reading(instant: str, utc: str, finnish: str) -> None:
    one = record("synced", parse_instant(instant))
    assert told(one, sync_date_zone="UTC")["syncDate"] == utc
    assert told(one, sync_date_zone="Europe/Helsinki")["syncDate"] == finnish


def test_the_end_of_the_calendar_has_a_date_in_every_zone() -> None:
    for zone in ("UTC", "Europe/Helsinki"):
        assert told(record("synced", LAST_INSTANT), sync_date_zone=zone)["syncDate"] == "9999-12-31"


def test_what_is_kept_of_a_document_is_told_and_never_hides_what_the_simulator_says() -> None:
    one = record("synced", 0)
    one.kept = {"documentName": "N", "status": 77, "identifier": "other"}
    shown = told(one)
    assert (shown["documentName"], shown["status"], shown["identifier"]) == ("N", 1, "L-1")


def test_a_list_that_is_written_later_tells_what_was_true_when_it_was_asked_for() -> None:
    shown = views()
    one, other = record("pending"), record("failed", 0, "no")
    frozen = Frozen(shown, [one, other])
    before = list(frozen)

    one.state, one.settled_at, one.kept = "synced", 5, {"documentName": "changed"}
    other.reason = "yes"

    assert list(frozen) == before == frozen[:] == [frozen[0], frozen[1]]
    assert (len(frozen), frozen[-1]["description"], frozen[0]["status"]) == (2, "no", 0)
    assert frozen[1:] == [frozen[1]]


def test_every_choice_of_readings_tells_every_state() -> None:
    contract = built_in()
    names = ["failed_status", "failed_description", "failed_sync_date", "sync_date_zone"]
    for values in itertools.product(*(contract.readings[name].values for name in names)):
        shown = views(**dict(zip(names, values, strict=True)))
        assert set(shown.rows) == {"pending", "synced", "failed"}
        assert len(set(shown.numbers.values())) == 3
