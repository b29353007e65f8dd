"""TagResource: add tags to a table; a key that is there gets the new value."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.checks.tag_rules import check_tag_count, check_tags
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tags.tags import checked_arn, find_tagged, resource_not_found
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the tags and plan their addition."""
    members = read_request("TagResource", body).members
    arn = checked_arn(members)
    if "Tags" not in members:
        table_members.refuse_gathered(iter([null("tags")]))
    if not members["Tags"]:
        raise errors.validation("Atleast one Tag needs to be provided as Input.")
    check_tags(members["Tags"])
    table = find_tagged(arn, context)
    if table is None:
        raise resource_not_found(arn)
    tags = table.settings.tags | {tag["Key"]: tag["Value"] for tag in members["Tags"]}
    check_tag_count(len(tags))
    return Plan(response=None, effect=lambda: table.settings.tags.update(tags))


TAG_RESOURCE = Operation("TagResource", plan)
