"""The files of the contract themselves: none is dead, none contradicts another, each says how it knows what it says."""

from __future__ import annotations

import ast
import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pycountry
import pytest

from simulator.contract.contract import Contract
from simulator.contract.files import data_folder
from simulator.contract.jsontext import dumps, loads
from simulator.contract.operations import BASES
from simulator.contract.rules import RULES
from simulator.contract.schemas import BASE, NO_SCHEMAS, check_schema, subschemas
from simulator.contract.templates import fill, slots
from simulator.contract.validation import check

FOLDER = data_folder("schemas")
PROGRAM = Path(__file__).resolve().parents[2] / "simulator"
CONTROL = "control/operations.json"
TABLES = {*NO_SCHEMAS, CONTROL}
"""Written by hand, a row a line; all other files are laid out alike."""
WIDTH = 100


@cache
def read(name: str) -> Any:
    return loads((FOLDER / name).read_bytes())


FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
NAMES = [name for name in FILES if not name.startswith("systems/")]
EXAMPLES = [name for name in NAMES if "examples" in name.split("/")]
SCHEMAS = [name for name in NAMES if name not in TABLES and name not in EXAMPLES]
BODIES = [name for name in SCHEMAS if not name.endswith(".schema.json")]
OPERATIONS = [(name, row) for name in ("operations.json", CONTROL) if name in NAMES for row in read(name)["operations"]]
ANSWERS = [(row["name"], answer) for _, row in OPERATIONS for answer in row["answers"]]


def strings(value: Any) -> Iterator[str]:
    """Every text inside a JSON value, names of members left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def references(name: str) -> Iterator[str]:
    """The files and places that a schema refers to, as `file#/place`."""
    for _, part in subschemas(read(name)):
        if "$ref" in part:
            file, _, place = part["$ref"].partition("#")
            yield f"{posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name}#{place}"


def parts(names: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """(file, place, schema) of every schema at any depth."""
    return [(name, place, part) for name in names for place, part in subschemas(read(name))]


@cache
def source_texts() -> list[str]:
    """Every text constant of the program."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PROGRAM.rglob("*.py")]
    constants = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [node.value for node in constants if isinstance(node.value, str)]


# ------------------------------------------------------------------------------------------ nothing is dead


def test_every_file_is_reached_from_a_table_or_the_program() -> None:
    reached = {name for name in NAMES if name in TABLES or name.removesuffix(".schema.json") + ".json" in TABLES}
    reached |= {text for text in source_texts() if text in NAMES}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        found = set(strings(read(name))) if name in TABLES else {to.partition("#")[0] for to in references(name)}
        waiting += (found & set(NAMES)) - reached
        reached |= found

    assert not set(NAMES) - reached


def test_every_shared_type_is_used() -> None:
    used = {to for name in SCHEMAS for to in references(name)}
    defined = {f"{name}#/$defs/{part}" for name in SCHEMAS for part in read(name).get("$defs", {})}

    assert not defined - used


def test_every_reference_leads_to_a_schema() -> None:
    for name in SCHEMAS:
        for to in references(name):
            file, _, place = to.partition("#")
            part = read(file)
            for step in place.split("/")[1:]:
                part = part[step]
            assert isinstance(part, dict), (name, to)


def test_every_source_is_named_by_a_file_and_every_file_names_sources_that_exist() -> None:
    files = {name: (FOLDER / name).read_text(encoding="utf-8") for name in NAMES if name != "sources.json"}
    unused = [source for source in read("sources.json") if not any(source in text for text in files.values())]
    named = re.findall(r'"(?:x-)?source": "([^"]*)"', "\n".join(files.values()))

    assert not unused
    assert not set(named) - set(read("sources.json"))


def readings_in_the_program() -> set[str]:
    found = set()
    # The accounting systems have readings of their own: tests/systems/test_data.py.
    for path in (path for path in PROGRAM.rglob("*.py") if PROGRAM / "systems" not in path.parents):
        found |= set(re.findall(r'readings\[\s*"([a-z_]+)"\s*\]', path.read_text(encoding="utf-8")))
    return found


def test_every_reading_makes_a_difference_and_every_difference_has_its_reading(contract: Contract) -> None:
    rows: list[Any] = [*contract.errors, *contract.error_bodies, *contract.states]
    rows += [answer for operation in contract.operations.values() for answer in operation.answers]
    asked = {name for row in rows for name in row.when} | readings_in_the_program()
    asked |= {name for state in contract.states for name in slots(state.status)}

    assert asked == set(contract.readings)


