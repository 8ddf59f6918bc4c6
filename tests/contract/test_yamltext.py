"""YAML without its traps: what is read, what is refused, and where."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.contract import yamltext
from simulator.contract.jsontext import dumps
from simulator.contract.storytext import UnreadableError
from simulator.contract.yamltext import BYTES_MAX, DEPTH_MAX, JSON_BYTES_MAX, NODES_MAX, read_yaml


def trees(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers(-(10**30), 10**30) | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=20,
    )


VALUES = trees(st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
# YAML folds the rarer line breaks; nobody writes them.
PLAIN = trees(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=10))


@pytest.fixture(params=["in C", "in Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module with either of the two parsers that PyYAML may have."""
    if request.param == "in Python":
        monkeypatch.delattr(yaml, "CSafeLoader")
    yield importlib.reload(yamltext)
    monkeypatch.undo()
    importlib.reload(yamltext)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("NULL", "NULL"), ("True", "True"),
        ("null", None), ("~", None), ("true", True), ("false", False),
        ("2025-11-30", "2025-11-30"), ("12:30", "12:30"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("010", "010"),
        ("1_000", "1_000"), ("7", 7), ("-7", -7), ("1.50", Decimal("1.50")), ("1e3", Decimal(1000)), (".5", ".5"),
        (".inf", ".inf"), (".nan", ".nan"), ('"7"', "7"), ("'true'", "true"), ("ä€😀", "ä€😀"),
        ("133720800", 133720800),
    ],
)  # fmt: skip
def test_plain_words_are_read_as_a_person_means_them(parser: ModuleType, written: str, value: Any) -> None:
    text = parser.read_yaml(f"a: {written}\n".encode())
    assert text.value == {"a": value}
    assert type(text.value["a"]) is type(value)


def test_merge_keys_are_ordinary_ones(parser: ModuleType) -> None:
    assert parser.read_yaml(b"<<: {a: 1}").value == {"<<": {"a": 1}}


def test_every_part_has_its_place(parser: ModuleType) -> None:
    text = parser.read_yaml(b"# a story\nrules:\n  - when:\n      a/b: 1\n    x: [1, 2]\n")
    places = {pointer: text.place(pointer) for pointer in ("/rules", "/rules/0/when/a~1b", "/rules/0/x/1", "/rules/0")}
    assert places == {"/rules": (2, 1), "/rules/0/when/a~1b": (4, 7), "/rules/0/x/1": (5, 12), "/rules/0": (3, 5)}


HOSTILE: dict[str, tuple[bytes, tuple[int, int] | None]] = {
    "an anchor": (b"a: 1\nb: &x 1\n", (2, 4)),
    "an alias": (b"a: *x\n", (1, 4)),
    "a cycle": (b"a: &x\n  b: *x\n", None),
    "a billion laughs": (b"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", (1, 4)),
    "a Python object": (b"a: !!python/object/apply:os.system [ls]\n", (1, 4)),
    "a tag of one's own": (b"a: !mine 1\n", (1, 4)),
    "a tag for a number": (b'a: !!int "1"\n', (1, 4)),
    "two documents": (b"---\na: 1\n---\nb: 2\n", (3, 1)),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", (3, 1)),
    "a key that is a list": (b"? [a]\n: 1\n", None),
    "a bracket that stays open": (b"a: [1, 2\n", None),
    "a tab as an indent": (b"a:\n\tb: 1\n", None),
    "two values": (b"a: b: c\n", (1, 5)),
    "nothing": (b"", (1, 1)),
    "a comment alone": (b"# nothing\n", (1, 1)),
    "bytes that are no text": (b"a: 1\nb: \xff\n", (2, 4)),
    "UTF-16": ("a: 1".encode("utf-16"), (1, 1)),
    "a null byte": (b"a: 1\nb: \x00\n", (2, 4)),
    "half of a surrogate pair": (b'a: "\\ud800"\n', None),
    "a character beyond the last": (b'a: "\\U00110000"\n', None),
    "a depth": (b"- " * (DEPTH_MAX + 1), None),
    "brackets without end": (b"[" * 100_000, None),
    "braces without end": (b"{a: " * 10_000, None),
    "too many values": (b"a: [" + b"x," * NODES_MAX + b"]", None),
    "a long text": (b"a: " + b"x" * BYTES_MAX, (1, 1)),
    "long JSON": (b'{"a": "' + b"x" * JSON_BYTES_MAX + b'"}', (1, 1)),
    "long JSON that is none": (b'{"a": "' + b"x" * BYTES_MAX + b'",}', None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_part_of_the_language_is_refused_at_its_place(parser: ModuleType, name: str) -> None:
    data, place = HOSTILE[name]
    with pytest.raises(UnreadableError) as refused:
        parser.read_yaml(data, "a.yaml")
    error = refused.value
    assert error.where == f"a.yaml:{error.line}:{error.column}"
    assert place in {None, (error.line, error.column)}
    assert len(str(error)) < 300
    assert "Traceback" not in str(error)


def test_json_is_read_as_json() -> None:
    text = read_yaml(b'\xef\xbb\xbf{\n\t"a": "\\ud83d\\ude00",\r\n\t"b": [1.50]}')
    assert text.value == {"a": "😀", "b": [Decimal("1.50")]}
    assert text.place("/b/0")[0] == 3


def test_places_in_json_that_yaml_does_not_read_are_lines() -> None:
    text = read_yaml(b'{"a": 1,\n "b": "\\ud83d\\ude00",\n "c": 2}')
    assert (text.place("/c"), text.place("/b")) == ((3, 1), (2, 1))


def test_places_in_long_json_are_lines() -> None:
    text = read_yaml(b'{"a": "' + b"x" * BYTES_MAX + b'",\n  "b": 1}')
    assert text.place("/b") == (2, 1)


def test_flow_style_is_no_json_and_is_read_all_the_same() -> None:
    assert read_yaml(b"{a: 1, b: [no]}").value == {"a": 1, "b": ["no"]}


def test_json_with_a_name_twice_is_refused_where_the_second_stands() -> None:
    with pytest.raises(UnreadableError, match="line 2, column 2: the key 'a' stands twice"):
        read_yaml(b'{"a": 1,\n "a": 2}')


@given(VALUES)
def test_any_json_value_is_read_as_what_it_is(value: Any) -> None:
    assert read_yaml(json.dumps([value], ensure_ascii=False).encode()).value == [value]


@given(st.dictionaries(st.sampled_from("abcdef"), PLAIN, min_size=1))
def test_what_is_dumped_as_yaml_is_read_again(value: dict[str, Any]) -> None:
    # PyYAML writes as YAML 1.1, to which 1e3 is a word that needs no quotes; to 1.2 it is a number.
    assume(not re.search(r"\d[eE][-+]?\d", json.dumps(value, default=str)))
    written = yaml.safe_dump(value, allow_unicode=True)
    try:
        text = read_yaml(written.encode())
    except UnreadableError as error:
        # It refers back to what it has written already, or has letters that it cannot write.
        assert "anchors" in error.message or "tag" in error.message  # noqa: PT017
        return
    assert text.value == value


@given(st.binary(max_size=60) | st.text("[]{}:,-&*!|>'\"%@`#? \n\tab01~\\xu", max_size=40).map(str.encode))
def test_any_bytes_are_a_value_or_a_clear_error(data: bytes) -> None:
    try:
        dumps(read_yaml(data).value)
    except UnreadableError as error:
        assert error.line >= 1  # noqa: PT017
        assert error.column >= 1  # noqa: PT017
