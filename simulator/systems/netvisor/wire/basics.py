"""What tells of a company's basic data: accounts, voucher types, accounting periods, dimensions, account balances."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from simulator.systems.books.chart import Account, Dimension
from simulator.systems.books.ledger import Ledger, Role
from simulator.systems.money import ZERO
from simulator.systems.netvisor.wire.booking import ENGLISH_CLASSES
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.forms import read_day, show_day, show_sum
from simulator.systems.netvisor.wire.refusals import refuse
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, element

DEFAULT_ACCOUNTS: tuple[tuple[str, Role | str], ...] = (
    ("TradePayables", "payables"),
    ("PurchaseVATReceivable", "purchase_vat"),
    ("RoundingOffDifference", "rounding"),
    ("VATpayable", "2946"),
    ("TaxAccount", "2948"),
    ("AdvancePayments", "advances"),
    ("SalesReceivables", "receivables"),
    ("SalesVATDebt", "sales_vat"),
    ("Inventory", "1521"),
    ("SalesDiscount", "3500"),
    ("SalesExchangeRateDifferences", "3580"),
    ("Collection", "9170"),
    ("PurchasesDiscounts", "4230"),
    ("PurchasesExchangeRateDifferences", "4370"),
    ("PurchaseInvoiceAccrual", "1849"),
    ("SalesInvoiceAccrual", "1701"),
    ("PurchaseDomesticDefault", "4000"),
    ("PurchaseEUDefault", "4110"),
    ("PurchaseOutsideEUDefault", "4130"),
    ("SalesDomesticDefault", "sales"),
    ("SalesEUDefault", "3360"),
    ("SalesOutsideEUDefault", "3380"),
)
"""The company's default accounts: a role of the books, or the number that a client's fixture has."""
DEFAULT_TYPES = (
    ("SalesInvoices", "ML"),
    ("SalesInvoicePayments", "MS"),
    ("PurchaseInvoices", "OL"),
    ("PurchaseInvoicePayments", "OS"),
    ("OtherSystemGeneratedVouchers", "AT"),
    ("BankStatementViewVouchers", "PT"),
    ("Accruals", "JK"),
)
GROUPS = (("asset", "Vastaavaa"), ("liability", "Vastattavaa"), ("income", "Tuloslaskelma"))
GROUP_OF = {"asset": 0, "liability": 1, "equity": 1, "income": 2, "expense": 2}
GROUP_KEY = 1_000_000
"""Keys of account groups begin here, beyond those of accounts."""


class Basics:
    """Reads the basic data of a company."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site

    @property
    def ledger(self) -> Ledger:
        """Return the books."""
        return self.site.ledger

    def accounts(self, _call: Call) -> list[Element]:
        """Tell the default accounts and the chart of accounts."""
        roles: dict[str, str] = {str(role): number for role, number in self.ledger.roles.items()}
        defaults = [element(name, str(roles.get(role, role))) for name, role in DEFAULT_ACCOUNTS]
        accounts = sorted(self.ledger.chart.accounts.values(), key=lambda account: account.number)
        rows: list[Element] = []
        for place, (_, name) in enumerate(GROUPS):
            members = [account for account in accounts if GROUP_OF[account.kind] == place]
            sort = len(rows)
            rows.append(_account("", name, "accountgroup", GROUP_KEY + place, 0, sort, sort + len(members), place != 0))
            rows += [_leaf(account, GROUP_KEY + place, sort + 1 + one) for one, account in enumerate(members)]
        return [element("AccountList", element("CompanyDefaultAccounts", *defaults), element("Accounts", *rows))]

    def voucher_types(self, _call: Call) -> list[Element]:
        """Tell the voucher types, and which of them the system itself uses."""
        types = self.ledger.voucher_types
        defaults = [
            element(name, element("NetvisorKey", str(types[code].key))) for name, code in DEFAULT_TYPES if code in types
        ]
        rows = []
        for named in types.values():
            row = element(
                "VoucherType",
                element("NetvisorKey", str(named.key)),
                element("Abbreviation", named.code),
                element("Name", named.name),
            )
            if named.code in ENGLISH_CLASSES:
                foreign = element("ForeignName", ENGLISH_CLASSES[named.code])
                foreign.set("ISO-639-1", "en")
                row.append(foreign)
            rows.append(row)
        return [
            element("VoucherTypeList", element("DefaultVoucherTypes", *defaults), element("VoucherTypes", *rows))
        ]  # fmt: skip

    def periods(self, call: Call) -> list[Element]:
        """Tell the accounting periods, and until when they are locked."""
        calendar, place = self.ledger.calendar, call.readings["period_place"]
        names = ("AccountingPeriodLockDate", "VatPeriodLockDate", "PurchaseLockDate")
        locks = [element(name, show_day(calendar.locked_until), format="ansi") for name in names]

        def periods() -> list[Element]:
            return [
                element(
                    "Period",
                    element("NetvisorKey", str(year.key)),
                    element("Name", year.begin[:4] if year.begin[:4] == year.end[:4] else f"{year.begin}-{year.end}"),
                    element("BeginDate", show_day(year.begin), format="ansi"),
                    element("EndDate", show_day(year.end), format="ansi"),
                )
                for year in calendar.years
            ]

        inside = periods() if place in {"inside", "both"} else []
        beside = periods() if place in {"beside", "both"} else []
        return [element("AccountingPeriodList", element("PeriodLockInformation", *locks, *inside), *beside)]

    def dimensions(self, _call: Call) -> list[Element]:
        """Tell the dimensions with their items."""
        return [element("DimensionNameList", *(_dimension(one) for one in self.ledger.dimensions.by_name.values()))]

    def balances(self, call: Call) -> list[Element]:
        """Tell debit, credit and balance of accounts up to some days."""
        days = [read_day(part) for part in call.text("balancedates").split(",") if part.strip()]
        if not days:
            raise refuse("INVALID_DATA", "parameter-missing", "balancedates")
        if None in days:
            raise refuse("INVALID_DATA", "parameter-bad", "balancedates", call.text("balancedates"))
        # Intervals would fill in days between the first and the last; here the days that are named are told.
        call.choice("intervaltype", ("0", "1", "2", "3", "4"), "0")
        keys = set(call.numbers("netvisorkeylist", KEYS_MAX)) or {call.number("netvisorkey")} - {None}
        sums = [(day, self._sums(day)) for day in days if day is not None]
        rows = []
        for account in self.ledger.chart.accounts.values():
            if not keys or account.key in keys:
                row = element("Account", *(_balance(day, found.get(account.number, NOTHING)) for day, found in sums))
                row.set("netvisorkey", str(account.key))
                rows.append(row)
        return [element("AccountBalances", *rows)]

    def _sums(self, day: str) -> dict[str, tuple[Decimal, Decimal]]:
        """Return debit and credit of each account up to a day; the result accounts begin anew with each year."""
        year = self.ledger.calendar.year_of(day)
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        for voucher in self.ledger.journal.between("0000-01-01", day):
            for posting in voucher.postings if voucher.state == "valid" else ():
                account = self.ledger.chart.accounts.get(posting.account)
                if year and voucher.date < year.begin and account is not None and not account.is_balance:
                    continue
                debit, credit = sums.get(posting.account, NOTHING)
                sums[posting.account] = debit + max(posting.amount, ZERO), credit - min(posting.amount, ZERO)
        return sums


