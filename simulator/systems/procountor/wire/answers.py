"""What every answer of Procountor looks like: JSON, and errors as a list of status, field and message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer
from simulator.systems.procountor.protocol import JSON

Violation = tuple[str, str]
"""(field, message); the field is empty where none can be named."""

MAINTENANCE = Answer(
    503,
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    b"<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n",
    "text/html",
)
"""A fault of the gateway, which speaks no JSON."""
GET_WITH_BODY = Answer(
    403,
    b"<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n"
    b"<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n",
    "text/html",
)
"""The gateway takes no body with a GET."""


class RefusedError(Exception):
    """A request that is not carried out, with everything that is wrong with it."""

    def __init__(self, status: int, violations: Iterable[Violation]) -> None:
        """Keep the status and what is wrong."""
        self.status = status
        self.violations = list(violations)
        super().__init__(status, self.violations)


def refused(status: int, message: str, field: str = "") -> RefusedError:
    """Return the error of a request with one thing wrong."""
    return RefusedError(status, [(field, message)])


def refuse_all(violations: Iterable[Violation], status: int = 400) -> None:
    """Raise RefusedError if there is anything wrong."""
    found = list(violations)
    if found:
        raise RefusedError(status, found)


def in_json(value: Any, status: int = 200) -> Answer:
    """Answer a JSON value."""
    return Answer(status, dumps(value), JSON)


def message(text: str) -> Answer:
    """Answer that something was done."""
    return in_json({"message": text})


def errors(error: RefusedError, /, **beside: Any) -> Answer:
    """Answer what is wrong; *beside* are further members."""
    listed = [
        {"status": error.status, **({"field": field} if field else {}), "message": text}
        for field, text in error.violations
    ]
    return in_json({**beside, "errors": listed}, error.status)


UNAUTHORIZED = errors(refused(401, "Unauthorized"))
