"""What a server writes of what it is asked: kept or hashed, bounded, and only where it is to."""

import base64
import json
import urllib.request

import pytest

from dynarig.emulator.http.recording import Hashing, Recorder, RecordingError
from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

PUT = {"TableName": "t", "Item": {"id": {"S": "secret-0001"}, "n": {"N": "-12.5"}, "l": {"L": [{"S": "secret"}]}}}


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def noted(path, calls, max_bytes=10_000, values="keep"):
    recorder = Recorder(str(path), max_bytes, values)
    execute = recorder.watching(lambda call, now: Reply(400, {}, "ValidationException" if call.request == {} else None))
    for call in calls:
        execute(call, 12.25)
    recorder.close()
    return lines(path)


def test_data_operations_and_tables_are_written_with_their_errors(tmp_path):
    calls = [
        Call("CreateTable", {"TableName": "t"}),
        Call("PutItem", PUT, region="eu-west-1"),
        Call("DescribeTable", {"TableName": "t"}),
        Call("GetRecords", {}, service="DynamoDBStreams_20120810"),
        Call("GetItem", {}),
    ]
    head, *told = noted(tmp_path / "r.jsonl", calls)
    assert head == {"dynarig_recording": 1, "values": "keep"}
    assert [each["operation"] for each in told] == ["CreateTable", "PutItem", "GetItem"]
    assert told[1] == {"at": 12.25, "operation": "PutItem", "region": "eu-west-1", "request": PUT}
    assert told[2]["error"] == "ValidationException"


def test_a_full_file_ends_with_a_word_on_it(tmp_path, caplog):
    told = noted(tmp_path / "r.jsonl", [Call("PutItem", PUT)] * 100, max_bytes=2_000)
    assert "stopped" in told[-1]
    assert 5 < len(told) < 20
    assert (tmp_path / "r.jsonl").stat().st_size < 2_100
    assert sum("is full" in record.getMessage() for record in caplog.records) == 1


def test_hashed_values_are_equal_where_they_were_and_unreadable(tmp_path):
    _, first, second = noted(tmp_path / "r.jsonl", [Call("PutItem", PUT)] * 2, values="hash")
    assert first["request"] == second["request"]
    assert "secret" not in (tmp_path / "r.jsonl").read_text()
    item = first["request"]["Item"]
    assert len(item["id"]["S"]) == len("secret-0001")
    assert item["n"]["N"].isdigit()
    _, other, _ = noted(tmp_path / "other.jsonl", [Call("PutItem", PUT)] * 2, values="hash")
    assert other["request"] != first["request"]  # the key is the file's own


@pytest.mark.parametrize(
    ("request_", "kept"),
    [
        ({"TableName": "t", "Limit": 5, "KeyConditionExpression": "a = :a"}, True),
        ({"ExpressionAttributeNames": {"#a": "name"}}, True),
        ({"Item": {"flag": {"BOOL": True}, "none": {"NULL": True}}}, True),
        ({"Item": {"S": {"S": "a secret"}}}, False),
        ({"Item": {"set": {"SS": ["a secret", "b"]}}}, False),
        ({"Item": {"map": {"M": {"M": {"S": "a secret"}}}}}, False),
        ({"Item": {"b": {"B": base64.b64encode(b"a secret").decode()}}}, False),
        ({"Statement": "SELECT * FROM \"t\" WHERE a = 'a secret' AND n = 4711"}, False),
        ({"TransactItems": [{"Put": {"TableName": "t", "Item": {"id": {"S": "a secret"}}}}]}, False),
        ({"Tags": [{"Key": "owner", "Value": "a secret"}]}, False),
    ],
)
def test_names_stay_and_values_go(request_, kept):
    hashed = Hashing(b"key").request(request_)
    text = json.dumps(hashed)
    assert (hashed == request_) == kept
    for secret in ("a secret", "4711", base64.b64encode(b"a secret").decode()):
        assert secret not in text


def test_a_statement_keeps_its_names_and_its_places(tmp_path):
    text = Hashing(b"key").request({"Statement": "SELECT l[3] FROM \"t2\".\"i-1\" WHERE a = 'it''s' AND n > 12"})
    begin, end = text["Statement"].split("WHERE")
    assert begin == 'SELECT l[3] FROM "t2"."i-1" '
    assert "it" not in end.replace("AND", "")
    assert "12 " not in end + " "


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    (tmp_path / "r.jsonl").write_text("mine")
    with pytest.raises(RecordingError, match="is there already"):
        Recorder(str(tmp_path / "r.jsonl"), 1_000, "keep")
    with pytest.raises(RecordingError, match="cannot write"):
        Recorder(str(tmp_path / "no" / "r.jsonl"), 1_000, "keep")


def test_a_server_records_what_comes_by_http(tmp_path):
    path = tmp_path / "r.jsonl"
    with running(assemble(Settings(port=0, record_file=str(path)))) as server:
        headers = {
            "X-Amz-Target": "DynamoDB_20120810.GetItem",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=A/1/eu-west-2/dynamodb/aws4_request, SignedHeaders=h, "
            "Signature=0f",
        }
        body = json.dumps({"TableName": "none", "Key": {"id": {"S": "1"}}}).encode()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(server.url, body, headers))
        refused.value.close()
    (told,) = lines(path)[1:]
    assert (told["operation"], told["region"], told["error"]) == ("GetItem", "eu-west-2", "ResourceNotFoundException")


def test_a_server_that_records_nothing_does_not_look():
    server = assemble(Settings(port=0))
    assert server._execute == server.rig.engine.execute
