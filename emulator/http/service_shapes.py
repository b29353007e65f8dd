"""The shapes of the other services' requests and answers, from the service models that this package carries.

Rule: service_shapes.json is made by ``python -m tests.conformance.service_shapes`` of a named botocore and holds the
operations that are answered here, no more; loaded at the first use. Must not know: any protocol.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson


class Shape:
    """One shape. type: structure, list, map, string, integer, timestamp, … choices, least, most: its constraints."""

    __slots__ = ("_raw", "_shapes", "choices", "least", "most", "required", "type")

    def __init__(self, name: str, shapes: dict[str, Any]) -> None:
        self._shapes = shapes
        self._raw: dict[str, Any] = shapes[name]
        self.type: str = self._raw["type"]
        self.required: list[str] = self._raw.get("required", [])
        self.choices: list[str] = self._raw.get("enum", [])
        self.least: float | None = self._raw.get("min")
        self.most: float | None = self._raw.get("max")

    def members(self) -> Iterator[tuple[str, Shape]]:
        """A structure's members, in the model's order."""
        for name, shape in self._raw["members"].items():
            yield name, Shape(shape, self._shapes)

    @property
    def element(self) -> Shape:
        """A list's member, or a map's value."""
        return Shape(self._raw["element"], self._shapes)


def shape_of(service: str, operation: str, side: str) -> Shape | None:
    """The shape of an operation's input or output, None where it has none."""
    model = _services()[service]
    name = model["operations"][operation].get(side)
    return None if name is None else Shape(name, model["shapes"])


@cache
def _services() -> dict[str, Any]:
    text = pkgutil.get_data(__package__, "service_shapes.json")
    assert text is not None, "the shapes are part of the package"
    services: dict[str, Any] = orjson.loads(text)["services"]
    return services
