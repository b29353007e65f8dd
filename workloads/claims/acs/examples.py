"""Figures of the document's example items: values of data, looked at for whether they agree with themselves."""

from __future__ import annotations

from dynarig.workloads.claims.acs.keys import fresh
from dynarig.workloads.claims.acs.settings import PREFIX, SYSTEM
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import write_units
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import NOT_TESTABLE, Finding
from dynarig.workloads.claims.register import checks


@checks("ACS-16", "ACS-17", "ACS-18")
def example_values(claim: Claim, bench: Bench) -> Finding:
    """The example's sums, and what its items cost to write."""
    table, words = {
        "ACS-16": ("LLMDataCollection", f"{150 + 200} tokens of a prompt and a response"),
        "ACS-17": ("LLMReportData", f"{800 + 700:,} requests of two functions"),
        "ACS-18": ("Invocations", "an invocation of 150 ms and 128 MB"),
    }[claim.id]
    item = next(iter(bench.items(SYSTEM, PREFIX + table)))
    units = write_units(fresh(bench, table), "PutItem", {"TableName": PREFIX + table, "Item": item})
    return Finding(
        NOT_TESTABLE,
        f"{words}; a seeded item of its kind takes {sum(units.values()):g} write units",
        "The figures are data of an application and state nothing of the database; they serve as shapes of seeded "
        "items.",
        evidence={"write_units": units},
    )
