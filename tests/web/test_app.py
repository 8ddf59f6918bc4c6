"""Which door a path leads to, and what happens when the simulator itself fails."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from simulator.errors import ContractError, SettingError
from simulator.settings import Settings
from simulator.web.app import App
from simulator.web.asgi import Receive, Scope, Send
from tests.inprocess import Response, call

KEY = ("X-Api-Key", "test-key")
HOST = ("Host", "127.0.0.1:8480")


def answer(app: App, method: str, path: str, *headers: tuple[str, str]) -> Response:
    response = call(app, method, path, headers=[HOST, KEY, *headers])
    assert response is not None
    return response


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(clock="virtual"))


def test_the_partner_api_is_below_its_prefix(app: App) -> None:
    assert answer(app, "GET", "/api/v1/partner/accounting/ledger").status == 204


def test_the_control_api_is_below_its_own(app: App) -> None:
    assert answer(app, "GET", "/_sim/health/live").status == 200


def test_the_root_says_where_everything_is(app: App) -> None:
    response = answer(app, "GET", "/")
    assert response.status == 200
    assert response.json["control"] == "/_sim/"
    assert "/api/v1/partner" in response.json["partner"]


@pytest.mark.parametrize("path", ["/accounting/ledger", "/_simulator", "/api/v1/partner", "/favicon.ico"])
def test_a_path_outside_both_is_404_and_says_where_to_go(app: App, path: str) -> None:
    response = answer(app, "GET", path)
    assert response.status == 404
    assert "/api/v1/partner" in response.json["partner"]


def test_head_of_the_root_has_no_body(app: App) -> None:
    assert answer(app, "HEAD", "/").body == b""


def test_a_mistake_of_ours_is_500_and_says_that_it_is_ours(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    app = App(Settings(clock="virtual"))
    app.partner = broken
    with caplog.at_level(logging.ERROR, "simulator"):
        response = answer(app, "GET", "/api/v1/partner/accounting/ledger")
    assert response.status == 500
    assert "not of your client" in response.json["detail"]
    assert "ZeroDivisionError" in caplog.text


def test_a_mistake_after_the_answer_has_begun_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    app = App(Settings(clock="virtual"))
    app.partner = broken
    with caplog.at_level(logging.CRITICAL, "simulator"), pytest.raises(ZeroDivisionError):
        answer(app, "GET", "/api/v1/partner/accounting/ledger")


def test_anything_but_http_is_refused(app: App) -> None:
    async def nothing() -> dict[str, object]:
        return {}

    async def ignore(_message: object) -> None:
        return None

    with pytest.raises(RuntimeError, match="speaks HTTP"):
        asyncio.run(app({"type": "websocket"}, nothing, ignore))


def test_a_contract_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match="no/such/folder"):
        App(Settings(contract="no/such/folder"))


def test_a_reading_that_does_not_exist_is_refused_at_the_start() -> None:
    with pytest.raises(SettingError, match="failed_status"):
        App(Settings(readings=(("failed_statuss", "2"),)))


def test_an_overlay_adds_an_operation_without_a_line_of_python(tmp_path: Path) -> None:
    (tmp_path / "operations.json").write_text(
        """{"format": 1, "operations": [{
            "name": "ping", "method": "GET", "path": "/ping", "title": "Ping", "description": "Says pong.",
            "basis": "assumed", "source": "none", "answers": [{"for": "example", "status": 200,
            "basis": "assumed", "source": "none", "description": "Pong.", "example": "examples/ping.json"}]}]}"""
    )
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "ping.json").write_text('{"pong": 1.50}')
    app = App(Settings(contract=str(tmp_path), clock="virtual"))
    response = answer(app, "GET", "/api/v1/partner/ping")
    assert (response.status, response.json) == (200, {"pong": 1.5})
    assert answer(app, "GET", "/api/v1/partner/accounting/ledger").status == 204
