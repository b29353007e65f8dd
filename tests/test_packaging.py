"""What is built and installed: one package, its data, its extras; beside a project's own folders and other SDKs.

Rule: a clean environment for each question, made in the user's cache or in a temporary folder; without a package index
there is no answer, and the test says so.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dynarig.workloads.cli import COMMANDS
from dynarig.workloads.doctor_checks import EXTRAS
from tests.clients.installs import python_environment

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FOLDERS = ("emulator", "fixtures", "workloads")
# A distribution's name where it is not that of its module.
MODULES = {"pyyaml": "yaml", "hdrhistogram": "hdrh", "python-hcl2": "hcl2", "flask-cors": "flask_cors"}
PIP_INSTALL = ("-m", "pip", "install", "-q", "--disable-pip-version-check")
INSTALL_SECONDS = 300


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


# ---- what is declared


def test_the_doctor_knows_the_extras() -> None:
    declared = {
        extra: tuple(sorted(MODULES.get(name, name) for name in map(_name, requirements) if name != "dynarig"))
        for extra, requirements in PROJECT["optional-dependencies"].items()
        if extra not in ("all", "test")
    }
    assert declared == EXTRAS
    assert PROJECT["optional-dependencies"]["all"] == [f"dynarig[{','.join(sorted(EXTRAS))}]"]


def test_commands_name_extras_that_exist() -> None:
    assert {command.extra for command in COMMANDS.values()} <= {"", *EXTRAS}


def test_the_core_imports_only_what_it_declares() -> None:
    """Whatever lies in the emulator: of others' packages it knows the core's, and pytest, which loads its plugin."""
    core = {MODULES.get(name, name) for name in map(_name, PROJECT["dependencies"])}
    allowed = core | {"pytest", "aiobotocore", "dynarig"} | sys.stdlib_module_names
    strays = set()
    for path in (ROOT / "emulator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            strays |= {f"{path.name}: {name}" for name in names if name.partition(".")[0] not in allowed}
    assert not strays


def test_every_kind_of_data_is_packed() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    names = [Path(name) for name in _data_files()]
    assert names
    assert not [name for name in names if not any(name.match(pattern) for pattern in patterns)]


# ---- what is built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, made as an index would have them made."""
    folder = tmp_path_factory.mktemp("built")
    tools = python_environment("build", "build", "setuptools>=77", "wheel") / "python"
    source = folder / "source"
    listed = _run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    _run(tools, "-m", "build", "--no-isolation", "-o", folder, source, cwd=folder)  # the wheel is made from the sdist
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [path] = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a clean environment into which the wheel was installed, the core and nothing more."""
    return _environment(tmp_path_factory.mktemp("core"), str(wheel))


def _environment(folder: Path, *requirements: str) -> Path:
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    try:
        _run(
            programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements, cwd=folder
        )
    except AssertionError as fault:
        pytest.skip(f"cannot install: {str(fault)[-300:]}")
    return programs


def _run(*command: Any, cwd: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "DYNARIG_"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**kept, **environment},
        capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _data_files() -> set[str]:
    """What belongs to the package and is no Python, in the names of the installed package."""
    listed = _run("git", "ls-files", *FOLDERS, cwd=ROOT).split()
    return {f"dynarig/{name}" for name in listed if not name.endswith(".py")}


@pytest.mark.slow
def test_the_wheel_holds_one_package_and_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"dynarig", f"dynarig-{PROJECT['version']}.dist-info"}
    data = _data_files()
    assert {"dynarig/emulator/py.typed", "dynarig/emulator/cost/prices.json"} <= data
    assert {"dynarig/emulator/operations/requests/service_model.json", "dynarig/fixtures/miyabi/tables.yaml"} <= data
    assert data - names == set()
    modules = {f"dynarig/{path.relative_to(ROOT)}" for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


@pytest.mark.slow
def test_the_source_distribution_is_whole(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names
    assert {name.removeprefix("dynarig/") for name in _data_files()} <= names


# ---- what is installed

USERS_PROJECT = {
    "fixtures/__init__.py": "MINE = 1\n",
    "fixtures/estate.py": "MINE = 2\n",
    "workloads.py": "MINE = 3\n",
    "emulator/__init__.py": "MINE = 4\n",
    "test_mine.py": """
import boto3, emulator, fixtures, fixtures.estate, workloads
from dynarig.emulator.embedded import embedded

def test_my_own_modules():
    assert (fixtures.MINE, fixtures.estate.MINE, workloads.MINE, emulator.MINE) == (1, 2, 3, 4)

