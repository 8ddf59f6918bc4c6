"""The pytest plugin, run by pytest in pytest: what a user writes, and what they are told when it fails."""

from __future__ import annotations

import threading

import pytest

from simulator.pytest_plugin import ARGUMENTS
from simulator.settings import Settings
from simulator.web.server import running
from tests.suites import Suite

pytest_plugins = ["pytester"]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    return Suite(pytester)


def test_a_test_gets_a_world_of_its_own_whose_clock_stands(suite: Suite) -> None:
    result = suite.run(
        """
        keys = set()

        @pytest.mark.parametrize("number", range(3))
        def test_it(cfis, number):
            assert cfis.key.startswith("test-") and cfis.key not in keys
            keys.add(cfis.key)
            assert (cfis.now, cfis.records) == ("2026-01-01T09:00:00.000Z", [])
            submit(cfis, "sale-1")
            cfis.advance("1s")
            assert cfis.record("ledger", "sale-1").state == "synced"
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=3)


def test_a_client_that_does_something_wrong_fails_its_test_in_plain_sentences(suite: Suite) -> None:
    result = suite.run("""
def test_it(cfis):
    submit(cfis, "sale-1", credit=-9.00)
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_it*",
        "The client under test did something wrong in the world test-*",
        "went wrong (2):",
        "  - A request breaks the contract (exchange 2): POST */ledger: */ledgerRows: *sum to 1.00, not to 0.00",
        "  - A document was refused and never accepted (exchange 2): *",
        "If the test means it to: @pytest.mark.cfis(check=False)*",
        "*CFIS simulator*",
        "the last exchanges:",
        "*2 *POST */ledger → 400*refused 'sale-1'",
        "no record is pending",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


@pytest.mark.parametrize(
    ("marker", "arguments"), [("@pytest.mark.cfis(check=False)\n", ()), ("", ("-o", "cfis_check=false"))]
)
def test_the_check_can_be_left_out(suite: Suite, marker: str, arguments: tuple[str, ...]) -> None:
    result = suite.run(f"{marker}def test_it(cfis):\n    submit(cfis, 'sale-1', credit=-9.00)\n", *arguments)
    result.assert_outcomes(passed=1)


def test_one_test_can_ask_for_the_check_that_the_settings_leave_out(suite: Suite) -> None:
    result = suite.run(
        "@pytest.mark.cfis(check=True)\ndef test_it(cfis):\n    submit(cfis, 'sale-1', credit=-9.00)\n",
        "-o", "cfis_check=false",
    )  # fmt: skip
    result.assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize(("strict", "errors"), [("false", 0), ("true", 1)])
def test_a_scenario_that_never_came_to_pass_fails_where_that_is_asked_for(
    suite: Suite, strict: str, errors: int
) -> None:
    result = suite.run(
        """
RULE = {"when": {"sync": "payment"}, "outcomes": ["synced"]}

@pytest.mark.cfis(scenario={"format": 1, "name": "mine", "rules": [RULE]})
def test_it(cfis):
    ask(cfis)
""",
        "-o", f"cfis_strict={strict}",
    )  # fmt: skip
    result.assert_outcomes(passed=1, errors=errors)
    if errors:
        result.stdout.fnmatch_lines(["of the scenario was never told (1):"])


def test_a_failure_shows_the_last_exchanges_and_what_is_pending(suite: Suite) -> None:
    result = suite.run("""
@pytest.mark.cfis(scenario={"format": 1, "name": "mine", "rules": [
    {"name": "busy", "when": {"operation": "ledger_status"}, "respond": {"status": 503}}]})
def test_it(cfis):
    for number in range(12):
        submit(cfis, f"sale-{number}")
    submit(cfis, "bad", credit=1)
    ask(cfis)
    assert False, "on purpose"
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "*on purpose*",
        "*CFIS simulator*",
        "World('http://127.0.0.1:*', 'test-*'), where it is 2026-01-01T09:00:00.000Z",
        "the last exchanges:",
        "*POST * 200  created 'sale-4'",
        "*POST * 400  refused 'bad'",
        "        /ledgers/ledgerRows: *",
        "*GET * 503  decision *",
        "pending records:",
        "  ledger 'sale-0': 0 attempts, due 2026-01-01T09:00:01.000Z",
        "  … and more",
        "the verdict:",
        "  went wrong (2):",
        "  could be better (23):",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*created 'sale-3'*")


def test_a_world_that_nobody_reached_says_what_the_client_must_send(suite: Suite) -> None:
    result = suite.run("def test_it(cfis):\n    assert False\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "no exchange of late: does the client send X-Api-Key: test-* to http://127.0.0.1:*?",
        "no record is pending",
        "  Nothing was wrong with 0 requests.",
    ])  # fmt: skip


def test_a_skipped_and_an_expected_failure_are_no_errors(suite: Suite) -> None:
    result = suite.run("""
def test_skipped(cfis):
    submit(cfis, "sale-1", credit=1)
    pytest.skip("not today")

@pytest.mark.xfail
def test_expected(cfis):
    submit(cfis, "sale-1", credit=1)
    assert False
""")
    result.assert_outcomes(skipped=1, xfailed=1)
    result.stdout.no_fnmatch_line("*CFIS simulator*")


def test_a_fixture_that_cannot_be_had_is_told_with_the_world(suite: Suite) -> None:
    result = suite.run("""
@pytest.fixture
def late(cfis):
    submit(cfis, "sale-1")
    yield 1 / 0

def test_it(late):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError*", "*created 'sale-1'"])


def test_the_markers_say_what_the_world_is_like_and_the_nearest_counts(suite: Suite) -> None:
    suite.pytester.makefile(".yaml", mine="format: 1\nname: mine\nseed: 5\n")
    result = suite.run("""
from pathlib import Path

pytestmark = pytest.mark.cfis(seed=7, readings={"failed_status": -1}, scenario="gateway-errors")

def show(cfis, *names):
    shown = cfis.call("GET", "/world")
    return [shown[name] for name in names]

def test_of_the_module(cfis):
    assert show(cfis, "seed", "scenario", "system") == [7, "gateway-errors", "plain"]

@pytest.mark.cfis(system="netvisor", seed=8, scenario=None, books={"accounts": ["1701"]})
def test_of_its_own(cfis):
    assert show(cfis, "seed", "scenario", "system") == [8, None, "netvisor"]
    assert show(cfis, "readings")[0]["failed_status"] == "-1"
    submit(cfis, "sale-1")
    cfis.settle()
    assert cfis.record("ledger", "sale-1").state == "failed"

@pytest.mark.parametrize("name", [
    pytest.param("mine", marks=pytest.mark.cfis(scenario="mine.yaml")),
    pytest.param("mine", marks=pytest.mark.cfis(scenario=Path("mine.yaml"))),
    pytest.param("words", marks=pytest.mark.cfis(scenario={"format": 1, "name": "words"})),
])
def test_of_its_parameter(cfis, name):
    assert show(cfis, "scenario") == [name]
""")
    result.assert_outcomes(passed=5)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("scenari='x'", "has no argument 'scenari'. Did you mean 'scenario'?"),
        ("colour='red'", f"has no argument 'colour'. There are {', '.join(ARGUMENTS)}."),
        ("'netvisor'", "takes named arguments only, and was given 'netvisor'."),
        ("seed=True", "has seed=True, which is not a whole number."),
        ("seed='7'", "has seed='7', which is not a whole number."),
        ("check=0", "has check=0, which is not True or False."),
        ("books=['1701']", "has books=?'1701'?, which is not a mapping of words about the books."),
    ],
)
def test_a_mistake_in_a_marker_is_told_when_tests_are_collected(suite: Suite, marker: str, told: str) -> None:
    result = suite.run(f"@pytest.mark.cfis({marker})\ndef test_it(cfis):\n    pass\n", "--strict-markers")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*::test_it: the marker @pytest.mark.cfis {told}"])
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_mistake_in_the_marker_of_a_parameter_is_told_when_it_is_used(suite: Suite) -> None:
    result = suite.run("""
@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.cfis(sed=7))])
def test_it(cfis, a):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*has no argument 'sed'. Did you mean 'seed'?"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("scenario='gateway-error'", "*Did you mean gateway-errors?"),
        ("system='netviser'", "*Did you mean netvisor?"),
        ("scenario='none.yaml'", "*none.yaml: the scenario cannot be read*"),
    ],
)
def test_what_the_server_does_not_know_is_told_without_a_traceback(suite: Suite, words: str, told: str) -> None:
    result = suite.run(f"@pytest.mark.cfis({words})\ndef test_it(cfis):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["The world of this test cannot be set up.*", told] if "file" in told else [told])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_longer_lived_fixture_takes_its_world_from_the_server(suite: Suite) -> None:
    result = suite.run("""
@pytest.fixture(scope="module")
def world(cfis_server):
    world = cfis_server.world(system="fennoa")
    yield world
    world.check()

def test_one(world):
    submit(world, "sale-1")

def test_two(world, cfis):
    assert (len(world.records), cfis.records, cfis.url) == (1, [], world.url)
""")
    result.assert_outcomes(passed=2)


def test_nothing_is_left_behind(suite: Suite) -> None:
    result = suite.run("""
import urllib.parse, http.client, warnings

def test_it(cfis):
    cfis.rule(when={"operation": "ledger_status"}, fault={"kind": "hang"})
    left_open = http.client.HTTPConnection(urllib.parse.urlsplit(cfis.url).netloc)
    left_open.request("GET", LEDGER, headers={"X-Api-Key": cfis.key})
    cfis.wait_for(operation="ledger_status")
    left_open.close()
""")
    result.assert_outcomes(passed=1)
    assert [thread.name for thread in threading.enumerate() if "cfis" in thread.name] == []


def test_a_server_that_runs_already_is_used_and_keeps_the_world_of_a_failure(suite: Suite) -> None:
    with running(Settings(clock="real", control_token="open-sesame")) as server:
        tests = """
def test_good(cfis):
    assert cfis.now == "2026-01-01T09:00:00.000Z"

def test_bad(cfis):
    submit(cfis, "sale-1", credit=1)

def test_worse(cfis):
    submit(cfis, "sale-1", credit=1)
    assert False
"""
        result = suite.run(tests, "--cfis-url", server.url, "--cfis-token", "open-sesame")
        result.assert_outcomes(passed=2, failed=1, errors=1)
        assert len(server.app.worlds.by_key) == 2

        result = suite.run("def test_it(cfis):\n    pass\n", "--cfis-url", server.url)
        result.stdout.fnmatch_lines(["--cfis-url: *X-Sim-Token*"])


@pytest.mark.parametrize(
    ("url", "told"),
    [("localhost:8480", "*'localhost:8480' is not an address.*"), ("http://127.0.0.1:1", "*no simulator answers*")],
)
def test_an_address_where_no_simulator_is_is_told_without_a_traceback(suite: Suite, url: str, told: str) -> None:
    result = suite.run("def test_it(cfis):\n    pass\n", "--cfis-url", url)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"--cfis-url: {told}"])


def test_a_server_that_dies_hides_no_failure(suite: Suite) -> None:
    result = suite.run("""
@pytest.mark.cfis(check=False)
def test_it(cfis, monkeypatch):
    from simulator.client import ControlError
    from simulator.client.door import Door
    def gone(*arguments, **named):
        raise ControlError("it is gone.")
    monkeypatch.setattr(Door, "call", gone)
    assert False, "on purpose"
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*on purpose*", "World(*cannot be asked what happened: it is gone."])


def test_the_marker_and_the_options_are_documented_in_pytests_own_help(suite: Suite) -> None:
    suite.run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.cfis(*"])
    result = suite.run("", "--help")
    result.stdout.fnmatch_lines(["*--cfis-url=URL*", "*--cfis-token=SECRET*"])
    result.stdout.fnmatch_lines(["*cfis_check (bool)*", "*cfis_strict (bool)*"])
