"""Schemas as validators: typing errors are refused, references lead somewhere, each keyword says how it is known."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import Contract
from simulator.contract.files import Files
from simulator.contract.schemas import (
    ANNOTATIONS,
    BASE,
    CLOSED,
    KEYWORDS,
    Schemas,
    check_keywords,
    check_schema,
    subschemas,
)
from simulator.errors import ContractError
from tests.contract.test_files import write
from tests.strategies import LEDGER_REQUEST, PAYMENT_REQUEST, changed, example

LEDGER = "accounting/examples/ledger.json"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(Files())


def broken(schema: Any) -> ContractError:
    """Why a schema is refused."""
    with pytest.raises(ContractError) as caught:
        check_schema("x.json", schema)
    assert caught.value.where.startswith("x.json")
    return caught.value


def refused(schemas: Schemas, schema: Any) -> str:
    """Why a schema cannot be compiled."""
    with pytest.raises(ContractError, match="cannot be compiled") as caught:
        schemas.compile(schema)
    assert len(str(caught.value)) < 600
    return str(caught.value)


# ---------------------------------------------------------------------------------------- what is a schema


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"$schema": DRAFT, "$defs": {"a": {"oneOf": [{"const": 1}]}}}]
)
def test_a_schema_of_known_keywords_is_taken(schema: dict[str, Any]) -> None:
    check_schema("x.json", schema)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"minLenght": 1}, "x.json#"),
        ({"properties": {"a": {"requird": []}}}, "x.json#/properties/a"),
        ({"$defs": {"a": {"items": {"maxlength": 1}}}}, "x.json#/$defs/a/items"),
        ({"oneOf": [{}, {"x-bases": "assumed"}]}, "x.json#/oneOf/1"),
        ({"additionalProperties": {"if": {}}}, "x.json#/additionalProperties"),
        ({"propertyNames": {"multipleOf": 1}}, "x.json#/propertyNames"),
        ({"$id": "https://example.org/x"}, "x.json#"),
    ],
)
def test_an_unknown_keyword_is_refused_with_its_place_at_any_depth(schema: dict[str, Any], place: str) -> None:
    error = broken(schema)

    assert error.where == place
    assert "is not known" in error.message
    assert "minLength" in error.advice


def test_the_name_of_a_property_is_no_keyword() -> None:
    check_keywords("x.json", {"properties": {"minLenght": {}}, "$defs": {"whatever": {}}, "enum": [{"no": "schema"}]})


@pytest.mark.parametrize("schema", [[], 1, None, "x", True])
def test_a_schema_file_holds_an_object(schema: Any) -> None:
    assert broken(schema).message == "a schema is a JSON object"


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "strng"}, "/type"), ({"properties": []}, "/properties"), ({"minLength": -1}, "/minLength"),
        ({"oneOf": 1}, "/oneOf"), ({"oneOf": []}, "/oneOf"), ({"required": "a"}, "/required"),
        ({"properties": {"a/b": 1}}, "/properties/a~1b"),
        ({"minimum": "1"}, "/minimum"), ({"$defs": {"a": []}}, "/$defs/a"), ({"required": ["a", "a"]}, "/required"),
    ],
)  # fmt: skip
def test_a_keyword_of_the_wrong_form_is_refused_with_its_place(schema: dict[str, Any], place: str) -> None:
    error = broken(schema)

    assert error.where == f"x.json#{place}"
    assert error.message.startswith("this is not a JSON Schema")


@pytest.mark.parametrize("draft", ["http://json-schema.org/draft-07/schema#", "https://example.invalid/schema", 1])
def test_another_draft_is_refused_and_nothing_is_fetched(draft: Any) -> None:
    assert DRAFT in broken({"$schema": draft}).advice


def test_subschemas_are_walked_with_their_places() -> None:
    schema = {"properties": {"a": {"items": {}}}, "oneOf": [{"additionalProperties": False}], "$defs": {"d": {}}}

    assert [place for place, _ in subschemas(schema)] == [
        "",
        "/properties/a",
        "/properties/a/items",
        "/$defs/d",
        "/oneOf/0",
    ]


def test_annotations_are_keywords() -> None:
    assert ANNOTATIONS < KEYWORDS
    assert all(name.startswith("x-") for name in ANNOTATIONS)
    assert "multipleOf" not in KEYWORDS, "two decimals are a rule: no two validators agree on multipleOf of a fraction"


# --------------------------------------------------------------------------------------------- validators


def test_a_validator_is_compiled_once(schemas: Schemas) -> None:
    assert schemas.validator(LEDGER_REQUEST) is schemas.validator(LEDGER_REQUEST)
    assert schemas.validator(LEDGER_REQUEST) is not schemas.validator(LEDGER_REQUEST, closed=True)


def test_a_schema_that_is_not_there_has_no_address(schemas: Schemas) -> None:
    for name in ("nothing.json", "operations.json", "common/currencies.json", "accounting/examples/ledger.json", ""):
        with pytest.raises(ContractError, match="no such schema"):
            schemas.validator(name)


def test_an_address_may_lead_into_a_file(schemas: Schemas) -> None:
    assert schemas.address("common/types.json#/$defs/date") == f"{BASE}common/types.json#/$defs/date"
    assert schemas.address(LEDGER_REQUEST, closed=True) == CLOSED + LEDGER_REQUEST

    date = schemas.compile({"$ref": schemas.address("common/types.json#/$defs/date")})
    assert date.is_valid("2024-02-29")
    assert not date.is_valid("2026-02-29")


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "nothing.json"}, {"$ref": "#/$defs/nothing"}, {"$ref": f"{BASE}nothing.json"},
        {"$ref": "https://example.invalid/x"},
        {"$ref": f"{BASE}common/types.json#/$defs/nothing"}, {"type": "strng"}, {"pattern": "("}, {"pattern": r"a\Z"},
        {"format": "iban", "type": "string"},
    ],
)  # fmt: skip
def test_a_schema_that_makes_no_sense_cannot_be_compiled(schemas: Schemas, schema: dict[str, Any]) -> None:
    refused(schemas, schema)


def test_a_reference_that_leads_nowhere_is_told_with_the_file_that_needs_it(tmp_path: Path) -> None:
    write(tmp_path, "common/types.json", {"$defs": {}})

    with pytest.raises(ContractError) as caught:
        Schemas(Files(tmp_path)).validator(LEDGER_REQUEST)

    assert caught.value.where == LEDGER_REQUEST


def test_amounts_are_compared_as_decimals(schemas: Schemas) -> None:
    money = schemas.compile({"$ref": f"{BASE}common/types.json#/$defs/money"})

    assert money.is_valid(Decimal("999999999999.99"))
    assert money.is_valid(Decimal("-999999999999.99"))
    assert not money.is_valid(Decimal("999999999999.990000000000000001"))
    assert not money.is_valid(Decimal("-1E+999999999"))
    assert money.is_valid(Decimal("1E-999999999"))
    assert not money.is_valid(True)  # noqa: FBT003 - it is the value


def test_a_closed_validator_refuses_members_without_a_name_at_any_depth(schemas: Schemas) -> None:
    document = example(LEDGER)
    paths: list[tuple[str | int, ...]] = [
        ("z",), ("ledgers", "z"), ("ledgers", "ledgerRows", 0, "z"),
        ("ledgers", "ledgerRows", 0, "ledgerDimensions", 0, "z"),
    ]  # fmt: skip

    assert schemas.validator(LEDGER_REQUEST, closed=True).is_valid(document)
    for path in paths:
        assert schemas.validator(LEDGER_REQUEST).is_valid(changed(document, path, 1))
        errors = list(schemas.validator(LEDGER_REQUEST, closed=True).iter_errors(changed(document, path, 1)))
        assert [(error.kind.name, tuple(error.instance_path)) for error in errors] == [
            ("additionalProperties", path[:-1])
        ]


def test_closing_leaves_the_open_schemas_alone(schemas: Schemas) -> None:
    schemas.validator(LEDGER_REQUEST, closed=True)

    assert not [part for _, part in subschemas(schemas.documents[LEDGER_REQUEST]) if "additionalProperties" in part]


# ---------------------------------------------------------------------------------------- basis and source


def known(contract: Contract, schema: str, document: Any, *, closed: bool = False) -> list[tuple[str, str, str]]:
    """(keyword, basis, source) of everything that a document breaks."""
    errors = contract.schemas.validator(schema, closed=closed).iter_errors(document)
    return [(error.kind.name, *contract.schemas.known_of(error.absolute_keyword_location or "")) for error in errors]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("ledgers", "ledgerRows", 0, "amount"), "x", ("type", "documented", "data-validation-358719m0")),
        (("ledgers", "ledgerRows", 0, "amount"), 10**13, ("maximum", "assumed", "data-validation-358719m0")),
        (("ledgers", "documentDate"), "x", ("format", "documented", "data-validation-358719m0")),
        (("ledgers", "documentDescription"), "x" * 211, ("maxLength", "documented", "ledger-4083702e0")),
        (("ledgers", "documentDescription"), 1, ("type", "example", "ledger-4083702e0")),
        (("ledgers", "ledgerIdentifier"), "", ("minLength", "assumed", "ledger-4083702e0")),
        (("ledgers", "ledgerRows"), [], ("minItems", "assumed", "ledger-4083702e0")),
        (("ledgers", "calculationMode"), "x", ("enum", "example", "ledger-4083702e0")),
        (("ledgers", "ledgerRows", 0, "vatType"), [], ("type", "assumed", "ledger-4083702e0")),
        (("ledgers",), {}, ("required", "assumed", "ledger-4083702e0")),
        (("ledgers",), [], ("type", "example", "ledger-4083702e0")),
        ((), {}, ("required", "assumed", "ledger-4083702e0")),
        ((), 1, ("type", "example", "ledger-4083702e0")),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
def test_each_keyword_is_known_by_the_innermost_schema_that_says_so(
    contract: Contract, path: tuple[str | int, ...], value: Any, expected: tuple[str, str, str], *, closed: bool
) -> None:
    found = known(contract, LEDGER_REQUEST, changed(example(LEDGER), path, value), closed=closed)

    assert set(found) == {expected}


def test_what_says_nothing_is_assumed(contract: Contract) -> None:
    for location in (
        "",
        "cfis:///nothing.json#/type",
        f"{BASE}common/types.json#/nothing/7/type",
        f"{BASE}common/types.json",
    ):
        assert contract.schemas.known_of(location) == ("assumed", "none")


def test_a_schema_of_the_users_own_may_say_nothing(tmp_path: Path) -> None:
    write(
        tmp_path, "own.json", {"type": "object", "properties": {"a/b": {"type": "string"}, "c": {"x-basis": "example"}}}
    )
    write(tmp_path, "either.json", {"oneOf": [{"type": "string"}, {"type": "number", "x-basis": "example"}]})
    own = Contract(tmp_path)

    assert known(own, "own.json", {"a/b": 1}) == [("type", "assumed", "none")]
    assert own.schemas.known_of(f"{BASE}either.json#/oneOf/1/type") == ("example", "none")
    assert own.schemas.known_of(f"{BASE}either.json#/oneOf/9/type") == ("assumed", "none")
    assert own.schemas.known_of(f"{BASE}own.json#/properties/c/type") == ("example", "none")


def test_both_requests_are_read_from_the_same_folder(schemas: Schemas) -> None:
    assert schemas.validator(PAYMENT_REQUEST).is_valid(example("accounting/examples/payment.json"))
    assert not schemas.validator(PAYMENT_REQUEST).is_valid(example(LEDGER))
