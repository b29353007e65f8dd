"""Throughput of requests, provisioned, on-demand and warm: what each billing mode allows, and the account's quotas.

Rule: a subject is the table or one index; texts name it as the service does (recorded 2026). Values were checked as
members before; what is looked at here is what they mean beside the billing mode.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dynarig.emulator.model import errors, limits
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table_settings import PAY_PER_REQUEST, PROVISIONED, UPDATING, Throughput, WarmThroughput

Structure = dict[str, Any]

_UNITS_MAX = 10**12
_ON_DEMAND_MEMBERS = (("MaxReadRequestUnits", "Read"), ("MaxWriteRequestUnits", "Write"))
_WARM_MEMBERS = (("ReadUnitsPerSecond", "Read"), ("WriteUnitsPerSecond", "Write"))
_UNIT_MEMBERS = ("ReadCapacityUnits", "WriteCapacityUnits")
_BOTH_NEEDED = "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
_NEITHER_ALLOWED = (
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
)
_INITIAL = (
    "is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/"
    "developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
)
_REFER = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."


class Subject(NamedTuple):
    """Whose throughput it is: an index of this name, or the table where it is None."""

    name: str | None = None

    @property
    def warm(self) -> str:
        """As texts on warm throughput name it."""
        return "table" if self.name is None else f"index {self.name}"

    @property
    def on_demand(self) -> str:
        """As texts on on-demand throughput name it."""
        return "table" if self.name is None else f"index : {self.name}"


TABLE = Subject()


def check_table_throughput(members: Structure) -> None:
    """Refuse CreateTable's ProvisionedThroughput beside its BillingMode."""
    throughput = members.get("ProvisionedThroughput")
    on_demand = members.get("BillingMode") == PAY_PER_REQUEST
    if throughput is not None and on_demand:
        raise errors.invalid_parameter(_NEITHER_ALLOWED)
    check_bounds(throughput)
    if throughput is None and not on_demand:
        raise errors.invalid_parameter(_BOTH_NEEDED)


def check_bounds(throughput: Structure | None) -> None:
    """Refuse units that no table could have."""
    for member in _UNIT_MEMBERS:
        if throughput is not None and throughput[member] > _UNITS_MAX:
            raise errors.validation(f"Given value {throughput[member]} for {member} is out of bounds")


def check_index_throughput(index: Structure, billing_mode: str) -> None:
    """Refuse the throughput of an index that CreateTable makes, beside the table's billing mode."""
    name, throughput = index["IndexName"], index.get("ProvisionedThroughput")
    if throughput is not None and billing_mode == PAY_PER_REQUEST:
        raise errors.invalid_parameter(
            f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        )
    if throughput is None and billing_mode == PROVISIONED:
        raise errors.invalid_parameter(f"ProvisionedThroughput is not specified for index: {name}")
    check_bounds(throughput)


def check_on_demand(value: Structure | None, billing_mode: str, subject: Subject = TABLE) -> None:
    """Refuse CreateTable's OnDemandThroughput: on a provisioned table, or less than one."""
    if not value:
        return
    for member, _ in _ON_DEMAND_MEMBERS:
        if member in value and billing_mode == PROVISIONED:
            of_index = "" if subject.name is None else f" for index: {subject.name}"
            raise errors.invalid_parameter(
                f"{member} for OnDemandThroughput{of_index} cannot be specified when table BillingMode is PROVISIONED."
            )
    check_on_demand_range(value, subject, least=1)


def check_on_demand_range(value: Structure, subject: Subject, *, least: int) -> None:
    """Refuse limits out of range; `least`: 1, or -1 where -1 takes a limit away."""
    for member, _ in _ON_DEMAND_MEMBERS:
        units = value.get(member)
        if units is not None and (units < least or units == 0):
            raise errors.invalid_parameter(
                f"Requested {member} for OnDemandThroughput for {subject.on_demand} is outside of valid range"
            )


