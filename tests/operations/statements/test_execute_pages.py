"""Pages of SELECT: limits, one megabyte, and NextToken against the statement and the parameters it was made for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from tests.partiql.world import make_engine

INVALID, MISMATCH = "Invalid NextToken", "NextToken does not match request"
BY_VALUE = "SELECT * FROM ranged WHERE pk IN ('a', 'b') AND x <> ?"


def _execute(engine: Engine, **members: Any) -> dict[str, Any]:
    reply = engine.execute(Call("ExecuteStatement", members), 1.0)
    answer: dict[str, Any] = orjson.loads(orjson.dumps(reply.payload))
    return answer


def _pages(engine: Engine, **members: Any) -> list[list[dict[str, Any]]]:
    pages = []
    while True:
        answer = _execute(engine, **members)
        pages.append(answer["Items"])
        if "NextToken" not in answer:
            return pages
        members["NextToken"] = answer["NextToken"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM ranged",
        "SELECT * FROM ranged WHERE pk IN ('b', 'a')",
        "SELECT * FROM ranged WHERE pk IN ('b', 'a') ORDER BY pk DESC, sk DESC",
        "SELECT * FROM ranged WHERE pk = 'a' AND (sk < 2 OR sk > 3) OR pk = 'b'",
        "SELECT * FROM ranged WHERE x = 1",
        "SELECT * FROM indexed.gsi WHERE gk = 'g'",
        "SELECT * FROM indexed.gsi",
        "SELECT * FROM indexed.lsi WHERE pk = 'a' ORDER BY ls DESC",
    ],
)
def test_pages_of_any_limit_hold_the_same_items(statement: str) -> None:
    engine = make_engine()
    (whole,) = _pages(engine, Statement=statement)
    assert whole
    for limit in range(1, 6):
        pages = _pages(engine, Statement=statement, Limit=limit)
        assert [item for page in pages for item in page] == whole
        assert all(len(page) <= limit for page in pages)


def test_a_limit_counts_rows_not_matches() -> None:
    answer = _execute(make_engine(), Statement="SELECT * FROM ranged WHERE pk = 'a' AND x = 7", Limit=2)
    assert answer["Items"] == []
    assert "NextToken" in answer


@pytest.mark.parametrize("statement", ["SELECT pk FROM plain", "SELECT pk FROM plain WHERE pk IN ({})"])
def test_a_page_ends_at_one_megabyte(statement: str) -> None:
    engine = make_engine()
    for number in range(8):
        item = {"pk": {"S": f"big{number}"}, "d": {"S": "y" * 300_000}}
        engine.execute(Call("PutItem", {"TableName": "plain", "Item": item}), 0.0)
    statement = statement.format(", ".join(f"'big{number}'" for number in range(8)))
    pages = _pages(engine, Statement=statement)
    assert len(pages) > 1
    names = [item["pk"]["S"] for page in pages for item in page]
    assert sorted(name for name in names if name != "k") == [f"big{number}" for number in range(8)]


def test_a_deleted_start_still_continues() -> None:
    engine = make_engine()
    token = _execute(engine, Statement="SELECT * FROM ranged WHERE pk = 'a'", Limit=2)["NextToken"]
    _execute(engine, Statement="DELETE FROM ranged WHERE pk = 'a' AND sk = 2")
    answer = _execute(engine, Statement="SELECT * FROM ranged WHERE pk = 'a'", NextToken=token)
    assert [item["sk"]["N"] for item in answer["Items"]] == ["3", "4"]


@pytest.mark.parametrize("token", ["", "x", "AAAA", "not a token", "=" * 40])
def test_an_unreadable_token(token: str) -> None:
    assert _execute(make_engine(), Statement="SELECT * FROM ranged", NextToken=token)["message"] == INVALID


@pytest.mark.parametrize("statement", ["select * FROM ranged", "SELECT  * FROM ranged", "SELECT * FROM ranged;"])
def test_the_statement_must_be_the_same_text(statement: str) -> None:
    engine = make_engine()
    token = _execute(engine, Statement="SELECT * FROM ranged", Limit=1)["NextToken"]
    assert _execute(engine, Statement=statement, NextToken=token)["message"] == MISMATCH
    assert "Items" in _execute(engine, Statement="SELECT * FROM ranged", NextToken=token, Limit=3)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"N": "1E2"}, {"N": "1e+2"}, True),
        ({"N": "01"}, {"N": "1"}, True),
        ({"N": "1.5E1"}, {"N": "15"}, True),
        ({"N": "0"}, {"N": "0.0"}, False),
        ({"N": "100"}, {"N": "1E2"}, False),
        ({"S": "a"}, {"S": "a"}, True),
        ({"S": "a"}, {"S": "b"}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"NS": ["1", "2.0"]}, {"NS": ["2", "1.00"]}, True),
        ({"NULL": True}, {"NULL": True}, True),
        ({"L": []}, {"L": []}, False),
        ({"M": {}}, {"M": {}}, False),
    ],
)
def test_parameters_are_compared_by_value(first: Any, second: Any, same: bool) -> None:
    engine = make_engine()
    token = _execute(engine, Statement=BY_VALUE, Parameters=[first], Limit=1)["NextToken"]
    answer = _execute(engine, Statement=BY_VALUE, Parameters=[second], NextToken=token)
    assert ("Items" in answer) is same
    assert same or answer["message"] == MISMATCH
