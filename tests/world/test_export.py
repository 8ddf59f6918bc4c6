"""Taking a world away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.contract.files import data_folder
from simulator.contract.jsontext import dumps
from simulator.partner.messages import Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world import commands
from simulator.world.export import FORMS
from simulator.world.world import World
from simulator.world.worlds import Worlds

PATH = "/api/v1/partner/accounting/ledger"
SECRET = b"test-very-secret"
HEADERS = [(b"x-api-key", SECRET), (b"content-type", b"application/json")]
LEDGER = (data_folder("schemas") / "accounting" / "examples" / "ledger.json").read_bytes()


@pytest.fixture
def world() -> World:
    """A world with a submission, a broken one, an advance and a look."""
    world = Worlds(Settings(clock="virtual"), built_in()).world(SECRET.decode())
    service = Service(built_in())
    service.handle(world, Request("POST", PATH, b"", HEADERS, LEDGER))
    service.handle(world, Request("POST", PATH, b"", HEADERS, b"\xff\xfe"))
    commands.run(world, "advance", {"by": "1s"})
    service.handle(world, Request("GET", PATH, b"status=1&x=%C3%A4", HEADERS))
    return world


def export(world: World, form: str) -> Any:
    return json.loads(dumps(FORMS[form](world, "http://127.0.0.1:8480")))


@pytest.mark.parametrize("form", list(FORMS))
def test_no_form_holds_a_secret(world: World, form: str) -> None:
    assert SECRET not in dumps(FORMS[form](world, "http://127.0.0.1:8480"))


def test_a_journal_tells_the_whole_story(world: World) -> None:
    journal = export(world, "journal")
    assert (journal["format"], journal["complete"], journal["opened"]) == (1, True, "2026-01-01T09:00:00.000Z")
    assert journal["setup"]["readings"]["failed_status"] == "2"
    submitted, broken, advanced, looked = journal["entries"]
    assert submitted["body"] == LEDGER.decode()
    assert broken["body"] == {"base64": "//4="}
    assert (advanced["kind"], advanced["operation"], json.loads(advanced["arguments"])) == (
        "command",
        "advance",
        {"by": "1s"},
    )
    assert (looked["at"], looked["status"]) == ("2026-01-01T09:00:01.000Z", 200)


def test_a_journal_keeps_the_setup_that_the_world_began_with(world: World) -> None:
    commands.run(world, "configure", {"readings": {"failed_status": "-1"}})
    assert export(world, "journal")["setup"]["readings"]["failed_status"] == "2"


def test_a_journal_that_lost_entries_says_so() -> None:
    world = Worlds(Settings(clock="virtual", journal_entries_max=1), built_in()).world("test-1")
    for _ in range(3):
        Service(built_in()).handle(world, Request("GET", PATH, b"", HEADERS))
    journal = export(world, "journal")
    assert (journal["complete"], journal["evicted"], len(journal["entries"])) == (False, 2, 1)


def test_an_archive_has_the_exchanges_alone(world: World) -> None:
    entries = export(world, "har")["log"]["entries"]
    assert [entry["request"]["method"] for entry in entries] == ["POST", "POST", "GET"]
    assert entries[0]["request"]["postData"] == {"mimeType": "application/json", "text": LEDGER.decode()}
    assert entries[2]["request"]["url"] == f"http://127.0.0.1:8480{PATH}?status=1&x=%C3%A4"
    assert entries[2]["request"]["queryString"] == [{"name": "status", "value": "1"}, {"name": "x", "value": "ä"}]
    assert entries[2]["response"]["status"] == 200
    assert json.loads(entries[2]["response"]["content"]["text"])["ledgers"][0]["status"] == 1
