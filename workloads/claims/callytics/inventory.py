"""Which tables there are, what they are called, who owns them: counted on seeded backends and in the templates."""

from __future__ import annotations

import re

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import describe
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_ORPHAN = "ConnectionService-"
_PREFIXES = (
    "call-analytics-",
    "ConnectionService-",
    "orangetheory-",
    "studio-",
    "LeadTracking-v2-",
    "rc-subscription-",
)
_LEGACY = ("call-analysis", "call-events", "CallAnalysisMetadata", "client-configurations")


def _logical(name: str) -> str:
    """A table's name without what differs between stages."""
    return re.sub(r"-(prod|test)(?=-|$)|-us-(east|west)-\d$", "", name)


@checks("CAL-01")
def production_tables(claim: Claim, bench: Bench) -> Finding:
    """The tables of production by where they come from."""
    names = bench.tables(_SYSTEM, "prod")
    orphans = [name for name in names if name.startswith(_ORPHAN)]
    legacy = [name for name in names if name in _LEGACY]
    found = {"prod": len(names), "orphans": len(orphans), "legacy": len(legacy)}
    found["CDK-managed"] = len(names) - len(orphans) - len(legacy)
    same = all(found[number.what] == number.value for number in claim.numbers)
    return Finding(
        HOLDS if same else FAILS,
        f"{len(names)} tables: {found['CDK-managed']} of CDK, {len(orphans)} orphans, {len(legacy)} legacy",
        "ListTables of the seeded stage, counted by name.",
        value=len(names),
        unit="tables",
        evidence={"counts": found, "tables": names},
    )


@checks("CAL-02")
def tables_of_test(claim: Claim, bench: Bench) -> Finding:
    """The tables of test, and which have no twin in production."""
    prod, test = (bench.tables(_SYSTEM, stage) for stage in ("prod", "test"))
    twins = {_logical(name) for name in prod}
    alone = sorted(name for name in test if _logical(name) not in twins)
    return Finding(
        HOLDS if len(test) == claim.number("test") else FAILS,
        f"{len(test)} tables, {len(alone)} without a twin in production",
        f"ListTables in us-west-2; without a twin: {', '.join(alone)}. Two of them are new, two are duplicates.",
        value=len(test),
        unit="tables",
        evidence={"tables": test, "without_twin": alone},
    )


@checks("CAL-03")
def tables_after_deployment(claim: Claim, bench: Bench) -> Finding:
    """Production's tables plus those that only test has yet."""
    prod = bench.definitions(_SYSTEM, "prod")
    waiting = [name for name in bench.definitions(_SYSTEM, "test") if re.search("message-store|conversations", name)]
    there = [name for name in waiting if _logical(name) in {_logical(each) for each in prod}]
    total = len(prod) + len(waiting)
    return Finding(
        HOLDS if total == claim.number("prod after deployment") and not there else FAILS,
        f"{len(prod)} + {len(waiting)} = {total} tables",
        "The template makes the two message tables in test alone.",
        value=total,
        unit="tables",
        evidence={"waiting": waiting},
    )


@checks("CAL-43")
def tagged_tables(claim: Claim, bench: Bench) -> Finding:
    """Tables that carry tags, by ListTagsOfResource."""
    backend = bench.estate(_SYSTEM, "prod")
    tagged = []
    for name in bench.tables(_SYSTEM, "prod"):
        if backend.call("ListTagsOfResource", {"ResourceArn": describe(backend, name)["TableArn"]})["Tags"]:
            tagged.append(name)
    families = {prefix: sum(name.startswith(prefix) for name in tagged) for prefix in _PREFIXES}
    without = [prefix for prefix in ("orangetheory-", "studio-", "LeadTracking-v2-") if families[prefix]]
    return Finding(
        HOLDS if len(tagged) == claim.number("with tags") and not without else FAILS,
        f"{len(tagged)} tables: " + " + ".join(str(count) for count in families.values() if count),
        "ListTagsOfResource of every production table.",
        value=len(tagged),
        unit="tables",
        evidence={"tagged": tagged, "by_prefix": families},
    )


@checks("CAL-44")
def diagram(claim: Claim, bench: Bench) -> Finding:
    """What the diagram counts against what the rows of the same document count."""
    definitions = bench.definitions(_SYSTEM, "prod").values()
    indexes = sum(len(definition.create.get("GlobalSecondaryIndexes", ())) for definition in definitions)
    tables = len(definitions)
    drawn = claim.number("diagram", "tables"), claim.number("diagram", "GSIs")
    return Finding(
        HOLDS if (tables, indexes) == drawn else CONTRADICTED,
        f"diagram {drawn[0]:.0f} tables and {drawn[1]:.0f} indexes; rows {tables} tables and {indexes} indexes",
        "The rows of the same document give other sums than its diagram.",
        value=tables,
        unit="tables",
        evidence={"tables": tables, "indexes": indexes},
    )


@checks("CAL-47")
def prefixes(claim: Claim, bench: Bench) -> Finding:
    """Every table's name against the documented prefixes."""
    names = [name for stage in ("prod", "test") for name in bench.definitions(_SYSTEM, stage)]
    strays = [name for name in names if not name.startswith(_PREFIXES) and name not in _LEGACY]
    new = [name for name in names if name.startswith("orangetheory-") and f"studio-{name.split('-', 1)[1]}" in names]
    return Finding(
        HOLDS if not strays else FAILS,
        f"{len(names) - len(strays)} of {len(names)} names match",
        f"Six prefixes and four legacy names cover all; {len(new)} old names live on beside a studio- twin in test.",
        value=len(strays),
        unit="names that do not match",
        evidence={"strays": strays, "old_beside_new": new},
    )


@checks("CAL-50")
def stacks(claim: Claim, bench: Bench) -> Finding:
    """The owners that the templates record, of the tables' own rows."""
    owners: dict[str, list[str]] = {}
    for stage in ("prod", "test"):
        for name, definition in bench.definitions(_SYSTEM, stage).items():
            stack = str(definition.metadata.get("Owner", "not documented")).split(",")[0].split(" ")[0]
            owners.setdefault(re.sub("-(Prod|Test|prod|test)(?=-|$)", "", stack), []).append(name)
    owning = sorted(stack for stack in owners if stack != "not")
    listed = int(claim.number("own tables"))
    return Finding(
        HOLDS if len(owning) == listed else PARTLY,
        f"{len(owning)} stacks own tables, the ownership list has {listed}",
        "The audit line and the ownership list are different sets: the list lacks MessageSystemStack, which owns two "
        "tables of test, and has the deleted stack of the orphans.",
        value=len(owning),
        unit="stacks",
        evidence={"tables_by_stack": owners},
    )
