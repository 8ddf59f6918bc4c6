"""TLS: the certificate and the key of the server, with a word on what is wrong with them."""

from __future__ import annotations

import ssl
from pathlib import Path

from simulator.errors import SettingError
from simulator.settings import Settings

CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
PRIVATE_KEY = b"PRIVATE KEY-----"
ENCRYPTED = (b"ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what the server needs for TLS, None without. Raises SettingError if a file cannot be used."""
    if not settings.tls_cert:
        return None
    if CERTIFICATE not in _read(settings.tls_cert, "tls_cert"):
        raise _unusable("tls_cert", settings.tls_cert, "it holds no certificate in PEM form")
    key = _read(settings.tls_key, "tls_key")
    if PRIVATE_KEY not in key:
        raise _unusable("tls_key", settings.tls_key, "it holds no private key in PEM form")
    if any(mark in key for mark in ENCRYPTED):
        raise _unusable("tls_key", settings.tls_key, "the key is locked with a passphrase, which is not asked for")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A ticket is sent beside the first answer. Where that is a RST, clients that read both at once see a plain end.
    context.num_tickets = 0
    try:
        # An empty passphrase, as OpenSSL would otherwise ask for one on the terminal.
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable("tls_key", settings.tls_key, f"it is not the key of {settings.tls_cert}") from error
        where = f"tls_cert {settings.tls_cert}, tls_key {settings.tls_key}"
        raise SettingError(f"OpenSSL cannot use them: {error.reason or error}.", where=where) from error
    return context


def _read(path: str, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(name, path, f"it cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _unusable(name: str, path: str, reason: str) -> SettingError:
    return SettingError(f"{reason}.", where=f"{name} {path}", advice="Give files in PEM form, without a passphrase.")
