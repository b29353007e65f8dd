"""Benchmarks run when they are asked for: `pytest --benchmark-only`. A test measures no time.

Measured in CPU seconds (`--benchmark-timer` in pyproject.toml), as nothing here waits: a neighbour disturbs them less.
"""

import gc

import pytest


def pytest_collection_modifyitems(config, items):
    if config.getoption("--benchmark-only", False):
        return
    here = [item for item in items if "tests/benchmarks/" in item.nodeid]
    if here:
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


def pytest_benchmark_update_machine_info(config, machine_info):
    """Results are kept and shared: the machine's name is nobody's business, its processor's list of flags noise."""
    machine_info.pop("node", None)
    machine_info["cpu"].pop("flags", None)


@pytest.fixture(autouse=True)
def without_collector():
    """Nothing is collected while it is measured."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