def check_warm(value: Structure | None, throughput: Structure | None, subject: Subject = TABLE) -> None:
    """Refuse CreateTable's WarmThroughput below what the table is ready for anyway. throughput: None on demand."""
    for member, kind in _WARM_MEMBERS if value else ():
        assert value is not None
        units = value.get(member)
        if units is None:
            continue
        if throughput is None and units < initial_units(kind):
            raise errors.invalid_parameter(f"Requested {member} for WarmThroughput for {subject.warm} {_INITIAL}")
        if throughput is not None and units < throughput[f"{kind}CapacityUnits"]:
            raise errors.invalid_parameter(
                f"Requested {member} for WarmThroughput for {subject.warm} is lower than {kind}CapacityUnits "
                "of ProvisionedThroughput"
            )


def initial_units(kind: str) -> int:
    """What an on-demand table is ready for at once. kind: Read or Write."""
    return limits.ON_DEMAND_INITIAL_READ_UNITS if kind == "Read" else limits.ON_DEMAND_INITIAL_WRITE_UNITS


def initial_warm(value: Structure | None, throughput: Structure | None) -> WarmThroughput:
    """The warm throughput of a new table or index: as requested, else what it is ready for anyway."""
    initial: Structure = {
        "ReadUnitsPerSecond": initial_units("Read") if throughput is None else throughput["ReadCapacityUnits"],
        "WriteUnitsPerSecond": initial_units("Write") if throughput is None else throughput["WriteCapacityUnits"],
        **(value or {}),
    }
    return WarmThroughput(initial["ReadUnitsPerSecond"], initial["WriteUnitsPerSecond"], UPDATING)


def read_throughput(value: Structure | None) -> Throughput:
    """Provisioned throughput as requested; none on demand."""
    return Throughput() if value is None else Throughput(value["ReadCapacityUnits"], value["WriteCapacityUnits"])


# ---- the account's quotas


def check_quotas(value: Structure | None, context: Context, index: str | None, instead_of: Throughput) -> None:
    """LimitExceededException where provisioned units pass the table's quota or the account's.

    index: None for the table's own units. instead_of: what these units take the place of.
    """
    if value is None:
        return
    region, settings = context.catalog.region, context.settings
    for member in _UNIT_MEMBERS:
        units = value[member]
        if units > settings.table_max_capacity_units:
            subject, quota = (member, "table") if index is None else (f"{member} for index {index}", "index")
            raise errors.limit_exceeded(
                f"The requested {subject}, {units}, is above the per {quota} maximum for the account in {region}. "
                f"Per table maximum: {settings.table_max_capacity_units}. {_REFER}"
            )
    for member, before in zip(_UNIT_MEMBERS, (instead_of.read_units, instead_of.write_units), strict=True):
        reserved = _reserved(context.catalog, member)
        if reserved - before + value[member] > settings.account_max_capacity_units:
            raise errors.limit_exceeded(
                f"This request would have caused the {member} limit to be exceeded for the account in {region}. "
                f"Current {member} reserved by the account: {reserved}. Limit: {settings.account_max_capacity_units}. "
                f"Requested: {value[member]}. {_REFER}"
            )


def _reserved(catalog: Catalog, member: str) -> int:
    throughputs = [each for table in catalog for each in _of_table(table.settings)]
    return sum(each.read_units if member == "ReadCapacityUnits" else each.write_units for each in throughputs)


def _of_table(settings: Any) -> list[Throughput]:
    return [settings.throughput, *settings.index_throughput.values()]


def check_unit_quotas(value: Structure | None, context: Context, what: str, subject: Subject) -> None:
    """LimitExceededException where on-demand or warm units pass the table's quota. what: the structure's name."""
    members = _ON_DEMAND_MEMBERS if what == "OnDemandThroughput" else _WARM_MEMBERS
    named = subject.on_demand if what == "OnDemandThroughput" else subject.warm
    for member, kind in members if value else ():
        assert value is not None
        if value.get(member, 0) > context.settings.table_max_capacity_units:
            raise errors.limit_exceeded(
                f"Subscriber limit exceeded: Requested {member} for {what} for {named} exceeds "
                f"TableMax{kind}CapacityUnits of the account in region {context.catalog.region}"
            )
