"""The envelope."""

from __future__ import annotations

import pytest

from simulator.clock import VIRTUAL_START
from simulator.systems.netvisor.wire import replies
from simulator.systems.netvisor.wire.refusals import refuse
from tests.systems.netvisor.caller import read


def test_what_was_made_is_told_by_its_key() -> None:
    answer = replies.done(VIRTUAL_START, replies.inserted(8))

    assert answer.body == (
        b"<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<Root><ResponseStatus><Status>OK</Status>"
        b"<TimeStamp>1.1.2026 11:00:00</TimeStamp></ResponseStatus><Replies><InsertedDataIdentifier>8"
        b"</InsertedDataIdentifier></Replies></Root>"
    )
    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("status", [401, 200])
def test_the_status_of_http_says_something_only_to_whom_asked_for_it(status: int) -> None:
    error = refuse("AUTHENTICATION_FAILED", "partner-unknown")
    told = read(replies.refused(error, 0, "FI", has_status=status == 401, older_spelling=False))

    assert (told.status, told.code) == (status, "AUTHENTICATION_FAILED")
    assert told.reason == "Integraatiokumppania ei löydy, katso dokumentaatio"
    assert told.texts("ResponseStatus/Status")[0] == "FAILED"
    assert told.root.find("Replies") is None


def test_maintenance_can_be_spelt_as_an_older_client_expects_it() -> None:
    error = refuse("SYSTEM_MAINTENANCE", "maintenance")

    assert read(replies.refused(error, 0, "EN", has_status=True, older_spelling=True)).code == "SYSTEM_MAINTANANCE"
    assert read(replies.refused(error, 0, "EN", has_status=True, older_spelling=False)).code == "SYSTEM_MAINTENANCE"


def test_an_empty_text_can_be_left_away() -> None:
    assert replies.filled("Name", "") == []
    assert replies.filled("Name", "x")[0].text == "x"
    assert replies.ansi("Date", "").get("format") == "ansi"
