"""CreateTable: a new table, CREATING until its life cycle's next step."""

from __future__ import annotations

from itertools import chain
from random import Random
from typing import Any
from uuid import UUID

from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import TableSchema
from dynarig.emulator.operations.checks.policy_documents import read_document
from dynarig.emulator.operations.checks.tag_rules import check_tags
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.capacity_settings import (
    Subject,
    check_index_throughput,
    check_on_demand,
    check_quotas,
    check_table_throughput,
    check_unit_quotas,
    check_warm,
    initial_warm,
    read_throughput,
)
from dynarig.emulator.operations.tables.encryption import check_encryption, describe_encryption
from dynarig.emulator.operations.tables.index_definitions import (
    check_global_indexes,
    check_local_indexes,
    check_names,
    read_indexes,
    requested_names,
)
from dynarig.emulator.operations.tables.key_schemas import check_shape, check_table_defined, listed, read_key_schema
from dynarig.emulator.operations.tables.named_tables import name_in_arn, required_name
from dynarig.emulator.operations.tables.stream_settings import check_new_stream, start_stream
from dynarig.emulator.operations.tables.table_description import describe_created
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.lifecycle import STATISTICS, TABLE_ACTIVE, schedule
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import CREATING, PROVISIONED, PolicySlot, Step, TableSettings, Throughput