def test_every_answer_of_a_reading_is_told_apart_from_another(contract: Contract) -> None:
    for name, reading in contract.readings.items():
        values = reading.values
        assert len(set(values)) == len(values) >= 2, name
        assert len({title for _, title in reading.answers}) == len(values), name


def test_every_rule_is_carried_out_and_applied(contract: Contract) -> None:
    applied = {rule for operation in contract.operations.values() for rule in operation.rules}

    assert set(contract.rules) == set(RULES) == applied


# ------------------------------------------------------------------------------------- schemas and examples


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema_of_known_keywords_with_a_title(name: str) -> None:
    document = json.loads((FOLDER / name).read_text(encoding="utf-8"))

    check_schema(name, document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["title"]
    assert document["description"].endswith(".")


@pytest.mark.parametrize("name", ["operations", "readings", "rules", "sources"])
def test_a_table_has_the_shape_that_its_schema_gives(contract: Contract, name: str) -> None:
    assert not list(contract.schemas.validator(f"{name}.schema.json").iter_errors(read(f"{name}.json")))


@pytest.mark.skipif(CONTROL not in NAMES, reason="the table of the control API is not there yet")
def test_the_table_of_the_control_api_has_the_shape_of_a_table_of_operations(contract: Contract) -> None:
    assert not list(contract.schemas.validator("operations.schema.json").iter_errors(read(CONTROL)))


@pytest.mark.parametrize("name", BODIES)
def test_every_schema_compiles_open_and_closed(contract: Contract, name: str) -> None:
    for closed in (False, True):
        contract.schemas.validator(name, closed=closed)


def pairs() -> list[tuple[str, str]]:
    """(schema, example) of every example that a table names."""
    found = [(answer["schema"], answer["example"]) for _, answer in ANSWERS if "example" in answer]
    requests = [row["request"] for _, row in OPERATIONS if "request" in row]
    found += [(request["schema"], name) for request in requests for name in request.get("examples", ())]
    found += [
        (kind["schema"], kind["example"]) for kind in read("operations.json")["records"].values() if "example" in kind
    ]
    return sorted(set(found))


@pytest.mark.parametrize(("schema", "name"), pairs())
def test_an_example_fits_its_schema_and_names_no_other_member(contract: Contract, schema: str, name: str) -> None:
    for closed in (False, True):
        errors = contract.schemas.validator(schema, closed=closed).iter_errors(read(name))
        assert [f"{error.instance_path}: {error.message}" for error in errors] == []


def test_every_example_of_a_request_keeps_the_rules_in_every_reading(contract: Contract) -> None:
    for operation in contract.operations.values():
        for name in operation.request_examples:
            for unknown in contract.readings["unknown_members"].values:
                readings = contract.choose([("unknown_members", unknown)])
                assert check(contract, operation, dumps(read(name)), readings).violations == []


@pytest.mark.parametrize("name", BODIES)
def test_the_examples_and_defaults_inside_a_schema_fit_their_place(contract: Contract, name: str) -> None:
    for _, place, part in parts([name]):
        validator = contract.schemas.compile({"$ref": f"{BASE}{name}#{place}"})
        for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else [])]:
            assert validator.is_valid(value), (place, value)


# ----------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("operation", "answer"), ANSWERS, ids=lambda part: part if isinstance(part, str) else part["for"]
)
def test_an_answer_has_a_body_and_a_schema_or_neither(operation: str, answer: dict[str, Any]) -> None:
    if answer["status"] == 204:
        assert not {"schema", "example", "body", "item"} & set(answer), operation
    elif "media_type" not in answer:
        assert "schema" in answer, operation


def test_a_body_that_never_changes_fits_its_schema_and_is_its_example(contract: Contract) -> None:
    for name, answer in ANSWERS:
        if "body" in answer and not slots(answer["body"]):
            assert contract.schemas.validator(answer["schema"], closed=True).is_valid(answer["body"]), name
            assert "example" not in answer or read(answer["example"]) == answer["body"], name


def test_a_body_that_is_filled_has_an_example_of_the_same_shape() -> None:
    for name, answer in ANSWERS:
        if slots(answer.get("body")):
            shown = read(answer["example"])
            assert set(shown) == set(answer["body"]), name
            for item in (
                shown[next(key for key, part in answer["body"].items() if slots(part))] if "item" in answer else ()
            ):
                assert set(item) <= set(answer["item"]), name


