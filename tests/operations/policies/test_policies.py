"""Resource policies of tables and streams, as conversations: tests/cases/policies/*.json.

A conversation is a list of calls, each [operation, request, answer] (null for any success) or [operation, request,
code, message], with ``$stream`` for the stream's ARN and ``$label`` for its label; {"$after": seconds} moves the clock,
{"$settings": …} stands first and says with which settings.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings

CASES = Path(__file__).parents[2] / "cases" / "policies"
NOW = 1_790_000_000.0
TABLE = {
    "TableName": "tab",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}


def conversations() -> list[Any]:
    return [
        pytest.param(steps, id=f"{path.stem}: {name}")
        for path in sorted(CASES.glob("*.json"))
        for name, steps in json.loads(path.read_text()).items()
    ]


@pytest.mark.parametrize("steps", conversations())
def test_policy(steps: list[Any]) -> None:
    settings = steps.pop(0)["$settings"] if isinstance(steps[0], dict) and "$settings" in steps[0] else {}
    engine, now = Engine(Settings(**settings)), NOW
    stream = _call(engine, now, "CreateTable", TABLE)["TableDescription"]
    texts = {"$stream": stream["LatestStreamArn"], "$label": stream["LatestStreamLabel"]}
    for step in steps:
        if isinstance(step, dict):
            now += step["$after"]
            continue
        text = json.dumps(step)
        for short, long in texts.items():
            text = text.replace(short, long)
        operation, request, *wanted = json.loads(text)
        answer = _call(engine, now, operation, request)
        if len(wanted) == 1:
            assert "__type" not in answer, (operation, request, answer)
            assert wanted[0] in (None, answer), (operation, request, answer)
        else:
            told = (answer.get("__type", "").partition("#")[2], answer.get("message"))
            assert told == tuple(wanted), (operation, request, answer)


def _call(engine: Engine, now: float, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    reply = engine.execute(Call(operation, request), now)
    return orjson.loads(orjson.dumps(reply.payload))  # type: ignore[no-any-return]
