"""Chance that a seed repeats: a draw depends on the seed and its address, and on nothing else."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import chance
from tests.strategies import texts

ADDRESSES = st.lists(st.integers() | texts(), max_size=4)


@given(st.integers(), ADDRESSES)
def test_a_draw_lies_between_zero_and_one_and_repeats(seed: int, address: list[str | int]) -> None:
    drawn = chance.draw(seed, *address)

    assert 0 <= drawn < 1
    assert chance.draw(seed, *address) == drawn


def test_the_largest_digest_is_still_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class AllOnes:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def digest(self) -> bytes:
            return b"\xff" * 8

    monkeypatch.setattr(chance, "blake2b", AllOnes)

    assert 0.999 < chance.draw(1, "submit_ledger") < 1


def test_a_draw_is_the_same_in_another_process() -> None:
    program = "from simulator.chance import draw; print(draw(7, 'submit_ledger', 'LGR-ä', 1))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)

    assert float(shown.stdout) == chance.draw(7, "submit_ledger", "LGR-ä", 1) == 0.577170287467541


@pytest.mark.parametrize(
    "other",
    [
        (8, "submit", "A", 1),
        (7, "sync", "A", 1),
        (7, "submit", "B", 1),
        (7, "submit", "A", 2),
        (7, "submit", "A"),
        (7, "submitA", 1),
    ],
)
def test_seed_and_every_part_of_the_address_count(other: tuple[Any, ...]) -> None:
    assert chance.draw(*other) != chance.draw(7, "submit", "A", 1)


def test_half_of_a_surrogate_pair_in_an_address_is_no_reason_to_fail() -> None:
    assert 0 <= chance.draw(1, "\ud800") < 1


def test_draws_are_spread_evenly() -> None:
    drawn = [chance.draw(1, "sync", number) for number in range(2_000)]

    assert abs(statistics.mean(drawn) - 0.5) < 0.03
    assert len(set(drawn)) == len(drawn)
    assert all(abs(sum(low <= one < low + 0.1 for one in drawn) - 200) < 60 for low in (0.0, 0.3, 0.6, 0.9))


def test_a_token_cannot_be_guessed_and_fits_a_header() -> None:
    tokens = {chance.token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(
        len(token) == 32 and token.isascii() and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )


def test_a_fingerprint_names_a_text_without_showing_it() -> None:
    secret = "test-4711-secret"

    assert chance.fingerprint(secret) == chance.fingerprint(secret)
    assert chance.fingerprint(secret) != chance.fingerprint(secret + "x")
    assert len(chance.fingerprint(secret)) == 12
    assert secret not in chance.fingerprint(secret)
    assert chance.fingerprint("\udfff") != chance.fingerprint("\ud800")
