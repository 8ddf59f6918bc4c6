"""The files of a contract: found wherever the package is, with an overlay on top, and every mistake with its place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simulator.contract import files
from simulator.contract.files import Files, data_folder
from simulator.errors import ContractError


def write(folder: Path, name: str, content: object) -> Path:
    """Put a file into a folder; anything but bytes and text is written as JSON."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["schemas", "scenarios"])
def test_the_data_folders_are_found(kind: str) -> None:
    assert data_folder(kind).is_dir()
    assert data_folder(kind).name == kind


def test_a_missing_data_folder_is_a_broken_installation() -> None:
    with pytest.raises(ContractError, match="Install the package again"):
        data_folder("nothing-of-the-kind")


def test_an_installed_wheel_has_its_data_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "simulator"
    inside = package / "_data" / "schemas"
    inside.mkdir(parents=True)
    (package.parent / "schemas").mkdir()
    monkeypatch.setattr(files, "__file__", str(package / "contract" / "files.py"))

    assert data_folder("schemas") == inside


def test_files_go_by_their_names_relative_to_the_folder() -> None:
    built_in = Files()

    assert "accounting/ledger.submit.request.json" in built_in.paths
    assert built_in.read("common/currencies.json")["codes"]
    assert len(built_in.roots) == 1


def test_a_file_of_the_overlay_replaces_its_namesake(tmp_path: Path) -> None:
    write(tmp_path, "common/currencies.json", {"codes": ["XXA"]})
    write(tmp_path, "new/thing.json", {"a": "ä"})
    laid_over = Files(tmp_path)

    assert laid_over.read("common/currencies.json") == {"codes": ["XXA"]}
    assert laid_over.read("new/thing.json") == {"a": "ä"}
    assert laid_over.read("readings.json") == Files().read("readings.json")


def test_versions_are_the_built_in_one_first(tmp_path: Path) -> None:
    write(tmp_path, "rules.json", {"format": 1, "rules": []})

    assert Files(tmp_path).versions("rules.json") == [Files().read("rules.json"), {"format": 1, "rules": []}]
    assert len(Files(tmp_path).versions("readings.json")) == 1
    assert Files().versions("no-such-file.json") == []


def test_an_overlay_that_changes_on_disk_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path, "new.json", [1])
    assert Files(tmp_path).read("new.json") == [1]

    write(tmp_path, "new.json", [2])
    # Some file systems stamp to the second only.
    stamp = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(stamp, stamp))
    assert Files(tmp_path).read("new.json") == [2]


@pytest.mark.parametrize("overlay", ["no/such/folder", __file__])
def test_an_overlay_that_is_no_folder_is_refused(overlay: str) -> None:
    with pytest.raises(ContractError, match="no such folder") as caught:
        Files(overlay)

    assert caught.value.where == overlay
    assert "laid out like schemas/" in caught.value.advice


def test_a_file_that_is_not_there_is_missing_from_the_contract() -> None:
    with pytest.raises(ContractError, match=r"^accounting/nothing\.json: the file is missing"):
        Files().read("accounting/nothing.json")


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/hostname", "accounting/../readings.json", ""])
def test_only_files_of_the_folder_can_be_read(name: str) -> None:
    with pytest.raises(ContractError, match="missing from the contract"):
        Files().read(name)


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b'{\n  "a": 1,\n  "b" 2}', ":3:7", "Expecting ':' delimiter"),
        (b"", ":1:1", "Expecting value"),
        (b"\xef\xbb\xbf{}", ":1:1", "BOM"),
        (b'"\xff"', "", "not UTF-8"),
        (b"[" * 100_000, "", "nested too deep"),
        (b"1" * 5_000, "", "a number is too long"),
    ],
)
def test_a_file_that_is_not_json_is_refused_with_its_place(
    tmp_path: Path, content: bytes, place: str, message: str
) -> None:
    path = write(tmp_path, "new.json", content)

    with pytest.raises(ContractError) as caught:
        Files(tmp_path).read("new.json")

    assert caught.value.where == f"{path}{place}"
    assert message in caught.value.message


def test_what_cannot_be_opened_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nowhere")

    for name in ("folder.json", "dangling.json"):
        with pytest.raises(ContractError) as caught:
            Files(tmp_path).read(name)
        assert caught.value.where == str(tmp_path / name)
