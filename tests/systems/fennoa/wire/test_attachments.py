"""Files that are uploaded."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.base import Request
from simulator.systems.fennoa.wire import attachments
from simulator.systems.fennoa.wire.attachments import keep_attachment
from tests.systems.fennoa.asking import PDF, multipart

KINDS = ("application/pdf", "image/png")
PNG = b"\x89PNG\r\n\x1a\nrest"


def keep(details: dict[str, Any], content: bytes = PDF, part: str = "file") -> tuple[int, Any]:
    media_type, body = multipart({}, {part: ("a.pdf", content, "application/pdf")})
    answer = keep_attachment(Request("POST", "/", [("content-type", media_type)], body), details, KINDS)
    return answer.status, loads(answer.body)


def test_name_kind_and_size_are_kept() -> None:
    details: dict[str, Any] = {}

    assert keep(details) == (200, {"status": "ok", "id": 1})
    assert keep(details, PNG) == (200, {"status": "ok", "id": 2})
    assert details["attachments"] == [
        {"name": "a.pdf", "type": "application/pdf", "size": len(PDF)},
        {"name": "a.pdf", "type": "image/png", "size": len(PNG)},
    ]


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff jpeg"])
def test_the_content_says_what_a_file_is(content: bytes) -> None:
    details: dict[str, Any] = {}

    status, said = keep(details, content)

    assert (status, details) == (400, {})
    assert "none of application/pdf" in said["errors"]["file"][0]


def test_without_the_part_there_is_no_file() -> None:
    assert keep({}, part="other")[0] == 400
    answer = keep_attachment(Request("POST", "/", [("content-type", "text/plain")], b"x"), {}, KINDS)
    assert (answer.status, "must be form data" in loads(answer.body)["errors"][0]) == (400, True)


def test_the_number_of_files_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "ATTACHMENTS_MAX", 1)
    details: dict[str, Any] = {}

    assert keep(details)[0] == 200
    assert keep(details)[0] == 400
    assert len(details["attachments"]) == 1
