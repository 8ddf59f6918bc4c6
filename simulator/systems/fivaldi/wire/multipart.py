"""The files in a body of multipart/form-data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.systems.base import Request

PARTS_MAX = 100
FILE_PART = b"file"
_BOUNDARY = re.compile(r"""multipart/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
_NAME = re.compile(rb"""[;\s]name="([^"]*)\"""")
_FILE_NAME = re.compile(rb"""[;\s]filename="([^"]*)\"""")


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent; its bytes are not kept."""

    name: str
    media_type: str
    size: int


def files_of(request: Request) -> list[File]:
    """Return the files in the parts named `file`; none if the body is of another kind, or broken."""
    found = _BOUNDARY.match(request.header("content-type") or "")
    if found is None:
        return []
    boundary = (found.group(1) or found.group(2)).encode("latin-1", "replace")
    parts = (b"\r\n" + request.body).split(b"\r\n--" + boundary, PARTS_MAX)
    # Before the first boundary stands what nobody reads; the last one ends in two dashes.
    return [file for part in parts[1:] if not part.startswith(b"--") and (file := _file(part)) is not None]


def _file(part: bytes) -> File | None:
    head, blank, content = part.partition(b"\r\n\r\n")
    name, file_name = _NAME.search(head), _FILE_NAME.search(head)
    if not blank or name is None or file_name is None or name.group(1) != FILE_PART:
        return None
    kind = re.search(rb"(?im)^content-type:[ \t]*([^\r\n]+)", head)
    media_type = kind.group(1).decode("latin-1").strip() if kind else "application/octet-stream"
    return File(file_name.group(1).decode("utf-8", "replace"), media_type, len(content))
