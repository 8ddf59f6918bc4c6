"""A voucher as it arrives: three shapes, one meaning."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal

from simulator.systems.talenom.wire.incoming import ACCEPTED, V1, V2, incoming_of
from tests.systems.talenom.caller import ACCEPTED as SHORT
from tests.systems.talenom.caller import OLD, SALE, posting, sale


def test_the_forms_have_their_own_defaults() -> None:
    two, short, old = incoming_of(SALE, 0, V2), incoming_of(SHORT, 1, ACCEPTED), incoming_of(OLD, 2, V1)

    assert [one.state for one in (two, short, old)] == ["Accepted"] * 3
    assert [one.tries for one in (two, short, old)] == [True, False, False]
    assert [one.is_peeled for one in (two, short, old)] == [False, True, False]
    assert [one.category for one in (two, short, old)] == ["Cash", "Cash", "Receipts"]
    assert all(one.opens_items and not one.makes_dimensions for one in (two, short, old))


def test_null_is_nothing() -> None:
    empty = dict.fromkeys(("id", "voucherDate", "voucherNumber", "invoiceNumber", "vatAmount", "voucherImageBase64Str"))
    read = incoming_of(sale(**empty, postings=[posting(None, None, id=None, matchKey=None, costCenter=None)]), 0, V2)

    assert (read.id, read.date, read.number, read.invoice_number, read.vat, read.image) == (
        "",
        "",
        None,
        None,
        None,
        b"",
    )
    [one] = read.postings
    assert (one.id, one.account, one.gross, one.match_key, one.dimensions) == ("", "", None, "", ())


def test_amounts_are_decimals_and_guids_lower_case() -> None:
    guid = "E2BC83D3-0D9B-4F46-5EE6-08DBD9ED91C1"
    read = incoming_of(sale(id=guid, vatIncludedAmount=5, postings=[posting("3000", 1, project="P1")]), 0, V2)

    assert (read.id, read.gross) == (guid.lower(), Decimal(5))
    assert isinstance(read.postings[0].gross, Decimal)
    assert read.postings[0].dimensions == (("project", "P1"),)


def test_an_image_is_a_pdf_in_base64() -> None:
    def image(text: str) -> bytes | None:
        return incoming_of(sale(voucherImageBase64Str=text), 0, V2).image

    assert image(b64encode(b"%PDF-1.7 x").decode()) == b"%PDF-1.7 x"
    assert image(b64encode(b"GIF89a").decode()) is None
    assert image("%PDF") is None
    assert image("ä") is None


def test_the_old_form_has_three_flags_more() -> None:
    read = incoming_of({**OLD, "generateMissingDimensionValues": True, "denyCreationOfLedgerItems": True}, 0, V1)

    assert read.makes_dimensions
    assert not read.opens_items
