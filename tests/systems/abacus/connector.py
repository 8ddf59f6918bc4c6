"""What CFIS sends to Abacus."""

from __future__ import annotations

from typing import Any

from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import ACCEPTED, BUSY, Answer, Line, Request, Result, Tenant
from simulator.systems.document import LedgerDocument, PaymentDocument, UnmappableError
from simulator.systems.office import ORIGIN

TEXT_MAX = 40


class AbacusConnector:
    """Makes vouchers of documents."""

    def __init__(self, tenant: Tenant) -> None:
        self.key = f"{tenant.identity}-{tenant.letters('abacus', 12)}"

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document."""
        rows: list[dict[str, Any]] = []
        for row in document.rows:
            if len(row.description) > TEXT_MAX:
                raise UnmappableError(f"Row {row.number}: Abacus takes texts of at most {TEXT_MAX} characters")
            amount, vat = row.net, document.vat_of(row)
            rows.append(_row(row.account, f"{amount:.2f}", row.description, row.dimensions))
            if vat:
                rows.append(_row("2939" if row.is_sales else "1763", f"{vat:.2f}", "VAT", ()))
        return self._send({"date": document.date, "rows": rows}, line)

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment."""
        rows = [_row(document.account or "1910", f"{document.amount:.2f}", document.payer, ())]
        rows += [_row(part.account, f"{-part.amount:.2f}", part.type, part.dimensions) for part in document.parts]
        if not document.parts:
            rows.append(_row("1701", f"{-document.amount:.2f}", document.invoice, ()))
        return self._send({"date": document.booked, "rows": rows}, line)

    def _send(self, voucher: dict[str, Any], line: Line) -> Result:
        headers = [("x-abacus-key", self.key), ("content-type", "application/json")]
        answer = line.send(Request("POST", "/abacus/vouchers", headers, dumps(voucher), ORIGIN, "/abacus"))
        return ACCEPTED if answer.status in {200, 201} else _told(answer)


def _row(account: str, amount: str, text: str, dimensions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"account": account, "amount": amount, "text": text, "dimensions": dimensions}


def _told(answer: Answer) -> Result:
    reason = str(loads(answer.body)["error"])
    return Result("unreachable" if answer.status in BUSY else "rejected", reason)
