"""What a resource policy hangs on, a table or a stream by its Amazon resource name, and the checks of its changes.

Rule: texts and their order as recorded in October 2026; the resources and revisions as the API reference says.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import length_at_least, length_at_most, null, older_form
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.table_conflicts import IN_USE
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import DELETING, PolicySlot

NO_POLICY = "NO_POLICY"  # the revision of a resource that has no policy
_ARN_LENGTH_MAX = 1283
_REVISION_LENGTH_MAX = 255
_PENDING_SECONDS = 2.0  # of the time in which no other change is taken, that in which the last is being applied


class PolicyHolder:
    """A table or a stream. label: of the stream, "" for the table itself. table: None where only a stream is left."""

    __slots__ = ("arn", "label", "table", "table_name")

    def __init__(self, arn: str, table_name: str, label: str, table: Table | None) -> None:
        self.arn = arn
        self.table_name = table_name
        self.label = label
        self.table = table

    @property
    def slot(self) -> PolicySlot | None:
        """Its policy, or what is left of one; None where there never was one."""
        return None if self.table is None else self.table.settings.policies.get(self.label)

    def set(self, slot: PolicySlot) -> None:
        """Put another policy, or none, in place of what there is."""
        assert self.table is not None, "a change of what is left of a table"
        self.table.settings.policies[self.label] = slot


def check_members(members: dict[str, Any], *required: str) -> None:
    """Refuse what no resource and no revision can be called; raises ValidationException."""
    table_members.refuse_gathered(_faults(members, required))


def _faults(members: dict[str, Any], required: tuple[str, ...]) -> table_members.Faults:
    lengths = {"ResourceArn": _ARN_LENGTH_MAX, "Policy": None, "ExpectedRevisionId": _REVISION_LENGTH_MAX}
    for name, most in lengths.items():
        value, path = members.get(name), name[0].lower() + name[1:]
        if value is None:
            if name in required:
                yield null(path)
        elif most is not None and not value:
            yield older_form(value, path, length_at_least(1))
        elif most is not None and len(value) > most:
            yield older_form(value, path, length_at_most(most))


def checked_name(arn: str, context: Context) -> tuple[str, str]:
    """(table, label of its stream or "") of an Amazon resource name; raises ValidationException for another's."""
    if not arn.startswith("arn:"):
        raise errors.invalid_parameter(f"ARNs must start with 'arn:': {arn}")
    parts = arn.split(":", 5)
    kind, _, path = parts[5].partition("/") if len(parts) == 6 else ("", "", "")
    table_name, _, part = path.partition("/")
    section, _, label = part.partition("/")
    if len(parts) < 6 or parts[2] != "dynamodb" or kind != "table" or not table_name:
        raise _not_ours(arn)
    if parts[4] != context.catalog.account:
        raise errors.validation(
            "This action is only supported by accounts that match the resource owner\u2019s account."
        )
    if not context.catalog.arn(table_name).startswith(":".join(parts[:5]) + ":"):
        raise errors.invalid_parameter(f"Invalid resource Arn: {arn}")
    if section == "index":
        raise errors.invalid_parameter(
            f"Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
        )
    if part and (section != "stream" or not label):
        raise _not_ours(arn)
    return table_name, label


def _not_ours(arn: str) -> errors.DynamoDBError:
    return errors.invalid_parameter(f"Provided Arn is not a DynamoDB resource arn: {arn}")


def find_holder(arn: str, context: Context) -> PolicyHolder:
    """The table or stream; ResourceNotFoundException where it is not there."""
    table_name, label = checked_name(arn, context)
    table = context.catalog.get(table_name)
    if label:
        if context.catalog.stream(arn) is None:
            raise errors.resource_not_found(f": Stream: {label} not found for Table: {table_name}")
        is_of_table = table is not None and any(stream.arn == arn for stream in table.streams)
        return PolicyHolder(arn, table_name, label, table if is_of_table else None)
    if table is None:
        raise errors.table_not_found(table_name)
    return PolicyHolder(arn, table_name, "", table)


def check_revision(holder: PolicyHolder, expected: str | None) -> None:
    """Refuse a change that expects another revision; raises PolicyNotFoundException."""
    slot = holder.slot
    current = None if slot is None or slot.document is None else slot.revision_id
    if expected is None or expected == (current or NO_POLICY):
        return
    if current is None:
        raise errors.policy_not_found(holder.arn)
    if expected == NO_POLICY:
        raise errors.policy_not_found(
            f"Requested policy update expecting none to be present for table {holder.table_name}, but a policy exists "
            f"with revision id {current}."
        )
    raise errors.policy_not_found(
        f"Requested update for policy with revision id {expected}, but the policy associated to target table "
        f"{holder.table_name} has revision id {current}."
    )


def check_change(holder: PolicyHolder, context: Context) -> None:
    """Refuse a change while the table goes, or too soon after the last one."""
    if holder.table is None or holder.table.settings.status == DELETING:
        raise errors.resource_in_use(f"{IN_USE}Table is being deleted: {holder.table_name}")
    slot, seconds = holder.slot, context.settings.policy_update_seconds
    if slot is None or context.now >= slot.changed_at + seconds:
        return
    what, name = ("stream", holder.label) if holder.label else ("table", holder.table_name)
    if context.now < slot.changed_at + _PENDING_SECONDS:
        raise errors.resource_in_use(
            f"{IN_USE}{what.capitalize()} is pending previous resource-based policy update: {name}"
        )
    until = datetime.fromtimestamp(slot.changed_at + seconds, UTC).isoformat(timespec="milliseconds")
    raise errors.throttling(
        f"Resource-based policy for {what} {name} modified within the previous {int(seconds * 1000)} milliseconds. "
        f"Please try again after {until.removesuffix('+00:00')}Z."
    )


def new_slot(holder: PolicyHolder, document: dict[str, Any] | None, now: float) -> PolicySlot:
    """A policy, or none, as of now; a revision is the time of its change in milliseconds."""
    earlier = 0 if holder.slot is None else int(holder.slot.revision_id)
    return PolicySlot(document, str(max(int(now * 1000), earlier + 1)), now)
