"""From a body to a request that is read and checked, for the operations that come often.

Rule: a body whose statement passed before (see statements) is neither read nor checked again; its attribute maps are
measured, and where one is not plain, or anything else is not quite as before, the body goes the long way, which
decides. Recognising a body changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model.plain import plain_size
from dynarig.emulator.model.walk import ValueFindings
from dynarig.emulator.operations.checks.stages import Stage, remembering_runner, run_chosen
from dynarig.emulator.operations.requests.checked_statements import Statements
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Attributes, Request

_NOTHING_FOUND = ValueFindings()  # shared, as nothing is noted of what is plain


def checked_reader(operation: str, stages: tuple[Stage, ...]) -> Callable[[Any], Request]:
    """A function from a JSON body to the operation's request, past these stages; raises DynamoDBError."""
    passed = Statements()
    check = remembering_runner(stages, passed)
    recognise = passed.recognise

    def read(body: Any) -> Request:
        known = recognise(body)
        if known is not None:
            members = body.copy()
            for name in known.maps:
                content = body[name]
                found = plain_size(content)
                if found is None:
                    break
                members[name] = Attributes(content, found[0], _NOTHING_FOUND)
            else:
                request = Request(operation, members, body, False, True, known.programs, known.fits)
                if known.remaining:
                    run_chosen(known.remaining, request)
                return request
        request = read_request(operation, body)
        check(request)
        return request

    return read
