"""The knobs of the server: read from the environment, overruled by what is given, refused where they make no sense."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import DAY, MINUTE, SECOND
from simulator.errors import SettingError
from simulator.settings import PREFIX, Settings, parse_assignment, parse_assignments, read, variables
from tests.strategies import texts

FIELDS = dataclasses.fields(Settings)


def test_without_anything_given_the_defaults_suit_a_laptop() -> None:
    settings = Settings.from_environ({})

    assert settings == Settings()
    assert (settings.host, settings.port, settings.keys, settings.clock) == ("127.0.0.1", 8480, "test", "real")
    assert (settings.sync_delay, settings.world_idle) == (SECOND, DAY)


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("CFIS_SIM_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("CFIS_SIM_PORT", "0", "port", 0),
        ("CFIS_SIM_PORT", " 9000 ", "port", 9000),
        ("CFIS_SIM_SYNC_DELAY", "1.5s", "sync_delay", 1_500_000),
        ("CFIS_SIM_WORLD_IDLE", "PT10M", "world_idle", 10 * MINUTE),
        ("CFIS_SIM_READINGS", "a=1, b = -1 ,", "readings", (("a", "1"), ("b", "-1"))),
        ("CFIS_SIM_READINGS", "", "readings", ()),
        ("CFIS_SIM_ALLOWED_HOSTS", "sim.local, sim", "allowed_hosts", ("sim.local", "sim")),
        ("CFIS_SIM_ALLOWED_HOSTS", " , ", "allowed_hosts", ()),
        ("CFIS_SIM_CONTROL_TOKEN", "s=ecret", "control_token", "s=ecret"),
        ("CFIS_SIM_CLOCK", "x60", "clock", "x60"),
    ],
)
def test_a_variable_sets_its_knob(variable: str, text: str, name: str, value: Any) -> None:
    assert getattr(Settings.from_environ({variable: text}), name) == value


@pytest.mark.parametrize("variable", list(variables()))
def test_a_variable_that_is_set_and_empty_counts_as_not_set(variable: str) -> None:
    assert Settings.from_environ({variable: " "}) == Settings()


def test_an_empty_address_would_be_every_address_and_is_refused() -> None:
    with pytest.raises(SettingError, match="host is empty"):
        Settings.from_environ({}, host="")


def test_every_knob_has_its_variable_and_can_be_read() -> None:
    samples: dict[object, str] = {"str": "text", "int": "7", "Duration": "7s"}

    assert list(variables().values()) == [field.name for field in FIELDS]
    for variable, name in variables().items():
        kind = next(field.type for field in FIELDS if field.name == name)
        assert variable == PREFIX + name.upper()
        assert isinstance(read(name, samples.get(kind, "a=b")), str | int | tuple)


def test_other_variables_are_none_of_our_business() -> None:
    assert (
        Settings.from_environ({"PATH": "/bin", "CFIS": "1", "XCFIS_SIM_PORT": "1", "cfis_sim_port": "1"}) == Settings()
    )


def test_what_is_given_wins_over_the_environment_unless_it_is_none() -> None:
    environ = {"CFIS_SIM_PORT": "1", "CFIS_SIM_HOST": "::1"}
    settings = Settings.from_environ(environ, port=2, host=None, clock="virtual")

    assert (settings.port, settings.host, settings.clock) == (2, "::1", "virtual")


@pytest.mark.parametrize(
    ("variable", "advice"),
    [
        ("CFIS_SIM_PROT", "Did you mean CFIS_SIM_PORT?"),
        ("CFIS_SIM_RECORDS", "Did you mean CFIS_SIM_RECORDS_MAX?"),
        ("CFIS_SIM_", "Known are CFIS_SIM_HOST, "),
        ("CFIS_SIM_QQQQ", "Known are CFIS_SIM_HOST, "),
        ("CFIS_SIM___CLASS__", "Known are CFIS_SIM_HOST, "),
    ],
)
def test_an_unknown_variable_is_refused_with_advice(variable: str, advice: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable}: there is no such setting") as caught:
        Settings.from_environ({variable: "1"})

    assert advice in caught.value.advice


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("PORT", "http", "'http' is not a whole number"),
        ("PORT", "80.0", "'80.0' is not a whole number"),
        ("PORT", "9" * 5_000, "is not a whole number"),
        ("PORT", "-1", "port is -1"),
        ("PORT", "65536", "port is 65536"),
        ("KEYS", "all", "keys is 'all'"),
        ("CLOCK", "fast", "clock: 'fast' is not a mode of the clock. Choose real"),
        ("SYNC_DELAY", "1", "CFIS_SIM_SYNC_DELAY: '1' is not a duration. Write"),
        ("SYNC_DELAY", "-1s", "CFIS_SIM_SYNC_DELAY: '-1s' is not a duration"),
        ("READINGS", "failed_status", "CFIS_SIM_READINGS: 'failed_status' is not of the form NAME=VALUE"),
        ("RECORDS_MAX", "0", "records_max is 0"),
        ("WORLDS_MAX", "-5", "worlds_max is -5"),
        ("JSON_DEPTH_MAX", "201", "json_depth_max is 201"),
        ("TLS_CERT", "cert.pem", "tls_cert is given without tls_key"),
        ("TLS_KEY", "key.pem", "tls_key is given without tls_cert"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(variable: str, text: str, message: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_environ({PREFIX + variable: text})

    assert message in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize("name", [field.name for field in FIELDS if field.name.endswith("_max")])
def test_every_bound_leaves_room_for_one(name: str) -> None:
    assert getattr(Settings.from_environ({PREFIX + name.upper(): "1"}), name) == 1
    with pytest.raises(SettingError, match=f"{name} is 0"):
        Settings.from_environ({}, **{name: 0})


def test_the_bounds_of_port_and_depth_are_still_good() -> None:
    assert Settings.from_environ({"CFIS_SIM_PORT": "65535"}).port == 65_535
    assert Settings.from_environ({"CFIS_SIM_JSON_DEPTH_MAX": "200"}).json_depth_max == 200


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "=", "a", "a=", "=1", " = ", "a= "])
def test_an_assignment_has_a_name_and_a_value(text: str) -> None:
    with pytest.raises(SettingError, match="NAME=VALUE"):
        parse_assignment(text)


def test_the_value_of_an_assignment_may_hold_an_equals_sign() -> None:
    assert parse_assignment(" a = b=c ") == ("a", "b=c")


def test_assignments_are_separated_by_commas() -> None:
    assert parse_assignments("a=1,,b=2,") == (("a", "1"), ("b", "2"))


@given(st.sampled_from([field.name for field in FIELDS]), texts())
def test_any_text_is_a_value_or_an_error_that_names_the_variable(name: str, text: str) -> None:
    try:
        read(name, text, where=PREFIX + name.upper())
    except SettingError as error:
        said = str(error)
    else:
        said = PREFIX
    assert said
