"""The program from outside: how fast it starts, how little it weighs, how many submissions it takes a second."""

from __future__ import annotations

import sys
import time

from benchmarks.load import MARK
from benchmarks.processes import (
    LIVE,
    ROOT,
    SERVE,
    SERVER_CORE,
    ask,
    load,
    processor_seconds,
    program,
    resident_bytes,
    seconds_of,
    started,
)
from benchmarks.rows import Bar, Row, Scale, ratios, spread
from simulator.contract.jsontext import dumps, loads

MB = 1e6
EXAMPLE = ROOT / "schemas" / "accounting" / "examples" / "ledger.json"
LEDGER = "/api/v1/partner/accounting/ledger"
NO_PROC = "there is no /proc on this system"
PYTHON = (sys.executable, "-c", "pass")
WAITING_PYTHON = (sys.executable, "-c", 'import time; print(\'{"url": ""}\', flush=True); time.sleep(60)')


def start(scale: Scale) -> list[Row]:
    """Measure the start of the server and of `--help`, next to a Python that does nothing."""
    python, answers, helps = [], [], []
    for _ in range(scale.rounds + 1):
        python.append(seconds_of(PYTHON))
        with started([*program(), *SERVE]) as server:
            ask(server.url + LIVE)
            answers.append(time.perf_counter() - server.began)
        helps.append(seconds_of([*program(), "--help"]))
    # The first round reads files that the others find in memory.
    python, answers, helps = python[1:], answers[1:], helps[1:]
    base = "python -c pass"
    return [
        Row("serve: start to first 200", "s", spread(answers), Bar(0.40)),
        Row(f"serve: as a multiple of {base}", "", ratios(answers, python)),
        Row("--help", "s", spread(helps), Bar(0.15)),
        Row(f"--help: as a multiple of {base}", "", ratios(helps, python)),
        Row(base, "s", spread(python)),
    ]


def idle_memory(scale: Scale) -> list[Row]:
    """Weigh the serving process after its first answer, next to a Python that does nothing."""
    idle, python = [], []
    for _ in range(max(1, scale.rounds // 2)):
        with started([*program(), *SERVE]) as server:
            ask(server.url + LIVE)
            idle.append(resident_bytes(server.pid))
        with started(WAITING_PYTHON) as waiting:
            python.append(resident_bytes(waiting.pid))
    sizes, bases = [size for size in idle if size], [size for size in python if size]
    if not sizes:
        return [Row("serve: idle memory", "MB", None, Bar(60.0), NO_PROC)]
    return [
        Row("serve: idle memory", "MB", spread(size / MB for size in sizes), Bar(60.0)),
        Row("serve: as a multiple of an idle python", "", ratios(sizes, bases)),
    ]


def throughput(scale: Scale) -> list[Row]:
    """Load the submission of ledgers and a bare echo of the same JSON in turns, each in a process of its own."""
    rounds = [_round(scale) for _ in range(scale.rounds)]
    stored, bare = [one for one, _ in rounds], [other for _, other in rounds]
    speeds, costs = ([[one[name] for one in side] for side in (stored, bare)] for name in ("requestsPerSecond", "cost"))
    rows = [
        Row("POST ledger: requests a second, to the bare echo's", "", ratios(*speeds), Bar(0.5, at_least=True)),
        Row("POST ledger: requests a second", "1/s", spread(speeds[0])),
        Row("POST ledger: slowest request in a hundred", "ms", spread(one["p99ms"] for one in stored)),
        Row("bare echo: requests a second", "1/s", spread(speeds[1])),
        Row("bare echo: slowest request in a hundred", "ms", spread(one["p99ms"] for one in bare)),
        Row("load generator: share of its core, at most", "%", spread([100 * max(one["busy"] for one in bare)])),
    ]
    if not all(costs[1]):
        return [*rows, Row("POST ledger: processor time, to the bare echo's", "", None, note=NO_PROC)]
    return [
        *rows,
        Row("POST ledger: processor time, to the bare echo's", "", ratios(*costs)),
        Row("POST ledger: processor time a request", "µs", spread(costs[0])),
        Row("bare echo: processor time a request", "µs", spread(costs[1])),
    ]


def _round(scale: Scale) -> list[dict[str, float]]:
    """Return for both servers, new ones for each round, what the load came to, with the processor time a request."""
    document = loads(EXAMPLE.read_bytes())
    document["ledgers"]["ledgerIdentifier"] = f"LGR-{MARK}"
    plan = {"method": "POST", "headers": {"X-Api-Key": "test-benchmark"}, "body": dumps(document).decode()}
    with (
        started([*program(), *SERVE], core=SERVER_CORE) as simulator,
        started([sys.executable, "-m", "benchmarks.bare"], core=SERVER_CORE) as bare,
    ):
        sides = [{**plan, "url": simulator.url, "path": LEDGER}, {**plan, "url": bare.url, "path": "/echo"}]
        pids = simulator.pid, bare.pid
        load([{**side, "headers": {"X-Api-Key": "test-warm-up"}} for side in sides], turns=1, count=scale.requests)
        before = [processor_seconds(pid) for pid in pids]
        measured = load(sides, turns=scale.turns, count=scale.requests)
        used = [processor_seconds(pid) - spent for pid, spent in zip(pids, before, strict=True)]
    sent = scale.turns * scale.requests
    return [{**side, "cost": seconds / sent * 1e6} for side, seconds in zip(measured, used, strict=True)]
