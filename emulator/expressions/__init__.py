"""Layer 1: the expression language. Text becomes a program once; a program takes request after request.

The walk of one expression:

1. ``compile_expression(kind, text)`` looks the program up by kind and text (cache). On a miss, parse/ reads the
   text: the lexer cuts it into tokens; parser, operators and sections make nodes of them (ast). Whatever can be
   refused without names and values is refused here.
2. The caller asks ``program.check_operands(names, values)``, ``program.check_defined(names, values)`` and
   ``unused(names, values, programs)`` where its operation's order has them; check/ knows what may be refused
   before an item is read.
3. ``program.bind(names, values)`` puts the request's placeholders in. What the names stand for is resolved once
   for all requests that mean the same (``program.binder(names)``); run/ makes the nodes predicates and updates.
4. The bound object runs per item: ``matches(item)``, ``apply(item)``, or holds ``clauses``.

Fronts without expression text enter at the nodes: ``compile_node`` for conditions and ``bind_actions`` for
updates; see legacy for the parameters that came before expressions.

Refusals read ``Invalid <kind>: …`` without the envelope some operations put around them. The layer knows no
table, no request and no key.
"""

from dynarig.emulator.expressions.cache import check_not_empty, check_size, compile_expression
from dynarig.emulator.expressions.check.placeholders import check_members, check_names, check_total, unused
from dynarig.emulator.expressions.parse.lexer import CONDITION, FILTER, KEY_CONDITION, PROJECTION, UPDATE
from dynarig.emulator.expressions.program import (
    ChargedUpdate,
    ConditionProgram,
    KeyConditionProgram,
    Program,
    ProjectionProgram,
    UpdateProgram,
)
from dynarig.emulator.expressions.run.condition import BoundCondition, compile_node
from dynarig.emulator.expressions.run.key_condition import BoundKeyCondition, KeyClause
from dynarig.emulator.expressions.run.projection import BoundProjection
from dynarig.emulator.expressions.run.update import BoundUpdate, Target, Updated, bind_actions

__all__ = [
    "CONDITION",
    "FILTER",
    "KEY_CONDITION",
    "PROJECTION",
    "UPDATE",
    "BoundCondition",
    "BoundKeyCondition",
    "BoundProjection",
    "BoundUpdate",
    "ChargedUpdate",
    "ConditionProgram",
    "KeyClause",
    "KeyConditionProgram",
    "Program",
    "ProjectionProgram",
    "Target",
    "UpdateProgram",
    "Updated",
    "bind_actions",
    "check_members",
    "check_names",
    "check_not_empty",
    "check_size",
    "check_total",
    "compile_expression",
    "compile_node",
    "unused",
]
