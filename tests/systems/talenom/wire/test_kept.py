"""What is kept of a voucher: its state as the calendar changes it, and the way to it by GUID."""

from __future__ import annotations

from simulator.systems.books.chart import Calendar
from simulator.systems.talenom.wire.kept import MEMBERS, folded, kept_of, rows_of
from tests.systems.talenom.caller import Caller, sale


def test_closing_a_period_locks_what_was_accepted_in_it() -> None:
    caller = Caller()
    [guid] = caller.book(sale())
    voucher = caller.office.site.ledger.journal.by_key[1]

    assert kept_of(voucher).state_in(Calendar(), voucher.date) == "Accepted"
    assert kept_of(voucher).state_in(Calendar(locked_until="2026-03-30"), voucher.date) == "Accepted"
    assert kept_of(voucher).state_in(Calendar(locked_until="2026-03-31"), voucher.date) == "Locked"
    caller.office.arrange({"locked_until": "2026-03-31"})
    assert caller.voucher(guid)["voucherState"] == "Locked"


def test_every_posting_has_what_is_kept_of_it() -> None:
    caller = Caller()
    caller.book(sale(preventVatPeeling=False))

    rows = list(rows_of(caller.office.site.ledger.journal.by_key[1]))

    assert [posting.is_made for posting, _ in rows] == [False, True, False]
    assert len({kept.id for _, kept in rows}) == 3


def test_a_dimension_is_known_however_it_is_written() -> None:
    for name in ("COST_CENTER", "costCenter", "Cost center", "cost-center"):
        assert MEMBERS[folded(name)] == "costCenter"
