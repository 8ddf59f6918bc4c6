"""Writes the reference of the scenario language: its words as the schema has them, and the magic identifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.contract.contract import Contract
from simulator.world.library import magic_table
from simulator.world.scenario import SCHEMA

HEAD = """\
# The language of scenarios

Written by `cfis-sim scenarios reference`, from the schema that also checks a scenario. `cfis-sim scenarios` lists the
library, `cfis-sim scenarios check FILE` says what is wrong with a file of yours, and where.

For completion in an editor the first line of a file names the schema, which `cfis-sim scenarios schema` prints:

```yaml
# yaml-language-server: $schema=../schemas/scenario.schema.json
```

- **The first rule that applies wins.** Rules on top come first, the newest before the others; then those of the
  scenario, in their order; magic identifiers last.
- A rule is about requests (`operation`) and has `respond` or `fault`, or about pushes to the accounting system
  (`sync`) and has `outcomes`.
- All that `when` names must fit. `times` and `skip` count what fits, in the order of arrival. `attempt` counts the
  attempts of one document, and `chance` draws from seed, rule, document and attempt: neither depends on that order.
- Attempts are counted from the moment at which the scenario began to be told.
- Durations are written `500ms`, `10s`, `10m`, `2h30m`, `1d` or `PT10M`.
- YAML is read without its traps: `no` is a word and 2025-11-30 a text. There are no anchors, aliases and tags.
"""

TITLES = {
    "": "A scenario",
    "/rules[]": "A rule",
    "/rules[]/when": "`when`",
    "/rules[]/respond": "`respond`",
    "/rules[]/fault": "`fault`",
    "/rules[]/outcomes[]": "An outcome",
    "/events[]": "An event",
    "/events[]/do": "What an event does",
}


def page(contract: Contract) -> str:
    """Return the reference as Markdown."""
    schema = contract.schemas.documents[SCHEMA]
    lines = [HEAD]
    for place, title in TITLES.items():
        part = _at(schema, place)
        lines += [f"## {title}", "", part.get("description", ""), ""]
        lines += ["| form | means |", "|---|---|"] if "oneOf" in part else ["| word | means | form |", "|---|---|---|"]
        lines += [*(_forms(part) if "oneOf" in part else _words(part)), ""]
    lines += ["## Magic identifiers", ""]
    lines += ["A document whose identifier ends so gets that outcome, with no scenario at all.", ""]
    lines += ["| ending | outcome |", "|---|---|"]
    lines += [f"| `{row['ending']}` | {row['title']} |" for row in magic_table()]
    return "\n".join(lines) + "\n"


def _at(schema: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    for step in place.split("/")[1:]:
        schema = schema["properties"][step.removesuffix("[]")]
        if step.endswith("[]"):
            schema = schema["items"]
    return schema


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    required = part.get("required", ())
    for name, schema in part["properties"].items():
        needed = " Required." if name in required else ""
        yield f"| `{name}` | {_cell(schema.get('description', ''))}{needed} | {_cell(_form(schema))} |"


def _forms(part: Mapping[str, Any]) -> Iterator[str]:
    for schema in part["oneOf"]:
        if "enum" in schema:
            yield f"| {', '.join(f'`{word}`' for word in schema['enum'])} | {_cell(schema['description'])} |"
            continue
        means = [schema.get("description", "")]
        for name, inner in schema["properties"].items():
            if inner.get("description") and inner["description"] not in means:
                means.append(f"`{name}`: {inner['description']}")
        yield f"| `{_written(schema)}` | {_cell(' '.join(filter(None, means)))} |"


def _written(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return f"{{{', '.join(f'{name}: {_written(part)}' for name, part in schema['properties'].items())}}}"
    examples = schema.get("examples")
    return str(examples[0]) if examples else "true" if "const" in schema else "…"


def _form(schema: Mapping[str, Any]) -> str:
    """Return in words what a value may be."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        words = [f"**`{word}`**" if word == schema.get("default") else f"`{word}`" for word in schema["enum"]]
        return ", ".join(words)
    types = schema.get("type", "anything")
    return " or ".join([types] if isinstance(types, str) else types)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
