"""`cfis-sim contract`, `openapi` and `readings`: what the contract says, how it is known, and what it leaves open."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.loading import aligned, contract_option, load, reading_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.contract.contract import Contract
    from simulator.contract.readings import Reading

BASES = ("documented", "example", "assumed")
WITH_NEED = frozenset({"request", "parameter", "answer body", "error body"})
"""Where a row of the table is something that can be left out."""


@click.command(short_help="Print every field with its basis and source.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with a note for what is assumed.")
@click.option("--basis", type=click.Choice(BASES), help="Only what is known in this way, each with its reason.")
@click.option("--operation", metavar="NAME", help="Only this operation, for instance submit_ledger.")
@click.option("--where", is_flag=True, help="Print only the folder of the built-in contract, to copy a file from.")
@contract_option
def contract(folder: str | None, basis: str | None, operation: str | None, *, as_json: bool, where: bool) -> None:
    """Print every field, answer and rule of the contract with its basis and source, and the share of each basis.

    The basis is `documented`, `example` (read off an example) or `assumed`.
    """
    from simulator.contract.basis import basis_table
    from simulator.contract.files import data_folder
    from simulator.contract.jsontext import pretty

    if where:
        click.echo(data_folder("schemas"))
        return
    known, _settings = load(folder)
    if operation is not None:
        _check_operation(known, operation)
    table = basis_table(known)
    table["rows"] = [
        row
        for row in table["rows"]
        if (basis is None or row["basis"] == basis) and (operation is None or row["operation"] == operation)
    ]
    if as_json:
        click.echo(pretty(table))
        return
    click.echo(f"{table['title']} {table['version']}")
    for name, rows in groupby(table["rows"], key=lambda row: row["operation"]):
        click.echo(f"\n{name or 'shared by all operations'}")
        for line in _lines(list(rows), with_notes=basis is not None):
            click.echo(f"  {line}")
    click.echo()
    for line in _shares(table["totals"], operation):
        click.echo(line)


def _check_operation(known: Contract, name: str) -> None:
    import difflib

    from simulator.errors import SettingError

    if name not in known.operations:
        close = difflib.get_close_matches(name, known.operations, n=1)
        advice = f"Did you mean {close[0]}?" if close else f"There are {', '.join(known.operations)}."
        raise SettingError("there is no such operation.", where=name, advice=advice)


def _lines(rows: list[Mapping[str, Any]], *, with_notes: bool) -> Iterator[str]:
    lines = aligned(
        (
            row["where"],
            row["name"],
            row["type"],
            ("required" if row["required"] else "optional") if row["where"] in WITH_NEED else "",
            row["basis"],
            row["source"],
            row["when"],
        )
        for row in rows
    )
    for row, line in zip(rows, lines, strict=True):
        yield line
        if with_notes and row["note"]:
            yield f"    {row['note']}"


def _shares(totals: Mapping[str, Any], operation: str | None) -> list[str]:
    named = {name: part for name, part in totals["operations"].items() if operation in {None, name}}
    rows = [["share", *BASES, "all"]]
    for name, part in [*named.items(), ("the whole contract", totals["overall"])]:
        cells = [f"{part['shares'][basis]:5.1f} % ({part[basis]})" for basis in BASES]
        rows.append([name, *cells, str(part["total"])])
    return aligned(rows)


@click.command(short_help="Print the contract as OpenAPI 3.1.")
@click.option("--control", is_flag=True, help="The control API under /_sim/ instead of the partner API.")
@click.option("--server", metavar="URL", default="", help="The address to name in the document.")
@reading_option("Describe one reading only, the default ones where none is given; by default all are described.")
@contract_option
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write to this file instead of stdout.")  # fmt: skip
def openapi(
    folder: str | None,
    server: str,
    chosen: tuple[tuple[str, str], ...],
    output: Path | None,
    *,
    control: bool,
) -> None:
    """Print the contract as an OpenAPI 3.1 document."""
    from simulator.contract import openapi as documents
    from simulator.contract.jsontext import pretty
    from simulator.errors import SettingError

    known, _settings = load(folder)
    if control and chosen:
        raise click.UsageError("The control API is the same in every reading: leave out --control or --reading.")
    if control:
        document = documents.control_openapi(known, server)
    else:
        document = documents.openapi(known, server, known.choose(chosen) if chosen else None)
    text = pretty(document) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingError(f"cannot be written: {error.strerror}.", where=str(output)) from error


@click.command(short_help="Print what the documentation leaves open.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@contract_option
def readings(folder: str | None, *, as_json: bool) -> None:
    """Print what the documentation leaves open: each question, its plausible answers, and the default."""
    from simulator.contract.jsontext import pretty

    known, _settings = load(folder)
    if as_json:
        click.echo(pretty({"readings": [_shown(reading) for reading in known.readings.values()]}))
        return
    for reading in known.readings.values():
        click.echo(f"{reading.name}: {reading.question}\n  {reading.why}")
        rows = [("*" if value == reading.default else " ", value, title) for value, title in reading.answers]
        for line in aligned(rows):
            click.echo(f"  {line}")
        click.echo()
    click.echo("* is the default. Choose another for every new world with `cfis-sim serve --reading NAME=VALUE`,")
    click.echo('or for one world with PUT /_sim/world {"readings": {"NAME": "VALUE"}}.')


def _shown(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "question": reading.question,
        "why": reading.why,
        "source": reading.source,
        "default": reading.default,
        "answers": [{"value": value, "title": title} for value, title in reading.answers],
    }
