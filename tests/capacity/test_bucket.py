"""Token buckets are exact."""

from __future__ import annotations

from random import Random

from dynarig.emulator.capacity.bucket import MILLISECONDS, NEVER, Bucket


def taken(bucket: Bucket, half_units: int, at: int) -> bool:
    return bucket.take(half_units * MILLISECONDS, at)


def test_it_begins_with_one_second_and_keeps_no_more_than_its_bound() -> None:
    bucket = Bucket(10, 3, 0)
    assert taken(bucket, 10, 0)
    assert not taken(bucket, 1, 0)
    assert taken(bucket, 30, 100 * MILLISECONDS)
    assert not taken(bucket, 1, 100 * MILLISECONDS)


def test_a_tenth_of_a_second_brings_a_tenth() -> None:
    bucket = Bucket(10, 1, 0)
    taken(bucket, 10, 0)
    assert not taken(bucket, 1, MILLISECONDS // 10 - 1)
    assert taken(bucket, 1, MILLISECONDS // 10)


def test_what_is_larger_than_the_bucket_is_granted_when_it_is_full_and_owed() -> None:
    bucket = Bucket(10, 1, 0)
    assert taken(bucket, 100, 0)
    assert not taken(bucket, 1, 9 * MILLISECONDS)
    assert taken(bucket, 1, 10 * MILLISECONDS)


def test_slack_lets_it_be_overdrawn() -> None:
    bucket = Bucket(10, 1, 0, slack_half_units=20)
    assert taken(bucket, 30, 0)
    assert not taken(bucket, 1, 0)
    assert bucket.is_full_behind(0)
    assert not bucket.is_full_behind(MILLISECONDS)


def test_where_enough_is_there_whatever_is_asked_is_granted_and_the_rest_owed() -> None:
    bucket = Bucket(10, 1, 0, enough=2 * MILLISECONDS)
    assert taken(bucket, 7, 0)
    assert taken(bucket, 8, 0)  # three are there
    assert bucket.level == -5 * MILLISECONDS
    assert not taken(bucket, 3, MILLISECONDS * 6 // 10)  # one is there
    assert taken(bucket, 1, MILLISECONDS * 6 // 10)


def test_a_clock_that_runs_back_brings_nothing() -> None:
    bucket = Bucket(10, 1, 100 * MILLISECONDS)
    taken(bucket, 10, 100 * MILLISECONDS)
    assert not taken(bucket, 1, 50 * MILLISECONDS)
    assert taken(bucket, 5, 50 * MILLISECONDS + MILLISECONDS // 2)


def test_no_window_is_granted_more_than_its_rate_and_the_bound() -> None:
    random = Random(7)
    for _ in range(50):
        rate, kept = random.randrange(1, 50), random.choice((1, 2, 30))
        enough = random.choice((NEVER, NEVER, 2 * MILLISECONDS))
        bucket, at, log, most = Bucket(rate, kept, 0, enough=enough), 0, [], rate * kept
        may_owe = 0 if enough == NEVER else most * MILLISECONDS
        for _ in range(400):
            at += random.choice((0, 0, 1, 100, 1_000, 5_000))
            need = random.randrange(1, max(most, 2))
            if taken(bucket, need, at):
                log.append((at, need))
            bucket.check()
        for first in range(len(log)):
            total = 0
            for when, need in log[first:]:
                total += need
                assert total * MILLISECONDS <= rate * (when - log[first][0]) + bucket.bound + may_owe
