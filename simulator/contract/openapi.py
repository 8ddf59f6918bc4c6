"""Writes the contract as an OpenAPI 3.1 document: the partner API, and the simulator's own control API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.contract.bundling import Bundle
from simulator.contract.contract import Contract
from simulator.contract.operations import ErrorBody, ErrorRow, Operation, Parameter, fits, operation_from
from simulator.contract.readings import Readings
from simulator.contract.responses import JSON, PROBLEM, Responses

VERSION = "3.1.0"
CONTROL_TABLE = "control/operations.json"
PROBLEM_SCHEMA = "common/problem.json"
KEY, TOKEN = "WorldKey", "ControlToken"
CONTROL_HEADER = "X-Sim-Token"
CONTROL_REFUSAL = "no-token"
EXPLAIN = "#/components/parameters/Explain"

REPEATED_FILTERS = frozenset({"identifier", "invoice", "status"})
"""Filters of a status call that may be given several times; of two dates the narrower one holds."""

ALWAYS = ("unauthorized", "expired", "not-acceptable", "world-expired", "world-full")
WITH_PARAMETERS = ("invalid",)
WITH_BODY = ("invalid", "malformed", "too-large", "unsupported-media-type")
WITH_SUBMISSION = ("conflict",)

MANNERS = (
    "Every GET answers HEAD as well, and every path OPTIONS. An unknown path is answered 404, a method that "
    "a path does not have 405 with `Allow`. Query parameters that are not listed are ignored."
)


def openapi(contract: Contract, server_url: str = "", readings: Readings | None = None) -> dict[str, Any]:
    """Return the partner API as an OpenAPI document, in one choice of readings, or by default in all of them."""
    bundle = Bundle(contract.schemas)
    responses = Responses(contract, bundle, contract.errors, contract.error_bodies, readings, report=PROBLEM_SCHEMA)
    scheme = contract.auth["scheme"]
    paths = _paths(contract, bundle, responses, contract.operations.values(), contract.prefix, is_partner=True)
    if readings is not None and readings["unknown_members"] == "refused":
        _close_requests(bundle, paths)
    return {
        "openapi": VERSION,
        "info": {
            "title": contract.title,
            "version": contract.version,
            "description": "\n\n".join([contract.description, MANNERS, _open_questions(contract, readings)]),
        },
        **_servers(server_url),
        "tags": _tags(contract.operations.values()),
        "security": [{scheme: []}],
        "paths": paths,
        "components": {
            "securitySchemes": {scheme: _key_scheme(contract.auth)},
            "parameters": {"Explain": _EXPLAIN_PARAMETER},
            "schemas": bundle.components(),
        },
        "x-states": [_state(row) for row in contract.states if readings is None or fits(row.when, readings)],
        "x-readings": _readings(contract, readings),
    }


def control_openapi(contract: Contract, server_url: str = "") -> dict[str, Any]:
    """Return the control API as an OpenAPI document. Raises ContractError if the contract has no table of it."""
    table: Mapping[str, Any] = contract.files.read(CONTROL_TABLE)
    operations = [operation_from(row) for row in table["operations"]]
    bundle = Bundle(contract.schemas)
    errors = [ErrorRow(**row) for row in table.get("errors", ())]
    bodies = [ErrorBody(**row) for row in table.get("error_bodies", ())]
    responses = Responses(contract, bundle, errors, bodies, error_media_type=PROBLEM)
    paths = _paths(contract, bundle, responses, operations, table["prefix"], is_partner=False)
    # A call with a typing error in an argument would do something else than was meant, so each is refused.
    _close_requests(bundle, paths)
    return {
        "openapi": VERSION,
        "info": {name: table[name] for name in ("title", "version", "description")},
        **_servers(server_url),
        "tags": _tags(operations),
        "paths": paths,
        "components": {
            "securitySchemes": {
                KEY: _scheme(contract.auth["header"], "Names the world that is meant."),
                TOKEN: _scheme(CONTROL_HEADER, "Demanded where the server can be reached from other machines."),
            },
            "schemas": bundle.components(),
        },
    }


def _control_security(operation: Operation) -> list[dict[str, list[str]]]:
    """Return the ways in: the token is asked for by some servers only, so each way is there with and without it."""
    key: dict[str, list[str]] = {KEY: []} if operation.needs_key else {}
    return [key, {**key, TOKEN: []}] if CONTROL_REFUSAL in operation.errors else [key]


_EXPLAIN_PARAMETER = {
    "name": "X-Sim-Explain",
    "in": "header",
    "required": False,
    "description": "`1` asks for the full report on a refused request, as application/problem+json. "
    "The simulator's own; the real service knows no such header.",
    "schema": {"type": "string"},
    "example": "1",
    "x-basis": "assumed",
    "x-source": "cfis-simulator",
}


def _scheme(header: str, description: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": header, "description": description}


def _key_scheme(auth: Mapping[str, str]) -> dict[str, str]:
    words = "The access token. In the simulator it names a world: every key that starts with `test-` opens one."
    return {**_scheme(auth["header"], words), "x-basis": auth["basis"], "x-source": auth["source"]}


def _servers(url: str) -> dict[str, Any]:
    return {"servers": [{"url": url.rstrip("/")}]} if url else {}


def _tags(operations: Iterable[Operation]) -> list[dict[str, str]]:
    return [{"name": name} for name in dict.fromkeys(tag for operation in operations for tag in operation.tags)]


def _paths(
    contract: Contract,
    bundle: Bundle,
    responses: Responses,
    operations: Iterable[Operation],
    prefix: str,
    *,
    is_partner: bool,
) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in operations:
        described = _described(contract, operation)
        parameters = [_parameter(bundle, parameter) for parameter in operation.parameters]
        if is_partner:
            parameters.append({"$ref": EXPLAIN})
        else:
            described["security"] = _control_security(operation)
        if parameters:
            described["parameters"] = parameters
        if operation.request_schema:
            described["requestBody"] = _request_body(contract, bundle, operation)
        errors = (*operation.errors, *(_errors_of(operation) if is_partner else ()))
        described["responses"] = responses.of(operation, errors)
        paths.setdefault(prefix + operation.path, {})[operation.method.lower()] = described
    return paths


def _described(contract: Contract, operation: Operation) -> dict[str, Any]:
    rules = [contract.rules[name] for name in operation.rules]
    description = operation.description
    if rules:
        listed = "\n".join(f"- {row['title']} (`{row['name']}`, {row['basis']})." for row in rules)
        description += f"\n\nBeyond its schema the body keeps these rules:\n\n{listed}"
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": list(operation.tags),
        "summary": operation.title,
        "description": description,
        "x-basis": operation.basis,
        "x-source": operation.source,
    }
    if rules:
        described["x-rules"] = [dict(row) for row in rules]
    return described


def _errors_of(operation: Operation) -> tuple[str, ...]:
    """Return the errors of the table that an operation of the partner API can end in."""
    names: tuple[str, ...] = ALWAYS
    if operation.parameters:
        names += WITH_PARAMETERS
    if operation.request_schema:
        names += WITH_BODY
    if operation.behaviour == "submit":
        names += WITH_SUBMISSION
    return names


def _parameter(bundle: Bundle, parameter: Parameter) -> dict[str, Any]:
    schema = bundle.inline(parameter.schema)
    if parameter.filter in REPEATED_FILTERS:
        schema = {"type": "array", "items": schema}
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
        "x-basis": parameter.basis,
        "x-source": parameter.source,
    }


def _request_body(contract: Contract, bundle: Bundle, operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": bundle.ref(operation.request_schema)}
    examples = {
        _stem(file).replace(".", "-"): {"value": contract.files.read(file)} for file in operation.request_examples
    }
    if examples:
        content["examples"] = examples
    is_needed = not contract.schemas.validator(operation.request_schema).is_valid({})
    return {"required": is_needed, "content": dict.fromkeys(operation.request_media_types, content)}


def _close_requests(bundle: Bundle, paths: Mapping[str, Any]) -> None:
    for path in paths.values():
        for operation in path.values():
            if "requestBody" in operation:
                bundle.close(operation["requestBody"]["content"][JSON]["schema"])


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".json")


def _state(row: Any) -> dict[str, Any]:
    return {
        "state": row.state,
        **({"when": dict(row.when)} if row.when else {}),
        "status": row.status,
        "description": row.description,
        "documentStatus": row.document_status,
        "x-basis": row.basis,
        "x-source": row.source,
    }


def _readings(contract: Contract, readings: Readings | None) -> dict[str, Any]:
    if readings is not None:
        return dict(readings)
    return {
        reading.name: {"question": reading.question, "answers": reading.values, "default": reading.default}
        for reading in contract.readings.values()
    }


def _open_questions(contract: Contract, readings: Readings | None) -> str:
    if readings is not None:
        chosen = ", ".join(f"`{name}={value}`" for name, value in readings.items())
        return f"What the pages leave open is answered here in one way: {chosen}."
    lines = ["What the pages leave open, the default first:", ""]
    for reading in contract.readings.values():
        others = [value for value in reading.values if value != reading.default]
        answers = ", ".join(f"`{value}`" for value in [reading.default, *others])
        lines.append(f"- `{reading.name}`: {reading.question} {answers}")
    return "\n".join(lines)
