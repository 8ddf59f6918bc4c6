"""The way to a server: addresses, the token, TLS, pages, and errors that say what to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
import trustme

from simulator.client import ControlError, World, door
from simulator.client.door import Door
from simulator.settings import Settings
from simulator.web.server import Running, running
from tests.client.submitting import submit


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that is no simulator: it answers one request, always the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plug, _ = listener.accept()
            with plug:
                plug.recv(65_536)
                plug.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def http(status: str, media_type: str, body: str) -> bytes:
    """An answer as it goes over the wire."""
    return f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\nconnection: close\r\n\r\n{body}".encode()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8480", "ftp://host", "http://", "http://host:port", "http://[::1"])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ControlError, match=r"is not an address\. Write for example http://127"):
        World(url)


@pytest.mark.parametrize("end", ["", "/", "/api/v1/partner", "/api/v1/partner/"])
def test_the_address_of_the_partner_api_leads_to_the_server_too(server: Running, end: str) -> None:
    assert World(server.url + end).url == server.url


def test_where_nobody_listens_the_error_says_how_to_start_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(ControlError, match=r"no simulator answers: .*Start one with `cfis-sim serve`"):
        World(url).reset()


@pytest.mark.parametrize(
    "answer",
    [
        http("404 Not Found", "text/html", "<p>"),
        http("404 Not Found", "application/json", "{}"),
        http("200 OK", "text/html", "<p>"),
        http("302 Found", "text/html", ""),
    ],
)
def test_another_program_is_not_taken_for_a_simulator(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(ControlError, match="Is it a simulator") as caught:
        World(url).reset()
    assert caught.value.status in {200, 302, 404}


@pytest.mark.parametrize("answer", [b"", b"HELLO\r\n\r\n", http("200 OK", "application/json", "{")])
def test_what_cannot_be_read_is_the_same_error_as_any_other(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(ControlError):
        World(url).call("GET", "/clock")


def test_an_error_has_the_detail_the_advice_and_all_that_the_server_told(world: World) -> None:
    with pytest.raises(ControlError) as caught:
        world.advance("10 minutes")

    error = caught.value
    assert (error.status, error.name) == (400, "invalid")
    assert "'10 minutes' is not a duration" in str(error)
    assert error.advice in str(error)
    assert "10m" in error.advice
    assert error.body["detail"] == error.message


def test_a_server_that_demands_a_token_gets_it() -> None:
    with running(Settings(clock="virtual", control_token="open-sesame")) as server:
        with pytest.raises(ControlError) as caught:
            World(server.url).reset()
        assert (caught.value.status, caught.value.name) == (401, "no-token")

        with World(server.url, token="open-sesame").fresh() as world:
            assert world.records == []


def test_a_server_with_tls_is_trusted_as_python_trusts_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    both, root = tmp_path / "both.pem", tmp_path / "root.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(both)
    authority.cert_pem.write_to_path(root)

    with running(Settings(clock="virtual", tls_cert=str(both), tls_key=str(both))) as server:
        with pytest.raises(ControlError, match="CERTIFICATE_VERIFY_FAILED"):
            World(server.url).reset()
        monkeypatch.setenv("SSL_CERT_FILE", str(root))
        assert World(server.url).now == "2026-01-01T09:00:00.000Z"


def test_a_list_is_read_to_its_end_and_a_limit_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        submit(world, f"sale-{number}")
    monkeypatch.setattr(door, "PAGE", 2)

    assert [record.identifier for record in world.records] == [f"sale-{number}" for number in range(5)]
    assert [exchange.number for exchange in world.journal()] == [1, 2, 3, 4, 5]
    assert [exchange.number for exchange in world.journal(limit=2, after=1)] == [2, 3]


def test_decimals_are_exact_both_ways(world: World) -> None:
    document = {"invoiceIdentifier": "i-1", "invoiceNumber": "1", "invoiceDate": "2026-01-15"}
    world.add("invoice", MappingProxyType(document))
    submit(world, "sale-1")

    assert world.record("ledger", "sale-1").document["ledgerRows"][0]["amount"] == Decimal("48.20")
    assert door._plain(Decimal("999999999999.99")) == 999999999999.99
    for value in (Decimal("0.12345678901234567890"), object()):
        with pytest.raises(TypeError, match="without a loss"):
            door._plain(value)


def test_the_door_keeps_the_path_before_it() -> None:
    with answering(http("200 OK", "application/json", "{}")) as url:
        assert Door.to(f"{url}/behind", "test-key").call("GET", "/clock") == {}


def test_a_call_that_answers_nothing_gives_none() -> None:
    with answering(http("204 No Content", "text/plain", "")) as url:
        assert Door.to(url, "test-key").call("POST", "/anything") is None
