"""The published PyPI clients: loads them past their old warnings, and points them at a server of ours.

Nothing of a client is changed but the host that it sends to. Two of them write it into their code: Procountor keeps it
in a table of its class, Fivaldi in every call.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import requests

FIVALDI_HOST = "https://api.fivaldi.net"


class _LooseVersion:
    """What marshmallow 2 wants of distutils, which Python 3.12 no longer has: the parts of its own version."""

    def __init__(self, text: str) -> None:
        self.version = [int(part) for part in text.split(".")]


def load(name: str) -> ModuleType:
    """A module of a client; what its import warns of is years old and not ours to mend."""
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        if importlib.util.find_spec("distutils") is None:
            patch.setitem(sys.modules, "distutils", ModuleType("distutils"))
            patch.setitem(sys.modules, "distutils.version", _module("distutils.version", LooseVersion=_LooseVersion))
        return importlib.import_module(name)


def _module(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(members)
    return made


def netvisor(base_url: str, **credentials: str) -> Any:
    """A `Netvisor` of netvisor-api-client (HMACSHA256, or MD5 with `algorithm="MD5"`)."""
    return load("netvisor_api_client").Netvisor(host=base_url, **credentials)


def procountor(patch: pytest.MonkeyPatch, base_url: str, **settings: str) -> Any:
    """A `Client` of the package Procountor; to make one asks for a token at once."""
    kind = load("procountor.client").Client
    patch.setitem(kind._endpoints["hosts"], "test", base_url)
    return kind(test_mode=True, **settings)


def fivaldi(patch: pytest.MonkeyPatch, base_url: str, partner_id: str, secret: str) -> Any:
    """A `FivaldiPartnerClient` of fivaldi-api-client; its signature does not cover the host."""

    def redirected(method: str) -> Any:
        def send(url: str, **options: Any) -> requests.Response:
            assert url.startswith(f"{FIVALDI_HOST}/"), f"fivaldi-api-client called {url}: look at its new version"
            return requests.request(method, base_url + url.removeprefix(FIVALDI_HOST), **options)  # noqa: S113 - the client names a timeout

        return send

    stand_in = SimpleNamespace(get=redirected("GET"), post=redirected("POST"))
    for name in ("fivaldi.client", "fivaldi.api.endpoint"):
        patch.setattr(load(name), "requests", stand_in)
    return load("fivaldi.client").FivaldiPartnerClient(partner_id, secret)
