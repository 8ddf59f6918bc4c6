"""The rules of shape that CONTRIBUTING.md names, so that nobody has to remember them in a review."""

from __future__ import annotations

import ast
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "simulator"
TESTS = ROOT / "tests"

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

NAMES_WITHOUT_A_SUBJECT = {"common", "helper", "helpers", "misc", "tools", "util", "utils"}
LEFTOVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X")

# Modules that have no test file of their own, each with the reason.
TESTED_ELSEWHERE: dict[str, str] = {
    "simulator/__main__.py": "one call; tests/test_docs.py and the wheel's test start it as a process",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: Path) -> list[Path]:
    """Every module below the folders, relative to the repository."""
    found = [path for folder in folders for path in folder.rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in found if "_data" not in path.parts)


def functions(tree: ast.Module) -> list[Function]:
    """Every function and method of a module, inner ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def does_something(function: Function) -> bool:
    """Whether a function has a body, and is not just a protocol's `...`."""
    return not all(
        isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in function.body
    )


def has_behaviour(tree: ast.Module) -> bool:
    """Whether there is anything in a module that could be wrong."""
    return any(does_something(function) for function in functions(tree))


def mirror(module: Path) -> Path:
    """The test file that belongs to a module: simulator/world/journal.py ↔ tests/world/test_journal.py."""
    inner = module.relative_to("simulator")
    return Path("tests") / inner.with_name(f"test_{inner.stem.strip('_')}.py")


OURS = modules(PACKAGE, TESTS, ROOT / "benchmarks")


@pytest.mark.parametrize("module", OURS, ids=str)
def test_a_module_is_short_enough_to_be_read_in_one_go(module: Path) -> None:
    count = len((ROOT / module).read_text(encoding="utf-8").splitlines())

    assert count <= MODULE_LINES_MAX, f"{module} has {count} lines; find the noun in it that wants its own file"


@pytest.mark.parametrize("module", OURS, ids=str)
def test_a_function_fits_a_screen(module: Path) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))

    long = {
        function.name: lines
        for function in functions(tree)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert not long, f"{module}: more than {FUNCTION_LINES_MAX} lines"


@pytest.mark.parametrize("module", OURS, ids=str)
def test_a_module_starts_with_a_sentence_that_says_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8"))) or ""
    first_paragraph = " ".join(docstring.split("\n\n")[0].split())

    assert first_paragraph, f"{module} says nothing about itself"
    assert first_paragraph.endswith((".", ":", "?")), f"{module}: {first_paragraph!r} is not a sentence"


@pytest.mark.parametrize("module", OURS, ids=str)
def test_a_module_is_named_after_its_subject(module: Path) -> None:
    assert not NAMES_WITHOUT_A_SUBJECT & {module.stem, *module.parent.parts}, f"what is {module} about?"


@pytest.mark.parametrize("module", OURS, ids=str)
def test_nothing_is_left_for_later_in_a_comment(module: Path) -> None:
    with (ROOT / module).open("rb") as file:
        # Comments alone: among the currencies of ISO 4217 is one of these words.
        comments = [token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]

    assert not [word for word in LEFTOVERS for said in comments if word in said], f"{module}: do it, or open an issue"


@pytest.mark.parametrize("module", modules(PACKAGE), ids=str)
def test_every_module_that_does_something_has_a_test_file_of_its_name(module: Path) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    if not has_behaviour(tree) or str(module) in TESTED_ELSEWHERE:
        return

    assert (ROOT / mirror(module)).is_file(), f"{module} wants {mirror(module)}"


def test_every_exception_to_the_mirror_is_still_needed() -> None:
    for name in TESTED_ELSEWHERE:
        assert (ROOT / name).is_file(), f"{name} is gone: take it off the list"
        assert not (ROOT / mirror(Path(name))).is_file(), f"{name} has its test now: take it off the list"
