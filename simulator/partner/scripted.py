"""Where a scenario meets a request: what it asks the director, and what a dictated answer looks like."""

from __future__ import annotations

from email.utils import formatdate

from simulator.clock import LAST_INSTANT, SECOND, Instant
from simulator.contract.jsontext import dumps
from simulator.contract.operations import Operation
from simulator.contract.readings import Readings
from simulator.contract.templates import fill
from simulator.partner.answers import JSON, Answers
from simulator.partner.messages import Answer, Request
from simulator.world.asking import asked
from simulator.world.director import MAGIC, Decision
from simulator.world.journal import redact_query
from simulator.world.scenario import Respond
from simulator.world.world import World

MAGIC_BYTE = MAGIC.encode()
ESCAPED_IN_JSON = (b"\\u007e", b"\\u007E")
ESCAPED_IN_QUERY = (b"%7e", b"%7E")

BODILESS = frozenset({204, 205, 304})


def decide(world: World, operation: Operation, request: Request) -> Decision | None:
    """Ask the director about a request; None if it takes its usual course."""
    director = world.engine.director
    if not director.for_requests:
        return None
    if not director.watches_requests and not _may_be_magic(request):
        return None
    named = {parameter.name for parameter in operation.parameters}
    # A decision tells its question: in a header, in the journal, in an export. The key is nowhere in those.
    query = redact_query(request.query, world.key, named) if request.query else b""
    depth_max = world.settings.json_depth_max
    return director.on_request(asked(world.contract, operation, query, request.body, depth_max), world.now)


def _may_be_magic(request: Request) -> bool:
    """Say whether a magic identifier can be in a request. This is on the way of every one, so the rare comes last."""
    body, query = request.body, request.query
    return (
        MAGIC_BYTE in body
        or (b"\\u" in body and any(mark in body for mark in ESCAPED_IN_JSON))
        or (query != b"" and (MAGIC_BYTE in query or any(mark in query for mark in ESCAPED_IN_QUERY)))
    )


def dictated(answers: Answers, respond: Respond, readings: Readings, now: Instant) -> Answer:
    """Return the answer that a rule dictates, in the contract's own error shape unless it brings a body."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in respond.headers.items()]
    if respond.retry_after is not None:
        headers.append((b"retry-after", _retry_after(respond, now).encode()))
    body = _body(answers, respond, readings)
    if respond.status in BODILESS:
        return Answer(respond.status, headers)
    if not any(name == b"content-type" for name, _ in headers) and body:
        headers.append((b"content-type", JSON))
    return Answer(respond.status, [*headers, (b"content-length", b"%d" % len(body))], body)


def _retry_after(respond: Respond, now: Instant) -> str:
    assert respond.retry_after is not None
    if respond.retry_after_as == "date":
        # Whole seconds, rounded up: a client that keeps to it is never early.
        return formatdate(-(-min(now + respond.retry_after, LAST_INSTANT) // SECOND), usegmt=True)
    return str(-(-respond.retry_after // SECOND))


def _body(answers: Answers, respond: Respond, readings: Readings) -> bytes:
    if respond.has_body:
        return dumps(respond.body)
    shape = answers.contract.error_body(readings)
    if shape.body is None:
        return b""
    message = respond.message or MESSAGES.get(respond.status, "The request could not be carried out.")
    return dumps(fill(shape.body, {"message": message, "errors": []}))


MESSAGES = {
    429: "Too many requests.",
    500: "Internal server error.",
    502: "Bad gateway.",
    503: "The service is temporarily unavailable.",
    504: "Gateway timeout.",
}
"""Words for common statuses; CFIS shows none, so these are ours."""
