"""`cfis-sim serve` as a process: ready line, ready file, signals, mistakes."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import trustme

from simulator.settings import Settings
from simulator.web.server import bind

COMMAND = [sys.executable, "-m", "simulator", "serve"]
LIMIT_SECONDS = 60


@contextmanager
def serving(*options: str, folder: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start the command, read its ready line, and end it in any case."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr is not None else ""
        yield process, json.loads(line)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=LIMIT_SECONDS)


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)


def status(url: str, key: str = "test-key") -> int:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"X-Api-Key": key}), timeout=10) as response:
        return int(response.status)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_says_when_it_is_ready_serves_from_any_folder_and_stops_cleanly(tmp_path: Path, number: int) -> None:
    ready_file = tmp_path / "ready.json"
    with serving("--ready-file", str(ready_file), folder=tmp_path) as (process, ready):
        assert list(ready) == ["event", "url", "control", "apiKey", "pid"]
        assert (ready["event"], ready["apiKey"], ready["pid"]) == ("ready", "test-key", process.pid)
        assert ready["control"] == ready["url"] + "/_sim"
        assert json.loads(ready_file.read_text()) == ready
        assert status(ready["url"] + "/api/v1/partner/accounting/ledger") == 204
        assert status(ready["control"] + "/health/ready") == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0
    assert out == ""
    assert "listens on" in err
    assert "has stopped" in err
    assert "Traceback" not in err
    assert not ready_file.exists()


def test_a_taken_port_is_one_line_and_exit_code_2() -> None:
    with bind(Settings(port=0)) as taken:
        done = run("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "taken by another program" in done.stderr
    assert "--port 0" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clock", "sundial"], "'sundial' is not a mode of the clock"),
        (["--reading", "failed_status"], "NAME=VALUE"),
        (["--reading", "failed_statsu=2"], "Did you mean failed_status?"),
        (["--reading", "failed_status=7"], "'7' is not among its answers"),
        (["--sync-delay", "soon"], "--sync-delay: 'soon' is not a duration. Write"),
        (["--world-idle", "soon"], "--world-idle: 'soon' is not a duration. Write"),
        (["--port", "http"], "'http' is not a valid whole number"),
        (["--contract", "/no/such/folder"], "there is no such folder"),
        (["--tls-cert", "cert.pem"], "tls_cert is given without tls_key"),
        (["--tls-cert", "/no/such.pem", "--tls-key", "key.pem", "--port", "0"], "tls_cert /no/such.pem: it cannot be"),
        (["--ready-file", "/no/such/folder/ready.json", "--port", "0"], "/no/such/folder"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(options: list[str], said: str) -> None:
    done = run(*options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_environment_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFIS_SIM_PROT", "9000")
    done = run()
    assert done.returncode == 2
    assert "Did you mean CFIS_SIM_PORT?" in done.stderr


def test_beyond_loopback_a_control_token_is_made_and_demanded() -> None:
    with serving("--host", "0.0.0.0") as (_, ready):
        request = urllib.request.Request(ready["control"] + "/world", headers={"X-Api-Key": "test-key"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 401
        refused.value.close()
        request.add_header("X-Sim-Token", ready["controlToken"])
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 200


def test_a_control_token_of_the_users_own_is_demanded_and_never_printed() -> None:
    with serving("--control-token", "s3cret") as (process, ready):
        request = urllib.request.Request(ready["control"] + "/world", headers={"X-Api-Key": "test-key"})
        request.add_header("X-Sim-Token", "s3cret")
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert "controlToken" not in ready
    assert "s3cret" not in json.dumps(ready) + err
    assert "X-Sim-Token" in err


@pytest.mark.parametrize(("keys", "said"), [("test", "any other that starts with test-"), ("any", "any other key")])
def test_the_welcome_says_which_keys_open_a_world(keys: str, said: str) -> None:
    with serving("--keys", keys) as (process, _):
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert said in err


def test_verbose_prints_a_line_for_every_request() -> None:
    with serving("--verbose") as (process, ready):
        status(ready["url"] + "/api/v1/partner/accounting/ledger")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert "204 GET /api/v1/partner/accounting/ledger" in err


def test_verbose_lets_no_client_write_to_the_terminal() -> None:
    with serving("--verbose") as (process, ready):
        with pytest.raises(HTTPError, match="404"):
            status(ready["url"] + "/api/v1/partner/%1b%5d0;owned%07%0aFAKE%C2%85%E2%80%AE")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_SECONDS)
    (line,) = [line for line in err.splitlines() if "FAKE" in line]
    assert r" GET /api/v1/partner/\x1b]0;owned\x07\nFAKE\x85\u202e " in line
    assert line.isprintable()


def test_verbose_goes_on_when_nobody_reads_what_it_prints() -> None:
    with serving("--verbose") as (process, ready):
        assert process.stderr is not None
        process.stderr.close()
        for _ in range(3):
            assert status(ready["url"] + "/api/v1/partner/accounting/ledger") == 204
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT_SECONDS)


def test_options_reach_the_worlds() -> None:
    options = ["--clock", "virtual", "--reading", "failed_status=-1", "--sync-delay", "5s"]
    with serving(*options) as (_, ready):
        request = urllib.request.Request(ready["control"] + "/world", headers={"X-Api-Key": "test-key"})
        with urllib.request.urlopen(request, timeout=10) as response:
            world = json.load(response)
    assert world["clock"]["mode"] == "virtual"
    assert world["readings"]["failed_status"] == "-1"
    assert world["syncDelay"] == "5s"


def test_with_a_certificate_every_address_that_is_shown_is_https(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "both.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(file)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with serving("--tls-cert", str(file), "--tls-key", str(file)) as (process, ready):
        assert ready["url"].startswith("https://127.0.0.1:")
        assert ready["control"].startswith("https://127.0.0.1:")
        with urllib.request.urlopen(ready["control"] + "/health/ready", timeout=10, context=trust) as response:
            assert response.status == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0
    assert "http://" not in err
    assert err.count("https://127.0.0.1:") == 3
