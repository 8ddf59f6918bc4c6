"""Answers made of rows: filled, constant, in one piece or in many, and always the same bytes."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps, loads
from simulator.contract.violations import Violation
from simulator.partner import answers
from simulator.partner.answers import ITEMS_A_PIECE, Answers
from simulator.partner.messages import Outcome
from tests.documents import Partner, partner, payment, read

CONTRACT = built_in()
READINGS = CONTRACT.choose()
STATUS = CONTRACT.operations["payment_status"]

ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "identifier": st.text(),
            "invoiceNumber": st.none() | st.text(),
            "paymentDate": st.just("2026-01-01"),
            "syncDate": st.none(),
            "status": st.integers(),
            "description": st.text(),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(items=ITEMS, size=st.integers(1, 5))
def test_a_streamed_list_has_the_bytes_of_the_unstreamed_one(items: list[dict[str, Any]], size: int) -> None:
    outcome = Outcome("found", {"records": items})
    whole = Answers(CONTRACT).answer(STATUS, outcome, READINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "ITEMS_A_PIECE", size)
        answer = Answers(CONTRACT).answer(STATUS, outcome, READINGS)
        assert (answer.pieces is not None) == (len(items) > size)
        assert read(answer) == whole.body
    assert [one["description"] for one in loads(whole.body)["payments"]] == [one["description"] for one in items]


def many(count: int) -> Partner:
    client = partner(readings={"submit_answer": "identifiers"})
    for start in range(0, count, 500):
        batch = [payment(f"P-{number}", amount=number) for number in range(start, min(start + 500, count))]
        client.submit("payment", batch)
    return client


@pytest.mark.parametrize(("count", "streamed"), [(ITEMS_A_PIECE, False), (ITEMS_A_PIECE + 1, True), (2_500, True)])
def test_a_long_answer_is_streamed_and_the_journal_notes_what_it_came_to(count: int, *, streamed: bool) -> None:
    client = many(count)
    answer = client.look("payment")
    entry = client.last
    assert (answer.pieces is not None) == streamed
    assert (b"content-length" in dict(answer.headers)) != streamed

    body = read(answer)

    assert len(json.loads(body)["payments"]) == count
    if streamed:
        digest = blake2b(body, digest_size=16).hexdigest()
        assert entry.answer_note == f"[streamed: {len(body)} bytes, blake2b {digest}]"
        assert entry.answer == b""
    else:
        assert (entry.answer, entry.answer_note) == (body, "")


def test_a_long_answer_that_nobody_takes_is_noted_as_such_and_one_that_is_cut_as_well() -> None:
    client = many(ITEMS_A_PIECE + 1)
    answer = client.look("payment")
    assert client.last.answer_note == "[streamed]"
    assert answer.pieces is not None
    next(answer.pieces)
    assert client.last.answer_note == "[streamed]"


def test_a_long_answer_tells_the_moment_it_was_asked_for_although_it_is_written_later() -> None:
    client = many(ITEMS_A_PIECE + 1)
    answer = client.look("payment")
    client.run("settle")
    assert {one["status"] for one in json.loads(read(answer))["payments"]} == {0}


def test_a_long_answer_to_a_submission_is_streamed_too() -> None:
    client = partner(readings={"submit_answer": "identifiers"})
    answer = client.submit("payment", [payment(f"P-{number}", amount=number) for number in range(ITEMS_A_PIECE + 1)])
    assert answer.pieces is not None
    assert len(json.loads(read(answer))["payments"]) == ITEMS_A_PIECE + 1
    assert client.world.record_count == ITEMS_A_PIECE + 1


def test_the_header_list_of_an_answer_is_its_own() -> None:
    client = partner()
    for _ in range(2):
        answer = client.submit("payment", [payment()])
        assert b"x-test" not in dict(answer.headers)
        answer.headers.append((b"x-test", b"1"))


def test_worlds_that_come_and_go_with_readings_of_their_own_leave_nothing_behind() -> None:
    client = partner()
    made = client.service.answers
    for number in range(30):
        client.run("configure", readings={"failed_status": ["2", "-1", "3"][number % 3]})
        client.submit("payment", [payment(f"P-{number}")])
        client.look("payment")
        client.look("ledger")
    assert len(made._writers) == 3


@pytest.mark.parametrize("value", CONTRACT.readings["submit_answer"].values)
def test_one_service_answers_worlds_of_different_readings_each_in_its_own(value: str) -> None:
    shared = partner()
    for other in CONTRACT.readings["submit_answer"].values:
        shared.run("configure", readings={"submit_answer": other})
        shared.submit("payment", [payment()])
    shared.run("configure", readings={"submit_answer": value})
    alone = partner(readings={"submit_answer": value})
    one, other_answer = shared.submit("payment", [payment()]), alone.submit("payment", [payment()])
    assert (one.status, one.headers, one.body) == (other_answer.status, other_answer.headers, other_answer.body)


@pytest.mark.parametrize(
    ("reading", "body"),
    [
        ("message", {"message": "The request is not valid: /a: is wrong (and 1 more)."}),
        ("capital-message", {"Message": "The request is not valid: /a: is wrong (and 1 more)."}),
        (
            "errors",
            {
                "message": "The request is not valid: /a: is wrong (and 1 more).",
                "errors": [{"field": "/a", "message": "is wrong"}, {"field": "", "message": "is {odd} $too"}],
            },
        ),
        ("empty", None),
    ],
)
def test_an_error_has_the_shape_of_the_reading(reading: str, body: Any) -> None:
    violations = [Violation(pointer, 1, "r", "e", words, "assumed", "none")
                  for pointer, words in (("/a", "is wrong"), ("", "is {odd} $too"))]  # fmt: skip
    readings = CONTRACT.choose({"error_body": reading}.items())

    answer = Answers(CONTRACT).error(Outcome("invalid", violations=violations), readings)

    assert answer.status == 400
    assert dict(answer.headers)[b"content-length"] == b"%d" % len(answer.body)
    assert (b"content-type" in dict(answer.headers)) == (body is not None)
    assert answer.body == (b"" if body is None else dumps(body))


def test_a_violation_with_braces_in_its_words_is_told_as_it_is() -> None:
    odd = Violation("/{message}", None, "r", "e", "{summary} $limit {", "assumed", "none")
    answer = Answers(CONTRACT).error(Outcome("malformed", violations=[odd]), READINGS)
    assert json.loads(answer.body)["message"] == "The request cannot be read: /{message}: {summary} $limit {."


def test_an_outcome_without_a_row_is_the_error_of_its_name() -> None:
    answer = Answers(CONTRACT).answer(STATUS, Outcome("conflict"), READINGS)
    assert answer.status == 409
