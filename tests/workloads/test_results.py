"""Where a run's results are kept."""

import os

import pytest

from dynarig.workloads import results


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path):
    data = {"settings": {"seed": 4}}
    assert results.save(data, tmp_path) != results.save(data, tmp_path)


def test_a_folder_that_is_still_to_be_made_will_do(tmp_path):
    results.check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file is not a folder"):
        results.check_folder(tmp_path / "file" / "below")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(ValueError, match="cannot be written to"):
        results.check_folder(tmp_path / "below")
