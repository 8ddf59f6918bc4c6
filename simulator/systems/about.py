"""What is known of an accounting system: its data folder with calls, rules, readings, schemas and default books."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.contract.files import data_folder, read_json
from simulator.contract.jsontext import dumps
from simulator.contract.readings import Reading, Readings, choose, readings_from
from simulator.contract.schemas import Schemas
from simulator.contract.violations import pointer
from simulator.errors import ContractError, SettingError
from simulator.systems.books.words import Words, with_defaults
from simulator.systems.shapes import Break, breaks

FOLDER = "systems"
WORDS = "books.schema.json"
BASES = ("documented", "client", "assumed", "stand-in")
"""How a fact of a system is known: read in the vendor's own documentation, read in a client that works with the
real one, assumed, or invented by the simulator because nothing is public."""


class SharedFiles:
    """The JSON files of one folder, for the validators."""

    def __init__(self, folder: Path) -> None:
        """Find the files in *folder*, those of inner folders included."""
        self.paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.json"))}

    def read(self, name: str) -> Any:
        """Return the JSON value of a file."""
        return read_json(self.paths[name])


def shared_folder() -> Path:
    """Return the folder of what all systems share, which holds a folder for each of them."""
    return data_folder("schemas") / FOLDER


class About:
    """The data folder of a system, read when it is first asked for."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        """Read the `about.json` of *folder*, by default the one that ships. Raises ContractError."""
        self.name = name
        self.folder = folder or shared_folder() / name
        self.data: dict[str, Any] = read_json(self.folder / "about.json")
        for error in _shared().validator("about.schema.json").iter_errors(self.data):
            raise ContractError(error.message[:300], where=f"{name}/about.json#{pointer(error.instance_path)}")
        self.title: str = self.data["title"]
        self.readings: dict[str, Reading] = readings_from(self.data["readings"])
        self.defaults: dict[str, Any] = with_defaults(self.data["books"], read_json(shared_folder() / "books.json"))

    @cached_property
    def schemas(self) -> Schemas:
        """Return the JSON Schemas of the system's bodies."""
        files = SharedFiles(self.folder)
        # What is known of the system is no schema.
        files.paths.pop("about.json", None)
        return Schemas(files)

    def words(self, given: Words) -> dict[str, Any]:
        """Return the words of books, the defaults included, checked. Raises SettingError."""
        check_words(given)
        words = with_defaults(given, self.defaults)
        self.choose(words["readings"])
        if words["rate_limit"] == "vendor":
            limit = self.data.get("rate_limit")
            if limit is None:
                advice = 'Give a figure: {"rate_limit": {"requests": 10, "per": "1s"}}.'
                raise SettingError(f"{self.title} publishes no limit.", where="books.rate_limit", advice=advice)
            words["rate_limit"] = {"requests": limit["requests"], "per": limit["per"]}
        return words

    def choose(self, given: Mapping[str, object]) -> Readings:
        """Return an answer to every open question of the system. Raises SettingError."""
        answers = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
        try:
            return choose(self.readings, answers.items())
        except SettingError as error:
            where = f"books.readings.{error.where}"
            raise SettingError(error.message, where=where, advice=error.advice) from error


def check_words(given: Words) -> None:
    """Raise SettingError if the words of books do not fit their schema, or there is no such word."""
    known = _shared().documents[WORDS]["properties"]
    for word, value in given.items():
        if word not in known:
            close = difflib.get_close_matches(word[:60], known, n=1)
            advice = f"Did you mean {close[0]}?" if close else f"There are {', '.join(known)}."
            raise SettingError(f"there is no word {word[:60]!r}.", where="books", advice=advice)
        _check_word(word, value, known[word])


def _check_word(word: str, value: Any, schema: Mapping[str, Any]) -> None:
    place = f"{WORDS}#/properties/{word}"
    if _shared().validator(place).is_valid(value):
        return
    # Of several forms the one that is of the value's kind is meant: what breaks that one says more than "none fits".
    forms = schema.get("oneOf", ())
    meant = next((number for number, form in enumerate(forms) if _is_like(value, form)), None)
    if meant is not None:
        place = f"{place}/oneOf/{meant}"
    found = list(breaks(_shared().validator(place), value))
    worst = max(found, key=lambda one: len(one.path))
    said = "this is none of its forms" if forms and meant is None else _said(worst)
    where = ".".join(["books", word, *map(str, worst.path)])
    example = dumps(schema["examples"][0]).decode()
    raise SettingError(f"{said}.", where=where, advice=f'Write for example {{"{word}": {example}}}.')


def _is_like(value: Any, form: Mapping[str, Any]) -> bool:
    kinds: dict[str, type] = {"array": list, "object": dict}
    return form.get("type") in kinds and isinstance(value, kinds[form["type"]])


def _said(one: Break) -> str:
    name = str(one.path[-1]) if one.path else "it"
    match one.keyword:
        case "required":
            return f"{name} is missing"
        case "additionalProperties":
            return f"there is no {name!r}"
        case "oneOf":
            return f"{dumps(one.value).decode()[:60]} is none of the forms that it can have"
    return one.message[:200]


_SHARED: dict[Path, Schemas] = {}


def _shared() -> Schemas:
    folder = shared_folder()
    if folder not in _SHARED:
        files = SharedFiles(folder)
        # Those of the systems themselves are theirs to read, when they are needed.
        files.paths = {name: path for name, path in files.paths.items() if name.endswith(".schema.json")}
        _SHARED[folder] = Schemas(files)
    return _SHARED[folder]
