"""Names with brackets, as PHP reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.fennoa.wire.brackets import DEPTH_MAX, Branch, NestingError, steps_of, tree_of


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("sum", ["sum"]),
        ("row[1][account]", ["row", "1", "account"]),
        ("row[][account]", ["row", "", "account"]),
        ("row[1]x[2]", ["row", "1"]),
        ("row[1][", ["row", "1"]),
        ("row[1", ["row[1"]),
        ("[1]", ["[1]"]),
        ("", [""]),
        ("a]b", ["a]b"]),
    ],
)
def test_a_name_has_steps(name: str, steps: list[str]) -> None:
    assert steps_of(name) == steps


def test_a_name_may_be_as_deep_as_anything_of_fennoa_and_no_deeper() -> None:
    assert len(steps_of("a" + "[b]" * (DEPTH_MAX - 1))) == DEPTH_MAX
    with pytest.raises(NestingError, match="nested deeper"):
        steps_of("a" + "[b]" * DEPTH_MAX)


@pytest.mark.parametrize("keys", [("0", "1"), ("1", "2"), ("7", "3"), ("a", "b")])
def test_rows_are_grouped_by_any_keys_and_keep_their_order(keys: tuple[str, str]) -> None:
    first, second = keys
    fields = [(f"row[{first}][x]", "1"), (f"row[{second}][x]", "2"), (f"row[{first}][y]", "3")]

    assert tree_of(fields) == {"row": {first: {"x": "1", "y": "3"}, second: {"x": "2"}}}


def test_an_empty_key_is_the_next_free_number() -> None:
    assert tree_of([("a[]", "x"), ("a[5]", "y"), ("a[]", "z"), ("a[07]", "w"), ("a[]", "v")]) == {
        "a": {"0": "x", "5": "y", "6": "z", "07": "w", "7": "v"}
    }
    assert tree_of([("a[5]", "x"), ("a[2]", "y"), ("a[]", "z")]) == {"a": {"5": "x", "2": "y", "6": "z"}}


def test_the_last_value_wins_also_where_one_is_a_branch() -> None:
    assert tree_of([("a", "1"), ("a", "2")]) == {"a": "2"}
    assert tree_of([("a", "1"), ("a[b]", "2")]) == {"a": {"b": "2"}}
    assert tree_of([("a[b]", "2"), ("a", "1")]) == {"a": "1"}


def test_a_branch_gives_texts_and_branches_and_never_the_one_for_the_other() -> None:
    tree = tree_of([("a", "1"), ("b[c]", "2")])

    assert (tree.text("a"), tree.text("b"), tree.text("z")) == ("1", "", "")
    assert (tree.branch("b"), tree.branch("a"), tree.branch("z")) == ({"c": "2"}, {}, {})


def leaves(branch: Branch) -> int:
    return sum(leaves(value) if isinstance(value, Branch) else 1 for value in branch.values())


@given(st.lists(st.tuples(st.text(st.sampled_from("ab[]01"), max_size=12), st.text(max_size=3)), max_size=20))
def test_any_names_make_a_tree_that_invents_nothing(fields: list[tuple[str, str]]) -> None:
    try:
        tree = tree_of(fields)
    except NestingError:
        return
    assert leaves(tree) <= len(fields)


@given(st.integers(1, 2_000))
def test_many_rows_without_keys_take_a_straight_path(count: int) -> None:
    assert list(tree_of([("a[]", "")] * count).branch("a")) == [str(number) for number in range(count)]
