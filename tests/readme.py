"""Runs the shell blocks of the README against a server of their own, as a reader would: in order, one shell.

A fenced `bash` block is run if the line before it is `<!-- run -->`. With `<!-- run, prints: "status":1 -->`
its output must contain that text too; blanks and line breaks do not count. A block of any kind after
`<!-- file: NAME -->` is written to that file, for a later block to run. The address in the blocks,
http://127.0.0.1:8480, is replaced by that of the server that was started. By hand:

    python -m tests.readme [FILE] [--program PATH_TO_CFIS_SIM]
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "http://127.0.0.1:8480"
OUR_BINARIES = Path(sys.executable).parent
SHELL_SECONDS_MAX = 120
STOP_SECONDS_MAX = 20

_BLOCK = re.compile(
    r"^<!-- (?:run(?:, prints: (?P<prints>.+?))? -->\n+```bash|file: (?P<file>[\w.-]+) -->\n+```\w+)\n"
    r"(?P<script>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of shell commands, where it stands, and what it must print."""

    line: int
    script: str
    prints: str


def blocks(text: str) -> list[Block]:
    """Find the blocks that a text marks to be run."""
    return [
        Block(
            line=text.count("\n", 0, found.start("script")) + 1,
            script=_written(found["file"], found["script"]) if found["file"] else found["script"],
            prints=found["prints"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def _written(name: str, text: str) -> str:
    return f"cat > {shlex.quote(name)} <<'END OF {name}'\n{text}END OF {name}\n"


@contextmanager
def served(program: Sequence[str], folder: Path) -> Iterator[str]:
    """Start a server on a free port and give its address; stop it at the end and insist on exit code 0."""
    command = [*program, "serve", "--port", "0"]
    log = folder / "server.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()  # one line of JSON when it is ready, nothing if it died
            if not line:
                raise RuntimeError(f"{shlex.join(command)} did not start: {log.read_text(encoding='utf-8')}")
            yield json.loads(line)["url"].rstrip("/")
        finally:
            process.terminate()
            code = process.wait(timeout=STOP_SECONDS_MAX)
    assert code == 0, f"{shlex.join(command)} ended with {code}: {log.read_text(encoding='utf-8')}"


def run(found: Sequence[Block], address: str, folder: Path, binaries: Path = OUR_BINARIES) -> list[str]:
    """Run the blocks in one shell and return what each printed. Raises RuntimeError where one fails."""
    outputs = [folder / f"block-{number}.out" for number in range(len(found))]
    # The program may stand in a folder without pytest, which a reader would have: ours comes after it.
    lines = ["set -euo pipefail", f"export PATH={shlex.quote(str(binaries))}:{shlex.quote(str(OUR_BINARIES))}:$PATH"]
    for block, output in zip(found, outputs, strict=True):
        lines += [f"exec >{shlex.quote(str(output))} 2>&1", block.script.replace(ADDRESS, address)]
    shell = subprocess.run(
        ["bash", "-c", "\n".join(lines)],  # noqa: S607 - whichever bash the reader has
        cwd=folder,
        timeout=SHELL_SECONDS_MAX,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    printed = [output.read_text(encoding="utf-8") for output in outputs if output.exists()]
    if shell.returncode:
        block = found[max(len(printed) - 1, 0)]
        raise RuntimeError(f"the block in line {block.line} ended with {shell.returncode}:\n{''.join(printed[-1:])}")
    for block, text in zip(found, printed, strict=True):
        if "".join(block.prints.split()) not in "".join(text.split()):
            raise RuntimeError(f"the block in line {block.line} should print {block.prints}, and printed:\n{text}")
    return printed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a document's blocks and say how many there were."""
    parser = argparse.ArgumentParser(description="Run the marked shell blocks of a document.")
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "README.md")
    parser.add_argument("--program", type=Path, help="the cfis-sim to start; by default the one of this interpreter")
    options = parser.parse_args(arguments)
    # Absolute, as everything runs in a folder of its own.
    program = [str(options.program.absolute())] if options.program else [sys.executable, "-m", "simulator"]
    found = blocks(options.file.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary, served(program, Path(temporary)) as address:
        run(found, address, Path(temporary), binaries=Path(program[0]).parent)
    print(f"{options.file.name}: {len(found)} blocks ran")  # noqa: T201 - the answer of a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
