"""The pytest plugin beside others: Hypothesis, coroutines, pytest-xdist; and alone, where it weighs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.suites import CLIENT, PLUGIN, Suite

pytest_plugins = ["pytester"]

HEAVY = ("uvicorn", "jsonschema_rs", "starlette", "hypothesis", "httptools", "msgspec", "lxml", "yaml", "ssl")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    return Suite(pytester)


def test_a_property_has_a_new_world_for_each_example_and_each_is_judged(suite: Suite) -> None:
    result = suite.run(
        """
from hypothesis import given, settings, strategies as st

numbers = st.integers(0, 99)
few = settings(max_examples=10, deadline=None, database=None)

@few
@given(number=numbers)
def test_good(cfis, number):
    assert cfis.records == []
    submit(cfis, f"sale-{number}")

@few
@given(number=numbers)
def test_bad(cfis, number):
    submit(cfis, f"sale-{number}", credit=-10.00 if number < 1 else 1)

@few
@given(number=numbers)
@pytest.mark.cfis(check=False)
def test_not_judged(cfis, number):
    submit(cfis, f"sale-{number}", credit=1)

class TestOfAClass:
    @given(number=numbers)
    def test_without_settings(self, cfis, number):
        assert cfis.records == []

def test_inside(cfis):
    @few
    @given(numbers)
    def each(number):
        with cfis.fresh() as world:
            assert world.records == []
            submit(world, "sale-1", credit=-10.00 if number < 1 else 1)
    each()
""",
        "-p", "no:randomly",
    )  # fmt: skip
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines([
        "*VerdictError: went wrong (2):",
        "*A request breaks the contract*",
        "*test_bad(*",
        "*CFIS simulator*",
        "*refused 'sale-1'",
    ])  # fmt: skip


def test_hypothesis_still_warns_of_other_fixtures(suite: Suite) -> None:
    result = suite.run("""
from hypothesis import HealthCheck, given, settings, strategies as st

@given(number=st.integers())
def test_it(cfis, tmp_path, number):
    pass

@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5, database=None)
@given(number=st.integers())
def test_meant(cfis, tmp_path, number):
    assert cfis.records == []
    submit(cfis, "sale-1")
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*FailedHealthCheck*function-scoped fixture*"])


def test_a_coroutine_uses_the_world_like_any_other_test(suite: Suite) -> None:
    result = suite.run("""
import asyncio
from hypothesis import given, settings, strategies as st

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_it(cfis):
    task = asyncio.create_task(asyncio.to_thread(submit, cfis, "sale-1"))
    [exchange] = await asyncio.to_thread(cfis.wait_for, operation="submit_ledger")
    assert (exchange.status, await task) == (200, 200)

@pytest.mark.anyio
@settings(max_examples=5, deadline=None, database=None)
@given(number=st.integers())
async def test_property(cfis, number):
    assert cfis.records == []
    await asyncio.to_thread(submit, cfis, f"sale-{number}")
""")
    result.assert_outcomes(passed=2)


def test_each_worker_has_a_server_of_its_own(suite: Suite) -> None:
    tests = """
@pytest.mark.parametrize("number", range(8))
def test_it(cfis, number):
    submit(cfis, "sale-1", credit=1 if number == 5 else -10.00)
"""
    suite.pytester.makepyfile(client=CLIENT)
    suite.pytester.makepyfile(f"from client import *\n{tests}")
    result = suite.pytester.runpytest_subprocess("-p", PLUGIN, "-p", "no:schemathesis", "-n", "2", "-W", "error")
    result.assert_outcomes(passed=8, errors=1)
    result.stdout.fnmatch_lines(["*went wrong (2):", "*CFIS simulator*", "*POST * 400 *"])


def test_a_mistake_in_a_marker_is_told_by_the_workers_too(suite: Suite) -> None:
    suite.pytester.makepyfile("import pytest\n@pytest.mark.cfis(sed=7)\ndef test_it(cfis):\n    pass\n")
    result = suite.pytester.runpytest_subprocess("-p", PLUGIN, "-p", "no:schemathesis", "-n", "1")
    assert "has no argument 'sed'. Did you mean 'seed'?" in result.stdout.str()
    assert "INTERNALERROR" not in result.stdout.str()


def test_loading_the_plugin_imports_nothing_heavy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    script = f"import pytest, sys, simulator.pytest_plugin; print([name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"

    pytester.makepyfile(f"""
        import sys
        def test_it():
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
            assert [name for name in sys.modules if name.startswith("simulator.")] == ["simulator.pytest_plugin"]
        """)
    pytester.runpytest_subprocess("-p", PLUGIN).assert_outcomes(passed=1)
