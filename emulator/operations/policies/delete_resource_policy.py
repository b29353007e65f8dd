"""DeleteResourcePolicy: take a table's or a stream's policy off; without one it changes nothing, and is no error."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.policies import policy_resources
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the removal; answers the revision that went, or that of an earlier removal (recorded 2026)."""
    members = read_request("DeleteResourcePolicy", body).members
    policy_resources.check_members(members, "ResourceArn")
    holder = policy_resources.find_holder(members["ResourceArn"], context)
    policy_resources.check_revision(holder, members.get("ExpectedRevisionId"))
    slot = holder.slot
    if slot is None or slot.document is None:
        return Plan(response={} if slot is None else {"RevisionId": slot.revision_id})
    policy_resources.check_change(holder, context)
    gone = policy_resources.new_slot(holder, None, context.now)
    return Plan(response={"RevisionId": slot.revision_id}, effect=lambda: holder.set(gone))


DELETE_RESOURCE_POLICY = Operation("DeleteResourcePolicy", plan)
