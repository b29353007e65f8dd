"""The modes of `dynarig verify`."""

from importlib import import_module

import pytest

from dynarig.workloads import verify


def test_every_mode_has_a_main():
    assert all(callable(import_module(mode.module).main) for mode in verify.MODES.values())


def test_help_names_every_mode(capsys):
    assert verify.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(flag in shown and mode.help in shown for flag, mode in verify.MODES.items())


def test_a_mode_s_own_help(capsys):
    with pytest.raises(SystemExit):
        verify.main(["--patterns", "--help"])
    assert "--scale" in capsys.readouterr().out


def test_one_mode_at_a_time(monkeypatch, capsys):
    monkeypatch.setitem(verify.MODES, "--other", verify.Mode("absent", "…"))
    assert verify.main(["--patterns", "--other"]) == 2
    assert "--patterns, --other at a time" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--seed=-1"], ["--enforce", "--seed=x"], ["--enforce", "--rate=0"], ["--patterns", "--seed=-1"]]
)
def test_a_number_out_of_bounds_is_one_line(words, capsys):
    with pytest.raises(SystemExit) as exit:
        verify.main(words)
    assert exit.value.code == 2
    told = capsys.readouterr().err
    assert "is not a whole number of at least" in told
    assert told.count("\n") == 1
