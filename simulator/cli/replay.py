"""`cfis-sim replay`: a journal is run again and its answers compared; a scenario is served to a client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from simulator.cli.loading import load, visible
from simulator.cli.serve import serve

EXIT_DIFFERENT = 1
AROUND = 60
"""Letters that are shown before and after the first one that differs."""

SERVE_OPTIONS = [option for option in serve.params if option.name != "scenario"]
OF_A_JOURNAL = frozenset({"file", "as_json", "contract"})


@click.command(short_help="Run a journal again, or serve a scenario.", params=[
    click.Argument(["file"], metavar="FILE"),
    click.Option(["--json", "as_json"], is_flag=True, help="Of a journal: print the differences as one JSON object."),
    *SERVE_OPTIONS,
])  # fmt: skip
@click.pass_context
def replay(context: click.Context, /, file: str, *, as_json: bool, **given: object) -> None:
    """Run an exported journal again and compare every answer; or serve a scenario, with the options of `serve`.

    A journal runs in process. Exit code 0: every answer is the same. 1: there are differences, each printed.
    2: the file cannot be read, or says what this version does not understand.
    """
    data = _journal(file)
    if data is None:
        context.invoke(serve, scenario=file, **given)
        return
    for name in context.params:
        if name not in OF_A_JOURNAL and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is for serving a scenario, and {file} is a journal.")
    _compare(file, data, str(given.get("contract") or ""), as_json=as_json)


def _journal(file: str) -> bytes | None:
    """Return the bytes of a journal; None if the file is not one, and so a scenario."""
    from simulator.contract.jsontext import MalformedError, loads
    from simulator.errors import SettingError
    from simulator.world.journalfile import BYTES_MAX, DEPTH_MAX, is_journal
    from simulator.world.library import names

    path = Path(file)
    if file in names() or path.suffix in {".yaml", ".yml"}:
        return None
    try:
        if path.stat().st_size > BYTES_MAX:
            raise SettingError(f"the file is larger than {BYTES_MAX} bytes.", where=file)
        data = path.read_bytes()
    except OSError as error:
        raise SettingError(f"the file cannot be read: {error.strerror}.", where=file) from error
    try:
        value = loads(data, DEPTH_MAX)
    except MalformedError:
        return None
    return data if is_journal(value) else None


def _compare(file: str, data: bytes, folder: str, *, as_json: bool) -> None:
    from simulator.contract.jsontext import pretty
    from simulator.partner.replay import compare
    from simulator.world.journalfile import read_journal

    contract, settings = load(folder or None)
    log = read_journal(data, contract, file)
    result = compare(log, contract, settings)
    if as_json:
        click.echo(pretty(result))
    else:
        _print(file, result)
        if log.contract != contract.version:
            click.echo(f"The journal was written under contract {log.contract}; this is {contract.version}.", err=True)
    raise SystemExit(0 if result["same"] else EXIT_DIFFERENT)


def _print(file: str, result: dict[str, Any]) -> None:
    for difference in result["differences"]:
        expected, got = _apart(difference["expected"], difference["got"])
        click.echo(visible(f"entry {difference['number']}, {difference['operation']}: another {difference['what']}"))
        click.echo(f"  was  {visible(expected)}")
        click.echo(f"  is   {visible(got)}")
    if not result["complete"]:
        click.echo("The journal is not complete: what is gone from it may be what makes the difference.", err=True)
    left = result["count"] - len(result["differences"])
    more = f", {left} of them not shown" if left else ""
    click.echo(visible(f"{file}: {result['entries']} entries, {result['count']} differences{more}"))


def _apart(expected: str, got: str) -> tuple[str, str]:
    """Return two texts from a little before the place where they part to a little after it."""
    pairs = zip(expected, got, strict=False)
    start = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(expected), len(got)))
    begin = max(0, start - AROUND)
    return _cut(expected, begin, start + AROUND), _cut(got, begin, start + AROUND)


def _cut(text: str, begin: int, end: int) -> str:
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}" or "nothing"
