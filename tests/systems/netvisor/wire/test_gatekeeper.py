"""Who is let in, and in which order it is asked."""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import MINUTE, SECOND, VIRTUAL_START
from simulator.systems.base import Request
from simulator.systems.netvisor.wire import gatekeeper
from tests.systems.netvisor.caller import CREDENTIALS, MOUNT, ORIGIN, UNIX, A, Caller, Told, caller, read
from tests.systems.wired import office

LIST = "accountlist.nv"
MANDATORY = [
    f"{A}Sender", f"{A}CustomerId", f"{A}PartnerId", f"{A}Timestamp", "X-Netvisor-Interface-Language",
    "X-Netvisor-Organisation-ID", f"{A}TransactionId", f"{A}MAC", f"{A}TimestampUnix",
]  # fmt: skip


@pytest.mark.parametrize("algorithm", ["HMACSHA256", "SHA256", "MD5"])
def test_every_algorithm_is_let_in_by_default(algorithm: str) -> None:
    assert caller(algorithm=algorithm).get(LIST).code == "OK"


@pytest.mark.parametrize(
    ("reading", "allowed"),
    [
        ("all", {"HMACSHA256", "SHA256", "MD5"}),
        ("HMACSHA256_SHA256", {"HMACSHA256", "SHA256"}),
        ("HMACSHA256", {"HMACSHA256"}),
    ],
)
@pytest.mark.parametrize("algorithm", ["HMACSHA256", "SHA256", "MD5"])
def test_a_reading_says_which_algorithms_are_let_in(reading: str, allowed: set[str], algorithm: str) -> None:
    told = caller({"readings": {"mac_algorithms": reading}}, algorithm=algorithm).get(LIST)

    assert told.code == ("OK" if algorithm in allowed else "AUTHENTICATION_FAILED")
    assert algorithm in allowed or algorithm in told.reason


@pytest.mark.parametrize("algorithm", ["SHA256", "MD5"])
def test_the_oldest_clients_name_no_algorithm(algorithm: str) -> None:
    headers = {f"{A}MACHashCalculationAlgorithm": None, f"{A}TimestampUnix": None}

    assert caller(algorithm=algorithm, headers=headers).get(LIST).code == "OK"


def test_an_algorithm_may_be_written_in_small_letters_and_must_be_known() -> None:
    assert caller(headers={f"{A}MACHashCalculationAlgorithm": "hmacsha256"}).get(LIST).code == "OK"
    assert "SHA512" in caller(headers={f"{A}MACHashCalculationAlgorithm": "SHA512"}).get(LIST).reason


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("name", MANDATORY)
def test_a_header_that_is_missing_is_named(name: str, value: str | None) -> None:
    told = caller(headers={name: value}).get(LIST) if name != f"{A}MAC" or value is not None else _unsigned()

    assert (told.status, told.code) == (401, "AUTHENTICATION_FAILED")
    assert f"{name} is missing" in told.reason


def _unsigned() -> Told:
    asked = caller()
    request = asked.request("GET", LIST)
    request.headers = [(name, value) for name, value in request.headers if name != f"{A}MAC".lower()]
    return read(asked.books.answer(request, VIRTUAL_START))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{A}PartnerId", "Integration partner not found"),
        (f"{A}CustomerId", "Integration user not found"),
        ("X-Netvisor-Organisation-ID", "No company with the organisation identifier 1234567-8"),
    ],
)
def test_an_unknown_identifier_is_told_apart(name: str, text: str) -> None:
    told = caller(headers={name: "1234567-8"}).get(LIST)

    assert (told.code, told.status) == ("AUTHENTICATION_FAILED", 401)
    assert text in told.reason


def test_revoked_credentials_are_not_let_in() -> None:
    told = caller({"revoked": True}).get(LIST)

    assert told.code == "AUTHENTICATION_FAILED"
    assert "revoked" in told.reason


