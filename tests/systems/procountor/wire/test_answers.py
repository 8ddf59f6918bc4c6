"""The shape of answers."""

from __future__ import annotations

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.procountor.wire.answers import RefusedError, errors, in_json, message, refuse_all, refused


def test_errors_are_a_list_with_a_field_where_there_is_one() -> None:
    answer = errors(RefusedError(400, [("a.b", "one"), ("", "two")]), error="x")

    assert (answer.status, answer.media_type) == (400, "application/json")
    assert loads(answer.body) == {
        "error": "x",
        "errors": [{"status": 400, "field": "a.b", "message": "one"}, {"status": 400, "message": "two"}],
    }


def test_nothing_wrong_is_no_error() -> None:
    refuse_all([])
    with pytest.raises(RefusedError):
        refuse_all([("", "x")])
    assert refused(403, "x", "y").violations == [("y", "x")]


def test_successes() -> None:
    assert (in_json([1]).status, in_json([1]).body) == (200, b"[1]")
    assert message("done").body == b'{"message":"done"}'
