"""Who gets what answer, and that no request whatever makes the wire fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Request
from simulator.systems.fivaldi import SYSTEM
from simulator.systems.fivaldi.wire.wire import FivaldiWire
from tests.systems.fivaldi.partner import CREDENTIALS, CUID, ORDER, SALE, Partner, signed
from tests.systems.wired import TENANT, stranger

LIMITS = ("x-ratelimit-replenish-rate", "x-ratelimit-burst-capacity", "x-ratelimit-remaining")
COMPANY = f"/companies/{CUID}"


def limits(answer: Any) -> list[str]:
    return [dict(answer.headers)[name] for name in LIMITS]


def test_a_partner_finds_the_company_by_the_customer_or_by_the_business_id() -> None:
    partner = Partner()
    _, customers = partner.at("GET", "/customers")
    _, companies = partner.at("GET", "/companies", customerId=customers[0]["customerId"])
    _, company = partner.at("GET", "/companies", businessId=TENANT.business_id)

    assert companies == [company]
    assert company["cuid"] == CUID
    assert partner.at("GET", "/companies")[1] == [company]
    assert partner.at("GET", "/companies", fields="cuid,name1")[1] == [{"cuid": CUID, "name1": company["name1"]}]
    assert Partner(company_by_business_id="list").at("GET", "/companies", businessId=TENANT.business_id)[1] == [company]


@pytest.mark.parametrize("query", [{"businessId": "1234567-1"}, {"customerId": "1"}])
def test_a_company_that_is_not_there_is_not_found(query: dict[str, str]) -> None:
    status, body = Partner().at("GET", "/companies", **query)

    assert (status, body["status"]) == (404, 404)


def test_ping_says_that_the_signature_is_right() -> None:
    assert Partner().at("GET", "/ping")[0] == 200


@pytest.mark.parametrize(("reading", "expected"), [("404", 404), ("403", 403)])
def test_another_company_is_barred(reading: str, expected: int) -> None:
    partner = Partner(foreign_company=reading)
    request = signed("POST", "/companies/another/bookkeeping/vouchers", dumps(SALE))

    assert partner.send(request).status == expected
    assert not partner.books.site.ledger.journal.by_key


def test_access_that_was_taken_away_is_a_401_everywhere_or_a_403_at_the_company() -> None:
    paths = ("/ping", "/customers", "/companies", f"{COMPANY}/bookkeeping/vatCodes")
    for reading, expected in (("401", [401, 401, 401, 401]), ("403", [200, 404, 404, 403])):
        partner = Partner({"revoked": True}, revoked_answer=reading)
        assert [partner.at("GET", path)[0] for path in paths] == expected


def test_maintenance_comes_before_everything() -> None:
    assert Partner({"maintenance": True}).send(Request("GET", "/fivaldi/x", mount="/fivaldi")).status == 503


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", 404),
        ("GET", COMPANY, 404),
        ("GET", f"{COMPANY}/nothing", 404),
        ("GET", f"{COMPANY}/sales/sales-invoice", 404),
        ("POST", f"{COMPANY}/sales/payments", 404),
        ("GET", f"{COMPANY}/purchases/invoices", 501),
        ("GET", f"{COMPANY}/bookkeeping/budget", 501),
        ("GET", f"{COMPANY}/customers/getCustomerRegisterBasicDetails", 501),
        ("GET", f"{COMPANY}/products/getProductRegisterBasicDetails", 501),
        ("POST", "/customers", 405),
        ("DELETE", f"{COMPANY}/bookkeeping/vouchers", 405),
        ("PUT", f"{COMPANY}/bookkeeping/vatCodes", 405),
        ("POST", f"{COMPANY}/sales/sales-order/1", 405),
        ("POST", f"{COMPANY}/sales/sales-order//attachment", 404),
        ("GET", f"{COMPANY}/bookkeeping/vatCodes/", 200),
        ("GET", f"{COMPANY}/chart-of-accounts/?dimension=0", 200),
    ],
)
def test_a_path_is_a_call_or_an_error(method: str, path: str, expected: int) -> None:
    answer = Partner().send(signed(method, path, dumps(ORDER) if method in {"POST", "PUT"} else b""))

    assert answer.status == expected
    assert expected == 200 or set(loads(answer.body)) == {"status", "message"}


def test_a_path_beyond_the_base_path_is_not_found() -> None:
    request = signed("GET", "/ping", signed_path="/fivaldi/other/ping")
    request = Request("GET", "/fivaldi/other/ping", request.headers, mount="/fivaldi")

    assert Partner().send(request).status == 404


def test_every_answer_has_the_vendors_figures_where_nothing_is_limited() -> None:
    partner = Partner()
    requests = [signed("GET", "/ping"), signed("GET", "/nothing"), signed("GET", "/ping", authorization="")]

    for request in requests * 5:
        assert limits(partner.send(request)) == ["2", "10", "10"]
    assert limits(stranger(SYSTEM, Request("GET", "/fivaldi/", mount="/fivaldi"))) == ["2", "10", "10"]


def test_a_limit_is_counted_shown_and_filled_again() -> None:
    partner = Partner({"rate_limit": "vendor"})
    answers = [partner.send(signed("GET", "/ping")) for _ in range(11)]

    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert [limits(answer)[2] for answer in answers] == [str(left) for left in (*range(9, -1, -1), 0)]
    assert limits(answers[-1])[:2] == ["2", "10"]
    assert answers[-1].body == b""
    partner.now += SECOND // 2
    assert partner.send(signed("GET", "/ping")).status == 200


def test_whoever_is_not_let_in_costs_nothing_of_the_limit() -> None:
    partner = Partner({"rate_limit": {"requests": 1, "per": "1m"}})
    partner.send(signed("GET", "/ping", authorization=""))

    assert partner.send(signed("GET", "/ping")).status == 200


def test_a_stranger_is_told_so_in_the_vendors_shape() -> None:
    answer = stranger(SYSTEM, Request("GET", "/fivaldi/customer/api/ping", mount="/fivaldi"))

    assert answer.status == 401
    assert SYSTEM.about.schemas.validator("error.json").is_valid(loads(answer.body))


PIECES = st.sampled_from(
    [
        "companies",
        CUID,
        "bookkeeping",
        "vouchers",
        "sales",
        "sales-order",
        "sales-orders",
        "batch",
        "customers",
        "products",
        "chart-of-accounts",
        "dimensions",
        "attachments",
        "addAttachments",
        "voucherTypes",
        "accountBalance",
        "monthStatus",
        "getProduct",
        "",
        "..",
        "%2F",
        "%00",
        "*",
        "1",
        "%C3%A4",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SALE, *ORDER, "amount", "vat"]), inner)
    ),
    max_leaves=8,
)
QUERY = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "startDate",
                "endDate",
                "month",
                "startMonth",
                "endMonth",
                "dimension",
                "fields",
                "lang",
                "minAccount",
                "fromDate",
                "status",
                "journalNo",
                "voucherType",
                "usage",
                "businessId",
            ]
        ),
        st.sampled_from(["2026-01-01", "202601", "1", "all", "x", "%FF", "01.01.2026", "9" * 30, "FIN", ""]),
    ),
    max_size=4,
)


@settings(max_examples=400, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "X"]),
    pieces=st.lists(PIECES, max_size=6),
    query=QUERY,
    body=st.binary(max_size=40) | JSON.map(dumps),
    is_company=st.booleans(),
)
def test_no_request_makes_the_wire_fail(
    method: str,
    pieces: list[str],
    query: list[tuple[str, str]],
    body: bytes,
    is_company: bool,  # noqa: FBT001 - hypothesis
) -> None:
    path = "/" + "/".join([*(["companies", CUID] if is_company else []), *pieces])
    asked = "&".join(f"{name}={value}" for name, value in query)

    answer = Partner({"accounts": "any"}).send(signed(method, f"{path}?{asked}" if asked else path, body))

    assert 200 <= answer.status < 600
    assert answer.status != 401
    assert not answer.body or loads(answer.body) is not None


ENTRY = st.fixed_dictionaries(
    {
        "amount": st.decimals(allow_nan=False, allow_infinity=False) | JSON,
        "accountNumber": st.sampled_from(["3000", 1701]) | JSON,
    },
    optional={
        "vat": st.fixed_dictionaries({}, optional=dict.fromkeys(("vatCode", "vatAmount", "account"), JSON)),
        "dimensionValue1": JSON,
        "description": JSON,
        "balanceCode": JSON,
    },
)


@settings(max_examples=300, deadline=None)
@given(
    members=st.dictionaries(st.sampled_from(list(SALE)), JSON, max_size=2),
    rows=st.lists(ENTRY, min_size=1, max_size=3),
    kind=st.sampled_from(["AUTO", "CALCULATED"]),
)
def test_any_voucher_is_booked_or_refused_with_codes(members: dict[str, Any], rows: list[Any], kind: str) -> None:
    partner = Partner({"accounts": "any"})
    value = {**SALE, "vatType": kind, "validateEntrySum": False, "voucherEntries": rows, **members}

    status, body = partner.call("POST", "bookkeeping/vouchers", value)

    assert status in {200, 400}
    assert (status == 200) == bool(partner.books.site.ledger.journal.by_key)
    assert status == 200 or SYSTEM.about.schemas.validator("error.codes.json").is_valid(body)


@settings(max_examples=200, deadline=None)
@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                ["x-fivaldi-partner", "x-fivaldi-timestamp", "authorization", "content-type", "x-fivaldi-z"]
            ),
            st.sampled_from(
                [CREDENTIALS["partnerId"], str(VIRTUAL_START // SECOND), "Fivaldi x", "Fivaldi é", "multipart/x", ""]
            )
            | st.text(st.characters(max_codepoint=255), max_size=20),
        ),
        max_size=6,
    ),
    target=st.text(st.characters(max_codepoint=255), max_size=20),
)
def test_no_headers_let_anybody_in(headers: list[tuple[str, str]], target: str) -> None:
    request = Request("GET", f"/fivaldi/{target}", headers, mount="/fivaldi")

    assert Partner().send(request).status == 401
    assert isinstance(SYSTEM.identity_of(request), str)


def test_nothing_is_made_for_a_company_before_it_is_asked_for() -> None:
    wire = Partner().books.wire

    assert isinstance(wire, FivaldiWire)
    assert "deeds" not in vars(wire)
