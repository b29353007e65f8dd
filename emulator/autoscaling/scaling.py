"""The auto scaling of one account and region: its API, and what an alarm makes it do.

Rule: changes go through UpdateTable, one at a time: while the table is not ACTIVE, or a cool-down runs, an alarm is let
pass and calls again a minute later. Every attempt leaves an activity; their number is bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from dynarig.emulator.autoscaling.policy import IN_PERIODS, OUT, Policy, checked_configuration, describe
from dynarig.emulator.autoscaling.target import (
    Subject,
    Target,
    invalid_token,
    names_of,
    not_found,
    subject_of,
    tagged_not_found,
    too_many_tags,
    validation,
)
from dynarig.emulator.cloudwatch.alarm import Alarm
from dynarig.emulator.cloudwatch.alarms import Alarms
from dynarig.emulator.metrics.names import MetricKey, of_table
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import MINUTE_SECONDS, Store
from dynarig.emulator.model.call import Reply
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.lifecycle import CHANGE_DONE, run_lifecycle
from dynarig.emulator.storage.table_settings import ACTIVE, PROVISIONED, Throughput
from dynarig.emulator.storage.work import Work

Request = dict[str, Any]
DynamoDB = Callable[[str, Request, float], Reply]  # an operation's name, its request, the time

_ROLE = (
    "aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
_ACTIVITIES_MAX = 1000
_PAGE = 50
_POLICIES_MAX = 50
_TAGS_MAX = 50


class AutoScaling:
    """Mutable. catalog: finds its tables, which are looked at here and changed by calls. random: for identifiers."""

    def __init__(
        self, catalog: Callable[[], Catalog], alarms: Alarms, store: Store, dynamodb: DynamoDB, random: Random
    ) -> None:
        self._find_catalog = catalog
        self._alarms = alarms
        self._store = store
        self._dynamodb = dynamodb
        self._random = random
        self._targets: dict[tuple[str, str], Target] = {}
        self._policies: dict[str, Policy] = {}  # by ARN
        self._activities: deque[Request] = deque(maxlen=_ACTIVITIES_MAX)

    @property
    def _catalog(self) -> Catalog:
        return self._find_catalog()

    # the API

    def register(self, request: Request, now: float) -> Request:
        """RegisterScalableTarget: a new one needs both bounds, a known one takes what is given, except tags."""
        subject = subject_of(request)
        least, most = request.get("MinCapacity"), request.get("MaxCapacity")
        target = self._targets.get((subject.resource_id, subject.dimension))
        if target is None:
            if least is None or most is None:
                raise validation("A min capacity and a max capacity must be specified for a new scalable target")
            self._units(subject)
            account, region = self._catalog.account, self._catalog.region
            mark = self._mark().replace("-", "")[:20]
            arn = f"arn:aws:application-autoscaling:{region}:{account}:scalable-target/{mark}"
            role = request.get("RoleARN") or f"arn:aws:iam::{account}:role/{_ROLE}"
            target = Target(subject, arn, role, now, least, most)
            _tag(target, request.get("Tags") or {})
        least = target.least if least is None else least
        most = target.most if most is None else most
        if least > most:
            raise validation("Maximum capacity cannot be less than minimum capacity")
        target.least, target.most = least, most
        target.suspended |= request.get("SuspendedState") or {}
        self._targets[(subject.resource_id, subject.dimension)] = target
        return {"ScalableTargetARN": target.arn}

    def deregister(self, request: Request, now: float) -> Request:
        """DeregisterScalableTarget: its policies and their alarms go with it."""
        target = self._target(subject_of(request))
        for policy in [each for each in self._policies.values() if each.subject == target.subject]:
            self._drop(policy, now)
        del self._targets[(target.subject.resource_id, target.subject.dimension)]
        return {}

    def tag(self, request: Request, now: float) -> Request:
        """TagResource: a key that is there gets the new value."""
        _tag(self._tagged(request), request["Tags"])
        return {}

    def untag(self, request: Request, now: float) -> Request:
        """UntagResource: a key that is not there is passed over."""
        tags = self._tagged(request).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags(self, request: Request, now: float) -> Request:
        """ListTagsForResource."""
        return {"Tags": dict(self._tagged(request).tags)}

    def _tagged(self, request: Request) -> Target:
        arn = request["ResourceARN"]
        for target in self._targets.values():
            if target.arn == arn:
                return target
        raise tagged_not_found(arn)

    def put_policy(self, request: Request, now: float) -> Request:
        """PutScalingPolicy: made anew or replaced, with its alarms."""
        subject = subject_of(request)
        self._target(subject)
        configuration = checked_configuration(request, subject)
        policy = self._policy(request["PolicyName"], subject)
        if policy is None:
            if any(each.subject == subject for each in self._policies.values()):
                raise validation("Only one TargetTrackingScaling policy for a given metric specification is allowed.")
            account, region = self._catalog.account, self._catalog.region
            arn = (
                f"arn:aws:autoscaling:{region}:{account}:scalingPolicy:{self._mark()}:"
                f"resource/dynamodb/{subject.resource_id}:policyName/{request['PolicyName']}"
            )
            policy = self._policies[arn] = Policy(request["PolicyName"], arn, subject, configuration, now)
        policy.configuration = configuration
        self._set_alarms(policy, self._units(subject), now)
        described = describe(policy, self._alarm_arns(policy))
        return {"PolicyARN": policy.arn, "Alarms": described["Alarms"]}

    def delete_policy(self, request: Request, now: float) -> Request:
        """DeleteScalingPolicy, and its alarms."""
        policy = self._policy(request["PolicyName"], subject_of(request))
        if policy is None:
            raise not_found(f"No scaling policy found for name: {request['PolicyName']}")
        self._drop(policy, now)
        return {}

    def describe_targets(self, request: Request, now: float) -> Request:
        """DescribeScalableTargets."""
        ids, dimension = request.get("ResourceIds"), request.get("ScalableDimension")
        found = [
            target.describe()
            for target in self._targets.values()
            if (not ids or target.subject.resource_id in ids) and dimension in (None, target.subject.dimension)
        ]
        return _paged("ScalableTargets", found, request)

    def describe_policies(self, request: Request, now: float) -> Request:
        """DescribeScalingPolicies."""
        names = request.get("PolicyNames")
        found = [
            describe(policy, self._alarm_arns(policy))
            for policy in self._policies.values()
            if (not names or policy.name in names or policy.arn in names) and _is_of(request, names_of(policy.subject))
        ]
        return _paged("ScalingPolicies", found, request)

    def describe_activities(self, request: Request, now: float) -> Request:
        """DescribeScalingActivities, newest first."""
        found = []
        for activity in reversed(self._activities):
            if _is_of(request, activity):
                running = activity["StatusCode"] == "Successful" and activity["EndTime"] > now
                shown = {name: value for name, value in activity.items() if not (running and name == "EndTime")}
                found.append({**shown, "StatusCode": "InProgress"} if running else shown)
        return _paged("ScalingActivities", found, request)

    # what alarms do

    def act(self, action: str, alarm: Alarm, at: float) -> str | None:
        """Follow an alarm that is in ALARM; answers the history's line, None where there was nothing to do."""
        policy = self._policies.get(action)
        if policy is None:
            return None
        direction = policy.direction_of(alarm.name)
        table = self._catalog.get(policy.subject.table)
        if table is not None:  # a leap of the clock passes this minute before tables have done what fell due in it
            run_lifecycle(self._catalog, table, at, Work(0))
        throughput = self._throughput(policy.subject)
        if throughput is None or self._is_busy(policy.subject):
            return None
        current = policy.subject.units_of(throughput)
        if direction is None:
            self._set_alarms(policy, current, at)
            return f"Successfully executed action {action}"
        target = self._target(policy.subject)
        wanted = self._wanted(policy, target, direction, at)
        is_change = wanted is not None and (wanted > current if direction == OUT else wanted < current)
        if not is_change or not self._may(policy, target, direction, at):
            return None
        assert wanted is not None
        self._change(policy, target, direction, (current, wanted), alarm, at)
        return f"Successfully executed action {action}"

    def _wanted(self, policy: Policy, target: Target, direction: str, at: float) -> int | None:
        """Units to be provisioned within the target's bounds; None where nothing was consumed of late."""
        subject = policy.subject
        namespace = Namespace(self._catalog.account, self._catalog.region)
        key = MetricKey(namespace, f"Consumed{subject.member}", of_table(subject.table, subject.index))
        span = (at - IN_PERIODS * MINUTE_SECONDS, at)
        consumed = [values.total / 2 for values in self._store.read(key, span, MINUTE_SECONDS).values()]
        if not consumed:
            return None
        return min(max(policy.wanted_units(direction, consumed), target.least), target.most)

    def _may(self, policy: Policy, target: Target, direction: str, at: float) -> bool:
        """Whether neither a cool-down nor a suspension holds it back."""
        if target.suspended.get(f"DynamicScaling{direction.capitalize()}Suspended"):
            return False
        last = target.scaled_out_at if direction == OUT else max(target.scaled_in_at, target.scaled_out_at)
        return at >= last + policy.cooldown_seconds(direction)

    def _change(
        self, policy: Policy, target: Target, direction: str, units: tuple[int, int], alarm: Alarm, at: float
    ) -> None:
        """Change from units to units by UpdateTable, and note what became of it."""
        subject, wanted = policy.subject, units[1]
        reply = self._dynamodb("UpdateTable", self._update_request(subject, wanted), at)
        noun = f"{subject.axis.lower()} capacity units"
        activity: Request = {
            "ActivityId": self._mark(),
            **names_of(subject),
            "Description": f"Setting {noun} to {wanted}.",
            "Cause": f"monitor alarm {alarm.name} in state ALARM triggered policy {policy.name}",
            "StartTime": at,
            "EndTime": at,
        }
        if reply.error_code is not None:
            text = reply.payload.get("message") or reply.payload.get("Message") or reply.error_code
            activity |= {"StatusCode": "Failed", "StatusMessage": f"Failed to set {noun} to {wanted}. Reason: {text}"}
        else:
            done_at = self._done_at(subject, at)
            if direction == OUT:
                target.scaled_out_at = done_at
            else:
                target.scaled_in_at = done_at
            activity |= {
                "EndTime": done_at,
                "StatusCode": "Successful",
                "StatusMessage": f"Successfully set {noun} to {wanted}. Change successfully fulfilled by dynamodb.",
            }
            self._set_alarms(policy, wanted, at)
        self._activities.append(activity)

    def _update_request(self, subject: Subject, wanted: int) -> Request:
        current = self._throughput(subject)
        assert current is not None
        both = {"ReadCapacityUnits": current.read_units, "WriteCapacityUnits": current.write_units}
        both[subject.member] = wanted
        if subject.index is None:
            return {"TableName": subject.table, "ProvisionedThroughput": both}
        update = {"Update": {"IndexName": subject.index, "ProvisionedThroughput": both}}
        return {"TableName": subject.table, "GlobalSecondaryIndexUpdates": [update]}

    def _done_at(self, subject: Subject, at: float) -> float:
        """When the change that has just begun is done."""
        table = self._catalog.get(subject.table)
        assert table is not None
        return max((step.due_at for step in table.settings.steps if step.kind == CHANGE_DONE), default=at)

    # looking

    def _throughput(self, subject: Subject) -> Throughput | None:
        """What is provisioned; None where the subject is not there or is billed by request."""
        table = self._catalog.get(subject.table)
        if table is None or table.settings.billing_mode != PROVISIONED:
            return None
        if subject.index is None:
            return table.settings.throughput
        return table.settings.index_throughput.get(subject.index)

    def _units(self, subject: Subject) -> int:
        throughput = self._throughput(subject)
        if throughput is None:
            raise validation(f"DynamoDB table or index does not exist or is not provisioned: {subject.resource_id}")
        return subject.units_of(throughput)

    def _is_busy(self, subject: Subject) -> bool:
        table = self._catalog.get(subject.table)
        return table is None or table.settings.status != ACTIVE

    def _target(self, subject: Subject) -> Target:
        target = self._targets.get((subject.resource_id, subject.dimension))
        if target is None:
            raise not_found(
                f"No scalable target found for service namespace: dynamodb, resource ID: {subject.resource_id}, "
                f"scalable dimension: {subject.dimension}"
            )
        return target

    def _policy(self, name: str, subject: Subject) -> Policy | None:
        return next((each for each in self._policies.values() if (each.name, each.subject) == (name, subject)), None)

    def _set_alarms(self, policy: Policy, units: int, now: float) -> None:
        """Set the policy's alarms for what is provisioned; one that it does not want any more goes."""
        requests = policy.alarm_requests(units, self._mark())
        gone = [name for kind, name in policy.alarms.items() if kind not in requests and self._alarms.get(name)]
        if gone:
            self._alarms.delete({"AlarmNames": gone}, now)
        policy.alarms = {kind: request["AlarmName"] for kind, request in requests.items()}
        for request in requests.values():
            self._alarms.put(request, now)

    def _drop(self, policy: Policy, now: float) -> None:
        del self._policies[policy.arn]
        self._alarms.delete({"AlarmNames": [name for name in policy.alarms.values() if self._alarms.get(name)]}, now)

    def _alarm_arns(self, policy: Policy) -> dict[str, str]:
        alarms = [self._alarms.get(name) for name in policy.alarms.values()]
        return {alarm.name: alarm.arn for alarm in alarms if alarm is not None}

    def _mark(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


def _is_of(request: Request, names: Request) -> bool:
    """Whether the resource and dimension that a request asks for, if any, are these."""
    return all(request.get(name, names[name]) == names[name] for name in ("ResourceId", "ScalableDimension"))


def _tag(target: Target, tags: dict[str, str]) -> None:
    """Add tags, all or none."""
    made = target.tags | tags
    if len(made) > _TAGS_MAX:
        raise too_many_tags(target.arn, _TAGS_MAX)
    target.tags = made


def _paged(name: str, found: list[Request], request: Request) -> Request:
    token = request.get("NextToken", "0")
    if not token.isascii() or not token.isdigit():
        raise invalid_token()
    first, most = int(token), request.get("MaxResults") or _PAGE
    answer: Request = {name: found[first : first + most]}
    if first + most < len(found):
        answer["NextToken"] = str(first + most)
    return answer
