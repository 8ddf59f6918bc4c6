"""The machine finds what is wrong with a client, accuses no correct one, and its example runs as it is printed."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
import unittest
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from simulator.verify import machine
from simulator.verify.machine import Client, ClientMachine, InProcess, Stage
from tests.verify import trialclients
from tests.verify.trialclients import PREFIX, Deaf, Forgetful, Fragile, Hasty, MyClient

FEW = settings(max_examples=25, stateful_step_count=15, deadline=None, database=None)
MANY = settings(
    max_examples=500, stateful_step_count=20, report_multiple_bugs=False, deadline=None, database=None,
    derandomize=True, phases=[Phase.generate, Phase.shrink],
)  # fmt: skip


class Trial(ClientMachine):
    """The example, in process."""

    kind: type[MyClient] = MyClient

    def open_stage(self) -> Stage:
        return InProcess()

    def make(self) -> Client:
        stage = self.stage
        assert isinstance(stage, InProcess)

        def send(method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
            headers = {"Content-Type": "application/json"}
            answer = stage.send(method, stage.base_url + PREFIX + target, headers, body or b"")
            if answer.status >= 300:
                raise OSError(answer.status)
            return answer.status, answer.body

        return self.kind(stage.base_url, stage.api_key, stage.sleep, send)

    def check(self) -> None:
        for identifier, state in self.client.states().items():
            if state == "synced":
                assert self.state_of(identifier) == "synced"

    def check_calm(self) -> None:
        for identifier in self.accepted:
            assert self.client.states()[identifier] == self.state_of(identifier)


def trial_of(kind: type[MyClient]) -> type[Trial]:
    return type(f"Try{kind.__name__}", (Trial,), {"kind": kind})


def test_a_correct_client_is_not_accused() -> None:
    run_state_machine_as_test(trial_of(MyClient), settings=settings(FEW, max_examples=50))


@pytest.mark.parametrize("kind", [Hasty, Deaf, Forgetful])
def test_a_client_that_is_wrong_is_found(kind: type[MyClient]) -> None:
    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(trial_of(kind), settings=settings(MANY, phases=[Phase.generate]))


def test_a_client_that_falls_over_is_found() -> None:
    with pytest.raises(KeyError, match="more than one"):
        run_state_machine_as_test(trial_of(Fragile), settings=settings(MANY, phases=[Phase.generate]))


def test_what_is_found_is_shrunk_to_the_steps_that_matter(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(trial_of(Hasty), settings=MANY)

    steps = [note for note in getattr(caught.value, "__notes__", []) if "state.submit" in note]
    assert "\n".join(steps).count("state.submit_") == 1


# ------------------------------------------------------------------------------------------- the example


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that the docstring shows, with a client for it."""
    text = machine.__doc__ or ""
    block = text[text.index("    import simulator") : text.index("The steps are")]
    (tmp_path / "test_shown.py").write_text(textwrap.dedent(block), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "my_project", trialclients)
    spec = importlib.util.spec_from_file_location("test_shown", tmp_path / "test_shown.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_runs_as_it_stands_over_http(example: Any) -> None:
    run_state_machine_as_test(example.TryMyClient, settings=FEW)
    assert issubclass(example.TestMyClient, unittest.TestCase)


def test_the_example_finds_a_hasty_client_over_http(example: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example, "MyClient", Hasty)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(example.TryMyClient, settings=settings(FEW, phases=[Phase.generate]))


def test_the_example_is_short() -> None:
    text = machine.__doc__ or ""
    block = text[text.index("    import simulator") : text.index("The steps are")]

    assert sum(1 for line in block.splitlines() if line.strip()) <= 15


# ------------------------------------------------------------------------------------------------- parts


def test_a_machine_without_a_client_says_what_is_missing() -> None:
    class Nobody(ClientMachine):
        def open_stage(self) -> Stage:
            return InProcess()

    with pytest.raises(NotImplementedError, match="def make"):
        Nobody()


def test_what_was_handed_over_stays_as_it_was() -> None:
    class Spoiler(MyClient):
        def submit_ledger(self, ledger: dict[str, Any]) -> None:
            super().submit_ledger(ledger)
            ledger.clear()

    trial = trial_of(Spoiler)()
    trial.submit_ledger({"ledgerIdentifier": "", "documentDate": "2026-01-01", "ledgerRows": []})

    assert trial.handed_over["L1"]["documentDate"] == "2026-01-01"
    assert list(trial.refused) == ["L1"], "the contract wants rows"
    assert trial.state_of("L1") is None


def test_a_refused_document_that_is_handed_over_again_may_be_accepted() -> None:
    trial = Trial()
    trial.stage.add_rule({"when": {"operation": "any", "times": 2}, "respond": {"status": 503}})
    rows = [{"accountNumber": "1701", "amount": 1.5}, {"accountNumber": "3000", "amount": -1.5}]
    ledger = trial.submit_ledger({"ledgerIdentifier": "ä", "documentDate": "2026-01-01", "ledgerRows": rows})
    paid = {"paymentIdentifier": "", "paymentDate": "2026-01-01", "amount": 1.5, "invoiceNumber": "1"}
    batch = trial.submit_payments([paid, paid])
    assert trial.accepted == []
    assert list(trial.handed_over) == ["L1-ä", "P2", "P3"]

    trial.submit_ledger_again(ledger)
    trial.submit_payments_again(batch)
    trial.calm_down()

    assert trial.accepted == ["L1-ä", "P2", "P3"]
    assert [trial.state_of(identifier) for identifier in trial.accepted] == ["synced"] * 3
    trial.submit_ledger_again(ledger)
    assert len(trial.stage.journal()) == 7, "one that is accepted is not handed over again"
    trial.teardown()
