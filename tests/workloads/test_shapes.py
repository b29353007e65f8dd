"""Shapes: several processes together give what one would."""

import pytest

from dynarig.workloads.pacing import Constant, Poisson, Ramp
from dynarig.workloads.shapes import Shape


def dues(pacer, count):
    return [pacer(0.0, sent)[0] for sent in range(count)]


@pytest.mark.parametrize("processes", [2, 3, 7])
def test_constant_combs_interleave_to_one(processes):
    shape = Shape(1000)
    merged = sorted(due for process in range(processes) for due in dues(shape.pacer(process, processes), 50))
    assert merged == pytest.approx(dues(shape.pacer(0, 1), 50 * processes))


def test_poisson_processes_draw_apart():
    shape = Shape(100, "poisson", seed=5)
    first, second = shape.pacer(0, 2), shape.pacer(1, 2)
    assert isinstance(first, Poisson)
    assert first.rate == 50
    assert dues(first, 20) != dues(second, 20)
    assert dues(first, 20) == dues(shape.pacer(0, 2), 20)


def test_a_ramp_is_shared():
    pacer = Shape(100, ramp_seconds=10).pacer(1, 4)
    assert isinstance(pacer, Ramp)
    assert (pacer.start_rate, pacer.end_rate, pacer.ramp_seconds) == (0.0, 25.0, 10)
    assert isinstance(Shape(100).pacer(0, 1), Constant)


@pytest.mark.parametrize(
    "arguments",
    [
        {"rate": 0},
        {"rate": 10, "arrivals": "bursty"},
        {"rate": 10, "ramp_seconds": -1},
        {"rate": 10, "arrivals": "poisson", "ramp_seconds": 5},
    ],
)
def test_shapes_that_cannot_be(arguments):
    with pytest.raises(ValueError):
        Shape(**arguments)
