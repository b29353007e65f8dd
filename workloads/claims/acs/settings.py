"""How the tables are set: billing, protection, recovery, encryption, streams, and what monitoring can show."""

from __future__ import annotations

from decimal import Decimal

from dynarig.emulator.cost.prices import price_table
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import describe, refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.table_settings import encrypted_by_kms

SYSTEM = "acs"
PREFIX = "acsd2p-dev-"
_REGION = "us-east-1"
_ITEM_LIMITS = ("400 KB an item", "1 MB a page")


@checks("ACS-01")
def on_demand(claim: Claim, bench: Bench) -> Finding:
    """BillingMode of every table."""
    backend = bench.estate(SYSTEM)
    modes = {name: describe(backend, name)["BillingModeSummary"]["BillingMode"] for name in bench.tables(SYSTEM)}
    right = set(modes.values()) == {"PAY_PER_REQUEST"} and len(modes) == claim.number("per stage")
    return Finding(
        HOLDS if right else FAILS,
        f"{len(modes)} tables, {', '.join(sorted(set(modes.values())))}",
        "DescribeTable of one seeded stage.",
        value=len(modes),
        unit="tables",
        evidence={"modes": modes},
    )


@checks("ACS-02")
def retained(claim: Claim, bench: Bench) -> Finding:
    """RETAIN in the templates, and what DeleteTable says of it."""
    definitions = bench.definitions(SYSTEM)
    retained = [name for name, each in definitions.items() if each.removal_policy == "Retain"]
    emulator = bench.virtual()
    name = emulator.create(definitions[PREFIX + "Users"])
    deleted = not refusal(emulator, "DeleteTable", {"TableName": name})
    return Finding(
        PARTLY if len(retained) == len(definitions) and deleted else HOLDS if not deleted else FAILS,
        f"{len(retained)} of {len(definitions)} tables are retained; DeleteTable by the API "
        + ("deletes one all the same" if deleted else "is refused"),
        "RETAIN keeps a table that leaves its stack; against the API only deletion protection helps.",
        value=len(retained),
        unit="tables",
        evidence={"retained": retained, "deleted_by_api": deleted},
    )


@checks("ACS-05")
def replica(claim: Claim, bench: Bench) -> Finding:
    """Replicas that any table defines."""
    replicas = [name for name in bench.tables(SYSTEM) if describe(bench.estate(SYSTEM), name).get("Replicas")]
    return Finding(
        FAILS if not replicas else HOLDS,
        f"{len(replicas)} of {len(bench.tables(SYSTEM))} tables have a replica",
        "Nothing in the document sets a replica up, so there is no copy to recover from.",
        value=len(replicas),
        unit="tables",
        evidence={"replicas": replicas},
    )


@checks("ACS-20")
def idle_month(claim: Claim, bench: Bench) -> Finding:
    """A month without a request: what is stored, with its indexes and for recovery, at today's prices."""
    backend = bench.estate(SYSTEM)
    table_bytes = index_bytes = 0
    for name in bench.tables(SYSTEM):
        found = describe(backend, name)
        table_bytes += found["TableSizeBytes"]
        index_bytes += sum(index["IndexSizeBytes"] for index in found.get("GlobalSecondaryIndexes", ()))
    scale = Decimal(1 / bench.options.scale)
    gigabyte = price_table().gigabyte_bytes
    prices = price_table().region(_REGION)
    stored = Decimal(table_bytes + index_bytes) * scale / gigabyte * prices.storage_gigabyte_month
    recovery = Decimal(table_bytes) * scale / gigabyte * prices.pitr_gigabyte_month
    return Finding(
        PARTLY if stored + recovery > 0 else HOLDS,
        f"requests 0 USD; storage {stored:.5f} USD, point-in-time recovery {recovery:.5f} USD a month",
        "Requests cost nothing while idle; items, index entries and recovery are billed by size (the free 25 GB "
        "aside).",
        value=float(stored + recovery),
        unit="USD a month",
        evidence={"table_bytes": table_bytes, "index_bytes": index_bytes, "scale": bench.options.scale},
    )


