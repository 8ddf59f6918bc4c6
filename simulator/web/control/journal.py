"""The journal through the control API: its entries with filters, what is made of it, and its replay."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import islice
from typing import Any

from simulator.contract.contract import Contract
from simulator.errors import NotFoundError, SettingError
from simulator.partner.replay import compare
from simulator.systems.catalogue import wires
from simulator.web.control.arguments import suggestion
from simulator.web.control.calls import Call, Reply
from simulator.world import verdict as judging
from simulator.world.commands import COMMANDS
from simulator.world.export import FORMS
from simulator.world.journal import Entry, Journal, Query
from simulator.world.journalfile import journal_from


def query_from(contract: Contract, given: Mapping[str, Any]) -> Query:
    """Return the query of filters that fit their schema. Raises SettingError on an operation that there is not."""
    operations = _several(given.get("operation"))
    for name in operations:
        if name not in contract.operations and name not in COMMANDS and name not in wires():
            advice = suggestion(name, [*contract.operations, *COMMANDS, *wires()])
            raise SettingError(f"there is no operation {name[:60]!r}.", where="operation", advice=advice)
    # Whoever names a command or a system does not mean that requests alone are looked at.
    kind = "request" if operations <= set(contract.operations) else "all"
    return Query(
        kind=given.get("kind", kind),
        operations=operations,
        methods=frozenset(method.upper() for method in _several(given.get("method"))),
        path=given.get("path", ""),
        statuses=frozenset(int(status) for status in _several(given.get("status"))),
        identifier=given.get("identifier", ""),
        violations=given.get("violations"),
        decision=given.get("decision"),
        after=int(given.get("after", 0)),
    )


def _several(given: Any) -> frozenset[Any]:
    if given is None:
        return frozenset()
    return frozenset(given) if isinstance(given, list) else frozenset({given})


def list_journal(call: Call) -> Reply:
    """Return a page of the journal, and say what part of the window is gone."""
    query = query_from(call.worlds.contract, call.given)
    journal = call.look().journal
    matching = list(journal.find(query))
    page = list(islice(matching, call.limit()))
    evicted = journal.missing(query)
    return Reply(
        {
            "entries": [entry.show() for entry in page],
            "matched": len(matching),
            "last": journal.last,
            "next": page[-1].number if len(page) < len(matching) else None,
            "evicted": evicted,
            "complete": evicted == 0,
        }
    )


def show_entry(call: Call) -> Reply:
    """Return one entry."""
    journal, number = call.look().journal, call.given["number"]
    entry = entry_at(journal, number)
    if entry is not None:
        return Reply(entry.show())
    if number > journal.last:
        raise NotFoundError(f"the journal ends with entry {journal.last}, so there is no entry {number}.")
    raise NotFoundError(
        f"entry {number} is gone: the journal starts with entry {journal.evicted + 1}.",
        advice="--journal-entries-max and --journal-bytes-max of the server set how much is kept.",
    )


def entry_at(journal: Journal, number: int) -> Entry | None:
    """Return the entry of a number; None if it is not kept."""
    place = number - journal.evicted - 1
    return journal.entries[place] if 0 <= place < len(journal.entries) else None


def verdict(call: Call) -> Reply:
    """Judge the client."""
    return Reply(judging.verdict(call.look(), strict=call.given.get("strict", False)))


def export(call: Call) -> Reply:
    """Return what the world has been through, in the form that was asked for."""
    return Reply(FORMS[call.given.get("as", "journal")](call.look(), call.base_url))


async def replay(call: Call) -> Reply:
    """Feed a journal to a fresh world."""
    log = journal_from(call.body, call.worlds.contract)
    # A world of its own, on a thread of its own: a long replay keeps nobody waiting.
    return Reply(await asyncio.to_thread(compare, log, call.worlds.contract, call.worlds.settings))


def list_strays(call: Call) -> Reply:
    """Return the requests that reached no world."""
    strays = [stray.show() for stray in call.worlds.strays]
    count = call.worlds.stray_count
    return Reply({"count": count, "complete": count == len(strays), "strays": strays})
