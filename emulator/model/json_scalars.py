"""JSON scalars where the service expects a string or a boolean: what it takes, and how it refuses the rest.

Rule: a refusal is a SerializationException, raised at once; the texts are recorded (2026).
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors

_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})


def not_text(content: Any) -> errors.DynamoDBError:
    """The refusal of JSON that is no string where a string must stand."""
    if type(content) is bool:
        return errors.serialization(f"{str(content).upper()}_VALUE cannot be converted to String")
    if type(content) is int:
        return errors.serialization("NUMBER_VALUE cannot be converted to String")
    if type(content) is float:
        return errors.serialization("DECIMAL_VALUE cannot be converted to String")
    if type(content) is list:
        return errors.serialization("Unrecognized collection type class java.lang.String")
    return errors.serialization("Start of structure or map found where not expected")


def lenient_boolean(content: Any) -> bool:
    """A boolean member as the service reads it: JSON, or one of ten words in any case, else refused."""
    if type(content) is bool:
        return content
    if type(content) is str:
        word = content.lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise errors.serialization("Unexpected token received from parser")
    if type(content) is int:
        raise errors.serialization("NUMBER_VALUE cannot be converted to Boolean")
    if type(content) is float:
        raise errors.serialization("DECIMAL_VALUE cannot be converted to Boolean")
    if type(content) is list:
        raise errors.serialization("Unrecognized collection type class java.lang.Boolean")
    raise errors.serialization("Start of structure or map found where not expected")
