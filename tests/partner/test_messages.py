"""Requests as the service sees them."""

from __future__ import annotations

from simulator.partner.messages import Request


def test_the_first_of_several_headers_of_a_name_counts() -> None:
    request = Request(
        "GET", "/", headers=[(b"accept", b"a/b"), (b"accept", b"c/d"), (b"x-name", "ä".encode("latin-1"))]
    )
    assert (request.header(b"accept"), request.header(b"x-name")) == ("a/b", "ä")


def test_a_header_that_was_not_sent_is_none() -> None:
    assert Request("GET", "/").header(b"accept") is None
