"""The workflow for GitHub, as far as it can be held to account without it: its commands are the CLI's own."""

import shlex
import tomllib

import yaml

from dynarig.workloads.gate import baseline, cli
from dynarig.workloads.gate.trees import ROOT

TEXT = (ROOT / ".github" / "workflows" / "gate.yml").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
STEPS = yaml.safe_load(TEXT)["jobs"]["gate"]["steps"]


def using(action):
    (step,) = [step for step in STEPS if step.get("uses", "").startswith(f"{action}@")]
    return step.get("with", {})


def test_it_runs_the_gate_and_keeps_what_it_writes():
    (command,) = [step["run"] for step in STEPS if step.get("run", "").startswith("dynarig ")]
    _, name, *flags = shlex.split(command)
    assert name == "gate"
    told = cli._parser().parse_args(flags)
    assert {str(told.junit), str(told.github_benchmark)} == set(using("actions/upload-artifact")["path"].split())


def test_what_it_installs_is_declared_and_its_python_supported():
    (command,) = [step["run"] for step in STEPS if step.get("run", "").startswith("pip ")]
    assert command == "pip install -e '.[test]'"
    assert "test" in PROJECT["optional-dependencies"]
    python = using("actions/setup-python")["python-version"]
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]


def test_it_has_the_whole_history_as_the_baseline_is_a_commit():
    assert using("actions/checkout")["fetch-depth"] == 0
    assert str(baseline.DEFAULT) in TEXT
    assert len(baseline.read(ROOT / baseline.DEFAULT).commit) == 40
