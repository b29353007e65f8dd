"""Findings on settings that several documents state of all their tables. Must not know which document asks."""

from __future__ import annotations

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import describe
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding


def encrypted_by_kms(bench: Bench, system: str) -> Finding:
    """SSEDescription of every table of the system's first stage."""
    backend = bench.estate(system)
    kinds = {
        name: describe(backend, name).get("SSEDescription", {}).get("SSEType") for name in bench.definitions(system)
    }
    kms = sum(kind == "KMS" for kind in kinds.values())
    return Finding(
        HOLDS if kms == len(kinds) else FAILS,
        f"{kms} of {len(kinds)} tables show SSEType KMS",
        "DescribeTable shows encryption by KMS on every table; with which key is the template's setting.",
        value=kms,
        unit="tables",
        evidence={"types": kinds},
    )
