"""What a JSON body breaks of a system's own schema, in terms from which the wire words its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import jsonschema_rs


@dataclass(frozen=True, slots=True)
class Break:
    """One violated keyword."""

    path: tuple[str | int, ...]
    """The way to the offending value; for `required` and `additionalProperties` the member itself ends it."""
    keyword: str
    """The keyword of JSON Schema, such as `required`, `type` or `maxLength`."""
    value: Any
    message: str
    """The validator's own words."""

    @property
    def field(self) -> str:
        """Return the way as `transactions[2].account`."""
        text = ""
        for step in self.path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
        return text


def breaks(validator: jsonschema_rs.Draft202012Validator, value: Any) -> Iterator[Break]:
    """Yield everything that a value breaks of a schema."""
    if validator.is_valid(value):
        return
    for error in validator.iter_errors(value):
        path = tuple(error.instance_path)
        detail = error.kind.as_dict()
        keyword = str(error.kind.name)
        members = [detail["property"]] if "property" in detail else detail.get("unexpected", [])
        for member in members or [None]:
            whole = path if member is None else (*path, member)
            # Not `error.instance`, which the validator makes anew: its decimals are binary floats.
            given = None if keyword == "required" else reduce(lambda part, step: part[step], whole, value)
            yield Break(whole, keyword, given, error.message)
