"""The files of the accounting systems: none is dead, none misshapen, and each says how it knows what it says."""

from __future__ import annotations

import ast
import json
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.clock import parse_duration
from simulator.contract.files import data_folder
from simulator.contract.jsontext import loads
from simulator.contract.schemas import Schemas, check_schema, subschemas
from simulator.systems.about import BASES, About, SharedFiles, check_words
from simulator.systems.books.words import Arrangement, arrange
from simulator.systems.catalogue import wires
from tests.contract.test_data import Digits, laid_out, references, strings

FOLDER = data_folder("schemas") / "systems"
TESTS = Path(__file__).resolve().parent
PROGRAM = TESTS.parents[1] / "simulator" / "systems"
SHARED = ["about.schema.json", "books.json", "books.schema.json"]
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
SYSTEMS = [name for name in wires() if f"{name}/about.json" in FILES]
"""Those whose data are there; tests/systems/test_every_system.py asks for all."""
OWN = [name for name in FILES if "/" in name and not name.endswith("/about.json")]
SCHEMAS = [name for name in OWN if name.endswith(".json")]


@cache
def read(name: str) -> Any:
    return loads((FOLDER / name).read_bytes())


def system_of(name: str) -> str:
    return name.partition("/")[0]


@cache
def texts_below(folder: Path) -> set[str]:
    """Every text constant in the modules of a folder; the fixed parts of a text with holes are among them."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


# ------------------------------------------------------------------------------------------ nothing is dead


def test_what_lies_there_is_what_all_share_and_a_folder_for_each_system() -> None:
    assert [name for name in FILES if "/" not in name] == SHARED
    assert {system_of(name) for name in FILES if "/" in name} <= set(wires())


def included(name: str) -> set[str]:
    """The files beside it that a schema, in JSON or in XML, refers to."""
    if name.endswith(".json"):
        return {to.partition("#")[0] for to in references(f"systems/{name}")}
    found = re.findall(r'schemaLocation="([^"]+)"', (FOLDER / name).read_text(encoding="utf-8"))
    return {f"systems/{posixpath.join(posixpath.dirname(name), file)}" for file in found}


def is_named(name: str) -> bool:
    """Whether the package of its system has the name of a file in a text, or puts it together of its two parts.

    A shape of answers may be named by the tests of the system alone: they hold its answers against it.
    """
    system, _, file = name.partition("/")
    texts = texts_below(PROGRAM / system)
    stem, dot, ending = file.rpartition(".")
    named = {text.partition("#")[0] for text in texts | texts_below(TESTS / system)}
    return file in named or {stem, dot + ending} <= texts


@pytest.mark.parametrize("name", OWN)
def test_every_file_is_named_by_its_system_or_by_a_file_that_is(name: str) -> None:
    beside = [other for other in OWN if system_of(other) == system_of(name)]
    reached = {other for other in beside if is_named(other)}
    waiting = list(reached)
    while waiting:
        found = {to.removeprefix("systems/") for to in included(waiting.pop())} - reached
        reached |= found
        waiting += found

    assert name in reached


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_reading_of_a_system_is_asked_for_by_its_package_and_no_other_is(system: str) -> None:
    readings = {reading["name"] for reading in read(f"{system}/about.json")["readings"]}
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (PROGRAM / system).rglob("*.py"))
    asked = set(re.findall(r'readings\[\s*"([a-z_0-9]+)"\s*\]', sources))

    assert not readings - texts_below(PROGRAM / system)
    assert not asked - readings


# -------------------------------------------------------------------------------------------- what all share


def test_the_shared_words_of_books_fit_their_schema_and_name_every_word() -> None:
    books = read("books.json")
    check_words(books)
    assert set(books) == set(read("books.schema.json")["properties"])
    arrange(Arrangement(), {**books, "rate_limit": None}, {})


@pytest.mark.parametrize("name", [name for name in SHARED if name.endswith(".schema.json")])
def test_a_shared_schema_is_one_and_describes_every_member(name: str) -> None:
    document = read(name)
    check_schema(name, document)
    assert document["title"]
    assert document["description"].endswith(".")
    for place, part in subschemas(document):
        for member, schema in part.get("properties", {}).items():
            assert schema.get("description", "").endswith("."), f"{place}/properties/{member}"


# --------------------------------------------------------------------------------------- what is known of them


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_known_of_a_system_fits_its_schema(system: str) -> None:
    validator = Schemas(SharedSchemas()).validator("about.schema.json")
    assert [error.message for error in validator.iter_errors(read(f"{system}/about.json"))] == []


class SharedSchemas(SharedFiles):
    """The schemas that all systems share, apart from those of their own."""

    def __init__(self) -> None:
        super().__init__(FOLDER)
        self.paths = {name: path for name, path in self.paths.items() if name in SHARED and "schema" in name}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_books_of_a_system_can_be_opened_with_every_word_that_it_has(system: str) -> None:
    about = About(system)
    words = about.words({})
    arrange(Arrangement(), words, {})
    if "rate_limit" in about.data:
        assert parse_duration(about.words({"rate_limit": "vendor"})["rate_limit"]["per"]) > 0
    assert about.choose({}) == {name: reading.default for name, reading in about.readings.items()}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_source_has_a_sentence_and_every_fact_a_source_that_there_is(system: str) -> None:
    data = read(f"{system}/about.json")
    facts = [*data["calls"], *data["rules"], *data["readings"], *([data["rate_limit"]] if "rate_limit" in data else [])]

    assert all(data["sources"].values())
    assert {fact["source"] for fact in facts} <= {*data["sources"], "none"}
    assert len({(call["method"], call["path"]) for call in data["calls"]}) == len(data["calls"])
    assert len({reading["name"] for reading in data["readings"]}) == len(data["readings"])


@pytest.mark.parametrize("name", [f"{system}/about.json" for system in SYSTEMS])
def test_every_text_in_it_is_one(name: str) -> None:
    assert all(text == text.strip() for text in strings(read(name)) if text)


# ------------------------------------------------------------------------------------------------- schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_of_known_keywords_with_a_title_and_a_description(name: str) -> None:
    document = read(name)
    check_schema(name, document)
    assert document["title"]
    assert document["description"].endswith(".")


@pytest.mark.parametrize("system", sorted({system_of(name) for name in SCHEMAS}))
def test_every_schema_of_a_system_can_be_compiled(system: str) -> None:
    files = SharedFiles(FOLDER / system)
    files.paths.pop("about.json", None)
    schemas = Schemas(files)
    for name in schemas.documents:
        schemas.validator(name)


@pytest.mark.parametrize("name", [name for name in SCHEMAS if system_of(name) in SYSTEMS])
def test_every_property_says_how_it_is_known(name: str) -> None:
    sources = {*read(f"{system_of(name)}/about.json")["sources"], "none"}
    for place, part in subschemas(read(name)):
        for member, schema in part.get("properties", {}).items():
            where = f"{name}#{place}/properties/{member}"
            assert schema.get("x-basis") in BASES, where
            assert schema.get("x-source") in sources, where
            assert schema.get("x-note") or schema["x-basis"] not in {"assumed", "stand-in"}, where


# -------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("name", [*(name for name in SHARED if name.endswith(".schema.json")), *SCHEMAS])
def test_a_schema_is_laid_out_like_every_other(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == laid_out(json.loads(text, parse_float=Digits, parse_int=Digits)) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_text_that_every_reader_understands_alike(name: str) -> None:
    body = (FOLDER / name).read_bytes()
    assert body.decode("utf-8").endswith("}\n" if name.endswith(".json") else ">\n")
    assert b"\r" not in body
    assert not re.search(rb"[ \t]\n", body)
    if name.endswith(".json"):
        assert loads(body) is not None
