"""Bodies: JSON, its media type, its schema, the case of its members, and members that nobody knows."""

from __future__ import annotations

import pytest

from simulator.contract.jsontext import loads
from tests.systems.talenom.caller import BOOKS, ORG, SALE, Caller, posting, sale

PATH = f"{BOOKS}/v2/vouchers/{ORG}"


@pytest.mark.parametrize("body", [b"", b"{", b"[1,", b"\xff", b'[{"a":1,"a":2}]', b"[NaN]", b"[" * 100])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    answer = Caller().call("POST", PATH, body=body)

    assert (answer.status, loads(answer.body)["code"]) == (400, "InvalidJson")


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("text/json", 200),
        ("application/vnd.x+json", 200),
        ("application/xml", 415),
        ("text/plain", 415),
        ("", 200),
    ],
)
def test_a_body_that_says_it_is_no_json_is_refused(media: str, status: int) -> None:
    assert Caller().call("POST", PATH, [SALE], media=media).status == status


def test_one_voucher_is_no_collection() -> None:
    caller = Caller()

    assert caller.call("POST", PATH, SALE).status == 400
    assert caller.vouchers() == 0


def test_everything_that_breaks_the_schema_is_told_at_once() -> None:
    told = Caller().refused(
        {"category": "", "voucherDate": "31.3.2026", "description": "x" * 101, "postings": [posting("3000", "7")]},
        sale(id="no-guid", postings=None, tryAccept="yes", referenceNumber="1" * 26, invoiceNumber="1" * 51),
        sale(postings=[posting("3000", 1, description="x" * 101, costCenter="123456789", matchKey="x" * 16)]),
    )

    for part in (
        "[0].voucherState: is needed",
        "[0].category",
        "[0].voucherDate: '31.3.2026'",
        "[0].description: has 101 characters",
        "[0].postings[0].vatIncludedAmount",
        "[1].id",
        "[1].postings",
        "[1].tryAccept",
        "[1].referenceNumber: has 26",
        "[1].invoiceNumber: has 51",
        "[2].postings[0].description",
        "[2].postings[0].costCenter: has 9",
        "[2].postings[0].matchKey: has 16",
    ):
        assert part in told


@pytest.mark.parametrize("amount", ["1e13", "1e400", "-1e999999", "123456789012345678901234567890"])
def test_an_amount_has_a_bound(amount: str) -> None:
    body = dumped(amount)
    answer = Caller().call("POST", PATH, body=body)

    assert (answer.status, loads(answer.body)["code"]) == (400, "InvalidRequest")


def dumped(amount: str) -> bytes:
    text = '[{"category":"Cash","voucherState":"Accepted","description":"x","postings":[{"vatIncludedAmount":%s}]}]'
    return (text % amount).encode()


def test_the_case_of_a_member_means_nothing() -> None:
    caller = Caller()
    shouted = {name.upper(): value for name, value in SALE.items()}
    shouted["POSTINGS"] = [{name.title(): value for name, value in one.items()} for one in SALE["postings"]]

    [guid] = caller.book(shouted)

    assert caller.voucher(guid)["description"] == SALE["description"]
    assert "is needed" in caller.refused({"Category": "Cash"})


def test_members_that_nobody_knows_are_left_out_or_refused() -> None:
    strange = sale(colour="red", postings=[{**one, "shape": 1} for one in SALE["postings"]])

    assert Caller().book(strange)
    told = Caller(unknown_members="refused").refused(strange)
    assert "[0].colour: is not known" in told
    assert "[0].postings[1].shape: is not known" in told
    assert Caller(unknown_members="refused").book(SALE)


def test_the_details_of_the_paper_have_limits_of_their_own() -> None:
    detail = {"sender": "x" * 256, "payments": [{"paymentDate": "2026-01-14", "amount": 1}], "others": [{"value": "y"}]}
    assert Caller().book(sale(voucherDetail=detail), sale(voucherDetail=None))
    wrong = {"sender": "x" * 257, "others": [{"key": "k"}], "dimensions": [{"project": "x" * 21}], "dueDate": "soon"}

    told = Caller().refused(sale(voucherDetail=wrong, customerCommentToAccounting="x" * 2001))

    for part in (
        "sender: has 257",
        "others[0].value: is needed",
        "project: has 21",
        "dueDate",
        "ToAccounting: has 2001",
    ):
        assert part in told
