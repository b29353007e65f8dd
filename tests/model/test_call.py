"""A spliced payload: its pieces are its JSON."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dynarig.emulator.model.call import Spliced


@pytest.mark.parametrize("more", [{}, {"Count": 2, "LastEvaluatedKey": {"pk": {"S": 'a"b'}}}])
def test_the_pieces_are_what_is_encoded(more: dict[str, Any]) -> None:
    payload = Spliced("Items", b'[{"pk":{"S":"a"}},{}]')
    payload.update(more)
    assert b"".join(payload.pieces()) == orjson.dumps(payload)
    assert orjson.loads(orjson.dumps(payload)) == {"Items": [{"pk": {"S": "a"}}, {}], **more}
