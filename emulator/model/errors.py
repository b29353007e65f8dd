"""One error class with one constructor per error of the service.

Rule: below the shells an error is raised, never rendered; only shells, and the batch and transaction planners whose
answer is a list of outcomes, catch it. Every other exception is our own bug.

    DynamoDBError
    ├── com.amazon.coral.validate      ValidationException
    ├── com.amazon.coral.service       SerializationException, UnknownOperationException, …Signature…, …Token…
    ├── com.amazon.coral.availability  ThrottlingException
    └── com.amazonaws.dynamodb.v20120810   everything else

Evidence for prefixes and for the spelling of the message member: recorded answers of the service, 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

_DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
_PREFIXES = {
    "ValidationException": "com.amazon.coral.validate#",
    "SerializationException": "com.amazon.coral.service#",
    "UnknownOperationException": "com.amazon.coral.service#",
    "MissingAuthenticationTokenException": "com.amazon.coral.service#",
    "IncompleteSignatureException": "com.amazon.coral.service#",
    "InvalidSignatureException": "com.amazon.coral.service#",
    "ThrottlingException": "com.amazon.coral.availability#",
}
_UPPER_CASE_MESSAGE = frozenset({"SerializationException", "TransactionCanceledException"})

# Texts that several rooms raise, word for word as the service gives them.
ONE_OR_MORE = "One or more parameter values were invalid: "
ONE_OR_MORE_NOT_VALID = "One or more parameter values are not valid. "
CONDITION_FAILED = "The conditional request failed"
KEY_MISMATCH = "The provided key element does not match the schema"
RESOURCE_NOT_FOUND = "Requested resource not found"

_SHORT_CODES = {"ValidationException": "ValidationError", "ThrottlingException": "ThrottlingError"}
# Names of the list of reasons (service model of 14 August 2025): only ThrottlingException writes it in lower case.
_REASONS = {"ThrottlingException": "throttlingReasons"}


class Throttle(NamedTuple):
    """Why one charge of a plan was not taken.

    reason: as ThrottlingReasons has it: Table or Index, Read or Write, then the cause. resource: the ARN of the table
    or index. charge: the position of the charge in its plan.
    """

    reason: str
    resource: str
    charge: int = 0


class DynamoDBError(Exception):
    """An answer of the service that is not a success.

    code: the exception's name, such as ``ValidationException``. message: the text, or None where the service sends
    none. status: HTTP status. members: further members of the body (``Item``, ``CancellationReasons``, …). throttles:
    why capacity was not taken, where that is what the error is about. parts: where several charges were not taken, what
    each of them would have been answered alone.
    """

    throttles: tuple[Throttle, ...] = ()
    parts: tuple[DynamoDBError, ...] = ()

    def __init__(
        self, code: str, message: str | None, *, status: int = 400, members: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members

    def body(self) -> dict[str, Any]:
        """The JSON body: ``__type``, the message under the spelling this error uses, and the further members."""
        body: dict[str, Any] = {"__type": _PREFIXES.get(self.code, _DYNAMODB) + self.code}
        if self.message is not None:
            body["Message" if self.code in _UPPER_CASE_MESSAGE else "message"] = self.message
        if self.members:
            body.update(self.members)
        return body

    @property
    def short_code(self) -> str:
        """The code inside batch statements and cancellation reasons: without ``Exception``."""
        return _SHORT_CODES.get(self.code) or self.code.removesuffix("Exception")


def validation(text: str) -> DynamoDBError:
    """ValidationException with the text as it stands."""
    return DynamoDBError("ValidationException", text)


def detected(*faults: str) -> DynamoDBError:
    """ValidationException that lists its faults: ``N validation errors detected: a; b``."""
    noun = "error" if len(faults) == 1 else "errors"
    return DynamoDBError("ValidationException", f"{len(faults)} validation {noun} detected: {'; '.join(faults)}")


def invalid_parameter(text: str) -> DynamoDBError:
    """ValidationException ``One or more parameter values were invalid: …``."""
    return validation(ONE_OR_MORE + text)


def serialization(text: str | None = None) -> DynamoDBError:
    """SerializationException: the body is not what the service model says."""
    return DynamoDBError("SerializationException", text)


def unknown_operation() -> DynamoDBError:
    """UnknownOperationException, which carries no message."""
    return DynamoDBError("UnknownOperationException", None)


def condition_failed(item: Any = None) -> DynamoDBError:
    """ConditionalCheckFailedException; `item` is the stored item where the request asked for it."""
    members = None if item is None else {"Item": item}
    return DynamoDBError("ConditionalCheckFailedException", CONDITION_FAILED, members=members)


def resource_not_found(detail: str = "") -> DynamoDBError:
    """ResourceNotFoundException ``Requested resource not found`` plus `detail`, such as ``: Table: T not found``."""
    return DynamoDBError("ResourceNotFoundException", RESOURCE_NOT_FOUND + detail)


def table_not_found(name: str) -> DynamoDBError:
    """ResourceNotFoundException as the table operations word it."""
    return resource_not_found(f": Table: {name} not found")


def resource_in_use(text: str) -> DynamoDBError:
    """ResourceInUseException."""
    return DynamoDBError("ResourceInUseException", text)


def policy_not_found(text: str) -> DynamoDBError:
    """PolicyNotFoundException: no resource policy, or not the revision expected (recorded 2026)."""
    return DynamoDBError(
        "PolicyNotFoundException", f"Resource-based policy not found for the provided ResourceArn: {text}"
    )


def throttling(text: str) -> DynamoDBError:
    """ThrottlingException with the text as it stands."""
    return DynamoDBError("ThrottlingException", text)


def limit_exceeded(text: str) -> DynamoDBError:
    """LimitExceededException."""
    return DynamoDBError("LimitExceededException", text)


def transaction_cancelled(reasons: list[dict[str, Any]]) -> DynamoDBError:
    """TransactionCanceledException with its reasons in request order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    text = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return DynamoDBError("TransactionCanceledException", text, members={"CancellationReasons": reasons})


