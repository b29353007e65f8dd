"""ConsumedCapacity of PartiQL, and what a replay costs; figures recorded on the service in 2026."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from tests.partiql.world import make_engine

BOTH = "INSERT INTO indexed VALUE {'pk': 'n', 'sk': %d, 'gk': 'g', 'ls': 'x'}"
LARGE = "y" * 3_000
FAILING = "UPDATE indexed SET p = 1 WHERE pk = 'a' AND sk = %d AND p = 7"


def _execute(engine: Engine, operation: str, members: dict[str, Any], detail: str = "INDEXES") -> dict[str, Any]:
    return engine.execute(Call(operation, {**members, "ReturnConsumedCapacity": detail}), 1.0).payload


def _targets(consumed: dict[str, Any], axis: str | None = None) -> tuple[float | None, ...]:
    """(total, table, gsi, lsi); every level names its axis where there is one."""
    targets = [
        consumed,
        consumed.get("Table"),
        consumed.get("GlobalSecondaryIndexes", {}).get("gsi"),
        consumed.get("LocalSecondaryIndexes", {}).get("lsi"),
    ]
    for target in targets:
        if target is not None:
            assert {name for name in target if name.endswith("CapacityUnits")} == {
                "CapacityUnits",
                axis or "CapacityUnits",
            }
            assert target[axis or "CapacityUnits"] == target["CapacityUnits"]
    return tuple(None if target is None else target["CapacityUnits"] for target in targets)


def _statements(*texts: str, **members: Any) -> list[dict[str, Any]]:
    return [{"Statement": text, **members} for text in texts]


@pytest.mark.parametrize(
    ("statement", "targets"),
    [
        (BOTH % 1, (3, 1, 1, 1)),
        ("INSERT INTO indexed VALUE {'pk': 'n', 'sk': 1, 'gk': 'g'}", (2, 1, 1, None)),
        ("INSERT INTO indexed VALUE {'pk': 'n', 'sk': 1}", (1, 1, None, None)),
        ("INSERT INTO indexed VALUE {'pk': 'a', 'sk': 1} IF NOT EXISTS", (1, 1, None, None)),
        ("UPDATE indexed SET r = 1 WHERE pk = 'a' AND sk = 1", (1, 1, None, None)),
        ("UPDATE indexed SET p = 2 WHERE pk = 'a' AND sk = 1", (3, 1, 1, 1)),
        ("UPDATE indexed SET gk = 'h' WHERE pk = 'a' AND sk = 1", (3, 1, 2, None)),
        ("DELETE FROM indexed WHERE pk = 'a' AND sk = 1", (3, 1, 1, 1)),
        ("DELETE FROM indexed WHERE pk = 'none' AND sk = 1", (1, 1, None, None)),
        ("SELECT * FROM indexed WHERE pk = 'a' AND sk = 1", (0.5, 0.5, None, None)),
        ("SELECT p FROM indexed WHERE pk = 'a' AND sk = 1 AND p = 7", (0.5, 0.5, None, None)),
        ("SELECT * FROM indexed.gsi WHERE gk = 'g'", (0.5, 0, 0.5, None)),
        ("SELECT * FROM indexed.lsi WHERE pk = 'a'", (0.5, 0, None, 0.5)),
        ("SELECT q FROM indexed.lsi WHERE pk = 'a'", (2, 1.5, None, 0.5)),
    ],
)
def test_one_statement(statement: str, targets: tuple[float | None, ...]) -> None:
    answer = _execute(make_engine(), "ExecuteStatement", {"Statement": statement})
    assert _targets(answer["ConsumedCapacity"]) == targets


def test_a_consistent_read_costs_twice() -> None:
    request = {"Statement": "SELECT * FROM ranged WHERE pk = 'a' AND sk = 1", "ConsistentRead": True}
    assert _execute(make_engine(), "ExecuteStatement", request, "TOTAL")["ConsumedCapacity"] == {
        "TableName": "ranged",
        "CapacityUnits": 1.0,
    }


def test_rows_fetched_behind_a_local_index_are_rounded_each() -> None:
    engine = make_engine()
    for sk in range(3):
        item = {"pk": {"S": "w"}, "sk": {"N": str(sk)}, "ls": {"S": "x"}, "q": {"S": "y" * 9_000}}
        engine.execute(Call("PutItem", {"TableName": "indexed", "Item": item}), 0.0)
    request: dict[str, Any] = {"Statement": "SELECT q FROM indexed.lsi WHERE pk = 'w'"}
    assert _targets(_execute(engine, "ExecuteStatement", request)["ConsumedCapacity"])[1] == 4.5
    request["ConsistentRead"] = True
    assert _targets(_execute(engine, "ExecuteStatement", request)["ConsumedCapacity"])[1] == 9


def test_members_of_a_batch_sum_by_their_own_consistency() -> None:
    reads = _statements("SELECT * FROM ranged WHERE pk = 'a' AND sk = 1")
    reads += _statements("SELECT * FROM ranged WHERE pk = 'a' AND sk = 2", ConsistentRead=True)
    (consumed,) = _execute(make_engine(), "BatchExecuteStatement", {"Statements": reads})["ConsumedCapacity"]
    assert _targets(consumed) == (1.5, 1.5, None, None)


def test_a_failed_member_adds_to_the_total_alone() -> None:
    batch = _statements(BOTH % 1, FAILING % 1)
    (consumed,) = _execute(make_engine(), "BatchExecuteStatement", {"Statements": batch})["ConsumedCapacity"]
    assert _targets(consumed) == (4, 1, 1, 1)


def test_a_failed_member_is_charged_by_what_is_stored() -> None:
    engine = make_engine()
    stored = {"pk": {"S": "a"}, "sk": {"N": "1"}, "d": {"S": "y" * 2_900}}
    engine.execute(Call("PutItem", {"TableName": "ranged", "Item": stored}), 0.0)
    failing = "UPDATE ranged SET p = 1 WHERE pk = 'a' AND sk = %d AND p = 7"
    batch = _statements("INSERT INTO ranged VALUE {'pk': 'n', 'sk': 1}", *(failing % sk for sk in (1, 2, 3)))
    (consumed,) = _execute(engine, "BatchExecuteStatement", {"Statements": batch})["ConsumedCapacity"]
    assert _targets(consumed) == (6, 1, None, None)


def test_a_table_whose_members_all_failed_is_left_out() -> None:
    batch = _statements("INSERT INTO plain VALUE {'pk': 'n'}", FAILING % 1)
    consumed = _execute(make_engine(), "BatchExecuteStatement", {"Statements": batch})["ConsumedCapacity"]
    assert [each["TableName"] for each in consumed] == ["plain"]


def test_a_batch_without_success_reports_nothing() -> None:
    batch = _statements(FAILING % 1, FAILING % 2)
    assert "ConsumedCapacity" not in _execute(make_engine(), "BatchExecuteStatement", {"Statements": batch})


def test_a_writing_transaction() -> None:
    (consumed,) = _execute(make_engine(), "ExecuteTransaction", {"TransactStatements": _statements(BOTH % 1)})[
        "ConsumedCapacity"
    ]
    assert _targets(consumed, "WriteCapacityUnits") == (4, 2, 1, 1)


def test_a_large_insert_in_a_transaction() -> None:
    statement = f"INSERT INTO indexed VALUE {{'pk': 'n', 'sk': 1, 'gk': 'g', 'p': '{LARGE}'}}"
    (consumed,) = _execute(make_engine(), "ExecuteTransaction", {"TransactStatements": _statements(statement)})[
        "ConsumedCapacity"
    ]
    assert _targets(consumed, "WriteCapacityUnits") == (9, 6, 3, None)


def test_a_reading_transaction() -> None:
    reads = _statements(
        "SELECT * FROM indexed WHERE pk = 'a' AND sk = 1", "SELECT * FROM indexed WHERE pk = 'b' AND sk = 1"
    )
    (consumed,) = _execute(make_engine(), "ExecuteTransaction", {"TransactStatements": reads})["ConsumedCapacity"]
    assert _targets(consumed, "ReadCapacityUnits") == (4, 4, None, None)


def test_a_replay_is_a_read() -> None:
    engine = make_engine()
    stored = {"pk": {"S": "a"}, "sk": {"N": "1"}, "d": {"S": "y" * 9_000}}
    engine.execute(Call("PutItem", {"TableName": "ranged", "Item": stored}), 0.0)
    statements = _statements(
        "DELETE FROM ranged WHERE pk = 'a' AND sk = 1", "INSERT INTO ranged VALUE {'pk': 'n', 'sk': 1}"
    )
    request: dict[str, Any] = {"TransactStatements": statements, "ClientRequestToken": "token"}
    (first,) = _execute(engine, "ExecuteTransaction", request)["ConsumedCapacity"]
    assert _targets(first, "WriteCapacityUnits")[0] == 20
    statements[0]["ReturnValuesOnConditionCheckFailure"] = "NONE"
    (again,) = _execute(engine, "ExecuteTransaction", request)["ConsumedCapacity"]
    assert _targets(again, "ReadCapacityUnits")[0] == 8


def test_a_token_with_other_content_is_refused() -> None:
    engine = make_engine()
    statements = _statements("INSERT INTO ranged VALUE {'pk': 'n', 'sk': 1}")
    request: dict[str, Any] = {"TransactStatements": statements, "ClientRequestToken": "token"}
    assert "__type" not in _execute(engine, "ExecuteTransaction", request)
    statements[0]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    assert _execute(engine, "ExecuteTransaction", request)["__type"].endswith("#IdempotentParameterMismatchException")


def test_a_cancelled_transaction_reports_nothing() -> None:
    answer = _execute(make_engine(), "ExecuteTransaction", {"TransactStatements": _statements(FAILING % 1)})
    assert set(answer) == {"__type", "Message", "CancellationReasons"}
