"""Makes the service model that the emulator carries: ``python -m tests.conformance.service_model``.

Rule: of botocore's model only what a request is read by: each operation's input and the shapes that it reaches, with
their types, members and elements, in the model's order. Writes emulator/operations/requests/service_model.json, and in
it the version of botocore that it was made from.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import botocore.session

PATH = Path(__file__).resolve().parents[2] / "emulator" / "operations" / "requests" / "service_model.json"
SERVICES = ("dynamodb", "dynamodbstreams")
_CHILDREN = {"list": "member", "map": "value"}


def load() -> dict[str, Any]:
    """The model as it stands in the repository."""
    model: dict[str, Any] = json.loads(PATH.read_text())
    return model


def made() -> dict[str, Any]:
    """The model of the installed botocore."""
    loader = botocore.session.get_session().get_component("data_loader")
    services = {name: _service(loader.load_service_model(name, "service-2")) for name in SERVICES}
    return {"botocore": botocore.__version__, "services": services}


def _service(model: dict[str, Any]) -> dict[str, Any]:
    operations = {name: operation["input"]["shape"] for name, operation in sorted(model["operations"].items())}
    shapes: dict[str, Any] = {}
    for name in operations.values():
        _gather(name, model["shapes"], shapes)
    return {"operations": operations, "shapes": dict(sorted(shapes.items()))}


def _gather(name: str, source: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Adds the shape of that name and all that it reaches."""
    if name in shapes:
        return
    shape = source[name]
    kind = shape["type"]
    shapes[name] = compact = {"type": kind}
    if kind == "structure":
        compact["members"] = {member: reference["shape"] for member, reference in shape["members"].items()}
        reached = list(compact["members"].values())
    elif kind in _CHILDREN:
        compact["element"] = shape[_CHILDREN[kind]]["shape"]
        reached = [compact["element"]]
    else:
        reached = []
    for each in reached:
        _gather(each, source, shapes)


def written(model: dict[str, Any]) -> str:
    """The model as text, one operation or shape a line, so that a newer version reads well as a difference."""
    services = {
        name: _object(
            {part: _object({key: json.dumps(each) for key, each in service[part].items()}) for part in service}
        )
        for name, service in model["services"].items()
    }
    return _object({"botocore": json.dumps(model["botocore"]), "services": _object(services)}) + "\n"


def _object(members: dict[str, str]) -> str:
    """A JSON object of members that are JSON already, one a line."""
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in members.items()) + "\n}"


def main() -> None:
    """Write the file and tell what is in it."""
    model = made()
    PATH.write_text(written(model))
    counts = ", ".join(
        f"{name}: {len(service['operations'])} operations, {len(service['shapes'])} shapes"
        for name, service in model["services"].items()
    )
    print(f"botocore {model['botocore']}; {counts}; {PATH.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
