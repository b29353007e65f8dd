"""The list of checks: which function checks which claim.

Rule: a check is a function of (claim, bench) that answers a Finding; it decides by what it measured and reads no
expectation. One claim has one check. A claim of kind `untestable` needs none: its reason says why.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import SYSTEMS, Claim
from dynarig.workloads.claims.finding import Finding

Check = Callable[[Claim, Bench], Finding]
_CHECKS: dict[str, Check] = {}


def checks(*ids: str) -> Callable[[Check], Check]:
    """Marks the check of these claims; several ids where one measurement answers them all."""

    def mark(check: Check) -> Check:
        for id in ids:
            assert id not in _CHECKS, f"{id} has two checks"
            _CHECKS[id] = check
        return check

    return mark


def all_checks() -> dict[str, Check]:
    """Every check by claim, once the systems' modules have been imported."""
    for system in SYSTEMS:
        room = import_module(f"dynarig.workloads.claims.{system}")
        for module in iter_modules(room.__path__):
            import_module(f"{room.__name__}.{module.name}")
    return _CHECKS
