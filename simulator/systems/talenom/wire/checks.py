"""What Talenom objects to in a voucher: what no state excuses, and what keeps it from being accepted."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.systems.books.ledger import Ledger, Role
from simulator.systems.money import CENT, ZERO
from simulator.systems.office import Site
from simulator.systems.talenom.wire.incoming import SYSTEM_CATEGORIES, Form, Incoming, IncomingPosting
from simulator.systems.talenom.wire.kept import folded
from simulator.systems.talenom.wire.peeling import knows

STATES = ("Draft", "Accepted", "Locked")
POSTINGS_MIN = 2
LEDGER_ROLES: tuple[Role, ...] = ("receivables", "payables")
"""Whose accounts have ledger items. Which accounts of a real company do is its own setting."""


def is_ledger_account(ledger: Ledger, account: str) -> bool:
    """Say whether the postings of an account have match keys."""
    return any(ledger.roles.get(role) == account for role in LEDGER_ROLES)


def dimension_name(ledger: Ledger, member: str) -> str:
    """Return what the books call a dimension: they may write costCenter as COST_CENTER."""
    by_name = ledger.dimensions.by_name
    if member in by_name:
        return member
    return next((name for name in by_name if folded(name) == folded(member)), member)


class Checks:
    """Looks at vouchers before anything is stored."""

    def __init__(self, site: Site) -> None:
        """Check against the books of a company, in its readings."""
        self.site = site

    @property
    def _ledger(self) -> Ledger:
        return self.site.ledger

    def flaws(self, voucher: Incoming, form: Form) -> Iterator[str]:
        """Yield what is refused in every state."""
        where = f"[{voucher.place}]"
        known = self._ledger.voucher_types
        if voucher.category not in known and not (form.has_all_categories and voucher.category in SYSTEM_CATEGORIES):
            yield f"{where}.{form.category}: {voucher.category[:40]!r} is no category that can be posted"
        if voucher.state not in STATES:
            yield f"{where}.{form.state}: {voucher.state[:40]!r} is none of {', '.join(STATES)}"
        if voucher.image is None:
            yield f"{where}.voucherImageBase64Str: it is no PDF in Base64"
        for number, posting in enumerate(voucher.postings):
            yield from self._flaws_of(posting, f"{where}.postings[{number}]", voucher)

    def _flaws_of(self, posting: IncomingPosting, where: str, voucher: Incoming) -> Iterator[str]:
        if posting.gross is not None and posting.gross != posting.gross.quantize(CENT):
            yield f"{where}.vatIncludedAmount: {posting.gross} has more than two decimals"
        ledger = self._ledger
        for member, item in posting.dimensions:
            if not voucher.makes_dimensions and not ledger.dimensions.has(dimension_name(ledger, member), item):
                yield f"{where}.{member}: {item!r} not found"
        is_kept = self.site.readings["match_key_elsewhere"] == "kept"
        if posting.match_key and not is_kept and posting.account and not is_ledger_account(ledger, posting.account):
            yield f"{where}.matchKey: account {posting.account} is no ledger account"

    def doubts(self, voucher: Incoming) -> Iterator[str]:
        """Yield what keeps a voucher from being accepted or locked."""
        where, ledger = f"[{voucher.place}]", self._ledger
        if not voucher.date:
            yield f"{where}.voucherDate: is needed"
        else:
            for objection in ledger.objections_to_date(voucher.date):
                yield f"{where}.voucherDate: {objection.sentence()}"
        if len(voucher.postings) < POSTINGS_MIN:
            yield f"{where}.postings: an accepted voucher has at least {POSTINGS_MIN}"
        for number, posting in enumerate(voucher.postings):
            yield from self._doubts_of(posting, f"{where}.postings[{number}]")
        total = sum((posting.gross or ZERO for posting in voucher.postings), ZERO)
        if total:
            yield f"{where}.postings: the total of the amounts is {total:.2f} and not zero"

    def _doubts_of(self, posting: IncomingPosting, where: str) -> Iterator[str]:
        ledger = self._ledger
        account = ledger.chart.find(posting.account) if posting.account else None
        if not posting.account:
            yield f"{where}.accountNumber: is needed"
        elif account is None:
            yield f"{where}.accountNumber: account {posting.account[:40]} not found"
        if posting.gross is None:
            yield f"{where}.vatIncludedAmount: is needed"
        if posting.percent is not None and not knows(ledger, posting.percent):
            yield f"{where}.vatPercentage: no VAT code has {posting.percent.normalize():f} %"
        wanted = self.site.readings["mandatory_dimension"]
        is_wanted = wanted != "none" and account is not None and not account.is_balance
        if is_wanted and wanted not in {member for member, _ in posting.dimensions}:
            yield f"{where}.{wanted}: is needed on the profit account {posting.account}"
