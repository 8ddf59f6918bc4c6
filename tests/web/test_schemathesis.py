"""Schemathesis against the simulator, through the simulator's own OpenAPI documents, with every check it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig

from simulator.contract.contract import built_in
from simulator.contract.openapi import control_openapi, openapi
from simulator.settings import Settings
from simulator.web.app import App
from simulator.web.server import Running, running

EXAMPLES = 40
SOME = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

# The filters of the status calls are ours, and no parameter is ever refused for being unknown.
CONFIG: dict[str, Any] = {
    "auth": {"openapi": {"ApiKey": {"api_key": "test-schemathesis"}}},
    "generation": {"allow-extra-parameters": False},
}

# With this reading a body that fits its schema is taken: what the schema lets through must be accepted. In the
# default reading rows that do not balance are refused as well, which no generator of a schema can know.
LENIENT = (("rule_violation", "reported"),)


def document(readings: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    contract = built_in()
    return openapi(contract, readings=contract.choose(readings))


def config(**checks: Any) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict({**CONFIG, "checks": checks})


lenient = schemathesis.openapi.from_dict(document(LENIENT), config=config())
lenient.app = App(Settings(clock="virtual", readings=LENIENT))


@lenient.parametrize()
@SOME
def test_the_partner_api_in_process_keeps_its_own_contract(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


default = schemathesis.openapi.from_dict(
    document(()), config=config(positive_data_acceptance={"expected-statuses": ["2xx", "400"]})
)
default.app = App(Settings(clock="virtual"))


@default.parametrize()
@SOME
def test_the_default_readings_keep_it_too(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


# What a duration, a mode of the clock or a reading is, no schema says: such arguments are refused for their meaning.
# The two calls that are left out answer only after a while, or never.
control = schemathesis.openapi.from_dict(
    control_openapi(built_in()),
    config=SchemathesisConfig.from_dict(
        {
            "auth": {"openapi": {"WorldKey": {"api_key": "test-schemathesis"}}},
            "generation": {"allow-extra-parameters": False},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
        }
    ),
).exclude(path_regex="/(events|wait)$")
control.app = App(Settings(clock="virtual", allowed_hosts=("testserver",)))


@control.parametrize()
@settings(SOME, max_examples=15)
def test_the_control_api_keeps_its_own_contract(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Settings(clock="real", readings=LENIENT)) as server:
        yield server


@lenient.parametrize()
@settings(SOME, max_examples=15)
def test_the_partner_api_over_a_socket_keeps_it_too(case: schemathesis.Case[Any], server: Running) -> None:
    case.call_and_validate(base_url=server.url)


def test_every_generated_body_is_one() -> None:
    """Schemathesis skips bodies silently where it cannot follow a reference; then all of the above prove nothing."""
    for path in ("/api/v1/partner/accounting/ledger", "/api/v1/partner/accounting/payment"):
        strategy = lenient[path]["POST"].as_strategy()
        seen: list[Any] = []

        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
        @given(strategy)
        def collect(case: schemathesis.Case[Any]) -> None:
            seen.append(case.body)  # noqa: B023 - called within the loop's own turn

        collect()
        assert any(isinstance(body, dict) and body for body in seen)
