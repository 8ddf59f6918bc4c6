"""YAML between text and values: the JSON part of it, without its traps, and with the place of every value.

JSON is read as JSON where it is that: it may be longer, as it takes a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import yaml

from simulator.contract.jsontext import MalformedError, loads
from simulator.contract.places import locate
from simulator.contract.storytext import Spots, Text, UnreadableError
from simulator.contract.violations import escape
from simulator.errors import SettingError

BYTES_MAX = 1 << 20
JSON_BYTES_MAX = 16 << 20
DEPTH_MAX = 32
NODES_MAX = 50_000

# The parser in C takes a fiftieth of the time; PyYAML is built without it where its library is missing.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StoryLoader(_Loader):  # type: ignore[misc]
    """Reads plain words as YAML 1.2 does: `no` is a word, 2025-11-30 a text, 1e3 a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the base class has it as an attribute of the class


_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"
_TEXT = "tag:yaml.org,2002:str"
StoryLoader.add_implicit_resolver(_NULL, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
StoryLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), ["t", "f"])
StoryLoader.add_implicit_resolver(_INT, re.compile(r"^-?(?:0|[1-9][0-9]{0,30})$"), list("-0123456789"))
StoryLoader.add_implicit_resolver(
    _FLOAT, re.compile(r"^-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?$"), list("-0123456789")
)


def read_yaml(data: bytes, where: str = "") -> Text:
    """Read one YAML (or JSON) document. Raises SettingError that names file, line and column.

    Anchors and aliases are refused: a document that repeats itself can be made to grow without end. So are
    repeated keys, several documents, tags, and anything beyond the bounds above.
    """
    if len(data) > JSON_BYTES_MAX:
        raise UnreadableError(f"the file is larger than {JSON_BYTES_MAX} bytes.", where)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line, column = data.count(b"\n", 0, error.start) + 1, error.start - start + 1
        raise UnreadableError("the file is not UTF-8.", where, line, column) from None
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return Text(loads(text.encode(), DEPTH_MAX), partial(_places_in_json, text))
        except MalformedError as error:
            # What looks like JSON may be YAML all the same: `{a: 1}`.
            if len(data) > BYTES_MAX:
                raise UnreadableError(f"{error.detail}.", where, error.line or 1, error.column or 1) from None
    if len(data) > BYTES_MAX:
        raise UnreadableError(f"the file is larger than {BYTES_MAX} bytes.", where)
    return _read(text, where)


def _read(text: str, where: str) -> Text:
    reader = _Reader(where)
    try:
        for event in yaml.parse(text, Loader=StoryLoader):
            reader.check(event)
        node = yaml.compose(text, Loader=StoryLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise UnreadableError(f"{error.problem or 'cannot be read'}.", where, line, column) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise UnreadableError("there is a character that is not part of YAML.", where, line, column) from None
    except ValueError:
        # The parser in Python takes an escape for a character beyond the last one, and half of one.
        raise UnreadableError("an escape stands for no character.", where) from None
    if node is None:
        raise UnreadableError("the file is empty.", where)
    places: dict[str, tuple[int, int]] = {}
    return Text(reader.value(node, "", places), lambda: places)


class _Reader:
    def __init__(self, where: str) -> None:
        self.where = where
        self.nodes = 0
        self.depth = 0

    def fail(self, mark: Any, message: str) -> UnreadableError:
        return UnreadableError(message, self.where, mark.line + 1, mark.column + 1)

    def check(self, event: yaml.Event) -> None:
        """Refuse what the language does not have before anything is built of it."""
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.fail(mark, "anchors (&) and aliases (*) are not part of the language; write it out.")
        if isinstance(event, yaml.NodeEvent):
            self.nodes += 1
            if self.nodes > NODES_MAX:
                raise self.fail(mark, f"the file has more than {NODES_MAX} values.")
            tag = getattr(event, "tag", None)
            if tag not in {None, "!", _TEXT}:
                raise self.fail(mark, f"the tag {tag!r} is not part of the language.")
        if isinstance(event, yaml.CollectionStartEvent):
            self.depth += 1
            if self.depth > DEPTH_MAX:
                raise self.fail(mark, f"the file is nested deeper than {DEPTH_MAX} levels.")
        elif isinstance(event, yaml.CollectionEndEvent):
            self.depth -= 1

    def value(self, node: yaml.Node, pointer: str, places: dict[str, tuple[int, int]]) -> Any:
        places[pointer] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, pointer, places))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, f"{pointer}/{number}", places) for number, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        if not node.value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in node.value):
            raise self.fail(node.start_mark, "a text holds half of a surrogate pair.")
        return _scalar(node)

    def _members(
        self, node: yaml.MappingNode, pointer: str, places: dict[str, tuple[int, int]]
    ) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, part in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.fail(key.start_mark, "a key must be a word.")
            if key.value in seen:
                raise self.fail(key.start_mark, f"the key {key.value[:60]!r} stands twice in one place.")
            seen.add(key.value)
            below = f"{pointer}/{escape(key.value)}"
            value = self.value(part, below, places)
            # A mistake in a member is shown at its name: the value may begin lines below.
            places[below] = (key.start_mark.line + 1, key.start_mark.column + 1)
            yield key.value, value


def _places_in_json(text: str) -> Spots:
    try:
        return _read(text, "").find() if len(text) <= BYTES_MAX else _lines(text)
    except SettingError:
        return _lines(text)


def _lines(text: str) -> Spots:
    return {pointer: (line, 1) for pointer, line in locate(text).lines.items()}


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL:
        return text == "true"
    if node.tag == _INT:
        return int(text)
    if node.tag == _FLOAT:
        return Decimal(text)
    return text
