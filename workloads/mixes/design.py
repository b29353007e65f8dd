"""A user's design: the mix, and the tables that it is for, from whatever says them.

Rule: tables come from `--schema`, else from the files that the mix names, else from the mix itself, else from the
target, which describes what it has. All of them are in one region. Faults are MixError or TemplateError, one line each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dynarig.fixtures.estate import Contents, Settings
from dynarig.fixtures.making import plausible
from dynarig.fixtures.schema_readers import Schema, described_table, read_schemas
from dynarig.fixtures.schema_readers.text import read_text
from dynarig.fixtures.templates.cloudformation import TableDefinition, plain
from dynarig.fixtures.templates.template import load_text
from dynarig.workloads.backends.base import DEFAULT_REGION
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.first import first_mix
from dynarig.workloads.mixes.mix import Mix, mix_of
from dynarig.workloads.mixes.recorded import is_recording, read_recording
from dynarig.workloads.mixes.replay import replayed
from dynarig.workloads.target import Target

EXAMPLE = Path(__file__).with_name("example.yaml")


@dataclass(frozen=True)
class Design:
    """source: the file, for errors. document: the mix as plain data. data: items that came with a schema, by table."""

    source: str
    mix: Mix
    document: dict[str, Any]
    tables: tuple[TableDefinition, ...]
    data: Mapping[str, Contents] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        """Of every table."""
        return self.tables[0].region if self.tables else DEFAULT_REGION

    def by_name(self) -> dict[str, TableDefinition]:
        """The tables by their names."""
        return {table.name: table for table in self.tables}


@dataclass(frozen=True)
class Work:
    """The tables of a design with their items, as seeding takes them."""

    design: Design
    stage_name: str = ""

    @property
    def name(self) -> str:
        """Where they come from."""
        return self.design.source

    def definitions(self) -> Sequence[TableDefinition]:
        """The tables."""
        return self.design.tables

    def contents(self, settings: Settings) -> Iterator[Contents]:
        """What came with the schema, else plausible items, as many as the mix says."""
        return contents_of(self.design, replace(settings, skew=self.design.mix.skew))


def contents_of(design: Design, settings: Settings) -> Iterator[Contents]:
    """The items of each table."""
    counts = design.mix.table_items or {}
    for table in design.tables:
        count = counts.get(table.name, design.mix.items)
        yield design.data.get(table.name) or plausible.contents(table, settings, count)


def read_design(mix: str | None, schema: Sequence[str] = (), parameters: Mapping[str, str] | None = None) -> Design:
    """The design that a command line names. mix: a mix or a recording; without it the first mix of the schema.

    parameters: of the schema's files. Raises MixError, TemplateError.
    """
    if mix is None:
        schemas = _schemas(schema or [str(EXAMPLE)], parameters or {})
        source = ", ".join(str(path) for path in schema) or "the example"
        return _design(source, load_text(first_mix(_tables(schemas, source)), source), schemas)
    place = Path(mix)
    text = read_text(place)
    if is_recording(text):
        document = replayed(read_recording(text, mix))
    else:
        document = load_text(text, mix)
    if not schema and isinstance(document, dict):
        named = document.get("schema") or []
        named = [named] if isinstance(named, str) else named
        if isinstance(named, list):
            schema = [str(place.parent / str(each)) for each in named]
            parameters = {**(document.get("schema_parameters") or {}), **(parameters or {})}
    return _design(mix, document, _schemas(schema, parameters or {}))


def from_plain(document: dict[str, Any], tables: Sequence[Mapping[str, Any]]) -> Design:
    """The design that another process has read."""
    return Design("the mix", mix_of(document), document, tuple(TableDefinition(**each) for each in tables))


def described(design: Design, target: Target) -> Design:
    """The design with the tables that the target has, where nothing else says them. MixError where it has none."""
    if design.tables:
        return design
    names = target.call("ListTables", {})["TableNames"]
    told = [target.call("DescribeTable", {"TableName": name})["Table"] for name in names]
    if not told:
        raise MixError(f"{design.source}: which tables? --schema FILE says it, or a --host that has them")
    tables = described_table.read(told, "", target.url, DEFAULT_REGION).tables
    return replace(design, tables=tables)


def _schemas(paths: Sequence[str], parameters: Mapping[str, str]) -> list[Schema]:
    return read_schemas(paths, {name: str(value) for name, value in parameters.items()}) if paths else []


def _tables(schemas: Sequence[Schema], source: str) -> tuple[TableDefinition, ...]:
    tables = tuple(table for schema in schemas for table in schema.tables)
    regions = sorted({table.region for table in tables})
    if len(regions) > 1:
        raise MixError(f"{source}: a mix loads tables of one region, not of {' and '.join(regions)}")
    return tables


def _design(source: str, document: Any, schemas: Sequence[Schema]) -> Design:
    try:
        mix = mix_of(document)
    except MixError as fault:
        raise fault.told(source) from None
    tables = _tables(schemas, source)
    if not tables:
        tables = tuple(
            TableDefinition(
                str(create["TableName"]), DEFAULT_REGION, plain({"BillingMode": "PAY_PER_REQUEST", **create})
            )
            for create in mix.tables
        )
    data = {name: contents for schema in schemas for name, contents in schema.data.items()}
    notes = tuple(note for schema in schemas for note in schema.notes)
    return Design(source, mix, json.loads(json.dumps(document, default=str)), tables, data, notes)
