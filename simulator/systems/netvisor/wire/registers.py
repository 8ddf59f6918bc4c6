"""What tells of vouchers: accountingledger.nv and getvoucherattachments.nv."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.netvisor.wire.booking import NONE
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.forms import show_day, show_moment_ansi, show_number, show_sum
from simulator.systems.netvisor.wire.refusals import refuse
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, element

KEYS_MAX = 500
LINES_MAX = 100_000
"""A line's key is its voucher's key, multiplied by this, and the number of the line."""
STATES = {"valid": "valid", "void": "invalidated", "draft": "valid"}
SELECTIONS = ("netvisorkey", "netvisorkeylist", "startdate", "changedsince", "lastmodifiedstart", "lastmodifiedend")


class Registers:
    """Reads the vouchers of a company."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site

    def ledger(self, call: Call) -> list[Element]:
        """Tell the vouchers that a request selects."""
        if not any(call.text(name) for name in SELECTIONS):
            raise refuse("INVALID_DATA", "parameter-missing", "startdate")
        shown = [self._voucher(voucher, call) for voucher in self._selected(call)]
        return [element("Vouchers", *shown)]

    def _selected(self, call: Call) -> Iterator[Voucher]:
        by_key = self.site.ledger.journal.by_key
        key = call.number("netvisorkey")
        if key is not None:
            # No other limit accompanies a single key.
            return iter([by_key[key]] if key in by_key else [])
        keys = call.numbers("netvisorkeylist", KEYS_MAX)
        found: Iterable[Voucher] = [by_key[one] for one in dict.fromkeys(keys) if one in by_key]
        return self._limited(call, found if keys else by_key.values())

    def _limited(self, call: Call, vouchers: Iterable[Voucher]) -> Iterator[Voucher]:
        begin, end = call.day("startdate"), call.day("enddate")
        if bool(begin) != bool(end):
            raise refuse("INVALID_DATA", "parameter-missing", "enddate" if begin else "startdate")
        since, first, last = (call.moment(name) for name in ("changedsince", "lastmodifiedstart", "lastmodifiedend"))
        status = call.choice("voucherstatus", ("1", "2", "3"), "2")
        series = self._series(call.number("vouchertype"))
        low, high = call.number("accountnumberstart"), call.number("accountnumberend")
        for voucher in vouchers:
            is_valid = voucher.state == "valid"
            if (
                (not begin or begin <= voucher.date <= end)
                and (since is None or voucher.changed >= since)
                and (first is None or voucher.changed >= first)
                and (last is None or voucher.changed <= last)
                and (status == "1" or is_valid == (status == "2"))
                and (series is None or voucher.series == series)
                and ((low is None and high is None) or any(_lies(one, low, high) for one in voucher.postings))
            ):
                yield voucher

    def _series(self, key: int | None) -> str | None:
        if key is None:
            return None
        return next((named.code for named in self.site.ledger.voucher_types.values() if named.key == key), "")

    def _voucher(self, voucher: Voucher, call: Call) -> Element:
        named = self.site.ledger.voucher_types.get(voucher.series)
        kind, source = voucher.details.get("source", ("", ""))
        shown_class = element("VoucherClass", named.name if named else voucher.series)
        if named and call.readings["voucher_class_key"] == "attribute":
            shown_class.set("netvisorkey", str(named.key))
        uri = f"{call.request.origin}{call.request.mount}/accountingledger.nv?netvisorkey={voucher.key}"
        parts = [
            element("NetvisorKey", str(voucher.key)),
            element("VoucherDate", show_day(voucher.date)),
            element("VoucherNumber", str(voucher.number)),
            element("VoucherDescription", voucher.description),
            shown_class,
            # A published client reads it of every voucher, so it is there for those without a source, too.
            element("LinkedSourceNetvisorKey", str(source), type=kind),
            element("VoucherNetvisorURI", uri),
            *(self._line(voucher, place, posting) for place, posting in enumerate(voucher.postings)),
        ]
        if call.text("includetransactionhistory") == "1":
            parts.append(_history(voucher))
        if call.text("includeattachmentsmetadata") == "1":
            parts.append(_attachments(voucher, has_content=False))
        shown = element("Voucher", *parts)
        shown.set("Status", STATES[voucher.state])
        return shown

    @staticmethod
    def _line(voucher: Voucher, place: int, posting: Posting) -> Element:
        code = posting.vat_code or NONE
        parts = [
            element("NetvisorKey", str(voucher.key * LINES_MAX + place + 1)),
            element("LineSum", show_sum(posting.amount)),
            element("Description", posting.description),
            element("AccountNumber", posting.account),
            element("VatPercent", show_number(posting.vat_percent)),
            element("VatCode", "-" if code == NONE else code),
        ]
        follow_up = voucher.details.get("account_dimensions", {}).get(place)
        if follow_up:
            parts.append(element("AccountDimension", follow_up, netvisorkey=""))
        parts += [
            element("Dimension", element("DimensionName", name), element("DimensionItem", item))
            for name, item in posting.dimensions
        ]
        return element("VoucherLine", *parts)

    def attachments(self, call: Call) -> list[Element]:
        """Tell the attachments of a voucher."""
        key = call.number("netvisorkey")
        if key is None:
            raise refuse("INVALID_DATA", "parameter-missing", "netvisorkey")
        voucher = self.site.ledger.journal.by_key.get(key)
        return [element("Attachments") if voucher is None else _attachments(voucher, has_content=True)]


def _lies(posting: Posting, low: int | None, high: int | None) -> bool:
    if not (posting.account.isascii() and posting.account.isdecimal()):
        return False
    number = int(posting.account)
    return (low is None or low <= number) and (high is None or number <= high)


def _history(voucher: Voucher) -> Element:
    stamp = element("TimeStamp", show_moment_ansi(voucher.changed), format="ansi")
    comment = element("Comment", voucher.details.get("comment", ""))
    return element("TransactionHistory", element("Transaction", comment, stamp, element("Editor", "")))


def _attachments(voucher: Voucher, *, has_content: bool) -> Element:
    shown = [
        element(
            "Attachment",
            element("Filename", one["name"]),
            element("SizeInBytes", str(one["size"])),
            element("MimeType", one["type"]),
            *([element("Content", one["content"])] if has_content else []),
        )
        for one in voucher.details.get("attachments", ())
    ]
    return element("Attachments", *shown)
