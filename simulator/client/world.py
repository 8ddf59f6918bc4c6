"""One world of a running server: what can be done to it, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from simulator.chance import token as new_secret
from simulator.client.answers import Exchange, Moved, Record, Verdict, VerdictError
from simulator.client.door import ControlError, Door, Json, part
from simulator.clock import MINUTE, SECOND, VIRTUAL_START, Duration, parse_duration, show_duration, show_instant
from simulator.errors import SettingError

WAIT_MAX = MINUTE
"""The server waits no longer in one call, so a longer wait is several."""
STORY_ENDINGS = (".yaml", ".yml", ".json")

Span = str | timedelta
"""A duration: `10m`, `1.5s`, `2h30m`, `PT10M`, or a timedelta."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a world is like before anything happens in it. What is None is as the scenario, or the server, has it."""

    scenario: str | Path | Mapping[str, Any] | None = None
    system: str | None = None
    seed: int | None = None
    books: Mapping[str, Any] | None = None
    readings: Mapping[str, str | int] | None = None
    check: bool = True
    """Whether the verdict is asked for when the world ends."""
    strict: bool = False
    """Whether it is a fault, too, if a part of the scenario never came to pass."""


class World:
    """One isolated client account of CFIS, named by its key. Give *url* and *key* to the client under test."""

    def __init__(self, url: str, key: str = "", *, token: str = "", setup: Setup | None = None) -> None:
        """Name a world on a running server; without a *key* it gets one that nobody else has. Nothing is called yet.

        *token* is the control token, where the server demands one. *setup* is what `prepare` makes of the world.
        """
        self.door = Door.to(url, key or f"test-{new_secret()}", token)
        self.setup = setup or Setup()

    @property
    def url(self) -> str:
        """The base URL of the server; the partner API is at `{url}/api/v1/partner`."""
        return self.door.url

    @property
    def key(self) -> str:
        """What the client under test sends as X-Api-Key."""
        return self.door.key

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """Call the control API for what has no method here: `call("GET", "/strays")`. Raises ControlError."""
        return self.door.call(method, path, body, query)

    def __repr__(self) -> str:
        return f"World({self.url!r}, {self.key!r})"

    def prepare(self) -> None:
        """Set a new world up: a clock that stands at its start, the scenario, and what else the setup names."""
        setup = self.setup
        self.configure(clock={"mode": "virtual", "now": show_instant(VIRTUAL_START)})
        if setup.scenario is not None:
            self.scenario(setup.scenario)
        named = {name: getattr(setup, name) for name in ("system", "seed", "books", "readings")}
        if given := {name: value for name, value in named.items() if value is not None}:
            self.configure(**given)

    def fresh(self, **changes: Any) -> Fresh:
        """Give another new world, set up like this one but for *changes*; judge it at the end, and remove it.

        For each example of a property, say: `with cfis.fresh() as world: …`, `with cfis.fresh(seed=7) as world: …`.
        """
        return Fresh(World(self.url, token=self.door.token, setup=replace(self.setup, **changes)))

    def anew(self) -> None:
        """Begin again with this key, as if nothing had ever happened, and set the world up as at first."""
        self.remove()
        self.prepare()

    def reset(self) -> None:
        """Empty this world: records, journal and time that has passed. What it is like stays."""
        self.call("POST", "/reset")

    def remove(self) -> None:
        """Remove this world; its key opens a new one at its next use."""
        self.call("DELETE", "/world")

    def configure(self, **settings: Any) -> None:
        """Change what this world is like: `system`, `seed`, `books`, `readings`, `clock`, `syncDelay`."""
        self.door.call("PUT", "/world", settings)

    def system(self, name: str, books: Mapping[str, Any] | None = None) -> None:
        """Choose the accounting system behind CFIS, with books of its own."""
        self.configure(system=name, **({} if books is None else {"books": books}))

    def credentials(self) -> dict[str, Json]:
        """Return base URL and credentials of every accounting system for this world, by its name."""
        return dict(self.door.call("GET", "/credentials")["systems"])

    @property
    def now(self) -> str:
        """What the clock of this world shows."""
        return str(self.door.call("GET", "/clock")["now"])

    def advance(self, by: Span) -> Moved:
        """Move time forward, running everything that falls due on the way."""
        return self._move("/clock/advance", {"by": _span(by)})

    def settle(self, within: Span | None = None) -> Moved:
        """Move time forward until nothing is due any more, at most *within* a duration."""
        return self._move("/clock/settle", {} if within is None else {"within": _span(within)})

    def freeze(self) -> None:
        """Stop the clock: from now on time moves by command alone."""
        self.call("POST", "/clock/freeze")

    def resume(self, mode: str | None = None) -> None:
        """Let the clock run on, or run as *mode* says: `real`, or a factor such as `x60`."""
        self.call("POST", "/clock/resume", {} if mode is None else {"mode": mode})

    def _move(self, path: str, arguments: Json) -> Moved:
        moved = self.door.call("POST", path, arguments)
        if not moved["complete"]:
            advice = "Move time by less; does a rule of the scenario try for ever?"
            raise ControlError(f"{moved['firedCount']} events fired, and there are more.", advice=advice)
        return Moved(moved["now"], moved["pending"], moved["fired"])

    @property
    def records(self) -> list[Record]:
        """All records, in the order of their submission."""
        return [Record.read(shown) for shown in self.door.pages("/records", "records", {})]

    def record(self, kind: str, identifier: str) -> Record:
        """Return the newest record of an identifier, with its document and its timeline."""
        return Record.read(self.door.call("GET", f"/records/{part(kind)}/{part(identifier)}"))

    def add(self, kind: str, document: Mapping[str, Any]) -> Record:
        """Make a record that no call of the partner API makes, such as an invoice."""
        return Record.read(self.door.call("POST", f"/records/{part(kind)}", {"document": document}))

    def outcome(self, kind: str, identifier: str, outcome: str | Mapping[str, Any]) -> Record:
        """Settle a record by hand: `"synced"`, `{"failed": "why"}`, `{"unreachable": "10m"}`, `"retry"` and others."""
        path = f"/records/{part(kind)}/{part(identifier)}/outcome"
        return Record.read(self.door.call("POST", path, {"outcome": outcome}))

    def journal(self, **filters: Any) -> list[Exchange]:
        """Return the exchanges that match: `operation`, `status`, `identifier`, `method`, `path`, `violations`, ….

        The filters are those of `GET /_sim/journal`; of one that may be repeated a list may be given.
        """
        return [Exchange.read(shown) for shown in self.door.pages("/journal", "entries", filters)]

    def wait_for(self, *, count: int = 1, timeout: Span = "10s", after: int = 0, **match: Any) -> list[Exchange]:
        """Wait until *count* requests match, and return them. Raises ControlError if they have not come in time.

        The filters are those of `journal`. What has already happened counts, unless *after* names the entry to begin
        behind. The time is the machine's own. In a coroutine: `await asyncio.to_thread(world.wait_for, …)`.
        """
        __tracebackhide__ = True
        left = _duration(timeout)
        while True:
            share = min(left, WAIT_MAX)
            wanted = {"match": match, "count": count, "timeout": show_duration(share), "after": after}
            waited = self.door.call("POST", "/journal/wait", wanted, seconds=share / SECOND)
            left -= share
            if waited["met"]:
                return [Exchange.read(shown) for shown in waited["entries"]]
            if waited["ended"] or not left:
                detail = f"{waited['count']} of {count} requests came within {_span(timeout)}"
                wish = ", ".join(f"{name} {value}" for name, value in match.items())
                why = f"; the wait ended: {waited['ended']}." if waited["ended"] else "."
                raise ControlError(detail + why, where=wish, name="not-met", body=waited)

    def verdict(self, *, strict: bool = False) -> Verdict:
        """Judge the client; *strict* asks, too, whether the scenario was told to its end."""
        return Verdict.read(self.door.call("GET", "/verdict", query={"strict": strict}))

    def check(self, *, strict: bool = False) -> None:
        """Judge the client. Raises VerdictError, which is an AssertionError, if anything was wrong."""
        __tracebackhide__ = True
        verdict = self.verdict(strict=strict)
        if not verdict.ok:
            raise VerdictError(verdict)

    def export(self, as_: Literal["journal", "scenario", "har"] = "journal") -> Json:
        """Take the run away: everything that happened, the decisions alone, or an HTTP Archive."""
        return dict(self.door.call("GET", "/export", query={"as": as_}))

    def scenario(self, story: str | Path | Mapping[str, Any] | None) -> None:
        """Tell a scenario from now on: of the library by its name, a file (YAML or JSON), or one in words.

        None ends the one that is told.
        """
        if story is None:
            self.door.call("DELETE", "/scenario")
        elif isinstance(story, Mapping):
            self.door.call("PUT", "/scenario", story)
        elif isinstance(story, str) and not story.endswith(STORY_ENDINGS):
            self.door.call("PUT", "/scenario", {"name": story})
        else:
            self._scenario_file(Path(story))

    def _scenario_file(self, path: Path) -> None:
        try:
            text = path.read_bytes()
        except OSError as error:
            raise ControlError(f"the scenario cannot be read: {error.strerror}.", where=str(path)) from None
        try:
            self.door.call("PUT", "/scenario", text)
        except ControlError as error:
            raise error.within(str(path)) from None

    def rule(self, given: Mapping[str, Any] | None = None, **parts: Any) -> str:
        """Put a rule on top of all others and return its name.

        `rule(when={"operation": "submit_ledger", "times": 1}, respond={"status": 503})`, or all of it as one mapping.
        """
        return str(self.door.call("POST", "/rules", {**(given or {}), **parts})["added"])

    def remove_rule(self, name: str) -> None:
        """Take a rule off that was put on top."""
        self.call("DELETE", f"/rules/{part(name)}")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new world for the length of a `with`: set up at its start, judged at a good end, and removed at any."""

    # A class rather than a generator: so a traceback ends in the test, and not in the standard library.

    world: World

    def __enter__(self) -> World:
        try:
            self.world.prepare()
        except ControlError:
            self.world.remove()
            raise
        return self.world

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        try:
            if kind is None and self.world.setup.check:
                self.world.check(strict=self.world.setup.strict)
        finally:
            self.world.remove()


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and what its new worlds are like where nothing else is said."""

    url: str
    token: str = ""
    setup: Setup = Setup()

    def world(self, **words: Any) -> World:
        """Open a new world, with the words of a `Setup`; it lives until it is removed, or the server ends."""
        world = World(self.url, token=self.token, setup=replace(self.setup, **words))
        world.prepare()
        return world


def _span(span: Span) -> str:
    """Return a duration as the control API writes it."""
    return span if isinstance(span, str) else show_duration(span // timedelta(microseconds=1))


def _duration(span: Span) -> Duration:
    try:
        return parse_duration(_span(span))
    except SettingError as error:
        raise ControlError(error.message, where=error.where, advice=error.advice) from None
