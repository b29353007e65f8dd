"""HTTP around the engine, without a socket."""

from dynarig.workloads.gate.probes import PROBES


def test_a_hundred_reads(benchmark):
    benchmark(PROBES["wire"].make())
