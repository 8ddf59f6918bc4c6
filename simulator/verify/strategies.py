"""Hypothesis strategies for whoever tests a client: documents, mistakes, scenarios and outcomes.

    from hypothesis import given
    from simulator.verify.strategies import invalid, ledgers

    @given(ledger=ledgers(as_float=True))
    def test_my_client_takes_every_ledger(ledger): ...

    @given(mistake=invalid("submit_ledger"))
    def test_my_client_tells_its_caller_of(mistake): ...

Hypothesis comes with the extra `verify`: `pip install 'cfis-simulator[verify]'`. The machine that tries a client with
all of them is `simulator.verify.machine.ClientMachine`.
"""

from __future__ import annotations

from simulator.verify.documents import cents, days, ledgers, payments, texts
from simulator.verify.mistakes import Invalid, invalid, rules_of
from simulator.verify.stories import (
    FAULTS,
    QUICK_FAULTS,
    TROUBLES,
    durations,
    events,
    faults,
    outcome_lists,
    outcomes,
    responds,
    rules,
    scenarios,
)

__all__ = [
    "FAULTS",
    "QUICK_FAULTS",
    "TROUBLES",
    "Invalid",
    "cents",
    "days",
    "durations",
    "events",
    "faults",
    "invalid",
    "ledgers",
    "outcome_lists",
    "outcomes",
    "payments",
    "responds",
    "rules",
    "rules_of",
    "scenarios",
    "texts",
]
