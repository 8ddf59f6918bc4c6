"""The verdict: each finding by name, from a client that commits exactly that fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.world import verdict as verdicts
from simulator.world.verdict import FINDINGS_MAX, POLLS_MAX, verdict
from tests.documents import JSON, NAMELESS, UNBALANCED, Partner, ledger, partner, payment

FOREIGN = ledger("L-9", documentDescripton="a typing error")


def findings(client: Partner) -> list[dict[str, Any]]:
    found = verdict(client.world)["findings"]
    json.dumps(found)
    return list(found)


def rules(client: Partner) -> list[str]:
    return [finding["rule"] for finding in findings(client)]


def finish(client: Partner) -> Partner:
    """What every good client does: wait until everything is settled, and look."""
    client.run("settle")
    client.look("ledger")
    client.look("payment")
    return client


def good() -> Partner:
    client = partner()
    client.submit("ledger", ledger("L-1"))
    client.submit("payment", [payment("P-1", amount=1), payment("P-2", amount=2)])
    client.submit("ledger", ledger("L-2", amount=7))
    client.look("ledger")
    return finish(client)


def test_a_good_client_gets_no_finding_at_all() -> None:
    assert verdict(good().world) == {
        "ok": True, "broken": 0, "advice": 0, "story": 0, "findings": [], "complete": True, "evicted": 0, "requests": 6,
    }  # fmt: skip


def test_an_untouched_world_is_fine() -> None:
    assert verdict(partner().world)["ok"] is True


def test_a_good_client_may_send_the_same_document_again_after_a_lost_answer() -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.submit("ledger", ledger())
    finish(client)
    client.submit("ledger", ledger())
    assert rules(client) == []


def test_a_good_client_may_mend_what_was_refused_and_look_at_what_failed() -> None:
    client = partner()
    client.run("configure", books={"accounts": ["3000"]})
    client.submit("ledger", ledger())
    finish(client)
    assert client.record("ledger", "L-1").state == "failed"
    assert rules(client) == []


def contract_violation() -> Partner:
    client = partner(readings={"rule_violation": "reported"})
    client.submit("ledger", ledger(**UNBALANCED))
    return finish(client)


def booked_twice() -> Partner:
    client = partner(readings={"repeated_identifier": "two-records"})
    client.submit("ledger", ledger(amount=1))
    client.submit("ledger", ledger(amount=2))
    return finish(client)


def changed_after_sync() -> Partner:
    client = partner()
    client.submit("ledger", ledger("L-1"))
    finish(client)
    client.submit("ledger", ledger("L-1", amount=99))
    return finish(client)


def same_content() -> Partner:
    client = partner()
    client.submit("payment", [payment("20"), payment("21")])
    return finish(client)


def key_in_url() -> Partner:
    client = partner("test-secret")
    client.call("GET", "/ledger", query=b"a=1&api%4bey=test%2Dsecret")
    return client


def expired_key() -> Partner:
    client = partner()
    client.run("expire_key")
    for _ in range(5):
        client.look("ledger")
    return client


def failure_unseen() -> Partner:
    client = partner()
    client.submit("ledger", ledger())
    client.look("ledger")
    client.run("outcome", kind="ledger", identifier="L-1", outcome={"failed": "no"})
    client.look("ledger", sourceIdentifier="L-2")
    return client


def left_pending() -> Partner:
    client = partner()
    client.submit("ledger", ledger())
    return client


def unknown_member() -> Partner:
    client = partner()
    client.submit("ledger", FOREIGN)
    return finish(client)


def polls_too_fast() -> Partner:
    client = good()
    for _ in range(POLLS_MAX + 5):
        client.look("ledger", status="0")
    return client


@pytest.mark.parametrize(
    ("fault", "rule", "severity"),
    [
        (contract_violation, "contract-violation", "broken"),
        (booked_twice, "booked-twice", "broken"),
        (same_content, "same-content", "advice"),
        (changed_after_sync, "change-ignored", "advice"),
        (key_in_url, "key-in-url", "broken"),
        (expired_key, "expired-key-used", "broken"),
        (failure_unseen, "failure-unseen", "advice"),
        (left_pending, "left-pending", "advice"),
        (unknown_member, "unknown-member", "advice"),
        (polls_too_fast, "polls-too-fast", "advice"),
    ],
)
def test_a_client_with_one_fault_gets_exactly_that_finding(
    fault: Callable[[], Partner], rule: str, severity: str
) -> None:
    client = fault()
    (finding,) = findings(client)
    told = verdict(client.world)
    assert (finding["rule"], finding["severity"]) == (rule, severity)
    assert (told["ok"], told["broken"], told["advice"]) == (
        severity == "advice", int(severity == "broken"), int(severity == "advice"),
    )  # fmt: skip
    assert finding["title"]
    assert finding["detail"]


def test_a_violation_points_at_its_place_and_its_entry() -> None:
    (finding,) = findings(contract_violation())
    assert finding["entries"] == [1]
    assert (finding["violation"]["rule"], finding["violation"]["pointer"]) == ("ledger-balances", "/ledgers/ledgerRows")
    assert finding["detail"].startswith("POST /api/v1/partner/accounting/ledger: /ledgers/ledgerRows: ")


def test_every_violation_is_told() -> None:
    client = partner()
    client.submit("payment", [payment("P-1", **NAMELESS), payment("P-2", currency="XXY"), payment("P-3")])
    assert rules(client) == ["contract-violation"] * 2 + ["lost"] * 3


def test_a_document_that_was_refused_and_never_taken_is_lost() -> None:
    client = partner()
    client.submit("ledger", ledger(**UNBALANCED))
    client.submit("ledger", ledger("L-2"))
    finish(client)
    lost = [finding for finding in findings(client) if finding["rule"] == "lost"]
    assert [(one["record"], one["entries"]) for one in lost] == [({"kind": "ledger", "identifier": "L-1"}, [1])]

    client.submit("ledger", ledger())
    finish(client)
    assert "lost" not in rules(client)


def test_the_first_refusal_is_named_however_often_it_is_repeated() -> None:
    client = partner()
    for _ in range(3):
        client.submit("ledger", ledger(**UNBALANCED))
    assert [one["entries"] for one in findings(client) if one["rule"] == "lost"] == [[1]]


def test_a_payment_that_a_batch_left_behind_is_lost_and_one_without_a_name_is_not_named() -> None:
    client = partner(readings={"batch_with_bad_payment": "good-ones-taken"})
    nameless = payment()
    del nameless["paymentIdentifier"]
    client.submit("payment", [payment("P-1"), payment("P-2", currency="XXY"), nameless])
    lost = [finding["record"] for finding in findings(client) if finding["rule"] == "lost"]
    assert lost == [{"kind": "payment", "identifier": "P-2"}]


def test_a_document_that_is_there_already_is_not_lost_when_it_is_refused_as_repeated() -> None:
    client = partner(readings={"repeated_identifier": "refused"})
    client.submit("ledger", ledger())
    client.submit("ledger", ledger())
    finish(client)
    assert rules(client) == ["contract-violation"]


def test_a_document_that_was_taken_and_later_refused_is_not_lost() -> None:
    client = partner()
    client.submit("ledger", ledger())
    client.submit("ledger", ledger(**UNBALANCED))
    assert "lost" not in rules(client)


def test_what_the_journal_has_let_go_is_not_judged_and_the_verdict_says_so() -> None:
    client = partner(journal_entries_max=2)
    client.submit("ledger", ledger(**UNBALANCED))
    assert set(rules(client)) == {"contract-violation", "lost"}
    for _ in range(4):
        client.look("payment")
    told = verdict(client.world)
    assert (told["ok"], told["complete"], told["evicted"], told["requests"]) == (True, False, 3, 2)


def test_a_refusal_that_is_kept_is_told_as_lost_although_older_entries_are_gone() -> None:
    client = partner(journal_entries_max=2)
    client.look("ledger")
    client.look("ledger")
    client.submit("ledger", ledger(**UNBALANCED))
    assert "lost" in rules(client)
    client.submit("ledger", ledger())
    client.look("payment")
    client.look("payment")
    assert "lost" not in rules(client)


def test_the_same_content_is_found_whatever_the_identifiers_look_like() -> None:
    assert rules(same_content()) == ["same-content"]
    (finding,) = findings(same_content())
    assert finding["record"] == {"kind": "payment", "identifier": "21"}


def test_a_ledger_with_the_same_content_is_found_as_well() -> None:
    client = partner()
    for name in ("2026", "2027"):
        client.submit("ledger", ledger(name))
    assert rules(finish(client)) == ["same-content"]


def test_documents_that_differ_in_a_cent_are_two_documents() -> None:
    client = partner()
    client.submit("payment", [payment("P-1", amount=1.01), payment("P-2", amount=1.02)])
    assert rules(finish(client)) == []


def test_very_many_records_are_not_searched_for_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "SAME_CONTENT_MAX", 1)
    assert rules(same_content()) == []


@pytest.mark.parametrize(
    "query",
    [b"sourceIdentifier=test-1", b"sourceIdentifier=test-1-ledger-7", b"other=test-1-ledger-7", b"x=atest-1", b""],
)
def test_an_identifier_that_begins_like_the_key_is_not_the_key(query: bytes) -> None:
    client = partner("test-1")
    client.call("GET", "/ledger", query=query)
    assert rules(client) == []


def test_the_key_in_a_url_is_found_and_not_repeated() -> None:
    client = key_in_url()
    assert "test-secret" not in json.dumps(findings(client))
    assert "test-secret" not in json.dumps(client.last.show())


def test_an_expired_key_may_be_met_once_and_the_request_be_repeated_once() -> None:
    client = partner()
    client.run("expire_key")
    client.look("ledger")
    client.look("ledger")
    client.run("expire_key", never=True)
    client.look("ledger")
    client.run("expire_key")
    client.look("ledger")
    client.look("ledger")
    assert rules(client) == []
    client.look("ledger")
    (finding,) = findings(client)
    assert (finding["rule"], finding["entries"]) == ("expired-key-used", [7, 8, 9])


def test_a_failure_is_seen_by_whatever_look_shows_it_and_unseen_again_when_it_fails_again() -> None:
    client = failure_unseen()
    client.look("ledger", sourceIdentifier="L-1")
    assert rules(client) == []
    client.run("outcome", kind="ledger", identifier="L-1", outcome="retry")
    client.run("outcome", kind="ledger", identifier="L-1", outcome={"failed": "again"})
    assert rules(client) == ["failure-unseen"]


def test_a_member_that_is_refused_is_a_violation_and_not_mentioned_twice() -> None:
    client = partner(readings={"unknown_members": "refused"})
    client.submit("ledger", FOREIGN)
    assert rules(client) == ["contract-violation", "lost"]


def test_every_unknown_member_is_named() -> None:
    (finding,) = findings(unknown_member())
    assert finding["violation"]["pointer"] == "/ledgers/documentDescripton"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 500, b"{}", b"[]", b"null"])
def test_a_body_that_is_no_submission_has_no_unknown_members(body: bytes) -> None:
    client = partner()
    client.call("POST", "/ledger", body)
    client.call("POST", "/ledger", body, headers=[(b"content-type", b"text/plain")])
    client.call("PUT", "/ledger", body)
    assert "unknown-member" not in rules(client)


def test_polling_is_measured_in_the_time_of_the_world() -> None:
    client = good()
    for _ in range(POLLS_MAX):
        client.look("ledger")
    assert rules(client) == []
    client.run("advance", by="1s")
    for _ in range(POLLS_MAX):
        client.look("ledger")
    assert rules(client) == []


def test_polling_in_which_something_changes_or_something_else_happens_is_no_hammering() -> None:
    client = good()
    for number in range(POLLS_MAX + 1):
        client.look("ledger")
        client.submit("payment", [payment(f"Q-{number}", amount=100 + number)])
        client.look("payment")
    assert "polls-too-fast" not in rules(client)


def test_hammering_for_long_lists_is_seen_by_what_the_journal_noted_of_them() -> None:
    client = partner()
    client.submit("payment", [payment(f"Q-{number}", amount=100 + number) for number in range(1_200)])
    client.run("settle")
    for _ in range(POLLS_MAX + 1):
        answer = client.look("payment")
        assert answer.pieces is not None
        list(answer.pieces)
    assert rules(client) == ["polls-too-fast"]


def test_very_many_findings_are_counted_and_the_first_are_shown() -> None:
    client = partner()
    client.submit("payment", [payment(f"P-{number}", amount=number) for number in range(FINDINGS_MAX + 50)])
    told = verdict(client.world)
    assert (told["advice"], len(told["findings"]), told["ok"]) == (FINDINGS_MAX + 50, FINDINGS_MAX, True)


def test_looking_at_the_verdict_changes_nothing() -> None:
    client = contract_violation()
    before = client.world.journal.last, client.world.now
    assert verdict(client.world) == verdict(client.world)
    assert (client.world.journal.last, client.world.now) == before


def test_a_request_with_the_wrong_manners_is_a_violation() -> None:
    client = partner()
    client.call("GET", "/ledgers")
    client.call("PUT", "/ledger")
    client.call("GET", "/ledger", headers=[(b"accept", b"text/html")])
    client.call("POST", "/ledger", b"{}", headers=[(b"content-type", b"text/plain")])
    client.call("GET", "/ledger", query=b"status=open", headers=[JSON])
    told = [finding["violation"]["rule"] for finding in findings(client)]
    assert told == ["path", "method", "accept", "content-type", "parameter"]
