"""All experiments, in the order of their numbers."""

from __future__ import annotations

from dynarig.workloads.experiments import arithmetic, indexes, on_demand, partitions, provisioned
from dynarig.workloads.experiments.experiment import Experiment

EXPERIMENTS: tuple[Experiment, ...] = tuple(
    sorted(
        (each for family in (partitions, indexes, provisioned, on_demand, arithmetic) for each in family.EXPERIMENTS),
        key=lambda experiment: int(experiment.id[1:]),
    )
)
