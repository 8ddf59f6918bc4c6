"""The token of CFIS, and what answers mean for a record."""

from __future__ import annotations

import pytest

from simulator.clock import HOUR, VIRTUAL_START
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Line, Request
from simulator.systems.procountor.connector.connection import Connection, NotDoneError, not_done, value_at
from tests.documents import ledger
from tests.systems.procountor.talking import Talker
from tests.systems.wired import TENANT, office, push


def paths(reply: object) -> list[str]:
    return [one.request.target for one in reply.exchanges]  # type: ignore[attr-defined]


def test_a_token_is_kept_until_it_expires() -> None:
    books = office("procountor")
    first, second = push(books, "ledger", ledger("1")), push(books, "ledger", ledger("2"), VIRTUAL_START + HOUR // 2)
    third = push(books, "ledger", ledger("3"), VIRTUAL_START + HOUR)

    assert ["token" in " ".join(paths(reply)) for reply in (first, second, third)] == [True, False, True]
    assert all(one.answer.status == 200 for one in third.exchanges)


def test_a_token_that_is_refused_is_renewed_once() -> None:
    books = office("procountor")
    push(books, "ledger", ledger("1"))
    Talker(books, token=books.connector._connection._token).send("POST", "/logout", base="")  # type: ignore[attr-defined]

    reply = push(books, "ledger", ledger("2"))

    assert reply.verdict == "accepted"
    assert [one.answer.status for one in reply.exchanges] == [401, 200, 200, 200]


def test_a_token_that_is_refused_for_ever_fails_the_record() -> None:
    class Wall:
        def answer(self, request: Request, _now: int) -> Answer:
            if "token" in request.target:
                return Answer(200, b'{"access_token":"x","expires_in":3600}')
            return Answer(401, b'{"errors":[{"status":401,"message":"Unauthorized"}]}')

    line = Line(Wall(), VIRTUAL_START)
    with pytest.raises(NotDoneError) as caught:
        Connection(TENANT).ask(line, "GET", "/coa")

    assert (caught.value.result.verdict, caught.value.result.reason) == (
        "rejected",
        "Procountor 401: Unauthorized (the credentials are wrong, or the API key was revoked)",
    )
    assert len(line.exchanges) == 4


@pytest.mark.parametrize(
    ("status", "body", "verdict", "reason"),
    [
        (503, b"<html><title>Down</title></html>", "unreachable", "Procountor 503: Down"),
        (429, b'{"errors":[{"status":429,"message":"Too many requests."}]}', "unreachable",
         "Procountor 429: Too many requests."),
        (502, b"", "unreachable", "Procountor 502: an answer that says nothing"),
        (504, b"[]", "unreachable", "Procountor 504: an answer that says nothing"),
        (500, b"{}", "rejected", "Procountor 500: an answer that says nothing"),
        (401, b'{"error":"invalid_client"}', "rejected", "Procountor 401: invalid_client"),
        (400, b'{"errors":[{"status":400,"message":"A"},{"field":"rows[1].a","message":"B"}]}', "rejected",
         "Procountor 400: A; rows[1].a 7: B"),
        (400, b'{"errors":[{"field":"rows[9].a","message":"C"},7]}', "rejected", "Procountor 400: rows[9].a: C"),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, body: bytes, verdict: str, reason: str) -> None:
    error = not_done(Answer(status, body), {"rows": [{"a": 6}, {"a": 7}]})

    assert (error.result.verdict, error.result.reason, error.status) == (verdict, reason, status)


def test_a_value_is_found_by_its_field() -> None:
    value = {"a": [{"b": {"c": 1}}]}

    assert value_at(value, "a[0].b.c") == 1
    for field in ("a[1].b", "a.b", "x", "a[0].b.c.d"):
        assert value_at(value, field) is None
    assert dumps(value)
