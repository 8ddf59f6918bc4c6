"""Messages of NetBaron's web services: envelopes, refusals, and that they say what they are."""

from __future__ import annotations

import pytest
from lxml import etree

from simulator.systems.netbaron.access import Credentials
from simulator.systems.netbaron.wire.messages import (
    NAMESPACE,
    SOAP,
    TOLD_MAX,
    Fault,
    Message,
    RefusedError,
    answer,
    bared,
    local,
    nb,
    opened,
    refuse,
)
from simulator.systems.xmltext import MalformedXMLError
from tests.systems.netbaron.calls import codes, credentials, envelope, tree

WHO = credentials("invoice")


def test_an_envelope_is_opened_and_a_bare_document_is_left() -> None:
    message = opened(envelope("GET", WHO, "<n:InvoiceNumber>1</n:InvoiceNumber>"), "")
    bare = opened(b"<Finvoice/>", "")

    assert isinstance(message, Message)
    assert (local(message.call), message.credentials) == ("GET", WHO)
    assert not isinstance(bare, Message)
    assert bare.tag == "Finvoice"


def test_an_envelope_may_come_without_credentials_or_with_half_of_them() -> None:
    message = opened(envelope("GET", None), "")
    half = f'<e:Envelope xmlns:e="{SOAP}"><e:Header><n:Authentication xmlns:n="{NAMESPACE}"/></e:Header>'

    assert isinstance(message, Message)
    assert message.credentials is None
    found = opened(f"{half}<e:Body><x/></e:Body></e:Envelope>".encode(), "")
    assert isinstance(found, Message)
    assert found.credentials == Credentials("", "")


@pytest.mark.parametrize("inside", ["", "<e:Body/>", "<e:Header/>"])
def test_an_envelope_with_nothing_in_it_is_refused(inside: str) -> None:
    with pytest.raises(RefusedError, match="no call"):
        opened(f'<e:Envelope xmlns:e="{SOAP}">{inside}</e:Envelope>'.encode(), "")


def test_a_document_type_is_not_taken() -> None:
    with pytest.raises(MalformedXMLError):
        opened(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "")


def test_every_answer_says_that_it_is_a_stand_in() -> None:
    for made in (
        answer(200, nb("X")),
        refuse(RefusedError(401, Fault("A", "b"))),
        answer(200, nb("X"), is_message=True),
    ):
        assert b"Stand-in of cfis-simulator" in made.body
        assert made.media_type == "text/xml; charset=utf-8"


def test_a_refusal_names_every_fault_and_is_a_fault_of_soap_in_an_envelope() -> None:
    error = RefusedError(422, Fault("A", "first", "Field"), Fault("B", "second"))
    bare, message = refuse(error), refuse(error, is_message=True)

    assert bare.status == message.status == 422
    assert codes(bare) == codes(message) == ["A", "B"]
    assert tree(bare).findtext(".//{*}Field") == "Field"
    assert tree(message).findtext(".//faultstring") == "first; second"
    assert tree(message).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault/detail/{{{NAMESPACE}}}Refusal") is not None
    assert not bare.headers


def test_a_caller_who_cannot_be_identified_is_told_how() -> None:
    assert refuse(RefusedError(401, Fault("A", "b"))).headers[0][0] == "www-authenticate"


def test_namespaces_can_be_taken_off() -> None:
    root = bared(etree.fromstring('<a:Finvoice xmlns:a="urn:a"><a:InvoiceDetails/></a:Finvoice>'))

    assert [part.tag for part in root.iter()] == ["Finvoice", "InvoiceDetails"]


def test_a_refusal_tells_so_many_faults_and_how_many_more_there_are() -> None:
    faults = [Fault("X", "no") for _ in range(TOLD_MAX + 2)]

    refusal = tree(refuse(RefusedError(422, *faults)))

    assert len(codes(refuse(RefusedError(422, *faults)))) == TOLD_MAX + 1
    assert refusal.xpath("string(*[last()]/*[local-name() = 'Text'])") == "and 2 more"
