"""`malformed-json`: HTTP without a fault, and a body that nobody can read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.web.faults.malformed_json import broken
from tests.web.faults.plug import Server, document, request

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES, st.sampled_from(["", " ", "\n\n"]))
def test_no_parser_takes_the_half_of_anything(value: object, blank: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json.loads(broken(f"{blank}{json.dumps(value)}{blank * 3}".encode()))


@pytest.mark.parametrize("body", [b"", b"1", b"12", b"{}", b"[]", b'""', b"null", b"\xff"])
def test_no_parser_takes_the_half_of_the_smallest(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json.loads(broken(body))


def test_status_and_headers_say_that_all_is_well_and_the_connection_stays(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="malformed-json"), request(key, "POST", body=document(), kind="malformed-json"))
        head = plug.until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert head.count(b"content-type: application/json\r\n") == 1
        assert head.count(b"content-length: ") == 1
        assert plug.until(b":") == b'{"message":'
        status, body = plug.answer()
        assert (status, body) == (200, b'{"message":"The ledger document was recei')
        plug.send(request(key))
        assert plug.answer()[0] == 200


def test_of_head_there_is_no_body_to_break(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "HEAD", kind="malformed-json"))
        assert plug.until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
        assert plug.so_far() == b""
