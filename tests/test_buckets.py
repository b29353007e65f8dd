"""Buckets as folders: whole objects or none, and no way out of a bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynarig.emulator.buckets import FolderBuckets, open_buckets
from dynarig.emulator.model.buckets import BucketFault


@pytest.fixture
def buckets(tmp_path: Path) -> FolderBuckets:
    (tmp_path / "harvest").mkdir()
    (tmp_path / "secret.txt").write_text("x")
    return FolderBuckets(tmp_path)


@pytest.mark.parametrize(("name", "is_there"), [("harvest", True), ("other", False), ("..", False), ("", False)])
def test_a_bucket_is_a_folder(buckets: FolderBuckets, name: str, is_there: bool) -> None:
    assert buckets.has(name) is is_there


def test_without_a_folder_there_is_none() -> None:
    none = open_buckets("")
    assert not none.has("harvest")
    for fault in (lambda: none.create("b", "k"), lambda: none.keys("b", ""), lambda: none.read("b", "k")):
        with pytest.raises(BucketFault, match="no bucket"):
            fault()


def test_an_object_appears_whole(buckets: FolderBuckets) -> None:
    writer = buckets.create("harvest", "a/b/c.txt")
    writer.write(b"one ")
    writer.write(b"two")
    assert buckets.keys("harvest", "") == []
    writer.close()
    assert buckets.keys("harvest", "a/") == ["a/b/c.txt"]
    assert b"".join(buckets.read("harvest", "a/b/c.txt")) == b"one two"


def test_one_that_is_abandoned_never_does(buckets: FolderBuckets, tmp_path: Path) -> None:
    writer = buckets.create("harvest", "a.txt")
    writer.write(b"one")
    writer.abandon()
    assert list((tmp_path / "harvest").iterdir()) == []


def test_a_prefix_is_the_beginning_of_a_key(buckets: FolderBuckets) -> None:
    for key in ("data/2", "data/1", "data2/x", "da"):
        buckets.create("harvest", key).close()
    assert buckets.keys("harvest", "data") == ["data/1", "data/2", "data2/x"]
    assert buckets.keys("harvest", "data/") == ["data/1", "data/2"]
    assert buckets.keys("harvest", "data/1") == ["data/1"]
    assert buckets.keys("harvest", "elsewhere/") == []
    for prefix in ("../", "data/../../", "/"):
        assert buckets.keys("harvest", prefix) == []


@pytest.mark.parametrize("key", ["../secret.txt", "a/../../secret.txt", "/etc/passwd", "", "a/", "a\0b"])
def test_no_key_leads_out(buckets: FolderBuckets, key: str) -> None:
    with pytest.raises(BucketFault, match="no file can have the key"):
        buckets.create("harvest", key)
    with pytest.raises(BucketFault, match="no file can have the key"):
        list(buckets.read("harvest", key))


def test_faults_of_files_are_faults_of_buckets(buckets: FolderBuckets) -> None:
    with pytest.raises(BucketFault, match="No such file"):
        list(buckets.read("harvest", "missing"))
    buckets.create("harvest", "taken").close()
    with pytest.raises(BucketFault):
        buckets.create("harvest", "taken/below")
