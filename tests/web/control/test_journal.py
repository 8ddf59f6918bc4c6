"""The journal through the control API: filters that are never silently ignored, pages, and the verdict."""

from __future__ import annotations

import pytest

from simulator.contract.contract import built_in
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.control.journal import entry_at, query_from
from tests.documents import PREFIX, UNBALANCED, ledger
from tests.web.control.client import Client


@pytest.fixture
def busy(client: Client) -> Client:
    """A client in whose world something has happened: numbers 1 to 6."""
    client.submit(ledger("L-1"))
    client.submit({**ledger("L-2"), **UNBALANCED})
    client.call("GET", f"{PREFIX}/ledger")
    client.post("/_sim/clock/advance", {"by": "1s"})
    client.call("GET", f"{PREFIX}/payment")
    client.call("PATCH", f"{PREFIX}/nothing")
    return client


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 5, 6]),
        ("kind=request", [1, 2, 3, 5, 6]),
        ("kind=command", [4]),
        ("kind=all", [1, 2, 3, 4, 5, 6]),
        ("operation=submit_ledger", [1, 2]),
        ("operation=submit_ledger&operation=payment_status", [1, 2, 5]),
        ("operation=advance", [4]),
        ("operation=advance&kind=request", []),
        ("method=get", [3, 5]),
        ("method=GET&method=PATCH", [3, 5, 6]),
        (f"path={PREFIX}/ledger", [1, 2, 3]),
        ("path=%2Fapi%2Fv1", []),
        ("status=200", [1, 3]),
        ("status=400&status=404", [2, 6]),
        ("identifier=L-2", [2]),
        ("violations=true", [2, 6]),
        ("violations=false&method=GET", [3, 5]),
        ("after=3", [5, 6]),
        ("after=99", []),
    ],
)
def test_filters_pick_what_they_say(busy: Client, query: str, numbers: list[int]) -> None:
    listed = busy.get(f"/_sim/journal?{query}")
    assert [entry["number"] for entry in listed["entries"]] == numbers
    assert (listed["matched"], listed["last"], listed["evicted"], listed["complete"]) == (len(numbers), 6, 0, True)


def test_looking_writes_nothing_into_the_journal(busy: Client) -> None:
    for target in ("journal", "journal/1", "verdict", "records", "clock", "world", "worlds"):
        busy.get(f"/_sim/{target}")
    assert busy.world.journal.last == 6


def test_an_operation_that_there_is_not_is_refused_rather_than_counted_as_none(busy: Client) -> None:
    answer = busy.call("GET", "/_sim/journal?operation=submit_ledgr")
    assert (answer.status, answer.json["where"]) == (400, "operation")
    assert answer.json["advice"] == "Did you mean submit_ledger?"
    with pytest.raises(SettingError, match="no operation"):
        query_from(built_in(), {"operation": ["submit_ledger", "advanc"]})


def test_the_journal_is_read_page_by_page(busy: Client) -> None:
    first = busy.get("/_sim/journal?limit=2")
    assert ([entry["number"] for entry in first["entries"]], first["matched"], first["next"]) == ([1, 2], 5, 2)
    last = busy.get("/_sim/journal?limit=3&after=2")
    assert ([entry["number"] for entry in last["entries"]], last["next"]) == ([3, 5, 6], None)


def test_what_was_pushed_out_is_said(client: Client) -> None:
    small = Client(Settings(clock="virtual", journal_entries_max=3))
    for number in range(5):
        small.submit(ledger(f"L-{number}"))
    listed = small.get("/_sim/journal")
    assert ([entry["number"] for entry in listed["entries"]], listed["evicted"]) == ([3, 4, 5], 2)
    assert listed["complete"] is False
    assert small.get("/_sim/journal?after=2")["complete"] is True
    gone = small.call("GET", "/_sim/journal/2")
    assert (gone.status, gone.json["detail"]) == (404, "entry 2 is gone: the journal starts with entry 3.")
    assert small.get("/_sim/journal/3")["number"] == 3
    assert entry_at(small.world.journal, 6) is None
    assert small.get("/_sim/verdict")["complete"] is False


def test_an_entry_shows_the_exchange_without_its_secrets(busy: Client) -> None:
    entry = busy.get("/_sim/journal/1")
    assert (entry["operation"], entry["answer"]["status"], entry["outcome"]) == ("submit_ledger", 200, "accepted")
    assert ["x-api-key", "[redacted]"] in entry["request"]["headers"]
    assert entry["effects"] == [{"effect": "created", "kind": "ledger", "identifier": "L-1"}]
    command = busy.get("/_sim/journal/4")
    assert (command["operation"], command["arguments"]) == ("advance", '{"by":"1s"}')


def test_an_entry_that_is_not_there_yet_is_404(busy: Client) -> None:
    answer = busy.call("GET", "/_sim/journal/7")
    assert (answer.status, answer.json["detail"]) == (404, "the journal ends with entry 6, so there is no entry 7.")


def test_the_verdict_says_what_the_client_did(busy: Client) -> None:
    verdict = busy.get("/_sim/verdict")
    assert verdict["ok"] is False
    assert {"contract-violation", "lost"} <= {finding["rule"] for finding in verdict["findings"]}
    busy.post("/_sim/reset")
    assert busy.get("/_sim/verdict")["ok"] is True


def test_strays_are_the_requests_that_reached_no_world(client: Client) -> None:
    assert client.get("/_sim/strays") == {"count": 0, "complete": True, "strays": []}
    client.submit(ledger(), key="production-key")
    listed = client.get("/_sim/strays")
    assert (listed["count"], listed["strays"][0]["path"]) == (1, f"{PREFIX}/ledger")
    assert "production-key" not in str(listed)


def test_a_world_is_taken_away_as_its_journal_or_as_an_archive(client: Client) -> None:
    client.submit(ledger())
    assert client.get("/_sim/export")["entries"][0]["path"].endswith("/accounting/ledger")
    archive = client.get("/_sim/export?as=har")
    assert archive["log"]["entries"][0]["request"]["url"].startswith("http://127.0.0.1:8480/api/v1/partner/")
    assert client.call("GET", "/_sim/export?as=scenrio").status == 400
