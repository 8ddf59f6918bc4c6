"""Sales payments: salespayment.nv, matchpayment.nv and salespaymentlist.nv."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from simulator.contract.contract import built_in
from simulator.systems.books.invoices import Invoice, Payment
from simulator.systems.books.vouchers import Posting
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.netvisor.wire.booking import NONE, Bookkeeper, posting_of
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.forms import read_decimal, show_day, show_moment, show_sum
from simulator.systems.netvisor.wire.invoices import book, is_unbooked, status_of
from simulator.systems.netvisor.wire.refusals import RefusedError, refuse
from simulator.systems.netvisor.wire.replies import filled, inserted
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, children, element, text_of

LENGTHS = {"sourcename": 250, "description": 255, "dimensionname": 50, "dimensionitem": 200}
KEY_LENGTHS = {"paymentnetvisorkey": 18, "invoicenetvisorkey": 18}
VOUCHER_CLASS = "MS"
HOME = "EUR"
DIFFERENCE_ACCOUNTS = {"discount": "3500", "collection": "9170", "creditloss": "3600"}
"""Where the difference between a payment and its invoice is booked, by how it is handled."""
REFERENCE_PAYMENT, OTHER_PAYMENT = "1", "2"
KEY_DIGITS_MAX = 18


class Payments:
    """Stores sales payments, settles invoices with them, and books them."""

    def __init__(self, site: Site) -> None:
        """Write into the books of *site*."""
        self.site = site
        self.bookkeeper = Bookkeeper(site)

    def add(self, call: Call) -> list[Element]:
        """Store a payment and settle its invoice."""
        message, bookkeeper = call.message("salespayment", LENGTHS), self.bookkeeper
        total = to_cents(read_decimal(text_of(message, "sum")))
        if total != read_decimal(text_of(message, "sum")):
            raise refuse("INVALID_DATA", "decimals", text_of(message, "sum"))
        date = bookkeeper.day(text_of(message, "paymentdate"))
        bookkeeper.open_year(date)
        currency = self._currency(message)
        accounts = self._accounts(message)
        # The invoice comes last: where the books have any invoice, to ask for one makes it.
        invoice, why_not = self._target(message, total, currency)
        if why_not is not None and call.readings["unlinkable_payments"] == "refused":
            raise why_not
        rate = self._rate(currency, invoice)
        in_euro = to_cents(total / rate)
        debit = self._debit(message, in_euro, accounts[0])
        details: dict[str, Any] = {
            "bank": accounts[0], "receivables": accounts[1], "debit": debit, "changed": call.now,
            "source": REFERENCE_PAYMENT if _attribute(message, "targetidentifier", "type") == "reference"
            else OTHER_PAYMENT, "in_euro": in_euro,
        }  # fmt: skip
        linked = invoice if why_not is None else None
        settled = total if linked is None else _settled(total, currency, linked) or ZERO
        discount = self._discount(linked, settled)
        lost = ZERO if linked is None else to_cents(discount / self._rate(linked.currency, linked))
        if linked is not None and _is_sent_by(settled, linked):
            bookkeeper.open_year(linked.date)
        # From here on nothing is refused any more.
        payment = self.site.ledger.receivables.pay(
            linked, date, total, call.now, capital=settled + discount, currency=currency,
            name=text_of(message, "sourcename"), method=text_of(message, "paymentmethod"),
            reference="" if linked is None else linked.reference, details=details,
        )  # fmt: skip
        if linked is not None:
            self._link(call, payment, linked, lost)
        return inserted(payment.key)

    def _link(self, call: Call, payment: Payment, invoice: Invoice, lost: Decimal) -> None:
        """Book a payment of an invoice; one that is paid up while it was unsent gets its own voucher first."""
        if invoice.state == "paid":
            book(self.bookkeeper, invoice, call.now)
        invoice.details["changed"] = call.now
        self._book(call, payment, invoice, lost, DIFFERENCE_ACCOUNTS["discount"])

    # ---------------------------------------------------------------------------------------------- what is sent

    @staticmethod
    def _currency(message: Element) -> str:
        currency = (_attribute(message, "sum", "currency") or "EUR").upper()
        if currency not in built_in().currencies:
            raise refuse("INVALID_DATA", "currency-unknown", currency)
        return currency

    @staticmethod
    def _rate(currency: str, invoice: Invoice | None) -> Decimal:
        """Return how much of a currency one euro is: known of an invoice in the same currency alone."""
        if currency == "EUR":
            return Decimal(1)
        rate = invoice.details.get("rate") if invoice is not None and invoice.currency == currency else None
        if rate is None:
            raise refuse("INVALID_DATA", "no-rate", currency)
        return Decimal(rate)

    def _accounts(self, message: Element) -> tuple[str, str]:
        """Return the accounts of the money and of the receivables."""
        ledger, name = self.site.ledger, text_of(message, "paymentmethod")
        bank = self._method_account(name, _attribute(message, "paymentmethod", "type"))
        bank = _attribute(message, "paymentmethod", "overrideaccountingaccountnumber") or bank
        given = _attribute(message, "paymentmethod", "overridesalesreceivableaccountnumber")
        if _attribute(message, "targetidentifier", "targettype") == "order" and not given:
            raise refuse("INVALID_DATA", "advances-missing")
        receivables = given or ledger.role("receivables")
        for account in (bank, receivables):
            if ledger.chart.find(account) is None:
                raise refuse("INVALID_DATA", "account-unknown", account)
        return bank, receivables

    def _method_account(self, name: str, kind: str) -> str:
        ledger = self.site.ledger
        for method in ledger.payment_methods.values():
            if name.casefold() == method.name.casefold():
                return method.account or ledger.role("bank")
        if kind != "bankaccount":
            raise refuse("INVALID_DATA", "method-unknown", name)
        # The simulator keeps no bank accounts beside the chart: one is known by the number of its account.
        account = ledger.chart.accounts.get(name)
        if account is None or account.kind != "asset":
            raise refuse("INVALID_DATA", "bank-unknown", name)
        return account.number

    def _target(self, message: Element, total: Decimal, currency: str) -> tuple[Invoice | None, RefusedError | None]:
        """Return the invoice that a payment names, and why it cannot settle it."""
        kind, name = _attribute(message, "targetidentifier", "type"), text_of(message, "targetidentifier")
        invoice = self._named(kind, name)
        is_order = _attribute(message, "targetidentifier", "targettype") == "order"
        if invoice is None or (invoice.details.get("type") == "order") != is_order:
            return None, refuse("INVALID_DATA", "invoice-unknown", KINDS[kind], name)
        number = invoice.number or name
        closed = _closed(invoice, number)
        if closed is not None:
            return invoice, closed
        left, settled = invoice.left, _settled(total, currency, invoice)
        if settled is None:
            return invoice, refuse("INVALID_DATA", "no-rate", invoice.currency if currency == HOME else currency)
        fits = left is None or left - self._tolerance(invoice) <= settled <= left
        if not invoice.takes_parts and not fits and not is_order:
            return invoice, refuse("INVALID_DATA", "sum-misfit", show_sum(settled), show_sum(left or ZERO), number)
        return invoice, None

    def _named(self, kind: str, name: str) -> Invoice | None:
        register = self.site.ledger.receivables
        if kind == "invoicenumber":
            return register.find(number=name)
        if kind == "reference":
            return register.find(reference=name)
        if not (name.isascii() and name.isdecimal() and len(name) <= KEY_DIGITS_MAX):
            return None
        # Where the books have any invoice, there is one of that key, too; it is known by the key as its number.
        return register.invoices.get(int(name)) or (register.find(number=name) if register.is_open else None)

    @staticmethod
    def _tolerance(invoice: Invoice) -> Decimal:
        """Return by how much a payment may fall short of its invoice: the cash discount."""
        head = invoice.details.get("head", {})
        text = head.get("paymenttermcashdiscount", "")
        discount = read_decimal(text) if text else ZERO
        if head.get("cashdiscounttype") == "sum":
            return discount
        return to_cents((invoice.amount or ZERO) * discount / HUNDRED)

    def _discount(self, invoice: Invoice | None, total: Decimal) -> Decimal:
        """Return the cash discount that a payment takes: what is left of an invoice that takes no parts."""
        if invoice is None or invoice.takes_parts or invoice.left is None or invoice.details.get("type") == "order":
            return ZERO
        return invoice.left - total

    def _debit(self, message: Element, total: Decimal, bank: str) -> list[Posting]:
        """Return the postings against the receivables: own lines if they were sent, else the money."""
        parents = list(children(message, "salespaymentvoucherlines"))
        if not parents:
            return [Posting(bank, total, text_of(message, "sourcename"), NONE)]
        bookkeeper = self.bookkeeper
        found = [line for parent in parents for line in children(parent, "voucherline")]
        lines = bookkeeper.lines(found, only_existing=bookkeeper.only_existing(""))
        postings: list[Posting] = []
        for line in lines:
            postings += bookkeeper.gross([line], "FI") if line.type == "gross" else [posting_of(line, line.sum)]
        given = sum((posting.amount for posting in postings), ZERO)
        if given != total:
            raise refuse("INVALID_DATA", "lines-misfit", show_sum(given), show_sum(total))
        return postings

    # --------------------------------------------------------------------------------------------- what is booked

    def _book(self, call: Call, payment: Payment, invoice: Invoice | None, difference: Decimal, account: str) -> None:
        """Book a payment against the receivables; *difference* is what the invoice loses beside it."""
        details = payment.details
        debit: list[Posting] = details["debit"]
        settled = sum((posting.amount for posting in debit), ZERO) + difference
        number = "" if invoice is None else invoice.number
        text = f"{payment.name} {number}".strip()
        postings = [*debit]
        if difference:
            postings.append(Posting(account, difference, text, NONE))
        postings.append(Posting(details["receivables"], -settled, text, NONE))
        for posting in postings:
            if posting.account not in self.site.ledger.chart.accounts:
                self.site.ledger.chart.add(posting.account, posting.account)
        voucher = self.bookkeeper.book(VOUCHER_CLASS, payment.date, postings, call.now, description=text)
        payment.voucher = voucher.key

    def match(self, call: Call) -> list[Element]:
        """Settle an invoice with a payment that was kept without one."""
        message = call.message("matchpayment", KEY_LENGTHS)
        handling = text_of(message, "handlingtype")
        key, invoice_key = text_of(message, "paymentnetvisorkey"), text_of(message, "invoicenetvisorkey")
        payment = self.site.ledger.receivables.payments.get(int(key))
        if payment is None:
            raise refuse("INVALID_DATA", "payment-unknown", key)
        if payment.invoice is not None or payment.voucher is not None:
            raise refuse("INVALID_DATA", "payment-targeted", key)
        self.bookkeeper.open_year(payment.date)
        if handling == "notargeting":
            self._book(call, payment, None, ZERO, "")
        else:
            self._settle(call, payment, invoice_key, handling)
        payment.details["changed"] = call.now
        return []

    def _settle(self, call: Call, payment: Payment, key: str, handling: str) -> None:
        if not key:
            raise refuse("INVALID_DATA", "parameter-missing", "invoicenetvisorkey")
        invoice = self.site.ledger.receivables.invoices.get(int(key))
        if invoice is None:
            raise refuse("INVALID_DATA", "invoice-unknown", KINDS["netvisor"], key)
        closed = _closed(invoice, invoice.number or key)
        if closed is not None:
            raise closed
        settled = _settled(payment.amount, payment.currency, invoice)
        if settled is None:
            raise refuse("INVALID_DATA", "no-rate", invoice.currency)
        rate = self._rate(invoice.currency, invoice)
        left = settled if invoice.left is None else invoice.left
        difference = left - settled
        if not self._fits(handling, difference, invoice):
            raise refuse("INVALID_DATA", "sum-misfit", show_sum(settled), show_sum(left), invoice.number)
        if _is_sent_by(left if handling != "partialpayment" else settled, invoice):
            self.bookkeeper.open_year(invoice.date)
        if handling == "partialpayment":
            difference = ZERO
        account = self._difference_account(handling)
        payment.invoice, payment.reference = invoice.key, invoice.reference
        invoice.paid += settled + difference
        if invoice.is_settled:
            invoice.state = "paid"
            book(self.bookkeeper, invoice, call.now)
        invoice.details["changed"] = call.now
        self._book(call, payment, invoice, to_cents(difference / rate), account)

    def _difference_account(self, handling: str) -> str:
        if handling == "overpayment":
            return self.site.ledger.role("advances")
        if handling == "rounding":
            return self.site.ledger.role("rounding")
        return DIFFERENCE_ACCOUNTS.get(handling, DIFFERENCE_ACCOUNTS["discount"])

    def _fits(self, handling: str, difference: Decimal, invoice: Invoice) -> bool:
        """Say whether a payment and an invoice may differ so, in the way in which they are handled."""
        if handling == "normal":
            return ZERO <= difference <= self._tolerance(invoice)
        if handling == "partialpayment":
            return difference >= 0
        if handling in {"overpayment", "collection"}:
            return difference <= 0
        return handling == "rounding" or difference >= 0

    # ----------------------------------------------------------------------------------------------- what is told

    def listed(self, call: Call) -> list[Element]:
        """List the payments that a request selects."""
        return [element("SalesPaymentList", *(self._row(payment) for payment in self._selected(call)))]

    def _selected(self, call: Call) -> Iterator[Payment]:
        above, name = call.number("abovenetvisorkey") or 0, call.text("searchbyname").casefold()
        begin, end = call.day("begindate"), call.day("enddate")
        linked = call.choice("limitlinkedpayments", ("", "0", "1"), "")
        kind = call.choice("limitbytype", ("", "onlycreditloss", "excludecreditloss"), "")
        first, last = call.moment("lastmodifiedstart"), call.moment("lastmodifiedend")
        key, number = call.number("invoicenetvisorkey"), call.text("invoicenumber")
        register = self.site.ledger.receivables
        for payment in register.payments.values():
            invoice = register.invoices.get(payment.invoice or 0)
            changed = payment.details.get("changed", payment.created)
            if (
                payment.key > above
                and name in payment.name.casefold()
                and (not begin or payment.date >= begin)
                and (not end or payment.date <= end)
                and (not linked or (linked == "1") == (invoice is not None))
                and kind != "onlycreditloss"
                and (first is None or changed >= first)
                and (last is None or changed <= last)
                and (key is None or payment.invoice == key)
                and (not number or (invoice is not None and invoice.number == number))
            ):
                yield payment

    def _row(self, payment: Payment) -> Element:
        ledger, details = self.site.ledger, payment.details
        invoice = ledger.receivables.invoices.get(payment.invoice or 0)
        bank = ledger.chart.accounts.get(details.get("bank", ""))
        is_foreign = payment.currency != "EUR"
        number = invoice.number if invoice is not None else ""
        return element(
            "SalesPayment",
            element("NetvisorKey", str(payment.key)),
            element("Name", payment.name),
            element("Date", show_day(payment.date)),
            element("Sum", show_sum(details.get("in_euro", payment.amount))),
            *filled("ReferenceNumber", payment.reference),
            element("ForeignCurrencyAmount", show_sum(payment.amount) if is_foreign else ""),
            *filled("InvoiceNumber", number),
            element("PaymentAccountName", bank.name if bank else ""),
            element("VoucherID", str(payment.voucher or "")),
            element("LastModifiedTimestamp", show_moment(details.get("changed", payment.created))),
            element("PaymentAccountNumber", bank.number if bank else ""),
            element("PaymentSource", details.get("source", OTHER_PAYMENT)),
            element("BankStatus", "OK"),
        )


KINDS = {"netvisor": "Netvisor key", "invoicenumber": "invoice number", "reference": "reference number"}
"""How the ways of naming an invoice are called in the sentence that it is not there."""


def _closed(invoice: Invoice, number: str) -> RefusedError | None:
    """Return why an invoice takes no payment at all; None if it takes some."""
    status = status_of(invoice)
    if status == "paid":
        return refuse("INVALID_DATA", "invoice-paid", number)
    if invoice.state == "void":
        return refuse("INVALID_DATA", "invoice-closed", number, status)
    if status == "unsent" and not invoice.takes_parts:
        return refuse("INVALID_DATA", "invoice-unsent", number)
    return None


def _settled(amount: Decimal, currency: str, invoice: Invoice) -> Decimal | None:
    """Return a sum in the currency of an invoice, by the rate that this names; None if it names none."""
    if currency == invoice.currency:
        return amount
    rate = invoice.details.get("rate")
    return None if currency != HOME or rate is None else to_cents(amount * rate)


def _is_sent_by(settled: Decimal, invoice: Invoice) -> bool:
    """Say whether a sum pays up an invoice that waits for its own voucher."""
    return is_unbooked(invoice) and invoice.left is not None and settled >= invoice.left


def _attribute(message: Element, name: str, attribute: str) -> str:
    found = message.find(name)
    return (found.get(attribute) or "").strip() if found is not None else ""
