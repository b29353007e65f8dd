"""Large items against the engine: what chunks save, and the edge from both sides."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.workloads.scenarios.large_items import FITS, LIMIT_BYTES, READ_ONE, TOO_LARGE, LargeItems, made
from tests.workloads.scenarios.driven import AnotherTarget, Driven, EngineClient


def test_chunks_save_writes_and_a_byte_more_is_refused():
    driven = Driven(LargeItems, document_kb=100, chunk_kb=10).run(500)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    patches, reads, edge = verdict.findings
    assert (patches.figures["one_units"], patches.figures["chunks_units"]) == (100, 10)
    assert reads.figures["one_units"] == reads.figures["chunks_units"] == 12.5
    assert driven.measured.patterns[FITS].write_units / edge.figures["taken"] == 400
    assert edge.figures["refused"] == driven.measured.patterns[TOO_LARGE].refused > 0


def test_an_item_has_exactly_its_size():
    assert item_size(made("EDGE#0", "DOCUMENT", LIMIT_BYTES)) == LIMIT_BYTES


def test_a_document_that_cannot_be_one_item_is_told():
    with pytest.raises(ValueError, match="at most 399"):
        Driven(LargeItems, document_kb=400)


class Lenient(EngineClient):
    """Takes every item, and cuts what it reads."""

    def call(self, operation, request):
        if operation == "PutItem":
            return {}
        response = super().call(operation, request)
        if "Item" in response:
            response["Item"]["body"]["S"] = response["Item"]["body"]["S"][1:]
        return response


def test_an_item_too_large_that_is_taken_and_one_cut_short_are_noticed():
    driven = Driven(LargeItems, Lenient(), document_kb=16, chunk_kb=4).run(400)
    assert not driven.verify().passed
    assert driven.measured.patterns[TOO_LARGE].wrong > 0
    assert driven.measured.patterns[READ_ONE].wrong > 0


class Another(EngineClient):
    """An emulator whose edge is elsewhere, and to which every request is half a unit."""

    largest_bytes = LIMIT_BYTES - 1

    def call(self, operation, request):
        if operation == "PutItem" and item_size(request["Item"]) > self.largest_bytes:
            raise DynamoDBError("ValidationException", "Item size has exceeded the maximum allowed size")
        if operation == "PutItem" and item_size(request["Item"]) >= LIMIT_BYTES:
            return {"ConsumedCapacity": {"CapacityUnits": 0.5}}
        response = super().call(operation, request)
        if "ConsumedCapacity" in response and isinstance(response["ConsumedCapacity"], dict):
            response["ConsumedCapacity"]["CapacityUnits"] = 0.5
        return response


@pytest.mark.parametrize(
    ("largest_bytes", "lacks"),
    [
        (LIMIT_BYTES - 1, ["take an item of 409,600 bytes", "count capacity"]),
        (10**6, ["refuse an item", "count capacity"]),
    ],
)
def test_what_another_emulator_does_unlike_dynamodb_is_said_and_fails_nothing(largest_bytes, lacks):
    client = Another()
    client.largest_bytes = largest_bytes
    driven = Driven(LargeItems, client, target=AnotherTarget, document_kb=100, chunk_kb=10).run(400)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    assert len(verdict.cannot) == len(lacks)
    assert all(told.startswith(lack) for told, lack in zip(verdict.cannot, lacks, strict=True))
    assert "is 0.5 units to it, 25 to DynamoDB" in verdict.cannot[-1]
    assert not any("units" in name for found in verdict.findings for name in found.figures)
    assert "too short to meet the edge" not in " ".join(verdict.doubts)


def test_the_same_of_our_own_emulator_fails():
    driven = Driven(LargeItems, Another(), document_kb=100, chunk_kb=10).run(400)
    assert not driven.verify().passed
