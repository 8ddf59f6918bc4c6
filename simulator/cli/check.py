"""`cfis-sim check`: judges documents offline, with the server's own rules and messages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.loading import contract_option, load, reading_option, visible

if TYPE_CHECKING:
    from simulator.contract.inspection import Inspector, Report
    from simulator.contract.violations import Violation

STANDARD_INPUT = "-"
EXIT_BROKEN = 1
EXIT_UNREADABLE = 2


@click.command(short_help="Judge request bodies offline.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--as", "name", metavar="OPERATION", default="",
              help="What the documents are, where they do not show it; for instance submit_ledger.")  # fmt: skip
@reading_option("Answer an open question of the contract; see `cfis-sim readings`.")
@contract_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(
    files: tuple[str, ...], name: str, chosen: tuple[tuple[str, str], ...], folder: str | None, *, as_json: bool
) -> None:
    """Judge request bodies offline, with exactly the rules of the server. `-` is the standard input.

    Each violation is one line: file, line, place in the document, what is wrong, the rule and how it is known.

    Exit code 0: all keep the contract. 1: one breaks it. 2: one could not be read, or the call is wrong.
    """
    from simulator.contract.inspection import Inspector
    from simulator.contract.jsontext import pretty

    contract, settings = load(folder)
    inspector = Inspector(
        contract,
        contract.choose(settings.readings, chosen),
        name,
        depth_max=settings.json_depth_max,
        bytes_max=settings.body_bytes_max,
    )
    reports = [(file, _inspect(inspector, file)) for file in files]
    code = _exit_code([report for _, report in reports])
    if as_json:
        shown = [{"file": file, **report.show()} for file, report in reports]
        click.echo(pretty({"ok": code == 0, "files": shown}))
    else:
        for file, report in reports:
            _print(file, report)
        _print_summary([report for _, report in reports])
    raise SystemExit(code)


def _inspect(inspector: Inspector, file: str) -> Report:
    from simulator.contract.inspection import Report

    try:
        body = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        return Report(error=f"cannot be read: {error.strerror}.")
    return inspector.inspect(body)


def _exit_code(reports: list[Report]) -> int:
    if any(report.error for report in reports):
        return EXIT_UNREADABLE
    return EXIT_BROKEN if any(report.violations for report in reports) else 0


def _print(file: str, report: Report) -> None:
    if report.error:
        click.echo(visible(f"{file}: {report.error}"), err=True)
        return
    for line, violation in report.violations:
        click.echo(visible(f"{_place(file, line)}: {_sentence(violation)}"))
    for advice in report.advice:
        where = f"{advice.pointer}: " if advice.pointer else ""
        click.echo(visible(f"{_place(file, advice.line)}: {where}{advice.detail} [advice]"))
    if not report.violations:
        click.echo(visible(f"{file}: keeps the contract ({report.operation})"))


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def _sentence(violation: Violation) -> str:
    # "The member is missing" and "a number is expected, not a text" say it already.
    is_told = violation.rule == "schema-required" or violation.expected in violation.detail
    expected = "" if is_told else f" (expected {violation.expected})"
    return f"{violation.sentence()}{expected} [{violation.rule}, {violation.basis}]"


def _print_summary(reports: list[Report]) -> None:
    unread = sum(bool(report.error) for report in reports)
    bad = sum(bool(report.violations) for report in reports)
    violations = sum(len(report.violations) for report in reports)
    found = {
        "good": len(reports) - unread - bad,
        "bad": bad,
        "not judged": unread,
        "violation" if violations == 1 else "violations": violations,
        "advice": sum(len(report.advice) for report in reports),
    }
    counts = ", ".join(f"{count} {what}" for what, count in found.items() if count)
    click.echo(f"{len(reports)} {'document' if len(reports) == 1 else 'documents'}: {counts}")
