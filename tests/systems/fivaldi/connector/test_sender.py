"""What CFIS makes of answers."""

from __future__ import annotations

import pytest

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Line
from simulator.systems.fivaldi.connector.sender import RefusedError, Sender, codes_of, judged
from tests.systems.wired import TENANT, office

CODED = Answer(400, dumps({"message": "m", "errors": [{"errorCode": 42, "message": "no 3999"}]}))


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (Answer(200, b"{}"), "accepted", ""),
        (Answer(299), "accepted", ""),
        (CODED, "rejected", "Fivaldi answered 400 Bad Request: 42 no 3999"),
        (
            Answer(409, dumps({"message": "Conflict", "errors": ["a", "b"]})),
            "rejected",
            "Fivaldi answered 409 Conflict: a b",
        ),
        (Answer(404, dumps({"message": "gone"})), "rejected", "Fivaldi answered 404 Not Found: gone"),
        (Answer(401), "rejected", "Fivaldi answered 401 Unauthorized"),
        (Answer(403, b"<html>"), "rejected", "Fivaldi answered 403 Forbidden"),
        (Answer(500, b"[]"), "rejected", "Fivaldi answered 500 Internal Server Error"),
        (Answer(429), "unreachable", "Fivaldi answered 429 Too Many Requests"),
        (Answer(502), "unreachable", "Fivaldi answered 502 Bad Gateway"),
        (Answer(503), "unreachable", "Fivaldi answered 503 Service Unavailable"),
        (Answer(504), "unreachable", "Fivaldi answered 504 Gateway Timeout"),
    ],
)
def test_an_answer_becomes_a_verdict_with_fivaldis_own_words(answer: Answer, verdict: str, reason: str) -> None:
    result = judged(answer)

    assert (result.verdict, result.reason) == (verdict, reason)


def test_the_codes_of_an_answer_are_read() -> None:
    assert codes_of(CODED) == {42}
    assert codes_of(Answer(409, dumps({"errors": ["a"]}))) == set()
    assert codes_of(Answer(429)) == set()


def test_a_question_with_a_query_is_signed_and_answered() -> None:
    line = Line(office("fivaldi").wire, VIRTUAL_START)

    assert Sender(TENANT).read(line, "chart-of-accounts", "dimension=0&fields=lang") == {"lang": "FIN"}
    assert line.exchanges[0].request.target.endswith("/chart-of-accounts?dimension=0&fields=lang")


def test_a_question_that_is_refused_says_what_becomes_of_the_document() -> None:
    with pytest.raises(RefusedError, match="closed for maintenance") as caught:
        Sender(TENANT).read(Line(office("fivaldi", {"maintenance": True}).wire, VIRTUAL_START), "bookkeeping/vatCodes")

    assert caught.value.result.verdict == "unreachable"


def test_a_reason_names_what_a_person_reads() -> None:
    errors = [{"errorCode": 42, "message": f"entry {number}."} for number in range(25)]

    reason = judged(Answer(400, dumps({"message": "m", "errors": errors}))).reason

    assert (reason.count("42 entry"), reason.endswith("42 entry 19. And 5 more.")) == (20, True)