def test_every_error_fits_the_schema_of_its_body_in_every_reading(contract: Contract) -> None:
    errors = [{"field": "/ledgers", "message": "the member is missing"}]
    for shape in contract.error_bodies:
        assert bool(shape.schema) is (shape.body is not None)
        if shape.schema:
            body = fill(shape.body, {"message": "The request is not valid.", "errors": errors})
            assert contract.schemas.validator(shape.schema, closed=True).is_valid(body)


# --------------------------------------------------------------------------------------- basis and source


@pytest.mark.parametrize("name", BODIES)
def test_every_property_says_how_it_is_known(name: str) -> None:
    sources = read("sources.json")
    for _, place, part in parts([name]):
        for member, schema in part.get("properties", {}).items():
            where = f"{name}#{place}/properties/{member}"
            assert schema.get("x-basis") in BASES, where
            assert schema.get("x-source") in sources, where
            assert schema.get("x-note") or schema["x-basis"] != "assumed", where
            assert schema.get("description", "").endswith("."), where


@pytest.mark.parametrize("name", BODIES)
def test_whatever_names_a_basis_names_a_source_and_a_reason_where_it_is_assumed(name: str) -> None:
    for _, place, part in parts([name]):
        if "x-basis" in part:
            assert part["x-basis"] in BASES, place
            assert part["x-source"] in read("sources.json"), place
            assert part.get("x-note") or part["x-basis"] != "assumed", place
        assert ("required" in part) is ("x-required-basis" in part), place
        assert part.get("x-required-basis", "assumed") in BASES, place
        assert part.get("x-bounds-basis", "assumed") in BASES, place


def test_a_bound_that_no_page_names_is_not_told_as_documented(contract: Contract) -> None:
    types = read("common/types.json")["$defs"]
    bounded = {name for name, part in types.items() if {"minimum", "maximum", "minLength", "minItems"} & set(part)}

    assert bounded == {"money", "nullableMoney", "nullablePercentage", "identifier", "accountNumber"}
    for name in bounded:
        assert types[name]["x-bounds-basis"] == "assumed"


def test_partner_bodies_take_members_that_are_not_named() -> None:
    ours = [name for name in BODIES if not name.startswith("control/")]

    assert not [name for name, _, part in parts(ours) if "additionalProperties" in part]


@pytest.mark.parametrize("name", [name for name in ("operations.json", CONTROL) if name in NAMES])
def test_every_row_of_a_table_says_how_it_is_known(name: str) -> None:
    table = read(name)
    rows = [table["auth"], *table["operations"], *table["errors"], *table.get("states", ())]
    rows += [part for row in table["operations"] for part in (*row["answers"], *row.get("parameters", ()))]

    for row in rows:
        assert row["basis"] in BASES, row
        assert row["source"] in read("sources.json"), row
        assert row["basis"] != "documented" or row["source"] not in {"none", "cfis-simulator"}, row


# --------------------------------------------------------------------------------------------- facts abroad


def test_the_currencies_are_those_of_iso_4217() -> None:
    codes = read("common/currencies.json")["codes"]

    assert set(codes) == {currency.alpha_3 for currency in pycountry.currencies}
    assert codes == sorted(set(codes))


# ------------------------------------------------------------------------------------------------- layout


class Digits(str):
    """A number as it is written."""

    __slots__ = ()


def laid_out(value: Any, depth: int = 0, column: int = 0) -> str:
    """JSON with an indent of two, and lists of plain values on one line where they fit."""
    if isinstance(value, Digits):
        return str(value)
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad, end = "  " * (depth + 1), "\n" + "  " * depth
    if isinstance(value, dict):
        names = [f"{pad}{json.dumps(name, ensure_ascii=False)}: " for name in value]
        lines = [name + laid_out(part, depth + 1, len(name)) for name, part in zip(names, value.values(), strict=True)]
        return "{\n" + ",\n".join(lines) + end + "}"
    if not any(isinstance(part, dict | list) for part in value):
        line = f"[{', '.join(map(laid_out, value))}]"
        if column + len(line) <= WIDTH:
            return line
    return "[\n" + ",\n".join(pad + laid_out(part, depth + 1, len(pad)) for part in value) + end + "]"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TABLES])
def test_a_file_is_laid_out_like_every_other(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")

    assert text == laid_out(json.loads(text, parse_float=Digits, parse_int=Digits)) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_json_that_every_reader_understands_alike(name: str) -> None:
    body = (FOLDER / name).read_bytes()

    assert loads(body) is not None
    assert body.endswith(b"}\n")
    assert b"\r" not in body
    assert not re.search(rb"[ \t]\n", body)
