"""An operation of an overlay that no behaviour carries out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import Contract
from simulator.partner.messages import Answer, Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world.worlds import Worlds

JSON = [(b"content-type", b"application/json")]
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}

NO_DECISION = {b"x-sim-decision": b"none"}


def answer_of(folder: Path, row: dict[str, Any], method: str = "GET", body: bytes = b"", **readings: str) -> Answer:
    """What a contract with one further operation answers."""
    known = {"basis": "assumed", "source": "none", "description": "As a test has it."}
    operation = {"name": "echo", "method": method, "path": "/echo", "title": "Echo", **known, **row}
    operation["answers"] = [{"for": "example", **known, **one} for one in row["answers"]]
    (folder / "operations.json").write_text(json.dumps({"format": 1, "operations": [operation]}))
    contract = Contract(folder)
    settings = Settings(clock="virtual", readings=tuple(readings.items()))
    world = Worlds(settings, contract).world("test-1")
    return Service(contract).handle(world, Request(method, "/api/v1/partner/echo", b"", JSON, body))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "echo.json").write_text('{"echoed": 1}')
    (tmp_path / "echo").mkdir()
    (tmp_path / "echo" / "request.json").write_text(json.dumps(SCHEMA))
    return tmp_path


def test_it_answers_with_its_example(folder: Path) -> None:
    answer = answer_of(folder, {"answers": [{"status": 200, "example": "examples/echo.json"}]})
    assert (answer.status, answer.body) == (200, b'{"echoed":1}')


def test_without_an_example_it_answers_with_its_constant_body(folder: Path) -> None:
    answer = answer_of(folder, {"answers": [{"status": 201, "body": {"made": True}}]})
    assert (answer.status, answer.body) == (201, b'{"made":true}')


def test_a_body_with_slots_that_nothing_fills_is_left_out(folder: Path) -> None:
    answer = answer_of(folder, {"answers": [{"status": 200, "body": {"made": "$what"}}]})
    assert (answer.status, dict(answer.headers), answer.body) == (200, {b"content-length": b"0", **NO_DECISION}, b"")


def test_no_content_has_no_length(folder: Path) -> None:
    assert dict(answer_of(folder, {"answers": [{"status": 204}]}).headers) == NO_DECISION


def test_the_answer_of_the_reading_in_force_is_given(folder: Path) -> None:
    rows = [
        {"status": 200, "when": {"submit_answer": "message"}, "body": {}},
        {"status": 201, "when": {"submit_answer": "created"}, "body": {}},
    ]
    assert answer_of(folder, {"answers": rows}, submit_answer="created").status == 201


@pytest.mark.parametrize(("body", "status"), [(b'{"text": "a"}', 200), (b"{}", 400), (b"{", 400), (b"", 400)])
def test_its_request_is_checked_like_any_other(folder: Path, body: bytes, status: int) -> None:
    row = {"request": {"schema": "echo/request.json"}, "answers": [{"status": 200, "example": "examples/echo.json"}]}
    assert answer_of(folder, row, "POST", body).status == status
