"""From a key condition's clauses to the range that a query reads, once the table or index is known.

Texts and their order as recorded on the service in 2026: number of clauses, partition key, stray attributes, types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dynarig.emulator.expressions import KeyClause
from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.model.values import Value, ordering_key
from dynarig.emulator.planning.key_range import KeyRange, index_range, table_range

TYPE_MISMATCH = "Condition parameter type does not match schema type"


def check_clauses(clauses: Sequence[KeyClause], keys: KeySchema) -> None:
    """Refuse clauses that are too many, or that leave the partition key open. Raises ValidationException."""
    if len(clauses) > len(keys.attributes):
        raise errors.validation(
            f"The number of query conditions ({len(clauses)}) exceeds the number of key attributes "
            f"defined in the schema ({len(keys.attributes)})"
        )
    partition = keys.partition
    if len(clauses) == len(partition) == 1 and clauses[0][:2] == (partition[0].name, "="):
        return  # a whole collection
    operators = {clause.attribute: clause.operator for clause in clauses}
    missing = [attribute.name for attribute in keys.partition if operators.get(attribute.name) != "="]
    if not missing:
        return
    if keys.is_multi_attribute:
        raise errors.validation(
            f"HASH key attributes {', '.join(missing)} must have equality conditions specified in the query"
        )
    if missing[0] in operators:
        raise errors.validation("Query key condition not supported")
    raise errors.validation(f"Query condition missed key schema element: {missing[0]}")


def check_no_stray(clauses: Sequence[KeyClause], keys: KeySchema) -> None:
    """Refuse clauses on no key attribute, and conditions behind a gap; both after undefined values are told."""
    if len(clauses) == len(keys.partition):
        return
    operators = {clause.attribute: clause.operator for clause in clauses}
    if not operators.keys() <= set(keys.names):
        absent = next(name for name in keys.names if name not in operators)
        raise errors.validation(f"Query condition missed key schema element: {absent}")
    names = [attribute.name for attribute in keys.sort]
    last = max(position for position, name in enumerate(names) if name in operators)
    gaps = [name for name in names[:last] if operators.get(name) != "="]
    if gaps:
        raise errors.validation(
            f"RANGE key attributes {', '.join(gaps)} must have equality conditions specified in the query "
            f"because a condition is present on key attribute {names[last]}"
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
    attributes = keys.attributes
    if len(clauses) == 1 and len(keys.partition) == 1:  # a whole collection, straight
        (operand,) = _defined(clauses[0])
        attribute = attributes[0]
        if attribute.type not in operand:
            raise errors.invalid_parameter(TYPE_MISMATCH)
        check_value(attribute, operand, True)
        whole = ordering_key(operand)
        return KeyRange(whole)
    by_name = {clause.attribute: _defined(clause) for clause in clauses}
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
