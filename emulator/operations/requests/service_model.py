"""The shapes of requests, from the service model that this package carries: answers do not change with a user's SDK.

Rule: raw shapes only, loaded at the first use (under a millisecond); what a shape means to a request is the readers'
business. service_model.json is made by ``python -m tests.conformance.service_model`` and names the version of botocore
that it was made from. Must not know: any operation, any answer of the service, botocore.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson


class Shape:
    """One shape. name: as in the model. type: structure, list, map, string, integer, …"""

    __slots__ = ("_raw", "_shapes", "name", "type")

    def __init__(self, name: str, shapes: dict[str, Any]) -> None:
        self.name = name
        self._shapes = shapes
        self._raw: dict[str, Any] = shapes[name]
        self.type: str = self._raw["type"]

    def members(self) -> Iterator[tuple[str, Shape]]:
        """A structure's members, in the model's order."""
        for name, shape in self._raw["members"].items():
            yield name, Shape(shape, self._shapes)

    @property
    def element(self) -> Shape:
        """A list's member, or a map's value."""
        return Shape(self._raw["element"], self._shapes)


def input_shape(operation: str) -> Shape:
    """The shape of an operation's request; raises KeyError for a name that neither service has."""
    for service in _services().values():
        found = service["operations"].get(operation)
        if found is not None:
            return Shape(found, service["shapes"])
    raise KeyError(operation)


@cache
def _services() -> dict[str, Any]:
    text = pkgutil.get_data(__package__, "service_model.json")
    assert text is not None, "the model is part of the package"
    services: dict[str, Any] = orjson.loads(text)["services"]
    return services
