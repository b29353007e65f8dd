"""ListTagsOfResource: all tags of a table, in one page; a NextToken is passed over (recorded 2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tags.tags import checked_arn, find_tagged
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the list; a table that is not there is not told from one that may not be seen (observed 2026)."""
    arn = checked_arn(read_request("ListTagsOfResource", body).members)
    table = find_tagged(arn, context)
    if table is None:
        caller = f"arn:aws:iam::{context.catalog.account}:root"
        raise errors.access_denied(
            f"User: {caller} is not authorized to perform: dynamodb:ListTagsOfResource on resource: {arn}"
        )
    return Plan(response={"Tags": [{"Key": key, "Value": value} for key, value in table.settings.tags.items()]})


LIST_TAGS_OF_RESOURCE = Operation("ListTagsOfResource", plan)
