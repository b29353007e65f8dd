"""An emulator with buckets in a folder, a clock that tests move, and short ways to write and read objects."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson

from tests.operations.backups.backup_world import START, BackupWorld
from tests.operations.tables.table_world import defined, key

ACCOUNT = "000000000000"
ARN = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/tab"
BUCKET = "harvest"


class TransferWorld(BackupWorld):
    """Mutable. folder: of the buckets, of which there is one."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(s3_dir=str(folder), **settings)
        self.folder = folder
        (folder / BUCKET).mkdir(exist_ok=True)

    def export(self, **members: Any) -> dict[str, Any]:
        """ExportTableToPointInTime; its ExportDescription as it is once all is done."""
        begun = self.begin_export(**members)
        self.settle()
        return self.told_export(begun["ExportArn"])

    def begin_export(self, **members: Any) -> dict[str, Any]:
        """ExportTableToPointInTime; its ExportDescription."""
        request = {"TableArn": ARN, "S3Bucket": BUCKET, **members}
        return self.call("ExportTableToPointInTime", **request)["ExportDescription"]  # type: ignore[no-any-return]

    def told_export(self, arn: str) -> dict[str, Any]:
        """DescribeExport's ExportDescription."""
        return self.call("DescribeExport", ExportArn=arn)["ExportDescription"]  # type: ignore[no-any-return]

    def begin_import(self, name: str, prefix: str, **members: Any) -> dict[str, Any]:
        """ImportTable; its ImportTableDescription."""
        request = {
            "S3BucketSource": {"S3Bucket": BUCKET, "S3KeyPrefix": prefix},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": creation(name),
            **members,
        }
        return self.call("ImportTable", **request)["ImportTableDescription"]  # type: ignore[no-any-return]

    def import_(self, name: str, prefix: str, **members: Any) -> dict[str, Any]:
        """ImportTable; its ImportTableDescription as it is once all is done."""
        begun = self.begin_import(name, prefix, **members)
        self.settle()
        return self.told_import(begun["ImportArn"])

    def told_import(self, arn: str) -> dict[str, Any]:
        """DescribeImport's ImportTableDescription."""
        return self.call("DescribeImport", ImportArn=arn)["ImportTableDescription"]  # type: ignore[no-any-return]

    def write(self, key_: str, content: bytes) -> None:
        """Put an object."""
        path = self.folder / BUCKET / key_
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def read(self, key_: str) -> bytes:
        """Get an object."""
        return (self.folder / BUCKET / key_).read_bytes()

    def lines(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of an export's data files, found by its manifests."""
        summary = orjson.loads(self.read(told["ExportManifest"]))
        files = [orjson.loads(line) for line in self.read(summary["manifestFilesS3Key"]).splitlines()]
        packed = [self.read(each["dataFileS3Key"]) for each in files]
        return [orjson.loads(line) for each in packed for line in gzip.decompress(each).splitlines()]

    def exported(self, told: dict[str, Any]) -> dict[str, int]:
        """The version of each item of a full export."""
        items = [line["Item"] for line in self.lines(told)]
        assert len(items) == told["ItemCount"]
        found = {item["pk"]["S"]: int(item["v"]["N"]) for item in items}
        assert len(found) == len(items), "an item is told once"
        return found


def creation(name: str, **members: Any) -> dict[str, Any]:
    """TableCreationParameters of a table with a partition key `pk`."""
    table = {"KeySchema": key("pk"), "AttributeDefinitions": defined("pk"), "BillingMode": "PAY_PER_REQUEST"}
    return {"TableName": name, **table, **members}


__all__ = ["ACCOUNT", "ARN", "BUCKET", "START", "TransferWorld", "creation"]
