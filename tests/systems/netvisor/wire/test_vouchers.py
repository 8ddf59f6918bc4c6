"""Vouchers: booked, changed, made void."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.clock import SECOND
from simulator.systems.books.vouchers import Voucher
from tests.systems.netvisor.caller import NOW, Caller, caller, line, void, voucher
from tests.systems.wired import balances

ATTACHMENT = (
    "<voucherattachments><voucherattachment><mimetype>application/pdf</mimetype><attachmentdescription>d"
    "</attachmentdescription><filename>a.pdf</filename><documentdata>{}</documentdata></voucherattachment>"
    "</voucherattachments>"
)


def kept(asked: Caller, key: int = 1) -> Voucher:
    return asked.books.site.ledger.journal.by_key[key]


def test_a_voucher_answers_its_key_and_is_kept_whole() -> None:
    asked = caller()
    head, tail = "<number>77</number><description> Myynti </description>", "<checked>true</checked><comment>c</comment>"
    more = (
        '<accountdimension type="name">follow</accountdimension><dimension><dimensionname>P</dimensionname>'
        "<dimensionitem>i</dimensionitem></dimension>"
    )
    lines = line("1701", "1", description="<description>r</description>", more=more) + line("3000", "-1")

    told = asked.post("accounting.nv", voucher(lines, head=head, tail=tail, kind="myyntilasku"))

    found = kept(asked, told.key)
    assert (told.key, found.number, found.series, found.description, found.date) == (
        1,
        77,
        "ML",
        " Myynti ",
        "2026-01-15",
    )
    assert found.details["comment"] == "c"
    assert found.details["checked"] == "true"
    assert found.details["account_dimensions"] == {0: "follow"}
    assert (found.postings[0].description, found.postings[0].dimensions) == ("r", (("P", "i"),))


def test_numbers_run_by_class_and_year() -> None:
    asked = caller()
    for kind, date in [
        ("Muut", "2026-01-15"),
        ("Muut", "2026-02-15"),
        ("Palkka", "2026-01-15"),
        ("Muut", "2025-01-15"),
    ]:
        asked.post("accounting.nv", voucher(kind=kind, date=date))

    assert [one.number for one in asked.books.site.ledger.journal.by_key.values()] == [1, 2, 1, 1]


@pytest.mark.parametrize(
    ("reading", "code"), [("DUPLICATE_DATA", "DUPLICATE_DATA"), ("INVALID_DATA", "INVALID_DATA"), ("accepted", "OK")]
)
def test_a_number_that_is_used_is_a_reading(reading: str, code: str) -> None:
    asked = caller({"readings": {"duplicate_number": reading}})
    numbered = voucher(head="<number>5</number>")
    asked.post("accounting.nv", numbered)

    told = asked.post("accounting.nv", numbered)

    assert told.code == code
    assert code == "OK" or "Voucher number 5 of the class Muut" in told.reason
    assert asked.post("accounting.nv", numbered.replace("Muut", "Palkka")).code == "OK"


def test_a_client_may_write_voucher_number_unless_the_reading_is_strict() -> None:
    body = voucher(head="<VoucherNumber>5</VoucherNumber>")
    asked, strict = caller(), caller({"readings": {"voucher_number_element": "number"}})

    assert asked.post("accounting.nv", body).code == "OK"
    assert kept(asked).number == 5
    assert strict.post("accounting.nv", body).code == "INVALID_DATA"
    assert caller().post("accounting.nv", voucher(head="<number>1234567890</number>")).code == "INVALID_DATA_SIZE"


@pytest.mark.parametrize(("reading", "taken"), [("any", True), ("own", False)])
def test_a_class_may_be_named_in_english_unless_the_reading_is_strict(reading: str, *, taken: bool) -> None:
    asked = caller({"readings": {"voucher_class_names": reading}})

    assert (asked.post("accounting.nv", voucher(kind="Sales Invoice")).code == "OK") is taken
    assert asked.post("accounting.nv", voucher(kind="MYYNTILASKU")).code == "OK"


@pytest.mark.parametrize("kind", ["ML", "Nowhere"])
def test_a_class_that_is_not_there_is_named_and_an_abbreviation_is_none(kind: str) -> None:
    assert f"voucher class {kind} not found" in caller().post("accounting.nv", voucher(kind=kind)).reason


def test_a_company_has_its_own_classes() -> None:
    asked = caller({"voucher_types": [{"code": "X", "name": "Oma laji"}]})

    assert asked.post("accounting.nv", voucher(kind="oma LAJI")).code == "OK"
    assert asked.post("accounting.nv", voucher()).code == "INVALID_DATA"


@pytest.mark.parametrize("date", ["2025-11-30", "2025-11-29"])
def test_a_locked_period_is_a_code_of_its_own(date: str) -> None:
    asked = caller({"locked_until": "2025-11-30"})
    told = asked.post("accounting.nv", voucher(date=date))

    assert (told.code, told.status) == ("PERIOD_LOCK", 400)
    assert "locked until 2025-11-30" in told.reason
    assert asked.post("accounting.nv", voucher(date="2025-12-1")).code == "OK"
    assert balances(asked.books) != {}


@pytest.mark.parametrize("reading", ["INVALID_DATA", "PERIOD_LOCK"])
def test_a_date_outside_every_year_is_a_reading(reading: str) -> None:
    told = caller({"readings": {"no_fiscal_year": reading}}).post("accounting.nv", voucher(date="1999-01-01"))

    assert told.code == reading
    assert "no accounting period for the date 1999-01-01" in told.reason


def test_a_date_that_does_not_exist_is_refused() -> None:
    assert "2026-2-30 does not exist" in caller().post("accounting.nv", voucher(date="2026-2-30")).reason


def test_an_attachment_is_kept_and_must_be_base64() -> None:
    asked = caller()
    assert (
        asked.post("accounting.nv", voucher().replace("</voucher>", ATTACHMENT.format("UERG\n") + "</voucher>")).code
        == "OK"
    )

    shown = asked.get("getvoucherattachments.nv?netvisorkey=1")

    assert [
        shown.text(f"Attachments/Attachment/{name}") for name in ("Filename", "SizeInBytes", "MimeType", "Content")
    ] == [
        "a.pdf",
        "3",
        "application/pdf",
        "UERG",
    ]
    for data in ("%%%", "ä", "U"):
        told = asked.post("accounting.nv", voucher().replace("</voucher>", ATTACHMENT.format(data) + "</voucher>"))
        assert "a.pdf is not Base64" in told.reason
    assert asked.get("getvoucherattachments.nv").code == "INVALID_DATA"
    assert asked.get("getvoucherattachments.nv?netvisorkey=99").texts("Attachments/Attachment") == []


def edit(inner: str, key: int | str = 1) -> str:
    return f"<root><voucher><netvisorkey>{key}</netvisorkey>{inner}</voucher></root>"


def edited(inner: str, words: dict[str, Any] | None = None) -> tuple[Caller, str, str]:
    asked = caller()
    asked.post("accounting.nv", voucher(head="<description>old</description>", tail="<comment>c</comment>"))
    if words:
        asked.books.arrange(words)
    told = asked.post("accountingedit.nv", edit(inner), now=NOW + SECOND)
    return asked, told.code, told.reason


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    asked, code, _ = edited("<description>new</description>")

    found = kept(asked)
    assert (code, found.description, found.details["comment"], len(found.postings)) == ("OK", "new", "c", 3)
    assert (found.created, found.changed) == (NOW, NOW + SECOND)


def test_an_empty_element_clears_a_value() -> None:
    asked, code, _ = edited("<description/><comment/>")

    assert (code, kept(asked).description, kept(asked).details["comment"]) == ("OK", "", "")


def test_lines_that_are_sent_take_the_place_of_all_lines_in_the_mode_of_the_voucher() -> None:
    lines = line("1701", "200") + line("3010", "-200", "24", "KOMY")
    asked, code, _ = edited(lines)

    assert code == "OK"
    assert {account: str(amount) for account, amount in balances(asked.books).items()} == {
        "1701": "200.00",
        "3010": "-200.00",
    }
    asked, code, _ = edited(f"<calculationmode>gross</calculationmode>{lines}")
    assert set(balances(asked.books)) == {"1701", "3010", "2939"}


def test_a_voucher_can_move_to_another_class_and_year() -> None:
    asked, code, _ = edited("<voucherdate>2025-3-1</voucherdate><number/><voucherclass>Palkka</voucherclass>")

    found = kept(asked)
    assert (code, found.date, found.series, found.number) == ("OK", "2025-03-01", "PA", 1)
    # Its former number is free again, and its new one is not.
    assert asked.post("accounting.nv", voucher(head="<number>1</number>")).code == "OK"
    taken = voucher(head="<number>1</number>", kind="Palkka", date="2025-05-05")
    assert asked.post("accounting.nv", taken).code == "DUPLICATE_DATA"


def test_a_number_can_be_changed_unless_it_is_used() -> None:
    asked, code, _ = edited("<number>9</number>")
    asked.post("accounting.nv", voucher())

    assert (code, kept(asked).number) == ("OK", 9)
    assert asked.post("accountingedit.nv", edit("<number>9</number>", 2)).code == "DUPLICATE_DATA"
    assert asked.post("accountingedit.nv", edit("<number>9</number>", 1)).code == "OK"


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (line("1701", "1") + line("3999", "-1"), "account 3999 not found"),
        (line("1701", "1") + line("3000", "-2"), "differ by -1,00"),
        ("<voucherdate>2026-02-30</voucherdate>", "does not exist"),
        ("<voucherclass>Nowhere</voucherclass>", "Nowhere not found"),
        ("<voucherdate>1999-01-01</voucherdate>", "no accounting period"),
        ("<voucherattachments/>", "XML"),
        ("<checked>true</checked><description>x</description>", "XML"),
    ],
)
def test_an_edit_that_is_refused_changes_nothing(inner: str, said: str) -> None:
    asked, code, reason = edited(inner)

    assert (code, kept(asked).description, len(kept(asked).postings)) == ("INVALID_DATA", "old", 3)
    assert said in reason


def test_a_locked_voucher_is_changed_neither_out_of_its_period_nor_into_another() -> None:
    assert edited("<description>x</description>", {"locked_until": "2026-01-31"})[1] == "PERIOD_LOCK"
    assert edited("<voucherdate>2026-02-15</voucherdate>", {"locked_until": "2026-01-31"})[1] == "PERIOD_LOCK"
    assert edited("<voucherdate>2025-12-15</voucherdate>", {"locked_until": "2025-12-31"})[1] == "PERIOD_LOCK"


@pytest.mark.parametrize("key", ["2", "0", "9" * 30])
def test_a_voucher_that_is_not_there_is_neither_changed_nor_made_void(key: str) -> None:
    asked = caller()
    asked.post("accounting.nv", voucher())

    assert f"voucher {key} not found" in asked.post("accountingedit.nv", edit("", key)).reason
    assert f"voucher {key} not found" in asked.post("invalidatevouchers.nv", void(key)).reason


def test_an_edit_limits_dimensions_if_it_is_told_to() -> None:
    asked = caller({"dimensions": {}})
    asked.post("accounting.nv", voucher())
    more = "<dimension><dimensionname>P</dimensionname><dimensionitem>i</dimensionitem></dimension>"
    inner = line("1701", "1", more=more) + line("3000", "-1")

    assert asked.post("accountingedit.nv?useonlyexistingdimensions=1", edit(inner)).code == "INVALID_DATA"
    assert asked.post("accountingedit.nv", edit(inner)).code == "OK"


def test_an_edit_can_put_other_attachments_in_place() -> None:
    asked, code, _ = edited(ATTACHMENT.format("UERG"))

    assert (code, [one["name"] for one in kept(asked).details["attachments"]]) == ("OK", ["a.pdf"])


def test_vouchers_are_made_void_together_or_not_at_all() -> None:
    asked = caller()
    for _ in range(2):
        asked.post("accounting.nv", voucher())

    assert asked.post("invalidatevouchers.nv", void(1, 99)).code == "INVALID_DATA"
    assert kept(asked).state == "valid"
    told = asked.post("invalidatevouchers.nv", void(1, 2, comment="<comment>why</comment>"), now=NOW + SECOND)
    assert (told.code, told.root.find("Replies")) == ("OK", None)
    assert (kept(asked).state, kept(asked).changed, kept(asked).details["comment"]) == ("void", NOW + SECOND, "why")
    assert balances(asked.books) == {}
    assert "invalidated already" in asked.post("invalidatevouchers.nv", void(1)).reason
    assert "invalidated already" in asked.post("accountingedit.nv", edit("")).reason


def test_making_void_is_bounded_and_minds_locks() -> None:
    asked = caller()
    asked.post("accounting.nv", voucher())

    assert asked.post("invalidatevouchers.nv", void(*range(1, 102))).code == "INVALID_DATA"
    assert asked.post("invalidatevouchers.nv", void(1).replace("netvisorkey", "number")).code == "INVALID_DATA"
    asked.books.arrange({"locked_until": "2026-01-31"})
    assert asked.post("invalidatevouchers.nv", void(1)).code == "PERIOD_LOCK"
