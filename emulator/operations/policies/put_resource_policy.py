"""PutResourcePolicy: give a table or a stream a policy; the same again changes nothing and answers its revision."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.checks.policy_documents import check_own_access, is_same, read_document
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.policies import policy_resources
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the document and plan its adoption."""
    members = read_request("PutResourcePolicy", body).members
    policy_resources.check_members(members, "ResourceArn", "Policy")
    _, label = policy_resources.checked_name(members["ResourceArn"], context)
    document = read_document(members["Policy"], of_stream=bool(label))
    holder = policy_resources.find_holder(members["ResourceArn"], context)
    policy_resources.check_revision(holder, members.get("ExpectedRevisionId"))
    slot = holder.slot
    if slot is not None and slot.document is not None and is_same(slot.document, document):
        return Plan(response={"RevisionId": slot.revision_id})
    if not members.get("ConfirmRemoveSelfResourceAccess", False):
        check_own_access(document, context.catalog.account)
    policy_resources.check_change(holder, context)
    new = policy_resources.new_slot(holder, document, context.now)
    return Plan(response={"RevisionId": new.revision_id}, effect=lambda: holder.set(new))


PUT_RESOURCE_POLICY = Operation("PutResourcePolicy", plan)
