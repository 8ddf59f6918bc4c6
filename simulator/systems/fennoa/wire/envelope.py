"""The envelope of Fennoa's answers: a status in lower case, and errors in one of three shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Headers, Request

MEDIA_TYPE = "application/json; charset=UTF-8"
CHALLENGE: Headers = (("www-authenticate", 'Basic realm="Fennoa API", charset="UTF-8"'),)
TOLD_MAX = 1_000
"""How many violations an answer tells."""
KEPT_OUT = "The API user or its key is wrong, or the user has no permission for this call"


@dataclass(frozen=True, slots=True)
class Violation:
    """What a request breaks; *field* is as it was posted, such as `row[2][account]`."""

    field: str
    text: str
    is_general: bool = False
    """Whether it is told of the request as a whole, which Fennoa does in a plain array."""


def succeed(**members: Any) -> Answer:
    """Answer that it went well; creating, too, is a 200."""
    return Answer(200, dumps({"status": "ok", **members}), MEDIA_TYPE)


def refuse(status: int, text: str, headers: Headers = ()) -> Answer:
    """Answer with errors as a plain string, as what has no fields is answered."""
    return Answer(status, dumps({"status": "error", "errors": text}), MEDIA_TYPE, headers)


def object_to(violations: Iterable[Violation]) -> Answer:
    """Answer what a request breaks: an array if it is all general, else an object from field to texts."""
    listed = list(violations)
    if len(listed) > TOLD_MAX:
        more = Violation("more", f"and {len(listed) - TOLD_MAX} more", is_general=True)
        listed = [*listed[:TOLD_MAX], more]
    if all(violation.is_general for violation in listed):
        return Answer(400, dumps({"status": "error", "errors": [one.text for one in listed]}), MEDIA_TYPE)
    fields: dict[str, list[str]] = {}
    for violation in listed:
        fields.setdefault(violation.field, []).append(violation.text)
    return Answer(400, dumps({"status": "error", "errors": fields}), MEDIA_TYPE)


def answer_stranger(_request: Request) -> Answer:
    """Answer somebody whose credentials name no company."""
    return refuse(401, KEPT_OUT, CHALLENGE)
