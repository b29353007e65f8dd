"""An operation's checks as data: stages, in the order in which the service answers.

Rule: a check looks at a read request and answers a fault, several, or none; it does not know whether a fault is told
alone or with others, in an envelope ("1 validation error detected: …") or bare. Stages say that:

    STAGES = (
        enveloped(empty_table_name),                   # told alone: "1 validation error detected: …"
        gathered(table_name, required("Item"), …),     # told together: "2 validation errors detected: …; …"
        bare(KEY_NESTING),                             # told as it stands
    )
    check = runner(STAGES)                             # check(request) raises ValidationException or returns None

The first stage with a fault answers. A fault that is `Bare` gets no envelope in any stage. What a check compiles for
the plan it leaves in ``request.programs``. A check says which members it looks at, so that the runner knows from the
names of a request's members which stages can find anything; it remembers the choice by those names, and a plain
request passes a handful of calls. A runner of operations that come often remembers what whole statements passed as
well (see checked_reader); then only checks that look at what values hold are asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dynarig.emulator.model import errors
from dynarig.emulator.operations.requests.checked_statements import CheckedStatements
from dynarig.emulator.operations.requests.request import Request

Faults = str | list[str] | None
Look = Callable[[Request], Faults]
Chosen = tuple[tuple[tuple[Look, ...], bool], ...]  # looks of a stage, and whether it has an envelope
_REMEMBERED_MAX = 512  # sets of member names; more only come from someone who permutes them


class Bare(str):
    """The text of a fault that never gets an envelope."""

    __slots__ = ()


class Check(NamedTuple):
    """A check and when it can find anything.

    members: only where one of these is set; None: always. missing: only where none of these is. values: only where
    the walks over the request's values found something. each_time: of which requests it looks at more than the
    statement, even where the walks found nothing.
    """

    look: Look
    members: frozenset[str] | None = None
    missing: frozenset[str] = frozenset()
    values: bool = False
    each_time: Callable[[Request], bool] | None = None


def looks_at(*members: str) -> Callable[[Look], Check]:
    """Make a function a check that runs where one of these members is set; without any, always."""
    return lambda look: Check(look, frozenset(members) if members else None)


def looks_at_values(look: Look) -> Check:
    """Make a function a check that runs where the walks found something."""
    return Check(look, values=True)


def where_missing(member: str, check: Check) -> Check:
    """A check that runs only where this member is not set."""
    return check._replace(missing=check.missing | {member})


def where_unclean(check: Check) -> Check:
    """A check that runs only where the walks found something."""
    return check._replace(values=True)


def each_time(check: Check, where: Callable[[Request], bool] = lambda request: True) -> Check:
    """A check that looks at more than the statement, at what values hold or figures count, and is asked of every
    request. where: of which of those that passed."""
    return check._replace(each_time=where)


class Stage(NamedTuple):
    """Checks whose faults are told together, or one alone. only_older: the older validation layer alone has it."""

    checks: tuple[Check, ...]
    in_envelope: bool
    only_older: bool = False


def enveloped(check: Check) -> Stage:
    """One check, its faults told as ``N validation errors detected: …``."""
    return Stage((check,), True)


def bare(check: Check) -> Stage:
    """One check, its fault told as it stands."""
    return Stage((check,), False)


def gathered(*checks: Check) -> Stage:
    """Several checks, all their faults told together in an envelope."""
    return Stage(checks, True)


def older(*checks: Check) -> Stage:
    """Several checks told together, where the older validation layer answers."""
    return Stage(checks, True, only_older=True)


def runner(stages: tuple[Stage, ...]) -> Callable[[Request], None]:
    """A function that passes a request through the stages; it raises ValidationException."""
    remembered: dict[tuple[object, ...], Chosen] = {}

    def run(request: Request) -> None:
        names = (request.clean, request.older, *request.members)
        chosen = remembered.get(names)
        if chosen is None:
            chosen = _choose(stages, request)
            if len(remembered) < _REMEMBERED_MAX:
                remembered[names] = chosen
        run_chosen(chosen, request)

    return run


def remembering_runner(stages: tuple[Stage, ...]) -> Callable[[Request], None]:
    """A runner that remembers statements which passed, for what is checked once a request has been read."""
    run_all = runner(stages)
    choose_each_time = each_time_chooser(stages)
    statements = CheckedStatements()

    def run(request: Request) -> None:
        if not request.clean:
            run_all(request)
            return
        statement = statements.recall(request)
        if statement is not None:
            request.programs, request.statement = statement.programs, statement
            run_chosen(statement.each_time, request)
            return
        request.programs, request.statement = dict(request.programs), None  # those of a statement are shared
        run_all(request)
        statements.keep(request, choose_each_time)

    return run


def each_time_chooser(stages: tuple[Stage, ...]) -> Callable[[Request], Chosen]:
    """A function that chooses, for a request that passed, the looks that every request like it must be asked for."""
    with_some = tuple(stage for stage in stages if any(check.each_time is not None for check in stage.checks))
    return lambda request: _choose(with_some, request, _is_asked_each_time)


def _is_asked_each_time(check: Check, request: Request) -> bool:
    return check.each_time is not None and _applies(check, request) and check.each_time(request)


def run_chosen(chosen: Chosen, request: Request) -> None:
    """Pass a request through looks that were chosen for it; raises ValidationException."""
    for looks, in_envelope in chosen:
        for look in looks:
            if look(request) is not None:
                raise _told(looks, in_envelope, request)


def _choose(
    stages: tuple[Stage, ...], request: Request, is_wanted: Callable[[Check, Request], bool] | None = None
) -> Chosen:
    is_wanted = is_wanted or _applies
    chosen = []
    for stage in stages:
        if stage.only_older and not request.older:
            continue
        looks = tuple(check.look for check in stage.checks if is_wanted(check, request))
        if looks:
            chosen.append((looks, stage.in_envelope))
    return tuple(chosen)


def _applies(check: Check, request: Request) -> bool:
    if check.values and request.clean:
        return False
    if not check.missing.isdisjoint(request.members):
        return False
    return check.members is None or not check.members.isdisjoint(request.members)


def _told(looks: tuple[Look, ...], in_envelope: bool, request: Request) -> errors.DynamoDBError:
    """The error of a stage that found something: all its faults, asked for once more in order."""
    faults: list[str] = []
    for look in looks:
        found = look(request)
        if found is not None:
            faults.extend([found] if isinstance(found, str) else found)
    if in_envelope and not isinstance(faults[0], Bare):
        return errors.detected(*faults)
    return errors.validation(faults[0])
