"""Mixes read from a text, and driven against the engine itself."""

from pathlib import Path

from dynarig.fixtures.templates.template import load_text
from dynarig.workloads.mixes.bench import Bench
from dynarig.workloads.mixes.design import read_design
from dynarig.workloads.mixes.mix import mix_of
from dynarig.workloads.mixes.requests import ready
from dynarig.workloads.scenarios.mix import scenario_of
from tests.workloads.scenarios.driven import Driven

CASES = Path(__file__).parents[2] / "cases" / "mixes"
TEMPLATE = str(CASES / "template.yaml")
MIX = str(CASES / "mix.yaml")


def design_of(text, tmp_path, schema=(TEMPLATE,)):
    """The design of a mix that is written to a file."""
    file = tmp_path / "mix.yaml"
    file.write_text(text)
    return read_design(str(file), schema)


def driven(design, count=0, **more):
    """The design's scenario, so many requests on."""
    return Driven(scenario_of(design), **{"changes": {"scale": 1.0}, **more}).run(count)


def maker_of(request, tables=(), process=0, processes=1, seed=1):
    """What makes the requests that a specification, as YAML, says; and its bench."""
    bench = Bench({table.name: table for table in tables}, seed, process, processes, 1_700_000_000)
    document = load_text(f"patterns:\n- name: it\n  operation: GetItem\n  request: {request}", "mix.yaml")
    (pattern,) = ready(mix_of(document), bench, {})
    return pattern.make, bench
