"""`cfis-sim serve`: the server in front, one JSON line on stdout when it is ready, everything human on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from simulator.settings import Settings
    from simulator.web.app import App
    from simulator.web.storyfile import StoryFile
    from simulator.world.journal import Entry
    from simulator.world.world import World

EXAMPLE_KEY = "test-key"
SYSTEMS = ("plain", "netvisor", "procountor", "netbaron", "fennoa", "fivaldi", "talenom")
"""Written here too, so that `--help` loads nothing; a test compares them with the catalogue."""
Command = TypeVar("Command", bound=Callable[..., object])


def _duration(_context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    from simulator.clock import parse_duration
    from simulator.errors import SettingError

    try:
        return None if text is None else parse_duration(text)
    except SettingError as error:
        raise SettingError(error.message, where=parameter.opts[0], advice=error.advice) from error


def _readings(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, str], ...] | None:
    from simulator.settings import parse_assignment

    return tuple(parse_assignment(text) for text in texts) or None


def _several(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...] | None:
    return texts or None


class WholeNumber(click.IntRange):
    """A whole number within bounds, called that where somebody writes another thing."""

    name = "whole number"


def _bound(flag: str, text: str) -> Callable[[Command], Command]:
    return click.option(flag, type=WholeNumber(min=1), metavar="N", help=text)


@click.command(short_help="Start the simulator.")
@click.option("--host", metavar="ADDRESS", help="Where to listen.  [default: 127.0.0.1]")
@click.option("--port", type=WholeNumber(0, 65_535), metavar="N", help="0 takes any free one.  [default: 8480]")
@click.option("--ready-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the ready line there, too.")
@click.option("--clock", metavar="MODE", help="real, virtual, or a factor such as x60.  [default: real]")
@click.option("--scenario", metavar="NAME|FILE",
              help="Tell this scenario in every new world; a file is read again when it changes.")  # fmt: skip
@click.option("--system", metavar="NAME", type=click.Choice(SYSTEMS),
              help="The accounting system of a new world; see `cfis-sim systems`.  [default: plain]")  # fmt: skip
@click.option("--reading", "readings", multiple=True, metavar="NAME=VALUE", callback=_readings,
              help="Answer an open question of the contract; see `cfis-sim readings`.")  # fmt: skip
@click.option("--sync-delay", metavar="DURATION", callback=_duration,
              help="Time from a submission to its push to the accounting system.  [default: 1s]")  # fmt: skip
@click.option("--keys", type=click.Choice(["test", "any"]),
              help="Which keys open a world: those that start with test-, or any.  [default: test]")  # fmt: skip
@click.option("--contract", type=click.Path(file_okay=False), help="Your folder, laid over the built-in contract.")
@click.option("--control-token", metavar="SECRET",
              help="Demanded by the control API; made and printed where none is given beyond loopback.")  # fmt: skip
@click.option("--allowed-host", "allowed_hosts", multiple=True, metavar="NAME", callback=_several,
              help="A further name under which the control API may be reached.")  # fmt: skip
@click.option("--tls-cert", metavar="FILE", help="Serve HTTPS with this certificate, in PEM; needs --tls-key.")
@click.option("--tls-key", metavar="FILE", help="The private key of the certificate, in PEM.")
@_bound("--worlds-max", "Worlds at a time.  [default: 10000]")
@click.option("--world-idle", metavar="DURATION", callback=_duration,
              help="A world that is unused for longer expires.  [default: 1d]")  # fmt: skip
@_bound("--records-max", "Records in one world.  [default: 1000000]")
@_bound("--world-bytes-max", "Bytes of records in one world.  [default: 512 MiB]")
@_bound("--journal-entries-max", "Entries in the journal of one world.  [default: 10000]")
@_bound("--journal-bytes-max", "Bytes in the journal of one world.  [default: 32 MiB]")
@_bound("--body-bytes-max", "Bytes of one request body.  [default: 4 MiB]")
@_bound("--json-depth-max", "Levels of nesting in one body.  [default: 64]")
@_bound("--header-bytes-max", "Bytes of the headers of one request.  [default: 32 KiB]")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for every request.")
def serve(ready_file: Path | None, *, verbose: bool, **given: object) -> None:
    """Start the simulator and serve until Ctrl-C or SIGTERM.

    When it is ready, one line of JSON goes to stdout: event, url, control, apiKey, pid, and controlToken if one was
    made. Every option but --ready-file and --verbose can also be given as an environment variable: CFIS_SIM_PORT=9000
    for --port 9000.
    """
    from simulator.settings import Settings
    from simulator.web.app import App
    from simulator.web.server import bind, secure, url_of
    from simulator.web.server import serve as run

    settings = Settings.from_environ(os.environ, **given)
    given_token = settings.control_token
    settings = secure(settings)
    # A secret that the user chose is not repeated: what a server prints ends up in the log of some CI job.
    made_token = "" if given_token else settings.control_token
    app = App(settings, _print_exchange if verbose else None)
    story = _story(app)
    with bind(settings) as listener:
        url = url_of(listener, settings)
        line = _ready_line(url, made_token)

        def ready() -> None:
            if ready_file is not None:
                _write(ready_file, line)
            click.echo(line)
            _welcome(settings, url, made_token)
            if story is not None:
                story.start()

        try:
            run(app, listener, ready)
        finally:
            if story is not None:
                story.stop()
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
    _say("cfis-simulator has stopped.")


def _story(app: App) -> StoryFile | None:
    """Return the watch over the file of the scenario; None if there is none, or it is one of the library."""
    if not app.settings.scenario:
        return None
    from simulator.web.storyfile import StoryFile
    from simulator.world.library import names, path_of

    if app.settings.scenario in names():
        return None
    return StoryFile(app.worlds, path_of(app.settings.scenario), _say)


def _say(text: str) -> None:
    """Print a line for people. Whoever watched has perhaps gone away; that is no reason to stop serving."""
    with suppress(OSError):
        click.echo(text, err=True)


def _ready_line(url: str, made_token: str) -> str:
    from simulator.contract.jsontext import dumps

    line = {"event": "ready", "url": url, "control": f"{url}/_sim", "apiKey": EXAMPLE_KEY, "pid": os.getpid()}
    if made_token:
        line["controlToken"] = made_token
    return dumps(line).decode()


def _write(path: Path, line: str) -> None:
    """Write the line so that whoever watches the file never sees half of it, and nobody else its secret."""
    from simulator.errors import SettingError

    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{line}\n")
        draft.replace(path)
    except OSError as error:
        raise SettingError(f"the ready file cannot be written: {error.strerror}.", where=str(path)) from error


def _welcome(settings: Settings, url: str, made_token: str) -> None:
    others = "any other key" if settings.keys == "any" else "any other that starts with test-"
    header = f"with the header X-Api-Key: {EXAMPLE_KEY} (or {others})"
    token = "   with the header X-Sim-Token" if settings.control_token else ""
    _say(f"cfis-simulator listens on {url} (Ctrl-C stops it).")
    _say(f"  partner API  {url}/api/v1/partner   {header}")
    _say(f"  control API  {url}/_sim/{token}")
    if settings.system:
        _say(f"  system       {settings.system}, behind every new world   GET {url}/_sim/credentials lets you in")
    if settings.scenario:
        _say(f"  scenario     {settings.scenario}, in every new world")
    if made_token:
        _say(f"  X-Sim-Token  {made_token}   made now, as other machines can reach this address")


def _print_exchange(world: World, entry: Entry) -> None:
    from simulator.clock import show_instant

    effects = ", ".join(f"{effect.what} {effect.identifier}" for effect in entry.effects[:3])
    more = f" and {len(entry.effects) - 3} more" if len(entry.effects) > 3 else ""  # noqa: PLR2004
    notes = [f"{effects}{more}", *(violation.sentence() for violation in entry.violations[:3])]
    said = "; ".join(filter(None, notes))
    shown = f"{show_instant(entry.at)} {world.identity} {entry.status} {entry.method} {entry.path}"
    _say(_printable(f"{shown}  {said}" if said else shown))


def _printable(text: str) -> str:
    """Return a text that moves no cursor and breaks no line: paths and identifiers are whatever a client sends."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
