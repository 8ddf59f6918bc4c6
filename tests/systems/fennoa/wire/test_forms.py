"""Form bodies in both encodings, as libraries write them and as nobody should."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Request
from simulator.systems.fennoa.wire import forms
from simulator.systems.fennoa.wire.forms import Form, FormError, read_form
from tests.systems.fennoa.asking import PDF, URL_ENCODED, multipart

BOUNDARY = "multipart/form-data; boundary=b"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


def form(body: bytes, media_type: str = URL_ENCODED) -> Form:
    return read_form(Request("POST", "/", [("content-type", media_type)] if media_type else [], body))


@given(st.dictionaries(st.text(st.sampled_from("abcä _."), min_size=1, max_size=8), TEXTS, max_size=8))
def test_what_goes_in_comes_out_of_both_encodings(fields: dict[str, str]) -> None:
    assert form(urlencode(fields).encode()).fields == fields
    if fields:
        media_type, body = multipart(fields)
        assert form(body, media_type).fields == fields


def test_a_file_comes_with_its_name_and_every_byte() -> None:
    content = PDF + bytes(range(256)) + b"\r\n--b--\r\n"
    media_type, body = multipart({"a": "1"}, {"file": ("tosite ä.pdf", content, "application/pdf")})

    read = form(body, media_type)

    assert read.fields == {"a": "1"}
    assert (read.files["file"].content, read.files["file"].media_type) == (content, "application/pdf")
    assert read.files["file"].name == "tosite ä.pdf"


def test_a_part_as_a_browser_writes_it_is_read() -> None:
    body = (
        b'preamble\r\n--b  \r\nContent-Disposition: form-data; name="row[1][x]"\r\n\r\none\r\ntwo\r\n'
        b"--b\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--b--\r\nepilogue"
    )

    assert form(body, 'multipart/form-data; boundary="b"').fields == {"row": {"1": {"x": "one\r\ntwo"}}, "empty": ""}


def test_a_body_without_a_type_is_taken_for_url_encoded_and_an_empty_one_for_an_empty_form() -> None:
    assert form(b"a=1&b=", "").fields == {"a": "1", "b": ""}
    assert form(b"").fields == {}
    assert form("ä=ö".encode()).fields == {"ä": "ö"}


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"a=%ff", URL_ENCODED, "not UTF-8"),
        (b"\xff=1", URL_ENCODED, "not UTF-8"),
        (b"{}", "application/json", "must be form data, not application/json"),
        (b"a" + b"[b]" * 20 + b"=1", URL_ENCODED, "nested deeper"),
        (b"x", "multipart/form-data", "no boundary"),
        (b"x", "multipart/form-data; boundary=" + "b" * 300, "no boundary"),
        (b"x", BOUNDARY, "ends before its last boundary"),
        (b"--b\r\n\r\nx\r\n--b--", BOUNDARY, "has no name"),
        (b"--b\r\nx", BOUNDARY, "no header"),
        (b"--bc\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--", BOUNDARY, "no header"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', BOUNDARY, "ends before"),
        (b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--', BOUNDARY, "header of a part is not"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--', BOUNDARY, "'a' is not UTF-8"),
        (b"--b\r\nContent-Disposition: form-data; name*0=a; name*=b\r\n\r\nx\r\n--b--", BOUNDARY, "cannot be read"),
        (b"--b\r\nContent-Disposition: form-data; name*=idna''%ff\r\n\r\nx\r\n--b--", BOUNDARY, "cannot be read"),
        (b"x", "multipart/form-data; boundary*0=a; boundary*=b", "boundary of the content-type cannot be read"),
        (b"--b\r\nX: " + b"x" * 9_000 + b"\r\n\r\nx\r\n--b--", BOUNDARY, "too long"),
    ],
)
def test_what_is_no_form_is_refused_with_its_reason(body: bytes, media_type: str, said: str) -> None:
    with pytest.raises(FormError, match=said):
        form(body, media_type)


def test_the_number_of_fields_and_parts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "FIELDS_MAX", 3)
    monkeypatch.setattr(forms, "PARTS_MAX", 3)

    assert len(form(b"a=1&b=1&c=1").fields) == 3
    media_type, body = multipart(dict.fromkeys("abc", "1"))
    assert len(form(body, media_type).fields) == 3
    with pytest.raises(FormError, match="more than 3 fields"):
        form(b"a=1&b=1&c=1&d=1")
    media_type, body = multipart(dict.fromkeys("abcd", "1"))
    with pytest.raises(FormError, match="more than 3 parts"):
        form(body, media_type)


PIECES = st.sampled_from([
    b"--b", b"--", b"\r\n", b"\r\n\r\n", b"a", b"name*0*=x", b"; name*0=a", b"; name*=b", b";", b'"', b"\xc3", b"\xa4",
    b'; name="a"', b"Content-Disposition: form-data", b"; filename*=UTF-8''%ff", b"; name*=zz'x'%e4",
])  # fmt: skip
TYPES = st.sampled_from([BOUNDARY, URL_ENCODED, "multipart/form-data; boundary*=x''b"])


@given(st.binary(max_size=200) | st.lists(PIECES, max_size=16).map(b"".join), TYPES)
def test_garbage_is_read_or_refused(body: bytes, media_type: str) -> None:
    refusals = []
    try:
        form(body, media_type)
    except FormError as error:
        refusals.append(str(error))
    assert all(refusals)
