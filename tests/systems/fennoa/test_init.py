"""Fennoa as a whole: the package and its data."""

from __future__ import annotations

from decimal import Decimal

from simulator.contract.schemas import check_schema
from simulator.systems.base import Request
from simulator.systems.catalogue import system_named
from simulator.systems.fennoa import SYSTEM
from tests.contract.test_data import laid_out
from tests.systems.wired import TENANT, office


def test_the_package_is_the_system_of_the_catalogue() -> None:
    assert system_named("fennoa") is SYSTEM


def test_every_schema_is_one_and_says_how_it_knows_its_members() -> None:
    files = [path for path in SYSTEM.about.folder.glob("*.json") if path.name != "about.json"]

    assert len(files) == 5
    for path in files:
        text = path.read_text(encoding="utf-8")
        schema = SYSTEM.about.schemas.documents[path.name]
        check_schema(path.name, schema)
        assert text == laid_out(schema) + "\n"
        for name, member in schema["properties"].items():
            assert member["x-basis"] in {"documented", "client", "assumed", "stand-in"}, name
            assert member["x-source"] in {*SYSTEM.about.data["sources"], "none"}, name
            assert ("x-note" in member) >= (member["x-basis"] == "assumed"), name


def test_a_stranger_is_asked_for_credentials() -> None:
    answer = SYSTEM.stranger(Request("GET", "/fennoa/api/sales_api/", mount="/fennoa"))

    assert answer.status == 401
    assert dict(answer.headers)["www-authenticate"].startswith("Basic ")


def test_the_credentials_are_those_of_a_client_that_takes_a_base_url() -> None:
    shown = SYSTEM.credentials(TENANT, "http://127.0.0.1:1/fennoa")

    assert shown["baseUrl"] == "http://127.0.0.1:1/fennoa/api"
    assert shown["apiUser"] == "api-0123456789ab"
    assert len(shown["apiKey"]) == 40


def test_every_percentage_in_use_has_a_handling_on_both_sides() -> None:
    books = office("fennoa").site
    for percent in ("0", "10", "13.5", "14", "24", "25.5"):
        for code in ("20", "") if percent != "0" else ("20",):
            for is_sales, side in ((True, "sales"), (False, "purchase")):
                handling = books.arrangement.vat_map.code_for(f"{code}@{percent}", Decimal(percent), is_sales=is_sales)
                known = books.ledger.vat_codes[handling]
                assert (known.side, known.percents) == (side, (Decimal(percent),))
