"""The road of one request through the partner API: manners, key, operation, answer, journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import quote

from simulator.clock import Instant
from simulator.contract.contract import Contract
from simulator.contract.operations import Operation
from simulator.contract.readings import Readings
from simulator.contract.violations import Violation, shorten
from simulator.errors import BoundError, ContractError
from simulator.partner.answers import Answers
from simulator.partner.example import EXAMPLE, example, example_answer
from simulator.partner.messages import Answer, Outcome, Request
from simulator.partner.scripted import decide, dictated
from simulator.partner.status import status
from simulator.partner.submit import submit
from simulator.world.director import Decision
from simulator.world.journal import Entry, redact, redact_query
from simulator.world.scenario import LATE, Respond
from simulator.world.world import World

Behaviour = Callable[[World, Operation, Request], Outcome]

BEHAVIOURS: dict[str, Behaviour] = {"submit": submit, "status": status}
"""What operations do, by the names in the table. An operation without a behaviour answers with its example."""

EXPLAIN = b"x-sim-explain"
DECISION = b"x-sim-decision"
NO_DECISION = b"none"
STREAMED = "[streamed]"
"""The journal's note of a long answer that nobody has taken to its end."""


class Service:
    """The partner API over worlds: the same for a socket, a test in process and a replay."""

    def __init__(self, contract: Contract) -> None:
        """Serve a contract. Raises ContractError if it names a behaviour that there is not."""
        self.contract = contract
        self.answers = Answers(contract)
        for operation in contract.operations.values():
            if operation.behaviour and operation.behaviour not in BEHAVIOURS:
                raise ContractError(
                    f"there is no behaviour {operation.behaviour!r}",
                    where=f"operations.json: {operation.name}",
                    advice=f"There are {', '.join(BEHAVIOURS)}; without one the operation answers with its example.",
                )

    def handle(self, world: World, request: Request, at: Instant | None = None) -> Answer:
        """Carry out a request in a world at an instant (the clock's by default), and write it into the journal."""
        world.arrive(at)
        method = "GET" if request.method == "HEAD" else request.method
        operation = self.contract.paths.get(request.path, {}).get(method)
        decision = self._decide(world, operation, request)
        if decision is not None and decision.at == "before":
            outcome = Outcome("scripted")
        else:
            outcome = self._outcome(world, operation, request)
        answer = self._answer(world, operation, request, outcome)
        # HEAD brings no body, so it shows nothing either.
        if request.method != "HEAD" and _arrives(decision):
            for record in outcome.seen:
                world.engine.look(record, world.now)
        if decision is not None:
            answer = self._directed(world, answer, decision)
        answer.headers.append((DECISION, NO_DECISION if decision is None else _shown(decision)))
        self._log(world, operation, request, outcome, answer, decision)
        return answer

    def _decide(self, world: World, operation: Operation | None, request: Request) -> Decision | None:
        # A key that has expired opens nothing, whatever the story says.
        return None if operation is None or world.is_key_expired else decide(world, operation, request)

    def _directed(self, world: World, answer: Answer, decision: Decision) -> Answer:
        """Return the answer as a rule wants it: another one, or one that something happens to on the wire."""
        if decision.respond is not None:
            answer = dictated(self.answers, decision.respond, world.readings, world.now)
        answer.fault = decision.fault
        return answer

    def _answer(self, world: World, operation: Operation | None, request: Request, outcome: Outcome) -> Answer:
        if outcome.name == "scripted":
            # Without an effect there is nothing to tell: what a fault breaks then is an error.
            return dictated(self.answers, Respond(500), world.readings, world.now)
        if outcome.name == "options":
            answer = Answer(204, [])
        elif operation is None:
            answer = self.answers.error(outcome, world.readings)
        elif outcome.name == EXAMPLE:
            answer = example_answer(self.contract, operation, world.readings)
        else:
            answer = self.answers.answer(operation, outcome, world.readings)
        if outcome.name in {"options", "method-not-allowed"}:
            answer.headers.append((b"allow", ", ".join(self.contract.allowed(request.path)).encode()))
        if answer.status >= 400 and request.header(EXPLAIN) == "1":  # noqa: PLR2004
            answer = self.answers.explain(answer, outcome, world.readings)
        return answer

    def refuse(self, request: Request, outcome: Outcome, readings: Readings) -> Answer:
        """Return the answer of an error outside any world: the key opens none, or the world is gone."""
        answer = self.answers.error(outcome, readings)
        if request.header(EXPLAIN) == "1":
            answer = self.answers.explain(answer, outcome, readings)
        answer.headers.append((DECISION, NO_DECISION))
        return answer

    def _outcome(self, world: World, operation: Operation | None, request: Request) -> Outcome:
        if operation is None:
            if not self.contract.allowed(request.path):
                return Outcome("not-found", violations=[self._lost(request)])
            return self._other_method(request)
        if world.is_key_expired:
            return Outcome("expired")
        unwanted = _manners(request, takes_body=bool(operation.request_schema), limit=world.settings.body_bytes_max)
        if unwanted is not None:
            return unwanted
        try:
            behaviour = BEHAVIOURS[operation.behaviour] if operation.behaviour else example
            return behaviour(world, operation, request)
        except BoundError as error:
            return Outcome("world-full", {"summary": str(error)})

    def _lost(self, request: Request) -> Violation:
        known = ", ".join(sorted(self.contract.paths))
        near = request.path.rstrip("/")
        hint = f"did you mean {near}?" if near in self.contract.paths else f"known are {known}"
        return Violation("", request.path[:200], "path", hint, f"there is no path {request.path[:200]!r}; {hint}",
                         "assumed", "none")  # fmt: skip

    def _other_method(self, request: Request) -> Outcome:
        if request.method == "OPTIONS":
            return Outcome("options")
        wanted = " or ".join(self.contract.paths[request.path])
        detail = f"{request.method} is not among the methods of this path"
        return Outcome(
            "method-not-allowed",
            violations=[Violation("", request.method, "method", wanted, detail, "assumed", "none")],
        )

    def _query(self, world: World, operation: Operation | None, query: bytes) -> bytes:
        if not query:
            return query
        named = {parameter.name for parameter in operation.parameters} if operation is not None else set()
        return redact_query(query, world.key, named)

    def _log(
        self,
        world: World,
        operation: Operation | None,
        request: Request,
        outcome: Outcome,
        answer: Answer,
        decision: Decision | None,
    ) -> None:
        entry = Entry(
            at=world.now,
            kind="request",
            operation=operation.name if operation is not None else "",
            method=request.method,
            path=request.path,
            query=self._query(world, operation, request.query),
            headers=redact(request.headers),
            body=request.body,
            status=answer.status,
            outcome=outcome.name,
            answer_headers=answer.headers,
            answer=answer.body,
            # A violation may hold a whole document; what the journal keeps is what it will show.
            violations=[replace(broken, value=shorten(broken.value)) for broken in outcome.violations],
            effects=outcome.effects,
            oversized=request.oversized,
        )
        if decision is not None:
            entry.decision, entry.delivery = decision.name, _delivery(decision)
            entry.retry_after = decision.respond.retry_after if decision.respond is not None else None
        if answer.pieces is not None:
            entry.answer_note = STREAMED
            answer.pieces = _noted(entry, answer.pieces)
        world.log(entry)


