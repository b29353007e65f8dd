"""Findings on settings that several documents state of all their tables. Must not know which document asks."""

from __future__ import annotations

from typing import Any

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import describe
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding


def encryption_of(bench: Bench, system: str, stage: str | None = None) -> dict[str, dict[str, Any]]:
    """SSEDescription of every table of a stage, {} of those that have none.

    Raises LookupError where the backend has dropped what the template asks, as DynamoDB Local does with keys.
    """
    backend = bench.estate(system, stage)
    found = {}
    for name, definition in bench.definitions(system, stage).items():
        found[name] = describe(backend, name).get("SSEDescription", {})
        if definition.create.get("SSESpecification", {}).get("Enabled") and not found[name]:
            raise LookupError("SSEDescription")
    return found


def encrypted_by_kms(bench: Bench, system: str) -> Finding:
    """SSEDescription of every table of the system's first stage."""
    kinds = {name: described.get("SSEType") for name, described in encryption_of(bench, system).items()}
    kms = sum(kind == "KMS" for kind in kinds.values())
    return Finding(
        HOLDS if kms == len(kinds) else FAILS,
        f"{kms} of {len(kinds)} tables show SSEType KMS",
        "DescribeTable shows encryption by KMS on every table; with which key is the template's setting.",
        value=kms,
        unit="tables",
        evidence={"types": kinds},
    )
