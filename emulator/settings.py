"""Every knob of the emulator: one frozen dataclass, from which flags and environment variables derive.

Rule: a new knob is one new field made by `setting(default, help, …)` and nothing else. Its flag is the field's name
with dashes (`max_body_bytes` → `--max-body-bytes`), its environment variable `DYNARIG_` plus the name in capitals. A
flag wins over the environment, the environment over the default. Units come last in a name. A variable that is nearly
a setting's is a slip and refused; any other `DYNARIG_` variable is somebody else's.

Must not know: what any layer does with a value. The environment is handed in, so that tests need none.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields, replace
from typing import Any

from dynarig.emulator.capacity.capacity_settings import CapacitySettings
from dynarig.emulator.setting import setting as setting

ENVIRONMENT_PREFIX = "DYNARIG_"
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_NEAR = 0.75  # of difflib's ratio: one slip in a short word, two in a longer


class SettingsError(ValueError):
    """A value that a setting cannot take. Its text is one line that names the setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(CapacitySettings):
    """The values that one emulator runs with. A wrong value raises SettingsError."""

    host: str = setting("127.0.0.1", "address to listen on; anything but loopback exposes the admin surface")
    port: int = setting(8000, "port to listen on; 0 takes a free one and prints it", minimum=0, maximum=65535)
    seed: int = setting(0, "seed of every generated value that is not a user's", minimum=0)
    default_region: str = setting("us-east-1", "region of requests whose signature names none")
    shared_db: bool = setting(False, "one namespace for all accounts and regions, as DynamoDB Local's -sharedDb")

    consistency: str = setting(
        "strong",
        "what eventually consistent reads and global indexes show: the latest (strong), or what the service was "
        "measured to show, some milliseconds behind (eventual)",
        choices=("strong", "eventual"),
    )
    lag_scale: float = setting(1.0, "multiplies the measured lags of --consistency eventual", minimum=0.0)
    transaction_seconds: float = setting(
        0.0,
        "how long a transaction of writes takes; its items are held until it answers, and what writes them meanwhile "
        "meets a TransactionConflict",
        minimum=0.0,
    )

    max_body_bytes: int = setting(16 * 1024 * 1024, "largest request body, also once decompressed", minimum=1)
    max_header_bytes: int = setting(
        16 * 1024, "largest request line plus headers; the service refuses what is larger than 16 KB", minimum=256
    )
    max_header_count: int = setting(100, "most header lines of one request", minimum=1)
    idle_timeout_seconds: float = setting(300.0, "a silent connection is closed after this time", minimum=0.01)
    request_timeout_seconds: float = setting(
        30.0, "a request not received whole within this time ends its connection", minimum=0.01
    )
    gzip_min_bytes: int = setting(4096, "smallest answer that is compressed for a client that accepts gzip", minimum=0)

    record_file: str = setting(
        "", "a new file for what is asked: one JSON line a request, which `dynarig mix --from-recording` reads"
    )
    record_values: str = setting(
        "keep",
        "values in that file: as they are (keep), or hashed by a key of the file alone (hash): equal stays equal",
        choices=("keep", "hash"),
    )
    record_max_bytes: int = setting(
        256 * 1024 * 1024, "size at which that file is full; its last line says so", minimum=1_024
    )

    ttl: str = setting(
        "at-once",
        "when time to live acts: at once, or as late as the service (service): enabling takes up to an hour, deletes "
        "up to two days, by draws of the seed",
        choices=("at-once", "service"),
    )
    ttl_delete_seconds: float = setting(
        0.0, "how long after its time an expired item is deleted, before any draw; until then it is readable", minimum=0
    )

    table_create_seconds: float = setting(0.0, "how long a new table is CREATING", minimum=0)
    table_restore_seconds: float = setting(
        0.0, "how long a table that is restored is CREATING; the service takes minutes to hours", minimum=0
    )
    backup_create_seconds: float = setting(0.0, "how long a new backup is CREATING", minimum=0)
    table_update_seconds: float = setting(0.0, "how long a change of a table or an index takes", minimum=0)
    table_delete_seconds: float = setting(0.0, "how long a deleted table is DELETING", minimum=0)
    index_create_seconds: float = setting(0.0, "how long resources of a new index are allocated", minimum=0)
    index_backfill_seconds: float = setting(0.0, "how long a new index is backfilled thereafter", minimum=0)
    policy_update_seconds: float = setting(
        0.0,
        "how long after a change of a resource policy no other change of it is taken; the service's is 15",
        minimum=0,
    )
    table_statistics_seconds: float = setting(
        0.0, "how often item counts and sizes are taken for descriptions; 0 shows them as they are", minimum=0
    )
    table_max_capacity_units: int = setting(40_000, "quota of provisioned units of a table or an index", minimum=1)
    account_max_capacity_units: int = setting(80_000, "quota of provisioned units of an account", minimum=1)

    latency: str = setting(
        "off",
        "whether answers wait as long as the service would take, by a model of what others measured (service)",
        choices=("off", "service"),
    )
    latency_scale: float = setting(1.0, "multiplies the figures of --latency service", minimum=0.0)
    metrics_minutes: int = setting(
        180, "for how long metrics are kept by the minute (the service: 15 days); then by the hour", minimum=5
    )
    metrics_hours: int = setting(360, "for how long metrics are kept by the hour", minimum=1)
    metrics_names_max: int = setting(
        5_000,
        "operations by table and index whose use is kept apart; a test that makes tables brings new names without end, "
        "and beyond this number the use of the first is summed up as one and their metrics go",
        minimum=10,
    )
    tokens_max: int = setting(
        100_000,
        "tokens of transactions that a namespace remembers; the service keeps each for ten minutes, which at a "
        "thousand a second are 600,000, some hundred megabytes; beyond, the oldest go earlier",
        minimum=1,
    )
    streams_max_bytes: int = setting(
        512 * 1024 * 1024,
        "memory that the records of all streams of a namespace may take; the service keeps each for 24 hours; beyond, "
        "the oldest are trimmed earlier",
        minimum=1,
    )
    past_streams_max: int = setting(
        100,
        "disabled streams that stay readable, of a table and of all deleted tables of a namespace; the service keeps "
        "each for 24 hours, and a test that makes and deletes tables makes many",
        minimum=1,
    )
    s3_dir: str = setting(
        "",
        "a folder whose folders are S3 buckets: exports are written there, imports read there; without one there is no "
        "bucket, and exports and imports end as FAILED",
    )
    export_seconds: float = setting(0.0, "how long an export is IN_PROGRESS; the service takes minutes", minimum=0)
    import_seconds: float = setting(
        0.0, "how long a table that is imported is CREATING; the service takes minutes", minimum=0
    )
    transfers_max: int = setting(
        1_000,
        "exports and imports, each, that a namespace remembers; the service does for 90 days",
        minimum=1,
    )
    pitr_latest_seconds: float = setting(
        300.0,
        "how far behind now the latest time is that a table can be restored to; the service's is typically five "
        "minutes, and what was written since would be lost",
        minimum=0,
    )
    pitr_max_bytes: int = setting(
        256 * 1024 * 1024,
        "memory that a namespace's tables with point-in-time recovery may take for what their items were; the service "
        "keeps 35 days whatever is written; beyond, the oldest goes and EarliestRestorableDateTime moves up",
        minimum=1,
    )
    system_backups_max_bytes: int = setting(
        256 * 1024 * 1024,
        "memory that a namespace's backups of deleted tables with point-in-time recovery may take; the service keeps "
        "each for 35 days, and a test that makes and deletes tables makes many; beyond, the oldest go earlier",
        minimum=0,
    )
    idle_namespaces_max: int = setting(
        1_000,
        "namespaces (account and region) without a table that are remembered; any access key may name one, and beyond "
        "this number the ones longest unused are forgotten, with the streams of their deleted tables",
        minimum=1,
    )
    work_items: int = setting(
        250,
        "items that long work (a backfill, a sweep of expired items, freeing a deleted table) handles before others "
        "have their turn; an item takes some microseconds, so a turn takes a few milliseconds",
        minimum=1,
    )

    stream_shards: int = setting(1, "shards that a new stream begins with", minimum=1, maximum=1000)
    stream_shard_seconds: float = setting(
        4 * 60 * 60.0, "a stream's shard is closed and continued by a child after this time", minimum=1, maximum=86_400
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            _check(each, getattr(self, each.name))

    def with_values(self, values: Mapping[str, Any]) -> Settings:
        """These settings but for some, by name; SettingsError for a name that is no setting."""
        names = [each.name for each in fields(self)]
        for name in values:
            if name not in names:
                hint = did_you_mean(name, names) or "; the flags of `dynarig serve --help` are their names"
                raise SettingsError(f"no setting {name!r}{hint}")
        return replace(self, **values)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Settings of an environment: each `DYNARIG_<FIELD>` present, defaults else."""
        return cls(**_environment_values(environment))

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace, environment: Mapping[str, str]) -> Settings:
        """Settings of parsed flags over an environment. `arguments` is what a parser that `add_flags` has seen read."""
        values = _environment_values(environment)
        for each in fields(cls):
            text = getattr(arguments, each.name, None)
            if text is not None:
                values[each.name] = text if isinstance(text, bool) else _parse(each, text, _flag(each.name))
        return cls(**values)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds one flag for each field of `Settings`. A flag not given stays None, so that the environment shows."""
    inherited = {each.name for each in fields(CapacitySettings)}
    capacity = parser.add_argument_group("capacity", "what throttles, and when")
    for each in fields(Settings):
        group = capacity if each.name in inherited else parser
        text = f"{each.metadata['help']} (default: {_shown(each.default)})".replace("%", "%%")
        if isinstance(each.default, bool):
            group.add_argument(
                _flag(each.name), dest=each.name, action=argparse.BooleanOptionalAction, default=None, help=text
            )
        else:
            metavar = "{" + ",".join(each.metadata["choices"]) + "}" if each.metadata["choices"] else None
            group.add_argument(_flag(each.name), dest=each.name, default=None, help=text, metavar=metavar)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` with the nearest of what is known, or nothing where none is near."""
    from difflib import get_close_matches  # only a fault needs it

    found = get_close_matches(word, list(known), n=1, cutoff=_NEAR)
    return f"; did you mean {found[0]}?" if found else ""


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _shown(value: Any) -> str:
    return "none" if value == "" else str(value)


def _environment_values(environment: Mapping[str, str]) -> dict[str, Any]:
    known = {ENVIRONMENT_PREFIX + each.name.upper(): each for each in fields(Settings)}
    values = {}
    for name in environment:
        if name in known:
            values[known[name].name] = _parse(known[name], environment[name], name)
        elif name.startswith(ENVIRONMENT_PREFIX):
            _refuse_slip(name.removeprefix(ENVIRONMENT_PREFIX), known)
    return values


def _refuse_slip(name: str, known: Iterable[str]) -> None:
    """SettingsError where the variable is nearly a setting's, measured without the prefix that all share."""
    meant = did_you_mean(name, (each.removeprefix(ENVIRONMENT_PREFIX) for each in known))
    if meant:
        slip = meant.replace("mean ", f"mean {ENVIRONMENT_PREFIX}")
        raise SettingsError(f"no variable {ENVIRONMENT_PREFIX}{name}{slip}")


def _parse(each: Field[Any], text: str, spelling: str) -> Any:
    """The text as a value of the field's type; `spelling` is how the user wrote the name."""
    if isinstance(each.default, bool):
        word = text.strip().lower()
        if word not in _TRUE and word not in _FALSE:
            raise SettingsError(f"{spelling}: {text!r} is neither true nor false")
        return word in _TRUE
    if isinstance(each.default, (int, float)):
        kind = type(each.default)
        try:
            return kind(text.replace("_", ""))
        except ValueError:
            raise SettingsError(f"{spelling}: {text!r} is not {'a whole' if kind is int else 'a'} number") from None
    return text


def _check(each: Field[Any], value: Any) -> None:
    kind = type(each.default)
    known = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not known or (isinstance(value, bool) and kind is not bool):
        raise SettingsError(f"{each.name}: {value!r} is not of type {kind.__name__}")
    choices, minimum, maximum = (each.metadata.get(name) for name in ("choices", "minimum", "maximum"))
    if choices and value not in choices:
        raise SettingsError(f"{each.name}: {value!r} is not one of {', '.join(choices)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise SettingsError(f"{each.name}: {value} is not a finite number")
    if minimum is not None and value < minimum:
        raise SettingsError(f"{each.name}: {value} is below {minimum}")
    if maximum is not None and value > maximum:
        raise SettingsError(f"{each.name}: {value} is above {maximum}")
