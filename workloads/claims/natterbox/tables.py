"""The four tables: calls in real time, dashboards by organization, toggles, a mix of all; retention; query rules."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, scan
from dynarig.workloads.claims.claim import Claim, find_claim
from dynarig.workloads.claims.driving import Driven, Request, drive
from dynarig.workloads.claims.finding import FAILS, HOLDS, NOT_TESTABLE, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.retention import DAY_SECONDS
from dynarig.workloads.histogram import Histogram

SYSTEM = "natterbox"
_SCALE = 0.02
_YEAR = 365


def _fresh(bench: Bench, *tables: str, **settings: Any) -> VirtualEmulator:
    emulator = bench.virtual(region="eu-west-2", **settings)
    for table in tables:
        emulator.create(bench.definitions(SYSTEM)[table])
    return emulator


@checks("NBX-09")
def mixed_load(claim: Claim, bench: Bench) -> Finding:
    """Sessions, call states and analytics together at rising rates, with even and with skewed organizations."""
    shares = {
        (rate, skewed): _mixed(bench, rate, skewed).share_refused
        for rate in (1_000, 4_000, 16_000)
        for skewed in (False, True)
    }
    even = {rate: share for (rate, skewed), share in shares.items() if not skewed}
    return Finding(
        PARTLY if even[1_000] < 0.01 < max(shares.values()) else HOLDS if max(shares.values()) < 0.01 else FAILS,
        ", ".join(
            f"{rate:,}/s {'one large organization' if skewed else 'even'}: {share:.0%} throttled"
            for (rate, skewed), share in shares.items()
        ),
        "No figures are given. Even keys scale to the new tables' limits; one large organization is a hot key.",
        value=even[4_000],
        unit="share throttled at 4,000/s",
        evidence={f"{rate} {'skewed' if skewed else 'even'}": share for (rate, skewed), share in shares.items()},
    )


def _mixed(bench: Bench, rate: int, skewed: bool) -> Driven:
    emulator = _fresh(bench, "sessions", "call_state", "analytics_realtime", capacity="enforce", capacity_scale=_SCALE)
    draw = Random(bench.options.seed)

    def request(number: int) -> Request:
        kind, stamp = draw.random(), {"S": f"2026-01-20T10:{number:010d}"}
        session = {"sessionId": {"S": f"s{draw.randrange(50_000)}"}}
        if kind < 0.6:
            return "GetItem", {"TableName": "sessions", "Key": session}
        if kind < 0.8:
            return "PutItem", {"TableName": "sessions", "Item": session}
        if kind < 0.95:
            item = {"callId": {"S": f"c{draw.randrange(50_000)}"}, "timestamp": stamp}
            return "PutItem", {"TableName": "call_state", "Item": item}
        organization = 1 if skewed and draw.random() < 0.9 else draw.randrange(1, 5_000)
        item = {"orgId": {"N": str(organization)}, "timestamp": stamp, "metrics": {"S": "x" * 2_000}}
        return "PutItem", {"TableName": "analytics_realtime", "Item": item}

    return drive(emulator, round(rate * _SCALE), 60, request)


@checks("NBX-10")
def calls_in_real_time(claim: Claim, bench: Bench) -> Finding:
    """A hundred calls of twenty states each, the latest read after every write; and states of one millisecond."""
    emulator = _fresh(bench, "call_state")
    stale = 0
    for state in range(20):
        for number in range(100):
            stamp = f"2026-01-20T10:00:{state:02d}.000Z"
            item = {"callId": {"S": f"c{number}"}, "timestamp": {"S": stamp}, "state": {"N": str(state)}}
            emulator.call("PutItem", {"TableName": "call_state", "Item": item})
            query = {
                "TableName": "call_state",
                "KeyConditionExpression": "callId = :c",
                "ExpressionAttributeValues": {":c": item["callId"]},
                "ScanIndexForward": False,
                "Limit": 1,
                "ConsistentRead": True,
            }
            stale += emulator.call("Query", query)["Items"][0]["state"]["N"] != str(state)
    same = {"callId": {"S": "c0"}, "timestamp": {"S": "2026-01-20T10:01:00.000Z"}}
    for name in ("ringing", "answered"):
        emulator.call("PutItem", {"TableName": "call_state", "Item": {**same, "state": {"S": name}}})
    kept = read_all(
        emulator,
        "Query",
        {
            "TableName": "call_state",
            "KeyConditionExpression": "callId = :c AND #t = :t",
            "ExpressionAttributeNames": {"#t": "timestamp"},
            "ExpressionAttributeValues": {":c": same["callId"], ":t": same["timestamp"]},
        },
    ).count
    return Finding(
        HOLDS if not stale else FAILS,
        f"{stale} of 2,000 latest states stale; of two states of the same millisecond {kept} is kept",
        "Consistent on the table; states that fall on one millisecond replace each other unless the sort key tells "
        "them "
        "apart.",
        value=stale,
        unit="stale reads",
        evidence={"kept_of_two": kept},
    )


@checks("NBX-11")
def dashboards(claim: Claim, bench: Bench) -> Finding:
    """2,000 writes a second over organizations by Zipf: by organization, and with ten shards of each."""
    shares = {shards: _analytics(bench, shards).share_refused for shards in (1, 10)}
    return Finding(
        PARTLY if shares[1] and shares[10] < shares[1] / 2 else HOLDS if not shares[1] else FAILS,
        f"{shares[1]:.0%} of 2,000 writes a second throttled by organization, {shares[10]:.0%} with orgId#0…9",
        "The largest organization is a hot key above 1,000 write units a second; shards of it spread it.",
        value=shares[1],
        unit="share throttled",
        evidence={"by_shards": {str(shards): share for shards, share in shares.items()}},
    )


def _analytics(bench: Bench, shards: int) -> Driven:
    emulator = _fresh(bench, "analytics_realtime", capacity="enforce", capacity_scale=_SCALE)
    draw = Random(bench.options.seed)
    organizations = list(range(1, 501))
    weights = [1 / (rank + 1) ** 1.5 for rank in range(len(organizations))]

    def put(number: int) -> Request:
        organization = draw.choices(organizations, weights)[0] * 10 + (draw.randrange(shards) if shards > 1 else 0)
        item = {"orgId": {"N": str(organization)}, "timestamp": {"S": f"{number:010d}"}, "m": {"S": "x" * 1_500}}
        return "PutItem", {"TableName": "analytics_realtime", "Item": item}

    return drive(emulator, round(2_000 * _SCALE), 120, put)


@checks("NBX-12")
def toggles(claim: Claim, bench: Bench) -> Finding:
    """Two hundred flags of one organization in one query, and what a cache of a minute would save."""
    emulator = _fresh(bench, "feature_flags")
    flags = ({"orgId": {"N": "1"}, "featureKey": {"S": f"f{n:03d}"}, "v": {"S": "x" * 175}} for n in range(200))
    put_all(emulator, "feature_flags", flags)
    query = {
        "TableName": "feature_flags",
        "KeyConditionExpression": "orgId = :o",
        "ExpressionAttributeValues": {":o": {"N": "1"}},
    }
    read = read_all(emulator, "Query", query)
    calls_a_minute = 600
    return Finding(
        HOLDS if read.count == 200 and read.pages == 1 else FAILS,
        f"{read.count} flags in {read.pages} page, {read.units:g} read units; asked ten times a second "
        f"{read.units * calls_a_minute:,.0f} units a minute, {read.units:g} with a cache of 60 s",
        "One small query; a cache of a minute is advisable.",
        value=read.units,
        unit="read units",
        evidence={"pages": read.pages},
    )


@checks("NBX-16")
def query_rules(claim: Claim, bench: Bench) -> Finding:
    """Which host group each documented routing rule leads a SELECT to."""
    rules = {"rule 2, ^SELECT.*FOR UPDATE": 20, "rule 3, ^SELECT": 20}
    groups = set(rules.values())
    return Finding(
        PARTLY if len(groups) == 1 else HOLDS,
        f"{len(rules)} rules for SELECT, {len(groups)} host group: {', '.join(map(str, groups))}",
        "As written, every SELECT goes to Aurora, whatever its age; the data centre's replica has no rule.",
        value=len(groups),
        unit="host groups",
        evidence={"rules": rules},
    )


@checks("NBX-18")
def retention(claim: Claim, bench: Bench) -> Finding:
    """Items of every age up to eight years under a time to live of each policy: what is kept."""
    days = {number.what: float(number.value) * (_YEAR if number.unit == "years" else 1) for number in claim.numbers}
    early, late = {}, {}
    for policy, lifetime in days.items():
        emulator = bench.virtual(ttl="service")
        emulator.create(bench.definitions("listbackup")["listbackup-dev-activity"])
        emulator.clock.advance(7_200)
        now = emulator.clock.now()
        table = "listbackup-dev-activity"
        ages = range(0, 8 * _YEAR, 10)
        items = (
            {"eventId": {"S": f"{age:05d}"}, "ttl": {"N": str(int(now + (lifetime - age) * DAY_SECONDS))}}
            for age in ages
        )
        put_all(emulator, table, items)
        emulator.clock.advance(600)
        kept = {int(item["eventId"]["S"]) for item in scan(emulator, table).items}
        early[policy] = sum(age < lifetime and age not in kept for age in ages)
        late[policy] = sum(age > lifetime and age in kept for age in ages)
    return Finding(
        PARTLY if not any(early.values()) and any(late.values()) else HOLDS if not any(late.values()) else FAILS,
        f"{sum(early.values())} items gone before their day; "
        + ", ".join(f"{policy}: {count} still there past it" for policy, count in late.items()),
        "Time to live is never early and days late, and leaves what expired over five years ago: it is no proof of "
        "deletion "
        "on a date.",
        value=sum(early.values()),
        unit="items deleted early",
        evidence={"early": early, "late": late},
    )


@checks("NBX-21")
def thresholds(claim: Claim, bench: Bench) -> Finding:
    """The two thresholds that DynamoDB has a counterpart of, held against its modelled latency."""
    warning, critical = claim.number("P99 warning"), claim.number("P99 critical")
    cdc, alarm = find_claim("NBX-02").number("alert"), claim.number("DMS critical")
    latency = _modelled_latency(bench)
    (p99,) = latency.percentiles((99.0,))
    return Finding(
        NOT_TESTABLE if p99 < warning else PARTLY,
        f"p99 {p99 * 1e3:.1f} ms of {latency.total:,} modelled calls, against {warning:g} s and {critical:g} s; the "
        f"replication task is critical at {alarm:g} s here and alerted at {cdc:g} s in the CDC table",
        "Lag, CPU, connections and free storage are of relational databases and of DMS, which no local bench has; the "
        "two thresholds on p99 would never fire for DynamoDB.",
        value=p99 * 1e3,
        unit="ms (p99, modelled)",
        evidence={"p99_warning_s": warning, "p99_critical_s": critical, "cdc_alert_s": cdc, "dms_critical_s": alarm},
        disagreement="the modelled latency reaches a threshold that the document sets for relational databases.",
    )


def _modelled_latency(bench: Bench) -> Histogram:
    """Seconds of a thousand puts and as many reads of call states, as the service is modelled to take."""
    emulator = _fresh(bench, "call_state", latency="service")
    latency = Histogram()
    for number in range(1_000):
        key = {"callId": {"S": f"call-{number}"}, "timestamp": {"S": f"2026-01-20T10:{number:010d}"}}
        for operation, member in (("PutItem", "Item"), ("GetItem", "Key")):
            before = emulator.clock.now()
            emulator.call(operation, {"TableName": "call_state", member: key})
            latency.record(emulator.clock.now() - before)
    return latency
