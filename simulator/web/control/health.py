"""Answers probes: whether the simulator lives, and whether it takes requests."""

from __future__ import annotations

from simulator import __version__
from simulator.web.control.calls import Call, Reply


def live(_call: Call) -> Reply:
    """Say that the process answers."""
    return Reply({"status": "alive", "version": __version__})


def ready(call: Call) -> Reply:
    """Say whether requests are taken; while the server stops, they are not."""
    if call.streams.closed:
        return Reply({"status": "stopping", "version": __version__}, 503)
    return Reply({"status": "ready", "version": __version__})
