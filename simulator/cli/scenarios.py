"""`cfis-sim scenarios`: the stories that ship with the simulator, and the check of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.loading import aligned, contract_option, load, visible

if TYPE_CHECKING:
    from simulator.contract.contract import Contract

STANDARD_INPUT = "-"
EXIT_MISTAKES = 1
EXIT_UNREADABLE = 2

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(invoke_without_command=True, short_help="List the stories of what goes wrong when.")
@json_option
@click.pass_context
def scenarios(context: click.Context, *, as_json: bool) -> None:
    """List the scenarios that ship with the simulator: stories of what goes wrong when.

    Start with one with `cfis-sim serve --scenario NAME`.
    """
    if context.invoked_subcommand is not None:
        return
    from simulator.contract.jsontext import pretty
    from simulator.world.library import names, read_scenario

    contract, _settings = load(None)
    found = [read_scenario(name, contract) for name in names()]
    if as_json:
        rows = [{"name": one.name, "title": one.title, "advice": one.advice} for one in found]
        click.echo(pretty({"scenarios": rows}))
        return
    for line in aligned([one.name, one.title] for one in found):
        click.echo(line)


@scenarios.command()
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print a scenario of the library, or of a file, with what a good client does."""
    from simulator.contract.jsontext import pretty
    from simulator.world.library import path_of, read_scenario

    contract, _settings = load(None)
    scenario = read_scenario(name, contract)
    click.echo(pretty(scenario.given) if as_json else path_of(name).read_text(encoding="utf-8-sig").rstrip("\n"))


@scenarios.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@contract_option
@json_option
def check(files: tuple[str, ...], folder: str | None, *, as_json: bool) -> None:
    """Check scenario files: each mistake is a line with file, line, column, and what was meant. `-` is stdin.

    Exit code 0: all are good. 1: one has a mistake. 2: one could not be read.
    """
    from simulator.contract.jsontext import pretty

    contract, _settings = load(folder)
    reports = [_report(file, contract) for file in files]
    if as_json:
        good = not any(report["mistakes"] or report["error"] for report in reports)
        click.echo(pretty({"ok": good, "files": reports}))
    else:
        for report in reports:
            _print(report)
    if any(report["error"] for report in reports):
        raise SystemExit(EXIT_UNREADABLE)
    raise SystemExit(EXIT_MISTAKES if any(report["mistakes"] for report in reports) else 0)


def _report(file: str, contract: Contract) -> dict[str, Any]:
    """Return what is wrong with a file, in the order of its lines."""
    from simulator.contract.storytext import UnreadableError
    from simulator.contract.yamltext import read_yaml
    from simulator.world.scenario import every_mistake

    report: dict[str, Any] = {"file": file, "error": None, "name": None, "mistakes": []}
    try:
        data = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        return {**report, "error": f"cannot be read: {error.strerror}."}
    try:
        text = read_yaml(data)
    except UnreadableError as error:
        return {**report, "mistakes": [_mistake(error.line, error.column, error.message, error.advice)]}
    spots: dict[str, tuple[int, int]] = {}

    def place(pointer: str) -> str:
        spots[pointer] = text.place(pointer)
        return pointer

    found = [(spots.get(error.where, (1, 1)), error) for error in every_mistake(text.value, contract, place)]
    found.sort(key=lambda pair: pair[0])
    report["mistakes"] = [_mistake(*spot, error.message, error.advice) for spot, error in found]
    report["name"] = text.value.get("name") if isinstance(text.value, dict) else None
    return report


def _mistake(line: int, column: int, message: str, advice: str) -> dict[str, Any]:
    return {"line": line, "column": column, "message": message, "advice": advice or None}


def _print(report: dict[str, Any]) -> None:
    file = report["file"]
    if report["error"]:
        click.echo(visible(f"{file}: {report['error']}"), err=True)
        return
    for mistake in report["mistakes"]:
        advice = f" {mistake['advice']}" if mistake["advice"] else ""
        click.echo(visible(f"{file}:{mistake['line']}:{mistake['column']}: {mistake['message']}{advice}"))
    if not report["mistakes"]:
        click.echo(visible(f"{file}: is a good scenario ({report['name']})"))


@scenarios.command()
@json_option
def magic(*, as_json: bool) -> None:
    """Print the magic identifiers: a document whose identifier ends so gets that outcome, with no scenario at all."""
    from simulator.contract.jsontext import pretty
    from simulator.world.library import magic_table

    table = magic_table()
    if as_json:
        click.echo(pretty({"magic": table}))
        return
    for line in aligned([row["ending"], row["title"]] for row in table):
        click.echo(line)


@scenarios.command()
def schema() -> None:
    """Print the JSON Schema of scenarios, for an editor that completes them."""
    from simulator.contract.files import data_folder
    from simulator.world.scenario import SCHEMA

    click.echo((data_folder("schemas") / SCHEMA).read_text(encoding="utf-8"), nl=False)


@scenarios.command()
def reference() -> None:
    """Print the reference of the language in Markdown, made of its schema."""
    from simulator.cli.reference import page

    contract, _settings = load(None)
    click.echo(page(contract), nl=False)