def test_the_fixtures_of_the_package(dynamodb_client, dynamodb_clock):
    assert dynamodb_client.list_tables()["TableNames"] == []

@embedded(consistency="eventual")
def test_embedded():
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
""",
}


@pytest.mark.slow
def test_no_other_top_level_name_is_installed(installed: Path) -> None:
    told = _run(
        installed / "python", "-c",
        "from importlib import metadata; print(*{file.parts[0] for file in metadata.files('dynarig')}, sep='\\n')",
        cwd=installed,
    )  # fmt: skip
    others = {name for name in told.split() if name not in ("dynarig", "..")}
    assert others == {f"dynarig-{PROJECT['version']}.dist-info"}


@pytest.mark.slow
def test_a_project_with_folders_of_these_names_works_beside_it(installed: Path, tmp_path: Path) -> None:
    _run(installed / "python", *PIP_INSTALL, "pytest", cwd=tmp_path)
    for name, text in USERS_PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert "3 passed" in _run(installed / "python", "-m", "pytest", "-q", cwd=tmp_path)


CORE_SERVES = """
import sys
for name in ("boto3", "botocore", "numpy", "yaml", "rich", "locust"):
    sys.modules[name] = None
import urllib.request
from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.settings import Settings
with running(assemble(Settings(port=0))) as server:
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
        "Signature=0",
    }
    with urllib.request.urlopen(urllib.request.Request(server.url, b"{}", headers)) as answer:
        print(answer.read().decode())
"""


@pytest.mark.slow
def test_the_core_alone_serves_without_an_sdk(installed: Path, tmp_path: Path) -> None:
    assert _run(installed / "python", "-c", CORE_SERVES, cwd=tmp_path) == '{"TableNames":[]}\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argv", "extra"),
    [
        ("seed miyabi", "fixtures"),
        ("unseed miyabi", "fixtures"),
        ("verify --patterns", "fixtures"),
        ("bench http", "load"),
    ],
)
def test_a_command_tells_what_the_core_lacks(argv: str, extra: str, installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "dynarig", *argv.split()], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    told = rf"dynarig {argv.split()[0]}: \w+ is not installed: pip install 'dynarig\[{extra}\]'\n"
    assert re.fullmatch(told, done.stderr), done.stderr


@pytest.mark.slow
def test_the_doctor_of_the_core_names_every_extra(installed: Path, tmp_path: Path) -> None:
    told = _run(installed / "dynarig", "doctor", cwd=tmp_path)
    assert all(f"→ pip install 'dynarig[{extra}]'" in told for extra in EXTRAS)


# ---- beside other SDKs

SCRIPTS = Path(__file__).with_name("clients") / "scripts"


def _floors() -> list[str]:
    """The oldest versions that the core declares, exactly."""
    floors = []
    for requirement in PROJECT["dependencies"]:
        name, version = re.match(r"([\w-]+)>=([\d.]+)", requirement).groups()  # type: ignore[union-attr]
        floors.append(f"{name}=={version}{'.0' * (2 - version.count('.'))}")
    return floors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "requirements", "script"),
    [
        ("floors", _floors(), "with_embedded_boto3.py"),
        ("aiobotocore", ["aiobotocore", "boto3"], "with_embedded_aiobotocore.py"),
        ("aioboto3-beside", ["aioboto3"], "with_embedded_aioboto3.py"),
    ],
)
def test_embedded_with_other_versions(
    name: str, requirements: list[str], script: str, wheel: Path, tmp_path: Path
) -> None:
    """The wheel goes beside versions that others pin, changes none of them, and the clients are answered."""
    python = python_environment(name, *requirements) / "python"
    before = _others(python)
    _run(python, *PIP_INSTALL, wheel, cwd=tmp_path)
    _run(python, *PIP_INSTALL, "--force-reinstall", "--no-deps", wheel, cwd=tmp_path)  # the environment is kept
    assert before.items() <= _others(python).items()
    _run(python, "-m", "pip", "check", "--disable-pip-version-check", cwd=tmp_path)
    assert _run(python, SCRIPTS / script, cwd=tmp_path, AWS_EC2_METADATA_DISABLED="true") == "answered\n"


def _others(python: Path) -> dict[str, str]:
    listed = _run(python, "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check", cwd=python.parent)
    pairs = (line.split("==") for line in listed.split())
    return {name: version for name, version in pairs if name != "dynarig"}
