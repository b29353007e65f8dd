"""Policy documents: what is refused of one, when two say the same, and how one is answered.

Rule: a document is kept in the form in which the service answers it, whatever its blanks and the order of its members
(recorded in October 2026). What it grants is not looked at but for what would keep its owner from changing it again.
Must not know: whose policy it is.
"""

from __future__ import annotations

from typing import Any

import orjson

from dynarig.emulator.model import errors, limits

Document = dict[str, Any]

_VERSION_UNSAID = "2008-10-17"
_MEMBERS = ("Version", "Id", "Statement")
_STATEMENT_MEMBERS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_EFFECTS = {"allow": "Allow", "deny": "Deny"}
_INVALID = "Invalid policy document: "
_CHANGING = {"*", "dynamodb:*", "dynamodb:put*", "dynamodb:putresourcepolicy"}
# Ours: the service asks for the same, in words that were not recorded.
_LOCKS_OUT = (
    "The policy would not allow its owner to change it in the future; confirm that by ConfirmRemoveSelfResourceAccess"
)


def read_document(text: str) -> Document:
    """A policy's text as it is kept. Raises ValidationException for what is no policy, or too large a one."""
    if len(text.encode()) > limits.POLICY_SIZE_BYTES_MAX:
        raise errors.invalid_parameter(f"Maximum policy size of {limits.POLICY_SIZE_BYTES_MAX} bytes exceeded")
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise errors.invalid_parameter(_INVALID + "This policy contains invalid Json")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not all(isinstance(each, dict) for each in statements) or not statements:
        raise errors.invalid_parameter(_INVALID + "Could not parse the policy: Statement is empty!")
    if any("Resource" not in each and "NotResource" not in each for each in statements):
        raise errors.invalid_parameter(_INVALID + "Missing required field Resource")
    named = [each["Sid"] for each in statements if "Sid" in each]
    if any(sid in named[:position] for position, sid in enumerate(named)):
        raise errors.invalid_parameter(_INVALID + "The Statement Ids in the policy are not unique")
    return {**_in_order(document, _MEMBERS), "Statement": [_statement(each) for each in statements]}


def _in_order(members: Document, order: tuple[str, ...]) -> Document:
    known = {name: members[name] for name in order if name in members}
    return known | {name: value for name, value in members.items() if name not in known}


def _statement(statement: Document) -> Document:
    kept = _in_order(statement, _STATEMENT_MEMBERS)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in kept:
            kept[name] = _alone(kept[name])
    for name in ("Principal", "NotPrincipal"):
        if isinstance(kept.get(name), dict):
            kept[name] = {kind: _principals(who) for kind, who in kept[name].items()}
    effect = kept.get("Effect")
    if isinstance(effect, str):
        kept["Effect"] = _EFFECTS.get(effect.lower(), effect)
    return kept


def _alone(value: Any) -> Any:
    """A list of one as its element."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _principals(who: Any) -> Any:
    """An account's number stands for its root; one named twice is named once."""
    listed = who if isinstance(who, list) else [who]
    if not all(isinstance(each, str) for each in listed):
        return who
    return _alone(list(dict.fromkeys(map(_principal, listed))))


def _principal(who: str) -> str:
    return f"arn:aws:iam::{who}:root" if len(who) == 12 and who.isdigit() else who


def is_same(one: Document, two: Document) -> bool:
    """Whether two kept documents say the same; one without a version is not the same as one with any."""
    return one == two


def shown(document: Document) -> str:
    """A kept document as it is answered."""
    return orjson.dumps(_in_order({"Version": _VERSION_UNSAID, **document}, _MEMBERS)).decode()


def check_own_access(document: Document, account: str) -> None:
    """Refuse a document by which its owner could not change it again. Raises ValidationException."""
    if any(_shuts_out(statement, account) for statement in document["Statement"]):
        raise errors.validation(_LOCKS_OUT)


def _shuts_out(statement: Document, account: str) -> bool:
    if statement.get("Effect") != "Deny" or "Condition" in statement:
        return False
    actions, principal = statement.get("Action", ()), statement.get("Principal")
    actions = actions if isinstance(actions, list) else [actions]
    whom = principal.get("AWS", ()) if isinstance(principal, dict) else principal
    whom = whom if isinstance(whom, list) else [whom]
    is_owner = "*" in whom or f"arn:aws:iam::{account}:root" in whom
    return is_owner and any(isinstance(each, str) and each.lower() in _CHANGING for each in actions)
