"""A spliced payload: its pieces are its JSON."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dynarig.emulator.model.call import LONG_BYTES, Spliced


@pytest.mark.parametrize("more", [{}, {"Count": 2, "LastEvaluatedKey": {"pk": {"S": 'a"b'}}}])
def test_the_pieces_are_what_is_encoded(more: dict[str, Any]) -> None:
    payload = Spliced("Items", b'[{"pk":{"S":"a"}},{}]')
    payload.update(more)
    assert b"".join(payload.pieces()) == orjson.dumps(payload)
    assert orjson.loads(orjson.dumps(payload)) == {"Items": [{"pk": {"S": "a"}}, {}], **more}


def test_only_a_long_one_is_sent_in_pieces() -> None:
    assert not Spliced("Items", b"[]").is_long
    assert Spliced("Items", b"[%b]" % (b" " * LONG_BYTES)).is_long
