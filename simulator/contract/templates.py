"""Bodies of answers as data: JSON in which `$name` stands for a value and `{name}` for a piece of a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.contract.jsontext import dumps

Values = Mapping[str, Any]

_MARK = "\x00slot\x00"


def fill(template: Any, values: Values) -> Any:
    """Return *template* with every slot filled. Raises KeyError on a slot without a value."""
    if isinstance(template, str):
        return fill_text(template, values)
    if isinstance(template, dict):
        return {name: fill(part, values) for name, part in template.items()}
    if isinstance(template, list):
        return [fill(part, values) for part in template]
    return template


def fill_text(template: str, values: Values) -> Any:
    """Return the value of `$name`, or the text with its `{name}` pieces filled."""
    if template.startswith("$"):
        return values[template[1:]]
    return template.format_map(_Named(values)) if "{" in template else template


class _Named(dict[str, Any]):
    """Gives each `{name}` as text; a missing one is a KeyError, as everywhere."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)


def slots(template: Any) -> set[str]:
    """Return the names of the whole-value slots (`$name`) of a template."""
    if isinstance(template, str):
        return {template[1:]} if template.startswith("$") else set()
    parts = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    return set().union(*(slots(part) for part in parts))


def around(template: Any, slot: str) -> tuple[bytes, bytes]:
    """Return the bytes before and after the one place where *slot* stands, so that a list can be streamed into it."""
    before, after = dumps(fill(template, _Marked(slot))).split(dumps(_MARK))
    return before, after


class _Marked(dict[str, Any]):
    def __init__(self, slot: str) -> None:
        super().__init__({slot: _MARK})


def compile_item(template: Mapping[str, Any]) -> Callable[[Values], dict[str, Any]]:
    """Return a function that fills a flat template quickly; constants are set once."""
    named = [(name, part[1:]) for name, part in template.items() if isinstance(part, str) and part.startswith("$")]
    if len(named) == len(template):
        return lambda values: {name: values[slot] for name, slot in named}
    return lambda values: {name: fill(part, values) for name, part in template.items()}
