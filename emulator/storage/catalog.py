"""The tables of one account in one region, by name, and the streams that deleted tables left behind."""

from __future__ import annotations

from collections.abc import Iterator

from dynarig.emulator.storage.follower import Follower, Lag
from dynarig.emulator.storage.stream import Stream, next_due, streams_of
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.tokens import TokenLedger


class Catalog:
    """Mutable; one a namespace (account, region). lag: how far eventually consistent reads are behind, None for not."""

    def __init__(self, account: str, region: str, lag: Lag | None = None) -> None:
        self.account = account
        self.region = region
        self._lag = lag
        self.tables: dict[str, Table] = {}
        self.past_streams: dict[str, Stream] = {}
        self.tokens = TokenLedger()

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
        self.tables[table.name] = table

    def remove(self, name: str) -> None:
        """Drop a table, whose stream must be stopped, and all it holds but its past streams."""
        table = self.tables.pop(name)
        assert table.stream is None, "a deleted table records nothing"
        self.past_streams.update((stream.arn, stream) for stream in table.past_streams)

    def names(self) -> list[str]:
        """All names in order."""
        return sorted(self.tables)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def streams(self) -> Iterator[Stream]:
        """All streams that can be read, those of deleted tables too."""
        yield from self.past_streams.values()
        for table in self:
            yield from streams_of(table)

    def stream(self, arn: str) -> Stream | None:
        """The stream of this Amazon resource name, or None."""
        table = self.tables.get(arn.partition(":table/")[2].partition("/")[0])
        if table is not None:
            for stream in streams_of(table):
                if stream.arn == arn:
                    return stream
        return self.past_streams.get(arn)

    @property
    def next_stream_due(self) -> float | None:
        """When the first stream has something to do; only a stream that starts, stops or splits brings it nearer."""
        return next_due(self.streams())

    def run_streams(self, now: float) -> None:
        """Let the streams do what is due by `now`, and forget those whose retention time is over."""
        for stream in self.streams():
            stream.run_due(now)
        for table in self:
            table.past_streams[:] = [stream for stream in table.past_streams if not stream.is_gone(now)]
        for arn in [arn for arn, stream in self.past_streams.items() if stream.is_gone(now)]:
            del self.past_streams[arn]

    def check(self) -> None:
        """Assert the invariants of every table and stream."""
        for stream in self.streams():
            stream.check()
        for name, table in self.tables.items():
            assert name == table.name
            table.check()
