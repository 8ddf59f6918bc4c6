"""A server whose answers meet faults that the request itself asks for, and a client that sees every byte."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import trustme

from simulator.clock import SECOND, Instant, parse_duration, stopwatch
from simulator.partner.messages import Answer, Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.web.server import Running, running
from simulator.world.scenario import Fault
from simulator.world.world import World
from tests.documents import PREFIX, ledger, payment

T = TypeVar("T")
LEDGERS = f"{PREFIX}/ledger"
PAYMENTS = f"{PREFIX}/payment"
GUARD_SECONDS = 30
"""Nothing here takes so long; it keeps a test that fails from hanging."""


class FaultyService(Service):
    """Gives an answer the fault that the request names in the header X-Test-Fault, as a scenario would."""

    def handle(self, world: World, request: Request, at: Instant | None = None) -> Answer:
        answer = super().handle(world, request, at)
        if (given := request.header(b"x-test-fault")) is not None:
            answer.fault = fault_of(json.loads(given))
        return answer


def fault_of(given: dict[str, str]) -> Fault:
    """The fault in the words of a scenario."""
    duration = parse_duration(given["for"]) if "for" in given else None
    return Fault(given["kind"], given.get("at", "after"), duration)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Server:
    """A running server, and what its clients need to trust it."""

    running: Running
    trust: ssl.SSLContext | None = None

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.running.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def plug(self) -> Plug:
        """A connection of which every byte can be seen."""
        return Plug(socket.create_connection(self.address, timeout=GUARD_SECONDS), self.trust)

    def connection(self) -> HTTPConnection:
        """A client as people use one."""
        if self.trust is None:
            return HTTPConnection(*self.address, timeout=GUARD_SECONDS)
        return HTTPSConnection(*self.address, timeout=GUARD_SECONDS, context=self.trust)

    def control(self, key: str, method: str, target: str, value: Any = None) -> Any:
        """The answer of the control API, which must be good."""
        connection = self.connection()
        try:
            body = None if value is None else json.dumps(value)
            headers = {"X-Api-Key": key, "Content-Type": "application/json"}
            connection.request(method, f"/_sim{target}", body, headers)
            response = connection.getresponse()
            answer = json.load(response)
            assert response.status == 200, answer
            return answer
        finally:
            connection.close()

    def listening(self) -> int:
        """How many exchanges are held, on all worlds."""
        return len(self.running.app.streams._listening)

    def ends(self, key: str) -> bool:
        """Whether nothing is held any more, after a while at the latest."""
        began = stopwatch()
        while self.listening():
            self.control(key, "GET", "/clock")
            if stopwatch() - began > GUARD_SECONDS * SECOND:
                return False
        return True

    def advance(self, key: str, by: str) -> None:
        """Move the clock of a world."""
        self.control(key, "POST", "/clock/advance", {"by": by})

    def arrived(self, key: str, count: int = 1) -> list[Any]:
        """The exchanges of a world, once there are so many: by then what is held is held."""
        answer = self.control(key, "POST", "/journal/wait", {"count": count, "timeout": f"{GUARD_SECONDS}s"})
        assert answer["met"], answer
        return list(answer["entries"])


class Plug:
    """The client's end of a connection; with TLS on top it still sees what the connection itself does."""

    def __init__(self, plain: socket.socket, trust: ssl.SSLContext | None = None) -> None:
        self.socket = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        if trust is not None:
            # Python's own TLS socket shows a RST as an early end; this one leaves the socket to us.
            self._tls = trust.wrap_bio(self._incoming, self._outgoing, server_hostname=plain.getpeername()[0])
            self._pump(self._tls.do_handshake)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _pump(self, step: Callable[[], T]) -> T:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush()
                if data := self.socket.recv(65_536):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            finally:
                self._flush()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self.socket.sendall(data)

    def send(self, *requests: bytes) -> None:
        """Send requests in one go."""
        data = b"".join(requests)
        if self._tls is None:
            self.socket.sendall(data)
        else:
            self._tls.write(data)
            self._flush()

    def receive(self, count: int) -> bytes:
        """Some of what comes; nothing at the end, which under TLS must be said and not just happen."""
        tls = self._tls
        return self.socket.recv(count) if tls is None else self._pump(lambda: tls.read(count))

    def until(self, end: bytes) -> bytes:
        """What comes, up to and including some bytes."""
        received = b""
        while not received.endswith(end):
            piece = self.receive(1)
            assert piece, received
            received += piece
        return received

    def rest(self) -> tuple[bytes, type[Exception] | None]:
        """Everything that comes until the server closes (None), or the connection breaks (the error)."""
        received = b""
        try:
            while piece := self.receive(65_536):
                received += piece
        except OSError as error:
            return received, type(error)
        return received, None

    def so_far(self) -> bytes:
        """Everything that has come by now."""
        received = b""
        self.socket.settimeout(0)
        try:
            while piece := self.receive(65_536):
                received += piece
        except BlockingIOError:
            return received
        finally:
            self.socket.settimeout(GUARD_SECONDS)
        raise AssertionError(f"the connection has ended after {received!r}")

    def answer(self) -> tuple[int, bytes]:
        """The status and the body of the next answer, which must say how long it is."""
        head = self.until(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        promised, body = int(length[1]) if length else 0, b""
        while len(body) < promised:
            body += self.receive(promised - len(body))
        return int(head.split()[1]), body


def request(key: str, method: str = "GET", target: str = LEDGERS, body: bytes = b"", **fault: str) -> bytes:
    """The bytes of a request; a fault has the words of a scenario, with `time` for `for`."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"X-Api-Key: {key}"]
    if fault:
        named = {name.replace("time", "for"): value for name, value in fault.items()}
        lines.append(f"X-Test-Fault: {json.dumps(named)}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Certificates:
    """Files with a certificate and its key, and the authority that signed it."""

    authority: trustme.CA
    cert: str
    key: str

    def trust(self) -> ssl.SSLContext:
        """What a client needs."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


def document(identifier: str = "L-1") -> bytes:
    """The body of a submission."""
    return json.dumps({"ledgers": ledger(identifier)}).encode()


def payments(count: int) -> bytes:
    """The body of a submission of many payments."""
    return json.dumps({"payments": [payment(f"P-{number}") for number in range(count)]}).encode()


def certificates(folder: Path) -> Certificates:
    """Make a certificate for this machine."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    cert, key = folder / "cert.pem", folder / "key.pem"
    issued.private_key_pem.write_to_path(key)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(cert, append=True)
    return Certificates(authority, str(cert), str(key))


@contextmanager
def serving(made: Certificates | None = None, **settings: Any) -> Iterator[Server]:
    """Run a server with a virtual clock whose faults can be asked for, with TLS if there is a certificate."""
    tls = {"tls_cert": made.cert, "tls_key": made.key} if made is not None else {}
    with running(Settings(**{"clock": "virtual", **tls, **settings})) as server:
        app = server.app
        app.service = app.partner.service = FaultyService(app.contract)  # type: ignore[attr-defined]
        yield Server(server, made.trust() if made is not None else None)
