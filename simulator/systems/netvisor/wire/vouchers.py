"""What writes vouchers: accounting.nv, accountingedit.nv and invalidatevouchers.nv."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.netvisor.wire.booking import Bookkeeper, Line
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.refusals import refuse
from simulator.systems.netvisor.wire.replies import inserted
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, children, text_of

LENGTHS = {
    "number": 9,
    "vouchernumber": 9,
    "description": 255,
    "comment": 255,
    "dimensionname": 50,
    "dimensionitem": 200,
    "mimetype": 50,
    "attachmentdescription": 100,
    "filename": 255,
}
"""How many characters an element takes."""
ONLY_EXISTING = "useonlyexistingdimensions"


class Vouchers:
    """Books vouchers, changes them and makes them void."""

    def __init__(self, site: Site) -> None:
        """Write into the books of *site*."""
        self.site = site
        self.bookkeeper = Bookkeeper(site)

    def add(self, call: Call) -> list[Element]:
        """Book a voucher."""
        message, bookkeeper = call.message("accounting", LENGTHS), self.bookkeeper
        if call.readings["voucher_number_element"] == "number" and message.find("vouchernumber") is not None:
            raise refuse("INVALID_DATA", "number-element")
        date = bookkeeper.day(text_of(message, "voucherdate"))
        year = bookkeeper.open_year(date)
        named = bookkeeper.voucher_class(text_of(message, "voucherclass"))
        takes = call.readings["existing_dimensions_on_import"] == "taken"
        only_existing = bookkeeper.only_existing(call.text(ONLY_EXISTING), is_taken=takes)
        lines = bookkeeper.lines(children(message, "voucherline"), only_existing=only_existing)
        mode = text_of(message, "calculationmode")
        postings = bookkeeper.postings(lines, mode, call.language)
        number = text_of(message, "number") or text_of(message, "vouchernumber")
        if number:
            self._check_number(int(number), named.code, named.name, year.begin)
        details = {
            "mode": mode,
            "checked": text_of(message, "checked"),
            "comment": raw(message, "comment"),
            "attachments": _attachments(message),
            **_account_dimensions(lines),
        }
        voucher = bookkeeper.book(
            named.code, date, postings, call.now, number=int(number) if number else None,
            description=raw(message, "description"), details=details,
        )  # fmt: skip
        return inserted(voucher.key)

    def _check_number(self, number: int, code: str, name: str, year: str) -> None:
        reading = self.site.readings["duplicate_number"]
        if reading != "accepted" and self.site.ledger.journal.is_taken(code, year, number):
            if reading == "INVALID_DATA":
                raise refuse("INVALID_DATA", "number-taken", number, name)
            raise refuse("DUPLICATE_DATA", "number-taken", number, name)

    def find(self, key: str) -> Voucher:
        """Return the voucher of a key. Raises RefusedError."""
        # A longer number is no key, and int() refuses what is thousands of digits long.
        voucher = self.site.ledger.journal.by_key.get(int(key)) if len(key) <= KEY_DIGITS_MAX else None
        if voucher is None:
            raise refuse("INVALID_DATA", "voucher-unknown", key)
        return voucher

    def edit(self, call: Call) -> list[Element]:
        """Change a voucher; lines that are sent take the place of all its lines."""
        message, bookkeeper = call.message("accountingedit", LENGTHS), self.bookkeeper
        voucher = self.find(text_of(message, "netvisorkey"))
        if voucher.state != "valid":
            raise refuse("INVALID_DATA", "voucher-void", voucher.key)
        former_year = bookkeeper.open_year(voucher.date)
        given = text_of(message, "voucherdate")
        date = bookkeeper.day(given) if given else voucher.date
        year = bookkeeper.open_year(date)
        name = text_of(message, "voucherclass")
        series = bookkeeper.voucher_class(name).code if name else voucher.series
        number = text_of(message, "number")
        moves = (series, year.begin) != (voucher.series, former_year.begin)
        if number and (moves or int(number) != voucher.number):
            self._check_number(int(number), series, name or series, year.begin)
        mode = text_of(message, "calculationmode") or voucher.details.get("mode", "net")
        only_existing = bookkeeper.only_existing(call.text(ONLY_EXISTING))
        lines = bookkeeper.lines(children(message, "voucherline"), only_existing=only_existing)
        postings = bookkeeper.postings(lines, mode, call.language) if lines else None
        details = _changed_details(message, mode, lines)
        # From here on nothing is refused any more.
        if number or moves:
            journal = self.site.ledger.journal
            journal.move(voucher, former_year.begin, series, year.begin, int(number) if number else None)
        self._carry_out(call, voucher, message, date, postings, details)
        return []

    def _carry_out(
        self, call: Call, voucher: Voucher, message: Element, date: str, postings: list[Posting] | None,
        details: dict[str, Any],
    ) -> None:  # fmt: skip
        voucher.date, voucher.changed = date, call.now
        if message.find("description") is not None:
            voucher.description = raw(message, "description")
        if postings is not None:
            self.bookkeeper.keep_dimensions(postings)
            voucher.postings = tuple(postings)
        voucher.details.update(details)

    def invalidate(self, call: Call) -> list[Element]:
        """Make vouchers void: all that are named, or none."""
        message = call.message("invalidatevouchers", LENGTHS)
        found = {}
        for one in children(message, "invalidatevoucher"):
            voucher = self.find((one.text or "").strip())
            if voucher.state == "void":
                raise refuse("INVALID_DATA", "voucher-void", voucher.key)
            self.bookkeeper.open_year(voucher.date)
            found[voucher.key] = voucher
        for voucher in found.values():
            voucher.state, voucher.changed = "void", call.now
            voucher.details["comment"] = raw(message, "comment") or voucher.details.get("comment", "")
        return []


KEY_DIGITS_MAX = 18


def raw(parent: Element, name: str) -> str:
    """Return the text of a child as it was sent."""
    child = parent.find(name)
    return "" if child is None or child.text is None else child.text


def _changed_details(message: Element, mode: str, lines: list[Line]) -> dict[str, Any]:
    details: dict[str, Any] = {"mode": mode}
    for name in ("checked", "comment"):
        if message.find(name) is not None:
            details[name] = raw(message, name)
    if message.find("voucherattachments") is not None:
        details["attachments"] = _attachments(message)
    return {**details, **(_account_dimensions(lines) if lines else {})}


def _account_dimensions(lines: list[Line]) -> dict[str, Any]:
    """Return the follow-up objects of the lines by the place of the line; a posting has no room for them."""
    return {"account_dimensions": {place: one.account_dimension for place, one in enumerate(lines)
                                   if one.account_dimension}}  # fmt: skip


def _attachments(message: Element) -> list[dict[str, Any]]:
    """Return the attachments of a voucher. Raises RefusedError if one is not Base64."""
    found = []
    for one in message.iterfind("voucherattachments/voucherattachment"):
        name, data = text_of(one, "filename"), "".join((one.findtext("documentdata") or "").split())
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise refuse("INVALID_DATA", "not-base64", name) from None
        found.append({"name": name, "type": text_of(one, "mimetype"), "size": len(content), "content": data})
    return found
