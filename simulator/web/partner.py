"""The door of the partner API: from a socket to a world and back. Pure ASGI, as every request passes here."""

from __future__ import annotations

from collections.abc import Callable

from simulator.clock import stopwatch
from simulator.contract.violations import Violation
from simulator.errors import BoundError, ExpiredError
from simulator.partner.messages import Answer, Outcome, Request
from simulator.partner.service import Service
from simulator.web.asgi import DisconnectedError, OversizedError, Receive, Scope, Send, read_body
from simulator.web.control.events import Streams
from simulator.web.delivery import deliver
from simulator.web.faults.exchange import Exchange
from simulator.web.faults.table import inflict
from simulator.web.faults.wire import wire_of
from simulator.world.journal import Entry
from simulator.world.world import World
from simulator.world.worlds import KEY_LENGTH_MAX, KEY_PREFIX, Worlds

API_KEY = b"x-api-key"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
Watch = Callable[[World, Entry], None]


class PartnerAPI:
    """Finds the world of a request by its key, lets the service answer, and sends the answer."""

    def __init__(
        self, worlds: Worlds, service: Service, watch: Watch | None = None, streams: Streams | None = None
    ) -> None:
        """Serve *worlds*; *watch* is told of every exchange, and *streams* end those that are held."""
        self.worlds = worlds
        self.service = service
        self.watch = watch
        self.streams = streams or Streams()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = stopwatch()
        request = Request(scope["method"], scope["path"], scope["query_string"], scope["headers"])
        if request.method in BODY_METHODS:
            try:
                request.body = await read_body(scope, receive, self.worlds.settings.body_bytes_max)
            except OversizedError:
                request.oversized = True
            except DisconnectedError:
                return
        world = self._world(request)
        if isinstance(world, Answer):
            await deliver(send, world, request.method)
            return
        answer = self.service.handle(world, request)
        entry = world.journal.entries[-1]
        entry.elapsed = stopwatch() - started
        if self.watch is not None:
            self.watch(world, entry)
        answer.headers += ((b"x-sim-world", world.identity.encode()), (b"x-sim-entry", b"%d" % entry.number))
        if answer.fault is None:
            await deliver(send, answer, request.method)
            return
        await inflict(
            Exchange(
                send=send,
                method=request.method,
                answer=answer,
                fault=answer.fault,
                decision=entry.decision,
                seed=world.setup.seed,
                wire=wire_of(scope),
            ),
            world,
            self.streams,
        )

    def _world(self, request: Request) -> World | Answer:
        """Return the world that the key of a request opens, or the answer if there is none."""
        key = request.header(API_KEY)
        readings = self.worlds.setup.readings
        if key is None or not self.worlds.opens(key):
            reason = _why(key)
            self.worlds.stray(request.method, request.path, reason)
            violation = Violation(
                "header:x-api-key", None, "key", f"a key that starts with {KEY_PREFIX}", reason, "documented",
                self.service.contract.auth["source"],
            )  # fmt: skip
            return self.service.refuse(request, Outcome("unauthorized", violations=[violation]), readings)
        try:
            return self.worlds.world(key)
        except BoundError as error:
            return self.service.refuse(request, Outcome("world-full", {"summary": str(error)}), readings)
        except ExpiredError as error:
            return self.service.refuse(request, Outcome("world-expired", {"summary": str(error)}), readings)


def _why(key: str | None) -> str:
    """Say why a key opens no world."""
    if key is None:
        return "no X-Api-Key"
    if len(key) > KEY_LENGTH_MAX:
        return f"a key that is longer than {KEY_LENGTH_MAX} characters"
    return f"a key that does not start with {KEY_PREFIX}" if key else "an empty X-Api-Key"