KEYS_MAX = 500
NOTHING = (ZERO, ZERO)


def _balance(day: str, sums: tuple[Decimal, Decimal]) -> Element:
    debit, credit = sums
    shown = element(
        "AccountBalance",
        element("Debet", show_sum(debit)),
        element("Kredit", show_sum(credit)),
        element("Balance", show_sum(debit - credit)),
    )
    shown.set("date", day)
    return shown


def _leaf(account: Account, group: int, sort: int) -> Element:
    is_negative = account.kind not in {"asset", "expense"}
    return _account(
        account.number,
        account.name,
        "account",
        account.key,
        group,
        sort,
        sort,
        is_negative,
        is_active=account.is_active,
    )


def _account(
    number: str, name: str, kind: str, key: int, father: int, sort: int, end_sort: int, is_negative: bool,  # noqa: FBT001
    *, is_active: bool = True,
) -> Element:  # fmt: skip
    values: Sequence[tuple[str, object]] = (
        ("NetvisorKey", key),
        ("Number", number),
        ("Name", name),
        ("AccountType", kind),
        ("FatherNetvisorKey", father),
        ("IsActive", int(is_active)),
        ("IsCumulative", 1),
        ("Sort", sort),
        ("EndSort", end_sort),
        ("IsNaturalNegative", int(is_negative)),
    )
    return element("Account", *(element(tag, str(value)) for tag, value in values))


def _dimension(dimension: Dimension) -> Element:
    details = [
        element(
            "DimensionDetail",
            element("Netvisorkey", str(key)),
            element("Name", item),
            element("IsHidden", "False"),
            element("Level", "1"),
            element("Sort", str(place)),
            element("EndSort", str(place)),
            element("FatherID", "0"),
        )
        for place, (item, key) in enumerate(dimension.items.items())
    ]
    return element(
        "DimensionName",
        element("Netvisorkey", str(dimension.key)),
        element("Name", dimension.name),
        element("IsHidden", "False"),
        element("LinkType", "0"),
        element("DimensionDetails", *details),
    )
