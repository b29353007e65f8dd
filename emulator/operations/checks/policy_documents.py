"""Policy documents: what is refused of one, when two say the same, and how one is answered.

Rule: a document is kept in the form in which the service answers it, whatever its blanks and the order of its members
(recorded in October 2026). Of what it grants is looked at whether it is an action of a table's or a stream's, whether
everybody is let in, and what would keep its owner from changing it again. Must not know: whose policy it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
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
# Developer Guide, rbac-iam-actions: the operations that policies of resources support, without their prefix.
_ON_POLICIES = ("DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy")
_TABLE_ACTIONS = (
    *_ON_POLICIES,
    *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"),
    *("TransactGetItems", "TransactWriteItems", "UpdateItem"),
    *("PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"),
    *("CreateBackup", "DeleteTable", "DescribeTable", "UpdateTable", "ExportTableToPointInTime"),
    *("DescribeContinuousBackups", "UpdateContinuousBackups", "RestoreTableToPointInTime"),
    *("DescribeContributorInsights", "UpdateContributorInsights", "DescribeTimeToLive", "UpdateTimeToLive"),
    *("DescribeKinesisStreamingDestination", "DisableKinesisStreamingDestination"),
    *("EnableKinesisStreamingDestination", "UpdateKinesisStreamingDestination"),
    *("DescribeTableReplicaAutoScaling", "UpdateTableReplicaAutoScaling"),
    *("ListTagsOfResource", "TagResource", "UntagResource"),
)
_STREAM_ACTIONS = (*_ON_POLICIES, "DescribeStream", "GetRecords", "GetShardIterator")
_UNBOUNDED = (
    "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure "
    "least-privilege form of access"
)
# Ours: the service asks for the same, in words that were not recorded.
_LOCKS_OUT = (
    "The policy would not allow its owner to change it in the future; confirm that by ConfirmRemoveSelfResourceAccess"
)


def read_document(text: str, *, of_stream: bool = False) -> Document:
    """A policy's text as it is kept. Raises ValidationException for what is no policy, or too large a one, names what
    is no action of a table (or of a stream), or lets everybody in."""
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
    _check_actions(statements, _STREAM_ACTIONS if of_stream else _TABLE_ACTIONS)
    kept = {**_in_order(document, _MEMBERS), "Statement": [_statement(each) for each in statements]}
    if any(_lets_everybody_in(each) for each in kept["Statement"]):
        raise errors.validation(_UNBOUNDED)
    return kept


def _check_actions(statements: list[Document], known: tuple[str, ...]) -> None:
    patterns = [f"dynamodb:{name}".lower() for name in known]
    unknown = [
        f'"{action}"'
        for action in dict.fromkeys(_actions(statements))
        if not any(fnmatchcase(pattern, action.lower()) for pattern in patterns)
    ]
    if unknown:
        raise errors.invalid_parameter(f"{_INVALID}The following action names are invalid: {', '.join(unknown)}")


def _actions(statements: list[Document]) -> Iterator[str]:
    for statement in statements:
        for member in ("Action", "NotAction"):
            given = statement.get(member, ())
            yield from (each for each in ([given] if isinstance(given, str) else given) if isinstance(each, str))


def _lets_everybody_in(statement: Document) -> bool:
    """Whether it allows something to anybody, without a condition."""
    if statement.get("Effect") != "Allow" or statement.get("Condition"):
        return False
    return "*" in _whom(statement)


def _whom(statement: Document) -> list[Any]:
    """The principals that are AWS accounts, users and roles, or `*`."""
    principal = statement.get("Principal")
    whom = principal.get("AWS", ()) if isinstance(principal, dict) else principal
    return whom if isinstance(whom, list) else [whom]


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
    actions, whom = statement.get("Action", ()), _whom(statement)
    actions = actions if isinstance(actions, list) else [actions]
    is_owner = "*" in whom or f"arn:aws:iam::{account}:root" in whom
    return is_owner and any(isinstance(each, str) and each.lower() in _CHANGING for each in actions)
