"""Outcomes as a person writes them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import LAST_INSTANT
from simulator.errors import SettingError
from simulator.world.outcomes import Outcome, parse_outcome


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("synced", Outcome("synced")),
        ("pending", Outcome("pending")),
        ("push", Outcome("push")),
        ("unreachable", Outcome("unreachable")),
        ("retry", Outcome("retry")),
        ({"failed": "no such account"}, Outcome("failed", reason="no such account")),
        ({"unreachable": "10m"}, Outcome("unreachable", duration=600_000_000)),
        ({"unreachable": "0s"}, Outcome("unreachable", duration=0)),
        ({"pending": "1 look"}, Outcome("pending", looks=1)),
        ({"pending": "3 looks"}, Outcome("pending", looks=3)),
        ({"pending": "1h30m"}, Outcome("pending", duration=5_400_000_000)),
        ({"synced": {"documentStatus": "Draft"}}, Outcome("synced", document_status="Draft", has_document_status=True)),
        ({"synced": {"documentStatus": None}}, Outcome("synced", has_document_status=True)),
    ],
)
def test_an_outcome_is_read_the_way_it_is_shown(written: Any, outcome: Outcome) -> None:
    assert parse_outcome(written) == outcome
    assert outcome.show() == written


@given(st.integers(0, LAST_INSTANT))
def test_every_duration_survives_being_shown_and_read(duration: int) -> None:
    outcome = Outcome("unreachable", duration=duration)
    assert parse_outcome(outcome.show()) == outcome


@given(st.text(min_size=1))
def test_every_reason_survives_being_shown_and_read(reason: str) -> None:
    outcome = Outcome("failed", reason=reason)
    assert parse_outcome(outcome.show()) == outcome


@pytest.mark.parametrize(
    "written",
    [
        None, True, 1, 1.5, "", "failed", "SYNCED", "synced ", [], ["synced"], {}, {"failed": ""},
        {"failed": None}, {"failed": 1}, {"synced": "x"}, {"failed": "x", "unreachable": "1m"},
        {"failed": "x", "at": 1}, {"unreachable": 10}, {"unreachable": "soon"}, {"unreachable": "1m", "x": "y"},
        {"pending": "0 looks"},
        {"pending": "3 looks", "x": 1}, {"synced": {}}, {"synced": {"documentStatus": 1}}, {"retry": "10m"},
    ],
)  # fmt: skip
def test_anything_else_is_refused(written: Any) -> None:
    with pytest.raises(SettingError):
        parse_outcome(written)


def test_the_refusal_says_what_was_given_and_what_may_be() -> None:
    with pytest.raises(SettingError, match="'booked' is not an outcome") as raised:
        parse_outcome("booked")
    assert (raised.value.where, '"synced"' in raised.value.advice) == ("outcome", True)
    with pytest.raises(SettingError, match="'failed, at' is not"):
        parse_outcome({"failed": "x", "at": 1})
    with pytest.raises(SettingError, match="'list' is not"):
        parse_outcome(["synced"])


def test_a_long_refused_outcome_is_cut() -> None:
    with pytest.raises(SettingError) as raised:
        parse_outcome("x" * 10_000)
    assert len(str(raised.value)) < 400
