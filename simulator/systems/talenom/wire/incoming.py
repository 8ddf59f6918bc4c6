"""A voucher as it arrives: the three shapes of the API, read into one."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.talenom.wire.kept import DIMENSIONS

PDF = b"%PDF"


@dataclass(frozen=True, slots=True)
class Form:
    """One of the shapes in which a collection of vouchers is posted."""

    schema: str
    category: str
    """The member that holds the category."""
    state: str
    """The member that holds the state; empty if all are accepted."""
    status: int
    tries_by_default: bool
    has_all_categories: bool
    """Whether it takes the categories that only the system itself makes, too."""


V2 = Form("vouchers.v2.json", "category", "voucherState", 200, tries_by_default=True, has_all_categories=False)
ACCEPTED = Form("vouchers.accepted.json", "category", "", 200, tries_by_default=False, has_all_categories=False)
V1 = Form(
    "vouchers.v1.json", "categoryCID", "voucherStateCID", 201, tries_by_default=False, has_all_categories=True
)  # fmt: skip

SYSTEM_CATEGORIES = frozenset({
    "ePurchaseInvoice", "eSalesInvoice", "eSalesInvoiceReceivable", "eSalesMemo", "BalanceSheetCleanup", "Periodic",
    "History", "Concern", "VatPostings", "Recurrent", "TaxPeriodisation", "MarginalTax", "IntegrationBank",
    "IntegrationPeriodic",
})  # fmt: skip
"""Categories that exist for reading and for the deprecated form, beside those of the books."""


@dataclass(frozen=True, slots=True)
class IncomingPosting:
    """A posting as it arrives."""

    id: str
    account: str
    gross: Decimal | None
    percent: Decimal | None
    description: str
    match_key: str
    dimensions: tuple[tuple[str, str], ...]
    """(member, item) of each that is given."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A voucher as it arrives."""

    place: int
    """Where it stands in the collection, from 0."""
    id: str
    category: str
    state: str
    tries: bool
    date: str
    description: str
    number: str | None
    invoice_number: str | None
    reference_number: str | None
    comment: str | None
    gross: Decimal | None
    vat: Decimal | None
    is_peeled: bool
    opens_items: bool
    makes_dimensions: bool
    image: bytes | None
    """Empty if there is none, None if it is no PDF in Base64."""
    postings: tuple[IncomingPosting, ...]


def incoming_of(value: Mapping[str, Any], place: int, form: Form) -> Incoming:
    """Read a voucher that keeps the schema of its form."""
    return Incoming(
        place=place,
        id=str(value.get("id") or "").lower(),
        category=value[form.category],
        state=value[form.state] if form.state else "Accepted",
        tries=bool(value.get("tryAccept", form.tries_by_default)),
        date=value.get("voucherDate") or "",
        description=value["description"],
        number=value.get("voucherNumber") or None,
        invoice_number=value.get("invoiceNumber"),
        reference_number=value.get("referenceNumber"),
        comment=value.get("customerComment"),
        gross=_decimal(value.get("vatIncludedAmount")),
        vat=_decimal(value.get("vatAmount")),
        is_peeled=not value.get("preventVatPeeling", False),
        opens_items=not value.get("denyCreationOfLedgerItems", False),
        makes_dimensions=bool(value.get("generateMissingDimensionValues", False)),
        image=_image(value.get("voucherImageBase64Str")),
        postings=tuple(map(_posting, value["postings"])),
    )


def _posting(value: Mapping[str, Any]) -> IncomingPosting:
    return IncomingPosting(
        id=str(value.get("id") or "").lower(),
        account=value.get("accountNumber") or "",
        gross=_decimal(value.get("vatIncludedAmount")),
        percent=_decimal(value.get("vatPercentage")),
        description=value.get("description") or "",
        match_key=value.get("matchKey") or "",
        dimensions=tuple((member, value[member]) for member in DIMENSIONS if value.get(member)),
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _image(text: str | None) -> bytes | None:
    if not text:
        return b""
    try:
        image = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return image if image.startswith(PDF) else None
