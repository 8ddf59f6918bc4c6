"""docs/systems.md is what the program prints."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from simulator.cli import cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "systems.md"


def test_the_committed_page_is_what_the_program_prints() -> None:
    printed = CliRunner().invoke(cli, ["systems", "--markdown"]).output

    assert printed == PAGE.read_text(encoding="utf-8"), "cfis-sim systems --markdown > docs/systems.md"


def test_no_table_has_a_row_with_more_or_fewer_cells_than_its_head() -> None:
    cells = 0
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        count = line.replace("\\|", "").count("|")
        assert not cells or not count or count == cells, line
        cells = count
