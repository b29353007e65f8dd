"""What requests say of exports and imports: faults of single members, names of resources, and pages of lists.

Rule: constraints as the API reference has them (2026); texts of refusals as recorded in October 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.constraints import (
    length_at_least,
    length_at_most,
    matching,
    null,
    older_form,
    value_at_least,
    value_at_most,
)
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.create_table import new_identifier
from dynarig.emulator.storage.transfers import IN_PROGRESS, NO_SUCH_BUCKET, WRONG_OWNER, Transfer, Transfers

Members = dict[str, Any]
PAGE_MAX = 25
_ARN_LENGTH_MIN = 37
_TOKEN_BYTES = 64  # of a NextToken, which the API has in hexadecimal digits, 112 at least
_BUCKET = r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$"
_OWNER = "[0-9]{12}"
_TOKEN = r"^[^\$]+$"
_LENGTHS = {"bucket": 255, "prefix": 1024, "arn": 1024}
_TABLE_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})(/.*)?", re.ASCII)
T = TypeVar("T", bound=Transfer)


def bucket(value: str | None, path: str) -> table_members.Faults:
    """A bucket's name, which must be there."""
    if value is None:
        yield null(path)
        return
    yield from _shaped(value, path, _BUCKET)
    yield from _at_most(value, path, _LENGTHS["bucket"])


def owner(value: str | None, path: str) -> table_members.Faults:
    """The account that a bucket is said to belong to."""
    yield from _shaped(value, path, _OWNER)


def prefix(value: str | None, path: str) -> table_members.Faults:
    """What keys begin with."""
    yield from _at_most(value, path, _LENGTHS["prefix"])


def client_token(value: str | None) -> table_members.Faults:
    """ClientToken."""
    yield from _shaped(value, "clientToken", _TOKEN)


def page_size(value: int | None, path: str) -> table_members.Faults:
    """How many a page may list."""
    if value is not None and value < 1:
        yield older_form(value, path, value_at_least(1))
    if value is not None and value > PAGE_MAX:
        yield older_form(value, path, value_at_most(PAGE_MAX))


def arn(value: str | None, path: str) -> table_members.Faults:
    """An Amazon resource name that must be there: its length."""
    if value is None:
        yield null(path)
    elif len(value) < _ARN_LENGTH_MIN:
        yield older_form(value, path, length_at_least(_ARN_LENGTH_MIN))
    else:
        yield from _at_most(value, path, _LENGTHS["arn"])


def _shaped(value: str | None, path: str, pattern: str) -> table_members.Faults:
    if value is not None and re.fullmatch(pattern, value, re.ASCII) is None:
        yield older_form(value, path, matching(pattern))


def _at_most(value: str | None, path: str, most: int) -> table_members.Faults:
    if value is not None and len(value) > most:
        yield older_form(value, path, length_at_most(most))


# ---- names of resources


def table_in_arn(value: str, context: Context) -> str:
    """The table's name in a TableArn; of this account and no index."""
    found = _TABLE_ARN.fullmatch(value)
    if found is None:
        raise errors.invalid_parameter("tableArn is not a valid ARN")
    if found[4] is not None:
        raise errors.validation("Invalid Request: Table ARN is invalid.")
    if found[2] != context.catalog.account:
        raise errors.access_denied("Access is denied")
    return found[3]


def find_transfer(kept: T | None, value: str, kind: str, context: Context) -> T:
    """The export or import of this name. kept: what is kept under it. kind: "export" or "import"."""
    title = kind.capitalize()
    found = _TABLE_ARN.fullmatch(value)
    if found is None or found[4] is None or not found[4].startswith(f"/{kind}/"):
        raise errors.validation(f"Invalid {title} ARN")
    if found[2] != context.catalog.account:
        raise errors.access_denied("Access is denied")
    if found[1] != context.catalog.region:
        raise DynamoDBError(f"{title}NotFoundException", f"{title} not found: Invalid {kind} arn")
    if kept is None:
        raise DynamoDBError(f"{title}NotFoundException", f"{title} not found: {title} not found: {value}")
    return kept


def new_arn(table_arn: str, kind: str, context: Context) -> str:
    """The name of a new export or import: its time to the millisecond, and eight digits (recorded in October 2026)."""
    return f"{table_arn}/{kind}/{int(context.now * 1000):014d}-{context.random.getrandbits(32):08x}"


def token_of(members: Members, context: Context) -> str:
    """The request's ClientToken, or one of our own."""
    return str(members.get("ClientToken") or new_identifier(context.random))


def bucket_failure(bucket: str, members: Members, context: Context) -> tuple[str, str] | None:
    """Why a bucket cannot be used, if it cannot. members: those beside its name, with S3BucketOwner."""
    if not context.buckets.has(bucket):
        return NO_SUCH_BUCKET
    account = context.catalog.account
    return WRONG_OWNER if members.get("S3BucketOwner", account) != account else None


def check_running(transfers: Transfers[T], most: int, kind: str) -> None:
    """LimitExceededException where as many are under way as may be; ours in its words."""
    if sum(each.status == IN_PROGRESS for each in transfers.all()) >= most:
        raise errors.limit_exceeded(f"Subscriber limit exceeded: Only {most} {kind}s can run simultaneously")


# ---- pages


def page_of(found: Sequence[T], kind: str, size: int, token: str | None) -> tuple[Sequence[T], str | None]:
    """The page behind a token, the newest first, and the token of the next.

    kind: of what is listed; tokens of others are refused.
    """
    found, first = sorted(found, key=_label, reverse=True), 0
    if token is not None:
        last = _opened(token, kind)
        first = next((at for at, each in enumerate(found) if _label(each) < last), len(found))
    page = found[first : first + size]
    if first + size >= len(found):
        return page, None
    return page, f"{kind} {_label(page[-1])}".encode().ljust(_TOKEN_BYTES).hex()


def _label(transfer: Transfer) -> str:
    return transfer.arn.rpartition("/")[2]


def _opened(token: str, kind: str) -> str:
    try:
        of, label = bytes.fromhex(token).decode().split()
    except ValueError:
        of = label = ""
    if of != kind:
        raise errors.validation(f"Invalid Request: Provided nextToken is invalid: {token}")
    return label
