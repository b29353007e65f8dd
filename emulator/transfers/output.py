"""What an export writes into its bucket: data files of JSON lines in gzip, and the manifests that tell them.

Rule: names, members and their order as the Developer Guide shows them ("DynamoDB table export output format"); one data
file, as the emulator cuts no files by partitions. Pure but for the buckets handed in.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

import orjson

from dynarig.emulator.model.buckets import Buckets, ObjectWriter
from dynarig.emulator.storage.transfers import Export

FULL = "FULL_EXPORT"
INCREMENTAL = "INCREMENTAL_EXPORT"
_FULL_VERSION, _INCREMENTAL_VERSION = "2020-06-30", "2023-08-01"
_GZIP = 16 + zlib.MAX_WBITS
_BATCH_BYTES = 64 * 1024


class DataFile:
    """Mutable. One data file in the making. item_count: lines so far."""

    def __init__(self, writer: ObjectWriter, key: str) -> None:
        self.item_count = 0
        self._writer = writer
        self._key = key
        self._compress = zlib.compressobj(wbits=_GZIP)
        self._digest = md5(usedforsecurity=False)
        self._lines: list[bytes] = []
        self._pending_bytes = 0

    def add(self, line: bytes) -> None:
        """Write a line. BucketFault."""
        self.item_count += 1
        self._lines.append(line)
        self._pending_bytes += len(line)
        if self._pending_bytes >= _BATCH_BYTES:
            self._write_pending()

    def _write_pending(self) -> None:
        if self._lines:
            self._put(self._compress.compress(b"\n".join(self._lines) + b"\n"))
            self._lines, self._pending_bytes = [], 0

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._writer.write(data)

    def close(self) -> dict[str, Any]:
        """Its entry in the manifest of files. BucketFault."""
        self._write_pending()
        self._put(self._compress.flush())
        self._writer.close()
        return {
            "itemCount": self.item_count,
            "md5Checksum": b64encode(self._digest.digest()).decode(),
            "etag": f"{self._digest.hexdigest()}-1",
            "dataFileS3Key": self._key,
        }

    def abandon(self) -> None:
        """Let it never be there."""
        self._writer.abandon()


def folder_of(export: Export) -> str:
    """Where its manifests are, with a slash at the end."""
    prefix = export.asked.get("S3Prefix", "").strip("/")
    root = f"{prefix}/AWSDynamoDB/" if prefix else "AWSDynamoDB/"
    return f"{root}{export.arn.rpartition('/')[2]}/"


def data_key(export: Export, identifier: int) -> str:
    """Where its data file is: of incremental exports in one folder for all of them."""
    folder = folder_of(export)
    if is_incremental(export):
        folder = folder.removesuffix("/").rpartition("/")[0] + "/"
    return f"{folder}data/{identifier:026x}.json.gz"


def is_incremental(export: Export) -> bool:
    """Whether it is of what changed in a period."""
    return bool(export.asked.get("ExportType") == INCREMENTAL)


def write_object(buckets: Buckets, bucket: str, key: str, content: bytes) -> None:
    """Write a short object. BucketFault."""
    writer = buckets.create(bucket, key)
    writer.write(content)
    writer.close()


def write_manifests(buckets: Buckets, export: Export, files: list[dict[str, Any]]) -> str:
    """Write both manifests and their checksums, the summary last; its key. BucketFault."""
    folder, bucket = folder_of(export), export.asked["S3Bucket"]
    listed = b"".join(orjson.dumps(each) + b"\n" for each in files)
    summary = f"{folder}manifest-summary.json"
    for key, content in (
        (f"{folder}manifest-files.json", listed),
        (summary, orjson.dumps(_summary(export, f"{folder}manifest-files.json"))),
    ):
        write_object(buckets, bucket, key, content)
        checksum = b64encode(md5(content, usedforsecurity=False).digest())
        write_object(buckets, bucket, f"{key.removesuffix('.json')}.checksum", checksum)
    return summary


def _summary(export: Export, files_key: str) -> dict[str, Any]:
    asked, incremental = export.asked, is_incremental(export)
    assert export.ended_at is not None, "a manifest tells the end"
    head = {
        "version": _INCREMENTAL_VERSION if incremental else _FULL_VERSION,
        "exportArn": export.arn,
        "startTime": shown(export.started_at),
        "endTime": shown(export.ended_at),
        "tableArn": export.table_arn,
        "tableId": export.table_id,
    }
    if incremental:
        period = asked["IncrementalExportSpecification"]
        times = {"exportFromTime": shown(period["ExportFromTime"]), "exportToTime": shown(export.at)}
    else:
        times = {"exportTime": shown(export.at)}
    tail = {
        "s3Bucket": asked["S3Bucket"],
        "s3Prefix": asked.get("S3Prefix"),
        "s3SseAlgorithm": asked.get("S3SseAlgorithm", "AES256"),
        "s3SseKmsKeyId": asked.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": files_key,
        "billedSizeBytes": export.billed_bytes,
        "itemCount": export.item_count,
        "outputFormat": "DYNAMODB_JSON",
    }
    if incremental:
        tail["outputView"] = asked["IncrementalExportSpecification"].get("ExportViewType", "NEW_AND_OLD_IMAGES")
        tail["exportType"] = INCREMENTAL
    return {**head, **times, **tail}


def shown(at: float) -> str:
    """An instant (epoch seconds) to the millisecond, as manifests write it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
