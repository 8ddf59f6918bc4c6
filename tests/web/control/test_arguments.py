"""What is taken as an argument of a call, and how the rest is refused."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.settings import Settings
from simulator.web.control.arguments import suggestion
from tests.web.control.client import Client

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("target", "pointer", "advice"),
    [
        ("/_sim/journal?opration=submit_ledger", "query:opration", "Did you mean operation?"),
        ("/_sim/records?stat=pending", "query:stat", "Did you mean state?"),
        ("/_sim/world?seed=1", "query:seed", "This call has no parameters."),
        ("/_sim/records?q=1", "query:q", "Known are kind, state, after, limit."),
        ("/_sim/journal/1?number=1", "query:number", "This call has no parameters."),
    ],
)
def test_an_unknown_parameter_is_refused_with_what_was_perhaps_meant(
    client: Client, target: str, pointer: str, advice: str
) -> None:
    answer = client.call("GET", target)
    assert (answer.status, answer.problem) == (400, "invalid")
    assert answer.json["violations"][0]["pointer"] == pointer
    assert answer.json["advice"] == advice


@pytest.mark.parametrize(
    ("target", "pointer", "detail"),
    [
        ("/_sim/records?limit=abc", "query:limit", "expected a whole number, not a string"),
        ("/_sim/records?limit=", "query:limit", "expected a whole number, not a string"),
        ("/_sim/records?limit=1.5", "query:limit", "expected a whole number, not a string"),
        ("/_sim/records?limit=%D9%A3", "query:limit", "expected a whole number, not a string"),
        ("/_sim/records?limit=9999999999999999999", "query:limit", "expected a whole number, not a string"),
        ("/_sim/records?limit=0", "query:limit", "must be at least 1"),
        ("/_sim/records?limit=1001", "query:limit", "must be at most 1000"),
        ("/_sim/records?after=-1", "query:after", "must be at least 0"),
        ("/_sim/records?limit=1&limit=2", "query:limit", "is given 2 times, and means one thing"),
        ("/_sim/records?state=pending&state=lost", "query:state", "expected one of pending, synced, failed"),
        ("/_sim/records?kind=", "query:kind", "has fewer than 1 character"),
        ("/_sim/journal?violations=yes", "query:violations", "expected true or false, not a string"),
        ("/_sim/journal?status=2xx", "query:status", "expected a whole number, not a string"),
        ("/_sim/journal/one", "path:number", "expected a whole number, not a string"),
    ],
)
def test_a_parameter_of_the_wrong_type_is_refused_by_its_name(
    client: Client, target: str, pointer: str, detail: str
) -> None:
    answer = client.call("GET", target)
    assert answer.status == 400
    assert [(row["pointer"], row["detail"]) for row in answer.json["violations"]] == [(pointer, detail)]
    assert pointer in answer.json["detail"]


def test_every_wrong_parameter_is_told_at_once(client: Client) -> None:
    violations = client.call("GET", "/_sim/records?limit=x&after=y").json["violations"]
    assert [row["pointer"] for row in violations] == ["query:limit", "query:after"]


@pytest.mark.parametrize("query", ["kind=%FF", "&".join(f"p{number}=1" for number in range(1_001))])
def test_a_query_that_cannot_be_read_is_refused(client: Client, query: str) -> None:
    answer = client.call("GET", f"/_sim/records?{query}")
    assert (answer.status, answer.problem, answer.json["where"]) == (400, "malformed", "query")


@pytest.mark.parametrize(
    ("target", "value", "pointer", "advice"),
    [
        ("/_sim/clock/advance", {"By": "1s"}, "/By", "Did you mean by?"),
        ("/_sim/clock/settle", {"within": "1s", "max": 1}, "/max", "Known are within."),
        ("/_sim/journal/wait", {"match": {"operations": "advance"}}, "/match/operations", "Did you mean operation?"),
        ("/_sim/journal/wait", {"a/b~c": 1}, "/a~1b~0c", "Known are match, count, timeout, after."),
        ("/_sim/reset", {"seed": 1}, "/seed", "It takes no arguments."),
    ],
)
def test_an_unknown_member_is_refused_with_what_was_perhaps_meant(
    client: Client, target: str, value: Any, pointer: str, advice: str
) -> None:
    answer = client.call("POST", target, value)
    assert (answer.status, answer.problem) == (400, "invalid")
    assert answer.json["violations"][0]["pointer"] == pointer
    assert answer.json["advice"] == advice


def test_a_setup_is_refused_with_every_violation(client: Client) -> None:
    answer = client.call("PUT", "/_sim/world", {"seed": "7", "clock": {"mod": "real"}, "books": {"accounts": [1]}})
    assert answer.status == 400
    pointers = {row["pointer"] for row in answer.json["violations"]}
    assert pointers == {"/seed", "/clock/mod", "/books/accounts/0"}
    assert answer.json["advice"] == "Did you mean mode?"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "line 1, column 2"),
        (b'{"by":"1s","by":"2s"}', "occurs twice"),
        (b'{"by":NaN}', "NaN"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"by":"\xff"}', "not UTF-8"),
        (b'{"by":' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than 64"),
    ],
)
def test_a_body_that_is_not_json_is_refused(client: Client, body: bytes, detail: str) -> None:
    answer = client.call("POST", "/_sim/clock/advance", body=body, headers=JSON)
    assert (answer.status, answer.problem) == (400, "malformed")
    assert detail in answer.json["detail"]
    assert answer.json["violations"][0]["rule"] == "json"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"10m"', b"7"])
def test_a_body_that_is_no_object_is_refused(client: Client, body: bytes) -> None:
    answer = client.call("POST", "/_sim/clock/advance", body=body, headers=JSON)
    assert (answer.status, answer.json["violations"][0]["expected"]) == (400, "an object")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_a_body_must_say_that_it_is_json(client: Client, headers: dict[str, str]) -> None:
    answer = client.call("POST", "/_sim/clock/advance", body=b'{"by":"1s"}', headers=headers)
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")


def test_an_empty_body_needs_no_media_type_and_is_an_empty_object(client: Client) -> None:
    assert client.call("POST", "/_sim/clock/settle").status == 200
    answer = client.call("POST", "/_sim/records/invoice")
    assert (answer.status, answer.json["violations"][0]["pointer"]) == (400, "/document")


def test_a_body_beyond_the_bound_is_413() -> None:
    client = Client(Settings(clock="virtual", body_bytes_max=100))
    answer = client.call("PUT", "/_sim/world", {"system": "x" * 100})
    assert (answer.status, answer.problem) == (413, "too-large")


def test_a_suggestion_is_the_nearest_name_or_all_of_them() -> None:
    assert suggestion("limt", ["after", "limit"]) == "Did you mean limit?"
    assert suggestion("xyz", ["after", "limit"]) == "Known are after, limit."
    assert suggestion("xyz", []) == ""
