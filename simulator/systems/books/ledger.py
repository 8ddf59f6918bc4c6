"""The books as a whole, and what they object to. What a system says about it is the affair of its wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from simulator.systems.books.chart import Calendar, Chart, Dimensions, Named, VatCode
from simulator.systems.books.invoices import Receivables
from simulator.systems.books.vouchers import Journal, Posting
from simulator.systems.money import ZERO

Role = Literal[
    "receivables", "payables", "sales_vat", "purchase_vat", "rounding", "bank", "cash", "sales", "advances"
]  # fmt: skip
ROLES: tuple[Role, ...] = (
    "receivables", "payables", "sales_vat", "purchase_vat", "rounding", "bank", "cash", "sales", "advances",
)  # fmt: skip

Rule = Literal[
    "account-unknown", "vat-code-unknown", "vat-percent-misfit", "dimension-unknown", "no-fiscal-year",
    "period-locked", "unbalanced",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that the books do not take: which rule, in which row (from 0), and the value that offends."""

    rule: Rule
    value: str
    row: int | None = None
    other: str = ""
    """A second value where one is needed: the percentage that does not fit, the dimension of an item."""

    def sentence(self) -> str:
        """Say it in plain English, as the simulator itself would."""
        where = "" if self.row is None else f"Row {self.row + 1}: "
        said = {
            "account-unknown": f"account {self.value} not found",
            "vat-code-unknown": f"VAT code {self.value} does not exist",
            "vat-percent-misfit": f"VAT code {self.value} does not allow {self.other} %",
            "dimension-unknown": f"{self.other} {self.value} not found",
            "no-fiscal-year": f"no fiscal year has the date {self.value}",
            "period-locked": f"the period of {self.value} is locked until {self.other}",
            "unbalanced": f"debit and credit differ by {self.value}",
        }[self.rule]
        return f"{where}{said}"


@dataclass
class Ledger:
    """Everything that a company keeps in its accounting system."""

    chart: Chart = field(default_factory=Chart)
    vat_codes: dict[str, VatCode] = field(default_factory=dict)
    dimensions: Dimensions = field(default_factory=Dimensions)
    calendar: Calendar = field(default_factory=Calendar)
    voucher_types: dict[str, Named] = field(default_factory=dict)
    """By code."""
    payment_methods: dict[str, Named] = field(default_factory=dict)
    roles: dict[Role, str] = field(default_factory=dict)
    """The account that the system itself books on, for each purpose."""
    journal: Journal = field(default_factory=Journal)
    receivables: Receivables = field(default_factory=Receivables)

    def role(self, role: Role) -> str:
        """Return the account that the system itself uses for a purpose; it is there from now on."""
        number = self.roles[role]
        if self.chart.find(number) is None and number not in self.chart.accounts:
            self.chart.add(number, role)
        return number

    def objections(self, date: str, postings: Sequence[Posting], *, must_balance: bool = True) -> Iterator[Objection]:
        """Yield everything that the books object to in a voucher of a date, in the order of its rows."""
        yield from self.objections_to_date(date)
        for row, posting in enumerate(postings):
            if self.chart.find(posting.account) is None:
                yield Objection("account-unknown", posting.account, row)
            yield from self.objections_to_vat(posting.vat_code, posting.vat_percent, row)
            for name, code in posting.dimensions:
                if not self.dimensions.has(name, code):
                    yield Objection("dimension-unknown", code, row, name)
        total = sum((posting.amount for posting in postings), ZERO)
        if must_balance and total:
            yield Objection("unbalanced", f"{total:.2f}")

    def objections_to_date(self, date: str) -> Iterator[Objection]:
        """Yield why nothing can be booked on a date."""
        if self.calendar.year_of(date) is None:
            yield Objection("no-fiscal-year", date)
        elif self.calendar.is_locked(date):
            yield Objection("period-locked", date, other=self.calendar.locked_until)

    def objections_to_vat(self, code: str, percent: Decimal, row: int | None = None) -> Iterator[Objection]:
        """Yield why a VAT code and a percentage cannot be; an empty code is none."""
        if not code:
            return
        known = self.vat_codes.get(code)
        if known is None:
            yield Objection("vat-code-unknown", code, row)
        elif not known.takes(percent):
            yield Objection("vat-percent-misfit", code, row, f"{percent.normalize():f}")
