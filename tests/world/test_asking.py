"""What rules see of a request."""

from __future__ import annotations

import pytest

from simulator.contract.contract import built_in
from simulator.world.asking import asked
from simulator.world.director import IDENTITY_MAX, Asked


def ask(operation: str, query: bytes = b"", body: bytes = b"") -> Asked:
    contract = built_in()
    return asked(contract, contract.operations[operation], query, body, 64)


def test_a_submission_is_known_by_its_documents() -> None:
    one = ask("submit_ledger", body=b'{"ledgers": {"ledgerIdentifier": "A", "x": 1}}')
    assert (one.identity, one.documents) == ("A", [{"ledgerIdentifier": "A", "x": 1}])
    several = ask("submit_payments", body=b'{"payments": [{"paymentIdentifier": "B"}, {"paymentIdentifier": "A"}]}')
    assert (several.identity, list(several.identifiers)) == ("A+B", ["B", "A"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b"[]", b"7", b"{}", b'{"ledgers": 7}', b'{"ledgers": [7]}', b"[" * 1_000,
        b'{"ledgers": {"ledgerIdentifier": 7}}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_no_identity(body: bytes) -> None:
    assert ask("submit_ledger", body=body).identity == ""


def test_a_question_is_known_by_its_identifiers_else_by_itself() -> None:
    assert ask("ledger_status", b"sourceIdentifier=B&sourceIdentifier=A&status=0").identity == "A+B"
    assert ask("ledger_status", b"status=0").identity == "status=0"
    assert ask("ledger_status", b"sourceIdentifier=%C3%A4").identity == "ä"
    assert ask("ledger_status").identity == ""


def test_a_long_identity_is_cut_and_stays_its_own() -> None:
    first, second = (
        ask("submit_payments", body=b'{"payments": [{"paymentIdentifier": "%b%d"}]}' % (b"x" * 500, number))
        for number in (1, 2)
    )
    assert first.identity != second.identity
    assert len(first.identity) < IDENTITY_MAX + 20
