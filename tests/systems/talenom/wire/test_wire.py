"""The wire: who is let in and in which order that is asked, what holds everybody up, and that garbage harms nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import SECOND
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Request
from simulator.systems.talenom import credentials
from simulator.systems.talenom.wire.tokens import LIFETIME_SECONDS
from tests.systems.talenom.caller import ACCEPTED, BOOKS, KEY, MOUNT, OLD, ORG, SALE, SALES, Caller

PATH = f"{BOOKS}/v2/vouchers/{ORG}"


def test_the_gateway_asks_for_the_key_before_the_api_asks_for_the_token() -> None:
    caller = Caller()
    caller.key = None
    missing = caller.call("GET", PATH)
    caller.key = KEY[:-1] + "!"
    wrong = caller.call("GET", PATH)
    caller.token = ""
    still_wrong = caller.call("GET", PATH)
    caller.key = KEY
    without = caller.call("GET", PATH)
    caller.token = "a.b.c"
    forged = caller.call("GET", PATH)

    assert [one.status for one in (missing, wrong, still_wrong, without, forged)] == [401] * 5
    assert "no subscription key" in loads(missing.body)["message"]
    assert "not valid" in loads(wrong.body)["message"]
    assert wrong == still_wrong
    assert (without.body, dict(without.headers)) == (b"", {"www-authenticate": "Bearer"})
    assert (forged.body, dict(forged.headers)) == (b"", {"www-authenticate": 'Bearer error="invalid_token"'})


def test_the_key_may_stand_in_the_query() -> None:
    caller = Caller()
    caller.key = None

    assert caller.call("GET", f"{PATH}?subscription-key={KEY}").status == 200
    assert caller.call("GET", f"{PATH}?subscription-key=x").status == 401


def test_a_token_ends() -> None:
    caller = Caller()
    caller.now += LIFETIME_SECONDS * SECOND - 1
    assert caller.call("GET", PATH).status == 200
    caller.now += 1
    assert caller.call("GET", PATH).status == 401
    caller.token = caller.sign_in()
    assert caller.call("GET", PATH).status == 200


def test_another_organisation_is_forbidden() -> None:
    caller = Caller()

    for path in (f"{BOOKS}/v2/vouchers/14222", f"{BOOKS}/v1/account-balances/x", f"{SALES}/1/contacts"):
        answer = caller.call("POST" if path.startswith(SALES) or "v2" in path else "GET", path, [SALE])
        assert (answer.status, answer.body) == (403, b"")
    assert caller.vouchers() == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/fi/purchases"),
        ("GET", f"/se/general-ledger/v2/vouchers/{ORG}"),
        ("PUT", PATH),
        ("HEAD", PATH),
        ("GET", f"{PATH}/"),
        ("GET", f"{BOOKS}/v3/vouchers/{ORG}"),
        ("GET", f"{BOOKS}/v1/vouchers/accepted/{ORG}"),
        ("GET", f"{BOOKS}/v1/vouchers/{ORG}/x"),
        ("POST", f"{BOOKS}/v1/payments/{ORG}"),
    ],
)
def test_what_is_not_published_is_not_there(method: str, path: str) -> None:
    answer = Caller().call(method, path)

    assert (answer.status, loads(answer.body)["statusCode"]) == (404, 404)


def test_revoked_rights_end_every_token() -> None:
    caller = Caller()
    caller.office.arrange({"revoked": True})
    answer = caller.call("POST", PATH, [SALE])

    assert (answer.status, answer.body, caller.vouchers()) == (401, b"", 0)
    caller.office.arrange({})
    assert caller.post(SALE).status == 200


def test_maintenance_has_no_body() -> None:
    caller = Caller()
    caller.office.arrange({"maintenance": True})

    assert (caller.call("GET", PATH).status, caller.call("GET", PATH).body) == (503, b"")
    assert caller.ask_token({}).status == 503


def test_a_rate_limit_is_the_gateways_and_says_when_to_come_back() -> None:
    caller = Caller({"rate_limit": {"requests": 3, "per": "30s"}})
    assert [caller.call("GET", PATH).status for _ in range(3)] == [200, 200, 429]

    answer = caller.call("GET", PATH)

    assert dict(answer.headers)["retry-after"] == "10"
    assert loads(answer.body)["statusCode"] == 429
    caller.key = "x"
    assert caller.call("GET", PATH).status == 401, "the key is asked for first, and costs nothing"
    caller.key = KEY
    caller.now += 10 * SECOND
    assert caller.call("GET", PATH).status == 200


def test_the_case_of_a_path_means_nothing() -> None:
    assert Caller().call("GET", PATH.replace("vouchers", "Vouchers")).status == 200


def test_the_same_requests_give_the_same_answers() -> None:
    def answers() -> list[Any]:
        caller = Caller()
        return [
            caller.post(SALE, SALE), caller.post({**SALE, "category": "x"}), caller.read("v2/vouchers"),
            caller.post(ACCEPTED, form="v1/vouchers/accepted"), caller.post(OLD, form="v1/vouchers"),
        ]  # fmt: skip

    assert answers() == answers()


# ------------------------------------------------------------------------------------------------- garbage

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
PATHS = st.sampled_from([
    PATH, f"{BOOKS}/v1/vouchers/{ORG}", f"{BOOKS}/v1/vouchers/accepted/{ORG}", f"{BOOKS}/v1/vouchers/{ORG}/x",
    f"{BOOKS}/v1/vouchers/{ORG}/x/image", f"{BOOKS}/v1/general-ledger-events/{ORG}",
    f"{BOOKS}/v1/account-balances/{ORG}", f"{BOOKS}/v1/chart-of-accounts/used-accounts/{ORG}",
    f"{SALES}/{ORG}/contacts", f"{SALES}/{ORG}/invoices", f"{SALES}/{ORG}/invoices/x", credentials.TOKEN_PATH,
    "/", "//", "/%00", "/fi",
])  # fmt: skip
METHODS = st.sampled_from(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "?"))
LATIN = st.text(st.characters(max_codepoint=255), max_size=40)
CALLER = Caller()


@settings(deadline=None, max_examples=300)
@given(
    method=METHODS, path=PATHS, query=st.text(st.sampled_from("abpageIndxSz=&%,[]0129-"), max_size=30),
    body=st.binary(max_size=200) | JSON.map(dumps),
    headers=st.lists(st.tuples(st.sampled_from(("content-type", "authorization", "x")), LATIN), max_size=3),
)  # fmt: skip
def test_garbage_is_answered_and_books_nothing(
    method: str, path: str, query: str, body: bytes, headers: list[tuple[str, str]]
) -> None:
    before = CALLER.vouchers()
    for known in ([("authorization", f"Bearer {CALLER.token}"), (credentials.KEY_HEADER.lower(), KEY)], []):
        request = Request(method, f"{MOUNT}{path}?{query}", [*known, *headers], body, mount=MOUNT)
        answer = CALLER.office.answer(request, CALLER.now)
        assert 200 <= answer.status < 500
    assert CALLER.vouchers() == before


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A good voucher with some of its members replaced by anything."""
    voucher = draw(st.sampled_from((SALE, ACCEPTED, OLD)))
    members = [*voucher, "id", "voucherNumber", "vatAmount", "voucherDetail", "tryAccept", "voucherImageBase64Str"]
    return {**voucher, **draw(st.dictionaries(st.sampled_from(members), JSON, max_size=3))}


@settings(deadline=None, max_examples=300)
@given(
    vouchers=st.lists(damaged(), min_size=1, max_size=3),
    form=st.sampled_from(("v2/vouchers", "v1/vouchers", "v1/vouchers/accepted")),
)
def test_damaged_vouchers_are_booked_in_balance_or_refused(vouchers: list[dict[str, Any]], form: str) -> None:
    caller = Caller()

    answer = caller.post(*vouchers, form=form)

    assert answer.status in {200, 201, 400}
    assert (answer.status == 400) is (caller.vouchers() == 0)
    assert sum(caller.office.site.ledger.journal.balances().values()) == 0
    assert caller.read("v2/vouchers", includePostings="true").status == 200
