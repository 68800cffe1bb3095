"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

from tests.scratch import use_memory

# Generated cases have no time limit: these machines are slow and shared, and a slow case is not a wrong one.
# Each run draws others, so that a quarter of them finds as much in four runs; `make test-long` asks for all of them.
settings.register_profile("room", deadline=None, max_examples=25)
settings.register_profile("long", deadline=None)
settings.load_profile("room")

TOGETHER: Final = (
    *("tests/demo/", "tests/test_locale.py", "tests/store/test_large_answers.py", "tests/pipeline/test_adapt.py"),
    "tests/collector/test_collector.py::test_the_line_of_a_source",
)
"""Tests that share what is costly to make: one process runs them all."""


def pytest_configure() -> None:
    """Before the first temporary folder is made."""
    use_memory()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Who runs what: each test wherever a process is free, but those that go together."""
    from xdist.scheduler import LoadScopeScheduling

    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = lambda test: next((place for place in TOGETHER if test.startswith(place)), test)
    return scheduling


def pytest_collection_finish() -> None:
    """What all tests import stays; a heap as large as that of consoles is gone through seldom, not all the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real recorded answers, named by SOCIALHUB_TEST_DATA; the test is skipped without it."""
    named = os.environ.get("SOCIALHUB_TEST_DATA", "")
    if not named:
        pytest.skip("SOCIALHUB_TEST_DATA is not set: no recorded answers here")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"SOCIALHUB_TEST_DATA names {folder}, which is not a folder")
    return folder
