"""Bytes and headers as people see them: in the charset that they name, and without secrets."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world.showing import REDACTED, as_text, conceal, show_headers
from tests.strategies import texts


@given(texts(), st.sampled_from(["utf-8", "UTF-16", "utf8"]))
def test_a_text_comes_out_as_it_was_in_the_charset_that_is_named(text: str, charset: str) -> None:
    assert as_text(text.encode(charset), f"text/xml; charset={charset}") == text


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/xml; charset=ISO-8859-15", "€"),
        ('text/xml; Charset="iso-8859-15"', "€"),
        ("text/xml; charset = 'windows-1252' ; q=1", "¤"),
        ("text/xml; charset=latin-1", "¤"),
        ("text/xml", "\ufffd"),
        ("", "\ufffd"),
        ("text/xml; charset=", "\ufffd"),
        ("text/xml; charset=us-ascii", "\ufffd"),
    ],
)
def test_the_charset_of_the_media_type_decides_and_what_does_not_fit_is_marked(media_type: str, text: str) -> None:
    assert as_text(b"a\xa4b", media_type) == f"a{text}b"


@pytest.mark.parametrize("charset", ["klingon", "hex", "base64", "rot13", "idna", "undefined", "utf-7", "x" * 500])
def test_a_charset_that_there_is_not_or_that_is_no_charset_is_read_as_utf_8(charset: str) -> None:
    assert as_text("ä".encode() + b"\xff", f"text/plain; charset={charset}") == "ä\ufffd"


def test_a_charset_that_python_takes_hours_for_holds_nobody_up() -> None:
    # Its decoder puts each sign in its place among the others: 4 MiB take longer than anybody waits.
    data = b"a-" + b"abcdefghij" * 400_000
    assert as_text(data, "text/plain; charset=Punycode") == data.decode()


CHARSETS = sorted({"ascii", "big5", "cp1252", "idna", "punycode", "utf-7", "utf-8", "utf-16", "utf-32", "shift_jis"})


@given(st.binary(max_size=30), st.sampled_from(CHARSETS) | st.text("abcdefghijklmnopqrstuvwxyz-_0123456789"))
def test_whatever_the_bytes_and_the_charset_are_they_can_be_shown(data: bytes, charset: str) -> None:
    # Python's own escapes warn of bytes that they do not know, and no client names them by chance.
    assert isinstance(as_text(data, f"text/plain; charset={charset}"), str)


def test_the_charsets_of_the_property_are_ones_that_python_has() -> None:
    assert all(codecs.lookup(charset) for charset in CHARSETS)


@pytest.mark.parametrize(
    "name",
    ["X-Api-Key", "proxy-authorization", "Cookie", "X-SIM-TOKEN", "Ocp-Apim-Subscription-Key", "authorization"],
)
def test_a_secret_is_not_shown_whatever_the_case_of_its_header(name: str) -> None:
    assert show_headers([(name, "secret")]) == [[name, REDACTED]]


def test_of_an_authorization_the_scheme_is_shown_and_of_others_nothing() -> None:
    shown = show_headers([("Authorization", "Bearer abc def"), ("cookie", "a b"), ("authorization", " x")])
    assert shown == [["Authorization", f"Bearer {REDACTED}"], ["cookie", REDACTED], ["authorization", f" {REDACTED}"]]


@given(st.lists(st.tuples(st.sampled_from(["accept", "x-key", "date"]), texts())))
def test_other_headers_are_shown_in_their_order_as_they_are(headers: list[tuple[str, str]]) -> None:
    assert show_headers(headers) == [list(header) for header in headers]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("grant_type=x&client_secret=abc&api_key=d%3Df&z=1",
         "grant_type=x&client_secret=[redacted]&api_key=[redacted]&z=1"),
        ('{"access_token": "a.b.c", "expires_in": 3600}', '{"access_token": "[redacted]", "expires_in": 3600}'),
        ("http://localhost/x?a=1&subscription-key=k", "http://localhost/x?a=1&subscription-key=[redacted]"),
        ("my_api_key=1&note=client_secret", "my_api_key=1&note=client_secret"),
    ],
)  # fmt: skip
def test_secrets_in_bodies_and_queries_are_not_shown(text: str, shown: str) -> None:
    assert conceal(text) == shown
