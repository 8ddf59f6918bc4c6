"""Time through the control API: look at it, move it, stop it, let it run."""

from __future__ import annotations

from simulator.errors import SettingError
from simulator.web.control.calls import Call, Reply
from simulator.world.commands import show_clock


def show(call: Call) -> Reply:
    """Return the clock."""
    return Reply(show_clock(call.look()))


def advance(call: Call) -> Reply:
    """Move time forward."""
    if len(call.body) != 1:
        what = "both by and to are given" if call.body else "neither by nor to is given"
        raise SettingError(f"{what}.", where="by", advice='Send {"by": "10m"}, or {"to": "2026-01-31T23:59:00Z"}.')
    return call.run("advance")


def settle(call: Call) -> Reply:
    """Move time forward until nothing is due."""
    return call.run("settle")


def freeze(call: Call) -> Reply:
    """Stop the clock."""
    return call.run("freeze")


def resume(call: Call) -> Reply:
    """Let the clock run on."""
    return call.run("resume")
