"""The one reader of the operations that come often: a body becomes a request that is read and checked, or a refusal.

Rule: a body whose statement passed before (see checked_statements) only has its attribute maps walked and the checks
asked that look at more than the statement; where anything is not quite as before, or a map is larger than an item may
be, it is read and checked in full, which decides. So no check of sizes need be asked of every request. Recognising a
body changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.limits import ITEM_SIZE_BYTES_MAX, NESTING_LEVELS_MAX
from dynarig.emulator.model.walk import walk_attributes
from dynarig.emulator.operations.checks.stages import Stage, each_time_chooser, run_chosen, runner
from dynarig.emulator.operations.requests.checked_statements import CheckedStatements
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Attributes, CheckedStatement, Request


def checked_reader(operation: str, stages: tuple[Stage, ...]) -> Callable[[Any], Request]:
    """A function from a JSON body to the operation's request, past these stages; raises DynamoDBError."""
    statements = CheckedStatements()
    check = runner(stages)
    choose_each_time = each_time_chooser(stages)
    recognise = statements.recognise

    def read(body: Any) -> Request:
        statement = recognise(body)
        if statement is not None:
            request = _recognised(operation, body, statement)
            if request is not None:
                if statement.each_time:
                    run_chosen(statement.each_time, request)
                return request
        request = read_request(operation, body)
        check(request)
        if request.clean and not request.older:
            statements.keep(request, choose_each_time)
        return request

    return read


def _recognised(operation: str, body: dict[str, Any], statement: CheckedStatement) -> Request | None:
    """The request of a body with a known statement; None where its attribute maps may hold anything to be told."""
    members = body.copy()
    findings = ValueFindings()
    try:
        for name in statement.maps:
            content = body[name]
            if type(content) is not dict:
                return None
            attributes, size = walk_attributes(content, findings)
            if size > ITEM_SIZE_BYTES_MAX:
                return None
            members[name] = Attributes(attributes, size, findings)
    except DynamoDBError:  # several members may be refused: reading in full knows which is told
        return None
    # As `findings.is_clean`, written out for what every request passes.
    if findings.fault is not None or findings.older or findings.empty_name or findings.depth > NESTING_LEVELS_MAX:
        return None
    return Request(operation, members, body, False, True, statement.programs, statement)
