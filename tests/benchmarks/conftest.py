"""Benchmarks run when they are asked for: `pytest --benchmark-only`. A test measures no time."""

import pytest


def pytest_collection_modifyitems(config, items):
    if config.getoption("--benchmark-only", False):
        return
    here = [item for item in items if "tests/benchmarks/" in item.nodeid]
    if here:
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


@pytest.fixture(autouse=True)
def without_collector():
    """Nothing is collected while it is measured."""
    import gc

    gc.collect()
    gc.disable()
    yield
    gc.enable()
