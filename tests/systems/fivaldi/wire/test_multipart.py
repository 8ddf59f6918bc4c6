"""Files in a body of several parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Request
from simulator.systems.fivaldi.wire.multipart import File, files_of

PART = b'Content-Disposition: form-data; name="file"; filename="bill.pdf"\r\nContent-Type: application/pdf\r\n\r\n'


def found(body: bytes, media_type: str = 'multipart/form-data; boundary="b"') -> list[File]:
    return files_of(Request("POST", "/", [("content-type", media_type)], body))


def test_a_file_is_found_with_name_type_and_size() -> None:
    body = b"--b\r\n" + PART + b"%PDF\r\n--\r\n\r\nx" + b"\r\n--b--\r\n"

    assert found(body) == [File("bill.pdf", "application/pdf", 13)]
    assert found(body, "multipart/form-data; charset=x; boundary=b") == found(body)


def test_other_parts_are_no_files() -> None:
    field = b'Content-Disposition: form-data; name="file"\r\n\r\nx'
    other = b'Content-Disposition: form-data; name="other"; filename="a.pdf"\r\n\r\nx'

    assert found(b"--b\r\n" + field + b"\r\n--b\r\n" + other + b"\r\n--b--") == []


def test_a_file_without_a_type_is_bytes() -> None:
    part = b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'

    assert found(b"--b\r\n" + part + b"\r\n--b--") == [File("a.pdf", "application/octet-stream", 0)]


@given(st.binary(max_size=200), st.sampled_from(["", "multipart/form-data", "multipart/form-data; boundary=b"]))
def test_whatever_comes_is_read_without_a_fault(body: bytes, media_type: str) -> None:
    assert isinstance(found(b"--b\r\n" + body, media_type), list)
