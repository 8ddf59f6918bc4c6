"""The benchmarks run and say sane things. How fast anything is, no test asks."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.rows import Bar, Row, Scale, Spread, ratios, spread, table

TINY = Scale(rounds=1, turns=2, requests=20, records=2_000, look_ups=5, worlds=5, entries=50, story=20)


@pytest.mark.parametrize("name", command.BENCHMARKS)
def test_every_benchmark_gives_sane_rows(name: str) -> None:
    rows = command.BENCHMARKS[name](TINY)

    assert any(row.bar is not None for row in rows)
    assert len({row.what for row in rows}) == len(rows)
    for row in rows:
        assert (row.figure is None) == bool(row.note)
        if row.figure is not None:
            assert row.figure.low <= row.figure.median <= row.figure.high
            assert all(math.isfinite(value) for value in row.figure)


def test_a_spread_is_median_least_and_greatest() -> None:
    assert spread([3, 1, 8]) == Spread(3, 1, 8)


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios([10, 400, 30], [10, 200, 10]) == Spread(2, 1, 3)


@pytest.mark.parametrize(
    ("figure", "bar", "passed"),
    [
        (0.4, Bar(0.4), True),
        (0.41, Bar(0.4), False),
        (0.5, Bar(0.5, at_least=True), True),
        (0.49, Bar(0.5, at_least=True), False),
        (1.0, None, None),
    ],
)
def test_a_bar_is_met_or_missed(figure: float, bar: Bar | None, passed: bool | None) -> None:  # noqa: FBT001
    assert Row("start", "s", spread([figure]), bar).passed is passed


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    row = Row("memory", "MB", None, Bar(60), "there is no /proc")

    assert row.passed is None
    assert "not measured" in table([row])
    assert "there is no /proc" in table([row])


def test_the_table_is_aligned_and_says_what_is_missed() -> None:
    rows = [Row("start", "s", spread([0.3, 0.5]), Bar(0.1)), Row("requests", "1/s", spread([12_345]))]

    assert table(rows).splitlines() == [
        "          bar       measured    least to greatest",
        "start     <= 0.1 s  0.4 s       0.3 to 0.5         MISSED",
        "requests            12,345 1/s",
    ]


@pytest.mark.parametrize(("figure", "status"), [(1.0, 0), (3.0, 1)])
def test_the_command_writes_json_and_tells_by_its_status_whether_a_bar_is_missed(
    figure: float, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("figure", "s", spread([figure]), Bar(2.0))]
    monkeypatch.setattr(command, "BENCHMARKS", {"one": lambda _scale: rows})
    file = tmp_path / "deep" / "bench.json"

    assert command.main(["one", "--quick", "--json", str(file)]) == status
    report = json.loads(file.read_text(encoding="utf-8"))
    assert report["quick"] is True
    assert report["rows"] == [row.show() for row in rows]
    assert report["rows"][0]["passed"] is (status == 0)
    assert "figure" in capsys.readouterr().out


def test_the_command_refuses_a_name_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["nothing"])

    assert "there is no benchmark 'nothing'" in capsys.readouterr().err
