"""`cfis-sim systems`: the accounting systems, what each does, how that is known, and how to set up its books."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.loading import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.systems.about import About

BASES = {
    "documented": "read in the vendor's own documentation",
    "client": "read in a client that works with the real system",
    "assumed": "not read anywhere: our best guess",
    "stand-in": "the simulator's own, as nothing is public",
}


CLOCKS = (
    "A time stamp is taken if it is right by the machine's clock or by the world's: a world may stand while a client "
    "signs with the real time."
)


@click.command(short_help="Print the accounting systems, and how each is known.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--books", is_flag=True, help="Print the words in which books are set up, of one system with defaults.")
@click.option("--example", is_flag=True, help="Print what goes to and fro when CFIS books the example of its page.")
@click.option("--markdown", is_flag=True, help="Print the page docs/systems.md: all systems, in full.")
def systems(name: str | None, *, as_json: bool, books: bool, example: bool, markdown: bool) -> None:
    """Print the accounting systems that can stand behind CFIS; with a NAME, everything about that one.

    Each fact says how it is known: documented, client (read in a client that works with the real system), assumed,
    or stand-in (the simulator's own, as nothing is public).
    """
    if markdown and (name or as_json or books or example):
        raise click.UsageError("--markdown prints the whole page: leave the others out.")
    if example and name is None:
        raise click.UsageError("--example is of one system: name it.")
    if markdown:
        from simulator.cli.systemspage import page

        click.echo(page(), nl=False)
    elif name == "plain":
        click.echo("plain has no wire: it books what CFIS has, as CFIS has it. Its books have two words:")
        click.echo("accounts (a list of numbers; by default every account is there) and locked_until (a date).")
    elif books:
        _print_books(name, as_json=as_json)
    elif name is None:
        _print_list(all_abouts(), as_json=as_json)
    else:
        _print_one(name, as_json=as_json, example=example)


def _print_one(name: str, *, as_json: bool, example: bool) -> None:
    from simulator.contract.jsontext import pretty

    about = about_named(name)
    if as_json:
        click.echo(pretty({"name": name, **about.data, "books": about.defaults}))
        return
    for line in example_of(name) if example else _lines(about):
        click.echo(line)


def about_named(name: str) -> About:
    """Return what is known of a system. Raises SettingError if there is none of that name."""
    from simulator.systems.about import About
    from simulator.systems.catalogue import system_named

    system_named(name)
    return About(name)


def example_of(name: str) -> Iterator[str]:
    """Yield what goes to and fro when CFIS books the example of its documentation in a system, line by line."""
    from simulator.clock import VIRTUAL_START
    from simulator.contract.contract import built_in
    from simulator.contract.jsontext import dumps
    from simulator.systems.base import Tenant
    from simulator.systems.catalogue import system_named
    from simulator.world.showing import as_text

    document = dumps(built_in().files.read("accounting/examples/ledger.json"))
    books = system_named(name).open_books({}, Tenant("000000000000"))
    for exchange in books.push("ledger", document, "ledgers", VIRTUAL_START).exchanges:
        request, answer = exchange.request, exchange.answer
        yield f"{request.method} {request.target}"
        yield from (f"{header}: {value}" for header, value in request.headers)
        body = as_text(request.body, request.header("content-type") or "")
        yield from (["", *body.splitlines(), ""] if body else [""])
        yield f"HTTP {answer.status}"
        yield from (f"{header}: {value}" for header, value in answer.show_headers())
        yield from ("", *as_text(answer.body, answer.media_type).splitlines(), "")


def all_abouts() -> list[About]:
    """Return what is known of every system that has a wire."""
    from simulator.systems.about import About
    from simulator.systems.catalogue import wires

    return [About(name) for name in wires()]


def counts(data: Mapping[str, Any]) -> Counter[str]:
    """Return how many facts about a system there are of each basis."""
    return Counter(fact["basis"] for fact in (*data["calls"], *data["rules"]))


def _summary(about: About) -> dict[str, Any]:
    return {
        "name": about.name,
        "title": about.title,
        "summary": about.data["summary"],
        "mount": f"/{about.name}/",
        "calls": len(about.data["calls"]),
        "facts": {basis: counts(about.data)[basis] for basis in BASES},
    }


def _print_list(known: list[About], *, as_json: bool) -> None:
    from simulator.contract.jsontext import pretty

    if as_json:
        click.echo(pretty({"systems": [_summary(about) for about in known]}))
        return
    rows = [("name", "mount", "calls", *BASES)]
    for about in known:
        numbers = counts(about.data)
        calls = str(len(about.data["calls"]))
        rows.append((about.name, f"/{about.name}/", calls, *(str(numbers[basis]) for basis in BASES)))
    for line in aligned(rows):
        click.echo(line)
    click.echo("\nThe numbers are facts (calls and rules) by how they are known:")
    for basis, meaning in BASES.items():
        click.echo(f"  {basis:<11} {meaning}")
    click.echo("\nplain is the default: books without a wire, which take everything unless told otherwise.")
    click.echo("Choose one with `cfis-sim serve --system NAME`, `system: NAME` in a scenario, or")
    click.echo('PUT /_sim/world {"system": "NAME"}. `cfis-sim systems NAME` tells all about it.')


def _lines(about: About) -> Iterator[str]:
    data = about.data
    yield f"{about.title}: {data['summary']}"
    yield f"\nspoken to at /{about.name}/: {data['protocol']}"
    yield "GET /_sim/credentials gives base URL and credentials for the world of your key."
    yield "\nhow to log in"
    yield from (f"  {text}" for text in data["login"])
    yield f"  {CLOCKS}"
    yield from _table(
        "calls", [(call["method"], call["path"], call["basis"], call["source"], _does(call)) for call in data["calls"]]
    )
    yield from _table("rules", [(rule["basis"], rule["source"], rule["says"]) for rule in data["rules"]])
    yield from _listed("what CFIS makes of its documents (all of it assumed)", data["connector"])
    yield from _listed("stand-ins: not the vendor's, but the simulator's own", data["stand_ins"])
    clients = [(one["name"], one["registry"], one["version"], one["works"]) for one in data["clients"]]
    yield from _table("published clients that the tests run against it, unchanged", clients)
    yield "\nreadings (books: {readings: {NAME: VALUE}}); * is the default"
    for reading in about.readings.values():
        yield f"  {reading.name}: {reading.question} {reading.why}"
        rows = [("*" if value == reading.default else " ", value, title) for value, title in reading.answers]
        yield from (f"    {line}" for line in aligned(rows))
    yield from _table("sources", list(data["sources"].items()))
    yield f"\n`cfis-sim systems {about.name} --books` prints the words of its books and their defaults."


def _does(call: Mapping[str, str]) -> str:
    return f"{call['does']} {call['note']}" if call.get("note") else call["does"]


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"\n{title}"
    yield from (f"  {line}" for line in aligned(rows))
    if not rows:
        yield "  none"


def _listed(title: str, texts: list[str]) -> Iterator[str]:
    yield f"\n{title}"
    yield from (f"  - {text}" for text in texts)


def words_schema() -> dict[str, Any]:
    """Return the JSON Schema of the words of books."""
    from simulator.contract.files import read_json
    from simulator.systems.about import shared_folder

    schema: dict[str, Any] = read_json(shared_folder() / "books.schema.json")
    return schema


def _print_books(name: str | None, *, as_json: bool) -> None:
    from simulator.contract.jsontext import dumps, pretty

    schema = words_schema()
    defaults = about_named(name).defaults if name is not None else None
    if as_json:
        click.echo(pretty(schema if defaults is None else defaults))
        return
    click.echo(schema["description"])
    for word, part in schema["properties"].items():
        click.echo(f"\n{word}: {part['description']}")
        click.echo(f"  for example {dumps(part['examples'][0]).decode()}")
        if defaults is not None:
            click.echo("  by default:")
            for line in _shown(defaults[word]):
                click.echo(f"    {line}")
    click.echo('\nPUT /_sim/world {"books": {"locked_until": "2025-12-31"}}, or `books:` in a scenario.')


def _shown(value: Any) -> Iterator[str]:
    from simulator.contract.jsontext import dumps

    if isinstance(value, list) and value:
        yield from (dumps(row).decode() for row in value)
    else:
        yield dumps(value).decode()
