"""The application: which door a path leads to, and nothing else."""

from __future__ import annotations

import logging

from simulator import __version__
from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import dumps
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.systems.catalogue import wires
from simulator.web.asgi import ASGI, Message, Receive, Scope, Send, send_answer
from simulator.web.control.app import control_app
from simulator.web.control.events import Streams
from simulator.web.faults.exchange import WireFaultError
from simulator.web.guard import Guard
from simulator.web.partner import PartnerAPI, Watch
from simulator.web.systems import SystemDoor, system_at
from simulator.world.worlds import Worlds

log = logging.getLogger("simulator")

CONTROL = "/_sim"


class App:
    """An ASGI application with worlds of its own."""

    def __init__(self, settings: Settings | None = None, watch: Watch | None = None) -> None:
        """Load the contract and stand ready. Raises ContractError and SettingError."""
        self.settings = settings or Settings()
        self.contract = Contract(self.settings.contract) if self.settings.contract else built_in()
        self.worlds = Worlds(self.settings, self.contract)
        self.service = Service(self.contract)
        self.streams = Streams()
        self.partner: ASGI = PartnerAPI(self.worlds, self.service, watch, self.streams)
        self.control: ASGI = Guard(control_app(self.worlds, self.settings, self.streams), self.settings)
        self.systems: ASGI = SystemDoor(self.worlds, self.settings, watch)
        self._prefix = f"{self.contract.prefix}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead a request to its door. A mistake of ours is a 500 that says so, and never the client's fault."""
        if scope["type"] != "http":
            raise RuntimeError(f"this application speaks HTTP, not {scope['type']}")
        path: str = scope["path"]
        door = self.partner if path.startswith(self._prefix) else self._other(path)
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await door(scope, receive, watched)
        except WireFaultError:
            # Not a mistake: the scenario breaks a connection, and a client in process has none.
            raise
        except Exception:
            log.exception("the simulator itself failed on %s %s", scope["method"], path)
            if started:
                raise
            await _fail(send)

    def _other(self, path: str) -> ASGI:
        if path == CONTROL or path.startswith(f"{CONTROL}/"):
            return self.control
        return self.systems if system_at(path) else self._signpost

    async def _signpost(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Say where everything is: somebody opened the bare address, or forgot the prefix."""
        is_root = scope["path"] == "/"
        first = next(iter(self.contract.paths))
        page = {
            "name": "cfis-simulator",
            "version": __version__,
            "partner": f"{self.contract.prefix} (with the header X-Api-Key: test-key; for example GET {first})",
            "control": f"{CONTROL}/",
            "systems": f"{', '.join(f'/{name}/' for name in wires())} (GET {CONTROL}/credentials says how)",
        }
        if not is_root:
            page = {"message": f"There is nothing at {scope['path'][:200]!r}.", **page}
        body = b"" if scope["method"] == "HEAD" else dumps(page)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(dumps(page)))]
        await send_answer(send, 200 if is_root else 404, headers, body)


async def _fail(send: Send) -> None:
    body = dumps(
        {
            "type": "urn:cfis-simulator:internal",
            "title": "The simulator itself failed",
            "status": 500,
            "detail": "A mistake of the simulator, not of your client. Its log has the trace; please report it.",
        }
    )
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
    await send_answer(send, 500, headers, body)
