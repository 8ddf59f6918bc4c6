"""Files for vouchers and orders."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.base import Answer
from simulator.systems.fivaldi.wire.attachments import MEGABYTE
from tests.systems.fivaldi.partner import CUID, ORDER, Partner, signed

UPLOAD = "multipart/form-data; boundary=b"


def send(partner: Partner, path: str, name: str = "bill.pdf", content: bytes = b"%PDF", **query: object) -> Answer:
    named = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    head = f"--b\r\n{named}\r\nContent-Type: application/pdf\r\n\r\n"
    whole = f"/companies/{CUID}/{path}" + (f"?{urlencode(query)}" if query else "")
    return partner.send(signed("POST", whole, head.encode() + content + b"\r\n--b--\r\n", media_type=UPLOAD))


def attach(
    partner: Partner, number: object, kind: object = 80, name: str = "bill.pdf", content: bytes = b"%PDF"
) -> Answer:
    return send(partner, "bookkeeping/vouchers/addAttachments", name, content, journalNo=number, voucherType=kind)


def test_a_file_is_attached_to_a_voucher_and_listed() -> None:
    partner = Partner()
    number = partner.book()
    answer = attach(partner, number)

    assert (answer.status, loads(answer.body)) == (200, {"branchId": 1, "hasErrors": False, "errorMessage": None})
    listed = partner.get("bookkeeping/vouchers/attachments", voucherNumber=number, voucherType=80)
    assert listed["searchCount"] == 1
    assert listed["archiveObjects"] == [
        {"objectId": f"{number}-1", "objectDescription": "bill.pdf", "sizeBytes": 4, "mimeType": "application/pdf"}
    ]


@pytest.mark.parametrize("name", ["bill.exe", "bill", "my.bill.pdf", "my bill.pdf", "lasku1.PDF.", "lää.pdf"])
def test_names_and_types_are_of_a_list(name: str) -> None:
    partner = Partner()

    assert attach(partner, partner.book(), name=name).status == 400


def test_a_file_has_fifteen_megabytes_at_most() -> None:
    partner = Partner()
    number = partner.book()

    assert attach(partner, number, content=b"x" * 15 * MEGABYTE).status == 200
    assert attach(partner, number, content=b"x" * (15 * MEGABYTE + 1)).status == 400


@pytest.mark.parametrize(("number", "kind"), [("1", 80), ("", 80), (None, 10), (None, "")])
def test_number_and_type_must_be_those_of_a_voucher(number: str | None, kind: object) -> None:
    partner = Partner()
    own = partner.book()

    assert attach(partner, own if number is None else number, kind).status == 400
    asked = {"voucherNumber": own if number is None else number, "voucherType": kind}
    assert partner.refused("bookkeeping/vouchers/attachments", method="GET", **asked)


def test_there_is_exactly_one_file() -> None:
    partner = Partner()
    path = f"/companies/{CUID}/bookkeeping/vouchers/addAttachments?journalNo={partner.book()}&voucherType=80"

    assert partner.send(signed("POST", path, b"--b--", media_type=UPLOAD)).status == 400
    assert partner.send(signed("POST", path, b"%PDF", media_type="application/pdf")).status == 400


def test_a_file_that_is_not_taken_may_be_told_in_the_answer() -> None:
    answer = attach(Partner(bad_attachment="has_errors"), 1)

    assert (answer.status, loads(answer.body)["hasErrors"]) == (200, True)
    assert "not found" in loads(answer.body)["errorMessage"]


def test_a_draft_takes_a_pdf_of_five_megabytes() -> None:
    partner = Partner()
    partner.call("POST", "sales/sales-order", ORDER)
    path = f"sales/sales-order/{partner.get('sales/sales-orders')[0]['id']}/attachment"

    assert loads(send(partner, path).body) == {"hasErrors": False, "errorMessage": None}
    assert send(partner, path, content=b"x" * 5 * MEGABYTE).status == 200
    assert send(partner, path, content=b"x" * (5 * MEGABYTE + 1)).status == 400
    assert send(partner, path, name="bill.txt").status == 400
    assert send(partner, "sales/sales-order/none/attachment").status == 400


def test_an_invoiced_order_takes_no_file() -> None:
    partner = Partner(ready_order="invoiced")
    partner.call("POST", "sales/sales-order", {**ORDER, "readyToInvoice": True})

    assert send(partner, f"sales/sales-order/{partner.get('sales/sales-orders')[0]['id']}/attachment").status == 400
