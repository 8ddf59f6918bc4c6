"""Fixtures of the tests of the doors."""

from __future__ import annotations

import pytest

from tests.web.control.client import Client


@pytest.fixture
def client() -> Client:
    """A client of the control API, whose worlds have virtual clocks."""
    return Client()
