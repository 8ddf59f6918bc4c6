"""One connection: HTTP/1.1 with bounds on what a client may send and how long it may take, and errors in JSON."""

from __future__ import annotations

import asyncio

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from simulator.contract.jsontext import dumps
from simulator.settings import Settings
from simulator.web.asgi import Receive, Scope, Send, send_answer
from simulator.web.faults.line import Line
from simulator.web.gathering import Gathering

CONNECTIONS_MAX = 1_000
PIPELINED_MAX = 1_000
"""Requests of one connection that wait for the answers before them."""
PATIENCE_SECONDS = 75.0
"""How long a client that owes us bytes may be silent."""

CONNECT = b"CONNECT"
UPGRADE = b"upgrade"


class Protocol(Line):
    """HTTP/1.1 for whoever connects, and for whoever connects badly."""

    header_bytes_max = Settings.header_bytes_max
    connections_max = CONNECTIONS_MAX
    patience = PATIENCE_SECONDS
    url = b""
    is_closing = False
    """Set on the class when its server stops."""
    in_headers = True
    bytes_waiting = 0
    """Bytes that came since anything came of them: a head that is not complete, or what is around a chunk."""
    bytes_parsed = 0
    _in_message = False
    _declines = False
    _running: RequestResponseCycle | None = None
    """The request that is being answered; `cycle` is the newest one, which may wait behind it."""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and send each answer in one piece."""
        if self.is_closing:
            # Its TLS handshake ended after the others were closed: nobody else would ever close this one, and the
            # event loop would wait for it without end.
            transport.abort()
        self.gathering = Gathering(transport, self.loop)
        super().connection_made(self.gathering)
        self._wait_for_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; whoever works on an answer is told, also where a further request has come behind it."""
        self._stop_waiting()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        """Let the client, which has said its last, still have its answer: after this the connection closes."""
        self.gathering.flush()

    def feed(self, data: bytes) -> None:
        """Take what came. What nothing comes of for too long, such as a head without an end, is refused."""
        self._unset_keepalive_if_required()
        self.bytes_waiting += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._decline_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse_unreadable()
            return
        if self.bytes_waiting > self.header_bytes_max and not self.transport.is_closing():
            self._refuse_headers()
        elif self._in_message:
            self._wait_for_more()
        else:
            self._stop_waiting()

    def _decline_upgrade(self, rest: bytes) -> None:
        # A server may go on in HTTP/1.1 where a client offers another protocol, as Java's own client offers h2c with
        # every request. The parser would pass over the body then, so it reads the request anew without the offer.
        head = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        head += [b"%b: %b" % header for header in self.headers if header[0] != UPGRADE]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._declines, self.bytes_waiting = False, 0
        self.feed(b"\r\n".join([*head, b"", rest]))

    def on_message_begin(self) -> None:
        """Start to count anew."""
        self.in_headers, self.bytes_parsed, self._in_message = True, 0, True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and count it. What follows the body is none: a key there would open a door too late."""
        if self.in_headers:
            self.bytes_parsed += len(name) + len(value) + 4
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request in, if its headers are within the bound."""
        if self.bytes_parsed + len(self.url) > self.header_bytes_max:
            # The parser turns this into its own error, which ends in `_refuse_unreadable`.
            raise ValueError("too many bytes of headers")
        if len(self.pipeline) >= PIPELINED_MAX:
            raise ValueError("too many requests at once")
        if self.parser.should_upgrade() and self.parser.get_method() != CONNECT:
            self._declines = True
            return
        self.in_headers, self.bytes_waiting = False, 0
        self.app = _busy if len(self.connections) > self.connections_max else self.config.loaded_app
        super().on_headers_complete()
        if not self.pipeline:
            self._running = self.cycle

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of a body."""
        self.bytes_waiting = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request, unless it is read anew."""
        if not self._declines:
            self.bytes_waiting, self._in_message = 0, False
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on to the next request that waits."""
        if self.pipeline:
            self._running = self.pipeline[-1][0]
        super().on_response_complete()

    def _wait_for_more(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(self.patience, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _lose_patience(self) -> None:
        """Close a connection whose client is silent, unless it is we who are slow."""
        self._timer = None
        is_answering = self._running is not None and not self._running.response_complete
        if self.held is not None or self.flow.read_paused or (is_answering and self.in_headers):
            self._wait_for_more()
        elif self._in_message and (self.in_headers or not self.cycle.response_started):
            self._refuse(408, f"The request was not complete after {self.patience:g} seconds of silence.")
        else:
            self.transport.close()

    def _refuse_unreadable(self) -> None:
        if self.bytes_parsed + len(self.url) > self.header_bytes_max:
            self._refuse_headers()
        else:
            self._refuse(400, "This is not a request in HTTP/1.1.")

    def _refuse_headers(self) -> None:
        self._refuse(431, f"The request line and headers are larger than {self.header_bytes_max} bytes.")

    def _refuse(self, status: int, message: str) -> None:
        # In the midst of another answer it would be taken for a piece of that.
        if self._running is None or self._running.response_complete or not self._running.response_started:
            body = dumps({"message": message})
            head = f"HTTP/1.1 {status} {_PHRASES[status]}\r\ncontent-type: application/json\r\n"
            self.transport.write(f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)
        self.transport.close()


_PHRASES = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


async def _busy(_scope: Scope, _receive: Receive, send: Send) -> None:
    body = dumps({"message": f"The simulator has more than {CONNECTIONS_MAX} open connections. Close some."})
    length = (b"content-length", b"%d" % len(body))
    await send_answer(send, 503, [(b"content-type", b"application/json"), length, (b"connection", b"close")], body)
