"""The AWS query protocol: a form in, XML out, both guided by the service model's shapes.

Source: Smithy, AWS query protocol: members by dots, list members as `Name.member.N`, times as ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from dynarig.emulator.http.service_shapes import Shape
from dynarig.emulator.model.errors import DynamoDBError

_DEPTH_MAX = 16
_FIELDS_MAX = 20_000


def parse_form(body: bytes) -> dict[str, str]:
    """The form's fields; ValueError where it is none."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX))


def read_members(form: dict[str, str], shape: Shape) -> dict[str, Any]:
    """The members of a request, as text where the shape is a scalar."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        _plant(tree, name.split("."), value)
    read: dict[str, Any] = _read(tree, shape)
    return read


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    if len(path) > _DEPTH_MAX:
        raise ValueError("a parameter's name is too deep")
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise ValueError("a parameter is given twice")
    tree[path[-1]] = value


def _read(tree: Any, shape: Shape) -> Any:
    if shape.type == "structure":
        if not isinstance(tree, dict):
            raise ValueError("a structure is given as text")
        return {name: _read(tree[name], member) for name, member in shape.members() if name in tree}
    if shape.type == "list":
        members = tree.get("member", {}) if isinstance(tree, dict) else {}
        if not isinstance(members, dict):
            raise ValueError("a list is given as text")
        return [_read(members[key], shape.element) for key in sorted(members, key=_number)]
    if isinstance(tree, dict):
        raise ValueError("text is given as a structure")
    return tree


def _number(key: str) -> int:
    if not key.isascii() or not key.isdigit():
        raise ValueError(f"{key} is no list index")
    return int(key)


def render(operation: str, namespace: str, answer: dict[str, Any], shape: Shape | None, request_id: str) -> bytes:
    """The answer as XML. shape: of the answer, None where it has none."""
    result = ""
    if shape is not None:
        result = f"<{operation}Result>{''.join(_members(answer, shape))}</{operation}Result>"
    return (
        f'<{operation}Response xmlns="{namespace}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def render_error(namespace: str, error: DynamoDBError, code: str, request_id: str) -> bytes:
    """An error as XML, with its further members. code: as this service names it."""
    kind = "Sender" if error.status < 500 else "Receiver"
    shown = {"Message": error.message or code, **(error.members or {})}
    members = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in shown.items())
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>{kind}</Type><Code>{escape(code)}</Code>'
        f"{members}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _members(answer: dict[str, Any], shape: Shape) -> Iterator[str]:
    for name, member in shape.members():
        if answer.get(name) is not None:
            yield f"<{name}>{_value(answer[name], member)}</{name}>"


def _value(value: Any, shape: Shape) -> str:
    if shape.type == "structure":
        return "".join(_members(value, shape))
    if shape.type == "list":
        return "".join(f"<member>{_value(each, shape.element)}</member>" for each in value)
    if shape.type == "map":
        return "".join(
            f"<entry><key>{escape(key)}</key><value>{_value(each, shape.element)}</value></entry>"
            for key, each in value.items()
        )
    if shape.type == "timestamp":
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    if shape.type == "boolean":
        return "true" if value else "false"
    return escape(str(value))
