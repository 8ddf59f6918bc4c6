"""How a request to Fivaldi is signed, as both who sends and who checks it must know; and the vendor's own paths."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from simulator.systems.base import Headers

BASE_PATH = "/customer/api"
"""What every path begins with, below the host of the vendor and below the mount of the simulator alike."""
SCHEME = "Fivaldi "
PARTNER_HEADER = "x-fivaldi-partner"
TIMESTAMP_HEADER = "x-fivaldi-timestamp"
SIGNED_PREFIX = "x-fivaldi"
LINE_FEED = "\n"


def signed_lines(headers: Headers) -> list[str]:
    """Return the line of each header that is signed, in alphabetical order: the partner comes before the timestamp."""
    given = [(name.lower(), value.strip()) for name, value in headers]
    return [f"{name}:{value}" for name, value in sorted(given) if name.startswith(SIGNED_PREFIX)]


def partner_first(lines: Sequence[str]) -> list[str]:
    """Return the lines with the partner's first, the timestamp's second and the others as they stand."""
    ranks = {PARTNER_HEADER: 0, TIMESTAMP_HEADER: 1}
    return sorted(lines, key=lambda line: ranks.get(line.partition(":")[0], len(ranks)))


def body_parts(method: str, content_type: str, body: bytes) -> tuple[str, str]:
    """Return the MD5 of the body and its media type as they are signed; both are empty where neither counts.

    They do not count without a body, on a GET, and for an upload in parts.
    """
    if not body or method.upper() == "GET" or content_type.lower().startswith("multipart/"):
        return "", ""
    return hashlib.md5(body, usedforsecurity=False).hexdigest(), content_type


def string_to_sign(
    method: str, parts: tuple[str, str], lines: Iterable[str], path: str, query: str = ""
) -> str:  # fmt: skip
    """Return what is signed: its parts, each on a line, the query only where there is one."""
    return LINE_FEED.join([method.upper(), *parts, *lines, path, *([query] if query else [])])


def sign(secret: str, text: str) -> str:
    """Return the signature of a text."""
    mac = hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()
