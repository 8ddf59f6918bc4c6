"""Where a client is tried: a world of its own, in this process without a socket, or on a server over HTTP."""

from __future__ import annotations

import atexit
import http.client
import json
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from simulator.chance import token
from simulator.clock import SECOND, show_duration
from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.partner.messages import Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.web.faults.exchange import WireFaultError
from simulator.web.server import running
from simulator.world import commands
from simulator.world.journal import Query
from simulator.world.scenario import LATE
from simulator.world.setup import setup_from
from simulator.world.world import World

Json = dict[str, Any]

LATENESS = 5 * SECOND
"""How late an answer is in process, where the fault does not say."""
GOOD = range(200, 300)
NOT_FOUND = 404
TIMEOUT_SECONDS = 60


class Stage(Protocol):
    """A world of its own, whose clock stands until it is moved."""

    base_url: str
    """What a client is given: everything before `/api/v1/partner`."""
    api_key: str

    def sleep(self, seconds: float) -> None:
        """Let so many seconds of the world's time pass at once: what a client under test waits with."""
        ...

    def advance(self, by: str) -> Json:
        """Move time by a duration such as `10m`; return the clock and what fired."""
        ...

    def settle(self) -> Json:
        """Move time until nothing is due; return the clock and what fired."""
        ...

    def configure(self, **what: Any) -> Json:
        """Change what the world is like: `system`, `seed`, `syncDelay`, `books`, `readings`."""
        ...

    def tell(self, scenario: Mapping[str, Any] | None) -> Json:
        """Tell a scenario from now on, or none; rules on top are gone."""
        ...

    def add_rule(self, rule: Mapping[str, Any]) -> Json:
        """Put a rule on top of the scenario."""
        ...

    def heal(self) -> None:
        """End the scenario with all its rules, and let the key be good again."""
        ...

    def records(self) -> list[Json]:
        """Return all records as the control API shows them, oldest first: kind, identifier, state, ...."""
        ...

    def record(self, kind: str, identifier: str) -> Json | None:
        """Return the newest record of an identifier with its document and timeline; None if there is none."""
        ...

    def journal(self) -> list[Json]:
        """Return the kept exchanges as the control API shows them, oldest first."""
        ...

    def close(self) -> None:
        """Give the world up."""
        ...


@dataclass(frozen=True)
class Reply:
    """What came back of a request in process; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def _service() -> Service:
    return Service(built_in())


@dataclass
class InProcess:
    """A stage without a socket, for a client whose way to send can be chosen: it sends with `send`."""

    api_key: str = "test-in-process"
    base_url: str = "http://in-process"
    settings: Settings = field(default_factory=lambda: Settings(clock="virtual"))
    world: World = field(init=False)

    def __post_init__(self) -> None:
        """Open an empty world. Raises SettingError."""
        self.world = World(self.api_key, setup_from(self.settings, built_in()), self.settings, built_in())

    def send(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a request to the path (and query) of *target* with this world's key.

        Raises ConnectionError where a fault keeps the answer from the client, whatever its kind. An answer that is
        late costs the world's time and no other.
        """
        path, _, query = target.removeprefix(self.base_url).partition("?")
        given = {"x-api-key": self.api_key, **{name.lower(): value for name, value in (headers or {}).items()}}
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()]
        answer = _service().handle(self.world, Request(method, path, query.encode("ascii"), sent, body))
        if answer.fault is not None and answer.fault.kind not in LATE:
            raise WireFaultError(answer.fault)
        if answer.fault is not None:
            duration = LATENESS if answer.fault.duration is None else answer.fault.duration
            self.advance(show_duration(duration))
        shown = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Reply(answer.status, shown, answer.body if answer.pieces is None else b"".join(answer.pieces))

    def sleep(self, seconds: float) -> None:
        """Let so many seconds of the world's time pass at once."""
        self.advance(_duration(seconds))

    def advance(self, by: str) -> Json:
        """Move time by a duration such as `10m`."""
        return self._run("advance", by=by)

    def settle(self) -> Json:
        """Move time until nothing is due."""
        return self._run("settle")

    def configure(self, **what: Any) -> Json:
        """Change what the world is like."""
        return self._run("configure", **what)

    def tell(self, scenario: Mapping[str, Any] | None) -> Json:
        """Tell a scenario from now on, or none."""
        return self._run("drop_scenario") if scenario is None else self._run("load_scenario", scenario=scenario)

    def add_rule(self, rule: Mapping[str, Any]) -> Json:
        """Put a rule on top of the scenario."""
        return self._run("add_rule", rule=rule)

    def heal(self) -> None:
        """End the scenario with all its rules, and let the key be good again."""
        self.tell(None)
        self._run("expire_key", never=True)

    def records(self) -> list[Json]:
        """Return all records, oldest first."""
        self.world.arrive()
        found = [record for shelf in self.world.shelves.values() for record in shelf.all.values()]
        return [record.show() for record in sorted(found, key=lambda record: record.number)]

    def record(self, kind: str, identifier: str) -> Json | None:
        """Return the newest record of an identifier, with its document and timeline."""
        self.world.arrive()
        found = self.world.shelves[kind].by_identifier.get(identifier)
        return None if found is None else found.show(full=True)

    def journal(self) -> list[Json]:
        """Return the kept exchanges, oldest first."""
        return [entry.show() for entry in self.world.journal.find(Query())]

    def close(self) -> None:
        """Give the world up: nothing else knows it."""

    def _run(self, command: str, **arguments: Any) -> Json:
        return commands.run(self.world, command, arguments)


