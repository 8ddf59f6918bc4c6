"""What is known of an accounting system: its data folder with calls, rules, readings, schemas and default books."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.contract.files import data_folder, read_json
from simulator.contract.readings import Reading, Readings, choose, readings_from
from simulator.contract.schemas import Schemas
from simulator.contract.violations import pointer
from simulator.errors import ContractError, SettingError
from simulator.systems.books.words import Words, with_defaults

FOLDER = "systems"
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
            words["rate_limit"] = limit and {"requests": limit["requests"], "per": limit["per"]}
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
    errors = list(_shared().validator("books.schema.json").iter_errors(given))
    if not errors:
        return
    error = max(errors, key=lambda one: len(list(one.instance_path)))
    where = ".".join(["books", *(str(step) for step in error.instance_path)])
    raise SettingError(f"{error.message[:200]}.", where=where, advice="See `cfis-sim systems --books`.")


_SHARED: dict[Path, Schemas] = {}


def _shared() -> Schemas:
    folder = shared_folder()
    if folder not in _SHARED:
        files = SharedFiles(folder)
        # Those of the systems themselves are theirs to read, when they are needed.
        files.paths = {name: path for name, path in files.paths.items() if name.endswith(".schema.json")}
        _SHARED[folder] = Schemas(files)
    return _SHARED[folder]
