"""What the offline commands share: which contract they look at, which readings, and how a table is laid out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.contract.contract import Contract
    from simulator.settings import Settings

Command = TypeVar("Command", bound=Callable[..., object])

contract_option = click.option(
    "--contract", "folder", type=click.Path(file_okay=False), help="Your folder, laid over the built-in contract."
)


def _assignments(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    from simulator.settings import parse_assignment

    return tuple(parse_assignment(text) for text in texts)


def reading_option(text: str) -> Callable[[Command], Command]:
    """Return the option `--reading`, explained by *text*."""
    return click.option("--reading", "chosen", multiple=True, metavar="NAME=VALUE", callback=_assignments, help=text)


def load(folder: str | None) -> tuple[Contract, Settings]:
    """Return the contract and the settings, as the server would have them. Raises SimulatorError."""
    from simulator.contract.contract import Contract
    from simulator.settings import Settings

    settings = Settings.from_environ(os.environ, contract=folder)
    return Contract(settings.contract), settings


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines in which each column begins at the same place."""
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]


def visible(text: str) -> str:
    """Return a text in which what a terminal would act on is escaped; a document may hold anything."""
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
