"""NetBaron's wire: who gets in, what is opened to whom, in which forms a call comes, and that garbage does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import SECOND, VIRTUAL_START
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.netbaron.access import ADDRESS_HEADER, ALLOWED_ADDRESS, INTERFACES, Credentials, basic
from simulator.systems.netbaron.wire.messages import SOAP
from simulator.systems.office import Office
from tests.documents import LEDGER, payment
from tests.systems.netbaron.calls import (
    BALANCED,
    books,
    call,
    codes,
    credentials,
    envelope,
    finvoice,
    import_file,
    texts,
    tree,
)
from tests.systems.wired import balances, office, push

WHO = credentials("accounting")
PERIODS = "/ws/accounting?operation=GetAccountingPeriods"


def post(where: Office, interface: str, body: bytes, query: str = "") -> Answer:
    """Send an envelope, whose credentials are in it or nowhere."""
    headers = [("content-type", "text/xml; charset=utf-8")]
    return where.answer(Request("POST", f"/netbaron/ws/{interface}{query}", headers, body, mount="/netbaron"), 0)


# ------------------------------------------------------------------------------------------------- who calls


@pytest.mark.parametrize("interface", INTERFACES)
@pytest.mark.parametrize("service", [0, 1])
def test_each_interface_opens_to_its_own_passwords(interface: str, service: int) -> None:
    query = {"operation": "GetBalances"} if interface.startswith("accounting") else {}

    assert (
        call(books(), "GET", f"/ws/{interface}", who=credentials(interface, service=service), query=query).status == 200
    )


@pytest.mark.parametrize(
    ("interface", "who"),
    [
        ("invoice", credentials("invoice2")),
        ("invoice2", credentials("invoice")),
        ("invoice", credentials("purchasebill")),
        ("invoice", credentials("import")),
        ("invoice3", credentials("invoice")),
        ("accounting1", credentials("accounting")),
        ("invoice", Credentials("org-0123456789ab", "")),
        ("invoice", Credentials("org-000000000000", credentials("invoice").password)),
        ("nothing", Credentials("org-0123456789ab", "x")),
    ],
)
def test_another_interface_number_or_password_fails_authentication(interface: str, who: Credentials) -> None:
    answer = call(books(), "GET", f"/ws/{interface}", who=who)

    assert (answer.status, codes(answer)) == (401, ["AUTHENTICATION"])
    assert dict(answer.headers)["www-authenticate"].startswith("Basic")


def test_the_import_has_a_password_of_its_own() -> None:
    where = books()
    path = "/import/accountingreceipts"

    assert call(where, "POST", path, BALANCED.encode(), who=credentials("invoice")).status == 401
    assert call(where, "POST", path, BALANCED.encode(), who=Credentials("org-0123456789ab", "x")).status == 401
    assert balances(where) == {}
    assert call(where, "POST", path, BALANCED.encode(), who=credentials("import", service=1)).status == 200


def test_nobody_or_one_address_may_be_on_the_list() -> None:
    nobody, listed = books(allow_list="nobody"), books(allow_list="listed")
    ours = {ADDRESS_HEADER: f"{ALLOWED_ADDRESS}, 10.0.0.1"}

    assert codes(call(nobody, "GET", PERIODS, headers=ours)) == ["ADDRESS"]
    assert (call(nobody, "GET", PERIODS).status, import_file(nobody, BALANCED).status) == (403, 403)
    assert call(listed, "GET", PERIODS, headers=ours).status == 200
    other = call(listed, "GET", PERIODS, headers={ADDRESS_HEADER: "192.0.2.11"})
    assert (other.status, "192.0.2.11" in texts(other, "Text")[0]) == (403, True)
    assert call(listed, "GET", PERIODS).status == 403
    assert push(listed, "ledger", LEDGER).verdict == "accepted", "CFIS is on the list"
    assert push(nobody, "ledger", LEDGER).verdict == "rejected"


def test_a_password_can_be_taken_back() -> None:
    where = office("netbaron", {"revoked": True})

    answer = call(where, "GET", PERIODS)

    assert (answer.status, "taken back" in texts(answer, "Text")[0]) == (401, True)
    assert import_file(where, BALANCED).status == 401


def test_maintenance_goes_before_everything() -> None:
    where = office("netbaron", {"maintenance": True})

    assert (call(where, "GET", PERIODS).status, import_file(where, BALANCED).status) == (503, 503)


def test_too_many_requests_are_refused_until_time_has_passed() -> None:
    where = office("netbaron", {"rate_limit": {"requests": 1, "per": "1s"}})

    assert [call(where, "GET", PERIODS).status for _ in range(2)] == [200, 429]
    assert call(where, "GET", PERIODS, who=credentials("invoice")).status == 401, "strangers count for nothing"
    assert call(where, "GET", PERIODS, now=VIRTUAL_START + SECOND).status == 200


# --------------------------------------------------------------------------------------------- what is opened


def test_a_module_that_is_not_there_is_told_to_whoever_is_known() -> None:
    answer = call(books(), "GET", "/ws/weather", who=WHO)

    assert (answer.status, codes(answer)) == (404, ["MODULE_UNKNOWN"])


@pytest.mark.parametrize("module", ["customer", "products", "purchaseorder", "batchsellingbill"])
def test_a_module_of_the_vendor_that_the_simulator_lacks_is_not_opened(module: str) -> None:
    answer = call(books(), "GET", f"/ws/{module}", who=WHO)

    assert (answer.status, codes(answer)) == (403, ["MODULE_NOT_OPENED"])
    assert "simulator does not have it" in texts(answer, "Text")[0]


@pytest.mark.parametrize(
    ("interface", "method"),
    [("accounting", "PUT"), ("accounting", "POST"), ("accounting", "DELETE"), ("invoice", "POST"),
     ("invoice", "DELETE"), ("purchasebill", "DELETE"), ("invoice", "PATCH"), ("invoice", "")],
)  # fmt: skip
def test_a_method_that_a_module_lacks_is_not_opened(interface: str, method: str) -> None:
    where = books()

    for body in (b"", finvoice()):
        answer = call(where, method, f"/ws/{interface}", body)
        assert (answer.status, codes(answer)) == (405, ["METHOD_NOT_OPENED"])
    assert balances(where) == {}


def test_accounting_says_that_it_only_reads() -> None:
    answer = call(books(), "PUT", "/ws/accounting", b"<Receipt/>")

    assert "only reads" in texts(answer, "Text")[0]


def test_a_customer_may_have_opened_get_alone() -> None:
    where = books(opened_methods="get_only")

    assert codes(call(where, "PUT", "/ws/invoice", finvoice())) == ["METHOD_NOT_OPENED"]
    assert codes(post(where, "invoice", envelope("PUT", credentials("invoice"), "<x/>"))) == ["METHOD_NOT_OPENED"]
    assert call(where, "GET", "/ws/invoice").status == 200


def test_there_is_nothing_elsewhere() -> None:
    for path in ("/", "/ws", "/ws/", "/ws/invoice/1", "/ws/accounting/1.2", "/ws/accounting/1.1/api", "/import"):
        assert call(books(), "GET", path, who=WHO).status in {404, 401}
        assert codes(call(books(), "GET", path, who=WHO)) == ["NOT_FOUND"], path
    assert codes(call(books(), "GET", "/import/accountingreceipts")) == ["METHOD"]


# ------------------------------------------------------------------------------------------------ the forms


def test_a_version_may_stand_in_the_query_or_since_two_in_the_path() -> None:
    where = books()
    for path in ("/ws/accounting/1.2/api", "/ws/accounting/1.3/api", "/ws/accounting2/1.2/api"):
        assert call(where, "GET", path, query={"operation": "GetBalances"}).status == 200
    assert codes(call(where, "GET", "/ws/accounting/9.9/api", query={"operation": "GetBalances"})) == ["VERSION"]
    assert codes(call(where, "GET", "/ws/accounting", query={"operation": "GetBalances", "version": "2.0"})) == [
        "VERSION"
    ]
    assert codes(call(where, "GET", "/ws/accounting/1.2/api", query={"operation": "GetDimensions"})) == ["OPERATION"]


def test_a_call_may_come_in_an_envelope_with_its_credentials() -> None:
    where = books()
    document = finvoice().decode()

    made = post(where, "invoice", envelope("PUT", credentials("invoice"), document))
    found = post(
        where, "invoice2", envelope("GET", credentials("invoice2"), "<n:GetInvoiceDetails>TRUE</n:GetInvoiceDetails>")
    )
    read = post(where, "accounting", envelope("GetBalances", WHO), "?version=1.2")

    for answer in (made, found, read):
        assert answer.status == 200
        assert tree(answer).tag == f"{{{SOAP}}}Envelope"
    assert texts(made, "Action") == ["created"]
    assert texts(found, "InvoiceTypeCode") == ["INV01"]
    assert texts(read, "Account") == ["1701", "2939", "3010"]


def test_an_envelope_is_refused_in_an_envelope() -> None:
    where = books()

    nameless = post(where, "invoice", envelope("GET", None))
    assert (nameless.status, tree(nameless).tag) == (401, f"{{{SOAP}}}Envelope")
    other = post(where, "invoice", envelope("GET", WHO))
    assert (other.status, codes(other)) == (401, ["AUTHENTICATION"])
    unknown = post(where, "accounting", envelope("SaveReceipt", WHO))
    assert (unknown.status, codes(unknown)) == (400, ["OPERATION"])
    wrong = post(where, "invoice", envelope("GET", credentials("invoice"), "<n:Fast>1</n:Fast>"))
    assert (codes(wrong), "Fast" in texts(wrong, "Text")[0]) == (["NOT_VALID"], True)
    writes = post(where, "accounting", envelope("PUT", WHO, "<x/>"))
    assert (writes.status, codes(writes)) == (405, ["METHOD_NOT_OPENED"])


def test_credentials_may_stand_in_the_header_of_an_envelopes_request() -> None:
    request = Request("POST", "/netbaron/ws/accounting", [basic(WHO)], envelope("GetBalances", None), mount="/netbaron")

    assert books().answer(request, 0).status == 200


def test_a_put_may_name_its_operation_and_take_the_finvoice_into_it() -> None:
    inside = b'<n:PUT xmlns:n="urn:cfis-simulator:stand-in:netbaron">' + finvoice() + b"</n:PUT>"

    assert call(books(), "PUT", "/ws/invoice", inside).status == 200
    assert codes(call(books(), "PUT", "/ws/invoice")) == ["NOT_VALID"]
    assert codes(call(books(), "PUT", "/ws/invoice", b"<Order/>")) == ["NO_FINVOICE"]


def test_which_form_is_right_is_a_reading() -> None:
    message, http = books(request_form="message"), books(request_form="http")
    sent = envelope("GetBalances", WHO)

    assert (post(message, "accounting", sent).status, codes(post(http, "accounting", sent))) == (200, ["REQUEST_FORM"])
    assert (call(http, "GET", PERIODS).status, codes(call(message, "GET", PERIODS))) == (200, ["REQUEST_FORM"])


def test_only_utf_8_is_taken_by_the_services() -> None:
    coded = finvoice().decode().encode("iso-8859-1")

    bad = call(books(), "PUT", "/ws/invoice", coded, headers={"content-type": "text/xml; charset=ISO-8859-1"})
    assert (bad.status, codes(bad)) == (400, ["CHARSET"])
    assert codes(call(books(), "PUT", "/ws/invoice", coded)) == ["NOT_XML"]
    declared = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + coded
    assert codes(call(books(), "PUT", "/ws/invoice", declared)) == ["NOT_XML"]
    fine = {"content-type": 'application/xml; charset="UTF-8"'}
    assert call(books(), "PUT", "/ws/invoice", finvoice(), headers=fine).status == 200


@pytest.mark.parametrize("body", [b"<", b"x", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'])
def test_what_is_not_xml_is_refused(body: bytes) -> None:
    answer = call(books(), "PUT", "/ws/invoice", body)

    assert (answer.status, codes(answer)) == (400, ["NOT_XML"])


@pytest.mark.parametrize("query", ["1x=1", "a%20b=1", "%7Bx%7D=1", "operation=", "operation=<x>", "operation=Get%00"])
def test_a_query_that_xml_cannot_hold_is_refused(query: str) -> None:
    assert call(books(), "GET", f"/ws/accounting?{query}").status == 400
    assert call(books(), "GET", f"/ws/accounting?operation=GetBalances&{query}").status in {200, 400}


def test_the_import_says_that_its_address_is_made_up_and_knows_two_kinds() -> None:
    where = books()

    assert "made up" in texts(import_file(where, BALANCED), "Note")[0]
    assert codes(import_file(where, BALANCED, kind="quick")) == ["IMPORT"]
    coded = BALANCED.replace("Rent", "Työ").replace("11-1", "11-2").encode("iso-8859-15")
    assert import_file(where, coded, headers={"content-type": "text/csv; charset=ISO-8859-15"}).status == 200
    assert list(where.site.ledger.journal.by_key.values())[-1].description == "Työ"


def test_payments_have_no_service() -> None:
    where = books()
    for path in ("/ws/payment", "/ws/salespayment", "/ws/voucher"):
        assert call(where, "PUT", path, b"<x/>", who=WHO).status == 404
    assert push(where, "payment", payment()).verdict == "accepted"


# ------------------------------------------------------------------------------------------------- garbage

KINDS = ("", "text/csv; charset=x", "text/xml; charset=utf-8", ";charset", "x; charset=utf-16")
METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", ""])
PATHS = st.one_of(
    st.sampled_from([f"/ws/{interface}" for interface in INTERFACES]),
    st.sampled_from(["/import/accountingreceipts", "/ws/accounting/1.2/api", "/ws/customer", "/ws/"]),
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=20).map("/".__add__),
)
QUERIES = st.one_of(
    st.sampled_from(["", "wsdl=1.0", "xsd=", "operation=GetReceipts&BeginDate=2026-01-01", "import=plain"]),
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=30),
)
BODIES = st.one_of(
    st.binary(max_size=100),
    st.sampled_from(
        [BALANCED.encode(), finvoice(), envelope("GET", WHO), envelope("GetReceipts", WHO), b"<Finvoice/>"]
    ),
    st.builds(
        lambda text, at: text[:at] + text[at + 1 :],
        st.sampled_from([BALANCED.encode(), finvoice()]),
        st.integers(0, 900),
    ),
)


@settings(deadline=None, max_examples=300)
@given(METHODS, PATHS, QUERIES, BODIES, st.sampled_from([*INTERFACES, "import"]), st.sampled_from(KINDS))
def test_whatever_comes_is_answered(method: str, path: str, query: str, body: bytes, interface: str, kind: str) -> None:
    where = office("netbaron", {"readings": {"purchase_bills": "booked", "unknown_columns": "ignored"}})
    headers = [basic(credentials(interface)), ("content-type", kind)]

    answer = where.answer(Request(method, f"/netbaron{path}?{query}", headers, body, mount="/netbaron"), 0)

    assert answer.status in {200, 400, 401, 403, 404, 405, 422}
    assert tree(answer) is not None
    assert sum(balances(where).values()) == 0


def test_another_company_is_a_stranger_here() -> None:
    where = books()
    other = Tenant("ba9876543210")

    assert call(where, "GET", PERIODS, who=credentials("accounting", other)).status == 401
