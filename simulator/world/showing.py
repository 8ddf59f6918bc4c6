"""How bytes and headers are shown to people, secrets left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

REDACTED = "[redacted]"
DOOR_SECRETS = frozenset({"x-api-key", "authorization", "proxy-authorization", "cookie", "x-sim-token"})
"""The headers with the secrets of the simulator's own doors, and of proxies."""
SECRET_HEADERS = DOOR_SECRETS | {"ocp-apim-subscription-key"}
"""Those, and what accounting systems have beside."""
CHARSETS = frozenset(
    {
        "utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "iso-8859-15",
        "windows-1252",
    }
)  # fmt: skip
"""Those that are read as such: Python knows more, of which some (punycode) take hours for a few megabytes."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)


def as_text(data: bytes, media_type: str = "") -> str:
    """Return bytes as a text, in the charset that the media type names if it is known; what does not fit is marked."""
    named = _CHARSET.search(media_type)
    charset = named.group(1).lower() if named else ""
    return data.decode(charset if charset in CHARSETS else "utf-8", "replace")


def show_headers(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return headers as pairs, without their secrets. The scheme of an Authorization is no secret."""
    return [[name, _redacted(name, value)] for name, value in headers]


def _redacted(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank and name.lower() == "authorization" else REDACTED


def conceal(text: str) -> str:
    """Return a body or a query without the values of the members that systems use for secrets."""
    return _MEMBER.sub(rf"\g<name>{REDACTED}", text)


_CONCEALED = "client_secret|api_key|access_token|refresh_token|subscription-key"
_MEMBER = re.compile(rf"""(?P<name>(?:^|[?&])(?:{_CONCEALED})=|"(?:{_CONCEALED})"\s*:\s*")[^&"\s]+""", re.IGNORECASE)
