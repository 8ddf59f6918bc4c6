"""Vouchers: posted in collections, checked, booked, and deleted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import ZERO
from simulator.systems.office import Site
from simulator.systems.talenom.wire.answers import Identifiers, RefusedError, empty, json_answer
from simulator.systems.talenom.wire.bodies import Bodies
from simulator.systems.talenom.wire.checks import Checks, dimension_name, is_ledger_account
from simulator.systems.talenom.wire.incoming import Form, Incoming, IncomingPosting, incoming_of
from simulator.systems.talenom.wire.items import LedgerItems
from simulator.systems.talenom.wire.kept import DETAILS, Kept, KeptPosting, Shelf, State, kept_of, rows_of
from simulator.systems.talenom.wire.peeling import peel, rate_of, side_of

INVALID = "ValidationError"
DRAFTS = "Draft"
"""The series of vouchers that have no number yet, so that they use none up."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a voucher: the state that it gets, or why it is refused."""

    state: State
    problems: Sequence[str] = ()


class Vouchers:
    """The vouchers of a company."""

    def __init__(self, site: Site, identifiers: Identifiers, bodies: Bodies) -> None:
        """Start with empty books."""
        self.site = site
        self.identifiers = identifiers
        self.shelf = Shelf(site.ledger.journal)
        self.items = LedgerItems()
        self._bodies = bodies
        self._checks = Checks(site)

    @property
    def _ledger(self) -> Ledger:
        return self.site.ledger

    def post(self, request: Request, form: Form, now: Instant) -> Answer:
        """Book a collection of vouchers."""
        is_closed = self.site.readings["unknown_members"] == "refused"
        values = self._bodies.read(request, form.schema, is_closed=is_closed)
        if not values:
            return empty(204)
        vouchers = [incoming_of(value, place, form) for place, value in enumerate(values)]
        mode = self.site.readings["bad_voucher_in_collection"]
        good: list[tuple[Incoming, State]] = []
        problems: list[str] = []
        seen: set[str] = set()
        for voucher in vouchers:
            verdict = self._judge(voucher, form, seen)
            problems += verdict.problems
            if not verdict.problems:
                good.append((voucher, verdict.state))
                seen.add(voucher.id)
            elif mode == "ends_it":
                break
        if problems and mode == "refuses_all":
            good = []
        guids = [self._take(voucher, state, now) for voucher, state in good]
        # Where the bad one ends it, those before it stay booked, and the answer does not say so.
        if problems and (mode != "is_skipped" or not guids):
            raise RefusedError(400, INVALID, problems)
        if form.status != 200:  # noqa: PLR2004 - HTTP
            return empty(form.status)
        return json_answer([{"voucherId": guid} for guid in guids])

    def _judge(self, voucher: Incoming, form: Form, seen: set[str]) -> Verdict:
        flaws = list(self._checks.flaws(voucher, form))
        is_known = bool(voucher.id) and (voucher.id in seen or voucher.id in self.shelf.keys)
        if is_known and self.site.readings["repeated_id"] == "refused":
            flaws.append(f"[{voucher.place}].id: {voucher.id} is there already")
        doubts = list(self._checks.doubts(voucher))
        if voucher.state == "Draft":
            accepted = voucher.tries and not doubts
            return Verdict("Accepted" if accepted else "Draft", flaws)
        return Verdict("Locked" if voucher.state == "Locked" else "Accepted", [*flaws, *doubts])

    def _take(self, voucher: Incoming, state: State, now: Instant) -> str:
        """Book a voucher that was found good; return its GUID. One whose GUID is there already is left alone."""
        if voucher.id and voucher.id in self.shelf.keys:
            return voucher.id
        guid = voucher.id or self.identifiers.guid("voucher")
        if voucher.makes_dimensions:
            self._make_dimensions(voucher)
        if state == "Draft":
            pairs = [self._drafted(posting) for posting in voucher.postings]
            series, year = DRAFTS, ""
        else:
            pairs = [pair for posting in voucher.postings for pair in self._booked(posting, voucher)]
            found = self._ledger.calendar.year_of(voucher.date)
            series, year = voucher.category, found.begin if found is not None else ""
        booked = self._ledger.journal.add(
            series, year, voucher.date, [posting for posting, _ in pairs], now,
            description=voucher.description,
            state="draft" if state == "Draft" else "valid",
        )  # fmt: skip
        booked.details[DETAILS] = self._kept(guid, voucher, state, booked, tuple(kept for _, kept in pairs))
        self.shelf.put(booked)
        return guid

    def _kept(
        self, guid: str, voucher: Incoming, state: State, booked: Voucher, postings: tuple[KeptPosting, ...]
    ) -> Kept:
        debits = sum((one.gross for one in voucher.postings if one.gross is not None and one.gross > 0), ZERO)
        vat = sum((abs(one.vat) for one in postings), ZERO)
        return Kept(
            id=guid,
            category=voucher.category,
            state=state,
            description=voucher.description,
            number=voucher.number or (None if state == "Draft" else self._number(booked)),
            invoice_number=voucher.invoice_number,
            reference_number=voucher.reference_number,
            comment=voucher.comment,
            gross=debits if voucher.gross is None else voucher.gross,
            vat=vat if voucher.vat is None else voucher.vat,
            version=self.identifiers.version(),
            postings=postings,
            approved=None if state == "Draft" else booked.created,
            locked=booked.created if state == "Locked" else None,
            image=voucher.image or b"",
        )

    def _number(self, booked: Voucher) -> str:
        """Return a number of the kind that the vendor's samples show: type, running number, year."""
        kind = self._ledger.voucher_types.get(booked.series)
        return f"{kind.key if kind is not None else 0}-{booked.number}-{booked.date[:4]}"

    def _drafted(self, posting: IncomingPosting) -> tuple[Posting, KeptPosting]:
        gross, percent = posting.gross or ZERO, posting.percent or ZERO
        made = Posting(posting.account, gross, posting.description, "", percent, self._dimensions(posting))
        kept = KeptPosting(
            posting.id or self.identifiers.guid("posting"), posting.gross, ZERO, posting.percent, posting.match_key,
            self.identifiers.version(),
        )  # fmt: skip
        return made, kept

    def _booked(self, posting: IncomingPosting, voucher: Incoming) -> list[tuple[Posting, KeptPosting]]:
        """Return a posting, and that of its VAT if there is any to peel."""
        ledger, gross = self._ledger, posting.gross or ZERO
        rate = rate_of(ledger, posting.account, posting.percent)
        net, vat = peel(gross, rate.percent) if voucher.is_peeled else (gross, ZERO)
        key = self._match_key(posting, voucher, gross)
        made = Posting(posting.account, net, posting.description, rate.code, rate.percent, self._dimensions(posting))
        guid = posting.id or self.identifiers.guid("posting")
        kept = KeptPosting(guid, gross, vat, posting.percent, key, self.identifiers.version())
        return [(made, kept), *([self._peeled(posting, vat)] if vat else [])]

    def _peeled(self, posting: IncomingPosting, vat: Decimal) -> tuple[Posting, KeptPosting]:
        role = side_of(self._ledger, posting.account, vat, self.site.readings["vat_side"])
        made = Posting(self._ledger.role(role), vat, posting.description, is_made=True)
        guid = self.identifiers.guid("posting")
        return made, KeptPosting(guid, vat, ZERO, None, "", self.identifiers.version())

    def _match_key(self, posting: IncomingPosting, voucher: Incoming, gross: Decimal) -> str:
        if not voucher.opens_items or not is_ledger_account(self._ledger, posting.account):
            return posting.match_key
        reference = voucher.reference_number or ""
        key = posting.match_key or self.items.key_for(posting.account, gross, reference)
        self.items.post(posting.account, key, gross, reference)
        return key

    def _make_dimensions(self, voucher: Incoming) -> None:
        for posting in voucher.postings:
            for name, item in self._dimensions(posting):
                self._ledger.dimensions.add(name, [item])

    def _dimensions(self, posting: IncomingPosting) -> tuple[tuple[str, str], ...]:
        return tuple((dimension_name(self._ledger, member), item) for member, item in posting.dimensions)

    def delete(self, guid: str, now: Instant) -> Answer:
        """Delete a voucher; it stays as a deleted one. Raises RefusedError."""
        voucher = self.shelf.find(guid)
        if voucher is None or kept_of(voucher).state == "Deleted":
            return empty(404)
        kept = kept_of(voucher)
        if kept.state_in(self._ledger.calendar, voucher.date) == "Locked":
            raise RefusedError(400, "VoucherLocked", [f"The voucher {kept.number} of {voucher.date} is locked"])
        if voucher.state == "valid":
            for posting, one in rows_of(voucher):
                if one.match_key and one.gross is not None:
                    self.items.withdraw(posting.account, one.match_key, one.gross)
        voucher.state, voucher.changed = "void", now
        kept.state, kept.deleted, kept.version = "Deleted", now, self.identifiers.version()
        return empty(int(self.site.readings["delete_status"]))
