"""The container recipe, as far as it can be held to account without an engine: its commands are the CLI's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from dynarig.emulator.__main__ import translate
from dynarig.emulator.command_line import Parser
from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.settings import Settings, add_flags
from dynarig.workloads.cli import COMMANDS
from dynarig.workloads.sdk_environment import variables

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((FOLDER / "docker-compose.yml").read_text())
SERVER = COMPOSE["services"]["dynamodb"]


def words(instruction: str) -> list[str]:
    """The words of an instruction in its JSON form."""
    found = re.search(rf"^.*{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found, instruction
    return list(json.loads(found[1]))


def served(*flags: str) -> Settings:
    program, command, *rest = [*words("ENTRYPOINT"), *flags]
    assert program == "dynarig"
    assert COMMANDS[command].module == "dynarig.emulator.__main__"
    parser = Parser()
    add_flags(parser)
    return Settings.from_arguments(parser.parse_args(translate(rest)), {})


def test_the_image_serves_to_the_outside_on_the_port_that_it_exposes() -> None:
    settings = served()
    assert settings.host == "0.0.0.0"
    assert f"EXPOSE {settings.port}\n" in DOCKERFILE


def test_the_image_is_built_of_what_the_package_needs() -> None:
    kept = {line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = set(project["tool"]["setuptools"]["package-dir"].values())
    assert kept == {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"], *folders}
    assert all((ROOT / name).exists() for name in kept)


def test_the_image_has_a_python_that_is_supported() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    found = set(re.findall(r"^FROM python:(\d\.\d+)-slim", DOCKERFILE, re.MULTILINE))
    assert len(found) == 1
    assert f"Programming Language :: Python :: {found.pop()}" in classifiers


@pytest.mark.parametrize(("up", "status"), [(True, 0), (False, 1)])
def test_the_image_tells_its_health(up: bool, status: int) -> None:
    program, flag, code = words("CMD")
    assert program == "python"
    with running(assemble(Settings(port=0))) as server:
        port = server.port
        if up:
            assert _told(flag, code, port) == status
    if not up:
        assert _told(flag, code, port) == status


def _told(flag: str, code: str, port: int) -> int:
    here = code.replace(":8000/", f":{port}/")
    assert here != code
    return subprocess.run([sys.executable, flag, here], capture_output=True, check=False).returncode


def test_compose_builds_the_image_and_serves() -> None:
    build = SERVER["build"]
    context = (FOLDER / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]) == FOLDER / "Dockerfile"
    settings = served(*SERVER["command"])
    assert settings.consistency == "eventual"
    assert SERVER["ports"] == [f"127.0.0.1:8000:{settings.port}"]


def test_the_application_is_pointed_at_the_server() -> None:
    application = COMPOSE["services"]["application"]
    services = ["dynamodb", "dynamodb-streams"]
    assert application["environment"] == variables("http://dynamodb:8000", "us-east-1", "000000000000", services)
    assert application["depends_on"] == {"dynamodb": {"condition": "service_healthy"}}
