"""Hypothesis strategies for stories: any scenario of the language, built from its own vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from simulator.clock import parse_duration
from simulator.contract.contract import Contract, built_in
from simulator.world.scenario import FRAMING, LASTING, LATE

Written = dict[str, Any]

FAULTS = ("delay", "slow", "reset", "empty", "truncated", "garbage", "malformed-json", "hang")
CALENDAR = "2932896d"
"""The longest whole number of days that is a duration: with it everything lies beyond the calendar."""

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,11}", fullmatch=True)
SENTENCES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def durations(*, least: int = 0) -> st.SearchStrategy[str]:
    """Durations as a person writes them: none, moments, hours, and now and then one without sense."""
    usual = st.builds("{}{}".format, st.integers(max(least, 1), 90), st.sampled_from(["ms", "s", "s", "m", "m", "h"]))
    odd = st.sampled_from([*(["0s"] if least == 0 else []), "PT10M", "1h30m", "1.5s", "30d", CALENDAR])
    return usual | usual | odd


def outcomes() -> st.SearchStrategy[Any]:
    """Any outcome of a push, as it is written."""
    return st.one_of(
        st.sampled_from(["synced", "push", "pending", "unreachable"]),
        st.builds(lambda reason: {"failed": reason}, SENTENCES),
        st.builds(lambda duration: {"unreachable": duration}, durations()),
        st.builds(lambda duration: {"pending": duration}, durations()),
        st.builds(lambda looks: {"pending": f"{looks} look{'s' if looks > 1 else ''}"}, st.integers(1, 4)),
        st.builds(lambda word: {"synced": {"documentStatus": word}}, st.none() | st.sampled_from(["Draft", "ä"])),
    )


def outcome_lists(max_size: int = 4) -> st.SearchStrategy[list[Any]]:
    """Outcomes in a row; nothing follows a pending that has no end."""
    return st.lists(outcomes(), min_size=1, max_size=max_size).map(_without_dead_ends)


def _without_dead_ends(given: list[Any]) -> list[Any]:
    return given[: given.index("pending") + 1] if "pending" in given else given


def responds() -> st.SearchStrategy[Written]:
    """Any dictated answer."""
    statuses = st.sampled_from([200, 201, 204, 302, 304, 400, 401, 404, 409, 418, 429, 500, 502, 503, 504, 599])
    header_names = st.from_regex(r"[A-Za-z-]{1,10}", fullmatch=True).filter(lambda name: name.lower() not in FRAMING)
    printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
    return st.fixed_dictionaries(
        {"status": statuses},
        optional={
            "at": st.sampled_from(["before", "after"]),
            "retry_after": durations(),
            "retry_after_as": st.sampled_from(["seconds", "date"]),
            "message": SENTENCES,
            "body": st.none() | st.integers() | SENTENCES | st.just({"a": [1, None, Decimal("1.50")]}),
            "headers": st.dictionaries(header_names, printable, max_size=2),
        },
    )


@st.composite
def faults(draw: st.DrawFn) -> Written:
    """Any fault, where it makes sense."""
    kind = draw(st.sampled_from(FAULTS))
    fault: Written = {"kind": kind}
    if draw(st.booleans()):
        fault["at"] = draw(st.sampled_from(["during", "after"] if kind in LATE else ["before", "during", "after"]))
    if kind in LASTING and draw(st.booleans()):
        fault["for"] = draw(durations())
    return fault


def _one_or_more(some: Sequence[str]) -> st.SearchStrategy[Any]:
    several = st.lists(st.sampled_from(some), min_size=1, max_size=3, unique=True)
    return st.sampled_from([*some, "any"]) | several


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


@st.composite
def rules(draw: st.DrawFn, *, ordered: bool = True) -> Written:
    """Any rule. Without *ordered* none that counts arrivals, so that their order is of no account."""
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
    when |= _in_order(draw(st.fixed_dictionaries({}, optional=_conditions(ordered=ordered))))
    rule: Written = {"when": when}
    if about_sync:
        rule["outcomes"] = draw(outcome_lists())
    elif draw(st.booleans()):
        rule["fault"] = draw(faults())
    else:
        rule["respond"] = draw(responds())
    return rule


def _in_order(conditions: Written) -> Written:
    """A rule has to begin before it ends."""
    begin, end = (parse_duration(conditions.get(name, usual)) for name, usual in (("from", "0s"), ("until", CALENDAR)))
    return {name: given for name, given in conditions.items() if name != "from" or begin < end}


def _conditions(*, ordered: bool) -> dict[str, st.SearchStrategy[Any]]:
    conditions: dict[str, st.SearchStrategy[Any]] = {
        "identifier": st.sampled_from(PATTERNS) | st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
        "match": st.sampled_from(MATCHES),
        "chance": st.sampled_from([0, Decimal("0.1"), Decimal("0.5"), Decimal("0.9"), 1]),
        "exactly": st.sampled_from(EXACTLY),
        "from": durations(),
        "until": durations(least=1),
    }
    if ordered:
        conditions |= {"times": st.integers(1, 4), "skip": st.integers(1, 3)}
    return conditions


BOOKS: tuple[Written, ...] = (
    {},
    {"accounts": ["1701", "3000"]},
    {"accounts": ["1701"]},
    {"locked_until": "2025-12-31"},
)


def events() -> st.SearchStrategy[Written]:
    """Any event."""
    status = st.fixed_dictionaries(
        {"document_status": st.none() | st.sampled_from(["Rejected", "Approved"])},
        optional={"match": st.sampled_from(MATCHES)},
    )
    do = st.one_of(
        st.just({"expire_key": True}), st.builds(lambda books: {"books": books}, st.sampled_from(BOOKS)), status
    )
    return st.builds(lambda after, what: {"after": after, "do": what}, durations(), do)


def readings_of(contract: Contract) -> st.SearchStrategy[Written]:
    """Answers to some of the open questions; a number is now and then written as one."""
    name = st.sampled_from(sorted(contract.readings))
    pair = name.flatmap(lambda chosen: st.tuples(st.just(chosen), st.sampled_from(contract.readings[chosen].values)))
    return st.lists(pair, max_size=3, unique_by=lambda one: one[0]).map(
        lambda pairs: {name: int(value) if value.lstrip("-").isdecimal() else value for name, value in pairs}
    )


@st.composite
def scenarios(draw: st.DrawFn, *, ordered: bool = True, max_rules: int = 5) -> Written:
    """Any scenario, as its file would be read. Its clock stands: what a machine's own time does cannot be repeated.

    Without *ordered* nothing in it depends on the order in which requests of different documents arrive.
    """
    told = draw(st.lists(rules(ordered=ordered), max_size=max_rules))
    named = draw(st.lists(NAMES, min_size=len(told), max_size=len(told), unique=True))
    scenario: Written = {"format": 1, "name": draw(NAMES)}
    scenario |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "title": SENTENCES,
                "advice": SENTENCES,
                "system": st.just("plain"),
                "seed": st.integers(-5, 2**40),
                "clock": st.just("virtual"),
                "sync_delay": durations(),
                "books": st.sampled_from(BOOKS),
                "readings": readings_of(built_in()),
                "events": st.lists(events(), max_size=3),
            },
        )
    )
    return {**scenario, "rules": [{"name": name, **rule} for name, rule in zip(named, told, strict=True)]}
