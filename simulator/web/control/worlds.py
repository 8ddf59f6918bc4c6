"""Worlds through the control API: the list of them, and one to be set up, emptied and removed."""

from __future__ import annotations

from itertools import islice
from typing import Any

from simulator.chance import fingerprint
from simulator.clock import SECOND, show_duration, stopwatch
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.control.calls import Call, Reply
from simulator.world import commands
from simulator.world.commands import show_world


def list_worlds(call: Call) -> Reply:
    """Return a page of the worlds; they are not used by this, so an idle one goes on towards its end."""
    worlds = call.worlds
    by_name = sorted((world.identity, key) for key, world in worlds.by_key.items())
    after, limit = call.given.get("after", ""), call.limit()
    following = (pair for pair in by_name if pair[0] > after)
    page = list(islice(following, limit))
    shown: list[dict[str, Any]] = []
    for _, key in page:
        world = worlds.by_key[key]
        world.arrive()
        idle = (stopwatch() - worlds.used[key]) // SECOND * SECOND
        shown.append({**show_world(world), "idle": show_duration(idle)})
    return Reply(
        {
            "worlds": shown,
            "count": len(by_name),
            "expired": len(worlds.gone),
            "next": page[-1][0] if next(following, None) is not None else None,
            "bounds": bounds(worlds.settings),
        }
    )


def bounds(settings: Settings) -> dict[str, Any]:
    """Return how large anything may grow."""
    return {
        "worlds": settings.worlds_max,
        "worldIdle": show_duration(settings.world_idle),
        "records": settings.records_max,
        "worldBytes": settings.world_bytes_max,
        "journalEntries": settings.journal_entries_max,
        "journalBytes": settings.journal_bytes_max,
        "bodyBytes": settings.body_bytes_max,
        "jsonDepth": settings.json_depth_max,
    }


def show(call: Call) -> Reply:
    """Return the world."""
    return Reply(show_world(call.look()))


def configure(call: Call) -> Reply:
    """Change what the world is like."""
    return Reply(commands.run(call.anew(), "configure", call.body))


def reset(call: Call) -> Reply:
    """Empty the world, and tell whoever looks on."""
    world = call.worlds.reset(call.key)
    call.streams.tell(world, "reset")
    return Reply(show_world(world))


def remove(call: Call) -> Reply:
    """Remove the world; whoever looks on is told, and sent away."""
    world = call.worlds.by_key.get(call.key)
    removed = call.worlds.remove(call.key)
    if world is not None:
        call.streams.tell(world, "removed")
    return Reply({"world": fingerprint(call.key), "removed": removed})


def expire_key(call: Call) -> Reply:
    """Let the key of the world expire, for the partner API."""
    if len(call.body) > 1:
        given = " and ".join(sorted(call.body))
        raise SettingError(f"{given} are given, of which one would do.", where=min(call.body))
    return call.run("expire_key")
