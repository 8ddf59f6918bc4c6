"""Attachments of vouchers and of sales orders: which files are taken, and what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi.wire.answers import error_list, good
from simulator.systems.fivaldi.wire.multipart import File, files_of
from simulator.systems.fivaldi.wire.sales import STATES, SalesOrders
from simulator.systems.fivaldi.wire.store import VoucherStore
from simulator.systems.office import Site

MEGABYTE = 1 << 20
VOUCHER_KINDS = frozenset({
    "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "txt", "rtf", "jpg", "jpeg", "jpe", "gif", "png",
    "pdf",
})  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9]+\.[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What files are taken."""

    kinds: frozenset[str]
    bytes_max: int


VOUCHER = Bounds(VOUCHER_KINDS, 15 * MEGABYTE)
ORDER = Bounds(frozenset({"pdf"}), 5 * MEGABYTE)


class Attachments:
    """Takes files. Of each its name, type and size are kept, and not its bytes."""

    def __init__(self, site: Site, store: VoucherStore, orders: SalesOrders) -> None:
        """Take files for the vouchers of *store* and for *orders*."""
        self.site = site
        self.store = store
        self.orders = orders
        self.kept: dict[str, list[File]] = {}
        """By the number of the voucher."""

    def add_to_voucher(self, request: Request) -> Answer:
        """Answer `POST …/vouchers/addAttachments?journalNo=&voucherType=`."""
        number = request.parameter("journalNo")
        files = files_of(request)
        wrong = [*self._voucher_errors(number, request.parameter("voucherType"), "journalNo"), *_errors(files, VOUCHER)]
        if wrong:
            return self._refuse(wrong, branchId=0)
        self.kept.setdefault(number, []).extend(files)
        return good({"branchId": len(self.kept[number]), "hasErrors": False, "errorMessage": None})

    def list_of_voucher(self, request: Request) -> Answer:
        """Answer `GET …/vouchers/attachments?voucherNumber=&voucherType=`."""
        number = request.parameter("voucherNumber")
        wrong = list(self._voucher_errors(number, request.parameter("voucherType"), "voucherNumber"))
        if wrong:
            return error_list(self.site.readings, 400, wrong)
        files = self.kept.get(number, [])
        objects = [
            {"objectId": f"{number}-{place}", "objectDescription": file.name, "sizeBytes": file.size,
             "mimeType": file.media_type}
            for place, file in enumerate(files, 1)
        ]  # fmt: skip
        found = {"searchId": 0, "searchCount": len(files), "hasErrors": False, "errorMessage": None}
        return good({**found, "archiveObjects": objects})

    def add_to_order(self, request: Request, key: str) -> Answer:
        """Answer `POST …/sales/sales-order/{id}/attachment`."""
        order = self.orders.orders.get(key)
        wrong = [f"Sales order {key[:60]} not found."] if order is None else []
        if order is not None and order["orderStatus"] != STATES[0]:
            wrong.append(f"Sales order {key} is {order['orderStatus']} and takes no attachment.")
        wrong += _errors(files_of(request), ORDER)
        return self._refuse(wrong) if wrong else good({"hasErrors": False, "errorMessage": None})

    def _voucher_errors(self, number: str, kind: str, member: str) -> Iterator[str]:
        voucher = self.store.by_number.get(number)
        if voucher is None:
            yield f"{member}: voucher {number[:40]} not found." if number else f"{member} is missing."
        elif kind != str(voucher.details["given"].type_id):
            yield f"voucherType: voucher {number} is not of type {kind[:40]}." if kind else "voucherType is missing."

    def _refuse(self, errors: list[str], **members: Any) -> Answer:
        if self.site.readings["bad_attachment"] == "has_errors":
            return good({**members, "hasErrors": True, "errorMessage": " ".join(errors)})
        return error_list(self.site.readings, 400, errors)


def _errors(files: list[File], bounds: Bounds) -> Iterator[str]:
    if len(files) != 1:
        yield "There must be exactly one part named file, sent as multipart/form-data."
    for file in files:
        if not _NAME.fullmatch(file.name):
            yield f"A file name is made of A-Z, a-z, 0-9 and one dot: {file.name[:80]} is not."
        elif file.name.rpartition(".")[2].lower() not in bounds.kinds:
            yield f"Files of this type are not taken: {file.name[:80]}. Taken are {', '.join(sorted(bounds.kinds))}."
        if file.size > bounds.bytes_max:
            yield f"The file has {file.size} bytes, and at most {bounds.bytes_max} are taken."
