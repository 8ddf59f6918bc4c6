"""Finds and reads the files of the contract: the built-in ones, and a folder of the user's own laid over them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from simulator.errors import ContractError

SYSTEMS = "systems/"


def data_folder(kind: str) -> Path:
    """Return the folder of `schemas` or `scenarios`: inside an installed wheel, else beside the package."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise ContractError(
        f"the folder {kind!r} is missing from this installation",
        where=str(package),
        advice="Install the package again.",
    )


class JSONFiles(Protocol):
    """JSON files by their relative names."""

    paths: dict[str, Path]

    def read(self, name: str) -> Any:
        """Return the JSON value of a file."""


class Files:
    """The JSON files of a contract by their relative names; a file of the overlay replaces its namesake."""

    def __init__(self, overlay: str | Path = "") -> None:
        """Look into the built-in folder, and into *overlay* first. Raises ContractError if that is no folder."""
        self.roots = [data_folder("schemas")]
        if overlay:
            folder = Path(overlay).resolve()
            if not folder.is_dir():
                raise ContractError(
                    "there is no such folder",
                    where=str(overlay),
                    advice="Give a folder laid out like schemas/.",
                )
            self.roots.insert(0, folder)
        self.paths: dict[str, Path] = {}
        for root in reversed(self.roots):
            found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.json"))}
            # The accounting systems' own files are read by them, when somebody uses one.
            self.paths.update({name: path for name, path in found.items() if not name.startswith(SYSTEMS)})

    def read(self, name: str) -> Any:
        """Return the JSON value of a file. Raises ContractError with line and column if it is not JSON."""
        if name not in self.paths:
            raise ContractError("the file is missing from the contract", where=name)
        return read_json(self.paths[name])

    def versions(self, name: str) -> list[Any]:
        """Return every version of a file, the built-in one first: tables are merged, not replaced."""
        return [read_json(root / name) for root in reversed(self.roots) if (root / name).is_file()]


def read_json(path: Path) -> Any:
    """Return the JSON value of a file. Raises ContractError with line and column if it is none."""
    try:
        return _parse(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ContractError(str(error.strerror), where=str(path)) from error


@lru_cache(maxsize=512)
def _parse(path: Path, _version: int) -> Any:
    # Kept by path and time of change: a test suite opens hundreds of contracts, of the same files.
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ContractError("the file is not UTF-8", where=str(path)) from error
    except json.JSONDecodeError as error:
        raise ContractError(error.msg, where=f"{path}:{error.lineno}:{error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise ContractError("a number is too long, or the file is nested too deep", where=str(path)) from error
