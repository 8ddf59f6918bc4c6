"""Fivaldi as a whole: the package, its data, and what a push costs."""

from __future__ import annotations

from simulator.contract.schemas import check_schema, subschemas
from simulator.systems.catalogue import system_named
from simulator.systems.fivaldi import SYSTEM
from tests.contract.test_data import laid_out
from tests.documents import LEDGER
from tests.systems.wired import office, push


def test_the_package_is_the_system_of_the_catalogue() -> None:
    assert system_named("fivaldi") is SYSTEM


def test_every_schema_is_one_and_says_how_its_members_are_known() -> None:
    sources = {*SYSTEM.about.data["sources"], "none"}
    names = [path.name for path in SYSTEM.about.folder.glob("*.json") if path.name != "about.json"]

    assert len(names) == 11
    for name in names:
        document = SYSTEM.about.schemas.documents[name]
        check_schema(name, document)
        assert (SYSTEM.about.folder / name).read_text(encoding="utf-8") == laid_out(document) + "\n"
        for place, part in subschemas(document):
            for member, known in part.get("properties", {}).items():
                assert known.get("x-basis") in {"documented", "client", "assumed"}, f"{name}{place}/{member}"
                assert known["x-source"] in sources


def test_the_calls_of_the_data_are_answered() -> None:
    deeds = office("fivaldi").wire.deeds  # type: ignore[attr-defined]  # the wire of this system
    told = {(call["method"], call["path"]) for call in SYSTEM.about.data["calls"]}
    company = "/customer/api/companies/{cuid}/"
    names = ("voucherNumber", "externalBatchId", "id")
    listed = set()
    for method, path in told:
        if path.startswith(company):
            for name in names:
                path = path.replace("{" + name + "}", "*")  # noqa: PLW2901 - step by step
            listed.add((method, path.removeprefix(company)))

    assert listed == set(deeds)


def test_no_call_makes_a_sales_invoice_or_a_payment() -> None:
    paths = " ".join(call["path"] for call in SYSTEM.about.data["calls"]).lower()

    assert "payment" not in paths
    assert "sales-invoice" not in paths


def test_a_push_takes_two_exchanges_once_all_is_known() -> None:
    books = office("fivaldi")
    push(books, "ledger", LEDGER)

    assert len(push(books, "ledger", LEDGER).exchanges) == 2
