"""NetBaron as a system: its credentials are ready to paste, and strangers are told what they are."""

from __future__ import annotations

from simulator.systems.base import Request
from simulator.systems.netbaron import SYSTEM
from simulator.systems.netbaron.access import METHODS, Credentials, basic
from tests.systems.netbaron.calls import books, codes
from tests.systems.wired import IDENTITY, TENANT, office, push, stranger

URL = "http://127.0.0.1:8480/netbaron"


def test_every_address_and_password_that_is_shown_works() -> None:
    shown = SYSTEM.credentials(TENANT, URL)
    assert shown["baseUrl"] == URL
    assert "Stand-in" in shown["note"]
    for interface, one in shown["modules"].items():
        assert one["address"] == f"{URL}/ws/{interface}"
        assert one["methods"] == list(METHODS[interface.rstrip("2")])
        for password in one["passwords"]:
            target = f"{one['address'].removeprefix('http://127.0.0.1:8480')}?operation=GetBalances"
            if "accounting" not in interface:
                target = target.partition("?")[0]
            pair = basic(Credentials(shown["organisation"], password))
            request = Request("GET", target, [pair], mount="/netbaron")
            assert SYSTEM.identity_of(request) == IDENTITY
            assert books().answer(request, 0).status == 200
    assert shown["import"]["address"] == f"{URL}/import/accountingreceipts"


def test_a_stranger_cannot_be_identified() -> None:
    for path in ("/netbaron/ws/invoice", "/netbaron/import/accountingreceipts", "/netbaron/invoice?wsdl=1.0"):
        answer = stranger(SYSTEM, Request("GET", path, mount="/netbaron"))
        assert (answer.status, codes(answer)) == (401, ["AUTHENTICATION"])


def test_cfis_books_on_the_accounts_that_the_company_uses_now() -> None:
    books_ = office("netbaron", {"roles": {"bank": "1920"}})
    document = {"paymentIdentifier": "P", "invoiceNumber": "1", "paymentDate": "2026-02-10", "amount": 5}

    assert push(books_, "payment", document).verdict == "accepted"
    books_.arrange({"roles": {"bank": "1930", "receivables": "1702"}})
    assert push(books_, "payment", document).verdict == "accepted"
    assert {account: str(amount) for account, amount in books_.site.ledger.journal.balances().items()} == {
        "1920": "5.00", "1701": "-5.00", "1930": "5.00", "1702": "-5.00",
    }  # fmt: skip
