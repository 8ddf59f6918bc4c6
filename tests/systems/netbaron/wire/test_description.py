"""WSDL and XSD of NetBaron's modules: there for everybody, of one piece, and saying that they are stand-ins."""

from __future__ import annotations

import pytest
from lxml import etree

from simulator.systems.base import Answer, Request
from simulator.systems.netbaron import SYSTEM
from simulator.systems.netbaron.access import INTERFACES, split
from simulator.systems.netbaron.wire.description import described, grammar, operations_of, versions_of, wsdl, xsd_name
from simulator.systems.netbaron.wire.messages import NAMESPACE
from simulator.systems.xmltext import parse
from tests.systems.netbaron.calls import books

FOLDER = SYSTEM.about.folder
XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
PAIRS = [(interface, version) for interface in INTERFACES for version in versions_of(split(interface)[0])]


def ask(path: str, method: str = "GET") -> Answer | None:
    request = Request(method, f"/netbaron{path}", origin="http://host:1", mount="/netbaron")
    interface = request.path.split("/")[2]
    return described(request, interface, split(interface)[0], FOLDER)


@pytest.mark.parametrize(("interface", "version"), PAIRS)
def test_every_version_of_every_interface_has_both(interface: str, version: str) -> None:
    module = split(interface)[0]
    rules = ask(f"/ws/{interface}?xsd={version}")
    service = ask(f"/ws/{interface}?wsdl={version}")
    assert rules is not None
    assert service is not None

    declared = {str(part.get("name")) for part in etree.fromstring(rules.body).iterfind(f"{XS}element")}
    root = etree.fromstring(service.body)
    elements = {str(part.get("element")).removeprefix("nb:") for part in root.iter(f"{WSDL}part")}
    assert elements <= declared
    assert elements >= set(operations_of(module, version))
    place = f"http://host:1/netbaron/ws/{interface}"
    assert root.find(".//{*}import").get("schemaLocation") == f"{place}?xsd={version}"  # type: ignore[union-attr]
    assert root.find(".//{*}address").get("location") == f"{place}?version={version}"  # type: ignore[union-attr]
    for answer in (rules, service):
        assert b"stand-in" in answer.body.lower()
        assert answer.media_type.startswith("text/xml")


def test_without_a_version_it_is_the_newest() -> None:
    assert ask("/ws/accounting?xsd=") == ask("/ws/accounting?xsd=1.3") != ask("/ws/accounting?xsd=1.2")
    assert ask("/ws/accounting?WSDL") == ask("/ws/accounting?wsdl=1.3")


@pytest.mark.parametrize(
    "path",
    ["/ws/accounting?wsdl=9", "/ws/invoice?xsd=1.3", "/ws/nothing?wsdl=1.0", "/ws/invoice3?wsdl=1.0", "/ws/invoice"],
)
def test_what_is_not_there_is_not_described(path: str) -> None:
    assert ask(path) is None


def test_only_a_get_asks_for_a_description() -> None:
    assert ask("/ws/invoice?wsdl=1.0", "HEAD") is not None
    assert ask("/ws/invoice?wsdl=1.0", "POST") is None


def test_strangers_and_friends_get_the_same() -> None:
    request = Request("GET", "/netbaron/ws/accounting?xsd=1.2", mount="/netbaron")

    assert SYSTEM.stranger(request) == books().answer(request, 0)
    assert SYSTEM.stranger(request).status == 200


def test_an_address_with_odd_signs_stays_well_formed() -> None:
    root = parse(wsdl("invoice", "1.0", 'http://x"<&/').encode())

    assert root.find(".//{*}address").get("location").startswith('http://x"<&/')  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["accounting-1.0.xsd", "accounting-1.3.xsd", "invoicing.xsd"])
def test_an_xsd_is_compiled_once_and_knows_a_refusal(name: str) -> None:
    rules = grammar(FOLDER, name)
    refusal = f'<Refusal xmlns="{NAMESPACE}"><Error><Code>A</Code><Text>b</Text></Error></Refusal>'

    assert grammar(FOLDER, name) is rules
    assert not list(rules.faults(parse(refusal.encode())))
    assert list(rules.faults(parse(b"<x/>")))


def test_each_version_has_its_file() -> None:
    assert [xsd_name("accounting", version) for version in versions_of("accounting")] == [
        "accounting-1.0.xsd", "accounting-1.0.xsd", "accounting-1.0.xsd", "accounting-1.3.xsd",
    ]  # fmt: skip
