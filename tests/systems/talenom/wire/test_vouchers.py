"""Vouchers: what is booked, what comes back, collections, states, match keys and deletion."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.contract.jsontext import loads
from tests.systems.bookable import cents
from tests.systems.talenom.caller import ACCEPTED, BOOKS, OLD, ORG, SALE, Caller, posting, sale
from tests.systems.wired import balances

BAD = sale(postings=[posting("3999", -1), posting("1910", 1)])
GUID = "e2bc83d3-0d9b-4f46-5ee6-08dbd9ed91c1"


def test_the_vendors_smallest_sample_is_booked_and_its_vat_is_peeled() -> None:
    caller = Caller()

    [guid] = caller.book(ACCEPTED, form="v1/vouchers/accepted")

    assert balances(caller.office) == {
        "3000": Decimal("-1832.67"), "2939": Decimal("-467.33"), "2365": Decimal(2300),
    }  # fmt: skip
    read = caller.voucher(guid)
    assert [one["generatedPosting"] for one in read["postings"]] == [False, True, False]
    first, made, _ = read["postings"]
    assert (first["vatIncludedAmount"], first["vatExcludedAmount"], first["vatAmount"]) == (
        Decimal(-2300), Decimal("-1832.67"), Decimal("-467.33"),
    )  # fmt: skip
    assert (made["accountNumber"], made["vatIncludedAmount"]) == ("2939", Decimal("-467.33"))
    assert (read["vatIncludedAmount"], read["vatExcludedAmount"], read["vatAmount"]) == (
        Decimal(2300), Decimal("1832.67"), Decimal("467.33"),
    )  # fmt: skip


@settings(deadline=None)
@given(data=st.data())
def test_peeled_vouchers_come_to_zero_and_lose_no_cent(data: st.DataObject) -> None:
    caller = Caller({"accounts": "any"})
    amounts = data.draw(st.lists(cents().flatmap(lambda one: st.sampled_from((one, -one))), min_size=1, max_size=5))
    rates = [data.draw(st.sampled_from(("0", "10", "13.5", "14", "24", "25.5"))) for _ in amounts]
    rows = [
        posting(f"4{number:03d}", amount, vatPercentage=Decimal(rate))
        for number, (amount, rate) in enumerate(zip(amounts, rates, strict=True))
    ]
    rows.append(posting("1910", -sum(amounts)))

    [guid] = caller.book(sale(preventVatPeeling=False, postings=rows))

    assert sum(balances(caller.office).values()) == 0
    read = [one for one in caller.voucher(guid)["postings"] if not one["generatedPosting"]]
    assert [one["vatIncludedAmount"] for one in read] == [*amounts, -sum(amounts)]
    assert all(one["vatExcludedAmount"] + one["vatAmount"] == one["vatIncludedAmount"] for one in read)


def test_peeling_can_be_prevented() -> None:
    caller = Caller()
    caller.book(sale(postings=[posting("3000", -124, vatPercentage=24), posting("1910", 124)]))

    assert balances(caller.office) == {"3000": -124, "1910": 124}


def test_the_percentage_of_the_posting_goes_before_that_of_its_account() -> None:
    caller = Caller()
    rows = [posting("3000", -110, vatPercentage=10), posting("3000", -50, vatPercentage=0), posting("1910", 160)]

    caller.book(sale(preventVatPeeling=False, postings=rows))

    assert balances(caller.office) == {"3000": -150, "2939": -10, "1910": 160}


def test_vat_of_purchases_is_peeled_on_its_own_account() -> None:
    caller = Caller()

    [guid] = caller.book(sale(preventVatPeeling=False, postings=[posting("7770", 125.5), posting("1910", -125.5)]))

    assert balances(caller.office) == {"7770": 100, "1763": Decimal("25.5"), "1910": Decimal("-125.5")}
    read = caller.voucher(guid)
    assert (read["vatIncludedAmount"], read["vatAmount"]) == (Decimal("125.5"), Decimal("25.5"))


def test_a_credit_note_goes_by_its_sign_or_by_its_account() -> None:
    note = sale(preventVatPeeling=False, postings=[posting("3000", 125.5), posting("1910", -125.5)])
    for reading, account in (("sign", "1763"), ("account", "2939")):
        caller = Caller(vat_side=reading)
        caller.book(note)
        assert balances(caller.office)[account] == Decimal("25.5")


def test_everything_that_is_sent_can_be_read_back() -> None:
    caller = Caller()
    dimensions = {"costCenter": "1", "costType": "2", "project": "3", "projectType": "4"}
    sent = sale(
        id=GUID.upper(),
        voucherNumber="A-1",
        invoiceNumber="133720800",
        referenceNumber="1234",
        customerComment="hello",
        vatIncludedAmount=7,
        vatAmount=3,
        postings=[posting("3000", -100, id=GUID, description="Büro", **dimensions), posting("1910", 100)],
    )

    assert caller.book(sent) == [GUID]

    read = caller.voucher(GUID.upper())
    for member in ("voucherNumber", "invoiceNumber", "referenceNumber", "customerComment", "category", "voucherDate",
                   "description", "voucherState", "vatIncludedAmount", "vatAmount"):  # fmt: skip
        assert read[member] == sent[member], member
    assert read["vatExcludedAmount"] == 4
    assert (read["id"], read["origin"], read["concern"]) == (GUID, "Integration", None)
    assert read["postings"][0] | sent["postings"][0] == read["postings"][0]
    assert read["createdDateUtc"] == read["updatedDateUtc"] == read["approvedDateUtc"] == "2026-01-01T09:00:00.0000000Z"
    assert (read["lockedDateUtc"], read["deletedDateUtc"]) == (None, None)
    assert len({read["rowVersion"], *(one["rowVersion"] for one in read["postings"])}) == 3


def test_numbers_count_by_category_and_year() -> None:
    caller = Caller()
    guids = caller.book(
        sale(),
        sale(),
        sale(category="Memo"),
        sale(voucherDate="2025-12-31"),
        sale(voucherState="Draft", tryAccept=False),
    )

    numbers = [caller.voucher(guid)["voucherNumber"] for guid in guids]

    assert numbers == ["4-1-2026", "4-2-2026", "9-1-2026", "4-1-2025", None]
    assert caller.voucher(caller.book(sale())[0])["voucherNumber"] == "4-3-2026"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"voucherState": "Draft"}, "Accepted"),
        ({"voucherState": "Draft", "tryAccept": True}, "Accepted"),
        ({"voucherState": "Draft", "tryAccept": False}, "Draft"),
        ({"voucherState": "Draft", "voucherDate": None}, "Draft"),
        ({"voucherState": "Accepted", "tryAccept": False}, "Accepted"),
        ({"voucherState": "Locked"}, "Locked"),
    ],
)
def test_the_state_that_a_voucher_gets(changes: dict[str, Any], state: str) -> None:
    caller = Caller()

    read = caller.voucher(caller.book(sale(**changes))[0])

    assert read["voucherState"] == state
    assert (read["approvedDateUtc"] is None) is (state == "Draft")
    assert (read["lockedDateUtc"] is None) is (state != "Locked")
    assert bool(balances(caller.office)) is (state != "Draft")


def test_the_vendors_smallest_draft_is_kept_as_it_is() -> None:
    caller = Caller()
    draft = {
        "category": "TravelExpense", "description": "Destination", "voucherState": "Draft",
        "postings": [{"vatIncludedAmount": -500.0}, {"vatIncludedAmount": 500.0}],
    }  # fmt: skip

    read = caller.voucher(caller.book(draft)[0])

    assert (read["voucherDate"], read["voucherState"]) == (None, "Draft")
    assert [(one["accountNumber"], one["vatIncludedAmount"]) for one in read["postings"]] == [(None, -500), (None, 500)]
    assert balances(caller.office) == {}


def test_the_old_form_is_answered_201_without_a_body() -> None:
    caller = Caller()

    answer = caller.post(OLD, form="v1/vouchers")

    assert (answer.status, answer.body, caller.vouchers()) == (201, b"", 1)
    assert caller.post({**OLD, "voucherStateCID": "Draft"}, form="v1/vouchers").status == 201
    assert caller.get("v1/vouchers", voucherState="Draft")[0]["category"] == "Receipts"


def test_the_old_form_makes_dimensions_that_are_missing() -> None:
    words = {"dimensions": {"PROJECT": ["1"]}}
    rows = [posting("3000", -100, project="NEW"), posting("1910", 100)]
    caller = Caller(words)

    assert "'NEW' not found" in caller.refused({**OLD, "postings": rows}, form="v1/vouchers")
    made = {**OLD, "postings": rows, "generateMissingDimensionValues": True}
    assert "[1]" in caller.refused(made, {**OLD, "categoryCID": "x"}, form="v1/vouchers")
    assert "NEW" not in caller.office.site.ledger.dimensions.by_name["PROJECT"].items
    assert caller.post(made, form="v1/vouchers").status == 201
    assert caller.book(sale(postings=rows))


def test_an_empty_collection_is_no_content() -> None:
    assert Caller().post().status == 204


# ---------------------------------------------------------------------------------------------- collections


def test_vouchers_come_back_in_their_order() -> None:
    caller = Caller()
    guids = caller.book(*(sale(description=f"number {number}") for number in range(5)))

    assert [caller.voucher(guid)["description"] for guid in guids] == [f"number {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("reading", "status", "booked"), [("refuses_all", 400, 0), ("ends_it", 400, 1), ("is_skipped", 200, 2)]
)
def test_one_bad_voucher_in_a_collection(reading: str, status: int, booked: int) -> None:
    caller = Caller(bad_voucher_in_collection=reading)

    answer = caller.post(sale(), BAD, sale(), BAD)

    assert (answer.status, caller.vouchers()) == (status, booked)
    if status == 200:
        assert len(loads(answer.body)) == 2
    else:
        assert loads(answer.body)["error"].count("account 3999 not found") == (2 if reading == "refuses_all" else 1)


def test_a_collection_of_bad_vouchers_is_refused_even_if_bad_ones_are_skipped() -> None:
    told = Caller(bad_voucher_in_collection="is_skipped").refused(BAD, BAD)

    assert told.count("3999") == 2


def test_an_id_that_is_there_already_is_refused() -> None:
    caller = Caller()
    caller.book(sale(id=GUID))

    assert f"{GUID} is there already" in caller.refused(sale(id=GUID.upper()))
    other = GUID.replace("e2", "a0")
    assert "[1].id" in caller.refused(sale(id=other), sale(id=other))
    assert caller.vouchers() == 1


def test_an_id_that_is_there_already_may_be_ignored() -> None:
    caller = Caller(repeated_id="ignored")

    assert caller.book(sale(id=GUID), sale(id=GUID)) == [GUID, GUID]
    assert caller.book(sale(id=GUID, description="again")) == [GUID]
    assert caller.vouchers() == 1
    assert caller.voucher(GUID)["description"] == SALE["description"]


def test_vouchers_without_an_id_are_never_the_same() -> None:
    caller = Caller()

    assert len(set(caller.book(sale(), sale()) + caller.book(sale()))) == 3


# ---------------------------------------------------------------------------------------------- match keys


def receivable(amount: Any, **members: Any) -> dict[str, Any]:
    key = members.pop("matchKey", None)
    return sale(postings=[posting("1701", amount, matchKey=key), posting("1910", -amount)], **members)


def keys_of(caller: Caller, *vouchers: dict[str, Any]) -> list[str | None]:
    return [caller.voucher(guid)["postings"][0]["matchKey"] for guid in caller.book(*vouchers)]


def test_ledger_accounts_get_keys_of_the_series_s_and_others_none() -> None:
    caller = Caller()

    assert keys_of(caller, receivable(10), receivable(20)) == ["S1", "S2"]
    assert keys_of(caller, sale()) == [None]
    payable = sale(postings=[posting("2871", -5), posting("1910", 5)])
    assert keys_of(caller, payable) == ["S3"]


def test_the_roles_say_which_accounts_have_ledger_items() -> None:
    roles = {"receivables": "1700", "payables": "2871", "sales_vat": "2939", "purchase_vat": "1763"}
    caller = Caller({"roles": roles})

    assert keys_of(caller, receivable(10)) == [None]


def test_a_key_that_is_given_opens_an_item_or_matches_it() -> None:
    caller = Caller()

    assert keys_of(caller, receivable(10, matchKey="INV1"), receivable(-10, matchKey="INV1")) == ["INV1", "INV1"]
    assert caller.office.site.ledger.journal.by_key[1].details
    assert keys_of(caller, receivable(10)) == ["S1"]


def test_a_reference_number_matches_the_open_item() -> None:
    caller = Caller()

    assert keys_of(caller, receivable(10, referenceNumber="55"), receivable(-10, referenceNumber="55")) == ["S1", "S1"]
    assert keys_of(caller, receivable(-10, referenceNumber="55")) == ["S2"]


def test_drafts_and_migrations_open_no_items() -> None:
    caller = Caller()

    assert keys_of(caller, receivable(10, voucherState="Draft", tryAccept=False)) == [None]
    assert caller.post({**OLD, "denyCreationOfLedgerItems": True, "postings": receivable(5)["postings"]},
                       form="v1/vouchers").status == 201  # fmt: skip
    assert keys_of(caller, receivable(10)) == ["S1"]


# ------------------------------------------------------------------------------------- deletion and images


def test_a_deleted_voucher_is_no_longer_booked() -> None:
    caller = Caller()
    [guid] = caller.book(receivable(10, referenceNumber="55"))
    before = caller.voucher(guid)["rowVersion"]
    caller.now += 5_000_000

    answer = caller.delete(guid.upper())

    assert (answer.status, answer.body) == (204, b"")
    assert balances(caller.office) == {}
    deleted = caller.get("v2/vouchers", voucherState="Deleted")["results"]
    assert [(one["id"], one["voucherState"], one["deletedDateUtc"]) for one in deleted] == [
        (guid, "Deleted", "2026-01-01T09:00:05.0000000Z")
    ]
    assert deleted[0]["updatedDateUtc"] == deleted[0]["deletedDateUtc"] != deleted[0]["createdDateUtc"]
    assert deleted[0]["rowVersion"] != before
    assert keys_of(caller, receivable(-10, referenceNumber="55")) == ["S2"]


def test_what_is_not_there_cannot_be_deleted() -> None:
    caller = Caller()
    [guid] = caller.book(sale())
    assert caller.delete(guid).status == 204

    for gone in (guid, GUID, "nonsense"):
        answer = caller.delete(gone)
        assert (answer.status, answer.body) == (404, b"")


def test_a_draft_can_be_deleted() -> None:
    caller = Caller()
    [guid] = caller.book(sale(voucherState="Draft", tryAccept=False))

    assert caller.delete(guid).status == 204


def test_a_locked_voucher_cannot_be_deleted() -> None:
    caller = Caller()
    locked, accepted = caller.book(sale(voucherState="Locked"), sale(voucherDate="2025-06-30"))
    caller.office.arrange({"locked_until": "2025-12-31"})

    for guid in (locked, accepted):
        answer = caller.delete(guid)
        assert (answer.status, loads(answer.body)["code"]) == (400, "VoucherLocked")
    caller.office.arrange({})
    assert caller.delete(accepted).status == 204


def test_a_deletion_may_be_answered_200() -> None:
    caller = Caller(delete_status="200")

    assert caller.delete(caller.book(sale())[0]).status == 200


def test_the_image_comes_back_as_it_was() -> None:
    caller = Caller()
    image = b"%PDF-1.7\n\x00\xff"
    with_image, without = caller.book(sale(voucherImageBase64Str=b64encode(image).decode()), sale())

    answer = caller.call("GET", f"{BOOKS}/v1/vouchers/{ORG}/{with_image}/image")

    assert (answer.status, answer.body, answer.media_type) == (200, image, "application/pdf")
    for guid in (without, GUID):
        assert caller.call("GET", f"{BOOKS}/v1/vouchers/{ORG}/{guid}/image").status == 404
