"""The shapes of requests, from the service model that botocore carries, so that a new SDK brings its new members along.

Rule: raw shapes only, loaded at the first use (about 10 ms); what a shape means to a request is the readers' business.
Must not know: any operation, any answer of the service, boto3.
"""

from __future__ import annotations

import gzip
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson

_SERVICES = ("dynamodb", "dynamodbstreams")
_VERSION = "2012-08-10"


class Shape:
    """One shape. name: as in the model. type: structure, list, map, string, integer, … raw: its definition."""

    __slots__ = ("_shapes", "name", "raw", "type")

    def __init__(self, name: str, shapes: dict[str, Any]) -> None:
        self.name = name
        self._shapes = shapes
        self.raw: dict[str, Any] = shapes[name]
        self.type: str = self.raw["type"]

    def members(self) -> Iterator[tuple[str, Shape]]:
        """A structure's members, in the model's order."""
        for name, reference in self.raw["members"].items():
            yield name, Shape(reference["shape"], self._shapes)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of a structure's required members."""
        return tuple(self.raw.get("required", ()))

    @property
    def element(self) -> Shape:
        """A list's member, or a map's value."""
        return Shape(self.raw["member" if self.type == "list" else "value"]["shape"], self._shapes)


def input_shape(operation: str) -> Shape:
    """The shape of an operation's request; raises KeyError for a name that neither service has."""
    for service in _SERVICES:
        model = _model(service)
        found = model["operations"].get(operation)
        if found is not None:
            return Shape(found["input"]["shape"], model["shapes"])
    raise KeyError(operation)


@cache
def _model(service: str) -> Any:
    folder = f"data/{service}/{_VERSION}"
    try:
        packed = pkgutil.get_data("botocore", f"{folder}/service-2.json.gz")
        text = gzip.decompress(packed) if packed is not None else None
    except FileNotFoundError:  # distributions that unpack it
        text = pkgutil.get_data("botocore", f"{folder}/service-2.json")
    assert text is not None, "botocore carries its service models as package data"
    return orjson.loads(text)
