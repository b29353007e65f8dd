"""Load, measurements and benchmarks on any DynamoDB endpoint.

The life of one request under load, and the module that owns each step:

1. `pacing`     says when it is due: (elapsed, sent) → (wait, stop).
2. `schedule`   hands its intended start to the pool of Locust users of this process.
3. `scenarios`  build the call, and remember what it will have changed; `mixture` asks each as its weight says.
4. `client`     signs it (`signing`), sends it, gives a dict or raises.
5. `scenarios`  judge the answer against what the run knows (`ledger`).
6. `measure`    counts outcome, both latencies and consumed units; `session` merges, `conclusion` judges and saves the
                run, `report` renders it.

A scenario of one's own is a class in one's own locustfile (`locust -f mine.py`); scenarios/__init__.py says how:

    from dynarig.workloads import LoadUser, Scenario, Step, create_table
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Where each public name lives. Taken from there when asked for: Locust patches sockets when it is imported, and
# whoever only wants a backend must not get that.
_PUBLIC = {
    "Finding": "dynarig.workloads.verdict",
    "LoadUser": "dynarig.workloads.users",
    "Parameter": "dynarig.workloads.scenarios.base",
    "Run": "dynarig.workloads.scenarios.run",
    "Scenario": "dynarig.workloads.scenarios.base",
    "ScenarioVerdict": "dynarig.workloads.verdict",
    "Setting": "dynarig.workloads.scenarios.base",
    "Step": "dynarig.workloads.scenarios.base",
    "Target": "dynarig.workloads.target",
    "create_table": "dynarig.workloads.scenarios.tables",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    """A public name, imported now."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
