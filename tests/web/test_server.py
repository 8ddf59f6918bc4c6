"""The server on a real socket: HTTP manners, bounds, ports, and a clean end."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from simulator.clock import SECOND, stopwatch
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.server import GRACE_SECONDS, Running, bind, running, secure, url_of
from tests.web.test_partner import LEDGER, PREFIX

KEY = {"X-Api-Key": "test-key", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def connection(server: Running) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    yield connection
    connection.close()


def test_a_document_goes_in_and_comes_out(connection: HTTPConnection) -> None:
    connection.request("POST", f"{PREFIX}/ledger", LEDGER, KEY)
    response = connection.getresponse()
    assert (response.status, response.read() != b"") == (200, True)
    connection.request("GET", f"{PREFIX}/ledger", headers=KEY)
    assert len(json.load(connection.getresponse())["ledgers"]) == 1


def test_a_connection_is_kept_alive_through_every_kind_of_answer(connection: HTTPConnection) -> None:
    connection.connect()
    local = connection.sock.getsockname()
    for method, path, body, status in [
        ("GET", "/ledger", b"", 200),
        ("GET", "/nothing", b"", 404),
        ("DELETE", "/ledger", b"", 405),
        ("POST", "/ledger", b"{", 400),
        ("HEAD", "/payment", b"", 204),
        ("OPTIONS", "/payment", b"", 204),
        ("POST", "/ledger", b"x" * (5 << 20), 413),
        ("GET", "/payment", b"", 204),
    ]:
        connection.request(method, PREFIX + path, body, {**KEY, "X-Api-Key": "test-alive"} if method else {})
        response = connection.getresponse()
        response.read()
        assert response.status in {status, 204 if path == "/ledger" and method == "GET" else status}, (method, path)
    assert connection.sock.getsockname() == local


def test_a_chunked_body_is_read(connection: HTTPConnection) -> None:
    pieces = iter([LEDGER[:100], LEDGER[100:]])
    connection.request("POST", f"{PREFIX}/ledger", pieces, {**KEY, "X-Api-Key": "test-chunked"}, encode_chunked=True)
    assert connection.getresponse().status == 200


def raw(server: Running, data: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back until the server closes."""
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    assert parts.port is not None
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as plug:
        plug.sendall(data)
        received = b""
        while piece := plug.recv(65_536):
            received += piece
        return received


def test_what_is_not_http_is_answered_in_json(server: Running) -> None:
    answer = raw(server, b"HELLO\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"]


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx-long: " + b"y" * 40_000,
        b"GET /" + b"y" * 40_000,
        b"GET / HTTP/1.1\r\nhost: x\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(5_000)),
        b"GET / HTTP/1.1\r\nhost: x\r\nx-long: " + b"y" * 40_000 + b"\r\n\r\n",
    ],
    ids=["a header without end", "a path without end", "headers without end", "complete headers"],
)
def test_headers_beyond_the_bound_are_answered_431(server: Running, head: bytes) -> None:
    assert raw(server, head).startswith(b"HTTP/1.1 431 ")


def test_two_requests_in_one_packet_are_answered_in_order(server: Running) -> None:
    one = b"GET %s HTTP/1.1\r\nhost: x\r\nx-api-key: test-pipe\r\n\r\n"
    last = b"GET %s HTTP/1.1\r\nhost: x\r\nx-api-key: test-pipe\r\nconnection: close\r\n\r\n"
    answer = raw(server, one % f"{PREFIX}/nothing".encode() + last % f"{PREFIX}/ledger".encode())
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"404", b"204"]


def test_a_taken_port_is_said_plainly() -> None:
    with bind(Settings(port=0)) as first, pytest.raises(SettingError, match="taken by another program"):
        bind(Settings(port=first.getsockname()[1]))


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid", "a" * 70])
def test_an_address_that_cannot_be_had_is_said_plainly(host: str) -> None:
    with pytest.raises(SettingError, match=r"--host|127\.0\.0\.1"):
        bind(Settings(host=host, port=0))


def test_the_socket_says_that_it_is_tcp_so_that_small_pieces_leave_at_once() -> None:
    with bind(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_all_addresses_are_shown_as_one_that_can_be_opened() -> None:
    with bind(Settings(host="0.0.0.0", port=0)) as listener:
        assert url_of(listener, Settings()).startswith("http://127.0.0.1:")


def test_with_tls_the_address_is_https() -> None:
    with bind(Settings(port=0)) as listener:
        assert url_of(listener, Settings(tls_cert="a", tls_key="b")).startswith("https://127.0.0.1:")


def test_a_control_token_is_made_where_other_machines_can_reach_the_address() -> None:
    assert secure(Settings()).control_token == ""
    assert secure(Settings(host="localhost")).control_token == ""
    assert len(secure(Settings(host="0.0.0.0")).control_token) > 20
    assert secure(Settings(host="0.0.0.0", control_token="mine")).control_token == "mine"


def test_a_server_ends_while_somebody_listens_to_its_events() -> None:
    with running() as server:
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        connection.request("GET", "/_sim/events", headers=KEY)
        response = connection.getresponse()
        assert response.status == 200
    assert response.read() is not None
    connection.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def safe(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a server with TLS."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(file)
    return Settings(clock="virtual", tls_cert=str(file), tls_key=str(file))


def test_over_tls_a_document_goes_in_and_comes_out(safe: Settings, authority: trustme.CA) -> None:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with running(safe) as server:
        assert server.url.startswith("https://")
        connection = HTTPSConnection(urlsplit(server.url).netloc, timeout=10, context=trust)
        connection.request("POST", f"{PREFIX}/ledger", LEDGER, KEY)
        assert connection.getresponse().read() != b""
        connection.request("GET", f"{PREFIX}/ledger", headers=KEY)
        assert len(json.load(connection.getresponse())["ledgers"]) == 1
        began = stopwatch()
    # The connection is still open: the server does not wait for a client that never says farewell.
    assert stopwatch() - began < GRACE_SECONDS * SECOND
    connection.close()


def test_plain_http_on_a_port_of_tls_is_not_answered(safe: Settings) -> None:
    with running(safe) as server:
        parts = urlsplit(server.url)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as plug:
            plug.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert not plug.recv(65_536).startswith(b"HTTP")


def test_a_certificate_that_cannot_be_used_keeps_the_server_from_starting(tmp_path: Path) -> None:
    none = str(tmp_path / "none.pem")
    wrong = Settings(tls_cert=none, tls_key=none)
    with pytest.raises(SettingError, match=r"none\.pem: it cannot be read"), running(wrong):
        pass
