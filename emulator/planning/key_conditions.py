"""From a key condition's clauses to the range that a query reads, once the table or index is known.

Texts and their order as recorded on the service in 2026: number of clauses, partition key, stray attributes, types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.expressions import KeyClause
from emulator.model import errors
from emulator.model.schema import KeyAttribute, KeySchema
from emulator.model.values import Value, ordering_key
from emulator.planning.key_range import KeyRange, index_range, table_range

TYPE_MISMATCH = "Condition parameter type does not match schema type"


def check_clauses(clauses: Sequence[KeyClause], keys: KeySchema) -> None:
    """Refuse clauses that do not fit the keys; looks at names and operators alone. Raises ValidationException."""
    if len(clauses) > len(keys.attributes):
        raise errors.validation(
            f"The number of query conditions ({len(clauses)}) exceeds the number of key attributes "
            f"defined in the schema ({len(keys.attributes)})"
        )
    by_name = {clause.attribute: clause for clause in clauses}
    if keys.is_multi_attribute:
        _check_several(by_name, keys)
    else:
        _check_one(by_name, keys)


def _check_one(by_name: dict[str, KeyClause], keys: KeySchema) -> None:
    partition = by_name.get(keys.partition[0].name)
    if partition is None:
        raise errors.validation(f"Query condition missed key schema element: {keys.partition[0].name}")
    if partition.operator != "=":
        raise errors.validation("Query key condition not supported")
    if len(by_name) > 1 and keys.sort[0].name not in by_name:
        raise errors.validation(f"Query condition missed key schema element: {keys.sort[0].name}")


def _check_several(by_name: dict[str, KeyClause], keys: KeySchema) -> None:
    missing = [a.name for a in keys.partition if a.name not in by_name or by_name[a.name].operator != "="]
    if missing:
        raise errors.validation(
            f"HASH key attributes {', '.join(missing)} must have equality conditions specified in the query"
        )
    foreign = set(by_name) - set(keys.names)
    if foreign:
        absent = next(name for name in keys.names if name not in by_name)
        raise errors.validation(f"Query condition missed key schema element: {absent}")
    used = [attribute.name for attribute in keys.sort if attribute.name in by_name]
    if not used:
        return
    before = [attribute.name for attribute in keys.sort[: [a.name for a in keys.sort].index(used[-1])]]
    gaps = [name for name in before if name not in by_name or by_name[name].operator != "="]
    if gaps:
        raise errors.validation(
            f"RANGE key attributes {', '.join(gaps)} must have equality conditions specified in the query "
            f"because a condition is present on key attribute {used[-1]}"
        )


def key_range(
    clauses: Sequence[KeyClause],
    keys: KeySchema,
    *,
    of_index: bool,
    check_value: Callable[[KeyAttribute, Value, bool], None],
) -> KeyRange:
    """The range of clauses that fit; raises ValidationException where a value does not fit its key attribute.

    check_value: refuses a value that no key may have, given the attribute, the value and whether it is a partition key.
    """
    by_name = {clause.attribute: _defined(clause) for clause in clauses}
    attributes = keys.partition + keys.sort
    for attribute in attributes:
        for operand in by_name.get(attribute.name, ()):
            if attribute.type not in operand:
                raise errors.invalid_parameter(TYPE_MISMATCH)
    for position, attribute in enumerate(attributes):
        for operand in by_name.get(attribute.name, ()):
            check_value(attribute, operand, position < len(keys.partition))
    partition = tuple([ordering_key(by_name[attribute.name][0]) for attribute in keys.partition])
    place = partition[0] if len(partition) == 1 else partition
    used = [attribute.name for attribute in keys.sort if attribute.name in by_name]
    operator = next((clause.operator for clause in clauses if clause.attribute == used[-1]), None) if used else None
    operands = tuple(map(ordering_key, by_name[used[-1]])) if used else ()
    if not of_index:
        return table_range(place, operator, operands)
    return index_range(place, tuple([ordering_key(by_name[name][0]) for name in used[:-1]]), operator, operands)


def _defined(clause: KeyClause) -> list[Value]:
    """The operands, none of which is undefined any more."""
    return [operand for operand in clause.operands if operand is not None]
