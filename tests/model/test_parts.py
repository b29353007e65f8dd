"""Parts of items: what is read, and what is cut out as bytes, is what a whole parse would have given."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.model.parts import Parts

NAMES = (
    "pk",
    "sk",
    "state",
    "a-b",
    "größe",
    "",
    " ",
    "class",
    "part_0",
    'say "so"',
    "back\\slash",
    "new\nline",
    "\x7f",
    "__x__",
)
MANY = 100  # rows, so many that a class is worth making


def _value(random: Random, depth: int = 0) -> dict[str, Any]:
    kind = random.randrange(8 if depth < 3 else 6)
    if kind == 6:
        return {"M": {name: _value(random, depth + 1) for name in random.sample(NAMES, 3)}}
    if kind == 7:
        return {"L": [_value(random, depth + 1) for _ in range(3)]}
    return [
        {"S": random.choice(("", "plain", 'a "quoted" \\ {"state":{"S":"no"}}', "\u2028 é 🙂", "]},{"))},
        {"N": "-1.5"},
        {"NS": ["1", "2"]},
        {"BOOL": False},
        {"NULL": True},
        {"B": "AAE="},
    ][kind]


def _items(random: Random) -> list[dict[str, Any]]:
    return [
        {name: _value(random) for name in random.sample(NAMES, random.randrange(1, len(NAMES)))} for _ in range(MANY)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_and_cut_is_of_the_item(seed: int) -> None:
    random = Random(seed)
    parts, items = Parts(), _items(random)
    raws = [orjson.dumps(item) for item in items]
    names = tuple(random.sample(NAMES, random.randrange(1, 6)))
    wanted = [{name: item[name] for name in names if name in item} for item in items]
    read = parts.reader(names, MANY)
    assert [read(raw) for raw in raws] == wanted
    cut = parts.cutter(names, MANY)
    if cut is not None:
        assert cut(raws) == [orjson.dumps(each) for each in wanted]  # in the order asked for
    else:
        assert any(character in name for name in names for character in '"\\\n')


def test_of_nothing_nothing_is_read() -> None:
    assert Parts().reader((), MANY)(b'{"pk":{"S":"a"}}') == {}


def test_few_items_and_many_names_are_parsed_whole() -> None:
    parts, raw = Parts(), b'{"pk":{"S":"a"},"sk":{"S":"b"}}'
    for names, rows in ((("pk",), 3), (tuple(map(str, range(40))), MANY)):
        assert parts.reader(names, rows)(raw) == orjson.loads(raw)
        assert parts.cutter(names, rows) is None
    assert len(parts) == 0
    parts.reader(("pk",), MANY)
    assert parts.reader(("pk",), 3)(raw) == {"pk": {"S": "a"}}  # it is there, so it is used


def test_no_more_sets_of_names_are_kept_than_the_bound() -> None:
    parts = Parts(sets_max=3)
    raw = b'{"a0":{"S":"a"},"z":{"S":"b"}}'
    for number in range(20):
        parts.reader((f"a{number}",), MANY)
    assert len(parts) == 3
    assert parts.reader(("a0",), MANY)(raw) == {"a0": {"S": "a"}}
    assert parts.reader(("z",), MANY)(raw) == orjson.loads(raw)
    assert parts.cutter(("z",), MANY) is None
