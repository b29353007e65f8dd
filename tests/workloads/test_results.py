"""Where a run's results are kept."""

import os

import pytest

from dynarig.workloads import results
from dynarig.workloads.cli import main


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path):
    data = {"settings": {"seed": 4}}
    assert results.save(data, tmp_path) != results.save(data, tmp_path)


def test_a_folder_that_is_still_to_be_made_will_do(tmp_path):
    results.check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file is not a folder"):
        results.check_folder(tmp_path / "file" / "below")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(OSError, match="cannot be written to"):
        results.check_folder(tmp_path / "below")


@pytest.mark.parametrize(
    "words",
    [
        ["bench", "soak"],
        ["bench", "engine"],
        ["simulate"],
        ["verify", "--claim", "CAL-01"],
        ["verify", "--enforce"],
        ["verify", "--experiments"],
        ["verify", "--sharding"],
    ],
)
def test_every_command_tells_it_before_its_work(tmp_path, capsys, words):
    (tmp_path / "file").write_text("")
    assert main([*words, "--out", str(tmp_path / "file" / "out" / "x")]) in (1, 2)
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "no results can be kept in" in said.err
