"""Places in a text that a person wrote."""

from __future__ import annotations

from simulator.contract.storytext import Spots, Text, UnreadableError, at


def test_a_place_is_looked_for_when_it_is_asked_for_and_only_once() -> None:
    asked: list[str] = []

    def find() -> Spots:
        asked.append("")
        return {"": (1, 1), "/a": (2, 3)}

    text = Text({"a": 1}, find)
    assert asked == []
    assert (text.place("/a"), text.place("")) == ((2, 3), (1, 1))
    assert asked == [""]


def test_what_is_not_there_is_at_the_nearest_part_around_it() -> None:
    text = Text(None, lambda: {"": (1, 1), "/a/0": (4, 5)})
    assert text.place("/a/0/b/c") == (4, 5)
    assert text.place("/z") == (1, 1)
    assert Text(None).place("/z") == (1, 1)


def test_a_place_is_written_as_compilers_do_or_in_words() -> None:
    assert at("a.yaml", 3, 4) == "a.yaml:3:4"
    assert at("", 3, 4) == "line 3, column 4"
    error = UnreadableError("no.", "a.yaml", 3, 4)
    assert (error.where, error.line, error.column) == ("a.yaml:3:4", 3, 4)
