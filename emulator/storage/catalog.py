"""The tables of one account in one region, by name."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.storage.table import Table
from emulator.storage.tokens import TokenLedger


class Catalog:
    """Mutable; one a namespace (account, region)."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.tables: dict[str, Table] = {}
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
        self.tables[table.name] = table

    def remove(self, name: str) -> None:
        """Drop a table and all it holds."""
        del self.tables[name]

    def names(self) -> list[str]:
        """All names in order."""
        return sorted(self.tables)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def check(self) -> None:
        """Assert the invariants of every table."""
        for name, table in self.tables.items():
            assert name == table.name
            table.check()
