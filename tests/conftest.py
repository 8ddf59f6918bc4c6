"""What every test stands on: Hypothesis profiles, a clean environment, and the contract."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from simulator.contract.contract import Contract, built_in
from simulator.settings import PREFIX

# No deadline: the machine that runs the tests may be busy with something else.
settings.register_profile("dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")  # noqa: TID251 - read before any fixture


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches a test."""
    for variable in list(os.environ):  # noqa: TID251 - it is cleaned, not read
        if variable.startswith(PREFIX):
            monkeypatch.delenv(variable)


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract that ships with the simulator."""
    return built_in()
