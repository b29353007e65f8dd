"""Each backend has what it says it has and lacks what it says it lacks."""

import time

import pytest

from dynarig.workloads.backends import FEATURES, Backend, open_backend
from dynarig.workloads.backends.dynamodb_local import DynamoDBLocalBackend
from tests.workloads.backends.features import QUESTIONS, has, make

# (backend, feature) where asking needs more than requests: a clock that moves, a load, another service.
ASKED_ELSEWHERE = {"admin", "clock", "exports", "throttling", "ttl"}


def test_every_feature_has_a_question_or_is_asked_elsewhere():
    assert set(QUESTIONS) | ASKED_ELSEWHERE == set(FEATURES)


@pytest.fixture(scope="module")
def moto():
    with open_backend("moto") as backend:
        yield backend


@pytest.fixture(scope="module")
def moto_server():
    with open_backend("moto-server") as backend:
        yield backend


@pytest.fixture(scope="module")
def dynamodb_local():
    with DynamoDBLocalBackend(by="java") as backend:
        yield backend


def check(backend: Backend, feature: str) -> None:
    assert has(backend, feature) == (feature in backend.supports)
    if feature not in backend.supports:
        assert feature in backend.missing, "a reason is owed"


@pytest.mark.parametrize("feature", sorted(QUESTIONS))
def test_moto(moto, feature):
    check(moto, feature)


@pytest.mark.peers
@pytest.mark.parametrize("feature", sorted(QUESTIONS))
def test_moto_server(moto_server, feature):
    check(moto_server, feature)


@pytest.mark.peers
@pytest.mark.parametrize("feature", sorted(QUESTIONS))
def test_dynamodb_local(dynamodb_local, feature):
    check(dynamodb_local, feature)


@pytest.mark.peers
def test_dynamodb_local_expires_items(dynamodb_local):
    make(dynamodb_local, "expiring")
    setting = {"Enabled": True, "AttributeName": "expires"}
    dynamodb_local.call("UpdateTimeToLive", {"TableName": "expiring", "TimeToLiveSpecification": setting})
    past = {"pk": {"S": "a"}, "expires": {"N": str(int(time.time()) - 60)}}
    dynamodb_local.call("PutItem", {"TableName": "expiring", "Item": past})
    deadline = time.monotonic() + 20
    while dynamodb_local.call("Scan", {"TableName": "expiring"})["Count"]:
        assert time.monotonic() < deadline, "about a second in version 3.1.0"
