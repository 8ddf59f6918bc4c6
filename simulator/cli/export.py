"""`cfis-sim export`: takes what a world of a running server has been through away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from email.message import Message

FORMS = ("journal", "scenario", "har")
TIMEOUT_SECONDS = 60
URL = "http://127.0.0.1:8480"
KEY = "test-key"


@click.command(short_help="Take what happened in a world away.")
@click.option("--url", default=URL, metavar="URL", show_default=True, help="Where the server is.")
@click.option("--key", default=KEY, metavar="KEY", show_default=True, help="The key of the world.")
@click.option("--as", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True,
              help="Everything that happened, to be replayed; the decisions alone; or an HTTP Archive.")  # fmt: skip
@click.option("--control-token", metavar="SECRET", help="The control token, where the server demands one.")
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write to this file instead of stdout.")  # fmt: skip
def export(url: str, key: str, form: str, control_token: str | None, output: Path | None) -> None:
    """Take what a world has been through away from a running server.

    `cfis-sim replay FILE` runs a journal again and compares the answers, or serves a scenario.
    """
    from simulator.errors import SettingError

    token = control_token or os.environ.get("CFIS_SIM_CONTROL_TOKEN", "")
    headers = {"X-Api-Key": key, **({"X-Sim-Token": token} if token else {})}
    body = _get(f"{url.rstrip('/')}/_sim/export?as={form}", headers)
    if output is None:
        click.echo(body.decode("utf-8", "replace"))
        return
    try:
        output.write_bytes(body + b"\n")
    except OSError as error:
        raise SettingError(f"cannot be written: {error.strerror}.", where=str(output)) from error


def _get(url: str, headers: dict[str, str]) -> bytes:
    """Return the body of a good answer. Raises SettingError on any other, with what the server says."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import ProxyHandler, Request, build_opener

    from simulator.errors import SettingError

    if not url.lower().startswith(("http://", "https://")):
        raise SettingError("this is not an address.", where="--url", advice=f"Write for example {URL}.")
    try:
        # The simulator is near: a proxy that the environment names does not know it.
        with build_opener(ProxyHandler({})).open(Request(url, headers=headers), timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read())
    except HTTPError as error:
        raise SettingError(_said(error.read(), error.headers, error.code), where=url) from None
    except (URLError, HTTPException, ValueError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise SettingError(
            f"no simulator answers: {reason}.", where=url, advice="Start one with `cfis-sim serve`, or give --url."
        ) from None


def _said(body: bytes, headers: Message, status: int) -> str:
    from simulator.contract.jsontext import MalformedError, loads

    if headers.get("content-type") == "application/problem+json":
        try:
            problem = loads(body)
        except MalformedError:
            return f"the server answers {status}."
        return " ".join(filter(None, (str(problem.get("detail", "")), str(problem.get("advice", "")))))
    return f"the server answers {status}; is it a simulator?"
