"""The documents tell the truth: their blocks run, and what the program offers is written down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator import settings
from tests import readme

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "simulator"]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = sorted(
    page
    for page in (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    if not page.parts[0].startswith((".", "build", "dist"))
)
CALLS = json.loads((ROOT / "schemas" / "control" / "operations.json").read_text(encoding="utf-8"))["operations"]
READINGS = json.loads((ROOT / "schemas" / "readings.json").read_text(encoding="utf-8"))["readings"]

_LINK = re.compile(r"\[[^\]]+\]\((?!https?://|mailto:)(?P<file>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")


@cache
def documented() -> str:
    """Everything that a user is given to read."""
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)


@cache
def help_of(*command: str) -> str:
    """What `cfis-sim COMMAND --help` prints."""
    shown = subprocess.run([*PROGRAM, *command, "--help"], capture_output=True, text=True, check=True, timeout=30)
    return shown.stdout


def section(text: str, title: str) -> list[str]:
    """The first word of each entry below a heading such as `Commands:` in a help text."""
    below = re.split(rf"^{title}:\n", text, flags=re.MULTILINE)[1:]
    return re.findall(r"^ {2}([a-z][a-z-]*)\b", below[0], flags=re.MULTILINE) if below else []


def commands(*parents: str) -> list[tuple[str, ...]]:
    """Every command of the program, by its path."""
    found: list[tuple[str, ...]] = []
    for name in section(help_of(*parents), "Commands"):
        found += [(*parents, name), *commands(*parents, name)]
    return found


def anchors(path: Path) -> set[str]:
    """The anchors that a Markdown page's headings make."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_blocks_of_the_readme_run_as_they_stand(tmp_path: Path) -> None:
    found = readme.blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found, "no block is marked to be run"

    with readme.served(PROGRAM, tmp_path) as address:
        readme.run(found, address, tmp_path)


def test_a_block_that_fails_is_reported_with_its_line(tmp_path: Path) -> None:
    found = readme.blocks("# Title\n\n<!-- run -->\n```bash\ntrue\nfalse\n```\n")

    with pytest.raises(RuntimeError, match="the block in line 5 ended with 1"):
        readme.run(found, readme.ADDRESS, tmp_path)


def test_a_block_that_prints_something_else_is_reported(tmp_path: Path) -> None:
    found = readme.blocks('<!-- run, prints: "status": 1 -->\n```bash\necho \'{"status":0}\'\n```\n')

    with pytest.raises(RuntimeError, match='should print "status": 1'):
        readme.run(found, readme.ADDRESS, tmp_path)


def test_a_block_that_is_a_file_is_written_for_a_later_one(tmp_path: Path) -> None:
    found = readme.blocks(
        "<!-- file: a.py -->\n```python\nprint('$HOME')\n```\n\n<!-- run -->\n```bash\ncat a.py\n```\n"
    )

    assert readme.run(found, readme.ADDRESS, tmp_path) == ["", "print('$HOME')\n"]


def test_only_marked_blocks_are_run() -> None:
    assert readme.blocks("```bash\nrm -rf /\n```\n") == []


def test_every_command_and_option_is_documented() -> None:
    missing = []
    for command in [(), *commands()]:
        name = " ".join(("cfis-sim", *command))
        options = set(re.findall(r"^ {2}(?:-\w, )?(--[a-z][a-z-]*)", help_of(*command), flags=re.MULTILINE))
        wanted = {name, *(options - {"--help"})}
        missing += [f"{name}: {word}" for word in wanted if word not in documented()]

    assert len(commands()) > 1, "the help text has changed its form"
    assert not missing


def test_every_command_explains_itself() -> None:
    for command in [(), *commands()]:
        text = help_of(*command).split("Options:")[0].split("\n", 1)[1]

        assert text.strip(), f"cfis-sim {' '.join(command)} --help has no sentence"


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading["name"])
def test_every_reading_and_its_answers_are_documented(reading: dict[str, Any]) -> None:
    # An accounting system may have a reading of the same name, on its own page.
    row = next(line for line in documented().splitlines() if line.startswith(f"| `{reading['name']}` |"))

    assert f"**`{reading['default']}`**" in row
    assert not [answer["value"] for answer in reading["answers"] if f"`{answer['value']}`" not in row]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call["name"])
def test_every_call_of_the_control_api_is_documented(call: dict[str, Any]) -> None:
    assert f"`{call['method']} /_sim{call['path']}`" in documented()


@pytest.mark.parametrize("variable", sorted(settings.variables()))
def test_every_environment_variable_is_documented(variable: str) -> None:
    assert variable in documented()


@pytest.mark.parametrize("name", PAGES, ids=str)
def test_every_link_between_the_pages_leads_somewhere(name: Path) -> None:
    page = ROOT / name
    for link in _LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / link["file"]).resolve() if link["file"] else page

        assert target.exists(), f"{page.name} links to {link['file']}"
        if link["anchor"] and target.suffix == ".md":
            assert link["anchor"] in anchors(target), f"{page.name} links to {link[0]}"
