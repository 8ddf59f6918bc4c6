"""JSON between bytes and values, exactly: decimals stay decimals, and what no two readers agree on is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec

DEPTH_MAX = 64


class MalformedError(ValueError):
    """The bytes are not JSON that every reader understands alike."""

    def __init__(self, detail: str, *, expected: str, line: int = 0, column: int = 0, is_json: bool = False) -> None:
        """Keep what is wrong, what was expected, and where (from 1; 0 where no place can be named).

        *is_json* says that it may well be JSON, and that it is we who do not take it.
        """
        self.detail = detail
        self.expected = expected
        self.line = line
        self.column = column
        self.is_json = is_json
        super().__init__(detail)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
dumps = _ENCODER.encode
"""Write a value as JSON bytes; a Decimal is written as the number it is."""


def pretty(value: object) -> str:
    """Write a value as indented JSON text."""
    return msgspec.json.format(dumps(value), indent=2).decode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise MalformedError(
                    f"the member {name[:60]!r} occurs twice in one object", expected="each member once", is_json=True
                )
            seen.add(name)
    return members


def _constant(text: str) -> Any:
    raise MalformedError(f"{text} is not a number of JSON", expected="a finite number, or null")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant)


def loads(body: bytes, depth_max: int = DEPTH_MAX) -> Any:
    """Read JSON bytes. Numbers with a fraction or an exponent become Decimal, others int.

    Raises MalformedError on bytes that are not UTF-8, a byte order mark, an empty body, a repeated member,
    NaN and Infinity, a lone surrogate, a number of thousands of digits and nesting beyond *depth_max*.
    """
    if not body.strip(b" \t\r\n"):
        raise MalformedError("the body is empty", expected="a JSON object")
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedError("the body starts with a byte order mark", expected="UTF-8 without a mark", is_json=True)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"byte {error.start} (0x{body[error.start]:02x}) is not UTF-8", expected="text in UTF-8"
        ) from None
    try:
        value = _DECODER.decode(text)
    except MalformedError:
        raise
    except json.JSONDecodeError as error:
        raise MalformedError(
            f"{error.msg[0].lower()}{error.msg[1:]} at line {error.lineno}, column {error.colno}",
            expected="JSON as of RFC 8259",
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise _too_deep(depth_max) from None
    except (ValueError, ArithmeticError):
        raise MalformedError(
            "a number is too long to be read", expected="numbers of a sensible size", is_json=True
        ) from None
    # Most documents have fewer brackets than the bound; only the others are worth a walk.
    if body.count(b"{") + body.count(b"[") > depth_max and _is_deeper(value, depth_max):
        raise _too_deep(depth_max)
    if b"\\u" in body:
        _refuse_surrogates(value)
    return value


def _too_deep(depth_max: int) -> MalformedError:
    detail, expected = f"the body is nested deeper than {depth_max} levels", f"at most {depth_max} levels"
    return MalformedError(detail, expected=expected, is_json=True)


def _is_deeper(value: Any, depth_max: int) -> bool:
    level = [value]
    for _ in range(depth_max):
        level = (
            [
                child
                for parent in level
                for child in (parent.values() if isinstance(parent, dict) else parent)
                if isinstance(child, (dict, list))
            ]
            if isinstance(value, (dict, list))
            else []
        )
        if not level:
            return False
    return True


def _refuse_surrogates(value: Any) -> None:
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            stack.extend(part)
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
        elif isinstance(part, str) and not part.isascii():
            try:
                part.encode()
            except UnicodeEncodeError:
                raise MalformedError(
                    "a string holds half of a surrogate pair",
                    expected="escapes that stand for whole characters",
                    is_json=True,
                ) from None
