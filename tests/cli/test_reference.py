"""The reference of the scenario language is that of the schema, and the committed page is the printed one."""

from __future__ import annotations

from pathlib import Path

from simulator.cli.reference import page
from simulator.contract.contract import built_in
from simulator.contract.schemas import subschemas
from simulator.world.library import magic_table
from simulator.world.scenario import SCHEMA

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scenarios.md"


def test_the_committed_page_is_what_the_program_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(built_in()), (
        "run `cfis-sim scenarios reference > docs/scenarios.md`"
    )


def test_every_word_and_every_magic_ending_is_on_the_page() -> None:
    text = page(built_in())
    words = {
        name for _, part in subschemas(built_in().schemas.documents[SCHEMA]) for name in part.get("properties", ())
    }
    assert not [word for word in words if f"`{word}`" not in text and f"{word}:" not in text]
    assert not [row["ending"] for row in magic_table() if f"`{row['ending']}`" not in text]


def test_every_row_of_a_table_has_the_columns_of_its_head() -> None:
    rows = [line.replace("\\|", "") for line in page(built_in()).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {3, 4}
    assert not [row for row in rows if "|  |" in row]
