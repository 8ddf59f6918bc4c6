"""The processes that are measured: started, asked for the first time, weighed, loaded with requests and ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SERVE = ("serve", "--port", "0")
LIVE = "/_sim/health/live"
GRACE_SECONDS = 10
SERVER_CORE, LOAD_CORE = 0, 1


def program() -> list[str]:
    """Return the command of the installed `cfis-sim`, or of the module where there is no script."""
    script = Path(sys.executable).with_name("cfis-sim")
    return [str(script)] if script.exists() else [sys.executable, "-m", "simulator"]


class Started(NamedTuple):
    """A server that listens."""

    pid: int
    url: str
    began: float
    """When its process was started."""


@contextmanager
def started(command: Sequence[str], *, core: int | None = None) -> Iterator[Started]:
    """Run a server that prints a line of JSON with its URL when it is ready; end it afterwards."""
    began = time.perf_counter()
    with (
        TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True) as process,
    ):
        try:
            if core is not None:
                keep_to(core, process.pid)
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                errors.seek(0)
                raise RuntimeError(f"{' '.join(command)} ended before it was ready:\n{errors.read()}")
            yield Started(process.pid, json.loads(line)["url"], began)
        finally:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def ask(url: str) -> None:
    """Send a GET and take the answer. Raises HTTPError if it is an error."""
    with urllib.request.urlopen(url, timeout=GRACE_SECONDS) as answer:
        answer.read()


def seconds_of(command: Sequence[str]) -> float:
    """Return how long a command takes from its start to its end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - began


def keep_to(core: int, pid: int = 0) -> None:
    """Keep a process (this one by default) to one core, so that server and load do not push each other around."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(pid, {cores[core]})


def resident_bytes(pid: int) -> int | None:
    """Return the resident memory of a process; None where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far; 0 where there is no /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # The name of the process stands in brackets, and may hold blanks; what counts comes after it.
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(sides: list[dict[str, Any]], *, turns: int, count: int, connections: int = 16) -> list[dict[str, float]]:
    """Load servers in turns (see `benchmarks.load`), from a process of its own."""
    plan = {"sides": sides, "turns": turns, "count": count, "connections": connections, "core": LOAD_CORE}
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, check=False, cwd=ROOT, text=True)
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr}")
    measured: list[dict[str, float]] = json.loads(done.stdout)
    return measured