def _shown(decision: Decision) -> bytes:
    return quote(decision.name, safe="/+~:=&").encode()


def _arrives(decision: Decision | None) -> bool:
    """Say whether the client gets the answer that tells what came of its request, be it late."""
    return decision is None or (decision.fault is not None and decision.fault.kind in LATE)


def _delivery(decision: Decision) -> str:
    """Say what became of the answer on the wire."""
    fault = decision.fault
    if fault is None:
        return "scripted"
    if fault.kind in LATE:
        return f"{fault.kind}, {fault.at} the effect"
    return f"lost: {fault.kind}, {fault.at} the effect"


def _noted(entry: Entry, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass on the pieces of a long answer, and note in the journal what they came to."""
    size, digest = 0, blake2b(digest_size=16)
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
        yield piece
    entry.answer_note = f"[streamed: {size} bytes, blake2b {digest.hexdigest()}]"


def _manners(request: Request, *, takes_body: bool, limit: int) -> Outcome | None:
    """Return what is wrong with the request as HTTP: Accept, size, Content-Type; None if nothing is."""
    accept = request.header_list(b"accept")
    if accept is not None and not accepts_json(accept):
        return _unmannered("not-acceptable", "accept", accept, "application/json or */*")
    if not takes_body:
        return None
    if request.oversized:
        violation = Violation(
            "",
            None,
            "body-size",
            f"at most {limit} bytes",
            f"is larger than {limit} bytes",
            "assumed",
            "none",
        )
        return Outcome("too-large", {"limit": limit}, [violation])
    encoding = request.header(b"content-encoding")
    if encoding is not None and encoding.lower() != "identity":
        return _unmannered("unsupported-media-type", "content-encoding", encoding, "no content encoding")
    content_type = request.header(b"content-type")
    if content_type != "application/json" and not is_json(content_type or ""):
        return _unmannered("unsupported-media-type", "content-type", content_type, "application/json, in UTF-8")
    return None


def _unmannered(name: str, header: str, value: str | None, expected: str) -> Outcome:
    detail = f"is {value[:80]!r}" if value is not None else "is missing"
    violation = Violation(
        f"header:{header}", value, header, expected, f"{detail}; expected {expected}", "assumed", "none"
    )
    return Outcome(name, violations=[violation])


def accepts_json(accept: str) -> bool:
    """Say whether an Accept header lets application/json through; the most specific range decides."""
    if accept in {"*/*", "application/json", ""}:
        return True
    best = (-1, 0.0)
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        specific = {"*/*": 0, "application/*": 1, "application/json": 2}.get(media_range, -1)
        if specific >= 0:
            best = max(best, (specific, _quality(parameters)))
    return best[0] >= 0 and best[1] > 0


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 1.0
    return 1.0


def is_json(content_type: str) -> bool:
    """Say whether a Content-Type is application/json in UTF-8."""
    return is_text_of(content_type, ("application/json",))


def is_text_of(content_type: str, media_types: Collection[str]) -> bool:
    """Say whether a Content-Type is one of some media types, in UTF-8."""
    media_type, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = [parameter.partition("=")[2].strip('" ') for parameter in parameters if parameter.startswith("charset")]
    return media_type in media_types and all(charset in {"utf-8", "utf8"} for charset in charsets)
