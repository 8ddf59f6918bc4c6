"""Ledger items: keys of the series S, and which item a posting belongs to."""

from __future__ import annotations

from decimal import Decimal

from simulator.systems.talenom.wire.items import LedgerItems

ONE = Decimal(1)


def opened(items: LedgerItems, account: str, amount: int, reference: str = "") -> str:
    key = items.key_for(account, Decimal(amount), reference)
    items.post(account, key, Decimal(amount), reference)
    return key


def test_keys_count_from_s1() -> None:
    items = LedgerItems()

    assert [opened(items, "1701", 10), opened(items, "1701", 20), opened(items, "2871", -5)] == ["S1", "S2", "S3"]


def test_a_reference_finds_the_open_item_of_the_same_account_and_the_other_sign() -> None:
    items = LedgerItems()
    key = opened(items, "1701", 10, "123")

    assert opened(items, "1701", 10, "123") != key, "the same sign opens another item"
    assert items.key_for("2871", -ONE, "123") != key
    assert items.key_for("1701", -ONE, "124") != key


def test_a_reference_is_matched_until_the_item_is_settled() -> None:
    items = LedgerItems()
    key = opened(items, "1701", 10, "123")

    assert opened(items, "1701", -4, "123") == key
    assert opened(items, "1701", -6, "123") == key
    assert items.items["1701", key].balance == 0
    assert opened(items, "1701", -1, "123") != key


def test_an_item_is_known_by_the_reference_that_opened_it() -> None:
    items = LedgerItems()
    key = opened(items, "1701", 10, "123")

    items.post("1701", key, -ONE, "456")

    assert items.key_for("1701", -ONE, "456") != key
    assert items.key_for("1701", -ONE, "123") == key


def test_the_series_steps_over_keys_that_are_there() -> None:
    items = LedgerItems()
    items.post("1701", "S1", ONE, "")

    assert items.key_for("1701", ONE, "") == "S2"


def test_a_posting_that_is_withdrawn_leaves_nothing_behind() -> None:
    items = LedgerItems()
    key = opened(items, "1701", 10, "123")
    items.post("1701", key, Decimal(-4), "123")

    items.withdraw("1701", key, Decimal(-4))
    assert items.items["1701", key].balance == 10
    items.withdraw("1701", key, Decimal(10))
    assert items.items == {}
    items.withdraw("1701", key, Decimal(10))
    assert items.key_for("1701", Decimal(-10), "123") != key
