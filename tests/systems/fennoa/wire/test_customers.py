"""`customer_api`."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.fennoa.wire import customers
from tests.systems.fennoa.asking import Asker, multipart

KALLE = {"name": "Kalle Oy", "address": "Katu 1", "postalcode": "00100", "city": "Helsinki", "country_id": "FI"}


def numbers(asker: Asker, query: str = "") -> list[str]:
    return [one["Customer"]["customer_no"] for one in asker.get(f"customer_api/{query}")["data"]]


def put(asker: Asker, number: str, value: Any, status: int = 200) -> Any:
    answer = asker.send("PUT", f"customer_api/{number}", dumps(value), "application/json")
    assert answer.status == status, answer.body
    return loads(answer.body)


def test_a_customer_is_taken_and_told_again() -> None:
    asker = Asker()

    made = asker.post("customer_api/add", {**KALLE, "customer_no": "F100", "customer_group_ids[]": "4"})

    assert made["id"] == made["data"]["Customer"]["id"] == 1
    told = asker.get("customer_api/1")["data"]["Customer"]
    assert told == asker.get("customer_api/get/customer_no/F100")["data"]["Customer"]
    assert told == {**KALLE, "id": 1, "customer_no": "F100", "customer_group_ids": ["4"], "modified": "2026-01-01"}


def test_without_a_number_it_gets_the_next_that_is_free() -> None:
    asker = Asker()
    asker.post("customer_api/add", {**KALLE, "customer_no": "2"})
    asker.post("customer_api/add", KALLE)
    asker.post("customer_api/add", KALLE)

    assert numbers(asker) == ["2", "3", "4"]


@pytest.mark.parametrize("missing", sorted(KALLE))
def test_what_is_required_is_missed(missing: str) -> None:
    asker = Asker()

    errors = asker.errors("customer_api/add", {name: value for name, value in KALLE.items() if name != missing})

    assert errors == {missing: ["This field is required"]}
    assert numbers(asker) == []


def test_what_is_wrong_is_told_at_its_field() -> None:
    asker = Asker()
    asker.post("customer_api/add", {**KALLE, "customer_no": "1"})
    wrong = {"country_id": "Finland", "account_type_id": "3", "sales_invoice_delivery_method": "pigeon"}

    errors = asker.errors("customer_api/add", {**KALLE, **wrong, "customer_no": "1", "locale_id": "x"})

    assert set(errors) == {*wrong, "customer_no", "locale_id"}
    assert asker.send("POST", "customer_api/add", b"{}", "application/json").status == 400


@pytest.mark.parametrize(("given", "kept"), [("1", 1), ("4", 4), ("fi", 1), ("EN", 2), ("sv", 4)])
def test_a_language_is_posted_by_identifier_or_code(given: str, kept: int) -> None:
    asker = Asker()

    assert asker.post("customer_api/add", {**KALLE, "locale_id": given})["data"]["Customer"]["locale_id"] == kept


def test_a_customer_is_changed_in_json_and_keeps_the_rest() -> None:
    asker = Asker()
    asker.post("customer_api/add", {**KALLE, "customer_no": "F100"})
    asker.now = VIRTUAL_START + 86_400 * SECOND

    answer = put(asker, "F100", {"name": "Ville Oy", "account_type_id": 2, "customer_group_ids": [1], "fax": None})

    told = asker.get("customer_api/1")["data"]["Customer"]
    # One client reads it at the top, one in the data, and one in the customer.
    assert answer["id"] == answer["data"]["id"] == answer["data"]["Customer"]["id"] == 1
    assert (told["name"], told["city"], told["account_type_id"]) == ("Ville Oy", "Helsinki", 2)
    assert (told["customer_group_ids"], told["modified"]) == (["1"], "2026-01-02")
    assert numbers(asker, "?modifiedAfter=2026-01-02") == ["F100"]
    assert numbers(asker, "?modifiedAfter=2026-01-03") == []


def test_a_customer_is_changed_by_a_form_too_as_one_client_does_it() -> None:
    asker = Asker()
    asker.post("customer_api/add", {**KALLE, "customer_no": "F100"})
    media_type, body = multipart({"city": "Turku"})

    assert asker.send("PUT", "customer_api/F100", body, media_type).status == 200
    assert asker.get("customer_api/1")["data"]["Customer"]["city"] == "Turku"


def test_a_change_that_cannot_be_is_refused() -> None:
    asker = Asker()
    asker.post("customer_api/add", {**KALLE, "customer_no": "F100"})

    assert put(asker, "F101", {}, 404)["errors"] == "Customer F101 not found"
    assert put(asker, "F100", {"name": ""}, 400)["errors"] == {"name": ["This field is required"]}
    assert set(put(asker, "F100", {"name": 7, "country_id": "F"}, 400)["errors"]) == {"name"}
    assert len(put(asker, "F100", [], 400)["errors"]) == 1
    assert asker.send("PUT", "customer_api/F100", b"{", "application/json").status == 400
    assert asker.get("customer_api/1")["data"]["Customer"]["name"] == "Kalle Oy"


def test_who_is_not_there_is_not_found() -> None:
    asker = Asker()

    for path in ("customer_api/1", "customer_api/x", "customer_api/get/customer_no/1"):
        assert "not found" in asker.get(path, 404)["errors"]


def test_the_number_of_customers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "CUSTOMERS_MAX", 2)
    asker = Asker()
    for _ in range(4):
        asker.post("customer_api/add", KALLE)

    assert numbers(asker) == ["3", "4"]
    asker.get("customer_api/get/customer_no/1", 404)
