"""The doors of the accounting systems: from a socket to the books of the world that the credentials name."""

from __future__ import annotations

from urllib.parse import quote

from simulator import __version__
from simulator.clock import stopwatch, wall
from simulator.contract.jsontext import dumps
from simulator.errors import BoundError, ExpiredError
from simulator.settings import Settings
from simulator.systems.base import Answer, Request, System
from simulator.systems.catalogue import system_named, wires
from simulator.web.asgi import DisconnectedError, OversizedError, Receive, Scope, Send, read_body, send_answer
from simulator.web.partner import Watch
from simulator.world.wires import speak
from simulator.world.worlds import Worlds

MOUNTS = {f"/{name}": name for name in wires()}
TOO_LARGE = Answer(413, b"The body is larger than the simulator takes (--body-bytes-max).", "text/plain")


def system_at(path: str) -> str:
    """Return the name of the system whose mount a path begins with; empty if it begins with none."""
    return MOUNTS.get("/" + path[1:].partition("/")[0], "")


class SystemDoor:
    """Finds system and world of a request, lets the books answer, and sends the answer."""

    def __init__(self, worlds: Worlds, settings: Settings, watch: Watch | None = None) -> None:
        """Serve the systems of *worlds*; *watch* is told of every exchange."""
        self.worlds = worlds
        self.settings = settings
        self.watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = stopwatch()
        name = system_at(scope["path"])
        try:
            body = await read_body(scope, receive, self.settings.body_bytes_max)
        except OversizedError:
            self.worlds.stray(scope["method"], scope["path"], f"{name}: the body is larger than --body-bytes-max")
            await _deliver(send, TOO_LARGE, scope["method"], [])
            return
        except DisconnectedError:
            return
        request = _request(scope, name, body)
        system = system_named(name)
        world = None
        identity = system.identity_of(request)
        try:
            world = self.worlds.known_as(identity) if identity else None
        except (ExpiredError, BoundError):
            # To the system its company is gone: strangers are told so in its own words.
            world = None
        if world is None and request.method in {"GET", "HEAD"} and request.path == "/" and not identity:
            await _deliver(send, _signpost(system), request.method, [])
            return
        if world is None:
            reason = "the credentials name no world" if identity else "there are no credentials that name a world"
            self.worlds.stray(request.method, scope["path"], f"{name}: {reason}")
            await _deliver(send, system.stranger(request), request.method, [])
            return
        answer = speak(world, name, request)
        entry = world.journal.entries[-1]
        entry.elapsed = stopwatch() - started
        if self.watch is not None:
            self.watch(world, entry)
        notes = [("x-sim-world", world.identity), ("x-sim-entry", str(entry.number))]
        await _deliver(send, answer, request.method, notes)


def _signpost(system: System) -> Answer:
    """Say what is here: somebody opened the mount itself, where no vendor has a call."""
    about = system.facts
    page = {
        "name": system.name,
        "title": f"{about['title']}, simulated by cfis-simulator {__version__}",
        "summary": about["summary"],
        "protocol": about["protocol"],
        "calls": about["calls"],
        "rules": about["rules"],
        "standIns": about["stand_ins"],
        "credentials": "GET /_sim/credentials with the X-Api-Key of a world",
    }
    return Answer(200, dumps(page), "application/json")


def _request(scope: Scope, name: str, body: bytes) -> Request:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    target = raw.partition(b"?")[0].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    host = next((value for header, value in headers if header == "host"), "localhost")
    return Request(
        method=scope["method"],
        target=target,
        headers=headers,
        body=body,
        origin=f"{scope.get('scheme', 'http')}://{host}",
        mount=f"/{name}",
        received=wall(),
    )


async def _deliver(send: Send, answer: Answer, method: str, notes: list[tuple[str, str]]) -> None:
    headers = [
        (key.encode("latin-1"), value.encode("latin-1", "replace")) for key, value in (*answer.show_headers(), *notes)
    ]
    has_body = answer.status not in {204, 304}
    if has_body:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send_answer(send, answer.status, headers, answer.body if has_body and method != "HEAD" else b"")
