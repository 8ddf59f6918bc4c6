"""`dimension_api`."""

from __future__ import annotations

import pytest

from tests.systems.fennoa.asking import Asker, statement


@pytest.fixture
def asker() -> Asker:
    return Asker({"dimensions": {"COST_CENTER": ["100", "200"], "PROJECT": ["100"]}})


def codes(asker: Asker, query: str) -> list[tuple[int, str]]:
    listed = asker.get(f"dimension_api/{query}")["data"]
    return [(one["DimensionType"]["id"], one["Dimension"]["code"]) for one in listed]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [(1, "100"), (1, "200"), (2, "100")]),
        ("?code=100", [(1, "100"), (2, "100")]),
        ("?dimension_type_id=1", [(1, "100"), (1, "200")]),
        ("?dimension_type_id=1&code=200&is_active=1", [(1, "200")]),
        ("?is_active=0", []),
        ("?code=9", []),
    ],
)
def test_dimensions_are_listed_and_filtered(asker: Asker, query: str, found: list[tuple[int, str]]) -> None:
    assert codes(asker, query) == found


def test_one_is_told_with_its_type(asker: Asker) -> None:
    told = asker.get("dimension_api/3")["data"]

    assert told == {
        "Dimension": {
            "id": 3, "code": "100", "name_fi": "100", "name_en": "100", "name_sv": "100", "description": "",
            "is_active": 1, "active_after": None, "dimension_type_id": 2,
        },
        "DimensionType": {"id": 2, "name_fi": "PROJECT", "name_en": "PROJECT", "name_sv": "PROJECT"},
    }  # fmt: skip
    asker.get("dimension_api/4", 404)
    asker.get("dimension_api/x", 404)


def test_whether_they_stand_in_an_object_of_their_name_is_a_reading() -> None:
    asker = Asker({"dimensions": {"PROJECT": ["100"]}, "readings": {"dimension_shape": "nested"}})

    assert asker.get("dimension_api/")["data"][0]["code"] == "100"
    assert asker.get("dimension_api/")["data"][0]["DimensionType"]["id"] == 1
    assert asker.get("dimension_api/get/types")["data"][0]["name_fi"] == "PROJECT"


def test_a_type_and_a_dimension_can_be_made_and_booked_on(asker: Asker) -> None:
    kind = asker.post("dimension_api/add/type", {"name_fi": "Asiakas", "name_en": "Customer"})["id"]
    made = asker.post("dimension_api/add", {"code": "K1", "dimension_type_id": kind, "name_fi": "Kalle"})["id"]

    assert asker.get("dimension_api/get/types")["data"][2] == {
        "DimensionType": {"id": 3, "name_fi": "Asiakas", "name_en": "Customer", "name_sv": "Asiakas"}
    }
    assert asker.get(f"dimension_api/{made}")["data"]["Dimension"]["name_fi"] == "Kalle"
    asker.post("accounting_api/add", statement(row1_dim_3="K1"))
    assert asker.vouchers[0].postings[0].dimensions == (("Asiakas", "K1"),)


def test_a_dimension_that_is_there_is_changed_and_keeps_what_is_not_said(asker: Asker) -> None:
    first = asker.post("dimension_api/add", {"code": "100", "dimension_type_id": "2", "name_en": "Bridge"})["id"]
    change = {"code": "100", "dimension_type_id": "2", "is_active": "0", "active_after": "2026-01-01"}
    second = asker.post("dimension_api/add", change)["id"]

    told = asker.get("dimension_api/3")["data"]["Dimension"]
    assert first == second == 3
    assert (told["name_en"], told["is_active"], told["active_after"]) == ("Bridge", 0, "2026-01-01")
    assert codes(asker, "?is_active=0") == [(2, "100")]


def test_what_is_wrong_is_told_and_nothing_is_made(asker: Asker) -> None:
    errors = asker.errors("dimension_api/add", {"is_active": "2", "active_after": "x", "dimension_type_id": "9"})

    assert set(errors) == {"code", "is_active", "active_after", "dimension_type_id"}
    assert asker.errors("dimension_api/add/type", {}) == {"name_fi": ["This field is required"]}
    assert "name_fi" in asker.errors("dimension_api/add/type", {"name_fi": "PROJECT"})
    for path in ("dimension_api/add", "dimension_api/add/type"):
        assert asker.send("POST", path, b"{}", "application/json").status == 400
    assert len(codes(asker, "")) == 3
