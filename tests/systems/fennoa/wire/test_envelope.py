"""The three shapes of errors."""

from __future__ import annotations

from simulator.contract.jsontext import loads
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed


def test_success_says_ok_in_lower_case() -> None:
    answer = succeed(id=7)

    assert (answer.status, loads(answer.body)) == (200, {"status": "ok", "id": 7})
    assert answer.media_type == "application/json; charset=UTF-8"


def test_a_plain_text_is_the_shape_of_what_has_no_fields() -> None:
    answer = refuse(429, "slower")

    assert (answer.status, loads(answer.body)) == (429, {"status": "error", "errors": "slower"})


def test_what_is_all_general_is_an_array() -> None:
    answer = object_to([Violation("a", "one", is_general=True), Violation("b", "two", is_general=True)])

    assert (answer.status, loads(answer.body)["errors"]) == (400, ["one", "two"])


def test_what_has_a_field_makes_it_an_object_by_field() -> None:
    answer = object_to([Violation("a", "one"), Violation("row", "two", is_general=True), Violation("a", "three")])

    assert loads(answer.body)["errors"] == {"a": ["one", "three"], "row": ["two"]}
