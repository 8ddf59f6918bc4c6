"""Strategies for documents that keep the contract: ledgers that balance to the cent, and payments that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, Literal

from simulator.verify.hypothesis_door import st

Document = dict[str, Any]
Texts = st.SearchStrategy[str]
Rate = int | Decimal

CENT = Decimal("0.01")
CENTS_MAX = 10_000_000
VAT_RATES: tuple[Rate, ...] = (0, 10, 14, Decimal("25.5"))
ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN)
CURRENCIES = ("EUR", "SEK", "NOK", "DKK")
ROWS_MAX = 9
ROWS_WITHOUT_VAT_MIN, ROWS_WITH_VAT_MIN = 2, 3
RECEIVABLES, VAT, SALES = "1701", "2939", "3000"
"""The accounts of the documented example, which the charts of all systems have by default."""


def texts(min_size: int = 0, max_size: int = 20) -> Texts:
    """Any text that UTF-8 can carry: umlauts, emoji, control characters; no half of a surrogate pair."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=min_size, max_size=max_size)


def days() -> Texts:
    """Days of this century as `YYYY-MM-DD`; the simplest is its first."""
    return st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)


def cents(least: int = 1, most: int = CENTS_MAX) -> st.SearchStrategy[Decimal]:
    """An amount of *least* to *most* whole cents, in euros with both decimals written out: `Decimal("0.01")`."""
    return st.integers(least, most).map(lambda count: (Decimal(count) / 100).quantize(CENT))


def with_floats(value: Any) -> Any:
    """The same value with binary floats in place of Decimals; what no float can hold becomes a whole number."""
    if isinstance(value, dict):
        return {name: with_floats(part) for name, part in value.items()}
    if isinstance(value, list):
        return [with_floats(part) for part in value]
    if not isinstance(value, Decimal):
        return value
    number = float(value)
    return number if abs(number) != float("inf") else int(value)


NAMES, DAYS = texts(1), days()


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _members(members: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Document]:
    """Any of the members, or none."""
    return st.fixed_dictionaries({}, optional=dict(members))


# ------------------------------------------------------------------------------------------------ ledgers


@dataclass(frozen=True)
class LedgerForm:
    """What a ledger is to be like; None leaves it to the draw."""

    modes: Sequence[str] = ("", "GROSS", "NET")
    max_rows: int = ROWS_MAX
    accounts: Sequence[str] | None = None
    identifiers: Texts = NAMES
    dates: Texts = DAYS
    vat_rates: Sequence[Rate] = VAT_RATES
    vat_rows: bool | None = None
    nets: Literal["none", "some", "all"] | None = None
    least: int = 1
    """Cents of each sale, at least."""


@dataclass(frozen=True)
class _Sale:
    """What is written of one sale, in euros: the amount of its row, its net amount and its VAT."""

    rate: Rate
    amount: Decimal
    net: Decimal
    vat: Decimal


def ledgers(
    *,
    accounts: Sequence[str] | None = None,
    mode: str = "",
    max_rows: int = ROWS_MAX,
    identifiers: Texts = NAMES,
    dates: Texts = DAYS,
    vat_rates: Sequence[Rate] = VAT_RATES,
    as_float: bool = False,
) -> st.SearchStrategy[Document]:
    """Ledger documents that keep the contract: what goes under `ledgers` in the body of a submission.

    They balance to the cent, are written GROSS, NET or without a mode (*mode* chooses one), with rows of VAT and net
    amounts or without, as sales or credit notes, and have every optional member now and then. The simplest has two
    rows of one cent. Amounts are Decimals of euros with two decimals, or floats with *as_float*.

    *accounts* are those to choose from (by default the three of the documented example), *max_rows* at least 2.
    *identifiers* and *dates* are strategies of texts, *vat_rates* the rates in per cent. Raises ValueError.
    """
    if max_rows < ROWS_WITHOUT_VAT_MIN:
        raise ValueError(f"max_rows is {max_rows}; a ledger that balances has at least {ROWS_WITHOUT_VAT_MIN} rows.")
    if mode not in {"", "GROSS", "NET"}:
        raise ValueError(f"mode is {mode!r}; write 'GROSS', 'NET', or '' for any.")
    if accounts is not None and not all(accounts):
        raise ValueError("an account number is empty; the contract wants at least one character.")
    form = LedgerForm(
        modes=(mode,) if mode else ("", "GROSS", "NET"),
        max_rows=max_rows,
        accounts=None if accounts is None else tuple(accounts),
        identifiers=identifiers,
        dates=dates,
        vat_rates=tuple(vat_rates),
    )
    return shaped_ledgers(form).map(with_floats) if as_float else shaped_ledgers(form)


