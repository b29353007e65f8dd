"""All experiments, in the order of their numbers."""

from __future__ import annotations

from dynarig.workloads.experiments import arithmetic, hot_index, indexes, on_demand, partitions, provisioned
from dynarig.workloads.experiments.experiment import Experiment

_FAMILIES = (partitions, indexes, provisioned, on_demand, arithmetic, hot_index)
EXPERIMENTS: tuple[Experiment, ...] = tuple(
    sorted(
        (each for family in _FAMILIES for each in family.EXPERIMENTS),
        key=lambda experiment: int(experiment.id[1:]),
    )
)
