"""Bodies as data: `$name` stands for a value, `{name}` for a piece of a text, and everything else for itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from simulator.contract.jsontext import dumps, loads
from simulator.contract.templates import around, compile_item, fill, fill_text, slots
from tests.strategies import json_values, texts

VALUES = {"a": [1, {"b": None}], "n": 7, "text": "{n} $n", "nothing": None}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("$a", [1, {"b": None}]), ("$nothing", None), ("plain", "plain"), ("", ""), ("is {n}", "is 7"),
        ("{n}{n}", "77"), ("a $n", "a $n"), ("{{n}}", "{n}"), (12, 12), ([], []), ({"$n": "$n"}, {"$n": 7}),
        ("{nothing}", "None"),
        ({"x": "$n", "y": ["$nothing", "is {n}", 1, True, None]}, {"x": 7, "y": [None, "is 7", 1, True, None]}),
    ],
)  # fmt: skip
def test_slots_are_filled_and_everything_else_stays(template: Any, filled: Any) -> None:
    assert fill(template, VALUES) == filled


def test_a_value_is_put_in_as_it_is_and_never_filled_itself() -> None:
    assert fill("says {text}", VALUES) == "says {n} $n"
    assert fill("$text", VALUES) == "{n} $n"


@given(texts())
def test_no_text_of_a_client_is_taken_for_a_template(text: str) -> None:
    assert fill_text("{given}!", {"given": text}) == f"{text}!"
    assert fill("$given", {"given": text}) == text


@pytest.mark.parametrize("template", ["$missing", "a {missing}", {"x": ["$missing"]}, "$"])
def test_a_slot_without_a_value_is_an_error(template: Any) -> None:
    with pytest.raises(KeyError):
        fill(template, VALUES)


def test_filling_leaves_the_template_as_it_was() -> None:
    template = {"x": ["$n"], "y": {"z": "{n}"}}
    fill(template, VALUES)

    assert template == {"x": ["$n"], "y": {"z": "{n}"}}


def test_slots_are_found_at_any_depth() -> None:
    assert slots({"a": ["$one", {"b": "$two"}], "c": "$one", "d": "{three}", "e": 4}) == {"one", "two"}
    assert slots("plain") == slots(None) == slots([]) == set()
    assert slots("$one") == {"one"}


@given(json_values())
def test_a_list_can_be_streamed_into_its_place(value: Any) -> None:
    template = {"before": 1, "records": "$records", "after": ["ä"]}
    before, after = around(template, "records")

    assert loads(before + dumps(value) + after) == fill(template, {"records": value})


def test_a_list_that_is_the_whole_body_can_be_streamed_too() -> None:
    assert around("$records", "records") == (b"", b"")


@pytest.mark.parametrize("template", [{"a": "$records", "b": "$records"}, {"a": 1}])
def test_a_list_has_one_place(template: Any) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        around(template, "records")


@pytest.mark.parametrize(
    "template",
    [{"a": "$n", "b": "$nothing"}, {"a": "$n", "b": "fixed"}, {"a": "is {n}"}, {"a": {"deep": "$n"}, "c": 1}, {}],
)
def test_a_compiled_item_is_filled_like_any_template(template: dict[str, Any]) -> None:
    assert compile_item(template)(VALUES) == fill(template, VALUES)