@st.composite
def shaped_ledgers(draw: st.DrawFn, form: LedgerForm) -> Document:
    """Ledgers of a form; see `ledgers`."""
    mode = draw(st.sampled_from(form.modes))
    with_vat = form.max_rows >= ROWS_WITH_VAT_MIN and (draw(st.booleans()) if form.vat_rows is None else form.vat_rows)
    sales_max = (form.max_rows - 1) // (2 if with_vat else 1)
    sales = draw(st.lists(_sales(form, is_net=mode == "NET"), min_size=1, max_size=sales_max))
    sign = draw(st.sampled_from([1, -1]))
    nets: str = form.nets or draw(st.sampled_from(["none", "some", "all"]))
    rows = [draw(_trimmed(row, nets)) for row in _rows(sales, sign, with_vat=with_vat, is_net=mode == "NET")]
    if form.accounts is not None:
        for row in rows:
            row["accountNumber"] = draw(st.sampled_from(form.accounts))
    document: Document = {
        "ledgerIdentifier": draw(form.identifiers),
        "documentDate": draw(form.dates),
    }
    if mode:
        document["calculationMode"] = mode
    elif draw(st.sampled_from([False, False, False, True])):
        document["calculationMode"] = None
    return {**document, **draw(_members(_LEDGER_MEMBERS)), "ledgerRows": draw(st.permutations(rows))}


@st.composite
def _sales(draw: st.DrawFn, form: LedgerForm, *, is_net: bool) -> _Sale:
    """Half a cent goes either way."""
    amount, rate = draw(cents(form.least)), draw(st.sampled_from(form.vat_rates))
    rounding = draw(st.sampled_from(ROUNDINGS))
    if is_net:
        return _Sale(rate, amount, amount, (amount * rate / 100).quantize(CENT, rounding))
    net = (amount / (1 + Decimal(rate) / 100)).quantize(CENT, rounding)
    return _Sale(rate, amount, net, amount - net)


def _rows(sales: Sequence[_Sale], sign: int, *, with_vat: bool, is_net: bool) -> Iterator[Document]:
    """The receivable, then the sales, then their VAT; the first sale has a row of VAT even where that is nothing."""
    total = sum((sale.amount + (sale.vat if is_net else 0) for sale in sales), Decimal(0)) * sign
    yield {"accountNumber": RECEIVABLES, "amount": total, "netAmount": total}
    for sale in sales:
        row: Document = {"accountNumber": SALES, "amount": -sale.amount * sign, "netAmount": -sale.net * sign}
        yield {**row, "vatPercentage": sale.rate} if sale.rate else row
    for number, sale in enumerate(sales if with_vat else ()):
        if sale.vat or number == 0:
            vat = -sale.vat * sign
            yield {"accountNumber": VAT, "amount": vat, "netAmount": vat, "isVatRow": 1}


@st.composite
def _trimmed(draw: st.DrawFn, row: Document, nets: str) -> Document:
    """A row with its net amount as the ledger has them, and with any of the members that change nothing."""
    if nets == "none" or (nets == "some" and draw(st.booleans())):
        row.pop("netAmount")
        row |= draw(_members({"netAmount": st.none()}))
    usual = {"vatPercentage": st.sampled_from([0, None]), "isVatRow": st.sampled_from([0, None])}
    unsaid = {name: strategy for name, strategy in usual.items() if name not in row}
    return {**row, **draw(_members(unsaid)), **draw(_members(_ROW_MEMBERS))}


_DIMENSIONS = st.lists(
    st.fixed_dictionaries({"dimensionType": st.just("COST_CENTER") | texts(), "dimensionValue": texts()}), max_size=2
)
_NUMBER_OR_TEXT = _optional(texts() | st.integers(0, 999))
_ROW_MEMBERS = {
    "bookingDate": _optional(days()),
    "vatAccountNumber": _NUMBER_OR_TEXT,
    "vatType": _NUMBER_OR_TEXT,
    "vatCode": _optional(texts()),
    "projectNumber": _optional(texts()),
    "transactionType": _NUMBER_OR_TEXT,
    "transactionDescription": _optional(texts()),
    "ledgerDimensions": _optional(_DIMENSIONS),
}
_LEDGER_MEMBERS = {
    "companyIdentifier": _optional(texts()),
    "documentType": _optional(st.just("ML") | texts()),
    "documentName": _optional(texts()),
    "documentDescription": _optional(texts(max_size=210)),
}

