"""A client of the control API for tests in Python: one world, and what can be asked of it; the standard library alone.

from simulator.client import World

world = World("http://127.0.0.1:8480")      # a key of its own, which nobody else has
...                                         # the client under test is given world.url and world.key
world.advance("10m")
assert world.record("ledger", "sale-1").state == "synced"
world.check()                               # was everything right that the client sent?
"""

from simulator.client.answers import Exchange, Finding, Moved, Record, Verdict, VerdictError
from simulator.client.door import ControlError
from simulator.client.world import Server, Setup, World

__all__ = [
    "ControlError", "Exchange", "Finding", "Moved", "Record", "Server", "Setup", "Verdict", "VerdictError",
    "World",
]  # fmt: skip