@pytest.mark.parametrize("keys", [("wrong", CREDENTIALS["partnerKey"]), (CREDENTIALS["customerKey"], "wrong")])
def test_a_wrong_key_echoes_what_was_signed_and_no_key(keys: tuple[str, str]) -> None:
    asked = caller(keys=keys)
    told = asked.get("accountlist.nv?a=b")

    assert told.code == "AUTHENTICATION_FAILED"
    assert f"{ORIGIN}{MOUNT}/accountlist.nv?a=b&Test client&{CREDENTIALS['customerId']}" in told.reason
    assert "&YOUR_PRIVATE_KEY_HERE :: " in told.reason
    assert CREDENTIALS["customerKey"] not in told.reason
    assert CREDENTIALS["partnerKey"] not in told.reason
    # The digest is the right one: whoever compares sees at once that the keys differ.
    right = Caller(asked.books).signed(f"{MOUNT}/accountlist.nv?a=b")[f"{A}MAC"].upper()
    assert told.reason.endswith(right)


def test_a_wrong_mac_may_speak_of_the_keys_instead() -> None:
    told = caller({"readings": {"mac_mismatch": "keys"}}, headers={f"{A}MAC": "0" * 64}).get(LIST)

    assert told.reason.startswith("Integration keys are not valid")


def test_the_body_is_not_signed_and_the_address_is() -> None:
    asked = caller()
    request = asked.request("POST", "accounting.nv", b"<a/>")
    request.body = b"<b/>"
    assert b"AUTHENTICATION_FAILED" not in asked.books.answer(request, VIRTUAL_START).body
    request = asked.request("GET", "accountlist.nv")
    request.target += "?x=1"
    assert b"AUTHENTICATION_FAILED" in asked.books.answer(request, VIRTUAL_START).body


@pytest.mark.parametrize("query", ["x=a%20b", "x=a+b", "x=%C3%A4", "netvisorkeylist=1%2C2"])
@pytest.mark.parametrize("written", ["encoded", "decoded", "spaces"])
def test_an_address_may_be_signed_before_it_is_encoded(query: str, written: str) -> None:
    spelt = {"encoded": query, "decoded": unquote(query), "spaces": unquote_plus(query)}[written]
    asked = caller(algorithm="SHA256")

    told = asked.get(f"accountlist.nv?{query}", url=f"{ORIGIN}{MOUNT}/accountlist.nv?{spelt}")

    assert told.code == "OK"


def test_an_encoded_path_is_signed_as_it_was_sent() -> None:
    assert caller().get(quote("accountlist.nv").replace("a", "%61", 1)).code == "OK"


@pytest.mark.parametrize(("seconds", "code"), [(0, "OK"), (300, "OK"), (-300, "OK"), (301, "AUTHENTICATION_FAILED"),
                                               (-301, "AUTHENTICATION_FAILED")])  # fmt: skip
def test_the_time_stamp_is_within_five_minutes(seconds: int, code: str) -> None:
    told = caller(headers={f"{A}TimestampUnix": str(int(UNIX) + seconds)}).get(LIST)

    assert told.code == code
    assert code == "OK" or "300 seconds" in told.reason


@pytest.mark.parametrize(("tolerance", "code"), [("60", "AUTHENTICATION_FAILED"), ("900", "OK"), ("any", "OK")])
def test_the_tolerance_is_a_reading(tolerance: str, code: str) -> None:
    words = {"readings": {"clock_tolerance": tolerance}}

    assert caller(words, headers={f"{A}TimestampUnix": str(int(UNIX) + 400)}).get(LIST).code == code


