"""The table of the control API: its calls, and which of them a request means."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from simulator.contract.contract import Contract
from simulator.contract.operations import Operation, operation_from
from simulator.errors import ContractError
from simulator.web.asgi import Scope
from simulator.web.control.problems import ProblemError

NAME = "control/operations.json"


@dataclass(frozen=True, slots=True)
class Place:
    """A path of the table: its pieces, of which `{name}` takes any text, and what may be called there."""

    path: str
    pieces: tuple[str, ...]
    operations: Mapping[str, Operation]

    def match(self, given: tuple[str, ...]) -> dict[str, str] | None:
        """Return the values of the pieces that take any text; None if the path is another one."""
        if len(given) != len(self.pieces):
            return None
        values: dict[str, str] = {}
        for piece, text in zip(self.pieces, given, strict=True):
            if piece.startswith("{"):
                if not text:
                    return None
                values[piece[1:-1]] = text
            elif piece != text:
                return None
        return values

    def allowed(self) -> str:
        """Return the methods as the header Allow names them."""
        methods = {*self.operations, "OPTIONS"} | ({"HEAD"} if "GET" in self.operations else set())
        return ", ".join(sorted(methods))


class Table:
    """The calls of the control API."""

    def __init__(self, contract: Contract) -> None:
        """Read and check the table. Raises ContractError."""
        table = contract.files.read(NAME)
        for error in contract.schemas.validator("operations.schema.json").iter_errors(table):
            place = "/".join(str(step) for step in error.instance_path)
            raise ContractError(error.message[:300], where=f"{NAME}#/{place}")
        self.title: str = table["title"]
        self.description: str = table["description"]
        self.prefix: str = table["prefix"]
        self.errors: dict[str, int] = {row["name"]: row["status"] for row in table["errors"]}
        self.operations = {row["name"]: operation_from(row) for row in table["operations"]}
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in self.operations.values():
            by_path.setdefault(operation.path, {})[operation.method] = operation
        places = [Place(path, pieces_of(path), methods) for path, methods in by_path.items()]
        # `/journal/wait` is looked at before `/journal/{number}`.
        self.places = sorted(places, key=lambda place: (place.path.count("{"), place.path))

    def find(self, scope: Scope) -> tuple[Place, dict[str, str]]:
        """Return the place that a request means, and the values in its path. Raises ProblemError.

        The path is taken apart before it is decoded, so that `%2F` in an identifier is no separator.
        """
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        try:
            first, *rest = (unquote_to_bytes(piece).decode() for piece in raw.partition(b"?")[0].split(b"/")[1:])
        except UnicodeDecodeError:
            raise ProblemError("malformed", "the path is not UTF-8", where="path") from None
        given = tuple(rest) or ("",)
        for place in self.places if f"/{first}" == self.prefix else ():
            values = place.match(given)
            if values is not None:
                return place, values
        raise self._lost(scope["path"])

    def _lost(self, path: str) -> ProblemError:
        calls = self.calls()
        # Without the prefix: two short paths are not alike because they begin alike.
        known = sorted({place.path for place in self.places})
        close = difflib.get_close_matches(path.removeprefix(self.prefix)[:200], known, n=1, cutoff=0.7)
        advice = f"Did you mean {self.prefix}{close[0]}?" if close else f"GET {self.prefix}/ lists the calls."
        return ProblemError("not-found", f"there is no call at {path[:200]!r}.", advice=advice, calls=calls)

    def calls(self) -> list[str]:
        """Return method and path of every call, in the order of the table."""
        return [f"{operation.method} {self.prefix}{operation.path}" for operation in self.operations.values()]


def pieces_of(path: str) -> tuple[str, ...]:
    """Return what stands between the slashes of a path."""
    return tuple(path.split("/")[1:])
