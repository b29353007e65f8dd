"""Scenarios: what a load consists of, and whether its answers are right. One module each, found by name."""

from __future__ import annotations

from collections.abc import Callable

from dynarig.workloads.scenarios.base import Scenario, Setting
from dynarig.workloads.scenarios.miyabi import MiyabiScenario

SCENARIOS: dict[str, Callable[[Setting], Scenario]] = {"miyabi": MiyabiScenario}
"""Each by the name of the system whose data it loads."""
