"""Client request tokens of transactions: what was done under each, for ten minutes (API: TransactWriteItems)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from dynarig.emulator.model import limits


@dataclass(frozen=True, slots=True)
class Replay:
    """A transaction that was carried out. content: what tells it from others. charges: what a replay costs."""

    content: bytes
    charges: tuple[Any, ...]
    done_at: float


class TokenLedger:
    """Replays by (operation, token), oldest first; no more than `most`, of which the oldest go before their time."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._replays: OrderedDict[tuple[str, str], Replay] = OrderedDict()

    def find(self, operation: str, token: str, now: float) -> Replay | None:
        """What was carried out under this token within ten minutes, or None."""
        replay = self._replays.get((operation, token))
        return replay if replay is not None and now < replay.done_at + limits.TRANSACTION_TOKEN_SECONDS else None

    def keep(self, operation: str, token: str, replay: Replay) -> None:
        """Note what was carried out; forgets what is older than ten minutes."""
        self._replays[(operation, token)] = replay
        self._replays.move_to_end((operation, token))
        while self._replays:
            oldest = next(iter(self._replays.values()))
            if oldest.done_at + limits.TRANSACTION_TOKEN_SECONDS > replay.done_at and len(self._replays) <= self._most:
                break
            self._replays.popitem(last=False)

    def discard(self, most: int) -> int:
        """Forget up to `most` of a ledger that is of no more use; how many were."""
        count = min(most, len(self._replays))
        for _ in range(count):
            self._replays.popitem()
        return count

    def __len__(self) -> int:
        return len(self._replays)
