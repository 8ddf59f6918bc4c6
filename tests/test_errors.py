"""What a user can meet: every error says what was wrong, has a status, and stands in the drawn tree."""

from __future__ import annotations

import inspect

import pytest

from simulator import errors
from simulator.errors import STATUS_BY_ERROR, ContractError, SettingError, SimulatorError

CLASSES = [
    thing
    for _, thing in inspect.getmembers(errors, inspect.isclass)
    if issubclass(thing, SimulatorError) and thing is not SimulatorError
]


def test_an_error_shows_where_what_and_what_to_do_next() -> None:
    error = SettingError("9 is too much.", where="port", advice="Choose less.")

    assert str(error) == "port: 9 is too much. Choose less."
    assert (error.where, error.message, error.advice) == ("port", "9 is too much.", "Choose less.")


def test_a_sentence_without_its_full_stop_gets_one_before_the_advice() -> None:
    assert str(SettingError("that is too much", advice="Choose less.")) == "that is too much. Choose less."
    assert str(SettingError("is that too much?", advice="Choose less.")) == "is that too much? Choose less."


@pytest.mark.parametrize("end", ["", ".", "!", "?", ":"])
def test_between_what_and_advice_stands_one_mark(end: str) -> None:
    assert str(SettingError(f"9 is too much{end}", advice="Choose less.")) == f"9 is too much{end or '.'} Choose less."
    assert str(SettingError(f"9 is too much{end}")) == f"9 is too much{end}"


def test_an_error_without_place_or_advice_is_its_sentence_alone() -> None:
    assert str(ContractError("it is wrong")) == "it is wrong"


def test_every_error_is_a_simulator_error_and_can_be_raised_with_a_sentence_alone() -> None:
    for error in CLASSES:
        with pytest.raises(SimulatorError, match="what was wrong"):
            raise error("what was wrong")


def test_every_error_has_a_status_and_every_status_an_error() -> None:
    assert set(CLASSES) == set(STATUS_BY_ERROR)
    assert all(400 <= status <= 599 for status in STATUS_BY_ERROR.values())


def test_the_tree_at_the_top_of_the_module_is_complete() -> None:
    drawn = {line.split()[1] for line in inspect.getdoc(errors).splitlines() if line.startswith(("├", "└"))}  # type: ignore[union-attr]

    assert drawn == {error.__name__ for error in CLASSES}


def test_only_a_mistake_in_the_contract_is_the_fault_of_the_server() -> None:
    assert {error.__name__ for error, status in STATUS_BY_ERROR.items() if status == 500} == {"ContractError"}
