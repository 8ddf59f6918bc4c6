"""The pytest plugin: the fixture `cfis`, a world of its own for each test, judged when the test is over.

It is loaded in every pytest run of whoever installs the package, so it imports nothing until a test wants a world.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from simulator.client import Exchange, Server, World

MARKER = "cfis"
MARKER_LINE = (
    "cfis(*, scenario=None, system=None, seed=None, books=None, readings=None, check=True): "
    "what the world of the fixture `cfis` is like, and whether its verdict is asked for at the end."
)
ARGUMENTS: dict[str, tuple[tuple[type, ...], str]] = {
    "scenario": ((str, os.PathLike, Mapping), "the name of a scenario, a file, or a mapping"),
    "system": ((str,), "the name of an accounting system"),
    "seed": ((int,), "a whole number"),
    "books": ((Mapping,), "a mapping of words about the books"),
    "readings": ((Mapping,), "a mapping of open questions to answers"),
    "check": ((bool,), "True or False"),
}
EXCHANGES_SHOWN = 10
PENDING_SHOWN = 10
ENTRIES_BACK = 60
"""How far back the last exchanges are looked for: between them stand the commands of the test."""

WORLD = pytest.StashKey["World"]()
HAS_RAISED = pytest.StashKey[bool]()
TOLD = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the settings."""
    group = parser.getgroup("cfis", "CFIS simulator")
    group.addoption("--cfis-url", metavar="URL", help="Use the simulator that runs there instead of starting one.")
    group.addoption("--cfis-token", metavar="SECRET", help="The control token of that simulator, if it demands one.")
    parser.addini("cfis_check", "Fail a test whose client did something wrong (default: true).", "bool", default=True)
    parser.addini("cfis_strict", "Fail a test, too, of whose scenario a part was never told.", "bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER_LINE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse a marker with a mistake in it while tests are collected."""
    for mark in metafunc.definition.iter_markers(MARKER):
        _refuse_mistakes(mark, metafunc.definition.nodeid)


def _refuse_mistakes(mark: pytest.Mark, nodeid: str) -> None:
    if mark.args:
        _refuse(nodeid, f"takes named arguments only, and was given {mark.args[0]!r}.")
    for name, value in mark.kwargs.items():
        if name not in ARGUMENTS:
            close = difflib.get_close_matches(name, ARGUMENTS, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(ARGUMENTS)}."
            _refuse(nodeid, f"has no argument {name!r}. {hint}")
        kinds, words = ARGUMENTS[name]
        is_bool_for_number = isinstance(value, bool) and bool not in kinds
        if value is not None and (is_bool_for_number or not isinstance(value, kinds)):
            _refuse(nodeid, f"has {name}={value!r}, which is not {words}.")


def _refuse(nodeid: str, what: str) -> NoReturn:
    pytest.fail(f"{nodeid}: the marker @pytest.mark.{MARKER} {what}", pytrace=False)


@pytest.fixture(scope="session")
def cfis_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Give the simulator of the run, one for each worker of pytest-xdist.

    A fixture that lives longer than a test takes its world from here: `cfis_server.world(system="netvisor")`.
    """
    from simulator.client import ControlError, Server, Setup, World

    config = request.config
    setup = Setup(check=config.getini("cfis_check"), strict=config.getini("cfis_strict"))
    if url := config.getoption("--cfis-url"):
        token = config.getoption("--cfis-token") or ""
        try:
            World(url, token=token).call("GET", "/")
        except ControlError as error:
            pytest.fail(f"--cfis-url: {error}", pytrace=False)
        yield Server(url, token, setup)
        return
    from simulator.settings import Settings
    from simulator.web.server import running

    with running(Settings(clock="virtual")) as server:
        yield Server(server.url, setup=setup)


@pytest.fixture
def cfis(request: pytest.FixtureRequest, cfis_server: Server) -> Iterator[World]:
    """Give a fresh world with a key of its own and a clock that stands; its client is judged when the test is over."""
    from simulator.client import ControlError

    item = request.node
    # A plugin that runs a test again runs the same item.
    item.stash[HAS_RAISED], item.stash[TOLD] = False, ""
    try:
        world = cfis_server.world(**_words(item))
    except ControlError as error:
        pytest.fail(f"The world of this test cannot be set up. {error}", pytrace=False)
    item.stash[WORLD] = world
    yield world
    try:
        _judge(item, world)
    finally:
        del item.stash[WORLD]
        # Where somebody can still look at it, the world of a test that failed stays.
        if not (item.stash[HAS_RAISED] and item.config.getoption("--cfis-url")):
            world.remove()


def _words(item: pytest.Item) -> dict[str, Any]:
    """Return what the markers of a test say; of two that say the same thing, the nearer one counts."""
    words: dict[str, Any] = {}
    for mark in item.iter_markers(MARKER):
        _refuse_mistakes(mark, item.nodeid)
        words = {**mark.kwargs, **words}
    # None is the same as nothing said.
    return {name: value for name, value in words.items() if value is not None}


def _judge(item: pytest.Item, world: World) -> None:
    """Fail if the client did something wrong; a test that has failed already tells so in its own report."""
    if not world.setup.check or item.stash[HAS_RAISED]:
        return
    verdict = world.verdict(strict=world.setup.strict)
    if not verdict.ok:
        item.stash[TOLD] = _told(world, _clock, _exchanges, _pending)
        item.stash[HAS_RAISED] = True
        pytest.fail(
            f"The client under test did something wrong in the world {world.key}:\n{verdict.text()}\n"
            f"If the test means it to: @pytest.mark.{MARKER}(check=False), and ask cfis.verdict() yourself.",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what happened in the world of the test."""
    report = yield
    if call.excinfo is not None:
        item.stash[HAS_RAISED] = True
        world = item.stash.get(WORLD, None)
        told = item.stash.get(TOLD, "") if world is None else _told(world, _clock, _exchanges, _pending, _wrong)
        if report.failed and told:
            report.sections.append(("CFIS simulator", told))
    return report


def _told(world: World, *tellers: Callable[[World], Iterable[str]]) -> str:
    """Return what happened in a world. A server that is gone must not hide why the test failed."""
    from simulator.client import ControlError

    try:
        return "\n".join(line for teller in tellers for line in teller(world))
    except ControlError as error:
        return f"{world!r} cannot be asked what happened: {error}"


def _clock(world: World) -> list[str]:
    return [f"{world!r}, where it is {world.now}"]


def _exchanges(world: World) -> list[str]:
    last = world.call("GET", "/journal", limit=1, kind="all")["last"]
    exchanges = world.journal(after=max(0, last - ENTRIES_BACK), kind="request")[-EXCHANGES_SHOWN:]
    if not exchanges:
        return [f"no exchange of late: does the client send X-Api-Key: {world.key} to {world.url}?"]
    return ["the last exchanges:", *(line for exchange in exchanges for line in _exchange(exchange))]


def _exchange(exchange: Exchange) -> Iterator[str]:
    target = f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
    effects = ", ".join(f"{effect['effect']} {effect['identifier']!r}" for effect in exchange.effects[:3])
    told = {name: exchange.shown[name] for name in ("decision", "delivery")}
    notes = "; ".join(filter(None, (effects, *(f"{name} {value}" for name, value in told.items() if value))))
    yield f"  {exchange.number:>4}  {exchange.at}  {exchange.method} {target} → {exchange.status}  {notes}".rstrip()
    for violation in exchange.violations[:3]:
        yield f"        {violation['pointer'] or '/'}: {violation['detail']}"


def _pending(world: World) -> list[str]:
    shown = world.call("GET", "/records", state="pending", limit=PENDING_SHOWN)
    lines = [
        f"  {record['kind']} {record['identifier']!r}: "
        f"{record['attempts']} attempts, {'due ' + record['dueAt'] if record['dueAt'] else 'nothing is due'}"
        for record in shown["records"]
    ]
    more = ["  … and more"] if shown["next"] is not None else []
    return ["pending records:", *lines, *more] if lines else ["no record is pending"]


def _wrong(world: World) -> list[str]:
    verdict = world.verdict(strict=world.setup.strict)
    return ["the verdict:", *(f"  {line}" for line in verdict.text().splitlines())]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Begin the world anew for each example of a property, and judge each."""
    __tracebackhide__ = True
    # Where nobody has imported Hypothesis, no test is one of its own.
    world = item.stash.get(WORLD, None)
    function: Any = getattr(item, "obj", None)
    if world is None or "hypothesis" not in sys.modules or not hasattr(function, "hypothesis"):
        return (yield)
    with _each_example(function.hypothesis, world), _allowed(item):
        return (yield)


@contextmanager
def _each_example(handle: Any, world: World) -> Iterator[None]:
    """Wrap the body of a property while it runs."""
    body = handle.inner_test

    def judge() -> None:
        __tracebackhide__ = True
        if world.setup.check:
            world.check(strict=world.setup.strict)

    @functools.wraps(body)
    def judged(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        world.anew()
        result = body(*arguments, **named)
        judge()
        return result

    @functools.wraps(body)
    async def judged_coroutine(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        world.anew()
        result = await body(*arguments, **named)
        judge()
        return result

    handle.inner_test = judged_coroutine if inspect.iscoroutinefunction(body) else judged
    try:
        yield
    finally:
        handle.inner_test = body


SETTINGS = "_hypothesis_internal_use_settings"
"""Where Hypothesis keeps the settings of a property; its own plugin for pytest changes them there, too."""


@contextmanager
def _allowed(item: pytest.Item) -> Iterator[None]:
    """Let a property use the fixture, which is new for each example; of any other, Hypothesis should still warn."""
    from hypothesis import HealthCheck, settings

    function = getattr(item.obj, "__func__", item.obj)  # type: ignore[attr-defined]
    former = getattr(function, SETTINGS, None)
    if former is None or _other_fixtures(item):
        yield
        return
    allowed = {*former.suppress_health_check, HealthCheck.function_scoped_fixture}
    setattr(function, SETTINGS, settings(former, suppress_health_check=allowed))
    try:
        yield
    finally:
        setattr(function, SETTINGS, former)


def _other_fixtures(item: pytest.Item) -> list[str]:
    """Return the other fixtures among the arguments of a test that live no longer than it."""
    definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # noqa: SLF001 - pytest has no other way
    names = set(inspect.signature(item.function).parameters) - {"cfis"}  # type: ignore[attr-defined]
    return [name for name in names if name in definitions and definitions[name][-1].scope == "function"]
