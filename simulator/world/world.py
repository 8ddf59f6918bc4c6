"""A world: one isolated client account of CFIS, which only commands and time can change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.chance import fingerprint
from simulator.clock import Clock, Instant
from simulator.contract.contract import Contract
from simulator.contract.readings import Readings
from simulator.errors import BoundError, NotFoundError
from simulator.settings import Settings
from simulator.systems.base import Books, Tenant
from simulator.systems.catalogue import system_named
from simulator.world.director import Director
from simulator.world.engine import Engine, Fired
from simulator.world.events import carry_out
from simulator.world.journal import Entry, Journal
from simulator.world.library import magic_rules
from simulator.world.records import Record, Shelf
from simulator.world.scenario import Scenario
from simulator.world.setup import Setup

RECORD_BYTES = 900
"""What a record costs beside its document: itself, its timeline and its places in the indexes, as measured."""

Listener = Callable[[str, Any], None]


class World:
    """The records, the journal, the books and the clock of one API key.

    Its state is a function of its setup and the commands it was given, each at its instant: `arrive` moves it
    to an instant, and everything else happens there.
    """

    def __init__(
        self, key: str, setup: Setup, settings: Settings, contract: Contract, tenant: Tenant | None = None
    ) -> None:
        """Make an empty world; *tenant* is who it is in the accounting systems, if that is not told by its key."""
        self.key = key
        self.identity = fingerprint(key)
        self.tenant = tenant or Tenant(self.identity)
        self.settings = settings
        self.contract = contract
        self.listeners: list[Listener] = []
        self.magic = magic_rules(contract)
        self.clear(setup)

    def clear(self, setup: Setup, start: Instant | None = None) -> None:
        """Empty the world: no records, no journal, a clock at its start."""
        self.founded = setup
        """What the world was like when it was last empty: with the journal it tells the whole story."""
        self.setup = setup
        self.clock = Clock(setup.clock, start)
        self.opened: Instant = self.clock.now() if start is None else start
        self.now: Instant = self.opened
        self.shelves: dict[str, Shelf] = {kind: Shelf() for kind in self.contract.records}
        self.journal = Journal(self.settings.journal_entries_max, self.settings.journal_bytes_max)
        self.offices: dict[str, Books] = {}
        self.words: Mapping[str, Any] = setup.books
        """The words in which the books stand now: those of the setup, and what events have changed since."""
        self.engine = Engine(self.shelves, self.books_of(setup.system), setup.seed, setup.sync_delay)
        self.engine.message_bytes_max = self.settings.world_bytes_max
        self.engine.on_event = partial(carry_out, self)
        self.follow(setup.scenario)
        self.key_expires: Instant | None = None
        self.record_count = 0
        self.record_bytes = 0

    @property
    def readings(self) -> Readings:
        """Return the answers to the contract's open questions that hold here."""
        return self.setup.readings

    @property
    def is_key_expired(self) -> bool:
        """Say whether the key of this world has expired."""
        return self.key_expires is not None and self.key_expires <= self.now

    def reach(self, instant: Instant) -> None:
        """Let the clock show *instant*, unless it runs and has passed it already."""
        is_running = self.clock.running
        # It must not pass the instant between the look and the jump.
        self.clock.freeze()
        if self.clock.now() < instant:
            self.clock.jump(instant)
        if is_running:
            self.clock.resume()

    def arrive(self, at: Instant | None = None) -> list[Fired]:
        """Move to an instant, the clock's by default, and return what fired on the way."""
        at = max(self.clock.now() if at is None else at, self.now)
        # Compared here first: most requests find nothing due, and this is on the way of every one.
        queue, next_event = self.engine.queue, self.engine.director.next_event
        if (not queue or queue[0][0] > at) and (next_event is None or next_event > at):
            self.now = at
            return []
        fired = self.engine.tick(at)
        self.now = at
        # All at once: among a hundred thousand a listener picks what it can use.
        for listener in self.listeners:
            listener("records", fired)
        return fired

    def books_of(self, system: str) -> Books:
        """Return this client's books in a system, opened when first asked for.

        What the setup says of books is said of those of its own system; others open as they are by default.
        """
        if system not in self.offices:
            words = self.words if system == self.setup.system else {}
            self.offices[system] = system_named(system).open_books(words, self.tenant)
        return self.offices[system]

    def arrange(self, words: Mapping[str, Any]) -> None:
        """Let the books of the present system stand in other words; what was booked stays."""
        self.books_of(self.setup.system).arrange(words)
        self.words = words

    def adopt(self, setup: Setup, words: Mapping[str, Any] | None) -> None:
        """Be like *setup* from now on, with books in *words*; None leaves them as they are."""
        self.setup = setup
        self.engine.seed = self.engine.director.seed = setup.seed
        self.engine.delay = setup.sync_delay
        if words is not None:
            self.words = words
            self.engine.books = self.books_of(setup.system)
            self.engine.books.arrange(words)

    def follow(self, scenario: Scenario | None) -> None:
        """Tell a story from now on, or none."""
        before = self.engine.director
        self.engine.director = Director(self.setup.seed, self.now, scenario, self.magic)
        self.engine.director.decisions_before = before.decisions_before + before.decisions_lost + len(before.decisions)
        magic = {rule.name for rule in self.magic}
        self.engine.release(lambda rule: rule not in magic, self.now)

    @property
    def size(self) -> int:
        """Return about how many bytes the records occupy, with their messages and what is in the books."""
        books = sum(office.size for office in self.offices.values())
        return self.record_bytes + self.engine.message_bytes + books

    def has_room_for(self, count: int, size: int) -> None:
        """Raise BoundError if so many records of so many bytes do not fit; nothing is stored then."""
        if self.record_count + count > self.settings.records_max:
            raise BoundError(
                f"a world holds at most {self.settings.records_max} records.",
                advice="Empty it with POST /_sim/reset, use another key, or raise --records-max.",
            )
        if self.size + size + count * RECORD_BYTES > self.settings.world_bytes_max:
            raise BoundError(
                f"a world holds at most {self.settings.world_bytes_max} bytes of records.",
                advice="Empty it with POST /_sim/reset, use another key, or raise --world-bytes-max.",
            )

    def add(self, record: Record, size: int, cause: str) -> None:
        """Store a new record and queue it for its first push."""
        self.shelves[record.kind].add(record)
        self.record_count += 1
        self.record_bytes += size + RECORD_BYTES
        self.engine.submit(record, self.now, cause)

    def next_number(self) -> int:
        """Return the number of the next record: records are numbered from 1 in the order of their submission."""
        return self.record_count + 1

    def record(self, kind: str, identifier: str) -> Record:
        """Return the newest record of a kind with an identifier. Raises NotFoundError."""
        shelf = self.shelves.get(kind)
        if shelf is None:
            raise NotFoundError(
                f"there are no records of the kind {kind[:60]!r}.",
                advice=f"Kinds: {', '.join(self.shelves)}.",
            )
        record = shelf.by_identifier.get(identifier)
        if record is None:
            raise NotFoundError(
                f"this world has no {kind} {identifier!r}.",
                advice=f"It has {len(shelf.all)} of that kind: GET /_sim/records?kind={kind}.",
            )
        return record

    def log(self, entry: Entry) -> None:
        """Write an entry into the journal and tell whoever listens."""
        self.journal.append(entry)
        for listener in self.listeners:
            listener("command" if entry.kind == "command" else "exchange", entry)
