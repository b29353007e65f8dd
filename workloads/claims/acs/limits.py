"""Limits that many callers share: rate windows, members of an organization, spikes; and pages of what is large."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims.acs.keys import fresh
from dynarig.workloads.claims.acs.settings import PREFIX, SYSTEM
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import read_all, refusal, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.driving import Driven, Request, drive
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.retention import DAY_SECONDS, lag_of

_CLIENTS = 50
_SCALE = 0.02
_WATCHED = ("WriteThrottleEvents", "UserErrors")


@checks("ACS-13")
def ai_window(claim: Claim, bench: Bench) -> Finding:
    """Fifty clients against one window: by a conditional ADD, and by reading before writing."""
    limit = int(claim.number("limit"))
    table = PREFIX + "RL_AI"
    atomic, raced = (_admitted(bench, table, "request_count", limit, way) for way in (_add, _read_then_write))
    shown = claim.number("request_count in the example")
    return Finding(
        PARTLY if atomic == limit and raced > limit else HOLDS if raced == limit else FAILS,
        f"{atomic} of {limit} admitted by a conditional update, {raced} by reading first; the example itself shows "
        f"{shown:g} of {limit}",
        "Exact only as one conditional atomic update; and one item takes 1,000 writes a second at most.",
        value=atomic,
        unit="requests admitted",
        evidence={"conditional": atomic, "read_then_write": raced, "clients": _CLIENTS},
    )


Admit = Callable[[VirtualEmulator, str, str, int, int | None], bool]


def _admitted(bench: Bench, table: str, counter: str, limit: int, admit: Admit) -> int:
    """How many of three times the limit are admitted, when each round of clients reads before any of it writes."""
    emulator = bench.virtual()
    emulator.create(bench.definitions(SYSTEM)[table])
    key = {"associated_account": {"S": "a"}}
    emulator.call("PutItem", {"TableName": table, "Item": {**key, counter: {"N": "0"}}})
    admitted = 0
    for _ in range(3 * limit // _CLIENTS + 1):
        found = emulator.call("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})["Item"]
        seen = int(found[counter]["N"])
        for _ in range(_CLIENTS):
            admitted += admit(emulator, table, counter, limit, seen)
    return admitted


def _add(emulator: VirtualEmulator, table: str, counter: str, limit: int, seen: int | None) -> bool:
    request = {
        "TableName": table,
        "Key": {"associated_account": {"S": "a"}},
        "UpdateExpression": "ADD #c :one",
        "ConditionExpression": "#c < :limit",
        "ExpressionAttributeNames": {"#c": counter},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": str(limit)}},
    }
    return not refusal(emulator, "UpdateItem", request)


def _read_then_write(emulator: VirtualEmulator, table: str, counter: str, limit: int, seen: int | None) -> bool:
    """A client that admits by what its round has read, and writes that plus one."""
    assert seen is not None
    if seen >= limit:
        return False
    request = {
        "TableName": table,
        "Key": {"associated_account": {"S": "a"}},
        "UpdateExpression": "SET #c = :next",
        "ExpressionAttributeNames": {"#c": counter},
        "ExpressionAttributeValues": {":next": {"N": str(seen + 1)}},
    }
    return not refusal(emulator, "UpdateItem", request)


@checks("ACS-14")
def aws_window(claim: Claim, bench: Bench) -> Finding:
    """A total and the map of its parts, changed in one update and in two, with failures between."""
    sums = {one: _service_calls(bench, claim, one) for one in (True, False)}
    together, apart = sums[True], sums[False]
    example = 400 + 300 + 250
    exact = example == claim.number("aws_requests")
    return Finding(
        PARTLY if exact and together == 0 and apart else HOLDS if exact and not apart else FAILS,
        f"the example adds up ({example}); after 950 calls the total differs from its parts by {together} when one "
        f"update changes both, by {apart} when two do and 2 % fail between",
        "The sum stays right only if the total and its part are changed in one UpdateItem.",
        value=apart,
        unit="requests of difference",
        evidence={"one_update": together, "two_updates": apart, "example": example},
    )


def _service_calls(bench: Bench, claim: Claim, together: bool) -> int:
    emulator = fresh(bench, "RL_AWS")
    table, key = PREFIX + "RL_AWS", {"associated_account": {"S": "a"}}
    services = {"dynamodb": {"N": "0"}, "s3": {"N": "0"}, "ses": {"N": "0"}}
    item = {**key, "aws_requests": {"N": "0"}, "metadata": {"M": {"service_calls": {"M": services}}}}
    emulator.call("PutItem", {"TableName": table, "Item": item})
    draw = Random(bench.options.seed)
    part = "metadata.service_calls.#s = metadata.service_calls.#s + :one"
    one = {":one": {"N": "1"}}
    for _ in range(int(claim.number("aws_requests"))):
        names = {"ExpressionAttributeNames": {"#s": draw.choice(tuple(services))}}
        base = {"TableName": table, "Key": key, "ExpressionAttributeValues": one}
        if together:
            both = f"SET aws_requests = aws_requests + :one, {part}"
            emulator.call("UpdateItem", {**base, **names, "UpdateExpression": both})
        else:
            emulator.call("UpdateItem", {**base, "UpdateExpression": "SET aws_requests = aws_requests + :one"})
            if draw.random() >= 0.02:
                emulator.call("UpdateItem", {**base, **names, "UpdateExpression": f"SET {part}"})
    found = emulator.call("GetItem", {"TableName": table, "Key": key})["Item"]
    parts = found["metadata"]["M"]["service_calls"]["M"].values()
    return abs(int(found["aws_requests"]["N"]) - sum(int(each["N"]) for each in parts))


@checks("ACS-32")
def members(claim: Claim, bench: Bench) -> Finding:
    """Joins beyond the limit: a counter and the member in one transaction, and a count before a put."""
    limit = int(claim.number("limit"))
    counted, cancelled = _join_by_transaction(bench, limit)
    raced = _join_by_count(bench, limit)
    return Finding(
        PARTLY if counted == limit and raced > limit else HOLDS if raced == limit else FAILS,
        f"{counted} members by a transaction with a counter ({cancelled} cancelled), {raced} by counting first",
        "Only a counter in the same transaction keeps the limit; counting first races.",
        value=counted,
        unit="members",
        evidence={"transaction": counted, "cancelled": cancelled, "count_first": raced},
    )


def _organization(bench: Bench) -> VirtualEmulator:
    emulator = bench.virtual()
    for table in ("Organizations", "OrganizationMembers"):
        emulator.create(bench.definitions(SYSTEM)[PREFIX + table])
    organization = {"organization_id": {"S": "o"}, "members": {"N": "0"}}
    emulator.call("PutItem", {"TableName": PREFIX + "Organizations", "Item": organization})
    return emulator


def _member(number: int) -> dict[str, Any]:
    item = {"organization_id": {"S": "o"}, "user_id": {"S": f"u{number}"}}
    return {"TableName": PREFIX + "OrganizationMembers", "Item": item}


def _join_by_transaction(bench: Bench, limit: int) -> tuple[int, int]:
    emulator, cancelled = _organization(bench), 0
    count = {
        "TableName": PREFIX + "Organizations",
        "Key": {"organization_id": {"S": "o"}},
        "UpdateExpression": "ADD members :one",
        "ConditionExpression": "members < :limit",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": str(limit)}},
    }
    for number in range(limit + 30):
        try:
            emulator.call("TransactWriteItems", {"TransactItems": [{"Update": count}, {"Put": _member(number)}]})
        except DynamoDBError as error:
            if error.code != "TransactionCanceledException":
                raise
            cancelled += 1
    return scan(emulator, PREFIX + "OrganizationMembers", Select="COUNT").count, cancelled


def _join_by_count(bench: Bench, limit: int) -> int:
    emulator, together = _organization(bench), 30
    for start in range(0, limit + together, together):
        seen = scan(emulator, PREFIX + "OrganizationMembers", Select="COUNT").count
        for number in range(start, start + together):
            if seen < limit:
                emulator.call("PutItem", _member(number))
    return scan(emulator, PREFIX + "OrganizationMembers", Select="COUNT").count


@checks("ACS-19")
def spikes(claim: Claim, bench: Bench) -> Finding:
    """A new on-demand table at 1 to 5 times 2,000 writes a second, and one hot key at 2,000."""
    steps = {factor: _spike(bench, 2_000 * factor, hot=False) for factor in (1, 2, 3, 5)}
    hot = _spike(bench, 2_000, hot=True)
    early = {factor: driven.share_refused for factor, driven in steps.items()}
    return Finding(
        PARTLY if not early[1] and early[5] and hot.refused else HOLDS if not early[5] else FAILS,
        ", ".join(f"{2_000 * factor:,}/s: {share:.0%} throttled" for factor, share in early.items())
        + f"; one key at 2,000/s: {hot.share_refused:.0%}",
        "A new table takes 4,000 writes a second at once and twice its peak later on; one key takes 1,000 whatever the "
        "table does.",
        value=early[5],
        unit="share throttled at 10,000/s",
        evidence={"steps": {str(key): each.to_json() for key, each in steps.items()}, "hot_key": hot.to_json()},
    )


def _spike(bench: Bench, per_second: int, hot: bool) -> Driven:
    emulator = fresh(bench, "Sessions", capacity="enforce", capacity_scale=_SCALE)
    draw = Random(bench.options.seed)

    def put(number: int) -> Request:
        session = "hot" if hot else str(UUID(int=draw.getrandbits(128)))
        return "PutItem", {"TableName": PREFIX + "Sessions", "Item": {"session_id": {"S": session}}}

    return drive(emulator, round(per_second * _SCALE), 30, put)


@checks("ACS-12", "ACS-26")
def pages(claim: Claim, bench: Bench) -> Finding:
    """Conversations of many megabytes: how many pages, whether anything is missing, in which order."""
    table = PREFIX + "Conversations"
    emulator = fresh(bench, "Conversations")
    draw = Random(bench.options.seed)
    count, each = 300, 18_000
    sent = {}
    for number in range(count):
        response = str(UUID(int=draw.getrandbits(128)))
        sent[response] = number
        item = {"conversation_id": {"S": "c"}, "response_id": {"S": response}, "timestamp": {"N": str(number)}}
        emulator.call("PutItem", {"TableName": table, "Item": {**item, "body": {"S": "x" * each}}})
    query = {
        "TableName": table,
        "KeyConditionExpression": "conversation_id = :c",
        "ExpressionAttributeValues": {":c": {"S": "c"}},
    }
    read = read_all(emulator, "Query", query)
    found = [item["response_id"]["S"] for item in read.items]
    complete = sorted(found) == sorted(sent) and len(set(found)) == len(found)
    in_time = [sent[response] for response in found] == sorted(sent.values())
    size = count * each / 1e6
    if claim.id == "ACS-26":
        verdict = HOLDS if complete and read.pages >= size / 1.05 - 1 else FAILS
        why = "1 MB a page, before any filter; the last page may carry a key behind which nothing follows."
    else:
        verdict = HOLDS if complete and in_time else PARTLY if complete else FAILS
        why = "Complete once every page is read, but in the order of the UUIDs and not of time."
    return Finding(
        verdict,
        f"{len(found)} of {count} items in {read.pages} pages ({size:.1f} MB), none twice, "
        + ("in order of time" if in_time else "not in order of time"),
        why,
        value=read.pages,
        unit="pages",
        evidence={"items": count, "bytes_each": each, "in_order_of_time": in_time},
    )


@checks("ACS-11")
def session_expiry(claim: Claim, bench: Bench) -> Finding:
    """Expired sessions until they are gone; and the ttl of the document's own example."""
    readable, hours = lag_of(bench, bench.definitions(SYSTEM)[PREFIX + "Sessions"])
    example = claim.number("ttl example")
    created = 1_704_067_200  # 2024-01-01T00:00:00Z, created_at of the example
    off_days = claim.number("expires_at minus created_at") - (example - created) / DAY_SECONDS
    return Finding(
        PARTLY if readable and hours and off_days else HOLDS if hours else FAILS,
        f"{readable} of 200 expired sessions still read, gone after {hours[0]:.0f} to {hours[-1]:.0f} h; the example's "
        "ttl "
        f"is {off_days:g} days before its expires_at",
        "They go by themselves, days late as modelled after the documentation, so expiry is for the reader to test; "
        "the "
        "example's ttl is its creation time.",
        value=hours[len(hours) // 2],
        unit="hours until deleted (median)",
        evidence={"readable": readable, "lag_hours": [hours[0], hours[-1]], "example_off_days": off_days},
    )


@checks("ACS-31")
def invites(claim: Claim, bench: Bench) -> Finding:
    """An invitation found by its token long after it has expired."""
    emulator = fresh(bench, "OrganizationInvites", ttl="at-once")
    item = {
        "invite_id": {"S": "i"},
        "timestamp": {"S": "2024-01-01T00:00:00Z"},
        "invite_token": {"S": "t"},
        "expires_at": {"S": "2024-01-08T00:00:00Z"},
        "status": {"S": "pending"},
    }
    emulator.call("PutItem", {"TableName": PREFIX + "OrganizationInvites", "Item": item})
    emulator.clock.advance(claim.number("invite") * DAY_SECONDS * 10)
    found = read_all(
        emulator,
        "Query",
        {
            "TableName": PREFIX + "OrganizationInvites",
            "IndexName": "invite_token-index",
            "KeyConditionExpression": "invite_token = :t",
            "ExpressionAttributeValues": {":t": {"S": "t"}},
        },
    ).count
    ttl = bench.definitions(SYSTEM)[PREFIX + "OrganizationInvites"].time_to_live
    return Finding(
        PARTLY if found and ttl is None else HOLDS,
        f"{found} invitation found 70 days later; time to live: {ttl or 'none'}",
        "The date is text and the table has no time to live: nothing deletes it, the reader must look at expires_at.",
        value=found,
        unit="expired invitations found",
    )


@checks("ACS-23")
def alerts(claim: Claim, bench: Bench) -> Finding:
    """An alarm on each of the three, at a threshold of our own: which of them can fire."""
    emulator = fresh(bench, "Sessions", capacity="enforce", capacity_scale=_SCALE)
    for name in _WATCHED:
        emulator.cloudwatch("PutMetricAlarm", _alarm(name))
    for number in range(200):
        item = {"session_id": {"S": "hot"}, "n": {"N": str(number)}}
        refusal(emulator, "PutItem", {"TableName": PREFIX + "Sessions", "Item": item})
        refusal(emulator, "PutItem", {"TableName": PREFIX + "Sessions", "Item": {}})
    emulator.call("CreateBackup", {"TableName": PREFIX + "Sessions", "BackupName": "by-hand"})
    refusal(emulator, "CreateBackup", {"TableName": PREFIX + "Session", "BackupName": "of-no-table"})
    emulator.clock.advance(120)
    counted = {name: _sum(emulator, name) for name in _WATCHED}
    alarms = emulator.cloudwatch("DescribeAlarms", {})["MetricAlarms"]
    fired = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    listed = emulator.cloudwatch("ListMetrics", {"Namespace": "AWS/DynamoDB"})["Metrics"]
    of_backups = {metric["MetricName"] for metric in listed if "Backup" in metric["MetricName"]}
    both = len(fired) == len(_WATCHED)
    return Finding(
        HOLDS if both and of_backups else PARTLY if fired else FAILS,
        ", ".join(f"{name} {count:g}" for name, count in counted.items())
        + f": {len(fired)} of {len(_WATCHED)} alarms fire; {len(of_backups)} metrics tell of a failed backup",
        "Throttling and errors are counted by the minute and set off alarms; a failed backup is no metric of "
        "DynamoDB's, and no threshold is given that could be right or wrong.",
        value=len(fired),
        unit="of 3 alerts",
        evidence={"counted": counted, "fired": fired, "metrics_of_backups": sorted(of_backups)},
        disagreement="which of the three alerts can fire at all does not depend on a threshold, so it can be measured.",
    )


def _dimensions(metric: str) -> list[dict[str, str]]:
    """UserErrors are the account's; a table's own otherwise."""
    return [] if metric == "UserErrors" else [{"Name": "TableName", "Value": PREFIX + "Sessions"}]


def _alarm(metric: str) -> dict[str, Any]:
    return {
        "AlarmName": metric,
        "MetricName": metric,
        "Namespace": "AWS/DynamoDB",
        "Dimensions": _dimensions(metric),
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def _sum(emulator: VirtualEmulator, name: str) -> float:
    now = emulator.clock.now()
    request = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": name,
        "Dimensions": _dimensions(name),
        "StartTime": now - 600,
        "EndTime": now,
        "Period": 60,
        "Statistics": ["Sum"],
    }
    points = emulator.cloudwatch("GetMetricStatistics", request)["Datapoints"]
    return float(sum(point["Sum"] for point in points))
