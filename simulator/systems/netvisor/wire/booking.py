"""What Netvisor makes of voucher lines: checks, VAT rows, the rounding row, and the voucher in the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.systems.books.chart import FiscalYear, Named
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import CENT, HUNDRED, ZERO, to_cents
from simulator.systems.netvisor.wire import forms
from simulator.systems.netvisor.wire.refusals import Fault, RefusedError, fault, refuse
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, children, text_of

NONE = "NONE"
REVERSE = frozenset({"EUOS", "EUPO", "KAVE", "RAOS", "MAAL"})
"""Codes with which the buyer owes the VAT and deducts it at once: the sum itself holds none."""
NOT_DEDUCTIBLE = frozenset({"EVTO", "EVPO", "EVKV", "EVRO", "EVMA"})
"""Codes with which the buyer owes the VAT and cannot deduct it: it is part of the cost."""
VAT_TEXTS = {"EN": "VAT {} %", "FI": "ALV {} %", "SE": "Moms {} %"}
ROUNDING_TEXTS = {"EN": "Rounding difference", "FI": "Pyöristysero", "SE": "Avrundningsdifferens"}
ENGLISH_CLASSES = {
    "ML": "Sales invoice", "MS": "Sales payment", "PT": "Bank", "KT": "Cash", "PUMP": "Imported transactions",
    "T": "Automatic closing entries", "AT": "Formed by the system", "MU": "Others", "OL": "Purchase invoice",
    "OS": "Purchase payment", "JK": "Accruals", "PA": "Salary",
}  # fmt: skip
"""The English names of the voucher types that every company has, by their abbreviations."""


@dataclass(frozen=True, slots=True)
class Line:
    """A voucher line as it was sent."""

    number: int
    sum: Decimal
    type: str
    """`net` or `gross`; empty if the line does not say."""
    description: str
    account: str
    vat_percent: Decimal
    vat_code: str
    dimensions: tuple[tuple[str, str], ...]
    account_dimension: str


class Bookkeeper:
    """Checks lines and books them."""

    def __init__(self, site: Site) -> None:
        """Keep the books of *site*."""
        self.site = site

    @property
    def ledger(self) -> Ledger:
        """Return the books."""
        return self.site.ledger

    @property
    def readings(self) -> Mapping[str, str]:
        """Return the answers to the open questions."""
        return self.site.readings

    # ------------------------------------------------------------------------------------------ what is asked for

    @staticmethod
    def day(text: str) -> str:
        """Return a day of a message as YYYY-MM-DD. Raises RefusedError if there is none."""
        day = forms.read_day(text)
        if day is None:
            raise refuse("INVALID_DATA", "date-bad", text.strip())
        return day

    def open_year(self, date: str) -> FiscalYear:
        """Return the fiscal year of a date on which can be booked. Raises RefusedError."""
        calendar = self.ledger.calendar
        year = calendar.year_of(date)
        if year is None:
            is_lock = self.readings["no_fiscal_year"] == "PERIOD_LOCK"
            raise refuse("PERIOD_LOCK" if is_lock else "INVALID_DATA", "no-period", date)
        if calendar.is_locked(date):
            raise refuse("PERIOD_LOCK", "period-locked", date, calendar.locked_until)
        return year

    def voucher_class(self, name: str) -> Named:
        """Return the voucher type of a name, whatever the case of its letters. Raises RefusedError."""
        wanted = name.strip().casefold()
        for named in self.ledger.voucher_types.values():
            if named.name.casefold() == wanted:
                return named
        if self.readings["voucher_class_names"] == "any":
            for named in self.ledger.voucher_types.values():
                if ENGLISH_CLASSES.get(named.code, "").casefold() == wanted:
                    return named
        raise refuse("INVALID_DATA", "class-unknown", name.strip())

    def lines(self, elements: Iterable[Element], *, only_existing: bool) -> list[Line]:
        """Read voucher lines. Raises RefusedError with everything that is wrong in them."""
        faults: list[Fault] = []
        found = [self._line(element, number, faults) for number, element in enumerate(elements, 1)]
        for line in found:
            for name, item in line.dimensions:
                if only_existing and not self._has(name, item):
                    faults.append(fault("dimension-unknown", name, item, line=line.number))
        if faults:
            raise RefusedError("INVALID_DATA", faults)
        return found

    def _line(self, element: Element, number: int, faults: list[Fault]) -> Line:
        total = forms.read_decimal(text_of(element, "linesum"))
        if total != to_cents(total):
            faults.append(fault("decimals", text_of(element, "linesum"), line=number))
        account = text_of(element, "accountnumber")
        if self.ledger.chart.find(account) is None:
            faults.append(fault("account-unknown", account, line=number))
        percent = forms.read_decimal(text_of(element, "vatpercent"))
        percentage, given = element.find("vatpercent"), element.find("linesum")
        assert percentage is not None, "the grammar has let it through"
        assert given is not None, "the grammar has let it through"
        code = self.vat_code((percentage.get("vatcode") or "").strip(), percent, account, number, faults)
        description = element.find("description")
        return Line(
            number=number,
            sum=total,
            type=(given.get("type") or "").strip(),
            description=(description.text or "") if description is not None else "",
            account=account,
            vat_percent=percent,
            vat_code=code,
            dimensions=dimensions_of(element),
            account_dimension=text_of(element, "accountdimension"),
        )

    def vat_code(self, given: str, percent: Decimal, account: str, number: int, faults: list[Fault]) -> str:
        """Return the VAT code of a line, that of its account if it names none; what is wrong goes to *faults*."""
        known = self.ledger.chart.accounts.get(account)
        code = given or (known.vat_code if known is not None else "") or ("" if percent else NONE)
        if not code:
            faults.append(fault("vat-code-missing", account, line=number))
        elif code == NONE and code not in self.ledger.vat_codes:
            if percent:
                faults.append(fault("vat-percent-misfit", code, forms.show_number(percent), line=number))
        else:
            # Its rules have the names of our texts.
            said = forms.show_number(percent)
            faults += [fault(one.rule, code, said, line=number) for one in self.ledger.objections_to_vat(code, percent)]
        return code

    def _has(self, name: str, item: str) -> bool:
        """Say whether a dimension has an item, without making it where it could be made."""
        dimensions = self.ledger.dimensions
        dimension = dimensions.by_name.get(name)
        if dimension is None:
            return dimensions.is_open
        return dimension.is_open or item in dimension.items

    # --------------------------------------------------------------------------------------------- what is booked

    def postings(self, lines: Sequence[Line], mode: str, language: str) -> list[Posting]:
        """Return the postings of a voucher, VAT rows and rounding row included. Raises RefusedError."""
        self._check_types(lines, mode)
        if not (any(line.sum > 0 for line in lines) and any(line.sum < 0 for line in lines)):
            raise refuse("INVALID_DATA", "one-sided")
        if mode == "gross":
            made = self.gross(lines, language)
            return [*made, *self.rounding(made, language)]
        made = [posting_of(line, line.sum) for line in lines]
        difference = sum((posting.amount for posting in made), ZERO)
        if difference and self.readings["net_imbalance"] == "reject":
            raise refuse("INVALID_DATA", "unbalanced", forms.show_sum(difference))
        return [*made, *self.rounding(made, language)] if self.readings["net_imbalance"] == "round" else made

    def _check_types(self, lines: Sequence[Line], mode: str) -> None:
        if self.readings["line_type"] == "refused":
            wrong = [fault("line-type", one.type, mode, line=one.number) for one in lines if one.type not in {"", mode}]
            if wrong:
                raise RefusedError("INVALID_DATA", wrong)

    def gross(self, lines: Sequence[Line], language: str) -> list[Posting]:
        """Return the postings of lines whose VAT the system computes: net rows, then one VAT row each rate and code."""
        made: list[Posting] = []
        vats: dict[tuple[str, str, Decimal], Decimal] = {}
        for line in lines:
            is_net = self.readings["line_type"] == "line" and line.type == "net"
            net, vat = parts_of(line.sum, line.vat_percent, line.vat_code, is_net=is_net)
            account = self.vat_account(line.vat_code, line.sum)
            if line.vat_code in REVERSE | NOT_DEDUCTIBLE and vat:
                debtor = self.ledger.role("sales_vat")
                if line.vat_code in NOT_DEDUCTIBLE:
                    net += vat
                else:
                    _grow(vats, (self.ledger.role("purchase_vat"), line.vat_code, line.vat_percent), vat)
                _grow(vats, (debtor, line.vat_code, line.vat_percent), -vat)
            elif vat:
                _grow(vats, (account, line.vat_code, line.vat_percent), vat)
            made.append(posting_of(line, net))
        for (account, _, percent), vat in vats.items():
            if vat:
                text = VAT_TEXTS[language].format(forms.show_number(percent))
                made.append(Posting(account, vat, text, NONE, is_made=True))
        return made

    def vat_account(self, code: str, amount: Decimal) -> str:
        """Return the account of the VAT of a line: its code says which, and where that is for both, its side."""
        known = self.ledger.vat_codes.get(code)
        side = known.side if known is not None else "both"
        is_sales = side == "sales" or (side not in {"sales", "purchase"} and amount < 0)
        return self.ledger.role("sales_vat" if is_sales else "purchase_vat")

    def rounding(self, postings: Iterable[Posting], language: str) -> list[Posting]:
        """Return the row that makes debit and credit equal; none if they are."""
        difference = sum((posting.amount for posting in postings), ZERO)
        if not difference:
            return []
        account = self.ledger.role("rounding")
        return [Posting(account, -difference, ROUNDING_TEXTS[language], NONE, is_made=True)]

    def only_existing(self, parameter: str, *, is_taken: bool = True) -> bool:
        """Say whether dimensions are not to be made on the fly."""
        return self.readings["unknown_dimensions"] == "refused" or (is_taken and parameter == "1")

    def keep_dimensions(self, postings: Iterable[Posting]) -> None:
        """Make the dimensions of postings that are not there yet."""
        for posting in postings:
            for name, item in posting.dimensions:
                self.ledger.dimensions.add(name, [item])

    def book(
        self, voucher_class: str, date: str, postings: Sequence[Posting], now: Instant, *, number: int | None = None,
        description: str = "", details: dict[str, Any] | None = None,
    ) -> Voucher:  # fmt: skip
        """Store a voucher whose date and postings were checked; *voucher_class* is the code of its type."""
        self.keep_dimensions(postings)
        year = self.open_year(date)
        return self.ledger.journal.add(
            voucher_class, year.begin, date, postings, now, number=number, description=description, details=details
        )


def dimensions_of(element: Element) -> tuple[tuple[str, str], ...]:
    """Return name and item of the dimensions of a line."""
    return tuple(
        (text_of(one, "dimensionname"), text_of(one, "dimensionitem")) for one in children(element, "dimension")
    )


def posting_of(line: Line, amount: Decimal) -> Posting:
    """Return the posting of a line."""
    return Posting(
        line.account, amount.quantize(CENT), line.description, line.vat_code, line.vat_percent, line.dimensions
    )


def parts_of(total: Decimal, percent: Decimal, code: str, *, is_net: bool) -> tuple[Decimal, Decimal]:
    """Return a sum without its VAT, and the VAT."""
    if is_net or code in REVERSE | NOT_DEDUCTIBLE:
        return total, to_cents(total * percent / HUNDRED)
    net = to_cents(total / (1 + percent / HUNDRED))
    return net, total - net


def _grow(sums: dict[tuple[str, str, Decimal], Decimal], key: tuple[str, str, Decimal], amount: Decimal) -> None:
    sums[key] = sums.get(key, ZERO) + amount
