"""Speaking to an accounting system directly: the world's own books answer, all is logged, and all can be replayed."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps, loads
from simulator.partner.replay import compare, replay
from simulator.settings import Settings
from simulator.systems import catalogue
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.catalogue import system_named
from simulator.world.export import as_har, as_journal
from simulator.world.journal import Entry
from simulator.world.journalfile import journal_from
from simulator.world.wires import FAILED, request_of, speak
from simulator.world.world import World
from tests.documents import Partner, ledger, partner
from tests.strategies import texts

VOUCHER: dict[str, Any] = {
    "date": "2026-01-15",
    "rows": [
        {"account": "1701", "amount": "5.00", "text": "ä", "dimensions": []},
        {"account": "3000", "amount": "-5.00", "text": "", "dimensions": []},
    ],
}


@pytest.fixture(autouse=True)
def abacus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up system is one of the catalogue."""
    monkeypatch.setitem(catalogue.PACKAGES, "abacus", "tests.systems.abacus")
    yield
    catalogue._LOADED.pop("abacus", None)


@pytest.fixture
def client() -> Partner:
    """A world whose documents go to the made-up system."""
    made = partner()
    made.run("configure", system="abacus")
    return made


def request(world: World, method: str = "GET", target: str = "/balances", body: bytes = b"", **rest: Any) -> Request:
    key = system_named("abacus").credentials(world.tenant, "")["key"]
    headers = [("x-abacus-key", key), ("content-type", "application/json"), ("x-note", "\xe4")]
    return Request(method, f"/abacus{target}", headers, body, mount="/abacus", **rest)


def book(client: Partner, **changes: Any) -> Answer:
    return speak(client.world, "abacus", request(client.world, "POST", "/vouchers", dumps({**VOUCHER, **changes})))


def balances(client: Partner) -> Any:
    return loads(speak(client.world, "abacus", request(client.world)).body)


# ------------------------------------------------------------------------------------------------ speaking


def test_the_books_that_cfis_books_in_answer(client: Partner) -> None:
    assert balances(client) == {}
    client.submit("ledger", ledger())
    client.run("advance", by="1s")
    assert balances(client) == {"1701": "48.20", "3000": "-48.20"}
    assert book(client).status == 201
    assert balances(client) == {"1701": "53.20", "3000": "-53.20"}


def test_a_request_lets_the_world_arrive_and_what_was_due_happens_before_it_is_answered(client: Partner) -> None:
    client.submit("ledger", ledger())
    client.world.clock.jump(VIRTUAL_START + 5 * SECOND)

    assert balances(client) == {"1701": "48.20", "3000": "-48.20"}

    assert (client.world.now, client.last.at) == (VIRTUAL_START + 5 * SECOND,) * 2
    assert client.record("ledger", "L-1").settled_at == VIRTUAL_START + SECOND
    later = VIRTUAL_START + 9 * SECOND
    speak(client.world, "abacus", request(client.world), later)
    assert (client.world.now, client.last.at) == (later, later)


def test_request_and_answer_are_logged_as_they_went_over_the_wire(client: Partner) -> None:
    body = dumps(VOUCHER)
    asked = request(
        client.world, "POST", "/vouchers?a=%C3%A4&b=\xe4", body, origin="https://x:1", received=VIRTUAL_START + 3
    )

    answer = speak(client.world, "abacus", asked)

    (entry,) = client.entries("wire")
    assert entry == Entry(
        at=client.world.now, kind="wire", operation="abacus", method="POST", path="/abacus/vouchers",
        query=b"a=%C3%A4&b=\xe4", headers=[(name.encode("latin-1"), value.encode("latin-1"))
                                           for name, value in asked.headers],
        body=body, status=201, outcome="answered", answer_headers=[(b"content-type", b"application/json")],
        answer=answer.body, origin="https://x:1", received=VIRTUAL_START + 3, number=2, weight=entry.weight,
    )  # fmt: skip
    assert answer == Answer(201, b'{"number":1}', "application/json")


def test_another_system_than_that_of_the_world_has_books_of_its_own_there() -> None:
    other = partner()
    other.run("configure", books={"accounts": ["9"]})
    assert book(other).status == 201, "what is said of the books is said of those of the world's own system"
    assert other.world.setup.system == "plain"


def test_whoever_listens_to_the_world_hears_of_it(client: Partner) -> None:
    heard: list[Any] = []
    client.world.listeners.append(lambda _name, thing: heard.append(thing))
    book(client)
    assert heard == [client.last]


def test_a_mistake_of_ours_is_a_500_that_says_so_and_is_logged_like_any_answer(
    client: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "simulator"):
        answer = book(client, rows=[{}])

    assert answer == FAILED
    assert b"simulator itself failed" in answer.body
    assert (client.last.status, client.last.answer, client.last.kind) == (500, FAILED.body, "wire")
    (record,) = caplog.records
    assert "POST /abacus/vouchers" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is KeyError
    assert balances(client) == {}, "and the world goes on"


