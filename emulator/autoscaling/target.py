"""What is scaled: one axis of a table or of a global index. Parses names, knows no policy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.storage.table_settings import Throughput

SERVICE = "dynamodb"
_RESOURCE = re.compile(r"table/([a-zA-Z0-9_.-]{3,255})(?:/index/([a-zA-Z0-9_.-]{3,255}))?", re.ASCII)
_DIMENSIONS = {
    "dynamodb:table:ReadCapacityUnits": (False, "Read"),
    "dynamodb:table:WriteCapacityUnits": (False, "Write"),
    "dynamodb:index:ReadCapacityUnits": (True, "Read"),
    "dynamodb:index:WriteCapacityUnits": (True, "Write"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """axis: Read or Write. index: None for the table."""

    resource_id: str
    dimension: str
    table: str
    index: str | None
    axis: str

    @property
    def member(self) -> str:
        """The member of ProvisionedThroughput that is scaled."""
        return f"{self.axis}CapacityUnits"

    def units_of(self, throughput: Throughput) -> int:
        """The units of its axis."""
        return throughput.read_units if self.axis == "Read" else throughput.write_units


@dataclass(slots=True)
class Target:
    """A scalable target. scaled_out_at, scaled_in_at: when its last change of each kind was done."""

    subject: Subject
    arn: str
    role_arn: str
    created_at: float
    least: int
    most: int
    suspended: dict[str, bool] = field(default_factory=dict)
    scaled_out_at: float = float("-inf")
    scaled_in_at: float = float("-inf")
    tags: dict[str, str] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """ScalableTarget."""
        names = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
        return {
            **names_of(self.subject),
            "MinCapacity": self.least,
            "MaxCapacity": self.most,
            "RoleARN": self.role_arn,
            "CreationTime": self.created_at,
            "SuspendedState": {name: self.suspended.get(name, False) for name in names},
            "ScalableTargetARN": self.arn,
        }


def subject_of(request: dict[str, Any]) -> Subject:
    """The subject that a request names; ValidationException where that is none of DynamoDB's."""
    if request["ServiceNamespace"] != SERVICE:
        raise validation(f"Only the service namespace {SERVICE} is scaled here, not {request['ServiceNamespace']}")
    found = _RESOURCE.fullmatch(request["ResourceId"])
    known = _DIMENSIONS.get(request["ScalableDimension"])
    if found is None or known is None or known[0] != (found[2] is not None):
        raise validation(
            "Unsupported service namespace, resource type or scalable dimension: "
            f"{request['ResourceId']}, {request['ScalableDimension']}"
        )
    return Subject(request["ResourceId"], request["ScalableDimension"], found[1], found[2], known[1])


def names_of(subject: Subject) -> dict[str, Any]:
    """The three members that name a subject."""
    return {
        "ServiceNamespace": SERVICE,
        "ResourceId": subject.resource_id,
        "ScalableDimension": subject.dimension,
    }


def validation(text: str) -> DynamoDBError:
    """ValidationException, as this service spells it."""
    return DynamoDBError("ValidationException", text)


def not_found(text: str) -> DynamoDBError:
    """ObjectNotFoundException."""
    return DynamoDBError("ObjectNotFoundException", text)


def tagged_not_found(arn: str) -> DynamoDBError:
    """ResourceNotFoundException: of the operations on tags."""
    text = f"The specified resource doesn't exist: {arn}"
    return DynamoDBError("ResourceNotFoundException", text, members={"ResourceName": arn})


def too_many_tags(arn: str, most: int) -> DynamoDBError:
    """TooManyTagsException."""
    return DynamoDBError("TooManyTagsException", f"A resource can have {most} tags.", members={"ResourceName": arn})


def invalid_token() -> DynamoDBError:
    """InvalidNextTokenException."""
    return DynamoDBError("InvalidNextTokenException", "The next token supplied was invalid")
