"""Writes docs/systems.md: every accounting system in full, from the data that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.cli.systems import BASES, CLOCKS, all_abouts, counts, example_of, words_schema
from simulator.contract.jsontext import dumps
from simulator.systems.about import About

HEAD = """\
# The accounting systems

Written by `cfis-sim systems --markdown` from the data in `schemas/systems/`. CFIS is a proxy: what fails, fails in the
accounting system behind it. Each system here speaks its own protocol below its own mount, checks what it gets against
its books, and answers as the real one would, as far as that is known. None of it is the vendor's software.

Every fact says how it is known:
"""

USE = """
- **As what stands behind CFIS:** `cfis-sim serve --system netvisor`, `system: netvisor` in a scenario, or
  `PUT /_sim/world {"system": "netvisor"}`. The timeline of a record then holds the very messages that went out and came
  back.
- **As a double of the system itself:** `GET /_sim/credentials` gives base URL and credentials for the world of your
  key; hand them to the client library that you already have.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([*_head(), *(line for about in all_abouts() for line in _of(about))]).rstrip() + "\n"


def _head() -> Iterator[str]:
    yield HEAD
    yield from (f"- **{basis}**: {meaning};" for basis, meaning in BASES.items())
    yield USE
    yield "| system | calls | " + " | ".join(BASES) + " |"
    yield "|---|---|" + "---|" * len(BASES)
    for about in all_abouts():
        numbers = counts(about.data)
        cells = [str(numbers[basis]) for basis in BASES]
        yield f"| [{about.title}](#{about.name}) | {len(about.data['calls'])} | {' | '.join(cells)} |"
    yield "\n## Books\n"
    schema = words_schema()
    yield f"{schema['description']} `cfis-sim systems NAME --books` prints the defaults of one system.\n"
    rows = [
        (f"`{word}`", part["description"], f"`{dumps(part['examples'][0]).decode()}`")
        for word, part in schema["properties"].items()
    ]
    yield from _table(("word", "what", "for example"), rows)


def _of(about: About) -> Iterator[str]:
    data = about.data
    yield f"\n## {about.name}\n"
    yield f"**{about.title}.** {data['summary']}\n"
    yield f"{data['protocol']}\n"
    yield "### How to log in\n"
    yield from (f"- {text}" for text in (*data["login"], CLOCKS))
    yield "\n### What CFIS sends, and what comes back\n"
    yield f"The example of the documentation of CFIS, as `cfis-sim systems {about.name} --example` prints it:\n"
    yield from ("```http", *example_of(about.name), "```\n")
    yield "### Calls\n"
    rows = [
        (f"`{call['method']} {call['path']}`", _both(call["does"], call.get("note", "")), call["basis"], call["source"])
        for call in data["calls"]
    ]
    yield from _table(("call", "does", "basis", "source"), rows)
    yield "\n### Rules\n"
    rules = [(rule["says"], rule["basis"], rule["source"]) for rule in data["rules"]]
    yield from _table(("rule", "basis", "source"), rules)
    yield "\n### What CFIS makes of its documents\n\nHow the real service does it is nowhere documented: assumed.\n"
    yield from (f"- {text}" for text in data["connector"])
    yield "\n### Stand-ins\n\nNot the vendor's, but the simulator's own:\n"
    yield from (f"- {text}" for text in data["stand_ins"])
    yield "\n### Published clients\n"
    clients = [(f"`{one['name']}` {one['version']}", one["registry"], one["works"]) for one in data["clients"]]
    yield from _table(("client", "from", "works"), clients) if clients else ("None can be installed.",)
    yield "\n### Readings\n"
    readings = [
        (f"`{one.name}`", f"{one.question} {one.why}", "; ".join(_answer(one.default, *pair) for pair in one.answers))
        for one in about.readings.values()
    ]
    yield from _table(("reading", "question", "answers, the default in bold"), readings)
    yield "\n### Sources\n"
    yield from (f"- {key}: {title}" for key, title in data["sources"].items())


def _answer(default: str, value: str, title: str) -> str:
    shown = f"**`{value}`**" if value == default else f"`{value}`"
    return f"{shown}: {title}"


def _both(does: str, note: str) -> str:
    return f"{does} {note}" if note else does


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
