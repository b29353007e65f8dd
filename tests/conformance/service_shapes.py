"""Makes the shapes of the other services that the emulator carries: ``python -m tests.conformance.service_shapes``.

Rule: of botocore's models only the operations that are answered, their input and output and all that these reach.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import botocore.session

from dynarig.emulator.services import OPERATIONS

PATH = Path(__file__).resolve().parents[2] / "emulator" / "http" / "service_shapes.json"
_KEPT = ("required", "enum", "min", "max")


def made() -> dict[str, Any]:
    """The shapes of the installed botocore."""
    loader = botocore.session.get_session().get_component("data_loader")
    services = {}
    for service, operations in OPERATIONS.items():
        model = loader.load_service_model(service, "service-2")
        shapes: dict[str, Any] = {}
        listed: dict[str, Any] = {}
        for operation in operations:
            sides = {side: model["operations"][operation].get(side) for side in ("input", "output")}
            listed[operation] = {side: reference["shape"] for side, reference in sides.items() if reference}
            for name in listed[operation].values():
                _gather(name, model["shapes"], shapes)
        services[service] = {"operations": listed, "shapes": dict(sorted(shapes.items()))}
    return {"botocore": botocore.__version__, "services": services}


def _gather(name: str, source: dict[str, Any], shapes: dict[str, Any]) -> None:
    if name in shapes:
        return
    shape = source[name]
    shapes[name] = compact = {"type": shape["type"], **{key: shape[key] for key in _KEPT if shape.get(key)}}
    reached = []
    if shape["type"] == "structure":
        compact["members"] = {member: reference["shape"] for member, reference in shape["members"].items()}
        reached = list(compact["members"].values())
    elif shape["type"] in ("list", "map"):
        compact["element"] = shape["member" if shape["type"] == "list" else "value"]["shape"]
        reached = [compact["element"]]
    for each in reached:
        _gather(each, source, shapes)


def written(model: dict[str, Any]) -> str:
    """The shapes as text, one a line, so that a newer version reads well as a difference."""
    lines = [f'{{"botocore": {json.dumps(model["botocore"])},', '"services": {']
    for place, (service, parts) in enumerate(model["services"].items()):
        lines.append(f"{json.dumps(service)}: {{")
        for part in ("operations", "shapes"):
            entries = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in parts[part].items()]
            lines.append(f'"{part}": {{')
            lines.append(",\n".join(entries))
            lines.append("}," if part == "operations" else "}")
        lines.append("}" if place == len(model["services"]) - 1 else "},")
    return "\n".join([*lines, "}}"]) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(made()))
    print(f"botocore {botocore.__version__}: {PATH.stat().st_size:,} bytes")
