"""The mirror over two small made-up backends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError, validation
from dynarig.workloads.backends import Backend, BackendError, open_backend
from dynarig.workloads.backends.base import without
from dynarig.workloads.backends.mirror import MirrorBackend


class Scripted(Backend):
    """Answers from a table of operation to answer or error, and keeps its requests."""

    def __init__(self, name: str, answers: dict[str, Any], supports: frozenset[str] | None = None) -> None:
        super().__init__("eu-west-1")
        self.name = name
        self.supports = without() if supports is None else supports
        self.answers = answers
        self.requests: list[dict[str, Any]] = []
        self.opened = 0

    def open(self) -> Scripted:
        self.opened += 1
        if self.answers.get("open") == "fails":
            raise BackendError("no")
        return self

    def close(self) -> None:
        self.opened -= 1

    def in_region(self, region: str) -> Scripted:
        return Scripted(f"{self.name}-{region}", self.answers, self.supports)

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        answer = self.answers[operation]
        if isinstance(answer, DynamoDBError):
            raise answer
        return answer


def pair(left: dict[str, Any], right: dict[str, Any], **options: Any) -> MirrorBackend:
    return MirrorBackend(Scripted("left", left), Scripted("right", right), **options).open()


def test_gives_the_left_answer_and_keeps_the_difference():
    mirror = pair({"GetItem": {"Item": {"n": {"N": "1"}}}}, {"GetItem": {"Item": {"n": {"N": "2"}}}})
    assert mirror.call("GetItem", {}) == {"Item": {"n": {"N": "1"}}}
    assert [str(found) for found in mirror.found] == ["GetItem: value at Item.n.N: 1 / 2"]
    assert mirror.calls == 1


def test_raises_the_left_error_after_asking_both():
    mirror = pair({"PutItem": validation("a")}, {"PutItem": validation("a")})
    with pytest.raises(DynamoDBError, match="ValidationException"):
        mirror.call("PutItem", {})
    assert mirror.found == []
    assert len(mirror.right.requests) == 1


def test_tokens_of_the_left_become_those_of_the_right():
    left = {"ListStreams": {"Streams": [{"StreamArn": "left-arn"}]}, "DescribeStream": {}}
    right = {"ListStreams": {"Streams": [{"StreamArn": "right-arn"}]}, "DescribeStream": {}}
    mirror = pair(left, right)
    mirror.call("ListStreams", {})
    request = {"StreamArn": "left-arn", "Deep": [{"StreamArn": "left-arn"}], "Limit": 1}
    mirror.call("DescribeStream", request)
    assert mirror.left.requests[-1] is request
    assert mirror.right.requests[-1] == {"StreamArn": "right-arn", "Deep": [{"StreamArn": "right-arn"}], "Limit": 1}
    assert mirror.found == []


def test_capacity_counts_only_where_both_count_it():
    answers = {"GetItem": {"ConsumedCapacity": {"CapacityUnits": 1.0}}}, {"GetItem": {}}
    both = MirrorBackend(Scripted("left", answers[0]), Scripted("right", answers[1]))
    both.call("GetItem", {})
    assert len(both.found) == 1
    one = MirrorBackend(Scripted("left", answers[0]), Scripted("right", answers[1], without("capacity")))
    one.call("GetItem", {})
    assert one.found == []
    assert "capacity" not in one.supports
    assert "capacity" in one.report()


def test_a_right_side_that_does_not_open_closes_the_left():
    left, right = Scripted("left", {}), Scripted("right", {"open": "fails"})
    with pytest.raises(BackendError):
        MirrorBackend(left, right).open()
    assert left.opened == 0


def test_another_region_shares_the_list():
    mirror = pair({"GetItem": {"Count": 1}}, {"GetItem": {"Count": 2}})
    with mirror.in_region("us-west-2") as sibling:
        sibling.call("GetItem", {})
    assert len(mirror.found) == 1


def test_threads_take_turns():
    mirror = pair({"GetItem": {"Count": 1}}, {"GetItem": {"Count": 1}})
    threads = [threading.Thread(target=mirror.call, args=("GetItem", {"n": n})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mirror.left.requests == mirror.right.requests


@pytest.mark.parametrize("pair_text", ["moto", "moto,", "a,b,c", "mirror:x,moto"])
def test_a_mirror_needs_two(pair_text):
    with pytest.raises(BackendError, match="a mirror needs two backends"):
        open_backend(f"mirror:{pair_text}")