# ----------------------------------------------------------------------------------------------- payments

PARTS_MAX = 3


@dataclass(frozen=True)
class PaymentForm:
    """What a payment is to be like; None leaves it to the draw."""

    accounts: Sequence[str] | None = None
    identifiers: Texts = NAMES
    dates: Texts = DAYS
    invoices: Texts = NAMES
    currencies: Sequence[str] = CURRENCIES
    parts: bool | None = None
    one_key: bool = False
    """Whether it has either the number of its invoice or a reference, and not both."""


def payments(
    *,
    min_size: int = 1,
    max_size: int = 3,
    accounts: Sequence[str] | None = None,
    identifiers: Texts = NAMES,
    dates: Texts = DAYS,
    invoices: Texts = NAMES,
    currencies: Sequence[str] = CURRENCIES,
    as_float: bool = False,
) -> st.SearchStrategy[list[Document]]:
    """Batches of payments that keep the contract: what goes under `payments` in the body of a submission.

    Their identifiers differ. They have an allocation whose parts add up to the amount or none, the invoice's number or
    the payment's reference, and every optional member now and then. The simplest is one payment of one cent.

    *min_size* (at least 1) and *max_size* count payments; *invoices* is a strategy of invoice numbers and references,
    never empty; *currencies* are codes of ISO 4217. The others are as those of `ledgers`. Raises ValueError.
    """
    if min_size < 1:
        raise ValueError(f"min_size is {min_size}; the contract wants at least one payment.")
    form = PaymentForm(accounts, identifiers, dates, invoices, tuple(currencies))
    batches = st.lists(
        shaped_payments(form), min_size=min_size, max_size=max_size, unique_by=lambda one: one["paymentIdentifier"]
    )
    return batches.map(with_floats) if as_float else batches


@st.composite
def shaped_payments(draw: st.DrawFn, form: PaymentForm) -> Document:
    """One payment of a form; see `payments`."""
    document: Document = {
        "paymentIdentifier": draw(form.identifiers),
        "paymentDate": draw(form.dates),
        "amount": draw(cents()),
    }
    if draw(st.booleans()) if form.parts is None else form.parts:
        amounts = draw(st.lists(cents(), min_size=1, max_size=PARTS_MAX))
        document["amount"] = sum(amounts, Decimal(0))
        document["paymentRows"] = [draw(_parts(amount, form)) for amount in amounts]
    else:
        document |= draw(_members({"paymentRows": st.sampled_from([None, []])}))
    key = draw(st.sampled_from(["invoiceNumber", "paymentReference"]))
    document[key] = draw(form.invoices)
    target = {"invoiceNumber": "invoicenumber", "paymentReference": "reference"}[key]
    document |= draw(_members({"targetIdentifier": st.sampled_from([target, target.upper(), "netvisor", "", None])}))
    other = "paymentReference" if key == "invoiceNumber" else "invoiceNumber"
    members = {**_PAYMENT_MEMBERS, "currency": _optional(st.sampled_from(form.currencies))}
    if not form.one_key:
        members[other] = _optional(texts())
    return {**document, **draw(_members(members))}


@st.composite
def _parts(draw: st.DrawFn, amount: Decimal, form: PaymentForm) -> Document:
    row: Document = {
        "rowType": draw(st.sampled_from(["CAPITAL", "INTEREST", "FEES"])),
        "accountNumber": RECEIVABLES if form.accounts is None else draw(st.sampled_from(form.accounts)),
        "amount": amount,
    }
    return {**row, **draw(_members(_PART_MEMBERS))}


_PART_MEMBERS = {
    "vatCode": _optional(texts()),
    "transactionDescription": _optional(texts()),
    "ledgerDimensions": _optional(_DIMENSIONS),
}
_PAYMENT_MEMBERS = {
    "bookingDate": _optional(days()),
    "sourceName": _optional(texts()),
    "counterAccountNumber": _optional(texts()),
}
