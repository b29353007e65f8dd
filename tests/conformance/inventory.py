"""What we do with each operation of the service model and each member of its input: the inventory, and its making.

Rule: the model's side (operations, structures, members, types) comes from the service model that we carry, the hand's
side (`does`, `test`, `note`) stays through every regeneration: ``python -m tests.conformance.inventory`` writes
tests/cases/inventory.json anew. A member that nobody has judged is UNJUDGED, which a test refuses.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dynarig.emulator.operations.requests.service_model import Shape, input_shape
from tests.conformance import service_model

PATH = Path(__file__).resolve().parent.parent / "cases" / "inventory.json"

ANSWERED = "answered"  # an operation that the registry has
HONOURED = "honoured"  # a member that has its effect
DESCRIBED = "described"  # taken, checked, kept and shown, without an effect beyond
REFUSED = "refused"  # answered with an error of the service, or one that says why not here
IGNORED = "ignored"  # read and left without effect
NOT_YET = "not yet"  # its operation answers UnknownOperationException
UNJUDGED = "unjudged"  # new in the model
MEMBER_VERDICTS = frozenset({HONOURED, DESCRIBED, REFUSED, IGNORED, NOT_YET})


def model() -> dict[str, Any]:
    """The carried model's side: operations with their service and input, structures with members and types."""
    carried = service_model.load()
    operations: dict[str, Any] = {}
    structures: dict[str, Any] = {}
    for service, told in carried["services"].items():
        for name in told["operations"]:
            shape = input_shape(name)
            operations[name] = {"service": service, "input": shape.name}
            _gather(shape, name, structures)
    return {"botocore": carried["botocore"], "operations": operations, "structures": structures}


def _gather(shape: Shape, operation: str, structures: dict[str, Any]) -> None:
    if shape.type in ("list", "map"):
        _gather(shape.element, operation, structures)
    elif shape.type == "structure":
        entry = structures.setdefault(shape.name, {"used by": [], "members": {}})
        if operation in entry["used by"]:
            return
        entry["used by"].append(operation)
        for name, member in shape.members():
            entry["members"][name] = {"type": member.type}
            _gather(member, operation, structures)


def load() -> dict[str, Any]:
    """The inventory as it stands in the repository."""
    inventory: dict[str, Any] = json.loads(PATH.read_text())
    return inventory


def renewed(old: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The inventory with the model's side of today and the hand's side of `old`."""
    operations = {**old["operations"]}
    for name, entry in found["operations"].items():
        operations[name] = {"does": UNJUDGED, "test": "", **operations.get(name, {}), **entry}
    structures = {**old["structures"]}
    for name, entry in found["structures"].items():
        members = {**structures.get(name, {}).get("members", {})}
        for member, told in entry["members"].items():
            members[member] = {"does": UNJUDGED, "test": "", **members.get(member, {}), **told}
        structures[name] = {"used by": sorted(entry["used by"]), "members": dict(sorted(members.items()))}
    return {
        "botocore": found["botocore"],
        "operations": dict(sorted(operations.items())),
        "structures": dict(sorted(structures.items())),
    }


def main() -> None:
    """Write the inventory anew and tell what waits for a verdict."""
    old = load() if PATH.exists() else {"operations": {}, "structures": {}}
    new = renewed(old, model())
    PATH.write_text(json.dumps(new, indent=1) + "\n")
    waiting = [f"{name}.{member}" for name, member, entry in rows(new) if entry["does"] == UNJUDGED]
    print(f"{len(new['operations'])} operations, {sum(1 for _ in rows(new))} members; unjudged: {waiting or 'none'}")


def rows(inventory: dict[str, Any]) -> Any:
    """Each (structure, member, entry)."""
    for name, structure in inventory["structures"].items():
        for member, entry in structure["members"].items():
            yield name, member, entry


if __name__ == "__main__":
    main()
