"""`python -m benchmarks [NAME ...] [--quick] [--json FILE]`: measure, print a table, write JSON.

It ends with 1 if a bar is missed, so that a script can ask; no test does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.processes import ROOT
from benchmarks.program import idle_memory, start, throughput
from benchmarks.rows import FULL, QUICK, Benchmark, Row, table
from benchmarks.stories import bad_day, wired_days
from benchmarks.worlds import fresh_world, journal, look_ups

BENCHMARKS: dict[str, Benchmark] = {
    "start": start,
    "memory": idle_memory,
    "throughput": throughput,
    "look-ups": look_ups,
    "journal": journal,
    "fresh-world": fresh_world,
    "bad-day": bad_day,
    "systems": wired_days,
}
"""All benchmarks, in the order in which they run. A new bar is a function, and a line here."""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the bars, as ratios in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which, of {', '.join(BENCHMARKS)} (all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller worlds: a first impression")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", help="where to (build/bench.json)")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}: choose from {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in given.names or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name](QUICK if given.quick else FULL)
    print(table(rows))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    report = {"machine": machine, "quick": given.quick, "rows": [row.show() for row in rows]}
    given.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any(row.passed is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
