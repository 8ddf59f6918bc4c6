"""One connection, and clients that treat it badly."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from simulator.web.protocol import PIPELINED_MAX, Protocol
from simulator.web.server import Running, running
from tests.web.test_partner import LEDGER, PREFIX

HEAD = b"POST %s/ledger HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" % PREFIX.encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def connect(server: Running) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def rest_of(sender: socket.socket) -> bytes:
    """Return everything until the server closes."""
    received = b""
    while True:
        try:
            piece = sender.recv(1 << 16)
        except ConnectionResetError:
            return received
        if not piece:
            return received
        received += piece


def told(server: Running, data: bytes) -> bytes:
    with connect(server) as sender:
        sender.sendall(data)
        return rest_of(sender)


def request_as(key: str, body: bytes, more: bytes = b"") -> bytes:
    return HEAD + b"x-api-key: %b\r\n%bcontent-length: %d\r\n\r\n%b" % (key.encode(), more, len(body), body)


def entries(server: Running, key: str) -> int:
    """Return how many requests a world has seen; to ask is to count one more."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", f"{PREFIX}/ledger", headers={"X-Api-Key": key})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return int(answer.headers["x-sim-entry"])


OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"


def test_a_client_that_offers_http2_is_answered_in_http1_with_its_body_read(server: Running) -> None:
    with connect(server) as sender:
        for number in range(2):
            sender.sendall(request_as("test-h2c", LEDGER, OFFER))
            assert sender.recv(1 << 16).startswith(b"HTTP/1.1 200 "), number
        head, body = request_as("test-h2c", LEDGER, OFFER + b"Connection: close\r\n").split(b"\r\n\r\n")
        # The body may well come later than the head.
        sender.sendall(head + b"\r\n\r\n" + body[:10])
        sender.sendall(body[10:])
        assert rest_of(sender).startswith(b"HTTP/1.1 200 ")
    assert entries(server, "test-h2c") == 4


def test_a_tunnel_is_refused(server: Running) -> None:
    assert told(server, b"CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def chunked(trailers: bytes) -> bytes:
    body = b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(LEDGER), LEDGER, trailers)
    return HEAD + b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n" + body


def test_a_key_behind_the_body_opens_nothing(server: Running) -> None:
    assert told(server, chunked(b"X-Api-Key: test-behind\r\n")).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "endless",
    [b"0\r\n" + b"a: b\r\n" * 300_000, b"0\r\na: " + b"b" * 2_000_000, b"2;" + b"a" * 2_000_000],
    ids=["headers behind the body", "a header behind the body", "what follows the size of a chunk"],
)
def test_what_has_no_end_around_a_chunk_is_refused(server: Running, endless: bytes) -> None:
    begin = HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"
    with connect(server) as sender:
        try:
            sender.sendall(begin)
            sender.sendall(endless)
        except ConnectionError:
            return
        assert rest_of(sender)[:13] in {b"HTTP/1.1 431 ", b""}


def test_a_body_of_many_small_chunks_is_read(server: Running) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in LEDGER * 20)
    data = HEAD + b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    assert told(server, data).startswith(b"HTTP/1.1 401 ")


def test_too_many_requests_that_wait_for_their_answers_are_refused(server: Running) -> None:
    one = b"GET /_sim/clock HTTP/1.1\r\nhost: localhost\r\nx-api-key: test-flood\r\n\r\n"
    assert b"HTTP/1.1 400 " in told(server, one * (PIPELINED_MAX + 100))


def test_a_stream_ends_with_its_connection_though_a_request_waits_behind_it(server: Running) -> None:
    stream = b"GET /_sim/events HTTP/1.1\r\nhost: localhost\r\nx-api-key: test-stream\r\n\r\n"
    with connect(server) as sender:
        sender.sendall(stream)
        assert sender.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        sender.sendall(stream)
    listeners = server.app.worlds.by_key["test-stream"].listeners
    for _ in range(1_000):
        if not listeners:
            break
        # Only what is written shows that nobody reads it, as nothing more is read while a request waits.
        entries(server, "test-stream")
    assert not listeners


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (HEAD, b"HTTP/1.1 408 "),
        (HEAD + b"x-api-key: test-slow\r\ncontent-length: 9\r\n\r\n{}", b"HTTP/1.1 408 "),
        (HEAD + b"x-api-key: test-slow\r\ncontent-length: 99999999\r\n\r\n{}", b"HTTP/1.1 413 "),
    ],
    ids=["nothing", "half a head", "half a body", "half of what was refused"],
)
def test_a_client_that_falls_silent_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, answer: bytes
) -> None:
    monkeypatch.setattr(Protocol, "patience", 0.05)
    with running() as server:
        told_all = told(server, sent)
    assert told_all.startswith(answer)
    assert len(re.findall(rb"HTTP/1\.1 ", told_all)) == bool(answer)


def test_a_client_that_waits_for_us_is_never_silent_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough that a busy machine has read the first request before it ends, and shorter than our answer takes.
    monkeypatch.setattr(Protocol, "patience", 0.5)
    wait = b'{"timeout": "800ms"}'
    head = b"POST /_sim/journal/wait HTTP/1.1\r\nhost: localhost\r\nx-api-key: test-wait\r\n"
    one = head + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(wait), wait)
    with running() as server, connect(server) as sender:
        # A further request has begun behind it, which is not complete.
        sender.sendall(one + b"GET /_sim/clock HT")
        assert sender.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        assert rest_of(sender).startswith(b"HTTP/1.1 408 ")


def test_beyond_the_bound_on_connections_the_answer_is_503_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protocol, "connections_max", 1)
    with running() as server:
        with connect(server):
            answer = told(server, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"]


def test_a_connection_that_comes_into_being_while_the_server_stops_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server:
        monkeypatch.setattr(Protocol, "is_closing", True)
        with connect(server) as sender, suppress(ConnectionError):
            assert sender.recv(1) == b""