@checks("ACS-21")
def size_limits(claim: Claim, bench: Bench) -> Finding:
    """Whether any table has a size limit to approach, and any metric a size to watch."""
    local = [name for name, each in bench.definitions(SYSTEM).items() if each.create.get("LocalSecondaryIndexes")]
    emulator = bench.virtual()
    name = emulator.create(bench.definitions(SYSTEM)[PREFIX + "Sessions"])
    emulator.call("PutItem", {"TableName": name, "Item": {"session_id": {"S": "s"}}})
    names, sizes = _metrics(emulator)
    return Finding(
        FAILS if not local and not sizes else PARTLY,
        f"{len(sizes)} of {len(names)} metrics tell a size; {len(local)} of {len(bench.definitions(SYSTEM))} tables "
        "have a local index, which alone bounds a collection (10 GB)",
        f"A table has no size limit; what is limited is {' and '.join(_ITEM_LIMITS)}: there is nothing to approach, "
        "and no metric that an alert could watch.",
        value=len(sizes),
        unit="metrics",
        evidence={"tables_with_local_index": local, "metrics": sorted(names)},
    )


def _metrics(emulator: VirtualEmulator) -> tuple[set[str], set[str]]:
    """The names of DynamoDB's metrics as CloudWatch lists them, and those that tell a count of items or a size."""
    listed = emulator.cloudwatch("ListMetrics", {"Namespace": "AWS/DynamoDB"})["Metrics"]
    names = {metric["MetricName"] for metric in listed}
    return names, {name for name in names if name.startswith(("ItemCount", "TableSize"))}


@checks("ACS-22")
def counts_in_cloudwatch(claim: Claim, bench: Bench) -> Finding:
    """Item count and size: whether they are metrics, and how soon DescribeTable follows."""
    emulator = bench.virtual(table_statistics_seconds=6 * 3600.0)
    name = emulator.create(bench.definitions(SYSTEM)[PREFIX + "Sessions"])
    for number in range(10):
        emulator.call("PutItem", {"TableName": name, "Item": {"session_id": {"S": f"s{number}"}}})
    at_once = describe(emulator, name)["ItemCount"]
    emulator.clock.advance(6 * 3600 + 1)
    later = describe(emulator, name)["ItemCount"]
    names, metrics = _metrics(emulator)
    return Finding(
        FAILS if not metrics else HOLDS,
        f"{len(metrics)} metrics of count or size; DescribeTable shows {at_once} of 10 items at once, {later} six "
        "hours later",
        "They are members of DescribeTable, taken about every six hours, and no CloudWatch metrics.",
        value=len(metrics),
        unit="metrics",
        evidence={"at_once": at_once, "six_hours_later": later, "metrics": sorted(names)},
    )


@checks("ACS-27")
def local_indexes(claim: Claim, bench: Bench) -> Finding:
    """Local indexes that the tables define."""
    count = sum(len(each.create.get("LocalSecondaryIndexes", ())) for each in bench.definitions(SYSTEM).values())
    return Finding(
        FAILS if not count else HOLDS,
        f"{count} local indexes",
        "None is defined, and one can only be made with its table.",
        value=count,
        unit="local indexes",
    )


@checks("ACS-28")
def auto_scaling(claim: Claim, bench: Bench) -> Finding:
    """Whether any table has capacity that could be scaled."""
    modes = {name: str(each.create.get("BillingMode")) for name, each in bench.definitions(SYSTEM).items()}
    provisioned = [name for name, mode in modes.items() if mode != "PAY_PER_REQUEST"]
    return Finding(
        HOLDS if len(provisioned) == len(modes) else PARTLY if provisioned else FAILS,
        f"{len(provisioned)} of {len(modes)} tables have provisioned capacity",
        "Auto scaling adjusts provisioned capacity; the same document bills every table on demand, so there is none to "
        "adjust.",
        value=len(provisioned),
        unit="tables",
        evidence={"modes": modes},
    )


@checks("ACS-30")
def streams(claim: Claim, bench: Bench) -> Finding:
    """Streams that are enabled."""
    backend = bench.estate(SYSTEM)
    enabled = [name for name in bench.tables(SYSTEM) if describe(backend, name).get("StreamSpecification")]
    return Finding(
        FAILS if not enabled else HOLDS,
        f"{len(enabled)} of {len(bench.tables(SYSTEM))} tables have a stream",
        "No table enables one; and its records would live 24 hours, which is no audit trail by itself.",
        value=len(enabled),
        unit="tables",
        evidence={"enabled": enabled},
    )


@checks("ACS-33")
def encrypted(claim: Claim, bench: Bench) -> Finding:
    """SSEDescription of every table."""
    return encrypted_by_kms(bench, SYSTEM)
