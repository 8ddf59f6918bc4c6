"""The files of TLS: both, readable, in PEM form, without a passphrase, and made for each other."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.tls import tls_context


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files that fit, and others that do not."""
    folder = tmp_path_factory.mktemp("files")
    authority = trustme.CA()
    for name in ("one", "other"):
        issued = authority.issue_cert("127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")
        issued.private_key_pem.write_to_path(folder / f"{name}.key")
        issued.private_key_and_cert_chain_pem.write_to_path(folder / f"{name}.pem")
    key = serialization.load_pem_private_key((folder / "one.key").read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (folder / "locked.key").write_bytes(locked)
    (folder / "empty").write_bytes(b"")
    (folder / "text").write_bytes(b"\xff not what was asked for \x00")
    (folder / "broken.crt").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (folder / "broken.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    return folder


def settings(files: Path, cert: str, key: str) -> Settings:
    return Settings(tls_cert=str(files / cert), tls_key=str(files / key))


def test_without_files_there_is_no_tls() -> None:
    assert tls_context(Settings()) is None


@pytest.mark.parametrize(("cert", "key"), [("one.crt", "one.key"), ("one.pem", "one.pem")])
def test_files_that_fit_are_taken_one_or_two(files: Path, cert: str, key: str) -> None:
    assert tls_context(settings(files, cert, key)) is not None


@pytest.mark.parametrize(
    ("cert", "key", "named", "said"),
    [
        ("none.crt", "one.key", "tls_cert {}/none.crt", "it cannot be read: No such file or directory"),
        ("one.crt", "none.key", "tls_key {}/none.key", "it cannot be read: No such file or directory"),
        ("", "one.key", "tls_cert {}", "it cannot be read: Is a directory"),
        ("a\0b", "one.key", "tls_cert {}/a\0b", "it cannot be read: embedded null byte"),
        ("empty", "one.key", "tls_cert {}/empty", "it holds no certificate in PEM form"),
        ("text", "one.key", "tls_cert {}/text", "it holds no certificate in PEM form"),
        ("one.key", "one.crt", "tls_cert {}/one.key", "it holds no certificate in PEM form"),
        ("one.crt", "one.crt", "tls_key {}/one.crt", "it holds no private key in PEM form"),
        ("one.crt", "text", "tls_key {}/text", "it holds no private key in PEM form"),
        ("one.crt", "locked.key", "tls_key {}/locked.key", "the key is locked with a passphrase"),
        ("one.crt", "other.key", "tls_key {}/other.key", "it is not the key of {}/one.crt"),
        ("broken.crt", "one.key", "tls_cert {}/broken.crt, tls_key {}/one.key", "OpenSSL cannot use them"),
        ("one.crt", "broken.key", "tls_cert {}/one.crt, tls_key {}/broken.key", "OpenSSL cannot use them"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(files: Path, cert: str, key: str, named: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        tls_context(settings(files, cert, key))
    assert caught.value.where == named.replace("{}", str(files))
    assert caught.value.message.startswith(said.replace("{}", str(files)))
    assert "secret" not in str(caught.value)
