"""What is told, in types and sentences."""

from __future__ import annotations

from simulator.client import Finding, Verdict, World
from simulator.client.answers import SHOWN_MAX
from tests.client.submitting import ask, submit


def finding(severity: str, number: int = 0) -> Finding:
    return Finding("a-rule", severity, "It is so", f"number {number}.", [number], None)  # type: ignore[arg-type]


def verdict(*findings: Finding, complete: bool = True, more: int = 0) -> Verdict:
    counts = {name: sum(one.severity == name for one in findings) for name in ("broken", "story", "advice")}
    counts["broken"] += more
    return Verdict(counts["broken"] == 0, list(findings), 3, complete, counts)


def test_a_record_has_its_state_and_of_its_own_page_also_document_and_timeline(world: World) -> None:
    submit(world, "sale-1")
    world.advance("1s")
    [brief] = world.records
    record = world.record("ledger", "sale-1")

    assert (record.kind, record.identifier, record.state, record.reason) == ("ledger", "sale-1", "synced", None)
    assert (record.attempts, record.seen_by_client, record.due_at) == (1, False, None)
    assert record.document["documentDate"] == "2026-01-15"
    assert [step["step"] for step in record.timeline][-1] == "synced"
    assert (brief.state, brief.document, brief.timeline) == ("synced", {}, [])


def test_an_exchange_has_request_and_answer_and_a_command_has_neither(world: World) -> None:
    submit(world, "sale-1", credit=-1)
    world.advance("1s")
    refused, moved = world.journal(kind="all")

    assert (refused.method, refused.path, refused.status) == ("POST", "/api/v1/partner/accounting/ledger", 400)
    assert (refused.operation, refused.kind) == ("submit_ledger", "request")
    assert '"sale-1"' in refused.body
    assert "message" in refused.answer
    assert refused.violations[0]["pointer"] == "/ledgers/ledgerRows"
    assert refused.effects[0]["effect"] == "refused"
    assert (moved.operation, moved.kind, moved.method, moved.status, moved.violations) == (
        "advance", "command", "", 0, [],
    )  # fmt: skip


def test_a_verdict_says_plainly_what_was_wrong_and_where(world: World) -> None:
    submit(world, "sale-1", credit=-1)
    text = world.verdict().text()

    assert "went wrong (2):" in text
    assert "A request breaks the contract (exchange 1): POST" in text
    assert "sum to 47.20" in text


def test_a_verdict_without_findings_says_so_too(world: World) -> None:
    ask(world)

    assert world.verdict().text() == "Nothing was wrong with 1 requests."


def test_the_worst_comes_first_and_a_long_list_is_cut() -> None:
    many = SHOWN_MAX["broken"]
    findings = [finding("advice"), finding("story"), *(finding("broken", number) for number in range(many + 5))]
    lines = verdict(*findings, more=100).text().splitlines()

    assert lines[0] == f"went wrong ({many + 105}):"
    assert lines[many + 1] == "  … and 105 more"
    assert lines[many + 2] == "of the scenario was never told (1):"
    assert lines[-1] == "  - It is so (exchange 0): number 0."


def test_what_the_journal_has_forgotten_is_said() -> None:
    assert "nothing is known" in verdict(complete=False).text()


def test_several_exchanges_are_named_all() -> None:
    assert "(exchanges 3, 5)" in Finding("r", "broken", "It", "is.", [3, 5], None).sentence()
    assert Finding("r", "broken", "It", "is.", [], None).sentence() == "It: is."
