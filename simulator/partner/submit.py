"""Submitting documents: check them, store those that may be stored, and queue them for the accounting system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.contract.operations import Operation, RecordKind
from simulator.contract.validation import Checked, check, item_number
from simulator.contract.violations import Violation, pointer
from simulator.partner.messages import Outcome, Request
from simulator.world.journal import Effect
from simulator.world.records import Record
from simulator.world.world import World

Document = Mapping[str, Any]


def submit(world: World, operation: Operation, request: Request) -> Outcome:
    """Take the documents of a request, as far as the contract and the readings let them in.

    Raises BoundError if the world has no room; nothing is stored then.
    """
    checked = check(world.contract, operation, request.body, world.readings, world.settings.json_depth_max)
    if checked.malformed:
        return Outcome("malformed", violations=checked.violations)
    return _Submission(world, operation, request, checked).carry_out()


class _Submission:
    """One submission on its way: who is refused, who is stored."""

    def __init__(self, world: World, operation: Operation, request: Request, checked: Checked) -> None:
        self.world = world
        self.operation = operation
        self.kind: RecordKind = world.contract.records[operation.record]
        self.body = request.body
        self.violations = checked.violations
        documents = checked.value.get(operation.collection) if isinstance(checked.value, dict) else None
        self.is_batch = isinstance(documents, list)
        self.documents: list[Any] = documents if isinstance(documents, list) else [documents]

    def carry_out(self) -> Outcome:
        refused = self._refused()
        if None in refused or len(refused) == len(self.documents):
            return self._refuse_all("invalid")
        conflicts = self._conflicts(refused)
        name = "invalid" if refused else "conflict"
        if conflicts:
            # They come first: among the others may be some that refuse nothing in these readings.
            self.violations = [*conflicts, *self.violations]
            refused |= {self._number(violation) for violation in conflicts}
        if refused and (not self._takes_good_ones() or len(refused) == len(self.documents)):
            return self._refuse_all(name)
        return self._store({number for number in refused if number is not None})

    def _number(self, violation: Violation) -> int | None:
        return item_number(violation, self.operation) if self.is_batch else None

    def _refused(self) -> set[int | None]:
        """Return the numbers of the documents that may not be stored; None stands for the body as a whole."""
        return {number for number, broken in self._numbered() if self._refuses(number, broken)}

    def _numbered(self) -> Iterator[tuple[int | None, Violation]]:
        return ((self._number(broken), broken) for broken in self.violations)

    def _refuses(self, number: int | None, broken: Violation) -> bool:
        way = self.world.readings["rule_violation"]
        if not broken.beyond_schema or way == "refused":
            return True
        # What concerns a batch as a whole (too many violations to list) does not say which payments are to fail.
        return way == "failed-at-sync" and self.is_batch and number is None

    def _takes_good_ones(self) -> bool:
        return self.is_batch and self.world.readings["batch_with_bad_payment"] == "good-ones-taken"

    def _conflicts(self, refused: set[int | None]) -> list[Violation]:
        if self.world.readings["repeated_identifier"] != "refused":
            return []
        known = self.world.shelves[self.kind.name].by_identifier
        found, seen = [], set()
        for number, document in enumerate(self.documents):
            identifier = document[self.kind.identifier] if number not in refused else None
            if identifier is None:
                continue
            record = known.get(identifier)
            if identifier in seen or (record is not None and record.state != "failed"):
                found.append(self._conflict(number, identifier))
            seen.add(identifier)
        return found

    def _conflict(self, number: int, identifier: str) -> Violation:
        path: list[str | int] = [
            self.operation.collection,
            *([number] if self.is_batch else []),
            self.kind.identifier,
        ]
        return Violation(
            pointer(path), identifier, "repeated-identifier", "an identifier that was not submitted before",
            f"{identifier[:80]!r} was submitted before", "assumed", self.operation.source,
        )  # fmt: skip

    def _refuse_all(self, name: str) -> Outcome:
        effects = [
            Effect("refused", self.kind.name, given) for given in map(self._given_identifier, self.documents) if given
        ]
        return Outcome(name, violations=self.violations, effects=effects)

    def _given_identifier(self, document: Any) -> str:
        identifier = document.get(self.kind.identifier) if isinstance(document, dict) else None
        return identifier if isinstance(identifier, str) else ""

    def _store(self, refused: set[int]) -> Outcome:
        taken = [number for number in range(len(self.documents)) if number not in refused]
        raws = {number: self._raw(number) for number in taken}
        self.world.has_room_for(*self._room(raws))
        effects, identifiers, failures = [], [], self._later_failures()
        for number, document in enumerate(self.documents):
            identifier = self._given_identifier(document)
            identifiers.append({"identifier": identifier})
            what = "refused"
            if number not in refused:
                what = self._take(document, identifier, raws[number], failures.get(number, ""))
            if identifier:
                effects.append(Effect(what, self.kind.name, identifier))
        if not refused:
            values = {"identifier": identifiers[0]["identifier"], "identifiers": identifiers}
            return Outcome("accepted", values, self.violations, effects)
        return Outcome("partly", {"outcomes": self._told(refused)}, self.violations, effects)

    def _room(self, raws: Mapping[int, bytes]) -> tuple[int, int]:
        """Return how many records are new, and at most how many bytes are added."""
        size = sum(map(len, raws.values()))
        if self.world.readings["repeated_identifier"] == "two-records":
            return len(raws), size
        known = self.world.shelves[self.kind.name].by_identifier
        if len(raws) == 1:
            return int(self.documents[next(iter(raws))][self.kind.identifier] not in known), size
        given = {self.documents[number][self.kind.identifier] for number in raws}
        # One by one: a difference with the keys of the shelf would walk the whole shelf.
        return sum(identifier not in known for identifier in given), size

    def _raw(self, number: int) -> bytes:
        # A ledger shares the bytes of its request; a payment of a batch is written out by itself.
        return dumps(self.documents[number]) if self.is_batch else self.body

    def _later_failures(self) -> dict[int, str]:
        """Return why documents will fail when they are pushed, by their numbers."""
        if self.world.readings["rule_violation"] != "failed-at-sync":
            return {}
        reasons: dict[int, list[str]] = {}
        for number, broken in self._numbered():
            reasons.setdefault(number or 0, []).append(broken.detail)
        return {number: "; ".join(details) for number, details in reasons.items()}

    def _told(self, refused: set[int]) -> list[dict[str, Any]]:
        reasons = dict.fromkeys(refused, "")
        for violation in self.violations:
            number = self._number(violation)
            if number in reasons:
                reasons[number] = reasons[number] or violation.sentence()
        return [
            {
                "identifier": self._given_identifier(document) or None,
                "accepted": number not in refused,
                "message": reasons.get(number),
            }
            for number, document in enumerate(self.documents)
        ]

    def _take(self, document: Document, identifier: str, raw: bytes, refusal: str) -> str:
        """Store one document, or let it meet the record of its identifier; return what happened."""
        world, kind = self.world, self.kind
        record = world.shelves[kind.name].by_identifier.get(identifier)
        if record is None or world.readings["repeated_identifier"] == "two-records":
            member = "" if self.is_batch else self.operation.collection
            kept = {name: document.get(name) for name in kind.keep}
            date, invoice = self._index_of(document)
            record = Record(world.next_number(), kind.name, identifier, raw, member, kept, date, invoice, world.now)
            record.refusal = refusal
            world.add(record, len(raw), self.operation.name)
            return "created"
        if record.state == "synced":
            is_same = record.document() == document
            detail = "already synced; nothing changes" if is_same else "already synced; the new content is ignored"
            record.note(world.now, "repeated", self.operation.name, detail)
            return "kept" if is_same else "ignored"
        self._renew(record, document, raw, refusal)
        if record.state == "failed":
            world.engine.requeue(record, world.now, self.operation.name)
            return "requeued"
        record.note(world.now, "repeated", self.operation.name, "still pending; the new content is taken")
        return "replaced"

    def _renew(self, record: Record, document: Document, raw: bytes, refusal: str) -> None:
        self.world.record_bytes += record.renew(raw, {name: document.get(name) for name in self.kind.keep})
        record.refusal = refusal
        self.world.shelves[self.kind.name].reindex(record, *self._index_of(document))

    def _index_of(self, document: Document) -> tuple[str, str]:
        return self.kind.date_of(document), self.kind.invoice_of(document)
