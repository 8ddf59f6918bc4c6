"""How CFIS reads what Fennoa answers, whatever that is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Instant
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Line, Request
from simulator.systems.fennoa.connector.caller import Caller, RefusedError, told
from tests.systems.wired import TENANT


class Scripted:
    """A wire that answers what it is told to."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    def answer(self, request: Request, _now: Instant) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0)


def answered(status: int, value: Any) -> Answer:
    return Answer(status, value if isinstance(value, bytes) else dumps(value), "application/json")


def refusal(answer: Answer) -> RefusedError:
    with pytest.raises(RefusedError) as raised:
        Caller(TENANT).get(Line(Scripted(answer), 0), "x")
    return raised.value


def test_a_call_carries_credentials_and_its_steps_encoded() -> None:
    wire = Scripted(answered(200, {"status": "ok", "data": [1]}))

    assert Caller(TENANT).get(Line(wire, 0), "sales_api", "get", "2026/1 ä", page="1") == [1]
    (request,) = wire.requests
    assert request.target == "/fennoa/api/sales_api/get/2026%2F1%20%C3%A4?page=1"
    assert (request.header("authorization") or "").startswith("Basic ")
    assert (request.origin, request.mount) == ("http://localhost", "/fennoa")


def test_a_form_is_posted_url_encoded_in_utf_8() -> None:
    wire = Scripted(answered(200, {"status": "ok", "id": 1}))

    assert Caller(TENANT).post(Line(wire, 0), "/x", [("a[1]", "ä&=")]) == {"status": "ok", "id": 1}
    assert wire.requests[0].body == b"a%5B1%5D=%C3%A4%26%3D"
    assert wire.requests[0].media_type == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_waited_for(status: int) -> None:
    assert refusal(answered(status, {"status": "error", "errors": "later"})).result.verdict == "unreachable"


@pytest.mark.parametrize("status", [400, 401, 404, 405, 500, 302])
def test_everything_else_is_final_and_says_status_and_text(status: int) -> None:
    result = refusal(answered(status, {"status": "error", "errors": ["no"]})).result

    assert (result.verdict, result.reason) == ("rejected", f"Fennoa answered {status}: no")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answered(200, {"status": "error", "errors": "no"}), "200: no"),
        (answered(200, {}), "200: no reason given"),
        (answered(200, []), "200: no reason given"),
        (answered(500, b"<html>"), "500: <html>"),
        (answered(502, b""), "502: no reason given"),
    ],
)
def test_an_answer_that_is_no_success_is_none_whatever_it_looks_like(answer: Answer, said: str) -> None:
    assert refusal(answer).result.reason == f"Fennoa answered {said}"


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ("a", "a"),
        (["a", "b", "a", None], "a; b"),
        ({"x": ["a", "a"], "y": [None], "z": "b", "v": None}, "x: a; z: b"),
        (None, ""),
        ([], ""),
        (7, "7"),
        ({"x": {"y": ["a"]}}, "x: y: a"),
        ([str(number) for number in range(25)], f"{'; '.join(map(str, range(20)))}; and 5 more"),
        ({str(number): ["a"] for number in range(22)}, f"{'; '.join(f'{one}: a' for one in range(20))}; and 2 more"),
    ],
)
def test_every_shape_of_errors_is_a_sentence(errors: Any, said: str) -> None:
    assert told(errors) == said


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_any_errors_can_be_told(errors: Any) -> None:
    assert isinstance(told(errors), str)
