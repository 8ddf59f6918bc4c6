"""The MAC of Netvisor: the worked examples, the credentials, and the ways of writing them."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from simulator.systems.base import Tenant
from simulator.systems.netvisor.signature import (
    ALGORITHMS,
    Credentials,
    Signed,
    credentials_of,
    identity_in,
    is_signed_by,
    sign,
)

KNOWN = Credentials("PARTNER", "part-key-BBB222", "CUST_9001", "cust-key-AAA111", "1234567-1")
SIGNED = Signed(
    url="http://127.0.0.1:8085/accounting.nv",
    sender="Levybridge",
    customer_id="CUST_9001",
    timestamp="2026-03-02 09:15:30.125",
    language="EN",
    organisation="1234567-1",
    transaction="7f0c2c1e-tx-0001",
    timestamp_unix="1772442930",
)
EXAMPLES = {
    "HMACSHA256": "457443b2c3e2eb467cb9e3a9118d69742f45b2a5e764bd465e3c900c9e2363ff",
    "SHA256": "340528abe7cfe8bd08ac73bd09167cebb291f438814347b98f4f04e43119b3a7",
    "MD5": "d1722711ef88a907db870c7820a770ee",
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_worked_examples_come_out(algorithm: str) -> None:
    assert sign(SIGNED, algorithm, KNOWN) == EXAMPLES[algorithm]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_letters_of_either_case_fit_and_another_mac_does_not(algorithm: str) -> None:
    mac = EXAMPLES[algorithm]

    assert is_signed_by(mac, SIGNED, algorithm, KNOWN)
    assert is_signed_by(mac.upper(), SIGNED, algorithm, KNOWN)
    assert not is_signed_by(mac[:-1] + "x", SIGNED, algorithm, KNOWN)
    assert not is_signed_by("", SIGNED, algorithm, KNOWN)
    assert not is_signed_by("ä", SIGNED, algorithm, KNOWN)


@pytest.mark.parametrize(
    "name", ["url", "sender", "customer_id", "timestamp", "language", "organisation", "transaction"]
)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_part_is_signed(algorithm: str, name: str) -> None:
    values = {field: getattr(SIGNED, field) for field in SIGNED.__dataclass_fields__}

    assert not is_signed_by(EXAMPLES[algorithm], Signed(**{**values, name: "other"}), algorithm, KNOWN)


def test_the_unix_time_is_signed_with_hmacsha256_alone() -> None:
    values = {field: getattr(SIGNED, field) for field in SIGNED.__dataclass_fields__}
    later = Signed(**{**values, "timestamp_unix": "1772442931"})

    fits = [is_signed_by(EXAMPLES[algorithm], later, algorithm, KNOWN) for algorithm in ALGORITHMS]

    assert fits == [False, True, True]


@pytest.mark.parametrize("encoding", ["iso-8859-15", "iso-8859-1", "utf-8"])
def test_a_sender_with_umlauts_may_be_signed_in_any_of_the_encodings(encoding: str) -> None:
    values = {field: getattr(SIGNED, field) for field in SIGNED.__dataclass_fields__}
    text = "&".join(
        [
            SIGNED.url,
            "Käyttäjä",
            *list(values.values())[2:7],
            SIGNED.timestamp_unix,
            KNOWN.customer_key,
            KNOWN.partner_key,
        ]
    )
    mac = hmac.new(b"cust-key-AAA111&part-key-BBB222", text.encode(encoding), hashlib.sha256).hexdigest()

    # Header bytes are read as ISO-8859-1, whatever they were written in.
    for sent in ("Käyttäjä".encode(), "Käyttäjä".encode("iso-8859-1")):
        signed = Signed(**{**values, "sender": sent.decode("iso-8859-1")})
        assert is_signed_by(mac, signed, "HMACSHA256", KNOWN)


def test_credentials_name_the_company_in_both_identifiers_and_in_no_key() -> None:
    tenant = Tenant("0123456789ab")
    known = credentials_of(tenant)

    assert identity_in(known.partner_id) == identity_in(known.customer_id) == tenant.identity
    assert tenant.identity not in known.partner_key + known.customer_key
    assert known.organisation == tenant.business_id
    assert len({known.partner_key, known.customer_key}) == 2


@pytest.mark.parametrize(
    "text", ["", "SIM_", "SIM_0123456789ab", "x SIM_0123456789ab_a", "SIM_0123456789AB_a", "ä" * 99]
)
def test_an_identifier_of_another_shape_names_nobody(text: str) -> None:
    assert identity_in(text) == ""
