"""A client of Netvisor, written from the vendor's description alone: it signs by itself and reads the answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from simulator.clock import VIRTUAL_START
from simulator.systems.base import Answer, Request
from simulator.systems.catalogue import system_named
from simulator.systems.office import Office
from simulator.systems.xmltext import Element
from tests.systems.wired import TENANT, office

ORIGIN = "http://127.0.0.1:8480"
MOUNT = "/netvisor"
CREDENTIALS: dict[str, str] = system_named("netvisor").credentials(TENANT, ORIGIN + MOUNT)
NOW = VIRTUAL_START
UNIX = str(NOW // 1_000_000)
A = "X-Netvisor-Authentication-"


@dataclass
class Told:
    """An answer, read."""

    answer: Answer
    root: Element

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def code(self) -> str:
        """OK, or the code of the error."""
        statuses = self.root.findall("ResponseStatus/Status")
        return "OK" if len(statuses) == 1 else (statuses[1].text or "").partition(" :: ")[0]

    @property
    def reason(self) -> str:
        statuses = self.root.findall("ResponseStatus/Status")
        return "" if len(statuses) == 1 else (statuses[1].text or "").partition(" :: ")[2]

    @property
    def key(self) -> int:
        """The key of what was made."""
        return int(self.text("Replies/InsertedDataIdentifier"))

    def text(self, path: str) -> str:
        found = self.root.find(path)
        assert found is not None, f"{path} is not in {self.answer.body.decode()}"
        return found.text or ""

    def texts(self, path: str) -> list[str]:
        return [one.text or "" for one in self.root.findall(path)]

    def all(self, path: str) -> list[Element]:
        return list(self.root.findall(path))


def read(answer: Answer) -> Told:
    return Told(answer, etree.fromstring(answer.body))


@dataclass
class Caller:
    """Somebody who speaks to the books of a company directly."""

    books: Office
    algorithm: str = "HMACSHA256"
    headers: dict[str, str | None] = field(default_factory=dict)
    """Laid over the usual ones; None leaves one away."""
    keys: tuple[str, str] = (CREDENTIALS["customerKey"], CREDENTIALS["partnerKey"])
    count: int = 0

    def signed(self, target: str, url: str = "", **changes: str | None) -> dict[str, str]:
        """The headers of a request."""
        self.count += 1
        given: dict[str, str | None] = {
            f"{A}Sender": "Test client",
            f"{A}CustomerId": CREDENTIALS["customerId"],
            f"{A}PartnerId": CREDENTIALS["partnerId"],
            f"{A}Timestamp": "2026-01-01 09:00:00.000",
            f"{A}TimestampUnix": UNIX,
            "X-Netvisor-Interface-Language": "EN",
            "X-Netvisor-Organisation-ID": CREDENTIALS["organisationId"],
            f"{A}TransactionId": f"transaction-{self.count}",
            f"{A}MACHashCalculationAlgorithm": self.algorithm,
            f"{A}UseHTTPResponseStatusCodes": "1",
            **self.headers,
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        headers = {name: value for name, value in given.items() if value is not None}
        headers.setdefault(f"{A}MAC", self.mac(url or ORIGIN + target, headers))
        return headers

    def mac(self, url: str, headers: Mapping[str, str]) -> str:
        parts = [
            url, headers.get(f"{A}Sender", ""), headers.get(f"{A}CustomerId", ""), headers.get(f"{A}Timestamp", ""),
            headers.get("X-Netvisor-Interface-Language", ""), headers.get("X-Netvisor-Organisation-ID", ""),
            headers.get(f"{A}TransactionId", ""),
        ]  # fmt: skip
        if self.algorithm == "HMACSHA256":
            text = "&".join([*parts, headers.get(f"{A}TimestampUnix", ""), *self.keys])
            return hmac.new("&".join(self.keys).encode(), text.encode("iso-8859-15"), hashlib.sha256).hexdigest()
        text = "&".join([*parts, *self.keys])
        return hashlib.new(self.algorithm.lower(), text.encode()).hexdigest()

    def ask(self, method: str, path: str, body: bytes | str = b"", now: int = NOW, **changes: Any) -> Told:
        """Send a request, and read the answer. It arrives at the time that it was signed with, whenever that is."""
        changes.setdefault("received", NOW if now != NOW else None)
        return read(self.books.answer(self.request(method, path, body, **changes), now))

    def request(
        self, method: str, path: str, body: bytes | str = b"", content_type: str = "text/xml", **changes: Any
    ) -> Request:
        target = f"{MOUNT}/{path}"
        received = changes.pop("received", None)
        headers = [*self.signed(target, **changes).items(), ("Content-Type", content_type)]
        data = body.encode() if isinstance(body, str) else body
        lowered = [(name.lower(), value) for name, value in headers]
        return Request(method, target, lowered, data, ORIGIN, MOUNT, received)

    def get(self, path: str, **changes: Any) -> Told:
        return self.ask("GET", path, **changes)

    def post(self, path: str, body: bytes | str = b"", **changes: Any) -> Told:
        return self.ask("POST", path, body, **changes)


def caller(words: Mapping[str, Any] | None = None, **rest: Any) -> Caller:
    """A client of fresh books."""
    return Caller(office("netvisor", words), **rest)


def line(account: str, amount: str, percent: str = "0", code: str | None = "NONE", **parts: str) -> str:
    """A voucher line."""
    coded = "" if code is None else f' vatcode="{code}"'
    kind = f' type="{parts["kind"]}"' if parts.get("kind") else ""
    return (
        f"<voucherline><linesum{kind}>{amount}</linesum>{parts.get('description', '')}"
        f"<accountnumber>{account}</accountnumber><vatpercent{coded}>{percent}</vatpercent>{parts.get('more', '')}"
        "</voucherline>"
    )


SALE = line("1701", "124,00") + line("3000", "-100,00", "24", "KOMY") + line("2939", "-24,00")


def voucher(
    lines: str = SALE,
    *,
    mode: str = "net",
    date: str = "2026-01-15",
    kind: str = "Muut",
    head: str = "",
    tail: str = "",
) -> str:
    """A message of accounting.nv; *head* stands before the class, *tail* after it."""
    return (
        f"<root><voucher><calculationmode>{mode}</calculationmode>"
        f'<voucherdate format="ansi">{date}</voucherdate>{head}<voucherclass>{kind}</voucherclass>{tail}{lines}'
        "</voucher></root>"
    )


PRODUCT = (
    '<invoiceline><salesinvoiceproductline><productidentifier type="customer">A1</productidentifier>'
    '<productname>Omena</productname><productunitprice type="net">50,00</productunitprice>'
    '<productvatpercentage vatcode="KOMY">24</productvatpercentage>'
    "<salesinvoiceproductlinequantity>2</salesinvoiceproductlinequantity>"
    "</salesinvoiceproductline></invoiceline>"
)


def invoice(
    *, number: str = "", status: str = "open", amount: str = "", lines: str = PRODUCT, kind: str = "", more: str = "",
    tail: str = "", attributes: str = "", term: str = "<paymenttermnetdays>14</paymenttermnetdays>",
) -> str:  # fmt: skip
    """A message of salesinvoice.nv."""
    return (
        "<root><salesinvoice>"
        + (f"<salesinvoicenumber>{number}</salesinvoicenumber>" if number else "")
        + "<salesinvoicedate>2026-01-15</salesinvoicedate>"
        + f"<salesinvoiceamount{attributes}>{amount}</salesinvoiceamount>"
        + (f"<invoicetype>{kind}</invoicetype>" if kind else "")
        + f'<salesinvoicestatus type="netvisor">{status}</salesinvoicestatus>'
        + '<invoicingcustomeridentifier type="netvisor">7</invoicingcustomeridentifier>'
        + "<invoicingcustomername>Matti Mallikas</invoicingcustomername>"
        + f"{term}{more}<invoicelines>{lines}</invoicelines>{tail}</salesinvoice></root>"
    )


def payment(
    amount: str = "124,00", target: str = "1", *, by: str = "invoicenumber", method: str = "CFIS", lines: str = "",
    date: str = "2026-01-20", attributes: str = 'type="alternative"', currency: str = ' currency="EUR"',
    target_type: str = "",
) -> str:  # fmt: skip
    """A message of salespayment.nv."""
    return (
        f"<root><salespayment><sum{currency}>{amount}</sum><paymentdate>{date}</paymentdate>"
        f'<targetidentifier type="{by}"{target_type}>{target}</targetidentifier><sourcename>Matti Mallikas</sourcename>'
        f"<paymentmethod {attributes}>{method}</paymentmethod>{lines}</salespayment></root>"
    )


def match(handling: str, key: int | str = 1, invoice_key: int | str = 1) -> str:
    """A message of matchpayment.nv."""
    target = f"<invoicenetvisorkey>{invoice_key}</invoicenetvisorkey>" if invoice_key else ""
    return (
        f"<root><matchpayment><handlingtype>{handling}</handlingtype><paymentnetvisorkey>{key}</paymentnetvisorkey>"
        f"{target}</matchpayment></root>"
    )


def void(*keys: int | str, comment: str = "") -> str:
    """A message of invalidatevouchers.nv."""
    listed = "".join(f"<invalidatevoucher>{key}</invalidatevoucher>" for key in keys)
    return f'<root><invalidatevouchers identifier="netvisorkey">{comment}{listed}</invalidatevouchers></root>'
