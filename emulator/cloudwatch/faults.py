"""CloudWatch's errors. Codes: as its API reference and service model give them."""

from __future__ import annotations

from dynarig.emulator.model.errors import DynamoDBError


def invalid_value(text: str) -> DynamoDBError:
    """InvalidParameterValue."""
    return DynamoDBError("InvalidParameterValue", text)


def invalid_combination(text: str) -> DynamoDBError:
    """InvalidParameterCombination."""
    return DynamoDBError("InvalidParameterCombination", text)


def missing(text: str) -> DynamoDBError:
    """MissingParameter: a member that the others call for."""
    return DynamoDBError("MissingParameter", text)


def validation(text: str) -> DynamoDBError:
    """ValidationError: a member, or an expression, that breaks its constraint."""
    return DynamoDBError("ValidationError", text)


def not_found(text: str) -> DynamoDBError:
    """ResourceNotFound."""
    return DynamoDBError("ResourceNotFound", text, status=404)


def rule_not_found(name: str) -> DynamoDBError:
    """ResourceNotFoundException, which is another than `not_found`: of a Contributor Insights rule."""
    members = {"ResourceType": "InsightRule", "ResourceId": name}
    return DynamoDBError("ResourceNotFoundException", f"Rule {name} does not exist.", status=404, members=members)


def tagged_not_found(arn: str) -> DynamoDBError:
    """ResourceNotFoundException: of the operations on tags."""
    members = {"ResourceType": "Alarm", "ResourceId": arn}
    return DynamoDBError("ResourceNotFoundException", f"{arn} does not exist.", status=404, members=members)


def invalid_format(text: str) -> DynamoDBError:
    """InvalidFormat: data that is no JSON."""
    return DynamoDBError("InvalidFormat", text)


def invalid_token(text: str = "The next token specified is invalid.") -> DynamoDBError:
    """InvalidNextToken."""
    return DynamoDBError("InvalidNextToken", text)


def limit_exceeded(text: str) -> DynamoDBError:
    """LimitExceeded: a quota of alarms."""
    return DynamoDBError("LimitExceeded", text)
