"""What describes the simulator to whoever asks it: the calls, the readings, the contract, both as OpenAPI."""

from __future__ import annotations

from simulator import __version__
from simulator.contract.basis import basis_table
from simulator.contract.openapi import control_openapi
from simulator.contract.openapi import openapi as partner_openapi
from simulator.web.control.calls import Call, Reply


def index(call: Call) -> Reply:
    """Return the list of calls."""
    table = call.table
    calls = [
        {
            "method": operation.method,
            "path": table.prefix + operation.path,
            "title": operation.title,
            "needsKey": operation.needs_key,
        }
        for operation in table.operations.values()
    ]
    documents = {"partner": f"{table.prefix}/openapi.json", "control": f"{table.prefix}/control.json"}
    return Reply(
        {
            "title": table.title,
            "version": __version__,
            "description": table.description,
            "documents": documents,
            "calls": calls,
        }
    )


def readings(call: Call) -> Reply:
    """Return the open questions, and the answers that hold in a new world."""
    chosen = call.worlds.setup.readings
    return Reply(
        {
            "readings": [
                {
                    "name": reading.name,
                    "question": reading.question,
                    "why": reading.why,
                    "source": reading.source,
                    "default": reading.default,
                    "chosen": chosen[reading.name],
                    "answers": [{"value": value, "title": title} for value, title in reading.answers],
                }
                for reading in call.worlds.contract.readings.values()
            ]
        }
    )


def contract(call: Call) -> Reply:
    """Return what every field and answer stands on."""
    return Reply(basis_table(call.worlds.contract))


def openapi(call: Call) -> Reply:
    """Return the partner API as OpenAPI."""
    return Reply(partner_openapi(call.worlds.contract))


def control(call: Call) -> Reply:
    """Return the control API as OpenAPI."""
    return Reply(control_openapi(call.worlds.contract))
