"""The first mix of a schema: for each table reads and writes by key, for each index a query, to be changed by hand.

Rule: what it writes runs as it is; a comment stands wherever a person knows better than the schema. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from dynarig.fixtures.making.plausible import attributes_of
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.mixes.bench import indexes_of

_GET, _QUERY, _INDEX, _PUT, _UPDATE = 40, 20, 10, 15, 15
_SCALARS = ("N", "S")
# What YAML reads as a text without quotes.
_PLAIN = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z][a-z0-9_/ -]*[a-z0-9_]", re.IGNORECASE)


def first_mix(tables: Sequence[TableDefinition], schema: Sequence[str] = ()) -> str:
    """The text of the mix file. schema: the paths of the schema's files, as the mix is to name them."""
    lines = [
        "# Which requests your tables get, how often, and what must hold of the answers: a guess from the schema.",
        "# Run it:  locust -f locustfile.py --headless --mix THIS-FILE   (all that can be said: dynarig mix --help)",
        f"mix: {_flow(tables[0].name if tables else 'first')}",
        "question: Do these tables answer their access patterns?",
    ]
    if schema:
        lines.append(f"schema: {_flow(list(schema))}")
    lines += [
        "rate: 500              # requests per second; --rate overrides it",
        "run_seconds: 60        # -t overrides it",
        "capacity: enforce      # the emulator throttles as the service would; observe only counts what it would have",
        "seed:",
        "  items: 1000          # of each table; of single tables: {tables: {NAME: COUNT}}; --scale multiplies",
        "  skew: 1.0            # how unevenly items share partition keys: 0 evenly, 1 a few busy ones",
        "parameters:            # --param page=50 sets one",
        "  page: {default: 20, text: items asked of a query, minimum: 1}",
        "  exponent: {default: 1.0, text: how uneven the keys are that are asked for (0 evenly), minimum: 0}",
        "thresholds:            # what fails the run",
        "  - p(99)<100          # milliseconds from the intended start; of one pattern: 'NAME: p(99)<20'",
        "  - errors==0          # errors and wrong answers",
        "patterns:              # each is asked by its share of the weights: put in the numbers that you know",
    ]
    for table in tables:
        lines += _table(table)
    return "\n".join(lines) + "\n"


def _table(table: TableDefinition) -> Iterator[str]:
    name, keys = table.name, _keys(table.create)
    key = f"{{$key: {{table: {_flow(name)}, by: zipf, exponent: {{$param: exponent}}}}}}"
    yield ""
    yield f"  # {name}: by key. by: zipf asks for some much more often; others: uniform, hot (share, count), sequential"
    yield from _pattern(f"get {name}", _GET, "GetItem", [f"TableName: {_flow(name)}", f"Key: {key}"])
    yield "    expect: {found: true}"
    if len(keys) == 2:
        yield from _query(table, None, _QUERY)
    yield from _pattern(
        f"put {name}",
        _PUT,
        "PutItem",
        [
            f"TableName: {_flow(name)}",
            "# an item as those that were seeded, under a new key; with: {status: {S: NEW}} sets attributes,",
            "# size_bytes: 2000 pads it",
            f"Item: {{$item: {{table: {_flow(name)}}}}}",
        ],
    )
    yield from _pattern(
        f"update {name}", _UPDATE, "UpdateItem", [f"TableName: {_flow(name)}", f"Key: {key}", *_update(table)]
    )
    for index in indexes_of(table.create):
        yield from _query(table, index, _INDEX)


def _update(table: TableDefinition) -> Iterator[str]:
    """What an update changes: an attribute that is no key, counted up where it is a number."""
    keys = {name for owner in (table.create, *indexes_of(table.create)) for name in _keys(owner)} | {table.time_to_live}
    free = {kind: name for name, kind in reversed(attributes_of(table).items()) if name not in keys}
    name = next((free[kind] for kind in _SCALARS if kind in free), "updatedBy")
    yield "# the attribute that your application changes"
    if free.get("N") == name:
        yield 'UpdateExpression: "ADD #changed :value"'
        value = '{N: "1"}'
    else:
        yield 'UpdateExpression: "SET #changed = :value"'
        value = "{S: {$text: 40}}"
    yield f'ExpressionAttributeNames: {{"#changed": {_flow(name)}}}'
    yield f'ExpressionAttributeValues: {{":value": {value}}}'


def _query(table: TableDefinition, index: dict[str, Any] | None, weight: int) -> Iterator[str]:
    name, partition = table.name, _keys(index or table.create)[0]
    where = f"{name}/{index['IndexName']}" if index else name
    request = [f"TableName: {_flow(name)}"]
    if index:
        request.append(f"IndexName: {_flow(index['IndexName'])}")
    of = f"{{table: {_flow(name)}, attribute: {_flow(partition)}, by: zipf, exponent: {{$param: exponent}}}}"
    request += [
        'KeyConditionExpression: "#partition = :partition"',
        f'ExpressionAttributeNames: {{"#partition": {_flow(partition)}}}',
        f'ExpressionAttributeValues: {{":partition": {{$value: {of}}}}}',
        "Limit: {$param: page}   # ScanIndexForward: false for the newest first",
    ]
    yield from _pattern(f"query {where}", weight, "Query", request)
    least = 0 if index and len(_keys(index)) == 2 else 1  # an item may have one key of an index and not the other
    yield f'    expect: {{count: {{min: {least}}}, equal: {{{_flow(partition)}: ":partition"}}}}'


def _pattern(name: str, weight: int, operation: str, request: Sequence[str]) -> Iterator[str]:
    yield f"  - name: {_flow(name)}"
    yield f"    weight: {weight}"
    yield f"    operation: {operation}"
    yield "    request:"
    for line in request:
        yield f"      {line}"


def _keys(owner: dict[str, Any]) -> list[str]:
    return [entry["AttributeName"] for entry in owner["KeySchema"]]


def _flow(value: Any) -> str:
    """A value as YAML writes it in a line; JSON is that, and plain words need no quotes."""
    return str(value) if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value)
