"""What a WHERE clause reads by its keys is what it would keep of the whole table; seeded clauses."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.partiql.key_reads import OVERLAPPING
from dynarig.emulator.partiql.parser import parse
from dynarig.emulator.partiql.prepare import Reading, matcher, prepare
from tests.partiql.world import make_engine


def _leaf(random: Random) -> str:
    sk = random.randint(0, 5)
    return random.choice(
        (
            f"pk = '{random.choice('abc')}'",
            f"pk IN ('a', '{random.choice('bc')}')",
            f"sk {random.choice(('=', '<', '<=', '>', '>=', '<>'))} {sk}",
            f"sk BETWEEN {sk} AND {sk + 2}",
            f"sk IN [{sk}, {sk + 1}]",
            f"x = {sk % 2}",
            f"{sk} > sk",
        )
    )


def _clause(random: Random, depth: int = 3) -> str:
    if depth == 0 or random.random() < 0.3:
        return _leaf(random)
    if random.random() < 0.15:
        return f"NOT ({_clause(random, depth - 1)})"
    parts = [_clause(random, depth - 1) for _ in range(random.randint(2, 3))]
    return "(" + random.choice((" AND ", " OR ")).join(parts) + ")"


def _select(engine: Engine, text: str, **members: Any) -> dict[str, Any]:
    payload = engine.execute(Call("ExecuteStatement", {"Statement": text, **members}), 1.0).payload
    answer: dict[str, Any] = orjson.loads(orjson.dumps(payload))
    return answer


def _sorted(items: list[dict[str, Any]]) -> list[bytes]:
    return sorted(orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in items)


@pytest.mark.parametrize("seed", range(5))
def test_ranges_keep_what_the_filter_keeps(seed: int) -> None:
    random, engine = Random(seed), make_engine()
    everything = _select(engine, "SELECT * FROM ranged")["Items"]
    answered = 0
    for _ in range(150):
        text = "SELECT * FROM ranged WHERE " + _clause(random)
        answer = _select(engine, text)
        if answer.get("message") == OVERLAPPING:
            continue
        reading = prepare(parse(text), ())
        assert isinstance(reading, Reading)
        keeps = matcher(reading.condition)
        assert _sorted(answer["Items"]) == _sorted([item for item in everything if keeps(item)]), text
        answered += 1
    assert answered > 75


def test_too_many_alternatives_are_a_filter() -> None:
    text = "SELECT * FROM ranged WHERE " + " AND ".join(["(sk = 1 OR pk = 'a')"] * 40)
    items = _select(make_engine(), text)["Items"]
    assert {(item["pk"]["S"], item["sk"]["N"]) for item in items} >= {("a", "1"), ("a", "4"), ("b", "1")}
    assert len(items) == 5
