"""What happens to a world at a time that its scenario names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import Partner, ledger, partner, read, steps


def told(*events: dict[str, Any], **more: Any) -> Partner:
    client = partner()
    client.run("load_scenario", scenario={"format": 1, "name": "events", "events": list(events), **more})
    return client


def test_the_key_expires_at_its_time() -> None:
    client = told({"after": "10m", "do": {"expire_key": True}})
    client.run("advance", by="599s")
    assert client.look("ledger").status == 204
    fired = client.run("advance", by="1s")["fired"]
    assert [event["event"] for event in fired] == ["key expired"]
    assert client.look("ledger").status == 401


def test_books_change_at_their_time_before_what_is_pushed_at_the_same_instant() -> None:
    client = told({"after": "1s", "do": {"books": {"accounts": ["1"]}}})
    client.submit("ledger", ledger("L-1"))
    client.run("settle")
    assert client.record("ledger", "L-1").state == "failed"


def test_the_document_status_of_what_is_synced_changes() -> None:
    client = told(
        {"after": "2s", "do": {"document_status": "Paid", "match": {"ledgerIdentifier": "L-1"}}},
        {"after": "1h", "do": {"document_status": None}},
    )
    for name in ("L-1", "L-2"):
        client.submit("ledger", ledger(name))
    client.run("advance", by="1s")
    client.submit("ledger", ledger("L-3"))
    client.look("ledger")
    client.run("advance", by="1s")
    assert [row["documentStatus"] for row in client.found("ledger")] == ["Paid", "Approved", "Approved"], (
        "an event comes first"
    )
    assert steps(client.record("ledger", "L-1"))[-1] == "document status changed"
    client.run("advance", by="1h")
    assert [row["documentStatus"] for row in client.found("ledger")] == [None, None, None]


def test_events_are_in_the_order_of_time_however_they_are_written() -> None:
    client = told({"after": "2s", "do": {"expire_key": True}}, {"after": "1s", "do": {"document_status": "x"}})
    events: list[dict[str, Any]] = client.run("add_rule", rule=RULE)["events"]
    assert [row["at"] for row in events] == ["2026-01-01T09:00:01.000Z", "2026-01-01T09:00:02.000Z"]


RULE = {"when": {"operation": "submit_ledger"}, "respond": {"status": 503}}


@pytest.mark.parametrize("after", ["P10Y", "2932896d"])
def test_an_event_beyond_the_calendar_is_refused_or_happens_at_its_end(after: str) -> None:
    if after == "P10Y":
        with pytest.raises(Exception, match="not a duration"):
            told({"after": after, "do": {"expire_key": True}})
        return
    client = told({"after": after, "do": {"expire_key": True}})
    assert client.run("drop_scenario")["events"] == []
    client = told({"after": after, "do": {"expire_key": True}})
    client.run("settle")
    assert client.world.now == 253_402_300_799_000_000


def test_dropping_the_scenario_drops_its_events() -> None:
    client = told({"after": "1s", "do": {"expire_key": True}})
    client.run("drop_scenario")
    client.run("advance", by="1m")
    assert read(client.look("ledger")) == b""


def test_what_an_event_changed_stays_when_other_words_of_the_books_are_set_and_is_gone_after_a_reset() -> None:
    client = told({"after": "1m", "do": {"books": {"locked_until": "2026-12-31"}}}, books={"accounts": ["1"]})
    client.run("advance", by="1m")

    assert client.run("configure", books={"accounts": None})["books"] == {
        "accounts": None,
        "locked_until": "2026-12-31",
    }
    client.submit("ledger", ledger("L-1"))
    client.run("advance", by="1s")
    assert client.record("ledger", "L-1").state == "failed"

    assert client.run("configure", system="plain")["books"]["locked_until"] is None, "books of a system that is named"
    client.world.clear(client.world.setup)
    assert client.world.words == {}
