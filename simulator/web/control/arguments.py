"""Reads the arguments of a call, from path, query and body, and refuses what the table does not name.

A filter with a typing error that is silently ignored gives a wrong count, and a test that passes for nothing.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from simulator.contract.advice import names_at, unknown_members
from simulator.contract.contract import Contract
from simulator.contract.jsontext import MalformedError, loads
from simulator.contract.operations import Operation, Parameter
from simulator.contract.storytext import Text, UnreadableError
from simulator.contract.validation import against_schema, malformed
from simulator.contract.violations import Violation
from simulator.partner.service import is_text_of
from simulator.web.asgi import OversizedError, Receive, Scope, read_body
from simulator.web.control.problems import ProblemError, invalid

PARAMETERS_MAX = 1_000

_INTEGER = re.compile(r"-?[0-9]{1,18}")

Values = dict[str, Any]


def parameters(contract: Contract, operation: Operation, path: Mapping[str, str], query: bytes) -> Values:
    """Return the parameters of a call as values of their types. Raises ProblemError."""
    given: dict[str, list[str]] = {name: [text] for name, text in path.items()}
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name, text in _pairs(query):
        if name not in known or known[name].place == "path":
            raise _unknown(name, [row.name for row in operation.parameters if row.place == "query"])
        given.setdefault(name, []).append(text)
    values: Values = {}
    violations: list[Violation] = []
    for name, texts in given.items():
        values[name] = _value(known[name], texts)
        found = against_schema(contract, contract.parameter_validator(known[name]), values[name])
        violations += [replace(violation, pointer=f"{known[name].place}:{name}") for violation in found]
    if violations:
        raise invalid(violations)
    return values


def _pairs(query: bytes) -> Iterable[tuple[str, str]]:
    if not query:
        return ()
    try:
        return parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX
        )
    except UnicodeDecodeError:
        raise ProblemError("malformed", "the query is not UTF-8", where="query") from None
    except ValueError:
        detail = f"the query has more than {PARAMETERS_MAX} parameters"
        raise ProblemError("malformed", detail, where="query") from None


def _unknown(name: str, known: list[str]) -> ProblemError:
    violation = Violation(
        f"query:{name[:60]}", None, "parameter", "a parameter that this call has", "this call has no such parameter",
        "assumed", "none",
    )  # fmt: skip
    return invalid([violation], suggestion(name, known) or "This call has no parameters.")


def suggestion(given: str, known: Iterable[str]) -> str:
    """Return what somebody meant who wrote *given*, or everything that there is; empty if there is nothing."""
    names = {name.lower(): name for name in known}
    close = difflib.get_close_matches(given[:60].lower(), names, n=1)
    if close:
        return f"Did you mean {names[close[0]]}?"
    return f"Known are {', '.join(names.values())}." if names else ""


def _value(parameter: Parameter, texts: list[str]) -> Any:
    schema = parameter.schema
    if schema["type"] == "array":
        return [_typed(text, schema["items"]["type"]) for text in texts]
    if len(texts) > 1:
        detail = f"is given {len(texts)} times, and means one thing"
        violation = Violation(f"query:{parameter.name}", None, "parameter", "once", detail, "assumed", "none")
        raise invalid([violation])
    return _typed(texts[0], schema["type"])


def _typed(text: str, wanted: str) -> Any:
    """Return a text as what the schema wants; as a text where it is not that, so that the schema refuses it."""
    if wanted == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if wanted == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


async def body(
    contract: Contract, operation: Operation, scope: Scope, receive: Receive, limits: tuple[int, int]
) -> Values:
    """Return the body of a call; an empty one is an empty object. Raises ProblemError and DisconnectedError.

    *limits* are the most bytes and the deepest nesting.
    """
    size_max, depth_max = limits
    raw = await _read(scope, receive, size_max)
    if not raw:
        return check_body(contract, operation, {})
    _check_media_type(dict(reversed(scope["headers"])), operation.request_media_types)
    try:
        value = loads(raw, depth_max)
    except MalformedError as error:
        detail = f"the body cannot be read: {error.detail}."
        raise ProblemError("malformed", detail, where="body", violations=[malformed(error)]) from None
    return check_body(contract, operation, value)


async def text(operation: Operation, scope: Scope, receive: Receive, limits: tuple[int, int]) -> Text:
    """Return the body of a call that takes YAML as well, with the places in it.

    Raises ProblemError and DisconnectedError.
    """
    raw = await _read(scope, receive, limits[0])
    _check_media_type(dict(reversed(scope["headers"])), operation.request_media_types)
    # YAML is imported when a story is read: a server without one starts without it.
    from simulator.contract.yamltext import read_yaml  # noqa: PLC0415

    try:
        return read_yaml(raw)
    except UnreadableError as error:
        raise ProblemError(
            "malformed", error.message, where=error.where, line=error.line, column=error.column
        ) from None


async def _read(scope: Scope, receive: Receive, size_max: int) -> bytes:
    try:
        return await read_body(scope, receive, size_max)
    except OversizedError:
        raise ProblemError("too-large", f"the body is larger than {size_max} bytes.", where="body") from None


def _check_media_type(headers: Mapping[bytes, bytes], wanted: Sequence[str]) -> None:
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    if not is_text_of(content_type, wanted):
        was = f"is {content_type[:80]!r}" if content_type else "is missing"
        form = "JSON" if len(wanted) == 1 else "YAML or JSON"
        raise ProblemError(
            "unsupported-media-type", f"Content-Type {was}; a body must be {form} in UTF-8.",
            where="header:content-type", advice=f"Send Content-Type: {' or '.join(wanted)}.",
        )  # fmt: skip
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1")
    if encoding.lower() != "identity":
        raise ProblemError(
            "unsupported-media-type", f"the content encoding {encoding[:80]!r} is not understood.",
            where="header:content-encoding", advice="Send the body as it is.",
        )  # fmt: skip


def check_body(contract: Contract, operation: Operation, value: Any) -> Values:
    """Return the value of a body that fits the schema of a call. Raises ProblemError with every violation."""
    file = operation.request_schema
    validator = contract.schemas.validator(file, closed=True)
    if not validator.is_valid(value):
        advice = ""
        for unknown in unknown_members(contract, operation, value)[:1]:
            steps: list[str | int] = [*map(_unescape, unknown.pointer.split("/")[1:-1])]
            advice = suggestion(unknown.name, names_at(contract, file, steps)) or "It takes no arguments."
        raise invalid(against_schema(contract, validator, value), advice)
    members: Values = value
    return members


def _unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
