"""The house holds: import directions, sizes, names, and operations that are listed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Container
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 7
PACKAGES = ("emulator", "fixtures", "workloads")
BANNED_NAMES = {"utils", "helpers", "common", "manager", "misc"}
TOP_LEVEL = {
    "pyproject.toml",
    "emulator",
    "workloads",
    "fixtures",
    "tests",
    "locustfile.py",
    "results",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
}

# Layer of each package or module; imports point only to the same room or to a lower number.
LAYERS = {
    "dynarig.emulator.model": 0,
    "dynarig.emulator.setting": 0,
    "dynarig.emulator.expressions": 1,
    "dynarig.emulator.capacity": 1,
    "dynarig.emulator.settings": 1,
    "dynarig.emulator.latency": 1,
    "dynarig.emulator.storage": 2,
    "dynarig.emulator.planning": 3,
    "dynarig.emulator.transfers": 3,
    "dynarig.emulator.partiql": 3,
    "dynarig.emulator.metrics": 4,
    "dynarig.emulator.cost": 4,
    "dynarig.emulator.cloudwatch": 4,
    "dynarig.emulator.autoscaling": 4,
    "dynarig.emulator.operations": 4,
    "dynarig.emulator.services": 4,
    "dynarig.emulator.engine": 5,
    "dynarig.emulator.buckets": 6,
    "dynarig.emulator.clock": 6,
    "dynarig.emulator.http": 6,
    "dynarig.emulator.budgets": 6,
    "dynarig.emulator.embedded": 6,
    "dynarig.emulator.emitters": 6,
    "dynarig.emulator.interception": 6,
    "dynarig.emulator.within": 6,
    "dynarig.emulator.command_line": 6,
    "dynarig.emulator.pytest_plugin": 6,
    "dynarig.emulator.__main__": 6,
    "dynarig.workloads.backends": 7,
    "dynarig.workloads.signing": 7,
    "dynarig.workloads": 8,
    "dynarig.fixtures": 8,
}
# Rooms within a layer; imports point only to the same room or to a lower number, so no two rooms know each other.
ROOMS = {
    "dynarig.emulator.expressions.parse": 0,
    "dynarig.emulator.expressions.run": 1,
    "dynarig.emulator.expressions.check": 2,
    "dynarig.emulator.expressions.program": 3,
    "dynarig.emulator.expressions.legacy": 3,
    "dynarig.emulator.expressions.cache": 4,
    "dynarig.emulator.expressions": 5,
    "dynarig.emulator.operations.operation": 0,
    "dynarig.emulator.operations.requests": 1,
    "dynarig.emulator.operations.checks": 2,
    "dynarig.emulator.operations.items": 3,
    "dynarig.emulator.operations.pages": 4,
    "dynarig.emulator.operations.batches": 4,
    "dynarig.emulator.operations.transactions": 4,
    "dynarig.emulator.operations.statements": 5,
    "dynarig.emulator.operations.tables": 3,
    "dynarig.emulator.operations.tags": 4,
    "dynarig.emulator.operations.policies": 4,
    "dynarig.emulator.operations.backups": 4,
    "dynarig.emulator.operations.transfers": 5,
    "dynarig.emulator.operations.insights": 4,
    "dynarig.emulator.operations.kinesis": 4,
    "dynarig.emulator.operations.global_tables": 4,
    "dynarig.emulator.operations.streams": 3,
    "dynarig.emulator.operations.account": 3,
    "dynarig.emulator.operations": 6,
}
# Below the shells nothing reads a clock, draws unseeded numbers or touches the machine.
BANNED_BELOW_SHELLS = {"time", "random", "threading", "asyncio", "os", "socket", "pathlib", "subprocess", "datetime"}
# `random.Random` with a seed handed in, and calendar arithmetic on times handed in, are not the machine's.
ALLOWED = {("random", "Random"), ("datetime", "datetime"), ("datetime", "UTC"), ("datetime", "timedelta")}


def _modules() -> list[Path]:
    packages = [ROOT / name for name in (*PACKAGES, "tests")]
    return sorted(path for package in packages for path in package.rglob("*.py")) + [ROOT / "locustfile.py"]


def _name(path: Path) -> str:
    """The module's name as it is imported: all but the tests and the locustfile live in `dynarig`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = ("dynarig", *parts) if parts[0] in PACKAGES else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _place(module: str, places: Container[str]) -> str | None:
    """The longest beginning of a module's name that is one of these."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in places:
            return ".".join(parts[:length])
    return None


def _imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def _is_data(tree: ast.Module) -> bool:
    """A table of data, alone in its file: no function in it."""
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_module(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    name = _name(path)
    faults = [*_size_faults(text, tree), *_name_faults(path, tree)]
    if not name.startswith("tests"):
        faults += _import_faults(name, tree)
        if text.strip() and ast.get_docstring(tree) is None:
            faults.append("no module head")
    assert not faults, f"{name}: {faults}"


def _size_faults(text: str, tree: ast.Module) -> list[str]:
    faults = []
    lines = text.count("\n")
    if lines > FILE_LINES_MAX and not _is_data(tree):
        faults.append(f"{lines} lines")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                faults.append(f"{node.name} has {length} lines")
            count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
            if count > PARAMETERS_MAX:
                faults.append(f"{node.name} has {count} parameters")
    return faults


def _name_faults(path: Path, tree: ast.Module) -> list[str]:
    return [f"the name {part}" for part in (*path.parts, path.stem) if part in BANNED_NAMES]


def _import_faults(name: str, tree: ast.Module) -> list[str]:
    layer = _place(name, LAYERS)
    if layer is None:
        return []
    room = _place(name, ROOMS)
    faults = []
    for imported in _imports(tree):
        other = _place(imported, LAYERS)
        if other is not None and LAYERS[other] > LAYERS[layer]:
            faults.append(f"imports {imported} upwards")
        other = _place(imported, ROOMS)
        if room is not None and other is not None and other != room and _is_beside(room, other):
            faults.append(f"imports {imported} of a room that is not below")
        head, _, tail = imported.partition(".")
        if LAYERS[layer] < 6 and head in BANNED_BELOW_SHELLS and (head, tail) not in ALLOWED:
            faults.append(f"imports {imported} below the shells")
    return faults


def test_storage_has_one_direction() -> None:
    """Item, change, index, …, table, catalog: no module needs one that needs it, not even for its types."""
    graph = {}
    for path in (ROOT / "emulator" / "storage").glob("*.py"):
        imported = {each.rpartition(".")[0] for each in _imports(ast.parse(path.read_text()))}
        graph[_name(path)] = {each for each in imported if each.startswith("dynarig.emulator.storage.")}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle
    line = ["item", "change", "index", "table", "catalog"]
    assert [name for name in (each.rpartition(".")[2] for each in order) if name in line] == line


def _is_beside(room: str, other: str) -> bool:
    """Whether a room of the same layer is not below."""
    return _place(room, LAYERS) == _place(other, LAYERS) and ROOMS[other] >= ROOMS[room]


def test_every_room_has_its_place() -> None:
    for layer in {_place(room, LAYERS) for room in ROOMS}:
        folder = ROOT.joinpath(*str(layer).split(".")[1:])
        inside = {_name(path) for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
        assert inside == {room for room in ROOMS if _place(room, LAYERS) == layer}


def test_every_operation_file_is_listed() -> None:
    from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS

    folder = ROOT / "emulator" / "operations"
    defined = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Operation"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                defined.add(node.args[0].value)
    assert defined == set(OPERATIONS) | set(STREAMS_OPERATIONS)


def test_the_top_level_holds_what_it_should() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    strays = {name for name in found - TOP_LEVEL if not name.endswith(".egg-info") and name not in {"build", "dist"}}
    assert not strays


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert listed == sorted(_name(path) for name in PACKAGES for path in (ROOT / name).rglob("__init__.py"))
