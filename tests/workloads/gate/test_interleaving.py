"""Rounds → ratios and their intervals."""

from random import Random

import pytest

from dynarig.workloads.gate import interleaving
from dynarig.workloads.gate.interleaving import Round


def pairs(slower, noise, seed, count=12):
    draw = Random(seed)
    return [(1 + draw.uniform(0, noise), slower * (1 + draw.uniform(0, noise))) for _ in range(count)]


def test_no_noise_gives_the_ratio_itself():
    found = interleaving.interval(pairs(1.1, 0, 1))
    assert (found.ratio, found.low, found.high) == (pytest.approx(1.1),) * 3


def test_the_interval_holds_the_true_ratio():
    held = sum(i.low <= 1.1 <= i.high for i in (interleaving.interval(pairs(1.1, 0.08, seed)) for seed in range(100)))
    assert held >= 95


def test_more_noise_is_less_certainty():
    quiet, loud = (interleaving.interval(pairs(1.0, noise, 3)) for noise in (0.01, 0.2))
    assert quiet.high - quiet.low < loud.high - loud.low


def test_one_burst_moves_nothing():
    burst = [*pairs(1.0, 0.005, 5, 11), (1.0, 3.0)]
    assert interleaving.interval(burst).high < 1.01


def test_what_neighbours_add_to_most_rounds_moves_nothing():
    draw = Random(11)
    calm = [(1.0, 1.1)] * 6
    loud = [(1.0 + draw.random(), 1.1 + draw.random()) for _ in range(6)]
    assert interleaving.interval(calm + loud).ratio == pytest.approx(1.1)


def test_a_probe_is_held_against_the_baseline_and_against_itself():
    told = interleaving.found([Round(1.0, 1.2, 1.2), Round(1.5, 1.8, 1.8)])
    assert (told.baseline, told.current) == (1.0, 1.2)
    assert told.interval.ratio == pytest.approx(1.2)
    assert told.guard.ratio == 1


def test_the_same_rounds_give_the_same_interval():
    assert interleaving.interval(pairs(1.0, 0.1, 7)) == interleaving.interval(pairs(1.0, 0.1, 7))


class FakeTree:
    def __init__(self, name, log, seconds):
        self.name = name
        self._log, self._seconds = log, seconds

    def command(self, *words):
        return words

    def run(self, command):
        self._log.append(self.name)
        return f'{{"put-item": [{self._seconds}, {self._seconds * 2}]}}'


def test_trees_take_turns_in_an_order_that_rotates():
    log = []
    three = (FakeTree("a", log, 1.0), FakeTree("b", log, 1.1), FakeTree("c", log, 1.2))
    measured = interleaving.measure(three, ["put-item"], 3, lambda text: None)

    assert log == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]
    assert measured == {"put-item": [Round(1.0, 1.1, 1.2)] * 3}
