"""`cfis-sim export` takes a world away from a running server."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.export import export
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.server import Running, running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Settings(clock="virtual", control_token="secret")) as one:
        yield one


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(export, arguments)
    if isinstance(result.exception, SettingError):
        raise result.exception
    return result


@pytest.mark.parametrize(("form", "member"), [("journal", "entries"), ("scenario", "name"), ("har", "log")])
def test_a_world_is_printed_in_the_form_that_is_asked_for(server: Running, form: str, member: str) -> None:
    result = run("--url", server.url + "/", "--key", "test-x", "--as", form, "--control-token", "secret")
    assert result.exit_code == 0
    assert member in json.loads(result.stdout)


def test_a_world_is_written_to_a_file_and_the_token_is_taken_from_the_environment(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CFIS_SIM_CONTROL_TOKEN", "secret")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    file = tmp_path / "run.json"
    assert run("--url", server.url, "--output", str(file)).stdout == ""
    assert json.loads(file.read_text())["kind"] == "journal"
    with pytest.raises(SettingError, match="cannot be written"):
        run("--url", server.url, "--output", str(tmp_path / "none" / "run.json"))


def test_what_the_server_refuses_is_said_in_its_words(server: Running) -> None:
    with pytest.raises(SettingError, match="token"):
        run("--url", server.url, "--control-token", "wrong")
    with pytest.raises(SettingError, match="opens no world"):
        run("--url", server.url, "--control-token", "secret", "--key", "live")
    with pytest.raises(SettingError, match="is it a simulator"):
        run("--url", server.url + "/elsewhere", "--control-token", "secret")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:8480", "http://", "http://[", "ftp://x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError):
        run("--url", url)


def test_where_nothing_listens_that_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(SettingError, match="no simulator answers"):
            run("--url", f"http://127.0.0.1:{free.getsockname()[1]}")
