"""The tables of one account in one region, by name, their backups, and what deleted tables left behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.agenda import Agenda
from dynarig.emulator.storage.backup import Backup, Backups
from dynarig.emulator.storage.follower import Follower, Lag
from dynarig.emulator.storage.remains import Discardable, Remains
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.stream_retention import Retention
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.tokens import TokenLedger
from dynarig.emulator.storage.transfers import Export, Import, Transfers
from dynarig.emulator.storage.undo_log import UndoBudget
from dynarig.emulator.storage.work import Work


class Job(Protocol):
    """Long work that is no table's: it has its turns until it is over."""

    @property
    def next_due(self) -> float | None:
        """When it has something to do, None for never more."""
        ...

    def run_due(self, now: float, work: Work) -> None:
        """Do some."""
        ...

    def close(self) -> list[Discardable]:
        """Stop; what is to be thrown away."""
        ...


class Catalog:
    """Mutable; one a namespace (account, region).

    agenda: where its tables note when they have something to do. lag: how far eventually consistent reads are behind,
    None for not. retention: what bounds the records of its streams together; undo_budget: its undo logs. backups: of
    its tables, also of deleted ones. exports, imports: as they are told. moved_bytes: what restores, exports and
    imports have moved, by their line of the bill and the table, None for those that are gone. counts_keys: whether
    Contributor Insights was ever turned on for any table.
    """

    def __init__(
        self,
        account: str,
        region: str,
        lag: Lag | None = None,
        agenda: Agenda[Any] | None = None,
        settings: Settings | None = None,
    ) -> None:
        settings = settings or Settings()
        self.account = account
        self.region = region
        self._lag = lag
        self.agenda: Agenda[Any] = Agenda() if agenda is None else agenda
        self.tables: dict[str, Table] = {}
        self.past_streams: dict[str, Stream] = {}
        self.retention = Retention(settings.streams_max_bytes)
        self.undo_budget = UndoBudget(settings.pitr_max_bytes)
        self.backups = Backups(settings.system_backups_max_bytes)
        self.exports: Transfers[Export] = Transfers(settings.transfers_max)
        self.imports: Transfers[Import] = Transfers(settings.transfers_max)
        self._jobs: list[Job] = []
        self.moved_bytes: dict[tuple[str, str | None], int] = {}
        self.counts_keys = False
        self.tokens = TokenLedger(settings.tokens_max)
        self._past_streams_max = settings.past_streams_max

    def get(self, name: str) -> Table | None:
        """The table of this name, or None."""
        return self.tables.get(name)

    def arn(self, name: str) -> str:
        """The Amazon resource name of a table of this name here."""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}"

    def add(self, table: Table) -> None:
        """Keep a table; its name must be free."""
        assert table.name not in self.tables
        if self._lag is not None:
            table.follower = Follower(self._lag)
        table.namespace = (self.account, self.region)
        table.agenda = self.agenda
        self.tables[table.name] = table
        table.note_due()

    def remove(self, name: str) -> None:
        """Drop a table, whose stream must be stopped, and all it holds but its past streams."""
        table = self.tables.pop(name)
        assert table.stream is None, "a deleted table records nothing"
        self.past_streams.update((stream.arn, stream) for stream in table.past_streams)
        while len(self.past_streams) > self._past_streams_max:
            self._throw_away(Remains(self.past_streams.pop(next(iter(self.past_streams)))))
        table.throw_away()
        for line, of in list(self.moved_bytes):
            if of == name:
                self.count_moved(line, None, self.moved_bytes.pop((line, name)))
        self.agenda.forget(table)
        self.agenda.note(self, self.next_due)

    def add_backup(self, backup: Backup) -> None:
        """Keep a backup; the service's own beyond the bound go."""
        self._drop_backups(self.backups.add(backup))
        self.agenda.note(self, self.next_due)

    def remove_backup(self, arn: str) -> None:
        """Drop a backup, which must be there."""
        self._drop_backups([self.backups.remove(arn)])

    def _drop_backups(self, backups: list[Backup]) -> None:
        for backup in backups:
            self._throw_away(Remains(*backup.snapshot.close()))

    def count_moved(self, line: str, table: str | None, size_bytes: int) -> None:
        """Count bytes that a restore, an export or an import is billed by. line: of the price table."""
        table = table if table in self.tables else None  # an export may outlive its table
        self.moved_bytes[(line, table)] = self.moved_bytes.get((line, table), 0) + size_bytes

    def add_job(self, job: Job) -> None:
        """Let it have its turns."""
        self._jobs.append(job)
        self.agenda.note(job, job.next_due)

    def end_job(self, job: Job, left: list[Discardable]) -> None:
        """It has no more turns. left: what it leaves to be thrown away."""
        self._jobs.remove(job)
        self._throw_away(Remains(*left))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is here that a user would miss."""
        return not (self.tables or self.backups.has_users or self._jobs)

    def throw_away(self) -> None:
        """Let all go: every table, stream and backup."""
        self._drop_backups(self.backups.remove_all())
        for job in self._jobs:
            self.agenda.forget(job)
            self._throw_away(Remains(*job.close()))
        self._jobs = []
        for table in self.tables.values():
            self._throw_away(Remains(*table.streams))
            table.throw_away()
            self.agenda.forget(table)
        self._throw_away(Remains(*self.past_streams.values(), self.tokens))
        self.agenda.forget(self)
        self.tables, self.past_streams = {}, {}

    def _throw_away(self, remains: Remains) -> None:
        self.agenda.note(remains, remains.next_due)

    def names(self) -> list[str]:
        """All names in order."""
        return sorted(self.tables)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def streams(self) -> Iterator[Stream]:
        """All streams that can be read, those of deleted tables too."""
        yield from self.past_streams.values()
        for table in self:
            yield from table.streams

    def stream(self, arn: str) -> Stream | None:
        """The stream of this Amazon resource name, or None."""
        table = self.tables.get(arn.partition(":table/")[2].partition("/")[0])
        if table is not None:
            for stream in table.streams:
                if stream.arn == arn:
                    return stream
        return self.past_streams.get(arn)

    @property
    def next_due(self) -> float | None:
        """When the first backup expires or stream of a deleted table has something to do; tables see to themselves."""
        dues = [stream.next_due for stream in self.past_streams.values()]
        expires_at = self.backups.next_due
        return min(dues if expires_at is None else [*dues, expires_at], default=None)

    def run_due(self, now: float, work: Work) -> None:
        """Let the streams of deleted tables do what is due by `now`; forget streams and backups whose time is over."""
        self._drop_backups(self.backups.take_expired(now))
        for stream in self.past_streams.values():
            stream.run_due(now, work)
        for arn in [arn for arn, stream in self.past_streams.items() if stream.is_gone(now)]:
            self._throw_away(Remains(self.past_streams.pop(arn)))

    def check(self) -> None:
        """Assert the invariants of every table and stream."""
        self.retention.check()
        self.undo_budget.check()
        for stream in self.streams():
            stream.check()
        for name, table in self.tables.items():
            assert name == table.name
            table.check()


def forget_idle(catalogs: dict[tuple[str, str], Catalog], most: int) -> int:
    """Forget idle catalogs beyond `most`, those made first; how many of them are left."""
    idle = [name for name, catalog in catalogs.items() if catalog.is_idle]
    for name in idle[: max(len(idle) - most, 0)]:
        catalogs.pop(name).throw_away()
    return min(len(idle), most)
