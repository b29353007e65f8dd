"""What the engine does for a hundred calls of each kind: the very work that `dynarig gate` counts."""

import pytest

from dynarig.workloads.gate.probes import PROBES


@pytest.mark.parametrize("name", [name for name in PROBES if name != "wire"])
def test_a_hundred_calls(benchmark, name):
    benchmark(PROBES[name].make())
