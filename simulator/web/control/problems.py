"""What refuses a call of the control API, as problem details (RFC 9457); the one place where they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.contract.violations import Violation, summary
from simulator.errors import (
    STATUS_BY_ERROR,
    BoundError,
    ConflictError,
    ContractError,
    ExpiredError,
    NotFoundError,
    SettingError,
    SimulatorError,
)
from simulator.web.asgi import Header

MEDIA_TYPE = b"application/problem+json"

NAME_BY_ERROR: dict[type[SimulatorError], str] = {
    ContractError: "internal",
    SettingError: "invalid",
    NotFoundError: "not-found",
    ConflictError: "conflict",
    BoundError: "bound",
    ExpiredError: "expired",
}

STATUS_BY_NAME = {
    "malformed": 400,
    "no-token": 401,
    "no-key": 401,
    "forbidden": 403,
    "method-not-allowed": 405,
    "too-large": 413,
    "unsupported-media-type": 415,
    "misdirected": 421,
    **{name: STATUS_BY_ERROR[kind] for kind, name in NAME_BY_ERROR.items()},
}
"""Every problem of the control API; all but `internal` stand in its table, too."""


class ProblemError(Exception):
    """A call that cannot be carried out, and what its caller is told."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        where: str = "",
        line: int = 0,
        column: int = 0,
        advice: str = "",
        violations: Sequence[Violation] = (),
        calls: Sequence[str] = (),
        headers: Sequence[Header] = (),
    ) -> None:
        """Keep the parts: *name* is one of `STATUS_BY_NAME`, *detail* says what was wrong, *advice* what to do."""
        super().__init__(detail)
        self.name = name
        self.status = STATUS_BY_NAME[name]
        self.detail = detail
        self.where = where
        self.line = line
        self.column = column
        self.advice = advice
        self.violations = violations
        self.calls = calls
        self.headers = headers

    def show(self) -> dict[str, Any]:
        """Return the problem as a JSON object."""
        shown: dict[str, Any] = {
            "type": f"urn:cfis-simulator:{self.name}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        more: Mapping[str, Any] = {
            "where": self.where,
            "line": self.line,
            "column": self.column,
            "advice": self.advice,
            "violations": [_show(violation) for violation in self.violations],
            "calls": list(self.calls),
        }
        return shown | {name: value for name, value in more.items() if value}

    def answer(self) -> tuple[int, list[Header], bytes]:
        """Return status, headers and body of the answer."""
        return self.status, [(b"content-type", MEDIA_TYPE), *self.headers], dumps(self.show())


def _show(violation: Violation) -> dict[str, Any]:
    # How we know a rule of our own API is no question, so basis and source are left out.
    shown = violation.show()
    return {name: shown[name] for name in ("pointer", "value", "rule", "expected", "detail")}


def problem_of(error: SimulatorError) -> ProblemError:
    """Return the problem that an error inside the simulator becomes."""
    name = next(name for kind, name in NAME_BY_ERROR.items() if isinstance(error, kind))
    return ProblemError(name, error.message, where=error.where, advice=error.advice)


def invalid(violations: Sequence[Violation], advice: str = "") -> ProblemError:
    """Return the problem of arguments that do not fit."""
    return ProblemError("invalid", summary(list(violations)), advice=advice, violations=violations)