def test_a_header_of_an_answer_that_no_header_can_hold_is_replaced_in_the_journal(
    client: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer(200, b"", "text/plain", [("location", "/€")])
    monkeypatch.setattr(client.world.books_of("abacus"), "answer", lambda *_: answer)
    assert speak(client.world, "abacus", request(client.world)) is answer
    assert client.last.answer_headers == [(b"content-type", b"text/plain"), (b"location", b"/?")]


# ---------------------------------------------------------------------------------------------- round trip

LATIN = st.text(st.characters(max_codepoint=255), max_size=10)
PATHS = st.text("abc/%20+:;=@", max_size=10)


@given(
    st.sampled_from(["GET", "POST", "DELETE"]), PATHS, LATIN, st.lists(st.tuples(LATIN, LATIN), max_size=3),
    st.binary(max_size=20), st.none() | st.integers(0, 10**15), texts(),
)  # fmt: skip
def test_the_request_of_an_entry_is_the_one_that_was_answered(
    method: str,
    path: str,
    query: str,
    headers: list[tuple[str, str]],
    body: bytes,
    received: int | None,
    origin: str,
) -> None:
    world = partner().world
    target = f"/abacus/{path}" + (f"?{query}" if query else "")
    sent = Request(method, target, headers, body, origin, "/abacus", received)

    speak(world, "abacus", sent)

    assert request_of(world.journal.entries[-1]) == sent


# --------------------------------------------------------------------------------------------------- replay


def everything(client: Partner) -> None:
    """A little of all that goes over a wire, between other things that happen."""
    client.run("configure", books={"rate_limit": {"requests": 3, "per": "1m"}}, seed=3)
    client.submit("ledger", ledger())
    book(client)
    client.run("advance", by="1s")
    for _ in range(3):
        speak(client.world, "abacus", request(client.world))
    client.run("advance", by="2m")
    speak(client.world, "abacus", request(client.world, "GET", "/balances?x=%E4&y=\xe4"))
    speak(client.world, "abacus", Request("GET", "/abacus/balances", mount="/abacus"))
    speak(client.world, "abacus", request(client.world, "POST", "/vouchers", b"\xff{"))
    client.run("configure", books={"maintenance": True})
    book(client)
    client.run("configure", books={"maintenance": None})
    book(client, rows=[{}])
    client.submit("ledger", ledger("L-2"))
    client.run("settle")
    client.look("ledger")
    speak(client.world, "abacus", request(client.world))


def exported(world: World) -> Any:
    return loads(dumps(as_journal(world, "")))


@pytest.mark.filterwarnings("error")
def test_a_world_with_wires_is_replayed_to_the_byte_in_a_world_of_another_key(client: Partner) -> None:
    everything(client)
    assert {entry.status for entry in client.entries("wire")} == {200, 201, 400, 401, 429, 500, 503}
    settings = Settings(clock="virtual")
    world = World("test-other", client.world.founded, settings, built_in(), client.world.tenant)

    entries = list(client.world.journal.entries)
    found = list(replay(client.service, world, client.world.founded, client.world.opened, entries))

    assert found == []
    assert world.books_of("abacus").show() == client.world.books_of("abacus").show()
    assert [entry.answer for entry in world.journal.entries] == [entry.answer for entry in entries]


def test_an_exported_journal_with_wires_gives_no_difference(client: Partner) -> None:
    everything(client)

    log = journal_from(exported(client.world), built_in())

    assert log.tenant == client.world.identity
    assert [entry for entry in log.entries if entry.kind == "wire"] == [
        dataclasses.replace(entry, outcome="", answer_headers=(), weight=0) for entry in client.entries("wire")
    ]
    result = compare(log, built_in(), Settings(clock="virtual"))
    assert (result["same"], result["differences"]) == (True, [])


def test_a_journal_that_does_not_say_who_the_world_was_lets_nobody_in(client: Partner) -> None:
    book(client)
    log = journal_from({**exported(client.world), "tenant": ""}, built_in())
    result = compare(log, built_in(), Settings(clock="virtual"))
    told = [(one["number"], one["what"], one["got"]) for one in result["differences"]]
    assert told == [(2, "status", "401"), (2, "answer", '{"error":"the key is wrong"}')]


def test_an_answer_that_came_out_otherwise_is_a_difference(client: Partner) -> None:
    book(client)
    entries = list(client.world.journal.entries)
    entries[-1] = dataclasses.replace(entries[-1], status=200, answer=b"{}")
    world = World("test-other", client.world.founded, Settings(), built_in(), Tenant(client.world.identity))
    (one,) = replay(client.service, world, client.world.founded, client.world.opened, entries)
    assert (one.status, one.answer, one.entry) == (201, b'{"number":1}', entries[-1])


def test_a_journal_keeps_what_was_sent_to_a_wire_and_so_does_an_archive_for_browsers(client: Partner) -> None:
    book(client)
    (entry,) = [entry for entry in exported(client.world)["entries"] if entry["kind"] == "wire"]
    assert ["x-abacus-key", request(client.world).headers[0][1]] in entry["headers"]
    [kept] = as_har(client.world, "http://elsewhere")["log"]["entries"]
    assert kept["request"]["url"] == f"http://localhost{entry['path']}"
    assert kept["response"]["status"] == entry["status"]


def test_secrets_of_other_doors_are_not_kept_and_those_of_the_system_are(client: Partner) -> None:
    asked = request(client.world)
    others = [(name, "hidden") for name in ("x-sim-token", "X-Api-Key", "cookie", "proxy-authorization")]
    asked.headers = [*asked.headers, *others, ("authorization", "Bearer 1")]
    assert speak(client.world, "abacus", asked).status == 200
    text = dumps(exported(client.world)).decode()
    assert "hidden" not in text
    assert "Bearer 1" in text


def test_a_full_world_takes_nothing_more_from_the_wire_and_answers_what_is_asked() -> None:
    client = partner(world_bytes_max=20_000)
    client.run("configure", system="abacus")
    statuses = [book(client).status for _ in range(100)]
    taken = statuses.index(507)
    assert 0 < taken < 40
    assert set(statuses[:taken]) == {201}
    assert set(statuses[taken:]) == {507}
    assert b"--world-bytes-max" in client.last.answer
    assert balances(client)["1701"] == f"{5 * taken}.00"
    assert client.submit("ledger", ledger()).status == 507, "CFIS and the wire share the room"
    client.world.clear(client.world.setup)
    assert book(client).status == 201
