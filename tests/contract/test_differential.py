"""A second opinion on the validator: the `jsonschema` library finds the same mistakes at the same places.

Where the two differ is known, and each difference has its case below; any other fails.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import referencing
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing.jsonschema import DRAFT202012

from simulator.contract.contract import built_in
from simulator.contract.files import data_folder
from simulator.contract.jsontext import loads
from simulator.contract.schemas import _close
from simulator.contract.violations import pointer
from tests.strategies import (
    LEDGER_REQUEST,
    PAYMENT_REQUEST,
    changed,
    json_values,
    ledgers,
    payments,
    places,
    schema_mutations,
)

REQUESTS = {LEDGER_REQUEST: ledgers(), PAYMENT_REQUEST: payments()}
Found = set[tuple[str, str]]
HOME = "https://contract.test/"
"""Relative references are resolved below addresses of the web only; nothing is fetched from there."""


def ours(name: str, value: Any, *, closed: bool) -> Found:
    """(pointer, keyword) of what the fast validator finds."""
    validator = built_in().schemas.validator(name, closed=closed)
    found = {(pointer(error.instance_path), error.kind.name) for error in validator.iter_errors(value)}
    assert validator.is_valid(value) is not bool(found)
    return found


def theirs(name: str, value: Any, *, closed: bool) -> Found:
    """(pointer, keyword) of what the library finds."""
    validator = second_opinion(name, closed)
    return {(pointer(list(error.absolute_path)), str(error.validator)) for error in validator.iter_errors(value)}


@cache
def second_opinion(name: str, closed: bool) -> jsonschema.Draft202012Validator:  # noqa: FBT001 - the cache wants it so
    # The library compares with `>`: a limit read as a binary float would not be the decimal that is written there.
    documents = {file: loads((data_folder("schemas") / file).read_bytes()) for file in built_in().schemas.documents}
    resources = [
        (f"{HOME}{file}", DRAFT202012.create_resource(_close(document) if closed else document))
        for file, document in documents.items()
    ]
    return jsonschema.Draft202012Validator(
        {"$ref": HOME + name},
        registry=referencing.Registry().with_resources(resources),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Any]:
    """A request with whatever at one of its places: (schema, body)."""
    name = draw(st.sampled_from(sorted(REQUESTS)))
    body = draw(REQUESTS[name])
    match draw(st.sampled_from(["right", "one mistake", "another value", "another member", "two mistakes"])):
        case "one mistake":
            body = draw(mistakes(name, body))
        case "two mistakes":
            for _ in range(2):
                body = draw(mistakes(name, body))
        case "another value":
            place = draw(st.sampled_from(list(places(name, {"$ref": "#"}, body))))
            body = changed(body, place.path, draw(json_values()))
        case "another member":
            objects = [place.path for place in places(name, {"$ref": "#"}, body) if isinstance(place.value, dict)]
            body = changed(body, (*draw(st.sampled_from(objects)), draw(st.text(max_size=3))), draw(json_values()))
    return name, body


def mistakes(name: str, body: Any) -> st.SearchStrategy[Any]:
    found = [
        mutation.document for mutation in schema_mutations(name, body) if "EUR\n" not in repr_of(mutation.document)
    ]
    return st.sampled_from(found)


def repr_of(value: Any) -> str:
    """The texts of a value, where a pattern could meet a line's end: a known difference, see below."""
    if isinstance(value, dict | list):
        return "".join(map(repr_of, value.values() if isinstance(value, dict) else value))
    return value if isinstance(value, str) else ""


@settings(max_examples=200)
@given(requests(), st.booleans())
def test_both_find_the_same_mistakes_at_the_same_places(request: tuple[str, Any], closed: bool) -> None:  # noqa: FBT001
    name, body = request

    assert ours(name, body, closed=closed) == theirs(name, body, closed=closed)


