"""The journal of vouchers against a list: numbers, dates and balances."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.vouchers import Journal, Posting, Voucher, VoucherState
from tests.strategies import cents

SERIES = st.sampled_from(["ML", "KL"])
YEARS = st.sampled_from(["2025", "2026"])
DATES = st.sampled_from(["2025-12-31", "2026-01-01", "2026-06-30", "2026-12-31"])
POSTINGS = st.lists(
    st.builds(Posting, st.sampled_from(["1701", "3000", "2939"]), cents() | cents().map(lambda amount: -amount)),
    max_size=3,
)
STATES: st.SearchStrategy[VoucherState] = st.sampled_from(["valid", "valid", "draft", "void"])
VOUCHERS = st.lists(st.tuples(SERIES, YEARS, DATES, POSTINGS, STATES), max_size=12)
Given = list[tuple[str, str, str, list[Posting], VoucherState]]


def booked(vouchers: Given) -> Journal:
    journal = Journal()
    for series, year, date, postings, state in vouchers:
        journal.add(series, year, date, postings, 0, state=state)
    return journal


def add(journal: Journal, series: str = "ML", year: str = "2026", **rest: Any) -> Voucher:
    return journal.add(series, year, f"{year}-01-15", [], 0, **rest)


def test_a_voucher_keeps_what_it_was_given() -> None:
    postings = [Posting("1701", Decimal(1)), Posting("3000", Decimal(-1))]
    voucher = Journal().add("ML", "2026", "2026-01-15", iter(postings), 7, description="d", details={"a": 1})

    assert voucher == Voucher(1, "ML", 1, "2026-01-15", tuple(postings), 7, 7, "d", "valid", {"a": 1})


def test_two_vouchers_without_details_do_not_share_them() -> None:
    journal = Journal()
    one, other = add(journal), add(journal)
    one.details["a"] = 1
    assert other.details == {}


@given(VOUCHERS)
def test_keys_count_all_vouchers_and_numbers_those_of_a_series_and_a_year(vouchers: Given) -> None:
    journal = booked(vouchers)

    assert list(journal.by_key) == [voucher.key for voucher in journal.by_key.values()]
    assert list(journal.by_key) == list(range(1, len(vouchers) + 1))
    for key, voucher in journal.by_key.items():
        series, year = vouchers[key - 1][:2]
        before = [one for one in vouchers[: key - 1] if one[:2] == (series, year)]
        assert (voucher.series, voucher.number) == (series, len(before) + 1)


@given(st.lists(st.tuples(SERIES, YEARS, st.none() | st.integers(1, 6)), max_size=20))
def test_a_number_that_was_given_by_hand_is_left_out_of_the_count(steps: list[tuple[str, str, int | None]]) -> None:
    journal, taken = Journal(), set[tuple[str, str, int]]()
    last: dict[tuple[str, str], int] = {}
    for series, year, number in steps:
        if number is not None and (series, year, number) in taken:
            assert journal.is_taken(series, year, number)
            continue
        # The next one: above the last that was counted, and free.
        free = last.get((series, year), 0) + 1
        while (series, year, free) in taken:
            free += 1
        assert journal.next_number(series, year) == free
        voucher = add(journal, series, year, number=number)
        assert voucher.number == (free if number is None else number)
        if number is None:
            last[series, year] = free
        taken.add((series, year, voucher.number))

    for series in ("ML", "KL"):
        for year in ("2025", "2026"):
            for number in range(30):
                assert journal.is_taken(series, year, number) is ((series, year, number) in taken)


@given(VOUCHERS, DATES, DATES)
def test_vouchers_of_a_span_are_those_between_two_days_both_included(vouchers: Given, begin: str, end: str) -> None:
    keys = [voucher.key for voucher in booked(vouchers).between(begin, end)]
    assert keys == [key for key, one in enumerate(vouchers, 1) if begin <= one[2] <= end]


@given(VOUCHERS, DATES, DATES)
def test_balances_sum_up_the_valid_vouchers_of_a_span_to_the_cent(vouchers: Given, begin: str, end: str) -> None:
    counts: dict[str, int] = {}
    for _, _, date, postings, state in vouchers:
        for posting in postings:
            if state == "valid" and begin <= date <= end:
                counts[posting.account] = counts.get(posting.account, 0) + int(posting.amount * 100)

    balances = booked(vouchers).balances(begin, end)

    assert {account: int(amount * 100) for account, amount in balances.items()} == counts


@given(VOUCHERS)
def test_without_a_span_everything_is_summed_up(vouchers: Given) -> None:
    journal = booked(vouchers)
    assert journal.balances() == journal.balances("2025-12-31", "2026-12-31")


def test_the_last_year_of_the_calendar_counts_too() -> None:
    journal = Journal()
    journal.add("ML", "9999", "9999-12-31", [Posting("1701", Decimal(1))], 0)
    assert journal.balances() == {"1701": Decimal(1)}


def test_a_voucher_that_is_made_void_or_valid_later_changes_the_balances() -> None:
    journal = Journal()
    voucher = journal.add("ML", "2026", "2026-01-15", [Posting("1701", Decimal(1))], 0, state="draft")
    assert journal.balances() == {}
    voucher.state = "valid"
    assert journal.balances() == {"1701": Decimal(1)}
    voucher.state = "void"
    assert journal.balances() == {}
    assert journal.is_taken("ML", "2026", 1), "its number is not given out again"


# -------------------------------------------------------------------------------------------------- moving


def test_a_voucher_that_moves_to_another_series_gets_its_next_number_and_keeps_its_key() -> None:
    journal = Journal()
    first, second = add(journal), add(journal)
    add(journal, "KL", "2025")

    journal.move(first, "2026", "KL", "2025")

    assert (first.key, first.series, first.number) == (1, "KL", 2)
    assert journal.next_number("KL", "2025") == 3
    assert journal.is_taken("KL", "2025", 2)
    assert not journal.is_taken("ML", "2026", 1)
    assert (second.number, journal.next_number("ML", "2026")) == (2, 3), "no number is counted twice"


def test_a_voucher_may_be_given_a_number_by_hand_and_leaves_its_old_one_free() -> None:
    journal = Journal()
    voucher = add(journal)

    journal.move(voucher, "2026", "ML", "2026", 2)

    assert (voucher.number, journal.is_taken("ML", "2026", 1), journal.is_taken("ML", "2026", 2)) == (2, False, True)
    assert add(journal).number == 3
    assert add(journal, number=1).number == 1
    journal.move(voucher, "2026", "ML", "2026", 2)
    assert journal.is_taken("ML", "2026", 2)
