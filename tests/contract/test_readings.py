"""Readings: every open question has an answer, the last one chosen counts, and nothing else can be chosen."""

from __future__ import annotations

import pytest

from simulator.contract.contract import Contract
from simulator.contract.readings import Reading, choose
from simulator.errors import SettingError

KNOWN = {
    "number": Reading("number", "Which?", "nobody says", "none", "2", (("2", "two"), ("-1", "minus one"))),
    "colour": Reading("colour", "Which?", "nobody says", "none", "red", (("red", "red"), ("blue", "blue"))),
}


def test_without_a_choice_every_question_has_its_default() -> None:
    assert choose(KNOWN) == {"number": "2", "colour": "red"}


def test_the_last_choice_counts_and_leaves_the_others() -> None:
    assert choose(KNOWN, [("number", "-1"), ("number", "2")], [("number", "-1")]) == {"number": "-1", "colour": "red"}


def test_a_number_will_do_where_its_text_is_meant() -> None:
    assert choose(KNOWN, {"number": -1}.items())["number"] == "-1"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("numbers", "2", "numbers: there is no such reading. Did you mean number?"),
        ("zzz", "2", "zzz: there is no such reading. Choose one of number, colour."),
        ("colour", "bleu", "colour: 'bleu' is not among its answers. Did you mean blue?"),
        ("number", "7", "number: '7' is not among its answers. Choose one of 2, -1."),
        ("number", "2 ", "number: '2 ' is not among its answers. Did you mean 2?"),
        ("number", "", "number: '' is not among its answers. Choose one of 2, -1."),
        ("number", True, "number: 'True' is not among its answers. Choose one of 2, -1."),
        ("number", None, "number: 'None' is not among its answers. Choose one of 2, -1."),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_advice(name: str, value: object, message: str) -> None:
    with pytest.raises(SettingError) as caught:
        choose(KNOWN, [(name, value)])

    assert str(caught.value) == message


def test_a_choice_does_not_change_what_is_known() -> None:
    choose(KNOWN, [("number", "-1")])

    assert choose(KNOWN)["number"] == "2"


def test_every_answer_to_every_question_of_the_contract_can_be_chosen(contract: Contract) -> None:
    defaults = contract.choose()
    for name, reading in contract.readings.items():
        assert defaults[name] == reading.default
        for value in reading.values:
            assert contract.choose([(name, value)]) == {**defaults, name: value}
