"""WSDL and XSD of NetBaron's modules, in the simulator's own words: the vendor's are not public."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from simulator.systems.base import Answer, Request
from simulator.systems.netbaron.access import INTERFACES, METHODS, MOUNT, SERVICES
from simulator.systems.netbaron.wire.accounting import DIMENSIONS_SINCE, VERSIONS, calls_of
from simulator.systems.netbaron.wire.messages import NAMESPACE, NOTE, XML
from simulator.systems.xmltext import Grammar

INVOICING_VERSIONS = ("1.0",)
"""No page names a version of the invoicing modules."""

_NAMESPACES = (
    'xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" '
    f'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:nb="{NAMESPACE}" targetNamespace="{NAMESPACE}"'
)
_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def versions_of(module: str) -> tuple[str, ...]:
    """Return the versions of a module, the newest last."""
    return VERSIONS if module == "accounting" else INVOICING_VERSIONS


def operations_of(module: str, version: str) -> Sequence[str]:
    """Return the operations of a version of a module."""
    return calls_of(version) if module == "accounting" else METHODS[module]


def xsd_name(module: str, version: str) -> str:
    """Return the file that describes the messages of a version of a module."""
    if module != "accounting":
        return "invoicing.xsd"
    return "accounting-1.3.xsd" if version >= DIMENSIONS_SINCE else "accounting-1.0.xsd"


@cache
def grammar(folder: Path, name: str) -> Grammar:
    """Return an XSD, compiled once."""
    return Grammar(folder / name)


def described(request: Request, interface: str, module: str, folder: Path) -> Answer | None:
    """Return the WSDL or XSD that a request asks for; None if it asks for none that there is."""
    if request.method not in {"GET", "HEAD"} or interface not in INTERFACES:
        return None
    asked = {name.lower(): value for name, value in request.parameters}
    versions = versions_of(module)
    for form in ("wsdl", "xsd"):
        version = asked.get(form, None if form in asked else "none") or versions[-1]
        if form not in asked or version not in versions:
            continue
        if form == "xsd":
            return Answer(200, (folder / xsd_name(module, version)).read_bytes(), XML)
        address = f"{request.origin}{request.mount or MOUNT}{SERVICES}{interface}"
        return Answer(200, wsdl(module, version, address).encode(), XML)
    return None


def wsdl(module: str, version: str, address: str) -> str:
    """Return the WSDL of a module that is reached at an address."""
    operations = operations_of(module, version)
    messages = "".join(
        f'<message name="{name}"><part name="body" element="nb:{name}"/></message>'
        f'<message name="{name}Answer"><part name="body" element="nb:{name}Answer"/></message>'
        for name in operations
    )
    ports = "".join(
        f'<operation name="{name}"><input message="nb:{name}"/><output message="nb:{name}Answer"/></operation>'
        for name in operations
    )
    header = '<s:header message="nb:Authentication" part="header" use="literal"/>'
    bindings = "".join(
        f'<operation name="{name}"><s:operation soapAction=""/><input><s:body use="literal"/>{header}</input>'
        f'<output><s:body use="literal"/></output></operation>'
        for name in operations
    )
    xsd = quoteattr(f"{address}?xsd={version}")
    return (
        f'<?xml version="1.0" encoding="utf-8"?><!--{NOTE}--><definitions name="{module}" {_NAMESPACES}>'
        f'<types><x:schema><x:import namespace="{NAMESPACE}" schemaLocation={xsd}/></x:schema></types>'
        '<message name="Authentication"><part name="header" element="nb:Authentication"/></message>'
        f'{messages}<portType name="{module}">{ports}</portType>'
        f'<binding name="{module}" type="nb:{module}"><s:binding style="document" transport="{_TRANSPORT}"/>'
        f'{bindings}</binding><service name="{module}"><port name="{module}" binding="nb:{module}">'
        f"<s:address location={quoteattr(f'{address}?version={version}')}/></port></service></definitions>"
    )
