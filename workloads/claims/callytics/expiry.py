"""Time to live, and what the transient tables are for, in virtual time."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_CACHE = "studio-Cache-prod"
_IDEMPOTENCY = "rc-subscription-prod-idempotency"
_HOUR = 3_600
_DAY = 86_400
_LONGEST_DAYS = 10


def _slow(bench: Bench, table: str) -> VirtualEmulator:
    """The table on an emulator whose expiry is as late as the service's, past the time that enabling takes."""
    emulator = bench.virtual(ttl="service")
    emulator.create(bench.definitions(_SYSTEM, "prod")[table])
    emulator.clock.advance(2 * _HOUR)
    return emulator


def _lags(emulator: VirtualEmulator, table: str, expired_at: float) -> list[float]:
    """Hours from expiry to deletion of each item, looked for every hour."""
    lags: list[float] = []
    held = scan(emulator, table, Select="COUNT").count
    for _ in range(_LONGEST_DAYS * 24):
        if not held:
            break
        emulator.clock.advance(_HOUR)
        left = scan(emulator, table, Select="COUNT").count
        lags += [(emulator.clock.now() - expired_at) / _HOUR] * (held - left)
        held = left
    return lags


@checks("CAL-25")
def expiring_tables(claim: Claim, bench: Bench) -> Finding:
    """Tables with time to live by DescribeTimeToLive, and how late expired items go."""
    backend = bench.estate(_SYSTEM, "prod")
    enabled = {}
    for name in bench.definitions(_SYSTEM, "prod"):
        found = backend.call("DescribeTimeToLive", {"TableName": name})["TimeToLiveDescription"]
        if found["TimeToLiveStatus"] == "ENABLED":
            enabled[name] = found["AttributeName"]
    emulator = _slow(bench, _CACHE)
    expires_at = int(emulator.clock.now()) - 60
    items = ({"cacheKey": {"S": f"k{number}"}, "ttl": {"N": str(expires_at)}} for number in range(200))
    put_all(emulator, _CACHE, items)
    readable = scan(emulator, _CACHE, Select="COUNT").count
    lags = sorted(_lags(emulator, _CACHE, expires_at))
    holds = len(enabled) == claim.number("with TTL") and readable == 200 and len(lags) == 200
    return Finding(
        HOLDS if holds else FAILS,
        f"{len(enabled)} tables ({', '.join(f'{name}: {by}' for name, by in enabled.items())}); of 200 expired items "
        f"{readable} were still read, the last went after {lags[-1]:.0f} h",
        "DescribeTimeToLive of every table; the lag is the emulator's model of the documented “within a few days”.",
        value=len(enabled),
        unit="tables",
        evidence={"tables": enabled, "lag_hours_median": lags[len(lags) // 2], "lag_hours_last": lags[-1]},
    )


@checks("CAL-26")
def cache_lifetime(claim: Claim, bench: Bench) -> Finding:
    """An entry on both sides of its thirtieth day, and until it is gone."""
    emulator = _slow(bench, _CACHE)
    lifetime = claim.number("retention", "s")
    expires_at = int(emulator.clock.now() + lifetime)
    put_all(emulator, _CACHE, [{"cacheKey": {"S": "k"}, "ttl": {"N": str(expires_at)}}])
    key = {"TableName": _CACHE, "Key": {"cacheKey": {"S": "k"}}}
    emulator.clock.advance(lifetime - 1)
    before = "Item" in emulator.call("GetItem", key)
    emulator.clock.advance(2)
    after = "Item" in emulator.call("GetItem", key)
    live = scan(
        emulator,
        _CACHE,
        FilterExpression="#t > :now",
        ExpressionAttributeNames={"#t": "ttl"},
        ExpressionAttributeValues={":now": {"N": str(int(emulator.clock.now()))}},
    ).count
    (lag,) = _lags(emulator, _CACHE, expires_at)
    return Finding(
        PARTLY if before and after and not live else FAILS,
        f"there until 30 days at least, still read after, gone {lag:.0f} h later; a filter on ttl hides it at once",
        "Thirty days is the earliest time of deletion, not its time: who reads must test ttl.",
        value=lifetime / _DAY + lag / 24,
        unit="days until deleted",
        evidence={"read_before": before, "read_after": after, "shown_by_filter": live, "lag_hours": lag},
    )


@checks("CAL-27")
def losing_a_transient_table(claim: Claim, bench: Bench) -> Finding:
    """Duplicate events around the moment when the idempotency table is made anew."""
    emulator = bench.virtual()
    definition = bench.definitions(_SYSTEM, "prod")[_IDEMPOTENCY]
    emulator.create(definition)
    events = [f"event-{number}" for number in range(200)]
    first = sum(_is_first(emulator, event) for event in events)
    emulator.call("DeleteTable", {"TableName": _IDEMPOTENCY})
    emulator.create(definition)
    again = sum(_is_first(emulator, event) for event in events)
    kept = [name for name in (_CACHE, "orangetheory-OAuthStates-prod") if name in bench.definitions(_SYSTEM, "prod")]
    return Finding(
        PARTLY if first == len(events) and again else HOLDS,
        f"{again} of {len(events)} events handled twice after the idempotency table was lost",
        f"{' and '.join(kept)} can be lost without harm; the idempotency table cannot inside its window.",
        value=again,
        unit="events handled twice",
        evidence={"events": len(events), "first_time": first, "second_time": again},
    )


def _is_first(emulator: VirtualEmulator, event: str) -> bool:
    """Whether the conditional put that Lambda Powertools makes finds the event new."""
    request: dict[str, Any] = {
        "TableName": _IDEMPOTENCY,
        "Item": {"id": {"S": event}, "expiration": {"N": str(int(emulator.clock.now()) + _HOUR)}},
        "ConditionExpression": "attribute_not_exists(id) OR expiration < :now",
        "ExpressionAttributeValues": {":now": {"N": str(int(emulator.clock.now()))}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    try:
        emulator.call("PutItem", request)
    except DynamoDBError as error:
        if error.code != "ConditionalCheckFailedException":
            raise
        return False
    return True


@checks("CAL-28")
def deduplication(claim: Claim, bench: Bench) -> Finding:
    """A hundred conditional puts of each of many ids, in a drawn order; who wins, and what the losers consume."""
    ids, times = 200, 100
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[_IDEMPOTENCY])
    before = _consumed(emulator)
    won = {f"id-{number}": 0 for number in range(ids)}
    for turn in range(times):
        for number in range(ids):
            event = f"id-{(number * 7 + turn) % ids}"
            won[event] += _is_first(emulator, event)
    units = _consumed(emulator) - before
    once = sum(count == 1 for count in won.values())
    return Finding(
        HOLDS if once == ids and units == ids * times else FAILS,
        f"{once} of {ids} ids won once in {times} tries each; {units:,.0f} write units for {ids * times:,} puts",
        "Conditional writes of one item are serialized; those that fail consume write units all the same.",
        value=once,
        unit="ids won once",
        evidence={"ids": ids, "tries": times, "write_units": units},
    )


def _consumed(emulator: VirtualEmulator) -> float:
    """Write units of the table so far."""
    totals = emulator.client.engine.meter.totals()
    return sum(written for (table, _), (_, written) in totals.items() if table == _IDEMPOTENCY) / 2
