"""The public strategies for stories, as our own tests want them: to the end of the calendar."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simulator.verify import stories
from simulator.verify.stories import CALENDAR, FAULTS, RULES_MAX, Written

__all__ = ["CALENDAR", "FAULTS", "Written", "events", "outcomes", "rules", "scenarios"]


def outcomes() -> st.SearchStrategy[Any]:
    """Any outcome of a push, as it is written."""
    return stories.outcomes(extreme=True)


def rules(*, ordered: bool = True) -> st.SearchStrategy[Written]:
    """Any rule. Without *ordered* none that counts arrivals, so that their order is of no account."""
    return stories.rules(ordered=ordered, extreme=True)


def events() -> st.SearchStrategy[Written]:
    """Any event."""
    return stories.events(extreme=True)


def scenarios(*, ordered: bool = True, max_rules: int = RULES_MAX) -> st.SearchStrategy[Written]:
    """Any scenario, as its file would be read."""
    return stories.scenarios(ordered=ordered, max_rules=max_rules, extreme=True)
