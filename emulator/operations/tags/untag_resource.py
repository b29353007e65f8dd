"""UntagResource: take tags off a table by their keys; a key that is not there is passed over."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.checks.tag_rules import check_tag_key
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tags.tags import checked_arn, find_tagged
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the keys and plan their removal."""
    members = read_request("UntagResource", body).members
    arn = checked_arn(members)
    if "TagKeys" not in members:
        table_members.refuse_gathered(iter([null("tagKeys")]))
    keys = members["TagKeys"]
    if not keys:
        raise errors.validation("Atleast one Tag Key needs to be provided as Input.")
    for key in keys:
        check_tag_key(key)
    table = find_tagged(arn, context)
    if table is None:
        raise errors.resource_not_found()

    def untag() -> None:
        table.settings.tags = {key: value for key, value in table.settings.tags.items() if key not in keys}

    return Plan(response=None, effect=untag)


UNTAG_RESOURCE = Operation("UntagResource", plan)
