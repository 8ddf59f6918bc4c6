"""What describes the simulator to whoever asks it."""

from __future__ import annotations

from simulator.contract.basis import basis_table
from simulator.contract.jsontext import dumps, loads
from simulator.contract.openapi import control_openapi, openapi
from simulator.settings import Settings
from tests.web.control.client import Client


def test_the_index_lists_every_call_and_the_documents(client: Client) -> None:
    index = client.get("/_sim/")
    assert [f"{call['method']} {call['path']}" for call in index["calls"]] == client.table.calls()
    for path in index["documents"].values():
        assert client.get(path)["openapi"].startswith("3.1")
    assert client.get("/_sim") == index


def test_the_readings_say_what_holds_in_a_new_world() -> None:
    client = Client(Settings(clock="virtual", readings=(("failed_status", "-1"),)))
    readings = {reading["name"]: reading for reading in client.get("/_sim/readings")["readings"]}
    assert list(readings) == list(client.app.contract.readings)
    assert (readings["failed_status"]["default"], readings["failed_status"]["chosen"]) == ("2", "-1")
    assert [answer["value"] for answer in readings["failed_status"]["answers"]] == ["2", "-1", "3"]


def test_the_contract_is_the_table_of_bases(client: Client) -> None:
    assert client.get("/_sim/contract") == loads(dumps(basis_table(client.app.contract)))


def test_the_partner_api_is_described(client: Client) -> None:
    assert client.get("/_sim/openapi.json") == loads(dumps(openapi(client.app.contract)), 200)


def test_the_control_api_is_described_with_every_call(client: Client) -> None:
    document = client.get("/_sim/control.json")
    assert document == loads(dumps(control_openapi(client.app.contract)), 200)
    names = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert names == set(client.table.operations)
