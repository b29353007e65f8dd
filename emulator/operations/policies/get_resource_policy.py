"""GetResourcePolicy: the policy of a table or a stream, and its revision."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.policy_documents import shown
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.policies import policy_resources
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the answer; PolicyNotFoundException where there is none."""
    members = read_request("GetResourcePolicy", body).members
    policy_resources.check_members(members, "ResourceArn")
    holder = policy_resources.find_holder(members["ResourceArn"], context)
    slot = holder.slot
    if slot is None or slot.document is None:
        raise errors.policy_not_found(holder.arn)
    return Plan(response={"Policy": shown(slot.document), "RevisionId": slot.revision_id})


GET_RESOURCE_POLICY = Operation("GetResourcePolicy", plan)
