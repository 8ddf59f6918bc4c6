"""Everything that can go wrong inside the simulator, and the HTTP status it becomes.

SimulatorError
├── ContractError   a file of the contract is wrong; never the client's fault
├── SettingError    a knob was given a value that it cannot take
├── NotFoundError   no such record, world or page
├── ConflictError   the command does not fit the state of the record or the world
├── BoundError      a bound on worlds, records or bytes is reached; nothing was stored
└── ExpiredError    the world was unused for too long and is gone
"""

from __future__ import annotations


class SimulatorError(Exception):
    """What a user can meet: a sentence that says what was wrong and what to do next."""

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        """Keep the parts: *message* says what, *where* points at it, *advice* says what to do."""
        self.message = message
        self.where = where
        self.advice = advice
        stop = "" if not advice or message.endswith((".", "!", "?", ":")) else "."
        super().__init__(" ".join(filter(None, (f"{where}:" if where else "", message + stop, advice))))


class ContractError(SimulatorError):
    """A file of the contract does not say what the program can carry out."""


class SettingError(SimulatorError):
    """A setting, a reading or a command's argument cannot be taken."""


class NotFoundError(SimulatorError):
    """What was asked for is not there."""


class ConflictError(SimulatorError):
    """The command cannot be carried out on something in this state."""


class BoundError(SimulatorError):
    """A bound is reached. Nothing was stored and nothing was lost."""


class ExpiredError(SimulatorError):
    """The world was unused for longer than the bound and has been removed."""


STATUS_BY_ERROR: dict[type[SimulatorError], int] = {
    ContractError: 500,
    SettingError: 400,
    NotFoundError: 404,
    ConflictError: 409,
    BoundError: 507,
    ExpiredError: 410,
}
