"""What tells of sales invoices: salesinvoicelist.nv and getsalesinvoice.nv."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from simulator.clock import Instant, date_at
from simulator.systems.books.invoices import Invoice
from simulator.systems.money import ZERO
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.forms import show_number, show_sum
from simulator.systems.netvisor.wire.invoices import OPEN_STATUSES, reference_of, status_of
from simulator.systems.netvisor.wire.pricing import Product
from simulator.systems.netvisor.wire.refusals import LANGUAGES, refuse
from simulator.systems.netvisor.wire.replies import ansi, filled
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, element

KEYS_MAX = 500
GROUPS = {"open": OPEN_STATUSES, "overdue": ("overdue", "reminded", "requested", "collected")}
"""What the filters by status return that stand for more than themselves."""
FILTERS = (
    "", "unsent", "open", "overdue", "reminded", "requested", "collected", "paid", "creditloss", "rejected",
)  # fmt: skip
LIST_TYPES = ("", "preinvoice", "draftandinvoice")
ORDER_STATUSES = ("delivered", "undelivered")
STATUS_TEXTS = {
    "unsent": ("Unsent", "Lähettämätön", "Ej skickad"),
    "open": ("Open", "Avoin", "Öppen"),
    "overdue": ("Overdue", "Erääntynyt", "Förfallen"),
    "reminded": ("Reminded", "Huomautettu", "Påmind"),
    "requested": ("Requested", "Karhuttu", "Krävd"),
    "collected": ("In collection", "Perinnässä", "I indrivning"),
    "paid": ("Paid", "Maksettu", "Betald"),
    "creditloss": ("Credit loss", "Luottotappio", "Kreditförlust"),
    "rejected": ("Rejected", "Hylätty", "Avvisad"),
    "delivered": ("Delivered", "Toimitettu", "Levererad"),
    "undelivered": ("Undelivered", "Toimittamatta", "Ej levererad"),
}
TRUTH = {True: ("Yes", "Kyllä", "Ja"), False: ("No", "Ei", "Nej")}
ZONE = "Europe/Helsinki"


class InvoiceViews:
    """Reads the sales invoices of a company."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site

    def listed(self, call: Call) -> list[Element]:
        """List the invoices, or the orders, that a request selects."""
        return [element("SalesInvoiceList", *(_row(invoice, call) for invoice in self._selected(call)))]

    def _selected(self, call: Call) -> Iterator[Invoice]:
        kinds = self._kinds(call)
        above, number = call.number("invoicesabovenetvisorkey") or 0, call.text("invoicenumber")
        begin, end = call.day("begininvoicedate"), call.day("endinvoicedate")
        wanted = call.choice("invoicestatus", FILTERS, "")
        first, last = call.moment("lastmodifiedstart"), call.moment("lastmodifiedend")
        customer = call.text("customercode") or call.text("customernetvisorkey")
        for invoice in self.site.ledger.receivables.invoices.values():
            changed: Instant = invoice.details.get("changed", 0)
            if (
                invoice.key > above
                and invoice.details.get("type", "invoice") in kinds
                and (not number or invoice.number == number)
                and (not begin or invoice.date >= begin)
                and (not end or invoice.date <= end)
                and (not wanted or _status(invoice, call.now) in GROUPS.get(wanted, (wanted,)))
                and (first is None or changed >= first)
                and (last is None or changed <= last)
                and (not customer or _head(invoice, "invoicingcustomeridentifier") == customer)
            ):
                yield invoice

    @staticmethod
    def _kinds(call: Call) -> tuple[str, ...]:
        kind = call.choice("listtype", LIST_TYPES, "")
        if kind == "preinvoice":
            return ("order",)
        return ("invoice", "invoicedraft") if kind else ("invoice",)

    def shown(self, call: Call) -> list[Element]:
        """Tell everything about one invoice, or about several."""
        key = call.number("netvisorkey")
        invoices = self.site.ledger.receivables.invoices
        if key is not None:
            # One that is not there is answered with an empty element.
            invoice = invoices.get(key)
            return [element("SalesInvoice") if invoice is None else _whole(invoice, call)]
        keys = call.numbers("netvisorkeylist", KEYS_MAX)
        if not keys:
            raise refuse("INVALID_DATA", "parameter-missing", "netvisorkey")
        return [element("SalesInvoices", *(_whole(invoices[one], call) for one in keys if one in invoices))]


