"""Buckets as folders of a folder: an object's key is its path in there.

Rule: an object appears whole or not at all. A key that would lead out of its bucket is refused. No file is open between
two pieces, however many exports and imports are under way. Must not know: what is written or read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dynarig.emulator.model.buckets import BucketFault, Buckets, NoBuckets

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # S3 user guide, "General purpose bucket naming rules"
_PIECE_BYTES = 256 * 1024
_UNFINISHED = ".dynarig-unfinished"


def open_buckets(folder: str) -> Buckets:
    """The buckets in a folder; none without one."""
    return FolderBuckets(Path(folder)) if folder else NoBuckets()


class FolderBuckets:
    """The buckets of one folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, bucket: str) -> bool:
        """Whether there is a folder of this name."""
        return _NAME.fullmatch(bucket) is not None and (self._folder / bucket).is_dir()

    def create(self, bucket: str, key: str) -> FileWriter:
        """Begin an object. BucketFault."""
        return FileWriter(self._path(bucket, key))

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys that begin with a prefix, in order. BucketFault."""
        root, path = self._folder / bucket, PurePosixPath(prefix.rpartition("/")[0])
        leads_out = path.is_absolute() or ".." in path.parts
        found = []
        try:
            for folder, _, names in os.walk(root if leads_out else root / path):
                relative = Path(folder).relative_to(root).as_posix()
                found += [name if relative == "." else f"{relative}/{name}" for name in names]
        except OSError as fault:
            raise BucketFault(_told(fault)) from None
        return sorted(key for key in found if key.startswith(prefix) and not key.endswith(_UNFINISHED))

    def read(self, bucket: str, key: str) -> Iterator[bytes]:
        """An object, piece by piece. BucketFault."""
        try:
            path, at = self._path(bucket, key), 0
            while piece := _piece(path, at):
                yield piece
                at += len(piece)
        except OSError as fault:
            raise BucketFault(_told(fault)) from None

    def _path(self, bucket: str, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or ".." in parts or key.startswith("/") or key.endswith("/") or "\0" in key:
            raise BucketFault(f"no file can have the key {key!r}")
        return self._folder.joinpath(bucket, *parts)


class FileWriter:
    """A file in the making, under another name until it is closed."""

    def __init__(self, path: Path) -> None:
        """BucketFault."""
        self._path = path
        self._unfinished = path.with_name(path.name + _UNFINISHED)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._unfinished.write_bytes(b"")
        except OSError as fault:
            raise BucketFault(_told(fault)) from None

    def write(self, data: bytes) -> None:
        """Add to it. BucketFault."""
        try:
            with self._unfinished.open("ab") as file:
                file.write(data)
        except OSError as fault:
            raise BucketFault(_told(fault)) from None

    def close(self) -> None:
        """Let it be there. BucketFault."""
        try:
            self._unfinished.replace(self._path)
        except OSError as fault:
            raise BucketFault(_told(fault)) from None

    def abandon(self) -> None:
        """Let it never be there."""
        try:
            self._unfinished.unlink(missing_ok=True)
        except OSError:
            pass  # it is nobody's any more


def _piece(path: Path, at: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(_PIECE_BYTES)


def _told(fault: OSError) -> str:
    return f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault)
