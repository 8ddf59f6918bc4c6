"""The recipe of the signature, by the vectors of the facts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator.systems.fivaldi.signature import body_parts, partner_first, sign, signed_lines, string_to_sign

HEADERS = (("X-Fivaldi-Timestamp", "1700000000"), ("X-Fivaldi-Partner", " sim-partner "), ("Accept", "*/*"))
VECTORS = [
    ("GET", "/customer/api/ping", "", b"", "yty5Fw+XcWOE92/fv5y6As+TMrneYeMZOIBVibAHK94="),
    ("GET", "/customer/api/companies", "businessId=1234567-1", b"", "JZQ7DpYBcwQV99NOgPdraYwEdN7Muo9tgNVEyzdFlIY="),
    ("POST", "/customer/api/companies/C1/bookkeeping/vouchers", "", b'{"a":1}',
     "VBfG3Pt4ROwK76wSL2f2ezd+qxCsy7jKgjSmImdxu6c="),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "query", "body", "expected"), VECTORS)
def test_the_vectors_of_the_facts(method: str, path: str, query: str, body: bytes, expected: str) -> None:
    parts = body_parts(method, "application/json", body)

    assert sign("sim-secret", string_to_sign(method, parts, signed_lines(HEADERS), path, query)) == expected


def test_the_body_of_the_third_vector_has_the_md5_that_the_facts_say() -> None:
    assert body_parts("POST", "application/json", b'{"a":1}')[0] == "bb6cb5c68df4652941caf652a366f2d8"


@pytest.mark.parametrize(
    ("method", "media_type", "body"),
    [("GET", "application/json", b"x"), ("POST", "application/json", b""), ("POST", "Multipart/form-data; a", b"x")],
)
def test_no_body_a_get_and_an_upload_are_signed_with_two_empty_lines(method: str, media_type: str, body: bytes) -> None:
    assert body_parts(method, media_type, body) == ("", "")


def test_a_media_type_is_signed_as_it_was_sent() -> None:
    assert body_parts("POST", "application/json; charset=UTF-8", b"x")[1] == "application/json; charset=UTF-8"


@pytest.mark.parametrize(
    ("names", "by_name", "by_partner"),
    [
        (("X-Fivaldi-Timestamp", "X-Fivaldi-Partner"), "pt", "pt"),
        (("X-Fivaldi-Audience", "X-Fivaldi-Timestamp", "X-Fivaldi-Partner"), "apt", "pta"),
    ],
)
def test_headers_are_signed_by_name_or_with_the_partner_first(
    names: Sequence[str], by_name: str, by_partner: str
) -> None:
    lines = signed_lines([(name, "1") for name in (*names, "X-Other")])

    assert "".join(line.removeprefix("x-fivaldi-")[0] for line in lines) == by_name
    assert "".join(line.removeprefix("x-fivaldi-")[0] for line in partner_first(lines)) == by_partner