def _status(invoice: Invoice, now: Instant) -> str:
    """Return the status; an open invoice whose due date has passed is overdue."""
    status = status_of(invoice)
    is_late = status == "open" and invoice.due and invoice.due < date_at(now, ZONE)
    return "overdue" if is_late else status


def _head(invoice: Invoice, name: str) -> str:
    return str(invoice.details.get("head", {}).get(name, ""))


def _left(invoice: Invoice) -> Decimal:
    left = invoice.left
    return ZERO if left is None else left


def _sum(invoice: Invoice) -> Decimal:
    return invoice.paid if invoice.amount is None else invoice.amount


def _row(invoice: Invoice, call: Call) -> Element:
    status = _status(invoice, call.now)
    is_open = status in OPEN_STATUSES
    shown = element("InvoiceStatus", "open" if is_open else status)
    if is_open:
        shown.set("substatus", status)
    shown.set("isincollection", "1" if status == "collected" else "0")
    is_key = _head(invoice, "customertype") in {"netvisor", ""}
    customer = _head(invoice, "invoicingcustomeridentifier")
    uri = f"{call.request.origin}{call.request.mount}/getsalesinvoice.nv?netvisorkey={invoice.key}"
    return element(
        "SalesInvoice",
        element("NetvisorKey", str(invoice.key)),
        *filled("InvoiceNumber", invoice.number),
        ansi("Invoicedate", invoice.date),
        ansi("InvoiceDueDate", invoice.due),
        shown,
        element("CustomerNetvisorKey", customer if is_key else ""),
        element("CustomerCode", "" if is_key else customer),
        *filled("CustomerName", invoice.customer),
        *filled("ReferenceNumber", invoice.reference),
        element("InvoiceSum", show_sum(_sum(invoice))),
        element("OpenSum", show_sum(_left(invoice))),
        element("Uri", uri),
    )


TEXTS_BEFORE_LINES = (
    ("SalesInvoiceFreeTextBeforeLines", "salesinvoicefreetextbeforelines"),
    ("SalesInvoiceFreeTextAfterLines", "salesinvoicefreetextafterlines"),
    ("SalesInvoiceOurReference", "salesinvoiceourreference"),
    ("SalesInvoiceYourReference", "salesinvoiceyourreference"),
    ("SalesInvoicePrivateComment", "salesinvoiceprivatecomment"),
    ("SalesInvoiceAgreementIdentifier", "salesinvoiceagreementidentifier"),
)
CUSTOMER_TEXTS = (
    ("InvoicingCustomerNameExtension", "invoicingcustomernameextension"),
    ("InvoicingCustomerAddressline", "invoicingcustomeraddressline"),
    ("InvoicingCustomerAdditionalAddressLine", "invoicingcustomeradditionaladdressline"),
    ("InvoicingCustomerPostnumber", "invoicingcustomerpostnumber"),
    ("InvoicingCustomerTown", "invoicingcustomertown"),
)
DELIVERY_TEXTS = (
    ("DeliveryAddressName", "deliveryaddressname"),
    ("DeliveryAddressLine", "deliveryaddressline"),
    ("DeliveryAddressPostnumber", "deliveryaddresspostnumber"),
    ("DeliveryAddressTown", "deliveryaddresstown"),
    ("DeliveryAddressCountryCode", "deliveryaddresscountrycode"),
    ("DeliveryMethod", "deliverymethod"),
    ("DeliveryTerm", "deliveryterm"),
    ("PaymentTermNetDays", "paymenttermnetdays"),
    ("PaymentTermCashDiscountDays", "paymenttermcashdiscountdays"),
)


