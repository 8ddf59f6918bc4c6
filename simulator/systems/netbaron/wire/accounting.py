"""The accounting module of NetBaron, which only reads: periods, receipts, accounts, balances and registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import CENT, ZERO
from simulator.systems.netbaron.wire.messages import nb
from simulator.systems.netbaron.wire.receipts import COST_CENTER, PROJECT
from simulator.systems.xmltext import Element

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
PATH_SINCE = "1.2"
"""The first version that has a path of its own."""
DIMENSIONS_SINCE = "1.3"

Wanted = Mapping[str, str]
"""The parameters of a call, which its XSD has found right."""


def _true(wanted: Wanted, name: str) -> bool:
    return wanted.get(name, "").lower() in {"true", "1"}


def _money(amount: Decimal) -> str:
    return f"{amount.quantize(CENT):f}"


def _periods(ledger: Ledger, _wanted: Wanted, _version: str) -> Iterator[Element]:
    locked = ledger.calendar.locked_until
    for year in ledger.calendar.years:
        yield nb(
            "AccountingPeriod",
            nb("AccountingPeriodId", str(year.key)),
            nb("BeginDate", year.begin),
            nb("EndDate", year.end),
            nb("LockedUntil", min(locked, year.end)) if locked >= year.begin else None,
        )


def _receipts(ledger: Ledger, wanted: Wanted, version: str) -> Iterator[Element]:
    begin, end = wanted.get("BeginDate", ""), wanted.get("EndDate", "")
    key = wanted.get("AccountingPeriodId", "")
    for year in ledger.calendar.years:
        if str(year.key) == key.lstrip("0"):
            begin, end = max(begin, year.begin), min(end or year.end, year.end)
            break
    else:
        if key:
            return
    for voucher in ledger.journal.between(begin or "0000", end or "9999"):
        if voucher.state != "void":
            yield _receipt(voucher, version, with_dimensions=_true(wanted, "GetDimensionDetails"))


def _receipt(voucher: Voucher, version: str, *, with_dimensions: bool) -> Element:
    dates = voucher.details.get("dates") or (voucher.date,) * len(voucher.postings)
    returned = voucher.details.get("returned_vat", {})
    rows = [
        _row(place, posting, dates[place], returned.get(place), version, with_dimensions=with_dimensions)
        for place, posting in enumerate(voucher.postings)
    ]
    return nb(
        "Receipt",
        nb("ReceiptNumber", f"{voucher.series}-{voucher.number}"),
        nb("NumberSeries", voucher.series),
        nb("ActionDate", voucher.date),
        nb("Description", voucher.description),
        nb("Status", "INCOMPLETE" if voucher.state == "draft" else "BOOKED"),
        *rows,
    )


def _row(
    place: int, posting: Posting, date: str, returned: Decimal | None, version: str, *, with_dimensions: bool
) -> Element:
    named = dict(posting.dimensions)
    is_shown = with_dimensions and version >= DIMENSIONS_SINCE
    dimensions = [
        nb("DimensionRow", nb("DimensionName", name), nb("DimensionItem", item))
        for name, item in (posting.dimensions if is_shown else ())
    ]
    return nb(
        "ReceiptRow",
        nb("RowNumber", str(place + 1)),
        nb("ActionDate", date),
        nb("Account", posting.account),
        nb("Amount", _money(posting.amount)),
        nb("Description", posting.description),
        nb("VatCode", posting.vat_code) if posting.vat_code else None,
        nb("VatPercent", f"{posting.vat_percent.normalize():f}"),
        nb("TaxableVat", _money(returned)) if returned is not None else None,
        nb("CostCenter", named[COST_CENTER]) if COST_CENTER in named else None,
        nb("JobNumber", named[PROJECT]) if PROJECT in named else None,
        *dimensions,
    )


def _accounts(ledger: Ledger, _wanted: Wanted, _version: str) -> Iterator[Element]:
    for account in sorted(ledger.chart.accounts.values(), key=lambda account: account.number):
        if account.is_active:
            yield nb("Account", nb("Number", account.number), nb("Name", account.name), nb("Type", account.kind))


def _balances(ledger: Ledger, wanted: Wanted, _version: str) -> Iterator[Element]:
    sums = balances(ledger, wanted.get("BeginDate") or "0000", wanted.get("EndDate") or "9999")
    for number, amount in sorted(sums.items()):
        if wanted.get("Account", number) == number:
            name = ledger.chart.accounts[number].name if number in ledger.chart.accounts else ""
            yield nb("AccountBalance", nb("Account", number), nb("Name", name), nb("Balance", _money(amount)))


def balances(ledger: Ledger, begin: str, end: str) -> dict[str, Decimal]:
    """Return the sum of each account over the entries of a span of dates; an entry may have a date of its own."""
    sums: dict[str, Decimal] = {}
    for voucher in ledger.journal.by_key.values():
        if voucher.state != "valid":
            continue
        dates = voucher.details.get("dates") or (voucher.date,) * len(voucher.postings)
        for date, posting in zip(dates, voucher.postings, strict=True):
            if begin <= date <= end:
                sums[posting.account] = sums.get(posting.account, ZERO) + posting.amount
    return sums


def _cost_centers(ledger: Ledger, _wanted: Wanted, _version: str) -> Iterator[Element]:
    for code in _items(ledger, COST_CENTER):
        yield nb("CostCenter", nb("Number", code))


def _projects(ledger: Ledger, _wanted: Wanted, _version: str) -> Iterator[Element]:
    for code in _items(ledger, PROJECT):
        yield nb("Project", nb("JobNumber", code))


def _items(ledger: Ledger, dimension: str) -> list[str]:
    found = ledger.dimensions.by_name.get(dimension)
    return [] if found is None else list(found.items)


def _dimensions(ledger: Ledger, _wanted: Wanted, _version: str) -> Iterator[Element]:
    for dimension in ledger.dimensions.by_name.values():
        items = [nb("DimensionItem", code) for code in dimension.items]
        yield nb("Dimension", nb("DimensionName", dimension.name), *items)


CALLS: Mapping[str, Callable[[Ledger, Wanted, str], Iterator[Element]]] = {
    "GetAccountingPeriods": _periods,
    "GetReceipts": _receipts,
    "GetChartOfAccounts": _accounts,
    "GetBalances": _balances,
    "GetCostCenterDetails": _cost_centers,
    "GetProjectDetails": _projects,
    "GetDimensions": _dimensions,
}
"""The calls by name. `GetCostCenterDetails` alone is a name of the vendor; the others are stand-ins after it."""


def calls_of(version: str) -> list[str]:
    """Return the calls that a version has."""
    return [name for name in CALLS if name != "GetDimensions" or version >= DIMENSIONS_SINCE]


def read(ledger: Ledger, call: str, wanted: Wanted, version: str) -> Element:
    """Return the answer to a call."""
    return nb(f"{call}Answer", *CALLS[call](ledger, wanted, version))
