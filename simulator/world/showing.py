"""How bytes and headers are shown to people, secrets left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

REDACTED = "[redacted]"
SECRET_HEADERS = frozenset(
    {
        "x-api-key", "authorization", "proxy-authorization", "cookie", "x-sim-token", "ocp-apim-subscription-key",
    }
)  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)


def as_text(data: bytes, media_type: str = "") -> str:
    """Return bytes as a text, in the charset that the media type names; what does not fit is marked."""
    named = _CHARSET.search(media_type)
    try:
        return data.decode(named.group(1) if named else "utf-8", "replace")
    except (LookupError, UnicodeError):
        # There is no such charset, or it is one (idna) that cannot mark what does not fit.
        return data.decode("utf-8", "replace")


def show_headers(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return headers as pairs, without their secrets. The scheme of an Authorization is no secret."""
    return [[name, _redacted(name, value)] for name, value in headers]


def _redacted(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank and name.lower() == "authorization" else REDACTED
