"""Time to live, and what the transient tables are for, in virtual time."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.retention import DAY_SECONDS, HOUR_SECONDS, expiring, lag_of, lags, slow_emulator

_SYSTEM = "callytics"
_CACHE = "studio-Cache-prod"
_IDEMPOTENCY = "rc-subscription-prod-idempotency"


@checks("CAL-25")
def expiring_tables(claim: Claim, bench: Bench) -> Finding:
    """Tables with time to live by DescribeTimeToLive, and how late expired items go."""
    enabled = expiring(bench.estate(_SYSTEM, "prod"), list(bench.definitions(_SYSTEM, "prod")))
    readable, hours = lag_of(bench, bench.definitions(_SYSTEM, "prod")[_CACHE])
    # The first may go within the minute that has passed: the lag of each is drawn, from nothing to days.
    holds = len(enabled) == claim.number("with TTL") and readable >= 190 and len(hours) == readable
    return Finding(
        HOLDS if holds else FAILS,
        f"{len(enabled)} tables ({', '.join(f'{name}: {by}' for name, by in enabled.items())}); of 200 expired items "
        f"{readable} were still read, the last went after {hours[-1]:.0f} h",
        "DescribeTimeToLive of every table; the lag is the emulator's model of the documented “within a few days”.",
        value=len(enabled),
        unit="tables",
        evidence={"tables": enabled, "lag_hours_median": hours[len(hours) // 2], "lag_hours_last": hours[-1]},
    )


@checks("CAL-26")
def cache_lifetime(claim: Claim, bench: Bench) -> Finding:
    """An entry on both sides of its thirtieth day, and until it is gone."""
    emulator = slow_emulator(bench, bench.definitions(_SYSTEM, "prod")[_CACHE])
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
    (lag,) = lags(emulator, _CACHE, expires_at)
    return Finding(
        PARTLY if before and after and not live else FAILS,
        f"there until 30 days at least, still read after, gone {lag:.0f} h later; a filter on ttl hides it at once",
        "Thirty days is the earliest time of deletion, not its time: who reads must test ttl.",
        value=lifetime / DAY_SECONDS + lag / 24,
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
        "Item": {"id": {"S": event}, "expiration": {"N": str(int(emulator.clock.now()) + HOUR_SECONDS)}},
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