def _whole(invoice: Invoice, call: Call) -> Element:
    language = LANGUAGES.index(call.language)
    status = _status(invoice, call.now)
    amount = element(
        "SalesInvoiceAmount", show_sum(_sum(invoice)), iso4217currencycode=invoice.currency,
        currencyrate=show_number(invoice.details.get("rate", Decimal(1))),
    )  # fmt: skip
    country = element("InvoicingCustomerCountryCode", _head(invoice, "invoicingcustomercountrycode"))
    country.set("ISO-3166", _head(invoice, "invoicingcustomercountrycode"))
    is_key = _head(invoice, "customertype") in {"netvisor", ""}
    customer = _head(invoice, "invoicingcustomeridentifier")
    return element(
        "SalesInvoice",
        element("SalesInvoiceNetvisorKey", str(invoice.key)),
        element("SalesInvoiceNumber", invoice.number),
        ansi("SalesInvoiceDate", invoice.date),
        ansi("SalesInvoiceEventDate", _head(invoice, "salesinvoiceeventdate")),
        ansi("SalesInvoiceValueDate", _head(invoice, "salesinvoicevaluedate")),
        ansi("SalesInvoiceDeliveryDate", _head(invoice, "salesinvoicedeliverydate")),
        ansi("SalesInvoiceDueDate", invoice.due),
        element("SalesInvoiceReferencenumber", invoice.reference or reference_of(invoice.number)),
        amount,
        element("SellerIdentifier", _head(invoice, "sellername"), type="name"),
        element("InvoiceStatus", STATUS_TEXTS[status][language], status=status),
        *_voucher(invoice),
        *(element(tag, _head(invoice, name)) for tag, name in TEXTS_BEFORE_LINES),
        element("InvoicingCustomerCode", "" if is_key else customer),
        # A client takes an invoice without a customer for one that is not there.
        element("InvoicingCustomerName", invoice.customer or "-"),
        element("InvoicingCustomerNetvisorKey", customer if is_key else ""),
        *(element(tag, _head(invoice, name)) for tag, name in CUSTOMER_TEXTS),
        country,
        element("MatchPartialPaymentsByDefault", TRUTH[invoice.takes_parts][language]),
        *(element(tag, _head(invoice, name)) for tag, name in DELIVERY_TEXTS),
        element("PaymentTermCashDiscount", _head(invoice, "paymenttermcashdiscount"), type="percentage"),
        *_lines(invoice, call),
    )


def _lines(invoice: Invoice, call: Call) -> list[Element]:
    products = [_line(product, call) for product in invoice.details.get("products", ())]
    return [element("InvoiceLines", element("InvoiceLine", *products))] if products else []


def _voucher(invoice: Invoice) -> list[Element]:
    key = invoice.details.get("voucher")
    return [element("InvoiceVoucher", str(key), netvisorkey=str(key))] if key else []


def _line(product: Product, call: Call) -> Element:
    account = call.site.ledger.chart.accounts.get(product.account)
    return element(
        "SalesInvoiceProductLine",
        # So it is written, in lower case, in what clients keep of the real service's answers.
        element("productidentifier", product.identifier, type="customer"),
        element("ProductName", product.name),
        element("ProductUnitPrice", show_number(product.unit_price)),
        element("ProductPurchasePrice", "0"),
        element("ProductVatPercentage", show_number(product.vat_percent), vatcode=product.vat_code),
        element("SalesInvoiceProductLineQuantity", show_number(product.quantity)),
        element("SalesInvoiceProductLineUnit", product.unit),
        element("SalesInvoiceProductLineDiscountPercentage", show_number(product.discount)),
        element("SalesInvoiceProductLineFreeText", product.free_text),
        element("SalesInvoiceProductLineVatSum", show_sum(product.vat)),
        element("SalesInvoiceProductLineSum", show_sum(product.gross)),
        element("AccountingAccountSuggestion", str(account.key) if account else ""),
        element("AccountingAccountSuggestionAccountNumber", product.account),
        element("ProvisionPercentage", "0"),
        *(
            element("Dimension", element("DimensionName", name), element("DimensionItem", item))
            for name, item in product.dimensions
        ),
    )
