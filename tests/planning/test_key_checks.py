"""Key checks apart from requests: the variants that batches, transactions and queries ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dynarig.emulator.expressions import BoundUpdate, bind_actions
from dynarig.emulator.expressions.parse.ast import Action, Path
from dynarig.emulator.model.errors import KEY_MISMATCH, DynamoDBError
from dynarig.emulator.model.schema import GLOBAL, LOCAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.planning import key_checks
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings

PARTITION = (KeyAttribute("pk", "S"),)
KEYS = KeySchema(PARTITION, (KeyAttribute("sk", "B"),))
INDEXES = (
    IndexSchema("local", LOCAL, KeySchema(PARTITION, (KeyAttribute("ls", "S"),)), Projection()),
    IndexSchema(
        "global",
        GLOBAL,
        KeySchema((KeyAttribute("g1", "S"), KeyAttribute("g2", "N")), (KeyAttribute("g3", "B"),)),
        Projection(),
    ),
)
GOOD: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"B": "AA=="}}
EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value."


@pytest.fixture(name="table")
def _table() -> Table:
    schema = TableSchema("t", KEYS, {index.name: index for index in INDEXES})
    return Table(schema, TableSettings("arn", "id", 0.0))


def refusal(check: Callable[..., None], *arguments: Any, **options: Any) -> str | None:
    """The text that a check ends with, None for none."""
    try:
        check(*arguments, **options)
    except DynamoDBError as error:
        return error.message
    return None


def test_good_keys_pass(table: Table) -> None:
    assert refusal(key_checks.check_key, table, GOOD) is None
    assert refusal(key_checks.check_item_keys, table, {**GOOD, "g1": {"S": "x"}, "g2": {"N": "1"}}) is None


@pytest.mark.parametrize("item", [{"pk": {"S": "a"}}, {**GOOD, "sk": {"S": "x"}}, {**GOOD, "pk": {"M": {}}}])
def test_a_batch_has_one_text_for_keys_that_do_not_fit(table: Table, item: dict[str, Any]) -> None:
    assert refusal(key_checks.check_item_keys, table, item, collapse=True) == KEY_MISMATCH
    assert refusal(key_checks.check_item_keys, table, item) != KEY_MISMATCH


def test_a_batch_words_index_keys_as_a_put(table: Table) -> None:
    item = {**GOOD, "g2": {"S": "x"}}
    text = refusal(key_checks.check_item_keys, table, item)
    assert text is not None
    assert text.endswith("Type mismatch for Index Key g2 Expected: N Actual: S IndexName: global")
    assert refusal(key_checks.check_item_keys, table, item, collapse=True) == text


def test_empty_keys_alone(table: Table) -> None:
    check = key_checks.check_empty_keys
    assert refusal(check, table, GOOD) is None
    assert refusal(check, table, {}) is None, "a missing key is told when the action runs"
    assert refusal(check, table, {"pk": {"N": "1"}}) is None, "and so is a wrong type"
    text = refusal(check, table, {**GOOD, "pk": {"S": ""}})
    assert text == f"One or more parameter values are not valid. {EMPTY} Key: pk"
    text = refusal(check, table, {**GOOD, "ls": {"S": ""}})
    assert text is not None
    assert text.endswith(f"{EMPTY} IndexName: local, IndexKey: ls")


def test_a_local_index_s_partition_key_is_the_table_s(table: Table) -> None:
    text = refusal(key_checks.check_item_keys, table, {**GOOD, "pk": {"N": "1"}})
    assert text == "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"


@pytest.mark.parametrize(
    ("before", "after", "faulty"),
    [
        ({}, {"ls": {"S": "x"}}, False),
        ({}, {"ls": {"N": "1"}}, True),
        ({}, {"ls": {"S": ""}}, True),
        ({"ls": {"N": "1"}}, {"ls": {"N": "1"}}, False),
        ({"ls": {"N": "1"}}, {"ls": {"N": "2"}}, True),
        ({"ls": {"N": "1"}}, {}, False),
        ({}, {"g1": {"S": "x" * 2049}}, True),
        ({}, {"g1": {"S": "x" * 2048}}, False),
    ],
)
def test_an_update_judges_only_what_it_changed(
    table: Table, before: dict[str, Any], after: dict[str, Any], faulty: bool
) -> None:
    text = refusal(key_checks.check_updated_index_keys, table, {**GOOD, **before}, {**GOOD, **after})
    assert (text is not None) is faulty


def test_what_an_update_may_write(table: Table) -> None:
    def removing(*names: str) -> BoundUpdate:
        return bind_actions(tuple(Action("REMOVE", Path((name,))) for name in names))

    assert refusal(key_checks.check_update_targets, table, removing("a", "ls", "g1")) is None
    text = refusal(key_checks.check_update_targets, table, removing("a", "sk"))
    assert text is not None
    assert text.endswith("Cannot update attribute sk. This attribute is part of the key")


@pytest.mark.parametrize(
    ("value", "is_partition", "faulty"),
    [
        ({"S": "x"}, True, False),
        ({"S": ""}, True, True),
        ({"S": "x" * 1025}, True, False),
        ({"S": "x" * 1025}, False, True),
        ({"S": "x" * 2049}, True, True),
    ],
)
def test_values_of_key_conditions(value: dict[str, str], is_partition: bool, faulty: bool) -> None:
    assert (refusal(key_checks.check_key_value, PARTITION[0], value, is_partition) is not None) is faulty
