"""Requests and answers as the service sees them."""

from __future__ import annotations

import pytest

from simulator.partner.messages import Request


@pytest.mark.parametrize(
    ("name", "value"),
    [(b"accept", "first"), (b"x-odd", "ä"), (b"x-empty", ""), (b"missing", None), (b"Accept", None)],
)
def test_a_header_is_found_by_its_name_in_small_letters_and_the_first_one_counts(
    name: bytes, value: str | None
) -> None:
    request = Request(
        "GET", "/", b"", [(b"accept", b"first"), (b"accept", b"second"), (b"x-odd", b"\xe4"), (b"x-empty", b"")]
    )
    assert request.header(name) == value
