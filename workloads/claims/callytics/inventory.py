"""How many tables there are, and which: counted on a seeded backend, not read from the templates."""

from __future__ import annotations

from dynarig.workloads.backends.base import Backend
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.register import checks


def table_names(backend: Backend) -> list[str]:
    """Every table of a region, page by page."""
    names: list[str] = []
    request: dict[str, object] = {}
    while True:
        answer = backend.call("ListTables", request)
        names += answer["TableNames"]
        if "LastEvaluatedTableName" not in answer:
            return names
        request = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}


@checks("CAL-01")
def production_tables(claim: Claim, bench: Bench) -> Finding:
    """The tables of production, and how they came to be as their templates tag them."""
    names = table_names(bench.estate("callytics", "prod"))
    return Finding(
        HOLDS if len(names) == claim.number("prod") else FAILS,
        f"{len(names)} tables",
        "ListTables on the seeded stage, counted.",
        value=len(names),
        unit="tables",
        evidence={"tables": names},
    )
