"""The way to the control API of a running server, and the one error of all that can go wrong on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from simulator.errors import SimulatorError

PARTNER = "/api/v1/partner"
CONTROL = "/_sim"
TIMEOUT_SECONDS = 30
PAGE = 1_000
PROBLEM = "application/problem+json"
HTTP_OK, HTTP_REDIRECT = 200, 300

Json = dict[str, Any]


class ControlError(SimulatorError):
    """The simulator could not do what was asked: what was wrong, and what to do next.

    *status* is that of its answer, 0 if there was none; *name* is the kind of problem, such as `not-found`.
    """

    def __init__(
        self, message: str, *, where: str = "", advice: str = "", status: int = 0, name: str = "", body: Any = None
    ) -> None:
        """Keep the parts; *body* is the whole problem as the server told it."""
        super().__init__(message, where=where, advice=advice)
        self.status = status
        self.name = name
        self.body = body

    def within(self, place: str) -> ControlError:
        """Return the same error, of a larger place."""
        where = f"{place}, {self.where}" if self.where else place
        return ControlError(
            self.message, where=where, advice=self.advice, status=self.status, name=self.name, body=self.body
        )

    @classmethod
    def told(cls, status: int, media_type: str, body: bytes, where: str) -> Self:
        """Return the error of an answer that is none of the good ones."""
        if media_type != PROBLEM:
            message = f"the server answers {status} to {where}."
            return cls(message, status=status, advice="Is it a simulator, and is the address its base URL?")
        problem = json.loads(body)
        return cls(
            str(problem["detail"]),
            where=str(problem.get("where", "")),
            advice=str(problem.get("advice", "")),
            status=status,
            name=str(problem["type"]).rpartition(":")[2],
            body=problem,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server is, the key of one world on it, and the control token where one is demanded.

    Every call has a connection of its own: nothing is left open, and threads may call at once.
    """

    url: str
    key: str
    token: str = ""

    @classmethod
    def to(cls, url: str, key: str, token: str = "") -> Self:
        """Return the door of an address, which may be the one of the partner API. Raises ControlError."""
        base = url.rstrip("/").removesuffix(PARTNER)
        try:
            parts = urlsplit(base)
            fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            fits = False
        if not fits:
            raise ControlError(f"{url!r} is not an address.", advice="Write for example http://127.0.0.1:8480.")
        return cls(base, key, token)

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        query: Mapping[str, Any] | None = None,
        seconds: float = 0,
    ) -> Any:
        """Call the control API and return the JSON value that it answers. Raises ControlError.

        A *body* of bytes is YAML. *seconds* is how long the server may take beyond what a call takes anyhow.
        """
        asked = urlencode({name: _word(value) for name, value in (query or {}).items()}, doseq=True)
        target = f"{CONTROL}{path}{'?' if asked else ''}{asked}"
        try:
            status, media_type, answer = self._exchange(method, target, body, TIMEOUT_SECONDS + seconds)
        except (OSError, HTTPException) as error:
            said = str(error) or type(error).__name__
            advice = "Start one with `cfis-sim serve`, or mend the address."
            raise ControlError(f"no simulator answers: {said}.", where=self.url, advice=advice) from error
        if not HTTP_OK <= status < HTTP_REDIRECT or (answer and media_type != "application/json"):
            raise ControlError.told(status, media_type, answer, f"{method} {self.url}{target}")
        try:
            return json.loads(answer, parse_float=Decimal) if answer else None
        except ValueError as error:
            raise ControlError(
                f"what the server answers is not JSON: {error}.", where=self.url, status=status
            ) from None

    def _exchange(
        self, method: str, target: str, body: Mapping[str, Any] | bytes | None, timeout: float
    ) -> tuple[int, str, bytes]:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=timeout)
        headers = {"X-Api-Key": self.key, "Connection": "close"}
        if self.token:
            headers["X-Sim-Token"] = self.token
        data = body if isinstance(body, bytes | None) else json.dumps(body, default=_plain).encode()
        if data is not None:
            headers["Content-Type"] = "application/yaml" if isinstance(body, bytes) else "application/json"
        try:
            connection.request(method, parts.path + target, data, headers)
            response: HTTPResponse = connection.getresponse()
            return response.status, response.getheader("content-type", "").partition(";")[0], response.read()
        finally:
            connection.close()

    def pages(self, path: str, member: str, filters: Mapping[str, Any]) -> Iterator[Json]:
        """Give every item of a list that is told in pages; with a *limit* among the filters only so many."""
        limit, after = filters.get("limit"), filters.get("after", 0)
        while True:
            page = self.call("GET", path, query={**filters, "after": after, "limit": limit or PAGE})
            yield from page[member]
            after = page["next"]
            if limit or after is None:
                return


def part(text: str) -> str:
    """Return a name as one part of a path, whatever signs are in it."""
    return quote(text, safe="")


def _word(value: Any) -> Any:
    """Return a value as a query has it."""
    return str(value).lower() if isinstance(value, bool) else value


def _plain(value: Any) -> Any:
    """Return what `json` does not know as something that it knows."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} cannot be written as JSON without a loss: write it as a text, or round it.")
