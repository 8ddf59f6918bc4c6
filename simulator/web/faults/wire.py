"""The connection below an exchange: what HTTP has no word for, as RST, FIN and bytes that are no answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import ref

from simulator.web.asgi import Scope

if TYPE_CHECKING:
    # Named only: who calls the application in process needs no server.
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from simulator.web.faults.line import Line

EXTENSION = "cfis.transport"
"""Where an application finds the wire, among the extensions of a request's scope."""

LINGER_SECONDS = 2.0
"""How long an ended connection waits for its client to close, too."""

FLUSH_SECONDS = 2.0
"""How long a client that does not read is waited for, before its connection breaks all the same."""

_RST = struct.pack("ii", 1, 0)
"""Linger for no time at all: closing throws away what is unsent, and sends a RST."""


class Wire:
    """The connection of one exchange.

    It knows both weakly: the scope holds the wire and they hold the scope, and every request would leave a ring
    of garbage behind. They live as long as the exchange runs.
    """

    __slots__ = ("_cycle", "_line")

    def __init__(self, line: Line, cycle: RequestResponseCycle) -> None:
        """Stand below *cycle*, which is uvicorn's name for an exchange."""
        self._line = ref(line)
        self._cycle = ref(cycle)

    @property
    def line(self) -> Line:
        """Return the connection as the server has it."""
        line = self._line()
        assert line is not None
        return line

    def hold(self, on_lost: Callable[[], object]) -> None:
        """Set requests that come in aside; *on_lost* is called when the client leaves."""
        self.line.hold(on_lost)

    def release(self) -> None:
        """Go on with the requests that came in meanwhile."""
        self.line.release()

    def take_over(self) -> None:
        """See to it that uvicorn neither answers this exchange nor begins another on this connection."""
        self.line.doom()
        if (cycle := self._cycle()) is not None:
            cycle.disconnected = True

    def write(self, data: bytes) -> None:
        """Send bytes as they are; from now on nothing else answers on this connection."""
        self.take_over()
        transport = self.line.transport
        if not transport.is_closing():
            transport.write(data)

    async def flush(self) -> None:
        """Wait until what was sent has left, so that breaking off does not swallow it."""
        line = self.line
        if not line.transport.is_closing():
            # With 0 a transport of TLS would wait for less than nothing.
            line.transport.set_write_buffer_limits(high=1, low=0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await line.flow.drain()
        # Under TLS there is another transport below, and some event loops write at the end of a turn.
        await asyncio.sleep(0)

    def finish(self) -> None:
        """End the connection: what was sent still goes out, then a FIN.

        It is not closed at once: closing while something unread has come in would send a RST, and a RST can
        overtake what the client has not read yet.
        """
        self.take_over()
        line, transport = self.line, self.line.transport
        if transport.is_closing():
            return
        if transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()
        line.on_lost = line.loop.call_later(LINGER_SECONDS, transport.abort).cancel

    def reset(self) -> None:
        """Break the connection with a RST."""
        self.take_over()
        transport = self.line.transport
        plug = transport.get_extra_info("socket")
        if plug is not None and not transport.is_closing():
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        transport.abort()


def wire_of(scope: Scope) -> Wire | None:
    """Return the wire of a request; None if it came by none, as in process, or by another server's."""
    extensions = scope.get("extensions")
    wire = extensions.get(EXTENSION) if extensions else None
    return wire if isinstance(wire, Wire) else None
