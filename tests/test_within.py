"""What is decorated keeps its kind, and each call or test has a context of its own."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import unittest
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dynarig.emulator.within import within

OPENED: list[list[str]] = []  # what happened in each context, in the order of opening


@contextmanager
def opened() -> Iterator[None]:
    OPENED.append(["open"])
    try:
        yield
    finally:
        OPENED[-1].append("close")


def note(what: str) -> None:
    assert OPENED[-1][-1] != "close", f"{what} outside of a context"
    OPENED[-1].append(what)


@pytest.fixture(autouse=True)
def _nothing_opened() -> None:
    OPENED.clear()


def test_a_function() -> None:
    def work(a: int, *, b: int = 1) -> int:
        note("work")
        return a + b

    wrapped = within(opened, work)
    assert (wrapped(1), wrapped(1, b=2)) == (2, 3)
    assert inspect.signature(wrapped) == inspect.signature(work)
    assert OPENED == [["open", "work", "close"]] * 2


def test_a_function_that_fails_closes_its_context() -> None:
    def work() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        within(opened, work)()
    assert OPENED == [["open", "close"]]


def test_a_coroutine_function() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        note("work")
        return 7

    wrapped = within(opened, work)
    assert inspect.iscoroutinefunction(wrapped)
    assert asyncio.run(wrapped()) == 7
    assert OPENED == [["open", "work", "close"]]


def test_a_generator_stays_in_its_context_to_the_end() -> None:
    def work() -> Iterator[int]:
        note("before")
        yield 1
        note("after")

    wrapped = within(opened, work)
    assert inspect.isgeneratorfunction(wrapped)
    assert list(wrapped()) == [1]
    assert OPENED == [["open", "before", "after", "close"]]


def test_an_asynchronous_generator() -> None:
    async def work() -> AsyncIterator[int]:
        note("before")
        yield 1
        note("after")

    wrapped = within(opened, work)
    assert inspect.isasyncgenfunction(wrapped)

    async def all_of() -> list[int]:
        return [each async for each in wrapped()]

    assert asyncio.run(all_of()) == [1]
    assert OPENED == [["open", "before", "after", "close"]]


class Noted(unittest.TestCase):
    """Notes each step of a test."""

    __test__ = False  # not pytest's

    def setUp(self) -> None:
        note("setUp")
        self.addCleanup(note, "cleanup")

    def tearDown(self) -> None:
        note("tearDown")

    def test_one(self) -> None:
        note("one")

    def test_two(self) -> None:
        note("two")
        self.fail()


class AsyncNoted(unittest.IsolatedAsyncioTestCase):
    """As `Noted`, in coroutines."""

    __test__ = False

    async def asyncSetUp(self) -> None:
        note("setUp")

    async def test_one(self) -> None:
        note("one")


def test_a_test_case_shares_its_context_with_set_up_and_tear_down() -> None:
    decorated = within(opened, Noted)
    assert decorated is Noted
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(decorated).run(result)
    assert (result.testsRun, len(result.failures), result.errors) == (2, 1, [])
    assert [["open", "setUp", test, "tearDown", "cleanup", "close"] for test in ("one", "two")] == OPENED


def test_a_test_case_of_coroutines() -> None:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(within(opened, AsyncNoted)).run(result)
    assert result.wasSuccessful(), result.errors
    assert OPENED == [["open", "setUp", "one", "close"]]


USERS_CLASS = """
import boto3, pytest
from dynarig.emulator.embedded import embedded

TABLE = dict(
    TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=[dict(AttributeName="pk", KeyType="HASH")],
    AttributeDefinitions=[dict(AttributeName="pk", AttributeType="S")],
)

def tables():
    return boto3.client("dynamodb").list_tables()["TableNames"]

@embedded
class TestWithSetUp:
    def setup_method(self):
        boto3.client("dynamodb").create_table(**TABLE)

    def teardown_method(self, method):
        assert tables() == ["orders"], method

    @pytest.fixture
    def seen(self):
        return tables()

    @pytest.mark.parametrize("turn", [1, 2])
    def test_sees_what_set_up_made(self, turn, seen):
        assert seen == tables() == ["orders"]

    @staticmethod
    def test_helper():
        pass

@embedded(consistency="eventual")
class TestBare:
    def test_is_empty(self):
        assert tables() == []

    def test_is_empty_again(self):
        boto3.client("dynamodb").create_table(**TABLE)

    def test_is_empty_still(self):
        assert tables() == []

class TestInherits(TestBare):
    def test_more(self):
        assert tables() == []

@pytest.fixture
@embedded()
def made():
    boto3.client("dynamodb").create_table(**TABLE)
    yield tables()
    assert tables() == ["orders"]

def test_a_fixture_can_be_decorated(made):
    assert made == tables() == ["orders"]

@embedded
def test_a_function_with_fixtures(tmp_path):
    assert tables() == [] and tmp_path.exists()
"""


def test_classes_and_fixtures_of_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(USERS_CLASS)
    environment = {
        "AWS_CONFIG_FILE": "none",
        "AWS_SHARED_CREDENTIALS_FILE": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    argv = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_user.py"]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 passed" in done.stdout


def test_a_method_called_outside_of_pytest_has_a_context_of_its_own() -> None:
    class Cases:
        def test_one(self) -> None:
            note("one")

        async def test_two(self) -> None:
            note("two")

    cases = within(opened, Cases)()
    cases.test_one()
    asyncio.run(cases.test_two())
    assert OPENED == [["open", "one", "close"], ["open", "two", "close"]]


def test_a_failing_set_up_closes_the_context() -> None:
    class Cases:
        def setup_method(self) -> None:
            raise KeyError

        def test_one(self) -> None: ...

    with pytest.raises(KeyError):
        within(opened, Cases)().setup_method()
    assert OPENED == [["open", "close"]]