Members = dict[str, Any]
_INDEX_LISTS = ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
_NOT_HERE = "{} cannot be honoured: this endpoint has no other Regions"  # ours: a member is honoured or refused
_NO_VECTORS = "VectorIndexes cannot be created: this endpoint has no vector search"  # ours
_UNUSED_IN_KEY = (
    "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the definition and plan the table."""
    members = read_request("CreateTable", body).members
    name = _checked_name(members)
    table_members.refuse_gathered(definition_faults(members))
    types = checked_types(members)
    policy = None if members.get("ResourcePolicy") is None else read_document(members["ResourcePolicy"])
    existing = context.catalog.get(name)
    if existing is not None:
        raise _in_use(existing)
    check_table_quotas(members, context)
    response: dict[str, Any] = {}
    table = new_table(name, members, types, context)
    if policy is not None:
        table.settings.policies[""] = PolicySlot(policy, str(int(context.now * 1000)), context.now)

    def create() -> None:
        context.catalog.add(table)
        stream = members.get("StreamSpecification")
        if stream is not None and stream["StreamEnabled"]:
            start_stream(table, stream["StreamViewType"], context)
        schedule(table, Step(context.now + context.settings.table_create_seconds, TABLE_ACTIVE))
        schedule_statistics(table, context)
        response["TableDescription"] = describe_created(
            table,
            context.now,
            with_protection="DeletionProtectionEnabled" in members,
            with_warm=bool(members.get("WarmThroughput")),
        )

    return Plan(response=response, effect=create)


def _checked_name(members: Members) -> str:
    """The new table's name; its faults are told together and before all others."""
    name = required_name(members)
    plain = name_in_arn(name) or name
    table_members.refuse_gathered(table_members.name(plain, "tableName"))
    return plain


def definition_faults(members: Members, path: str = "") -> table_members.Faults:
    """The faults of members, in the service's order. path: what they lie in, with a dot at its end."""
    yield from table_members.enumeration(members.get("BillingMode"), f"{path}billingMode", table_members.BILLING_MODES)
    yield from table_members.throughput(members.get("ProvisionedThroughput"), f"{path}provisionedThroughput")
    yield from table_members.key_schema(members.get("KeySchema"), f"{path}keySchema", 2)
    yield from table_members.attribute_definitions(members.get("AttributeDefinitions"), f"{path}attributeDefinitions")
    for position, index in enumerate(members.get("GlobalSecondaryIndexes", ()), 1):
        yield from table_members.global_index(index, f"{path}globalSecondaryIndexes.{position}.member")
    for position, index in enumerate(members.get("LocalSecondaryIndexes", ()), 1):
        yield from table_members.local_index(index, f"localSecondaryIndexes.{position}.member")
    yield from table_members.enumeration(members.get("TableClass"), "tableClass", table_members.TABLE_CLASSES)
    yield from table_members.stream_specification(members.get("StreamSpecification"))
    yield from table_members.encryption(members.get("SSESpecification"))


def checked_types(members: Members) -> dict[str, str]:
    """The types of a definition's attributes, if all that it says goes together."""
    check_table_throughput(members)
    types = _defined_types(members)
    _check_schema(members, types)
    _check_settings(members)
    return types


def _defined_types(members: Members) -> dict[str, str]:
    types: dict[str, str] = {}
    for definition in members["AttributeDefinitions"]:
        name = definition["AttributeName"]
        if name in types:
            raise errors.validation(f"Attribute Name is duplicated: {name}")
        types[name] = definition["AttributeType"]
    return types


def _check_schema(members: Members, types: dict[str, str]) -> None:
    """Keys, then index lists, then what lies across them."""
    key, billing_mode = members["KeySchema"], members.get("BillingMode", PROVISIONED)
    check_table_defined(key, types)
    check_shape(key)
    for member in _INDEX_LISTS:
        if members.get(member) == []:
            raise errors.invalid_parameter(f"List of {member} is empty")
    if members.get("VectorIndexes"):
        raise errors.validation(_NO_VECTORS)
    local, global_ = (members.get(member, []) for member in _INDEX_LISTS)
    if local:
        check_local_indexes(local, key, types)
    check_global_indexes(global_, types)
    for index in global_:
        check_index_throughput(index, billing_mode)
    check_names([*local, *global_])
    _check_all_used(members, types)


def _check_all_used(members: Members, types: dict[str, str]) -> None:
    used = requested_names(members)
    if set(types) <= set(used):
        return
    if not any(members.get(member) for member in _INDEX_LISTS):
        raise errors.invalid_parameter(_UNUSED_IN_KEY)
    raise errors.invalid_parameter(
        f"Some AttributeDefinitions are not used. AttributeDefinitions: [{listed(types)}], "
        f"keys used: [{listed(used, sized=False)}]"
    )


def _check_settings(members: Members) -> None:
    """What is neither key nor index, and throughput that has no place in the gathered members."""
    for name in ("GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"):
        if members.get(name) is not None:
            raise errors.validation(_NOT_HERE.format(name))
    check_new_stream(members.get("StreamSpecification"))
    check_encryption(members.get("SSESpecification"))
    check_throughput_settings(members)
    check_tags(members.get("Tags", []))


def check_throughput_settings(members: Members) -> None:
    """Refuse on-demand and warm throughput of the table or an index that does not go with the billing mode."""
    billing_mode, throughput = members.get("BillingMode", PROVISIONED), members.get("ProvisionedThroughput")
    check_on_demand(members.get("OnDemandThroughput"), billing_mode)
    check_warm(members.get("WarmThroughput"), throughput)
    for index in members.get("GlobalSecondaryIndexes", ()):
        subject = Subject(index["IndexName"])
        check_on_demand(index.get("OnDemandThroughput"), billing_mode, subject)
        check_warm(index.get("WarmThroughput"), index.get("ProvisionedThroughput"), subject)


def _in_use(existing: Table) -> errors.DynamoDBError:
    if existing.settings.status == CREATING:
        return errors.resource_in_use(
            f"Attempt to change a resource which is still in use: Table is being created: {existing.name}"
        )
    return errors.resource_in_use(f"Table already exists: {existing.name}")


def check_table_quotas(members: Members, context: Context) -> None:
    """LimitExceededException where a new table would pass a quota of its own or of the account."""
    indexes = members.get("GlobalSecondaryIndexes", ())
    check_quotas(members.get("ProvisionedThroughput"), context, None, Throughput())
    for index in indexes:
        check_quotas(index.get("ProvisionedThroughput"), context, index["IndexName"], Throughput())
    for subject, holder in chain([(Subject(), members)], ((Subject(each["IndexName"]), each) for each in indexes)):
        for what in ("OnDemandThroughput", "WarmThroughput"):
            check_unit_quotas(holder.get(what), context, what, subject)


def new_table(
    name: str, members: Members, types: dict[str, str], context: Context, filling: Filling | None = None
) -> Table:
    """A table of checked members, CREATING. filling: what it is to be filled with."""
    schema = TableSchema(name, read_key_schema(members["KeySchema"], types), read_indexes(members, types))
    settings = TableSettings(
        arn=context.catalog.arn(name),
        table_id=new_identifier(context.random),
        created_at=context.now,
        status=CREATING,
        billing_mode=members.get("BillingMode", PROVISIONED),
        throughput=read_throughput(members.get("ProvisionedThroughput")),
        attribute_types=types,
        deletion_protection=members.get("DeletionProtectionEnabled", False),
        table_class=members.get("TableClass"),
        sse=describe_encryption(members.get("SSESpecification"), context.catalog),
        on_demand_throughput=dict(members.get("OnDemandThroughput", {})),
        warm_throughput=initial_warm(members.get("WarmThroughput"), members.get("ProvisionedThroughput")),
        tags={tag["Key"]: tag["Value"] for tag in members.get("Tags", ())},
    )
    for index in members.get("GlobalSecondaryIndexes", ()):
        index_name, throughput = index["IndexName"], index.get("ProvisionedThroughput")
        settings.index_throughput[index_name] = read_throughput(throughput)
        settings.index_on_demand_throughput[index_name] = dict(index.get("OnDemandThroughput", {}))
        settings.index_warm_throughput[index_name] = initial_warm(index.get("WarmThroughput"), throughput)
    table = Table(schema, settings, filling)
    for held in table.indexes.values():
        held.status = CREATING
    return table


def schedule_statistics(table: Table, context: Context) -> None:
    """Let items and bytes of a new table be counted now and then, where that is asked for."""
    every = context.settings.table_statistics_seconds
    if every:
        table.settings.statistics = {}
        schedule(table, Step(context.now + every, STATISTICS, value=every))


def new_identifier(random: Random) -> str:
    """A version 4 UUID of the seeded generator."""
    return str(UUID(int=random.getrandbits(128), version=4))


CREATE_TABLE = Operation("CreateTable", plan)
