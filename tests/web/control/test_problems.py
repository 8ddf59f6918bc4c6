"""How a call is refused."""

from __future__ import annotations

from simulator.contract.jsontext import loads
from simulator.contract.violations import Violation
from simulator.errors import STATUS_BY_ERROR, NotFoundError
from simulator.web.control.problems import NAME_BY_ERROR, STATUS_BY_NAME, ProblemError, invalid, problem_of
from tests.web.control.client import Client


def test_every_error_of_the_simulator_is_a_problem_with_its_status() -> None:
    assert set(NAME_BY_ERROR) == set(STATUS_BY_ERROR)
    for kind, status in STATUS_BY_ERROR.items():
        assert problem_of(kind("x")).status == status


def test_every_problem_stands_in_the_table(client: Client) -> None:
    assert client.table.errors == {name: status for name, status in STATUS_BY_NAME.items() if name != "internal"}
    used = {name for operation in client.table.operations.values() for name in operation.errors}
    assert used == set(client.table.errors) - {"method-not-allowed"}


def test_a_problem_says_what_was_wrong_where_and_what_to_do() -> None:
    status, headers, body = problem_of(NotFoundError("no.", where="here", advice="Look.")).answer()
    assert (status, headers) == (404, [(b"content-type", b"application/problem+json")])
    assert loads(body) == {
        "type": "urn:cfis-simulator:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "no.",
        "where": "here",
        "advice": "Look.",
    }


def test_a_subclass_of_an_error_is_the_same_problem() -> None:
    assert problem_of(type("LostError", (NotFoundError,), {})("x")).name == "not-found"


def test_violations_are_summed_up_and_listed() -> None:
    violation = Violation("/a", "x" * 500, "schema-type", "a number", "expected a number", "assumed", "none")
    problem = invalid([violation, violation], "Do better.")
    assert problem.detail == "/a: expected a number (and 1 more)."
    shown = problem.show()
    assert [set(row) for row in shown["violations"]] == [{"pointer", "value", "rule", "expected", "detail"}] * 2
    assert len(shown["violations"][0]["value"]) == 200


def test_a_problem_is_an_exception_that_says_itself() -> None:
    assert str(ProblemError("conflict", "twice")) == "twice"
