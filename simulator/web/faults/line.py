"""The server's side of a connection: uvicorn's protocol, which hands its wire to every request, and can be held."""

from __future__ import annotations

from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.web.faults.wire import EXTENSION, Wire

HELD_BYTES_MAX = 64 << 10
"""What is kept of requests that come in behind a held one.

More waits in the buffers of the system; only then a client that leaves is noticed when the hold is over.
"""

FAREWELL_SECONDS = 0.5
"""How long a client has to return the farewell of TLS when the server stops; many never do."""


class Line(HttpToolsProtocol):
    """A connection that can be held: it reads on, as a client that leaves is only noticed by reading.

    What comes in meanwhile waits in its order. A connection that is doomed throws away what comes in.
    """

    held: bytearray | None = None
    is_doomed = False
    on_lost: Callable[[], object] | None = None

    def data_received(self, data: bytes) -> None:
        """Take what came in: to the parser, aside while held, or nowhere when all is over."""
        if self.held is None:
            self.feed(data)
        elif not self.is_doomed:
            self.held += data
            if len(self.held) > HELD_BYTES_MAX:
                self.flow.pause_reading()

    def feed(self, data: bytes) -> None:
        """Let the parser have what came in."""
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Begin an exchange, with the wire at hand."""
        super().on_headers_complete()
        self.scope["extensions"] = {EXTENSION: Wire(self, self.cycle)}  # type: ignore[dict-item]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits, too: uvicorn tells the newest request alone, which may be queued behind the waiting."""
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost()

    def shutdown(self) -> None:
        """Close, as the server stops, and do not wait long for those who do not close in turn."""
        if self.is_doomed:
            self.transport.abort()
            return
        super().shutdown()
        if self.transport.is_closing():
            self.loop.call_later(FAREWELL_SECONDS, self.transport.abort)

    def hold(self, on_lost: Callable[[], object]) -> None:
        """Set aside what comes in; *on_lost* is called when the client leaves, at once if it has left."""
        self.on_lost, self.held = on_lost, bytearray()
        if self.transport.is_closing():
            on_lost()
        else:
            self.flow.resume_reading()

    def release(self) -> None:
        """Go on with what came in meanwhile, unless all is over."""
        if self.is_doomed:
            return
        data, self.on_lost, self.held = self.held, None, None
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if data:
                self.data_received(bytes(data))

    def doom(self) -> None:
        """Answer nothing more on this connection, and throw away what comes in."""
        if not self.is_doomed:
            self.is_doomed, self.held = True, bytearray()
            self.flow.resume_reading()
