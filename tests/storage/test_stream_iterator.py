"""Shard iterators: read back as given, and nothing else is read."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.storage.stream_iterator import ShardIterator, decode, encode

ITERATOR = ShardIterator(
    "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-11-21T09:30:00.123",
    "shardId-00000001795252200123-0a1b2c3d",
    10**20 + 12345,
    1_795_252_200.125,
)


def test_round_trip() -> None:
    assert decode(encode(ITERATOR)) == ITERATOR
    assert len(encode(ITERATOR)) <= 2048


def test_times_are_kept_to_the_millisecond() -> None:
    read = decode(encode(ITERATOR._replace(issued_at=1_795_252_200.1239)))
    assert read is not None
    assert read.issued_at == 1_795_252_200.123


@pytest.mark.parametrize(
    "text", ["", "|", "||", "a|1|b", "a|1|", "a|1|AAAA", "é|1|é", "a|1|" + "A" * 2000, "\ud800|1|AAAA"]
)
def test_what_was_not_made_here(text: str) -> None:
    assert decode(text) is None


def test_what_was_altered() -> None:
    random = Random(3)
    text = encode(ITERATOR)
    assert decode(text[:-4]) is None
    for _ in range(300):
        at = random.randrange(len(text))
        altered = text[:at] + random.choice("AZaz09+/|:-") + text[at + 1 :]
        if altered != text:
            assert decode(altered) is None
