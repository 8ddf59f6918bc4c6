"""The only source of chance: secrets for doors, and draws that a seed repeats."""

from __future__ import annotations

import secrets
from hashlib import blake2b

_BITS = 53
"""What a float holds exactly; with more, the largest draws would round to 1."""


def token() -> str:
    """Return a new secret that nobody can guess; the one thing here that no seed repeats."""
    return secrets.token_urlsafe(24)


def draw(seed: int, *address: str | int) -> float:
    """Return a number in [0, 1) that depends on the seed and the address alone.

    The address names what is decided (operation, the document's own identifier, attempt), so that the draw
    is the same in whatever order parallel requests arrive.
    """
    text = "\x1f".join(str(part) for part in (seed, *address))
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / (1 << _BITS)


def fingerprint(text: str) -> str:
    """Return twelve characters that name a text without showing it."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def derived(text: str, purpose: str, length: int) -> str:
    """Return *length* lower-case letters and digits that depend on a text and a purpose alone."""
    address = f"{purpose}\x1f{text}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(blake2b(address, digest_size=64).digest(), "big")
    signs: list[str] = []
    while len(signs) < length:
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)


_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