def provisioned_throughput_exceeded(throttles: Sequence[Throttle]) -> DynamoDBError:
    """ProvisionedThroughputExceededException: over what is provisioned for the table, or for one of its indexes."""
    if _is_of_index(throttles):
        text = (
            "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
            "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes "
            "with the UpdateTable API."
        )
    else:
        text = (
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            "provisioning level with the UpdateTable API."
        )
    return _throttled("ProvisionedThroughputExceededException", text, throttles)


def current_throughput_exceeded(throttles: Sequence[Throttle]) -> DynamoDBError:
    """ThrottlingException: over what the table or index has grown to, or over what one range of its keys takes."""
    if _is_of_index(throttles):
        text = (
            "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is "
            "automatically scaling your index so please try again shortly."
        )
    else:
        text = (
            "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
            "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
            "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
        )
    return _throttled("ThrottlingException", text, throttles)


def max_on_demand_exceeded(throttles: Sequence[Throttle]) -> DynamoDBError:
    """ThrottlingException: over the maximum OnDemandThroughput that was set."""
    text = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
    return _throttled("ThrottlingException", text, throttles)


def account_limit_exceeded(throttles: Sequence[Throttle], code: str = "RequestLimitExceeded") -> DynamoDBError:
    """RequestLimitExceeded: over the account's quota of a table. AWS names either of two codes for it.

    How the text begins is documented; how it goes on is the service model's before 2025.
    """
    text = (
        "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at "
        "https://aws.amazon.com/support to request a limit increase."
    )
    return _throttled(code, text, throttles)


def _is_of_index(throttles: Sequence[Throttle]) -> bool:
    return throttles[0].reason.startswith("Index")


def _throttled(code: str, text: str, throttles: Sequence[Throttle]) -> DynamoDBError:
    """An error that lists each of its reasons once."""
    told = dict.fromkeys((throttle.reason, throttle.resource) for throttle in throttles)
    reasons = [{"reason": reason, "resource": resource} for reason, resource in told]
    error = DynamoDBError(code, text, members={_REASONS.get(code, "ThrottlingReasons"): reasons})
    error.throttles = tuple(throttles)
    return error


def transaction_conflict() -> DynamoDBError:
    """TransactionConflictException: a single write met a running transaction on the same item."""
    return DynamoDBError("TransactionConflictException", "Transaction is ongoing for the item")


def transaction_in_progress() -> DynamoDBError:
    """TransactionInProgressException: the transaction of this client request token is still running."""
    return DynamoDBError(
        "TransactionInProgressException",
        "Transaction token submitted was valid, but the transaction is in progress.",
    )


def idempotent_parameter_mismatch() -> DynamoDBError:
    """IdempotentParameterMismatchException: a known client request token with other content."""
    return DynamoDBError(
        "IdempotentParameterMismatchException",
        "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent "
        "token that was already used.",
    )


def duplicate_item() -> DynamoDBError:
    """DuplicateItemException: PartiQL INSERT on an existing key."""
    return DynamoDBError("DuplicateItemException", "Duplicate primary key exists in table")


def expired_iterator() -> DynamoDBError:
    """ExpiredIteratorException: a shard iterator of 15 minutes ago (text: the service model's, DynamoDB Streams)."""
    return DynamoDBError("ExpiredIteratorException", "The provided iterator exceeds the maximum age allowed.")


def trimmed_data_access() -> DynamoDBError:
    """TrimmedDataAccessException: what would be read is past the retention time (text as users met it)."""
    return DynamoDBError("TrimmedDataAccessException", "The data you are trying to access has been trimmed")


def access_denied(text: str) -> DynamoDBError:
    """AccessDeniedException."""
    return DynamoDBError("AccessDeniedException", text)


def internal_server_error() -> DynamoDBError:
    """InternalServerError: our own bug, told without a trace."""
    return DynamoDBError(
        "InternalServerError", "The request processing has failed because of an unknown error.", status=500
    )
