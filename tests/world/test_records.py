"""Records on their shelf, against a model that is a plain list."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Reply
from simulator.world.records import STEPS_MAX, Filter, Record, Shelf, State

IDENTIFIERS = ["a", "b", "c"]
INVOICES = ["", "10", "11"]
DATES = ["", "2025-12-31", "2026-01-01", "2026-01-02"]
STATES: list[State] = ["pending", "synced", "failed"]


def record(number: int, identifier: str = "a", date: str = "2026-01-01", invoice: str = "", **other: Any) -> Record:
    return Record(number, "payment", identifier, other.pop("raw", b"{}"), "", {}, date, invoice, at=0, **other)


def asked(records: list[Record], wanted: Filter) -> list[int]:
    """The question put to a plain list: slow, and too simple to be wrong."""
    found = []
    for one in records:
        if wanted.identifiers and one.identifier not in wanted.identifiers:
            continue
        if wanted.invoices and (one.invoice == "" or one.invoice not in wanted.invoices):
            continue
        if wanted.states is not None and one.state not in wanted.states:
            continue
        if wanted.from_date and one.date < wanted.from_date:
            continue
        if wanted.to_date and (one.date == "" or one.date > wanted.to_date):
            continue
        found.append(one.number)
    return sorted(found)


FILTERS = st.builds(
    Filter,
    identifiers=st.frozensets(st.sampled_from([*IDENTIFIERS, "none", ""]), max_size=3),
    invoices=st.frozensets(st.sampled_from([*INVOICES, "99"]), max_size=3),
    states=st.none() | st.frozensets(st.sampled_from(STATES), max_size=3),
    from_date=st.sampled_from(["", *DATES[1:], "2027-01-01"]),
    to_date=st.sampled_from(["", *DATES[1:], "1999-01-01"]),
)

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "move", "reindex"]),
        st.integers(0, 9),
        st.sampled_from(IDENTIFIERS),
        st.sampled_from(INVOICES),
        st.sampled_from(DATES),
        st.sampled_from(STATES),
    ),
    max_size=25,
)


@given(changes=CHANGES, wanted=FILTERS)
def test_a_shelf_finds_what_a_plain_list_finds_in_the_order_of_numbers(changes: list[Any], wanted: Filter) -> None:
    shelf, records = Shelf(), list[Record]()
    for what, which, identifier, invoice, date, state in changes:
        if what == "add" or not records:
            records.append(record(len(records) + 1, identifier, date, invoice))
            shelf.add(records[-1])
        elif what == "move":
            shelf.move(records[which % len(records)], state)
        else:
            shelf.reindex(records[which % len(records)], date, invoice)

    assert [one.number for one in shelf.find(wanted)] == asked(records, wanted)


def test_every_combination_of_filters_on_every_combination_of_records() -> None:
    shelf, records = Shelf(), list[Record]()
    for identifier, invoice, date, state in itertools.product(IDENTIFIERS, INVOICES, DATES, STATES):
        records.append(record(len(records) + 1, identifier, date, invoice))
        shelf.add(records[-1])
        shelf.move(records[-1], state)
    choices = itertools.product(
        [frozenset(), frozenset({"a", "b"}), frozenset({"none"})],
        [frozenset(), frozenset({"10"}), frozenset({""}), frozenset({"10", "11", ""})],
        [
            None,
            frozenset(),
            *(frozenset(some) for some in ({"synced"}, {"pending"}, {"failed", "pending"}, set(STATES))),
        ],
        ["", "2026-01-01", "2026-01-02"],
        ["", "2026-01-01", "2025-01-01"],
    )
    for identifiers, invoices, states, from_date, to_date in choices:
        wanted = Filter(identifiers, invoices, states, from_date, to_date)
        assert [one.number for one in shelf.find(wanted)] == asked(records, wanted), wanted


def test_a_question_that_names_no_state_at_all_finds_nothing() -> None:
    shelf = Shelf()
    shelf.add(record(1))
    assert shelf.find(Filter(states=frozenset())) == []
    assert len(shelf.find(Filter(states=None))) == 1


class Counted(Filter):
    """A filter that counts whom it looked at."""

    looked = 0

    def takes(self, record: Record) -> bool:
        Counted.looked += 1
        return super().takes(record)


@pytest.mark.parametrize(
    "wanted",
    [
        {"identifiers": frozenset({"id-500"})},
        {"invoices": frozenset({"inv-500"})},
        {"from_date": "2026-02-01", "to_date": "2026-02-01"},
        {"from_date": "2026-02-01"},
        {"states": frozenset({"failed"})},
        {"states": frozenset({"failed"}), "from_date": "2020-01-01"},
        {"states": frozenset({"synced"}), "from_date": "2026-02-01"},
        {"states": frozenset({"pending"}), "from_date": "2026-02-01"},
        {"identifiers": frozenset({"id-500"}), "states": frozenset({"synced", "pending"})},
    ],
)
def test_a_narrow_question_looks_at_few_records(wanted: dict[str, Any]) -> None:
    shelf = Shelf()
    for number in range(1_000):
        date = "2026-02-01" if number == 500 else "2026-01-01"
        shelf.add(record(number, f"id-{number}", date, f"inv-{number}"))
    shelf.move(shelf.all[500], "failed")
    Counted.looked = 0

    shelf.find(Counted(**wanted))

    assert Counted.looked <= 1


def test_a_shelf_keeps_the_earlier_record_of_an_identifier_and_says_that_it_is_doubled() -> None:
    shelf = Shelf()
    first, second, third = (record(number, "same") for number in (1, 2, 3))
    for one in (first, second, third):
        shelf.add(one)

    assert shelf.by_identifier["same"] is third
    assert shelf.doubled == [second, third]
    assert shelf.find(Filter(identifiers=frozenset({"same"}))) == [first, second, third]


@pytest.mark.parametrize("state", STATES)
def test_a_record_is_in_the_index_of_its_state_alone(state: State) -> None:
    shelf = Shelf()
    one = record(1)
    shelf.add(one)
    for before in STATES:
        shelf.move(one, before)
        shelf.move(one, state)
        assert one.state == state
        assert [name for name, members in shelf.by_state.items() if 1 in members] == [state] * (state != "synced")


def test_a_shelf_forgets_an_invoice_that_no_record_has_any_more() -> None:
    shelf = Shelf()
    one = record(1, invoice="0")
    shelf.add(one)
    for number in range(1, 50):
        shelf.reindex(one, "2026-01-01", str(number))
    assert list(shelf.by_invoice) == ["49"]
    shelf.reindex(one, "2026-01-01", "")
    assert (shelf.by_invoice, one.invoice) == ({}, "")


def test_pages_are_taken_after_a_number_in_its_order() -> None:
    shelf = Shelf()
    for number in range(1, 8):
        shelf.add(record(number, str(number)))
    for number in (2, 4, 6):
        shelf.move(shelf.all[number], "synced")
    shelf.move(shelf.all[2], "pending")

    assert [one.number for one in shelf.after(0, 3)] == [1, 2, 3]
    assert [one.number for one in shelf.after(3, 10)] == [4, 5, 6, 7]
    assert [one.number for one in shelf.after(1, 2, frozenset({"pending"}))] == [2, 3]
    assert [one.number for one in shelf.after(0, 9, frozenset({"synced"}))] == [4, 6]
    assert shelf.after(7, 5) == []


def test_a_timeline_is_bounded_keeps_its_first_step_and_says_what_is_missing() -> None:
    one = record(1)
    for number in range(STEPS_MAX + 50):
        one.note(number, f"step-{number}", "test")

    assert len(one.steps) == STEPS_MAX
    timeline = one.show(full=True)["timeline"]
    assert [step["step"] for step in timeline[:3]] == ["step-0", "omitted", "step-51"]
    assert timeline[-1]["step"] == f"step-{STEPS_MAX + 49}"
    assert timeline[1]["detail"] == "50 steps are no longer kept"


def test_a_push_shows_the_content_that_was_pushed_even_after_new_content_was_taken() -> None:
    one = record(1, raw=b'{"v":1}')
    one.note(0, "failed", "system", "no", Reply("rejected", "no", "text/plain", answered=b"no"))
    one.note(0, "odd", "system", "", Reply("rejected", "no", sent=b"<xml/>"))

    assert one.renew(b'{"v":22}', {"k": 1}) == len(b'{"v":22}'), "the old content is kept too"
    one.note(0, "synced", "system", "", Reply("accepted", answered=b"yes"))
    assert one.renew(b"{}", {}) == len(b"{}")

    shown = [step["exchanges"][0]["sent"]["body"] for step in one.show(full=True)["timeline"]]
    assert shown == ['{"v":1}', "<xml/>", '{"v":22}']
    assert one.document() == {}


def test_new_content_of_a_record_that_was_never_pushed_takes_the_place_of_the_old() -> None:
    one = record(1, raw=b"{  }")
    assert one.renew(b"{}", {"k": 1}) == -2
    assert (one.raw, one.kept) == (b"{}", {"k": 1})


def test_a_record_shows_itself_with_nothing_where_nothing_is_known() -> None:
    one = record(7, date="", raw=b'{"amount":1.10}')
    assert one.show() == {
        "kind": "payment",
        "identifier": "a",
        "number": 7,
        "state": "pending",
        "reason": None,
        "date": None,
        "invoiceNumber": None,
        "attempts": 0,
        "submittedAt": "1970-01-01T00:00:00.000Z",
        "settledAt": None,
        "dueAt": None,
        "seenByClient": False,
    }
    assert str(one.show(full=True)["document"]["amount"]) == "1.10"


def test_the_index_of_a_state_does_not_remember_the_many_that_left_it() -> None:
    shelf = Shelf()
    records = [record(number, str(number)) for number in range(1, 2_001)]
    for one in records:
        shelf.add(one)
    full = sys.getsizeof(shelf.by_state["pending"])
    for one in records[:-5]:
        shelf.move(one, "synced")

    assert shelf.find(Filter(states=frozenset({"pending"}))) == records[-5:]
    assert sys.getsizeof(shelf.by_state["pending"]) < full / 4
