"""What a sales invoice comes to: its product lines in money, and the postings of its voucher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.systems.books.vouchers import Posting
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.netvisor.wire.booking import NONE, VAT_TEXTS, Bookkeeper, dimensions_of
from simulator.systems.netvisor.wire.forms import read_decimal, show_number
from simulator.systems.netvisor.wire.refusals import Fault, RefusedError, fault
from simulator.systems.xmltext import Element, text_of


@dataclass(frozen=True, slots=True)
class Product:
    """A product line of a sales invoice, counted."""

    identifier: str
    name: str
    unit_price: Decimal
    vat_percent: Decimal
    vat_code: str
    quantity: Decimal
    unit: str
    discount: Decimal
    free_text: str
    account: str
    """Empty if the line suggests none; it is booked on the company's account of sales then."""
    dimensions: tuple[tuple[str, str], ...]
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """Return the sum with VAT."""
        return self.net + self.vat


def products_of(lines: Iterable[Element], bookkeeper: Bookkeeper) -> list[Product]:
    """Read product lines. Raises RefusedError with everything that is wrong in them."""
    faults: list[Fault] = []
    found = [_product(line, number, bookkeeper, faults) for number, line in enumerate(lines, 1)]
    if faults:
        raise RefusedError("INVALID_DATA", faults)
    return found


def _product(line: Element, number: int, bookkeeper: Bookkeeper, faults: list[Fault]) -> Product:
    account = text_of(line, "accountingaccountsuggestion")
    if account and bookkeeper.ledger.chart.find(account) is None:
        faults.append(fault("account-unknown", account, line=number))
    percentage = line.find("productvatpercentage")
    assert percentage is not None, "the grammar has let it through"
    percent = read_decimal(percentage.text or "0")
    suggested = account or bookkeeper.ledger.role("sales")
    code = bookkeeper.vat_code((percentage.get("vatcode") or "").strip(), percent, suggested, number, faults)
    price = line.find("productunitprice")
    assert price is not None, "the grammar has let it through"
    quantity = read_decimal(text_of(line, "salesinvoiceproductlinequantity"))
    discount = _given(line, "salesinvoiceproductlinediscountpercentage")
    counted = read_decimal(price.text or "0") * quantity * (1 - discount / HUNDRED)
    net, vat = _counted(line, counted, percent, number, faults, is_gross=price.get("type") == "gross")
    return Product(
        identifier=text_of(line, "productidentifier"),
        name=text_of(line, "productname"),
        unit_price=read_decimal(price.text or "0"),
        vat_percent=percent,
        vat_code=code,
        quantity=quantity,
        unit=text_of(line, "productunitname"),
        discount=discount,
        free_text=text_of(line, "salesinvoiceproductlinefreetext"),
        account=account,
        dimensions=dimensions_of(line),
        net=net,
        vat=vat,
    )


def _counted(
    line: Element, counted: Decimal, percent: Decimal, number: int, faults: list[Fault], *, is_gross: bool
) -> tuple[Decimal, Decimal]:
    """Return net and VAT of a line: as given, else counted and rounded to the cent."""
    given_sum, given_vat = (text_of(line, f"salesinvoiceproductline{name}") for name in ("sum", "vatsum"))
    if given_sum:
        if not given_vat:
            faults.append(fault("vat-sum-missing", line=number))
            return ZERO, ZERO
        vat = to_cents(read_decimal(given_vat))
        return to_cents(read_decimal(given_sum)) - vat, vat
    if is_gross:
        gross = to_cents(counted)
        net = to_cents(gross / (1 + percent / HUNDRED))
        return net, gross - net
    net = to_cents(counted)
    return net, to_cents(net * percent / HUNDRED)


def _given(line: Element, name: str) -> Decimal:
    text = text_of(line, name)
    return read_decimal(text) if text else ZERO


def postings_of(
    products: Sequence[Product], own: Sequence[Posting], total: Decimal, receivables: str, bookkeeper: Bookkeeper,
    language: str,
) -> list[Posting]:  # fmt: skip
    """Return the postings of an invoice's voucher: receivables against income and VAT, or against lines of its own."""
    made = [Posting(receivables, total, vat_code=NONE)]
    if own:
        made += own
    else:
        made += _income(products, bookkeeper, language)
    return [*made, *bookkeeper.rounding(made, language)]


def _income(products: Sequence[Product], bookkeeper: Bookkeeper, language: str) -> list[Posting]:
    made, vats = [], dict[tuple[str, Decimal], Decimal]()
    for product in products:
        account = product.account or bookkeeper.ledger.role("sales")
        made.append(
            Posting(account, -product.net, product.name, product.vat_code, product.vat_percent, product.dimensions)
        )
        key = (bookkeeper.vat_account(product.vat_code, -product.net), product.vat_percent)
        vats[key] = vats.get(key, ZERO) - product.vat
    for (account, percent), vat in vats.items():
        if vat:
            text = VAT_TEXTS[language].format(show_number(percent))
            made.append(Posting(account, vat, text, NONE, is_made=True))
    return made
