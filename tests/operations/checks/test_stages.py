"""The stage runner: which stage answers, what is told together, what gets an envelope."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.stages import (
    Bare,
    Check,
    Stage,
    bare,
    enveloped,
    gathered,
    looks_at,
    looks_at_values,
    older,
    runner,
    where_missing,
)
from dynarig.emulator.operations.requests.request import Request


def finds(fault: Any, *members: str) -> Check:
    return looks_at(*members)(lambda request: fault)


def refusal(*stages: Stage, clean: bool = True, in_older: bool = False, **members: Any) -> str | None:
    check = runner(stages)
    request = Request("PutItem", members, {}, in_older, clean)
    messages = []
    for _ in range(2):  # the choice of stages is remembered; the second answer must be the first
        try:
            check(request)
            messages.append(None)
        except DynamoDBError as error:
            messages.append(error.message)
    assert messages[0] == messages[1]
    return messages[0]


def test_the_first_stage_with_a_fault_answers() -> None:
    assert refusal(bare(finds(None)), bare(finds("second")), bare(finds("third"))) == "second"
    assert refusal(bare(finds(None))) is None


def test_envelopes() -> None:
    assert refusal(enveloped(finds("a"))) == "1 validation error detected: a"
    assert refusal(enveloped(finds(Bare("a")))) == "a"
    assert refusal(bare(finds("a"))) == "a"


def test_faults_that_are_gathered() -> None:
    stage = gathered(finds("a"), finds(None), finds(["b", "c"]))
    assert refusal(stage) == "3 validation errors detected: a; b; c"


def test_a_check_runs_only_where_its_members_are() -> None:
    stage = bare(finds("a", "X", "Y"))
    assert refusal(stage) is None
    assert refusal(stage, Z=1) is None
    assert refusal(stage, Y=1) == "a"


def test_a_check_may_need_members_missing() -> None:
    both = bare(where_missing("X", where_missing("Y", finds("a"))))
    assert refusal(both) == "a"
    assert refusal(both, X=1) is None
    assert refusal(both, Y=1) is None


def test_value_checks_run_only_where_the_walk_found_something() -> None:
    stage = bare(looks_at_values(lambda request: "a"))
    assert refusal(stage) is None
    assert refusal(stage, clean=False) == "a"


def test_stages_of_the_older_layer() -> None:
    stages = (older(finds("a")), bare(finds("b")))
    assert refusal(*stages) == "b"
    assert refusal(*stages, in_older=True) == "1 validation error detected: a"


def test_permuted_members_do_not_fill_the_memory() -> None:
    check = runner((bare(finds("a", "M0")),))
    for number in range(2_000):
        check(Request("PutItem", {f"N{number}": 1}, {}, False, True))
    with pytest.raises(DynamoDBError):
        check(Request("PutItem", {"M0": 1}, {}, False, True))