def test_the_time_may_be_that_of_the_machine_where_the_worlds_clock_stands_still() -> None:
    real = VIRTUAL_START + 1_000 * 24 * 60 * MINUTE
    headers = {f"{A}TimestampUnix": str(real // SECOND)}

    assert caller(headers=dict(headers)).get(LIST, received=real).code == "OK"
    assert caller(headers=dict(headers)).get(LIST, received=real + 6 * MINUTE).code == "AUTHENTICATION_FAILED"
    assert caller(headers=dict(headers)).get(LIST).code == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize("unix", ["now", "-1", "1.5", "²", "9" * 13, "9" * 5_000])
def test_a_time_stamp_that_is_no_number_is_refused(unix: str) -> None:
    assert caller(headers={f"{A}TimestampUnix": unix}).get(LIST).code == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize("algorithm", ["SHA256", "MD5"])
def test_the_old_algorithms_know_no_time(algorithm: str) -> None:
    headers = {f"{A}TimestampUnix": None, f"{A}Timestamp": "5.6.2023 16.12"}

    assert caller(algorithm=algorithm, headers=headers).get(LIST).code == "OK"


def test_the_format_of_the_time_stamp_can_be_checked() -> None:
    words = {"readings": {"timestamp_format": "checked"}}

    assert caller(words).get(LIST).code == "OK"
    assert caller(words, headers={f"{A}Timestamp": "2026-01-01T09:00:00"}).get(LIST).code == "AUTHENTICATION_FAILED"
    assert caller(headers={f"{A}Timestamp": "2026-01-01T09:00:00"}).get(LIST).code == "OK"


def test_a_transaction_identifier_is_good_for_one_request() -> None:
    asked = caller(headers={f"{A}TransactionId": "one"})

    first, second = asked.get(LIST), asked.get("vouchertypelist.nv")

    assert (first.code, second.code, second.status) == ("OK", "REQUEST_NOT_UNIQUE", 400)
    assert "one" in second.reason


def test_a_request_that_was_not_let_in_uses_no_identifier_up() -> None:
    asked = caller(headers={f"{A}TransactionId": "one"})
    asked.headers[f"{A}MAC"] = "0" * 64
    assert asked.get(LIST).code == "AUTHENTICATION_FAILED"
    del asked.headers[f"{A}MAC"]

    assert asked.get(LIST).code == "OK"


def test_a_request_that_was_refused_for_its_message_has_used_its_identifier_up() -> None:
    asked = caller(headers={f"{A}TransactionId": "one"})
    assert asked.post("accounting.nv", "<root/>").code == "INVALID_DATA"

    assert asked.post("accounting.nv", "<root/>").code == "REQUEST_NOT_UNIQUE"


def test_the_old_algorithms_may_repeat_if_a_reading_says_so() -> None:
    words = {"readings": {"old_transaction_ids": "repeatable"}}
    headers: dict[str, str | None] = {f"{A}TransactionId": "one"}
    old, new = caller(words, algorithm="MD5", headers=headers), caller(words, headers=headers)

    assert [old.get(LIST).code, old.get(LIST).code] == ["OK", "OK"]
    assert [new.get(LIST).code, new.get(LIST).code] == ["OK", "REQUEST_NOT_UNIQUE"]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gatekeeper, "REMEMBERED_MAX", 3)
    asked = caller()
    for number in range(5):
        assert asked.get(LIST, **{f"{A}TransactionId": f"n{number}"}).code == "OK"

    # The oldest is forgotten, the newest are not.
    assert asked.get(LIST, **{f"{A}TransactionId": "n4"}).code == "REQUEST_NOT_UNIQUE"
    assert asked.get(LIST, **{f"{A}TransactionId": "n0"}).code == "OK"


def test_headers_come_before_identifiers_and_these_before_the_mac() -> None:
    headers: dict[str, str | None] = {
        f"{A}PartnerId": "x",
        f"{A}CustomerId": "y",
        f"{A}MAC": "0",
        f"{A}TimestampUnix": "1",
    }
    asked = caller(headers={**headers, f"{A}Sender": None})

    steps: list[tuple[str, str | None, str]] = [
        (f"{A}Sender", "s", "Sender is missing"),
        (f"{A}PartnerId", CREDENTIALS["partnerId"], "partner not found"),
        (f"{A}CustomerId", CREDENTIALS["customerId"], "user not found"),
        (f"{A}TimestampUnix", UNIX, "time stamp 1 differs"),
        (f"{A}MAC", None, "URI method is not valid"),
    ]
    for name, value, said in steps:
        assert said in asked.get(LIST).reason
        if value is None:
            del asked.headers[name]
        else:
            asked.headers[name] = value
    assert asked.get(LIST).code == "OK"


@given(st.lists(st.tuples(st.sampled_from([name.lower() for name in MANDATORY]), st.text(max_size=20))))
def test_no_headers_are_too_strange_to_be_judged(headers: list[tuple[str, str]]) -> None:
    request = Request("GET", f"{MOUNT}/accountlist.nv", headers, b"", ORIGIN, MOUNT)

    assert b"AUTHENTICATION_FAILED" in office("netvisor").answer(request, VIRTUAL_START).body
