"""The three shapes of errors."""

from __future__ import annotations

from simulator.contract.jsontext import loads
from simulator.systems.fennoa.wire.envelope import TOLD_MAX, Violation, object_to, refuse, succeed


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


def test_an_answer_tells_so_many_violations_and_how_many_more_there_are() -> None:
    general = [Violation("", f"no {number}", is_general=True) for number in range(TOLD_MAX + 2)]

    assert loads(object_to(general).body)["errors"][TOLD_MAX:] == ["and 2 more"]
    errors = loads(object_to(Violation(f"row[{number}]", "no") for number in range(TOLD_MAX + 3)).body)["errors"]
    assert (len(errors), errors["more"]) == (TOLD_MAX + 1, ["and 3 more"])