@pytest.mark.parametrize("name", sorted(REQUESTS))
@pytest.mark.parametrize(
    "body", [None, True, 0, 1.5, "", [], {}, {"ledgers": None}, {"payments": [[]]}, {"payments": {}}], ids=str
)
def test_both_agree_on_what_is_nothing_of_the_kind(name: str, body: Any) -> None:
    assert ours(name, body, closed=True) == theirs(name, body, closed=True) != set()


# ------------------------------------------------------------------------------------------ known differences


TWO_DECIMALS = {"multipleOf": 0.01}
DIFFERENCES: dict[str, tuple[dict[str, Any], Any, bool, bool | type[Exception]]] = {
    "a dollar does not match before a line's end (ECMA 262); Python's does": (
        {"pattern": "^[A-Z]{3}$"},
        "EUR\n",
        False,
        True,
    ),
    "1.0 is a whole number, as a decimal too": ({"type": "integer"}, Decimal("1.0"), True, False),
    "a limit is the decimal that is written there": (
        {"maximum": 999999999999.99},
        Decimal("999999999999.99"),
        True,
        False,
    ),
    "a decimal can be a multiple": (TWO_DECIMALS, Decimal("19.99"), True, TypeError),
    "19.99 is a multiple of 0.01": (TWO_DECIMALS, 19.99, True, False),
    "the year 0000 is in RFC 3339": ({"format": "date"}, "0000-01-01", True, False),
    "a minute may have a leap second": ({"format": "date-time"}, "2016-12-31T23:59:60Z", True, False),
    "NaN is no number, which the reader refuses anyway": ({"type": "number"}, float("nan"), False, True),
    "digits are those of ASCII": ({"pattern": r"^\d$"}, "\N{ARABIC-INDIC DIGIT ONE}", False, True),
}
"""(schema, value, whether the fast validator takes it, whether the library takes it or what it raises)."""


@pytest.mark.parametrize("why", DIFFERENCES)
def test_a_known_difference_is_still_one(why: str) -> None:
    schema, value, fast, slow = DIFFERENCES[why]
    library = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value) is fast
    if isinstance(slow, bool):
        assert library.is_valid(value) is slow
    else:
        with pytest.raises(slow):
            library.is_valid(value)


DATE = {"format": "date"}
FLAG = {"enum": [0, 1]}
AGREEMENTS: list[tuple[dict[str, Any], Any, bool]] = [
    (DATE, "2024-02-29", True), (DATE, "2026-02-29", False), (DATE, "1900-02-29", False), (DATE, "2000-02-29", True),
    (DATE, "9999-12-31", True), (DATE, "10000-01-01", False), (DATE, "2026-1-1", False), (DATE, "20260101", False),
    (DATE, "2026-W01-1", False), (DATE, "2026-01-01\n", False), (DATE, "2026-01-01T00:00:00Z", False), (DATE, 7, True),
    (DATE, "\N{FULLWIDTH DIGIT TWO}026-01-01", False), ({"maxLength": 2}, "😀😀", True),
    ({"maxLength": 1}, "e\u0301", False),
    ({"type": "number"}, True, False), ({"type": "number"}, Decimal("1E+400"), True), (FLAG, True, False),
    (FLAG, Decimal("1.0"), True), (FLAG, Decimal("1E-999999999"), False), ({"minimum": 0}, Decimal("-0.0"), True),
    ({"maximum": 100}, Decimal("100.000000000000000000001"), False), ({"minLength": 1}, "\x00", True),
    ({"type": "string"}, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "valid"), AGREEMENTS, ids=range(len(AGREEMENTS)))
def test_on_the_fine_print_both_agree(schema: dict[str, Any], value: Any, valid: bool) -> None:  # noqa: FBT001
    library = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value) is valid
    assert library.is_valid(value) is valid


def test_one_thing_only_is_kept_out_of_the_comparison() -> None:
    body = {"payments": [{"paymentIdentifier": "P", "paymentDate": "2026-01-01", "amount": 1, "currency": "EUR\n"}]}

    assert ours(PAYMENT_REQUEST, body, closed=False) == {("/payments/0/currency", "pattern")}
    assert theirs(PAYMENT_REQUEST, body, closed=False) == set()
