"""Who is let through to the control API."""

from __future__ import annotations

import pytest

from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.app import App
from tests.documents import ledger
from tests.web.control.client import HOST, Client

LOOPBACK = Settings(clock="virtual")
TOKEN = Settings(clock="virtual", control_token="s3cret")
PUBLIC = Settings(clock="virtual", host="0.0.0.0", control_token="s3cret")
NAMED = Settings(clock="virtual", host="0.0.0.0", control_token="s3cret", allowed_hosts=("Sim.Example", "ci:8480"))


def status(settings: Settings, target: str = "/_sim/clock", method: str = "GET", **headers: str | None) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(settings).call(method, target, headers=given).status


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8480", 200),
        ("127.0.0.1", 200),
        ("localhost:1", 200),
        ("LOCALHOST:8480", 200),
        ("localhost.:8480", 200),
        ("[::1]:8480", 200),
        ("[::1]", 200),
        ("evil.example:8480", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:8480@evil.example", 421),
        ("localhost:80x", 421),
        ("", 421),
        (None, 421),
        ("192.168.1.7:8480", 421),
    ],
)
def test_on_loopback_only_names_of_loopback_are_taken(host: str | None, expected: int) -> None:
    assert status(LOOPBACK, host=host) == expected


def test_a_refused_host_is_told_which_names_there_are() -> None:
    answer = Client().call("GET", "/_sim/clock", headers={"host": "evil.example"})
    assert (answer.problem, answer.json["where"]) == ("misdirected", "header:host")
    assert "localhost" in answer.json["detail"]
    assert "--allowed-host" in answer.json["advice"]


@pytest.mark.parametrize(("host", "expected"), [("sim.example:1", 200), ("ci:8480", 200), ("ci:1", 421), ("x", 421)])
def test_further_names_are_allowed_by_the_settings(host: str, expected: int) -> None:
    assert status(NAMED, host=host, x_sim_token="s3cret") == expected
    assert status(Settings(clock="virtual", allowed_hosts=("Sim.Example", "ci:8480")), host=host) == expected


def test_elsewhere_any_name_is_taken_unless_some_are_given() -> None:
    assert status(PUBLIC, host="whatever.example", x_sim_token="s3cret") == 200


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, 200),
        (f"http://{HOST}", 200),
        (f"HTTP://{HOST}", 200),
        ("http://127.0.0.1:3000", 403),
        ("http://localhost:8480", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("http://[", 403),
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "HEAD"])
def test_a_page_of_another_origin_is_refused(origin: str | None, expected: int, method: str) -> None:
    expected = 204 if (method, expected) == ("OPTIONS", 200) else expected
    assert status(LOOPBACK, method=method, origin=origin) == expected


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [("localhost", "http://localhost", 200), ("localhost:80", "http://localhost", 200),
     ("localhost", "http://localhost:80", 200), ("localhost", "https://localhost", 403)],
)  # fmt: skip
def test_a_port_that_goes_without_saying_is_the_same_port(host: str, origin: str, expected: int) -> None:
    assert status(LOOPBACK, host=host, origin=origin) == expected


@pytest.mark.parametrize(
    ("site", "expected"), [("cross-site", 403), ("same-origin", 200), ("none", 200), ("same-site", 200)]
)
def test_what_a_browser_calls_cross_site_is_refused(site: str, expected: int) -> None:
    assert status(LOOPBACK, sec_fetch_site=site) == expected


def test_no_answer_lets_another_origin_read_it() -> None:
    answer = Client().call("GET", "/_sim/clock", headers={"origin": f"http://{HOST}"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("settings", [TOKEN, PUBLIC])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 401),
        ({"x_sim_token": "s3cret"}, 200),
        ({"authorization": "Bearer s3cret"}, 200),
        ({"authorization": "bearer  s3cret"}, 200),
        ({"authorization": "Basic s3cret"}, 401),
        ({"x_sim_token": "s3cre"}, 401),
        ({"x_sim_token": ""}, 401),
        ({"x_sim_token": "\xe4"}, 401),
        ({"x_sim_token": "wrong", "authorization": "Bearer s3cret"}, 200),
    ],
)
def test_where_there_is_a_token_it_must_be_shown(settings: Settings, headers: dict[str, str], expected: int) -> None:
    assert status(settings, **headers) == expected


@pytest.mark.parametrize("target", ["/_sim/", "/_sim/worlds", "/_sim/events", "/_sim/nowhere", "/_sim/openapi.json"])
def test_every_call_wants_the_token(target: str) -> None:
    answer = Client(TOKEN).call("GET", target, headers={"x-api-key": None})
    assert (answer.status, answer.problem) == (401, "no-token")
    assert answer.json["detail"] == "the control token is missing."
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "s3cret" not in answer.body.decode()


@pytest.mark.parametrize("target", ["/_sim/health/live", "/_sim/health/ready"])
def test_health_asks_for_nothing(target: str) -> None:
    assert status(PUBLIC, target, host="10.0.0.3", x_api_key=None) == 200
    assert status(NAMED, target, host="10.0.0.3", x_api_key=None) == 200


def test_the_partner_api_is_not_guarded() -> None:
    assert Client(TOKEN).submit(ledger()).status == 200


def test_an_address_that_others_can_reach_needs_a_token() -> None:
    with pytest.raises(SettingError, match=r"0\.0\.0\.0 can be reached"):
        App(Settings(host="0.0.0.0"))
