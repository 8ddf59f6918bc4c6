"""Operations that no behaviour carries out: their requests are checked, and their examples are answered."""

from __future__ import annotations

from simulator.contract.contract import Contract
from simulator.contract.jsontext import dumps
from simulator.contract.operations import Operation
from simulator.contract.readings import Readings
from simulator.contract.templates import slots
from simulator.contract.validation import check
from simulator.partner.answers import JSON
from simulator.partner.messages import Answer, Outcome, Request
from simulator.world.world import World

EXAMPLE = "example"
"""The name of the outcome that is answered with an example."""


def example(world: World, operation: Operation, request: Request) -> Outcome:
    """Check the body of a request, if the operation has one; what breaks the contract is refused as everywhere."""
    if not operation.request_schema:
        return Outcome(EXAMPLE)
    checked = check(world.contract, operation, request.body, world.readings, world.settings.json_depth_max)
    if checked.malformed:
        return Outcome("malformed", violations=checked.violations)
    lenient = world.readings["rule_violation"] != "refused"
    if any(not (lenient and violation.beyond_schema) for violation in checked.violations):
        return Outcome("invalid", violations=checked.violations)
    return Outcome(EXAMPLE, violations=checked.violations)


def example_answer(contract: Contract, operation: Operation, readings: Readings) -> Answer:
    """Return the first answer that the table has in these readings: its example, or its body if that is constant."""
    rows = [row for row in operation.answers if row.fits(readings)] or list(operation.answers)
    row = next((row for row in rows if row.example), rows[0])
    if row.example:
        value = contract.files.read(row.example)
    elif row.body is not None and not slots(row.body):
        value = row.body
    else:
        return Answer(row.status, [] if row.status == 204 else [(b"content-length", b"0")])  # noqa: PLR2004
    body = dumps(value)
    return Answer(row.status, [(b"content-type", JSON), (b"content-length", b"%d" % len(body))], body)
