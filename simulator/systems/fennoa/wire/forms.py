"""Form bodies, in both encodings, bounded and strict: nothing that was posted is dropped without a word.

Multipart bodies are cut at their boundary here, and the header of each part is read by the standard library's
`email`. Its parser for whole messages would also go into multiparts within parts, as deep as they go, and into
content encodings that RFC 7578 forbids; a form has neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from urllib.parse import parse_qsl

from simulator.systems.base import Request
from simulator.systems.fennoa.wire.brackets import Branch, NestingError, tree_of

FIELDS_MAX = 100_000
"""Fennoa says of itself that the number of rows is not limited; a body is, and so are its fields."""
PARTS_MAX = 20_000
HEAD_BYTES_MAX = 8_192
BOUNDARY_LETTERS_MAX = 200
"""RFC 2046 has 70."""
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class FormError(ValueError):
    """A body is no form; the text says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a multipart body."""

    name: str
    media_type: str
    content: bytes


@dataclass(slots=True)
class Form:
    """What was posted: fields as a tree, and files by the name of their part."""

    fields: Branch = field(default_factory=Branch)
    files: dict[str, File] = field(default_factory=dict)


def read_form(request: Request) -> Form:
    """Return the form that a request posts. Raises FormError."""
    try:
        if request.media_type == MULTIPART:
            return _multipart(request)
        if request.media_type in {URL_ENCODED, ""}:
            return Form(tree_of(_url_encoded(request.body)))
    except NestingError as error:
        raise FormError(f"The field {error}") from None
    raise FormError(f"The body must be form data, not {request.media_type[:80]}")


def _url_encoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
    except UnicodeDecodeError:
        raise FormError("The body is not UTF-8") from None
    except ValueError:
        raise FormError(f"The body has more than {FIELDS_MAX} fields") from None


def _multipart(request: Request) -> Form:
    fields: list[tuple[str, str]] = []
    files: dict[str, File] = {}
    for head, content in _parts(request.body, _boundary(request)):
        name = _parameter(head, "name")
        if name is None:
            raise FormError("A part of the body has no name")
        file_name = _parameter(head, "filename")
        if file_name is None:
            fields.append((name, _text(content, name)))
        else:
            files[name] = File(file_name, head.get_content_type(), content)
    return Form(tree_of(fields), files)


def _boundary(request: Request) -> bytes:
    head = Message()
    head["content-type"] = (request.header("content-type") or "").replace("\r", "").replace("\n", "")
    boundary = _parameter(head, "boundary", "content-type") or ""
    if not 0 < len(boundary) <= BOUNDARY_LETTERS_MAX:
        raise FormError("The content type names no boundary")
    return boundary.encode("latin-1", "replace")


def _parts(body: bytes, boundary: bytes) -> list[tuple[Message, bytes]]:
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, PARTS_MAX + 2)
    parts: list[tuple[Message, bytes]] = []
    for piece in pieces:
        if piece.startswith(b"--"):
            return parts
        if len(parts) == PARTS_MAX:
            raise FormError(f"The body has more than {PARTS_MAX} parts")
        line, break_, rest = piece.partition(b"\r\n")
        head, end, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
        if line.strip(b" \t") or not break_ or not end:
            raise FormError("A part of the body has no header")
        parts.append((_head(head), content))
    raise FormError("The body ends before its last boundary")


def _head(head: bytes) -> Message:
    if len(head) > HEAD_BYTES_MAX:
        raise FormError("The header of a part is too long")
    try:
        return HeaderParser().parsestr(head.decode().lstrip("\r\n"))
    except UnicodeDecodeError:
        raise FormError("The header of a part is not UTF-8") from None


def _parameter(head: Message, name: str, header: str = "content-disposition") -> str | None:
    try:
        value = head.get_param(name, header=header)
        return None if value is None else collapse_rfc2231_value(value)
    except (TypeError, ValueError):
        # That is how the library answers parts of a value that do not belong together, and encodings that are none.
        raise FormError(f"The {name} of the {header} cannot be read") from None


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise FormError(f"The field {name[:60]!r} is not UTF-8") from None
