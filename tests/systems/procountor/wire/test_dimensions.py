"""Dimensions and their items, read and kept."""

from __future__ import annotations

import pytest

from tests.systems.procountor.talking import Talker, journal, row, talker

WORDS = {"dimensions": {"COST_CENTER": ["10", "20"], "PROJECT": ["P-1"]}}


@pytest.fixture
def talking() -> Talker:
    return talker(WORDS)


def test_all_are_listed_as_an_array(talking: Talker) -> None:
    assert talking.get("/dimensions") == [
        {"id": 1, "name": "COST_CENTER", "items": [{"id": 1, "codeName": "10"}, {"id": 2, "codeName": "20"}]},
        {"id": 2, "name": "PROJECT", "items": [{"id": 3, "codeName": "P-1"}]},
    ]
    assert talking.get("/dimensions/2")["name"] == "PROJECT"
    assert talking.refused("GET", "/dimensions/9") == (404, [("", "Dimension not found.")])


def test_parts_of_names_and_codes_are_searched_for(talking: Talker) -> None:
    assert [one["name"] for one in talking.get("/dimensions", name="cost")] == ["COST_CENTER"]
    [one] = talking.get("/dimensions", codeName="2")
    assert one["items"] == [{"id": 2, "codeName": "20"}]
    assert talking.get("/dimensions", name="PROJECT", codeName="20") == []
    talking.headers = [("name", "project")]
    assert [one["name"] for one in talking.get("/dimensions")] == ["PROJECT"]


def test_books_with_any_dimension_have_the_one_that_is_searched_for() -> None:
    talking = talker()

    assert talking.get("/dimensions") == talking.get("/dimensions", name="A") == []
    [one] = talking.get("/dimensions", name="A", codeName="1")
    assert (one["name"], one["items"][0]["codeName"]) == ("A", "1")


def test_items_are_added_changed_and_put_out_of_use(talking: Talker) -> None:
    def use(item: int) -> int:
        share = [{"dimensionId": 1, "itemId": item, "value": 1}]
        return talking.send("POST", "/ledgerreceipts", journal(row("1701", 1, dimensionItemValues=share))).status

    added = talking.done("POST", "/dimensions/1/items", {"codeName": "30", "description": "Thirty"})
    assert added == {"id": 4, "codeName": "30", "description": "Thirty"}
    assert use(4) == 200
    changed = talking.done("PUT", "/dimensions/1/items", {"id": 4, "codeName": "31", "status": "P"})
    assert changed == {"id": 4, "codeName": "31", "status": "P"}
    assert use(4) == 400
    assert talking.get("/dimensions/1")["items"][-1] == changed
    talking.done("PUT", "/dimensions/1/items", {"id": 4, "codeName": "31"})
    assert use(4) == 200
    assert talking.books.site.ledger.dimensions.has("COST_CENTER", "31")


def test_an_item_must_be_new_and_a_changed_one_must_be_there(talking: Talker) -> None:
    assert talking.refused("POST", "/dimensions/1/items", {"codeName": "10"})[0] == 400
    assert talking.refused("POST", "/dimensions/9/items", {"codeName": "10"})[0] == 404
    assert talking.refused("POST", "/dimensions/1/items", {"codeName": ""})[0] == 400
    assert talking.refused("PUT", "/dimensions/1/items", {"id": 9, "codeName": "11"})[0] == 404
    assert talking.refused("PUT", "/dimensions/1/items", {"codeName": "11"})[0] == 404
    assert talking.refused("PUT", "/dimensions/1/items", {"id": 1, "codeName": "20"})[0] == 400


def test_books_that_are_arranged_anew_forget_what_was_kept_beside(talking: Talker) -> None:
    talking.done("PUT", "/dimensions/1/items", {"id": 1, "codeName": "10", "status": "P", "description": "x"})
    talking.books.arrange({"dimensions": {"COST_CENTER": ["10"]}})

    assert talking.get("/dimensions/1")["items"] == [{"id": 1, "codeName": "10"}]
