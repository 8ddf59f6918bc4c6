"""The public strategies are in one place, explained, and say what to install where Hypothesis is missing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from simulator.verify import strategies

WITHOUT = """
import sys
sys.modules["hypothesis"] = None
import simulator.verify
try:
    import {module}
except ImportError as error:
    print(error)
"""
BROKEN = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "hypothesis":
            raise ModuleNotFoundError("No module named 'sortedcontainers'", name="sortedcontainers")
sys.meta_path.insert(0, Finder())
import simulator.verify.strategies
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "module", [f"simulator.verify.{name}" for name in ("strategies", "machine", "mistakes", "documents", "stories")]
)
def test_without_hypothesis_one_is_told_what_to_install(module: str) -> None:
    done = run(WITHOUT.format(module=module))

    assert done.returncode == 0, done.stderr
    assert "pip install 'cfis-simulator[verify]'" in done.stdout


def test_a_hypothesis_that_lacks_something_itself_is_told_as_it_is() -> None:
    done = run(BROKEN)

    assert done.returncode == 1
    assert done.stderr.strip().endswith("ModuleNotFoundError: No module named 'sortedcontainers'")


@pytest.mark.parametrize("name", strategies.__all__)
def test_everything_public_is_there_and_every_function_explained(name: str) -> None:
    thing = getattr(strategies, name)

    if callable(thing):
        assert inspect.getdoc(thing)
