"""A suite of tests as a user of the pytest plugin has it, and a run of it by pytest in pytest."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

import pytest

PLUGIN = "cfis" if entry_points(group="pytest11", name="cfis") else "simulator.pytest_plugin"
"""Where the package is installed, pytest knows the plugin by the name of its entry point, and takes it only once."""
REWRITTEN = "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning"
"""Said of a plugin that is named by its module, and which this process has already."""

# An inner run forgets the modules that it imported, and what is written in C does not bear to be imported again.
for compiled in ("yaml", "lxml.etree"):
    importlib.import_module(compiled)

CLIENT = """
import json, threading, urllib.error, urllib.request
import pytest

LEDGER = "/api/v1/partner/accounting/ledger"

def ask(world, body=None):
    headers = {"X-Api-Key": world.key, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(world.url + LEDGER, data, headers), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code

def submit(world, identifier, credit=-10.00):
    rows = [{"accountNumber": "1701", "amount": 10.00}, {"accountNumber": "3000", "amount": credit}]
    ledger = {"ledgerIdentifier": identifier, "documentDate": "2026-01-15", "ledgerRows": rows}
    return ask(world, {"ledgers": ledger})
"""


class Suite:
    """A suite of tests as a user has it, and a run of it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester

    def run(self, tests: str, *arguments: str) -> pytest.RunResult:
        """Run some tests in this process; a warning is an error there, too."""
        self.pytester.makepyfile(client=CLIENT)
        self.pytester.makepyfile(f"from client import *\n{tests}")
        # Schemathesis, where it is installed, would import Hypothesis into every run.
        fixed = ("-p", PLUGIN, "-p", "no:schemathesis", "-p", "no:cacheprovider", "-W", "error", "-W", REWRITTEN)
        return self.pytester.runpytest_inprocess(*fixed, *arguments)
