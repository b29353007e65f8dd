"""The document's alarms, put into CloudWatch as it writes them and judged by the clock: which can fire, and on what."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.call import Call
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.miyabi.load import fresh, table_of
from dynarig.workloads.claims.register import checks

_ALARM = "miyabi-dynamodb-throttle-production"
_SCALE = 0.02


def _alarm(bench: Bench, name: str, metric: str, dimensions: list[dict[str, str]]) -> dict[str, Any]:
    """The Terraform alarm over a metric."""
    return {
        "AlarmName": name,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 2,
        "MetricName": metric,
        "Namespace": "AWS/DynamoDB",
        "Period": 300,
        "Statistic": "Sum",
        "Threshold": 10.0,
        "Dimensions": dimensions,
    }


def _states(emulator: VirtualEmulator) -> dict[str, str]:
    found = emulator.cloudwatch("DescribeAlarms", {})["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}


def _sum(emulator: VirtualEmulator, metric: str, dimensions: list[dict[str, str]]) -> float:
    now = emulator.clock.now()
    request = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": metric,
        "Dimensions": dimensions,
        "StartTime": now - 7_200,
        "EndTime": now,
        "Period": 60,
        "Statistics": ["Sum"],
    }
    return float(sum(point["Sum"] for point in emulator.cloudwatch("GetMetricStatistics", request)["Datapoints"]))


def _watched(bench: Bench, kind: str) -> dict[str, Any]:
    """Twenty minutes of one kind of fault, with the document's alarm and what it might have meant."""
    table = table_of(bench)
    emulator = fresh(bench, capacity="enforce", capacity_scale=_SCALE)
    by_table = [{"Name": "TableName", "Value": table}]
    by_operation = [*by_table, {"Name": "Operation", "Value": "PutItem"}]
    for name, metric, dimensions in (
        (_ALARM, "UserErrors", by_table),
        ("account's UserErrors", "UserErrors", []),
        ("WriteThrottleEvents", "WriteThrottleEvents", by_table),
    ):
        emulator.cloudwatch("PutMetricAlarm", _alarm(bench, name, metric, dimensions))
    refused = 0
    for number in range(20):
        for each in range(60):
            refused += bool(_fault(emulator, table, kind, number * 60 + each))
        emulator.clock.advance(60)
    emulator.clock.advance(120)
    return {
        "refused": refused,
        "states": _states(emulator),
        "UserErrors": _sum(emulator, "UserErrors", []),
        "UserErrors by table": _sum(emulator, "UserErrors", by_table),
        "ThrottledRequests": _sum(emulator, "ThrottledRequests", by_operation),
    }


def _fault(emulator: VirtualEmulator, table: str, kind: str, number: int) -> str:
    """A put on a key without capacity, or one that is malformed."""
    item = {"PK": {"S": "USER#hot"}, "SK": {"S": f"{number:06d}"}} if kind == "throttling" else {"PK": {"S": ""}}
    return refusal(emulator, "PutItem", {"TableName": table, "Item": item})


@checks("MYB-18")
def throttling_alarm(claim: Claim, bench: Bench) -> Finding:
    """The alarm on UserErrors under throttling alone and under malformed requests alone."""
    found = {kind: _watched(bench, kind) for kind in ("throttling", "malformed")}
    fires = found["throttling"]["states"][_ALARM] == "ALARM"
    throttling, malformed = found["throttling"], found["malformed"]
    return Finding(
        HOLDS if fires else FAILS,
        f"{throttling['refused']:,} throttled requests: UserErrors {throttling['UserErrors']:.0f}, ThrottledRequests "
        f"{throttling['ThrottledRequests']:.0f}, the alarm is {throttling['states'][_ALARM]}; {malformed['refused']:,} "
        f"malformed ones: UserErrors {malformed['UserErrors']:.0f} of the account, "
        f"{malformed['UserErrors by table']:.0f} of "
        "the table",
        "UserErrors leaves throttling out and has no dimension TableName, so this alarm has no data and cannot fire; "
        "one on "
        f"WriteThrottleEvents is {throttling['states']['WriteThrottleEvents']}.",
        value=throttling["UserErrors by table"],
        unit="UserErrors of the table",
        evidence=found,
    )


