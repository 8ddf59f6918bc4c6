"""Strategies for scenarios: any story that the language takes, built from its own vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.clock import parse_duration
from simulator.contract.contract import Contract, built_in
from simulator.verify.hypothesis_door import st
from simulator.world.scenario import FRAMING, LASTING, LATE

Written = dict[str, Any]
Anything = st.SearchStrategy[Any]

FAULTS = ("delay", "slow", "reset", "empty", "truncated", "garbage", "malformed-json", "hang")
QUICK_FAULTS = ("reset", "empty", "truncated", "garbage", "malformed-json")
"""The faults that a client notices at once, without a time-out of its own."""
CALENDAR = "2932896d"
"""The longest whole number of days that is a duration: with it everything lies beyond the calendar."""
STATUSES = (200, 201, 204, 302, 304, 400, 401, 404, 409, 418, 429, 500, 502, 503, 504, 599)
TROUBLES = (429, 500, 502, 503, 504)
"""Statuses that say nothing of the document, so that no client can draw a wrong conclusion from one."""
RULES_MAX = 5

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,11}", fullmatch=True)
SENTENCES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def durations(*, least: int = 0, extreme: bool = False) -> st.SearchStrategy[str]:
    """Durations as a person writes them: from *least* milliseconds to 90 hours; with *extreme* odd and endless ones."""
    usual = st.builds("{}{}".format, st.integers(max(least, 1), 90), st.sampled_from(["ms", "s", "s", "m", "m", "h"]))
    if not extreme:
        return st.just("0s") | usual | usual if least == 0 else usual
    odd = st.sampled_from([*(["0s"] if least == 0 else []), "PT10M", "1h30m", "1.5s", "30d", CALENDAR])
    return usual | usual | odd


def outcomes(*, extreme: bool = False) -> Anything:
    """Any outcome of a push as the language writes it: `"synced"`, `{"failed": "reason"}`, `{"pending": "2 looks"}`."""
    return st.one_of(
        st.sampled_from(["synced", "push", "pending", "unreachable"]),
        st.builds(lambda reason: {"failed": reason}, SENTENCES),
        st.builds(lambda duration: {"unreachable": duration}, durations(extreme=extreme)),
        st.builds(lambda duration: {"pending": duration}, durations(extreme=extreme)),
        st.builds(lambda looks: {"pending": f"{looks} look{'s' if looks > 1 else ''}"}, st.integers(1, 4)),
        st.builds(lambda word: {"synced": {"documentStatus": word}}, st.none() | st.sampled_from(["Draft", "ä"])),
    )


def outcome_lists(*, max_size: int = 4, extreme: bool = False) -> st.SearchStrategy[list[Any]]:
    """Outcomes in a row, one an attempt; nothing follows a pending that has no end."""
    return st.lists(outcomes(extreme=extreme), min_size=1, max_size=max_size).map(_without_dead_ends)


def _without_dead_ends(given: list[Any]) -> list[Any]:
    return given[: given.index("pending") + 1] if "pending" in given else given


def responds(*, statuses: Sequence[int] = STATUSES, extreme: bool = False) -> st.SearchStrategy[Written]:
    """Any dictated answer, as what stands under `respond`: `{"status": 503, "retry_after": "30s"}`."""
    header_names = st.from_regex(r"[A-Za-z-]{1,10}", fullmatch=True).filter(lambda name: name.lower() not in FRAMING)
    printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
    return st.fixed_dictionaries(
        {"status": st.sampled_from(statuses)},
        optional={
            "at": st.sampled_from(["before", "after"]),
            "retry_after": durations(extreme=extreme),
            "retry_after_as": st.sampled_from(["seconds", "date"]),
            "message": SENTENCES,
            "body": st.none() | st.integers() | SENTENCES | st.just({"a": [1, None, Decimal("1.50")]}),
            "headers": st.dictionaries(header_names, printable, max_size=2),
        },
    )


@st.composite
def faults(draw: st.DrawFn, *, kinds: Sequence[str] = FAULTS, extreme: bool = False) -> Written:
    """Any fault where it makes sense, as what stands under `fault`: `{"kind": "reset", "at": "after"}`."""
    kind = draw(st.sampled_from(kinds))
    fault: Written = {"kind": kind}
    if draw(st.booleans()):
        fault["at"] = draw(st.sampled_from(["during", "after"] if kind in LATE else ["before", "during", "after"]))
    if kind in LASTING and draw(st.booleans()):
        fault["for"] = draw(durations(extreme=extreme))
    return fault


# -------------------------------------------------------------------------------------------------- rules

PATTERNS = ("*", "A", "B*", "*~*", "*C", "ä*")
EXACTLY = ("A", ["A", "B"], ["A+B", "C"], ["*", "", "sourceIdentifier=A"])
MATCHES = (
    {"invoiceNumber": "10"},
    {"invoiceNumber": ["10", None]},
    {"documentDate": "2026-*"},
    {"ledgerRows.accountNumber": "3000"},
    {"amount": Decimal("2.5")},
    {"sourceIdentifier": "*"},
)


@dataclass(frozen=True)
class Taste:
    """What rules are to be like. Without *ordered* none counts arrivals, so that their order is of no account."""

    ordered: bool = True
    fault_kinds: Sequence[str] = FAULTS
    statuses: Sequence[int] = STATUSES
    extreme: bool = False
    addressed: bool = True


def rules(
    *,
    ordered: bool = True,
    fault_kinds: Sequence[str] = FAULTS,
    statuses: Sequence[int] = STATUSES,
    extreme: bool = False,
    addressed: bool = True,
) -> st.SearchStrategy[Written]:
    """Any rule of a scenario, without a name: `{"when": {...}}` with one of `respond`, `fault` and `outcomes`.

    Without *addressed* none is about certain documents, so that all apply to whatever one submits. The other arguments
    are those of `scenarios`.
    """
    return _rules(Taste(ordered, tuple(fault_kinds), tuple(statuses), extreme, addressed))


@st.composite
def _rules(draw: st.DrawFn, taste: Taste) -> Written:
    contract = built_in()
    about_sync = draw(st.booleans())
    looks = [name for name, one in contract.operations.items() if one.behaviour == "status"]
    when: Written = {}
    if about_sync and draw(st.booleans()):
        when["operation"] = draw(st.lists(st.sampled_from(looks), min_size=1, max_size=2, unique=True))
    elif about_sync:
        when["sync"] = draw(_one_or_more(list(contract.records)))
    else:
        when["operation"] = draw(_one_or_more(list(contract.operations)))
        if draw(st.booleans()):
            attempts = st.integers(1, 4)
            when["attempt"] = draw(attempts | st.lists(attempts, min_size=1, max_size=3, unique=True))
    when |= _in_order(draw(st.fixed_dictionaries({}, optional=_conditions(taste))))
    rule: Written = {"when": when}
    if about_sync:
        rule["outcomes"] = draw(outcome_lists(extreme=taste.extreme))
    elif len(taste.fault_kinds) > 0 and draw(st.booleans()):
        rule["fault"] = draw(faults(kinds=taste.fault_kinds, extreme=taste.extreme))
    else:
        rule["respond"] = draw(responds(statuses=taste.statuses, extreme=taste.extreme))
    return rule


def _one_or_more(some: Sequence[str]) -> Anything:
    several = st.lists(st.sampled_from(some), min_size=1, max_size=3, unique=True)
    return st.sampled_from([*some, "any"]) | several


def _in_order(conditions: Written) -> Written:
    """A rule has to begin before it ends."""
    begin, end = (parse_duration(conditions.get(name, usual)) for name, usual in (("from", "0s"), ("until", CALENDAR)))
    return {name: given for name, given in conditions.items() if name != "from" or begin < end}


def _conditions(taste: Taste) -> dict[str, Anything]:
    conditions: dict[str, Anything] = {
        "chance": st.sampled_from([0, Decimal("0.1"), Decimal("0.5"), Decimal("0.9"), 1]),
        "from": durations(extreme=taste.extreme),
        "until": durations(least=1, extreme=taste.extreme),
    }
    if taste.addressed:
        conditions |= {
            "identifier": st.sampled_from(PATTERNS) | st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
            "match": st.sampled_from(MATCHES),
            "exactly": st.sampled_from(EXACTLY),
        }
    if taste.ordered:
        conditions |= {"times": st.integers(1, 4), "skip": st.integers(1, 3)}
    return conditions


# ---------------------------------------------------------------------------------------------- scenarios

BOOKS: tuple[Written, ...] = (
    {},
    {"accounts": ["1701", "3000"]},
    {"accounts": ["1701"]},
    {"locked_until": "2025-12-31"},
)


def events(*, extreme: bool = False) -> st.SearchStrategy[Written]:
    """Any event: `{"after": "10m", "do": {"expire_key": true}}`, a change of the books, or a decision on documents."""
    status = st.fixed_dictionaries(
        {"document_status": st.none() | st.sampled_from(["Rejected", "Approved"])},
        optional={"match": st.sampled_from(MATCHES)},
    )
    do = st.one_of(
        st.just({"expire_key": True}), st.builds(lambda books: {"books": books}, st.sampled_from(BOOKS)), status
    )
    return st.builds(lambda after, what: {"after": after, "do": what}, durations(extreme=extreme), do)


def readings_of(contract: Contract) -> st.SearchStrategy[Mapping[str, str | int]]:
    """Answers to some of the open questions, by their names; an answer that is a number is written as one."""
    name = st.sampled_from(sorted(contract.readings))
    pair = name.flatmap(lambda chosen: st.tuples(st.just(chosen), st.sampled_from(contract.readings[chosen].values)))
    return st.lists(pair, max_size=3, unique_by=lambda one: one[0]).map(
        lambda pairs: {name: int(value) if value.lstrip("-").isdecimal() else value for name, value in pairs}
    )


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    max_rules: int = RULES_MAX,
    ordered: bool = True,
    systems: Sequence[str] = ("plain",),
    fault_kinds: Sequence[str] = FAULTS,
    statuses: Sequence[int] = STATUSES,
    extreme: bool = False,
) -> Written:
    """Any scenario, as its file would be read: rules with faults, answers and outcomes, events, settings of a world.

    The simplest has no rule: nothing happens. Its clock stands, as what a machine's own time does cannot be repeated.

    Without *ordered* nothing in it depends on the order in which requests of different documents arrive. *systems* are
    the accounting systems to choose from, *fault_kinds* what may happen on the wire (QUICK_FAULTS for a client without
    time-outs, none to keep the wire whole), *statuses* those of dictated answers (TROUBLES for none that misleads).
    With *extreme* durations go to the end of the calendar.
    """
    taste = Taste(ordered, tuple(fault_kinds), tuple(statuses), extreme)
    told = draw(st.lists(_rules(taste), max_size=max_rules))
    named = draw(st.lists(NAMES, min_size=len(told), max_size=len(told), unique=True))
    scenario: Written = {"format": 1, "name": draw(NAMES)}
    scenario |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "title": SENTENCES,
                "advice": SENTENCES,
                "system": st.sampled_from(systems),
                "seed": st.integers(-5, 2**40),
                "clock": st.just("virtual"),
                "sync_delay": durations(extreme=extreme),
                "books": st.sampled_from(BOOKS),
                "readings": readings_of(built_in()),
                "events": st.lists(events(extreme=extreme), max_size=3),
            },
        )
    )
    return {**scenario, "rules": [{"name": name, **rule} for name, rule in zip(named, told, strict=True)]}
