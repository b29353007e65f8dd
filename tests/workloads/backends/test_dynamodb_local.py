"""DynamoDB Local: which way is taken, what is said where none is there, and one real start."""

import os
from pathlib import Path

import pytest

from dynarig.workloads.backends import BackendError, open_backend
from dynarig.workloads.backends.dynamodb_local import DynamoDBLocalBackend, docker_engine
from dynarig.workloads.backends.dynamodb_local_jars import cache_folder, find_java, jars_folder
from tests.workloads.backends.stub_server import stub_server


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with no programs, an empty cache and no Docker engine."""
    for name in ("DYNARIG_DYNAMODB_LOCAL_URL", "DYNARIG_DYNAMODB_LOCAL_JARS", "JAVA_HOME", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_given_endpoint_is_used(monkeypatch):
    with stub_server() as server:
        server.answers["DynamoDB_20120810.ListTables"] = (200, b'{"TableNames":[]}')
        monkeypatch.setenv("DYNARIG_DYNAMODB_LOCAL_URL", server.url)
        with open_backend("dynamodb-local", region="eu-west-1") as backend:
            assert backend.call("ListTables", {}) == {"TableNames": []}
            assert "throttling" in backend.report()
        with open_backend("dynamodb-local", url=server.url) as backend:
            assert backend.name == "dynamodb-local"


def test_nothing_there_is_told_in_one_line(bare):
    with pytest.raises(BackendError) as caught:
        open_backend("dynamodb-local")
    text = str(caught.value)
    assert text.startswith("DynamoDB Local cannot be started: no Docker engine: ")
    assert text.endswith("; no Java: version 17 or later is needed on the PATH or in JAVA_HOME")
    assert "\n" not in text


def test_an_old_java_is_told(bare):
    program(bare, "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    with pytest.raises(BackendError, match=r"^Java 17 or later is needed; .*/java is version 11$"):
        find_java()


def test_java_home_comes_first(bare, monkeypatch):
    home = bare / "jdk"
    home.mkdir()
    (home / "bin").mkdir()
    program(home, "java", "echo 'openjdk version \"21\" 2023-09-19' >&2")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert find_java() == str(home / "bin" / "java")


def test_no_maven_is_told(bare):
    with pytest.raises(BackendError, match=r"^no Maven to fetch DynamoDB Local with: install mvn"):
        jars_folder()


def test_maven_failing_is_told(bare):
    program(bare, "mvn", "echo '[ERROR] Could not resolve dependencies'; echo more; exit 1")
    with pytest.raises(BackendError, match=r"^Maven could not fetch DynamoDB Local: \[ERROR\] Could not resolve"):
        jars_folder()
    assert list(cache_folder().iterdir()) == []


def test_maven_fetches_once(bare):
    jar = "DynamoDBLocal-3.1.0.jar"
    copy = 'for a in "$@"; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done'
    program(bare, "mvn", f'{copy}; /bin/mkdir -p "$d"; echo x > "$d/{jar}"; echo call >> "{bare}/calls"')
    assert (jars_folder() / jar).exists()
    assert jars_folder() == bare / "cache" / "dynarig" / "dynamodb-local-3.1.0"
    assert (bare / "calls").read_text() == "call\n"


def test_a_named_folder_without_the_jar_is_told(bare, monkeypatch):
    monkeypatch.setenv("DYNARIG_DYNAMODB_LOCAL_JARS", str(bare))
    with pytest.raises(BackendError, match="holds no DynamoDBLocal jar"):
        jars_folder()


@pytest.mark.peers
def test_by_java():
    with DynamoDBLocalBackend("eu-west-1", by="java") as backend:
        port = int(backend.url.rpartition(":")[2])
        with pytest.raises(BackendError, match="in use"):
            DynamoDBLocalBackend(by="java", port=port).open()
        assert backend.call("ListTables", {}) == {"TableNames": []}


@pytest.mark.peers
def test_by_docker():
    try:
        docker_engine().close()
    except BackendError as error:
        pytest.skip(str(error))
    with DynamoDBLocalBackend("eu-west-1", by="docker") as backend:
        assert backend.call("ListTables", {}) == {"TableNames": []}


@pytest.mark.peers
def test_by_maven(monkeypatch, tmp_path):
    monkeypatch.delenv("DYNARIG_DYNAMODB_LOCAL_JARS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with DynamoDBLocalBackend(by="java") as backend:
        assert backend.call("ListTables", {}) == {"TableNames": []}
    assert len(os.listdir(tmp_path / "dynarig")) == 1
