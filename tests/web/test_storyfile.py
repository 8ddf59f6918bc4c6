"""The file of the server's scenario: read again when it has changed, and never for the worse."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web import storyfile
from simulator.web.storyfile import StoryFile
from simulator.world import commands
from simulator.world.worlds import Worlds

OLD = "format: 1\nname: old\nseed: 1\n"
NEW = "format: 1\nname: new\nseed: 2\nbooks: {accounts: ['1']}\n"


class Served:
    """A server's worlds, and the file of their scenario."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "story.yaml"
        self.path.write_text(OLD)
        self.worlds = Worlds(Settings(clock="virtual", scenario=str(self.path)), built_in())
        self.said: list[str] = []
        self.file = StoryFile(self.worlds, self.path, self.said.append)

    def write(self, text: str) -> None:
        """Write the file anew, as an editor does: beside it, and then in its place."""
        draft = self.path.with_suffix(".new")
        draft.write_text(text)
        draft.replace(self.path)
        self.file.look()

    def names(self) -> list[str | None]:
        return [commands.show_world(world)["scenario"] for world in self.worlds.by_key.values()]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_new_worlds_and_those_that_tell_the_old_story_are_told_the_new_one(served: Served) -> None:
    for key in ("test-a", "test-b", "test-c"):
        served.worlds.world(key)
    commands.run(served.worlds.world("test-b"), "load_scenario", {"scenario": {"format": 1, "name": "own"}})
    commands.run(served.worlds.world("test-c"), "drop_scenario", {})
    served.write(NEW)
    served.worlds.world("test-d")
    assert sorted(map(str, served.names())) == ["None", "new", "new", "own"]
    world = served.worlds.world("test-a")
    assert [entry.operation for entry in world.journal.entries] == ["load_scenario"]
    assert world.setup.seed == served.worlds.world("test-d").setup.seed == 2
    assert len(served.said) == 1
    assert "the scenario new has changed" in served.said[0]


def test_a_mistake_changes_nothing_and_is_said_once_until_it_is_mended(served: Served) -> None:
    world = served.worlds.world("test-a")
    for text in ("format: [", "format: 1\nname: new\nrules: [{}]\n", ""):
        served.write(text)
        served.file.look()
        assert served.names() == ["old"]
        assert served.worlds.world("test-x").setup.seed == 1
        served.worlds.remove("test-x")
    assert len(served.said) == 3
    assert f"{served.path}:3:9" in served.said[1]
    assert world.journal.last == 0
    served.write(NEW)
    assert served.names() == ["new"]


def test_what_has_not_changed_is_not_read(served: Served) -> None:
    served.file.look()
    os.utime(served.path, ns=(1, served.path.stat().st_mtime_ns))
    served.file.look()
    assert served.said == []


def test_a_file_that_is_gone_for_a_moment_is_waited_for(served: Served) -> None:
    served.path.unlink()
    served.file.look()
    assert served.said == []
    served.write(NEW)
    assert len(served.said) == 1


def test_a_world_that_cannot_be_told_the_new_story_keeps_the_old_one(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.worlds.world("test-a")

    def refuse(*_: Any) -> dict[str, Any]:
        raise SettingError("it does not fit.")

    monkeypatch.setitem(commands.COMMANDS, "load_scenario", refuse)
    served.write(NEW)
    assert served.names() == ["old"]
    assert served.said[1] == "one world keeps the scenario before: it does not fit."


def test_it_looks_again_and_again_until_it_is_stopped(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storyfile, "PERIOD_SECONDS", 0)
    looks: list[str] = []

    async def watch() -> None:
        enough = asyncio.Event()
        look: Callable[[], None] = served.file.look

        def counted() -> None:
            look()
            looks.append("")
            if len(looks) == 3:
                enough.set()

        monkeypatch.setattr(served.file, "look", counted)
        served.file.start()
        await enough.wait()
        served.file.stop()
        served.file.stop()

    asyncio.run(watch())
    assert len(looks) == 3
