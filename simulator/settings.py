"""Every knob of the server, frozen, with a default that suits a laptop; read once at the edge."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.clock import DAY, SECOND, Duration, parse_duration, parse_mode
from simulator.errors import SettingError

PREFIX = "CFIS_SIM_"
MIB = 1 << 20
JSON_DEPTH_MAX = 200
"""The validator gives up at 255 levels."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the server listens, what a new world is like, and how large anything may grow."""

    host: str = "127.0.0.1"
    port: int = 8480
    keys: str = "test"
    """Which keys open a world: `test` (those that start with `test-`) or `any`."""
    clock: str = "real"
    """The clock of a new world: `real`, `virtual`, or a factor such as `x60`."""
    system: str = ""
    """The accounting system of a new world; empty for the plain one."""
    readings: tuple[tuple[str, str], ...] = ()
    """Answers to open questions of the contract, for every new world: (name, value)."""
    scenario: str = ""
    """The scenario of a new world: a name of the library, or a file."""
    sync_delay: Duration = SECOND
    """How long a record waits before it is pushed to the accounting system."""
    contract: str = ""
    """A folder laid over the built-in contract."""
    control_token: str = ""
    """The secret of the control API; made and printed where one is needed and none is given."""
    allowed_hosts: tuple[str, ...] = ()
    """Names under which the control API may be reached, beside the address it listens on."""
    tls_cert: str = ""
    """A file with the certificate of the server, and those that lead to its root, in PEM: HTTPS instead of HTTP."""
    tls_key: str = ""
    """The file with its private key, in PEM."""
    worlds_max: int = 10_000
    world_idle: Duration = DAY
    """How long a world may be unused before it expires."""
    records_max: int = 1_000_000
    """Records in one world."""
    world_bytes_max: int = 512 * MIB
    """Bytes of documents in one world."""
    journal_entries_max: int = 10_000
    journal_bytes_max: int = 32 * MIB
    """Bytes of requests and answers kept in the journal of one world."""
    body_bytes_max: int = 4 * MIB
    json_depth_max: int = 64
    header_bytes_max: int = 32 << 10
    """Bytes of the request line and headers of one request."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **given: object) -> Settings:
        """Read `CFIS_SIM_…` variables; *given* values win. Raises SettingError on an unknown name or bad value.

        A variable that is set and empty counts as not set, as Compose files and CI systems leave such behind.
        """
        values: dict[str, object] = {}
        for variable, text in sorted(environ.items()):
            if variable.startswith(PREFIX):
                name = variable.removeprefix(PREFIX).lower()
                value = read(name, text, where=variable)
                if text.strip():
                    values[name] = value
        values.update({name: value for name, value in given.items() if value is not None})
        settings = cls(**values)  # type: ignore[arg-type]
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingError if a value makes no sense."""
        try:
            parse_mode(self.clock)
        except SettingError as error:
            raise _at("clock", error) from error
        if not self.host.strip():
            raise SettingError("host is empty", advice="Choose an address to listen on, such as 127.0.0.1.")
        if self.keys not in {"test", "any"}:
            raise SettingError(f"keys is {self.keys!r}", advice="Choose test or any.")
        if bool(self.tls_cert) != bool(self.tls_key):
            given, missing = ("tls_cert", "tls_key") if self.tls_cert else ("tls_key", "tls_cert")
            raise SettingError(f"{given} is given without {missing}", advice="TLS needs both, or neither.")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_max") and value < 1:
                raise SettingError(f"{field.name} is {value}", advice="It must be at least 1.")
        if self.json_depth_max > JSON_DEPTH_MAX:
            raise SettingError(f"json_depth_max is {self.json_depth_max}", advice=f"At most {JSON_DEPTH_MAX}.")
        if not 0 <= self.port <= 65_535:  # noqa: PLR2004
            raise SettingError(f"port is {self.port}", advice="Choose 0 (any free one) to 65535.")


def variables() -> dict[str, str]:
    """Return every environment variable and the name of the setting that it sets."""
    return {PREFIX + field.name.upper(): field.name for field in dataclasses.fields(Settings)}


def read(name: str, text: str, where: str = "") -> object:
    """Turn the text of one setting into its value; an empty one stays empty. Raises SettingError."""
    where = where or name
    known = {field.name: field for field in dataclasses.fields(Settings)}
    if name not in known:
        close = difflib.get_close_matches(name[:60], known, n=1)
        advice = f"Did you mean {PREFIX}{close[0].upper()}?" if close else f"Known are {', '.join(variables())}."
        raise SettingError("there is no such setting.", where=where, advice=advice)
    if not text.strip():
        return ""
    try:
        return _reader(name, known[name].type)(text)
    except SettingError as error:
        raise _at(where, error) from error
    except ValueError:
        raise SettingError(f"{text!r} is not a whole number.", where=where, advice="Write digits only.") from None


def _at(where: str, error: SettingError) -> SettingError:
    return SettingError(error.message, where=where, advice=error.advice)


def _reader(name: str, kind: object) -> Callable[[str], object]:
    readers: dict[object, Callable[[str], object]] = {
        "str": str,
        "int": int,
        "Duration": parse_duration,
        "tuple[str, ...]": lambda text: tuple(filter(None, (part.strip() for part in text.split(",")))),
    }
    return parse_assignments if name == "readings" else readers[kind]


def parse_assignments(text: str) -> tuple[tuple[str, str], ...]:
    """Read `name=value,name=value`. Raises SettingError."""
    return tuple(parse_assignment(part) for part in text.split(",") if part.strip())


def parse_assignment(text: str) -> tuple[str, str]:
    """Read `name=value`. Raises SettingError."""
    name, separator, value = text.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise SettingError(f"{text!r} is not of the form NAME=VALUE.", advice="See `cfis-sim readings`.")
    return name.strip(), value.strip()
