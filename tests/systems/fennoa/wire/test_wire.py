"""What Fennoa answers: the door, the calls, and that nothing makes it fall over."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.jsontext import loads
from simulator.systems.base import Request
from simulator.systems.fennoa import SYSTEM
from simulator.systems.fennoa.credentials import authorization_of
from tests.systems.fennoa.asking import INVOICE, MOUNT, URL_ENCODED, Asker, statement
from tests.systems.wired import TENANT

CALLS = [(row["method"], row["path"]) for row in SYSTEM.about.data["calls"]]
STEPS = [
    "api", "accounting_api", "sales_api", "customer_api", "dimension_api", "add", "get", "do", "ledger", "accounts",
    "payments", "payment", "finvoice", "approve", "send", "upload_attachment", "type", "types", "invoice_no",
    "2026-01-01", "2026-12-31", "1", "0", "-1", "accounts:1", "dim1:1", "series:1", "created_after:x", "%2F", "%00",
    "%ff", "..", "", "ä", "9" * 30,
]  # fmt: skip


def test_every_call_that_is_told_of_is_there() -> None:
    routes = {(route.method, "/".join(route.steps)) for route in Asker().books.wire.routes}  # type: ignore[attr-defined]  # the protocol of a wire has no routes

    told = {
        (method, path.partition("[")[0].partition("/{")[0].removeprefix("/api/").rstrip("/")) for method, path in CALLS
    }
    assert told == routes


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_refuses_another_method(method: str, path: str) -> None:
    filled = path.partition("[")[0].removeprefix("/api/")
    for name in ("id", "period", "account", "number", "customer_no"):
        filled = filled.replace(f"{{{name}}}", "1")
    filled = filled.replace("{from}", "2026-01-01").replace("{to}", "2026-01-02").replace("{date}", "2026-01-01")
    asker = Asker()

    answer = asker.send("PATCH", filled)

    assert answer.status == 405
    assert method in dict(answer.headers)["allow"]
    assert asker.send(method, filled).status != 405


@pytest.mark.parametrize(
    "path", ["", "x", "accounting_api", "accounting_api/get", "accounting_api/add/x", "purchases_api/1"]
)
def test_what_is_no_call_is_not_found(path: str) -> None:
    assert Asker().get(path, 404)["errors"].startswith("There is no call")


def test_only_below_the_base_there_are_calls() -> None:
    asker = Asker()
    for target in ("/fennoa", "/fennoa/", "/fennoa/sales_api/", "/fennoa/company/accounting_api/get/periods"):
        request = Request("GET", target, [("authorization", authorization_of(TENANT))], mount=MOUNT)
        assert asker.books.answer(request, VIRTUAL_START).status == 404


def test_head_is_answered_like_get_and_slashes_do_not_count() -> None:
    asker = Asker()

    assert asker.send("HEAD", "sales_api/").status == 200
    assert asker.send("GET", "//sales_api///").status == 200


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Token token=abc"])
def test_without_the_right_credentials_nobody_gets_in(header: str) -> None:
    asker = Asker()

    answer = asker.send(
        "POST", "accounting_api/add", urlencode(statement()).encode(), URL_ENCODED, authorization=header
    )

    assert answer.status == 401
    assert "www-authenticate" in dict(answer.headers)
    assert not asker.vouchers


def test_revoked_credentials_are_wrong_credentials() -> None:
    asker = Asker({"revoked": True})

    assert asker.get("sales_api/", 401) == loads(SYSTEM.stranger(Request("GET", "/")).body)


def test_maintenance_is_told_to_everybody() -> None:
    asker = Asker({"maintenance": True})

    assert asker.send("GET", "sales_api/", authorization="").status == 503


def test_the_vendors_rate_is_a_hundred_a_second() -> None:
    asker = Asker({"rate_limit": "vendor"})

    statuses = [asker.send("GET", "customer_api/").status for _ in range(101)]

    assert statuses == [200] * 100 + [429]
    asker.now += SECOND
    assert asker.send("GET", "customer_api/").status == 200


def test_the_lock_of_a_read_only_call_is_no_lock() -> None:
    asker = Asker({"locked_until": "2030-12-31"})

    assert asker.get("accounting_api/get/ledger/2026-01-01/2026-12-31")["data"] == []


@settings(deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    st.lists(st.sampled_from(STEPS), max_size=7),
    st.sampled_from(
        ["", "?page=0", "?page=x&limit=-1", "?%ff", "?code=&is_active=x", "?banking_reference=+", "?a[b=1"]
    ),
    st.binary(max_size=40),
    st.sampled_from(["", URL_ENCODED, "application/json", "multipart/form-data; boundary=b", "text/xml", "x/;;="]),
)
def test_any_request_is_answered_in_the_vendors_shape(
    method: str, steps: list[str], query: str, body: bytes, media_type: str
) -> None:
    asker = Asker()

    assert asker.send(method, "/".join(steps) + query, body, media_type).status in {200, 400, 404, 405}


NAMES = st.sampled_from([
    *INVOICE, *statement(), "row[1][dim_1]", "row[1][dim_x]", "row[1][dim][dim1]", "row[1][dim][]", "row", "row[]",
    "row[1]", "row[1][account][x]", "sum", "invoice_no", "payment_date", "code", "dimension_type_id", "name_fi",
    "entry_date[x]",
    "include_vat", "invoice_type_id", "row[1][price_with_vat]", "row[1][discount_percent]",
    "proposed_invoice_number",
])  # fmt: skip
VALUES = st.sampled_from(
    ["", "0", "1", "-1", "1.005", "9" * 9, "9" * 40, "2026-01-15", "x", "ä\x00", "FI", "-100", "1e9"]
)
POSTS = (
    "accounting_api/add", "sales_api/add", "sales_api/add/payment", "customer_api/add", "dimension_api/add",
    "dimension_api/add/type",
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(POSTS), st.lists(st.tuples(NAMES, VALUES), max_size=12), st.booleans())
def test_any_form_is_booked_in_balance_or_refused(path: str, fields: list[tuple[str, str]], full: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
    asker = Asker()
    base = [*INVOICE.items(), *statement().items()] if full else []

    answer = asker.send("POST", path, urlencode([*base, *fields]).encode(), URL_ENCODED)

    assert answer.status in {200, 400}
    assert sum(asker.books.site.ledger.journal.balances().values()) == 0
    assert (answer.status == 200) or not asker.vouchers
    for key in list(asker.books.site.ledger.receivables.invoices):
        asker.send("POST", f"sales_api/do/approve/{key}")
        asker.send("GET", f"sales_api/{key}")
    assert sum(asker.books.site.ledger.journal.balances().values()) == 0
