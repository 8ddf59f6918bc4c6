"""Records through the control API: look at them, make one, settle one by hand."""

from __future__ import annotations

from urllib.parse import quote

from simulator.errors import SettingError
from simulator.web.control.arguments import suggestion
from simulator.web.control.calls import Call, Reply
from simulator.world.records import Record


def list_records(call: Call) -> Reply:
    """Return a page of the records, in the order of their submission."""
    world, limit = call.look(), call.limit()
    kinds = [call.given["kind"]] if "kind" in call.given else list(world.shelves)
    if kinds[0] not in world.shelves:
        advice = suggestion(kinds[0], world.shelves)
        raise SettingError(f"there are no records of the kind {kinds[0][:60]!r}.", where="kind", advice=advice)
    states = frozenset(call.given["state"]) if "state" in call.given else None
    after = call.given.get("after", 0)
    # One more than the page from each shelf: enough to know whether another page follows.
    found = [record for kind in kinds for record in world.shelves[kind].after(after, limit + 1, states)]
    found.sort(key=lambda record: record.number)
    page = found[:limit]
    return Reply(
        {
            "records": [record.show() for record in page],
            "next": page[-1].number if len(found) > limit else None,
        }
    )


def show(call: Call) -> Reply:
    """Return a record with its document and its timeline."""
    record = call.look().record(call.given["kind"], call.given["identifier"])
    return Reply({**record.show(full=True), "earlier": _earlier(record)})


def _earlier(record: Record) -> list[int]:
    numbers: list[int] = []
    while record.earlier is not None:
        record = record.earlier
        numbers.append(record.number)
    return numbers


def add(call: Call) -> Reply:
    """Make a record that no call of the partner API makes."""
    reply = call.run("add_record", kind=call.given["kind"])
    kind, identifier = (quote(reply.value[name], safe="") for name in ("kind", "identifier"))
    location = f"{call.table.prefix}/records/{kind}/{identifier}"
    return Reply(reply.value, 201, [(b"location", location.encode())])


def outcome(call: Call) -> Reply:
    """Give a record an outcome by hand."""
    return call.run("outcome", kind=call.given["kind"], identifier=call.given["identifier"])
