"""The journal: what it keeps, what it lets go, and what it never learns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.violations import Violation
from simulator.world.journal import (
    ENTRY_BYTES,
    HEADER_BYTES,
    PART_BYTES,
    Effect,
    Entry,
    Journal,
    Query,
    redact,
    redact_query,
)

SECRET = "s3cr3t-of-somebody"


def entry(at: int = 0, **parts: Any) -> Entry:
    return Entry(at=at, kind=parts.pop("kind", "request"), operation=parts.pop("operation", ""), **parts)


def violation(value: Any = None) -> Violation:
    return Violation("/x", value, "rule", "expected", "detail", "assumed", "none")


@given(
    sizes=st.lists(st.integers(0, 3_000), max_size=30),
    entries_max=st.integers(1, 8),
    bytes_max=st.integers(1, 12_000),
)
def test_a_journal_keeps_the_newest_entries_within_both_bounds_and_numbers_without_gaps(
    sizes: list[int], entries_max: int, bytes_max: int
) -> None:
    journal, model = Journal(entries_max, bytes_max), list[int]()
    for number, size in enumerate(sizes, start=1):
        journal.append(entry(body=b"x" * size))
        model.append(size)
        while len(model) > entries_max or (len(model) > 1 and sum(ENTRY_BYTES + one for one in model) > bytes_max):
            del model[0]

        assert [len(one.body) for one in journal.entries] == model
        assert [one.number for one in journal.entries] == list(range(number - len(model) + 1, number + 1))
        assert journal.bytes == sum(one.size for one in journal.entries)
        assert (journal.last, journal.evicted) == (number, number - len(model))


def test_the_newest_entry_is_kept_however_large_it_is() -> None:
    journal = Journal(10, 1_000)
    journal.append(entry())
    journal.append(entry(body=b"x" * 1_000_000))
    assert [one.number for one in journal.entries] == [2]


@pytest.mark.parametrize(
    ("parts", "size"),
    [
        ({"body": b"x" * 7}, 7),
        ({"answer": b"x" * 7}, 7),
        ({"query": b"x" * 7}, 7),
        ({"path": "/" * 7}, 7),
        ({"method": "x" * 7}, 7),
        ({"headers": [(b"abc", b"defg")]}, 7 + HEADER_BYTES),
        ({"headers": [(b"a", b"")] * 5}, 5 + 5 * HEADER_BYTES),
        ({"violations": [violation()] * 3}, 3 * PART_BYTES),
        ({"effects": [Effect("created", "ledger", "x" * 5)] * 3}, 3 * PART_BYTES + 15),
    ],
)
def test_everything_that_a_request_can_make_large_counts(parts: dict[str, Any], size: int) -> None:
    assert entry(**parts).size == ENTRY_BYTES + size


def test_the_size_of_an_entry_does_not_change_once_it_is_written() -> None:
    journal = Journal(1, 1_000_000)
    first = entry(answer_headers=[(b"a", b"b")])
    journal.append(first)
    first.answer_note, first.elapsed = "[streamed: 10 bytes]", 12
    first.answer_headers = [*first.answer_headers, (b"x-sim-entry", b"1")]
    journal.append(entry())
    assert journal.bytes == entry().size


@pytest.mark.parametrize("name", [b"x-api-key", b"authorization", b"proxy-authorization", b"cookie", b"x-sim-token"])
def test_a_secret_header_is_not_kept_however_often_it_is_sent(name: bytes) -> None:
    headers = [(name, SECRET.encode()), (b"accept", b"*/*"), (name, b"again " + SECRET.encode())]

    kept = entry(headers=redact(headers))

    assert SECRET not in repr(kept)
    assert SECRET not in json.dumps(kept.show())
    assert kept.show()["request"]["headers"] == [
        [name.decode(), "[redacted]"], ["accept", "*/*"], [name.decode(), "[redacted]"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (b"", b""),
        (b"apiKey=KEY", b"apiKey=[redacted]"),
        (b"a=1&apiKey=KEY&b=2", b"a=1&apiKey=[redacted]&b=2"),
        (b"KEY", b"[redacted]"),
        (b"KEY=", b"[redacted]"),
        (b"apiKey=K%45Y", b"apiKey=[redacted]"),
        (b"sourceIdentifier=KEY", b"sourceIdentifier=KEY"),
        (b"source%49dentifier=KEY", b"source%49dentifier=KEY"),
        (b"apiKey=KEY-1&x=aKEY", b"apiKey=KEY-1&x=aKEY"),
        (b"&&=&a", b"&&=&a"),
        (b"x=\xff\xfe", b"x=\xff\xfe"),
    ],
)
def test_the_key_is_taken_out_of_a_query_unless_a_parameter_of_the_contract_has_that_value(
    query: bytes, kept: bytes
) -> None:
    assert redact_query(query, "KEY", {"sourceIdentifier"}) == kept


@given(st.binary(max_size=60))
def test_a_query_without_the_key_is_kept_as_it_came(query: bytes) -> None:
    assert redact_query(query, "no-such-key-in-it", frozenset()) == query


def test_an_entry_shows_a_request_and_its_answer() -> None:
    shown = entry(
        1_000_000, method="POST", path="/p", query=b"a=\xff", headers=[(b"h", b"\xe4")], body=b"\xff{}", status=400,
        outcome="invalid", answer=b"no", answer_headers=[(b"content-type", b"x")], elapsed=1_500, operation="op",
        violations=[violation("y" * 500)], effects=[Effect("refused", "ledger", "L-1")], number=9,
    ).show()  # fmt: skip

    assert shown["request"] == {
        "method": "POST", "path": "/p", "query": "a=\ufffd", "headers": [["h", "ä"]], "body": "\ufffd{}",
    }  # fmt: skip
    assert shown["answer"] == {"status": 400, "headers": [["content-type", "x"]], "body": "no"}
    assert (shown["number"], shown["at"], shown["elapsedMs"]) == (9, "1970-01-01T00:00:01.000Z", 1.5)
    assert shown["effects"] == [{"effect": "refused", "kind": "ledger", "identifier": "L-1"}]
    assert len(shown["violations"][0]["value"]) == 200
    json.dumps(shown)


def test_an_entry_shows_a_command_by_its_arguments_and_its_result() -> None:
    shown = entry(kind="command", operation="advance", body=b'{"by":"1s"}', answer=b"{}").show()
    assert (shown["kind"], shown["operation"]) == ("command", "advance")
    assert (shown["arguments"], shown["result"]) == ('{"by":"1s"}', "{}")


def test_a_long_answer_shows_what_the_journal_noted_of_it_and_an_unknown_operation_is_nothing() -> None:
    shown = entry(answer_note="[streamed: 9 bytes]").show()
    assert (shown["answer"]["body"], shown["operation"], shown["elapsedMs"]) == ("[streamed: 9 bytes]", None, None)


ENTRIES = [
    entry(operation="submit_ledger", method="POST", path="/l", status=200, effects=[Effect("created", "ledger", "A")]),
    entry(operation="ledger_status", method="GET", path="/l", status=204),
    entry(kind="command", operation="advance"),
    entry(operation="submit_ledger", method="POST", path="/l", status=400, violations=[violation()]),
    entry(operation="submit_payments", method="POST", path="/p", status=200,
          effects=[Effect("created", "payment", "B"), Effect("refused", "payment", "A")]),
    entry(method="GET", path="/other", status=404, violations=[violation()]),
]  # fmt: skip


@pytest.fixture
def journal() -> Journal:
    kept = Journal(100, 1_000_000)
    for one in ENTRIES:
        kept.append(one)
    return kept


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query(), [1, 2, 4, 5, 6]),
        (Query(kind="all"), [1, 2, 3, 4, 5, 6]),
        (Query(kind="command"), [3]),
        (Query(operations=frozenset({"submit_ledger"})), [1, 4]),
        (Query(operations=frozenset({"submit_ledger", "advance"}), kind="all"), [1, 3, 4]),
        (Query(methods=frozenset({"GET"})), [2, 6]),
        (Query(path="/l"), [1, 2, 4]),
        (Query(statuses=frozenset({200, 204})), [1, 2, 5]),
        (Query(violations=True), [4, 6]),
        (Query(violations=False), [1, 2, 5]),
        (Query(identifier="A"), [1, 5]),
        (Query(identifier="none"), []),
        (Query(after=4), [5, 6]),
        (Query(after=99), []),
        (Query(methods=frozenset({"POST"}), statuses=frozenset({200}), identifier="A", after=1), [5]),
    ],
)
def test_a_query_finds_the_entries_that_fit_all_of_it_oldest_first(
    journal: Journal, query: Query, numbers: list[int]
) -> None:
    assert [one.number for one in journal.find(query)] == numbers


@pytest.mark.parametrize(("after", "missing"), [(0, 4), (1, 3), (3, 1), (4, 0), (5, 0), (99, 0)])
def test_a_journal_says_how_many_entries_of_a_window_are_gone(after: int, missing: int) -> None:
    kept = Journal(2, 1_000_000)
    for _ in range(6):
        kept.append(entry())
    assert kept.missing(Query(after=after)) == missing
    assert Journal(2, 1).missing(Query()) == 0
