"""Client request tokens: ten minutes each, by operation."""

from __future__ import annotations

from dynarig.emulator.storage.tokens import Replay, TokenLedger


def _replay(done_at: float) -> Replay:
    return Replay(str(done_at).encode(), (), done_at)


def test_a_token_is_found_for_ten_minutes() -> None:
    ledger = TokenLedger()
    replay = _replay(100.0)
    ledger.keep("TransactWriteItems", "t", replay)
    assert ledger.find("TransactWriteItems", "t", 100.0) is replay
    assert ledger.find("TransactWriteItems", "t", 699.9) is replay
    assert ledger.find("TransactWriteItems", "t", 700.0) is None


def test_operations_do_not_share_tokens() -> None:
    ledger = TokenLedger()
    ledger.keep("TransactWriteItems", "t", _replay(0.0))
    assert ledger.find("ExecuteTransaction", "t", 0.0) is None


def test_what_is_old_is_forgotten_and_a_token_may_be_used_anew() -> None:
    ledger = TokenLedger()
    for second in range(0, 2_000, 10):
        ledger.keep("TransactWriteItems", f"t{second % 700}", _replay(float(second)))
        assert ledger.find("TransactWriteItems", f"t{second % 700}", float(second)) is not None
    known = [f"t{n}" for n in range(0, 700, 10) if ledger.find("TransactWriteItems", f"t{n}", 1_990.0) is not None]
    assert len(known) == 60
    again = _replay(2_100.0)
    ledger.keep("TransactWriteItems", "t0", again)
    assert ledger.find("TransactWriteItems", "t0", 2_699.0) is again
