"""An exchange to which something happens: the answer as it should be, and all that a fault needs to spoil it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from simulator.clock import Duration
from simulator.partner.messages import Answer
from simulator.web.asgi import Send
from simulator.web.delivery import deliver
from simulator.web.faults.wire import Wire
from simulator.world.scenario import Fault

STATUS_LINE_CUT = b"HTTP/1.1 2"
"""An answer without a body can only be cut here: a client may take headers that end early for complete ones."""


class WireFaultError(ConnectionError):
    """What a client in process sees of a fault that needs a connection to break."""

    def __init__(self, fault: Fault, reason: str = "") -> None:
        """Say what would have happened on a socket."""
        self.kind = fault.kind
        self.at = fault.at
        said = reason or "there is no connection to do it to, as the call came in process"
        super().__init__(f"the scenario does {fault.kind!r} to this exchange, {fault.at} the effect; {said}")


async def _never(_duration: Duration | None) -> None:
    raise NotImplementedError


@dataclass(slots=True)
class Exchange:
    """One answer on its way, and the fault that meets it."""

    send: Send
    method: str
    answer: Answer
    fault: Fault
    decision: str = ""
    """The name of the decision, from which all chance is drawn."""
    seed: int = 0
    wire: Wire | None = None
    wait: Callable[[Duration | None], Awaitable[None]] = field(default=_never)
    """Returns when the world's clock has come so far since the exchange began; of None, never."""

    @property
    def line(self) -> Wire:
        """Return the connection. Raises WireFaultError where there is none."""
        if self.wire is None:
            raise WireFaultError(self.fault)
        return self.wire

    def time(self, default: Duration) -> Duration:
        """Return how long the fault takes."""
        return default if self.fault.duration is None else self.fault.duration

    def body(self) -> bytes:
        """Return the body that would be sent; of a long answer its first piece, which is then gone."""
        if self.method == "HEAD":
            return b""
        if self.answer.pieces is not None:
            return next(self.answer.pieces, b"")
        return self.answer.body

    async def deliver(self) -> None:
        """Send the answer as it should be."""
        await deliver(self.send, self.answer, self.method)

    async def begin(self, length: int) -> None:
        """Send the head of the answer, which promises a body of so many bytes."""
        headers = [header for header in self.answer.headers if header[0] != b"content-length"]
        headers.append((b"content-length", b"%d" % length))
        await self.send({"type": "http.response.start", "status": self.answer.status, "headers": headers})

    async def send_half(self) -> None:
        """Send the answer as far as the middle of its body, and wait until that has left."""
        line, body = self.line, self.body()
        if body:
            # At least one byte is missing, and of a long answer all but the first piece.
            await self.begin(len(body) if self.answer.pieces is None else 2 * len(body))
            await self.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        else:
            line.write(STATUS_LINE_CUT)
        await line.flush()
