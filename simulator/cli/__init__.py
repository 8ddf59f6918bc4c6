"""The command line. Each command imports what it needs when it runs, so that `--help` answers at once."""

from __future__ import annotations

import sys

import click

from simulator import __version__
from simulator.cli.check import check
from simulator.cli.contract import contract, openapi, readings
from simulator.cli.export import export
from simulator.cli.replay import replay
from simulator.cli.scenarios import scenarios
from simulator.cli.serve import serve
from simulator.cli.systems import systems
from simulator.errors import SimulatorError

EXIT_USAGE = 2


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with `cfis-sim serve`, and send X-Api-Key: test-key.",
)
@click.version_option(__version__, prog_name="cfis-sim")
def cli() -> None:
    """Simulate the CFIS partner API: run it locally, test against it, judge documents offline."""


for command in (serve, check, scenarios, systems, export, replay, contract, openapi, readings):
    cli.add_command(command)


def main() -> None:
    """Run the command line. A mistake of the user is one clear line and exit code 2, never a traceback."""
    try:
        cli.main(prog_name="cfis-sim")
    except SimulatorError as error:
        click.echo(f"cfis-sim: {error}", err=True)
        sys.exit(EXIT_USAGE)