def _duration(seconds: float) -> str:
    return f"{max(0, round(seconds * 1000))}ms"


_numbers = count(1)


@cache
def served() -> str:
    """Return the base URL of a server in a thread of this process, started at first use and stopped at its end."""
    stack = ExitStack()
    url = stack.enter_context(running(Settings(clock="virtual"))).url
    atexit.register(stack.close)
    return url


class OverHttp:
    """A stage on a server that is reached over HTTP: a new world of it, by a key that nobody else has."""

    def __init__(self, base_url: str = "", *, api_key: str = "", control_token: str = "") -> None:
        """Open a world with a clock that stands, on the server of this process by default."""
        self.base_url = (base_url or served()).rstrip("/")
        self.api_key = api_key or f"test-{token()}-{next(_numbers)}"
        self._headers = {"X-Api-Key": self.api_key, "Content-Type": "application/json"}
        if control_token:
            self._headers["X-Sim-Token"] = control_token
        self.configure(clock={"mode": "virtual"})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Make a call of the control API, by its path below `/_sim`; return its JSON. Raises RuntimeError."""
        status, answer = self._call(method, path, body)
        if status not in GOOD:
            said = answer[:500].decode("utf-8", "replace")
            raise RuntimeError(f"{method} {self.base_url}/_sim{path[:200]} was answered {status}: {said}")
        return json.loads(answer) if answer else None

    def _call(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        parts = urlsplit(self.base_url)
        made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        # A connection for each call: a kept one may have been closed meanwhile, and advancing twice is not the same.
        with closing(made(parts.netloc, timeout=TIMEOUT_SECONDS)) as connection:
            sent = None if body is None else dumps(body)
            connection.request(method, f"{parts.path}/_sim{path}", sent, self._headers)
            response = connection.getresponse()
            return response.status, response.read()

    def sleep(self, seconds: float) -> None:
        """Let so many seconds of the world's time pass at once."""
        self.advance(_duration(seconds))

    def advance(self, by: str) -> Json:
        """Move time by a duration such as `10m`."""
        return self._told("POST", "/clock/advance", {"by": by})

    def settle(self) -> Json:
        """Move time until nothing is due."""
        return self._told("POST", "/clock/settle")

    def configure(self, **what: Any) -> Json:
        """Change what the world is like."""
        return self._told("PUT", "/world", what)

    def tell(self, scenario: Mapping[str, Any] | None) -> Json:
        """Tell a scenario from now on, or none."""
        if scenario is None:
            return self._told("DELETE", "/scenario")
        return self._told("PUT", "/scenario", scenario)

    def add_rule(self, rule: Mapping[str, Any]) -> Json:
        """Put a rule on top of the scenario."""
        return self._told("POST", "/rules", rule)

    def heal(self) -> None:
        """End the scenario with all its rules, and let the key be good again."""
        self.tell(None)
        self.control("POST", "/key/expire", {"never": True})

    def records(self) -> list[Json]:
        """Return all records, oldest first."""
        return self._pages("/records", "records")

    def record(self, kind: str, identifier: str) -> Json | None:
        """Return the newest record of an identifier, with its document and timeline."""
        path = f"/records/{quote(kind, safe='')}/{quote(identifier, safe='')}"
        if self._call("GET", path, None)[0] == NOT_FOUND:
            return None
        found: Json = self.control("GET", path)
        return found

    def journal(self) -> list[Json]:
        """Return the kept exchanges, oldest first."""
        return self._pages("/journal", "entries")

    def close(self) -> None:
        """Give the world up."""
        self.control("DELETE", "/world")

    def _told(self, method: str, path: str, body: Any = None) -> Json:
        answer: Json = self.control(method, path, body)
        return answer

    def _pages(self, path: str, member: str) -> list[Json]:
        found: list[Json] = []
        after: int | None = 0
        while after is not None:
            page = self.control("GET", f"{path}?after={after}&limit=1000")
            found += page[member]
            after = page["next"]
        return found
