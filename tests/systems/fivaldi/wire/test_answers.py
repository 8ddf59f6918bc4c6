"""The shapes of answers."""

from __future__ import annotations

import pytest

from simulator.clock import MINUTE, SECOND
from simulator.contract.jsontext import loads
from simulator.systems.books.words import Rate
from simulator.systems.fivaldi import ABOUT
from simulator.systems.fivaldi.wire.answers import (
    CODES,
    Coded,
    code_list,
    error,
    error_list,
    good,
    refusal,
    with_limits,
)

READINGS = ABOUT.choose({})


def fits(name: str, body: bytes) -> bool:
    return ABOUT.schemas.validator(name).is_valid(loads(body))


def test_the_three_shapes_of_errors_keep_their_schemas() -> None:
    assert fits("error.json", error(READINGS, 404, "x").body)
    assert fits("error.list.json", error_list(READINGS, 409, ["x"]).body)
    assert fits("error.codes.json", code_list([Coded(42, "x")]).body)
    assert not fits("error.list.json", error(READINGS, 404, "x").body)


@pytest.mark.parametrize(("reading", "shown"), [("number", 404), ("name", "NOT_FOUND")])
def test_the_status_in_an_error_is_a_reading(reading: str, shown: object) -> None:
    answer = error(ABOUT.choose({"error_status": reading}), 404, "x")

    assert loads(answer.body) == {"status": shown, "message": "x"}


@pytest.mark.parametrize(("reading", "has_body"), [("message", True), ("empty", False)])
def test_whether_a_refusal_has_a_body_is_a_reading(reading: str, has_body: bool) -> None:  # noqa: FBT001 - a table
    answer = refusal(ABOUT.choose({"refusal_body": reading}), 401, "x")

    assert (answer.status, bool(answer.body)) == (401, has_body)


def test_an_error_of_a_voucher_has_the_vendors_name_of_its_code() -> None:
    body = loads(code_list([Coded(35, "no such code")]).body)

    assert body["errors"] == [{"errorCode": 35, "message": "VAT_CODE_NOT_EXIST: no such code"}]


def test_all_codes_of_the_vendor_are_there() -> None:
    assert list(CODES) == [10, 20, 21, 22, 23, 30, 31, 32, 33, 34, 35, 40, 41, 42, 43, 44, 45, 46]


@pytest.mark.parametrize(
    ("rate", "refill"), [(Rate(10, 5 * SECOND), "2"), (Rate(1, MINUTE), "0.016667"), (Rate(100, SECOND), "100")]
)
def test_the_headers_say_how_fast_the_bucket_fills(rate: Rate, refill: str) -> None:
    headers = dict(with_limits(good([]), rate, 7).headers)

    assert headers == {
        "x-ratelimit-replenish-rate": refill,
        "x-ratelimit-burst-capacity": str(rate.requests),
        "x-ratelimit-remaining": "7",
    }