@checks("MYB-19")
def two_periods(claim: Claim, bench: Bench) -> Finding:
    """Six minutes of faults against the prose's five minutes and the Terraform's two periods."""
    emulator = fresh(bench)
    emulator.cloudwatch("PutMetricAlarm", _alarm(bench, "two periods", "UserErrors", []))
    emulator.cloudwatch("PutMetricAlarm", {**_alarm(bench, "one period", "UserErrors", []), "EvaluationPeriods": 1})
    fired: dict[str, float] = {}
    began = emulator.clock.now()
    for _ in range(30):
        for number in range(5):
            _fault(emulator, table_of(bench), "malformed", number)
        emulator.clock.advance(60)
        for name, state in _states(emulator).items():
            if state == "ALARM":
                fired.setdefault(name, (emulator.clock.now() - began) / 60)
        if len(fired) == 2:
            break
    later = fired.get("two periods", 0) > fired.get("one period", 0) > 0
    minutes = claim.number("evaluation") * claim.number("period") / 60
    return Finding(
        CONTRADICTED if later else HOLDS,
        f"“in 5 minutes” against {minutes:.0f}: five errors a minute set off one period after "
        f"{fired.get('one period', 0):.0f} minutes, two periods after {fired.get('two periods', 0):.0f}",
        "The prose says five minutes, the Terraform asks for two periods of five.",
        value=fired.get("two periods"),
        unit="minutes until the alarm",
        evidence=fired,
    )


@checks("MYB-21")
def error_rate(claim: Claim, bench: Bench) -> Finding:
    """System errors as a share of requests: an alarm of metric math and one of the count, at several shares."""
    limit = claim.number("threshold")
    states = {share: _system_errors(bench, share, limit) for share in (0.005, 0.01, 0.02)}
    by_math = all((state["by_math"] == "ALARM") == (share * 100 > limit) for share, state in states.items())
    by_count = all((state["by_count"] == "ALARM") == (share * 100 > limit) for share, state in states.items())
    return Finding(
        HOLDS if by_count else PARTLY if by_math else FAILS,
        ", ".join(f"{share:.1%} of requests: {state['by_math']}" for share, state in states.items())
        + f" by metric math; by the count alone, above {limit:g}, half a percent is {states[0.005]['by_count']}",
        "SystemErrors is a count; a share needs metric math with a count of requests.",
        value=max((100 * share for share, state in states.items() if state["by_math"] != "ALARM"), default=0.0),
        unit="percent without an alarm",
        evidence={str(share): state for share, state in states.items()},
    )


def _system_errors(bench: Bench, share: float, limit: float) -> dict[str, str]:
    """How alarms over SystemErrors stand after a thousand requests of which a share failed."""
    emulator = fresh(bench)
    table = table_of(bench)
    dimensions = [{"Name": "TableName", "Value": table}, {"Name": "Operation", "Value": "GetItem"}]
    count = {**_alarm(bench, "by_count", "SystemErrors", dimensions), "EvaluationPeriods": 1, "Threshold": limit}
    of_metric = ("MetricName", "Namespace", "Period", "Statistic", "Dimensions")
    by_math = {name: value for name, value in count.items() if name not in of_metric}

    def query(name: str, metric: str, statistic: str) -> dict[str, Any]:
        stat = {
            "Metric": {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": dimensions},
            "Period": 300,
            "Stat": statistic,
        }
        return {"Id": name, "MetricStat": stat, "ReturnData": False}

    queries = [
        query("failed", "SystemErrors", "Sum"),
        query("answered", "SuccessfulRequestLatency", "SampleCount"),
        {"Id": "share", "Expression": "100 * FILL(failed, 0) / (answered + FILL(failed, 0))"},
    ]
    emulator.cloudwatch("PutMetricAlarm", count)
    emulator.cloudwatch("PutMetricAlarm", {**by_math, "AlarmName": "by_math", "Metrics": queries})
    requests, failures = 1_000, round(1_000 * share)
    for number in range(requests - failures):
        key = {"PK": {"S": f"u{number}"}, "SK": {"S": "s"}}
        emulator.call("GetItem", {"TableName": table, "Key": key})
    for _ in range(failures):
        emulator.client.engine.services.count_broken(_get_call(emulator, table))
    emulator.clock.advance(120)
    return _states(emulator)


def _get_call(emulator: VirtualEmulator, table: str) -> Call:
    key = {"PK": {"S": "u"}, "SK": {"S": "s"}}
    return Call("GetItem", {"TableName": table, "Key": key}, region=emulator.region)
