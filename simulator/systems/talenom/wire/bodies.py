"""JSON bodies: from bytes to values that keep their schema, with every violation told at once."""

from __future__ import annotations

from typing import Any

from simulator.contract.jsontext import MalformedError, loads
from simulator.contract.schemas import Schemas
from simulator.systems.base import Request
from simulator.systems.shapes import Break, breaks
from simulator.systems.talenom.wire.answers import RefusedError


class Bodies:
    """Reads the bodies of one system, whose schemas are its own."""

    def __init__(self, schemas: Schemas) -> None:
        """Read by *schemas*."""
        self._schemas = schemas

    def read(self, request: Request, schema: str, *, is_closed: bool) -> Any:
        """Return the value of a body that keeps its schema. Raises RefusedError.

        *is_closed* refuses members that the schema does not name.
        """
        media = request.media_type
        if media and media != "text/json" and not media.endswith(("/json", "+json")):
            raise RefusedError(415, "UnsupportedMediaType", [f"The body is {media[:60]}; JSON is taken"])
        try:
            value = loads(request.body)
        except MalformedError as error:
            raise RefusedError(400, "InvalidJson", [f"The body is no JSON that can be read: {error.detail}"]) from None
        value = self._named(value, schema, self._schemas.documents[schema], is_closed=is_closed)
        found = list(breaks(self._schemas.validator(schema, closed=is_closed), value))
        if found:
            raise RefusedError(400, "InvalidRequest", map(_told, found))
        return value

    def _named(self, value: Any, document: str, part: Any, *, is_closed: bool) -> Any:
        """Return a value whose members are written as its schema writes them: their case means nothing.

        Members that the schema does not name at that place are left out, unless somebody wants to see them. *part*
        is the schema of the value, which stands in *document*.
        """
        if isinstance(part, dict) and "$ref" in part:
            return self._named(value, *self._target(document, part["$ref"]), is_closed=is_closed)
        known = part if isinstance(part, dict) else {}
        if isinstance(value, list):
            return [self._named(one, document, known.get("items"), is_closed=is_closed) for one in value]
        properties = known.get("properties")
        if not isinstance(value, dict) or properties is None:
            return value
        names = {name.lower(): name for name in properties}
        return {
            names.get(name.lower(), name): self._named(
                inner, document, properties.get(names.get(name.lower(), "")), is_closed=is_closed
            )
            for name, inner in value.items()
            if is_closed or name.lower() in names
        }

    def _target(self, document: str, reference: str) -> tuple[str, Any]:
        """Return the document to which a reference leads, and the schema there."""
        file, _, place = reference.partition("#")
        part: Any = self._schemas.documents[file or document]
        for step in place.split("/")[1:]:
            part = part[step]
        return file or document, part


def _told(one: Break) -> str:
    where = one.field or "the body"
    match one.keyword:
        case "required":
            return f"{where}: is needed"
        case "additionalProperties":
            return f"{where}: is not known"
        case "maxLength":
            return f"{where}: has {len(one.value)} characters, which is more than are taken"
        case "format":
            return f"{where}: {_shown(one.value)} cannot be read"
    return f"{where}: {one.message[:200]}"


def _shown(value: Any) -> str:
    return repr(value)[:60]
