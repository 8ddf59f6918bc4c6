"""Takes what a world has been through away: as its journal, as a scenario, or as an archive that browsers open."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from simulator import __version__
from simulator.clock import show_instant
from simulator.world.decisions import as_scenario
from simulator.world.journal import Entry
from simulator.world.showing import conceal, show_headers
from simulator.world.world import World

FORMAT = 1
Headers = Iterable[tuple[bytes, bytes]]


def as_journal(world: World, _base_url: str) -> dict[str, Any]:
    """Return setup and log of a world: with the same contract they give the same answers again, byte for byte.

    Secrets are not in it: they were taken out when the entries were written. Those that the simulator itself made
    for an accounting system are, as without them nothing could be told to it again.
    """
    setup = world.founded
    return {
        "format": FORMAT,
        "kind": "journal",
        "simulator": __version__,
        "contract": world.contract.version,
        "complete": world.journal.evicted == 0,
        "evicted": world.journal.evicted,
        "opened": show_instant(world.opened),
        "tenant": world.tenant.identity,
        "setup": setup.show(),
        "entries": [_journal_entry(entry) for entry in world.journal.entries],
    }


def _journal_entry(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "number": entry.number,
        "at": show_instant(entry.at),
        "kind": entry.kind,
        "operation": entry.operation,
    }
    if entry.kind == "command":
        return {**shown, "arguments": _text(entry.body), "result": _text(entry.answer)}
    if entry.kind == "wire":
        shown["origin"] = entry.origin
        shown["received"] = None if entry.received is None else show_instant(entry.received)
    return {
        **shown,
        "method": entry.method,
        "path": entry.path,
        "query": _text(entry.query),
        "headers": _pairs(entry.headers),
        "body": _text(entry.body),
        "oversized": entry.oversized,
        "status": entry.status,
        "answer": _text(entry.answer),
        "answerNote": entry.answer_note,
        "decision": entry.decision,
    }


def _text(data: bytes) -> str | dict[str, str]:
    """Return bytes as text; what is not UTF-8 as an object that says so."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def as_har(world: World, base_url: str) -> dict[str, Any]:
    """Return the exchanges of a world as an HTTP Archive 1.2."""
    entries = [_har_entry(entry, base_url) for entry in world.journal.entries if entry.kind != "command"]
    creator = {"name": "cfis-simulator", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _har_entry(entry: Entry, base_url: str) -> dict[str, Any]:
    milliseconds = (entry.elapsed or 0) / 1000
    query = conceal(entry.query.decode("latin-1"))
    request: dict[str, Any] = {
        "method": entry.method,
        "url": f"{entry.origin or base_url}{entry.path}{'?' if query else ''}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(entry.headers),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)],
        "headersSize": -1,
        "bodySize": len(entry.body),
    }
    if entry.body:
        request["postData"] = {
            "mimeType": _value(entry.headers, b"content-type"),
            "text": conceal(entry.body.decode("utf-8", "replace")),
        }
    return {
        "startedDateTime": show_instant(entry.at),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": entry.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(entry.answer_headers),
            "content": {
                "size": len(entry.answer),
                "mimeType": _value(entry.answer_headers, b"content-type"),
                "text": entry.answer_note or conceal(entry.answer.decode("utf-8", "replace")),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(entry.answer),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"journal entry {entry.number}, {entry.outcome}",
    }


def _named(headers: Headers) -> list[dict[str, str]]:
    pairs = show_headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return [{"name": name, "value": value} for name, value in pairs]


def _value(headers: Headers, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


FORMS: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "journal": as_journal,
    "scenario": as_scenario,
    "har": as_har,
}
"""The forms in which a world can be taken away, by their names in `?as=`."""
