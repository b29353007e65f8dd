"""Where Java and the jars of DynamoDB Local are found, or fetched to.

Rule: the jars come from Maven by the pom beside this file, once per version, into a folder of the user's cache; a
folder that is there is whole, because it is renamed into place. Must not know how the server is run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from dynarig.workloads.backends.base import BackendError

VERSION = "3.1.0"
CLASS_PATH_MAIN = "software.amazon.dynamodb.services.local.main.ServerRunner"
JARS_VARIABLE = "DYNARIG_DYNAMODB_LOCAL_JARS"
JAVA_VERSION_MIN = 17
_POM = Path(__file__).with_name("dynamodb-local-pom.xml")
_JAR = f"DynamoDBLocal-{VERSION}.jar"
_FETCH_SECONDS = 600


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/dynarig``, by default ``~/.cache/dynarig``."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "dynarig"


def find_java() -> str:
    """The path of a Java of at least version 17. Raises BackendError."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    java = java or shutil.which("java")
    if java is None:
        raise BackendError(f"no Java: version {JAVA_VERSION_MIN} or later is needed on the PATH or in JAVA_HOME")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False).stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackendError(f"{java} does not run: {error}") from None
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA_VERSION_MIN:
        version = found[1] if found else "unknown"
        raise BackendError(f"Java {JAVA_VERSION_MIN} or later is needed; {java} is version {version}")
    return java


def jars_folder() -> Path:
    """The folder of jars: the one that the environment names, the cached one, or one fetched now.

    Raises BackendError where the named one lacks the jar, or Maven is missing or fails.
    """
    named = os.environ.get(JARS_VARIABLE)
    if named:
        folder = Path(named).expanduser()
        if not any(folder.glob("DynamoDBLocal*.jar")):
            raise BackendError(f"{JARS_VARIABLE}={named} holds no DynamoDBLocal jar")
        return folder
    folder = cache_folder() / f"dynamodb-local-{VERSION}"
    if not (folder / _JAR).exists():
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise BackendError(f"no Maven to fetch DynamoDB Local with: install mvn, or set {JARS_VARIABLE}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as place:
            _copy_dependencies(maven, Path(place) / "lib")
            _put_in_place(Path(place) / "lib", folder)
    except OSError as error:
        raise BackendError(f"the jars cannot be kept in {folder}: {error}") from None


def _copy_dependencies(maven: str, output: Path) -> None:
    command = [maven, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={output}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise BackendError(f"Maven did not fetch DynamoDB Local within {_FETCH_SECONDS} s") from None
    if done.returncode != 0 or not (output / _JAR).exists():
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise BackendError(f"Maven could not fetch DynamoDB Local: {lines[0][:300] if lines else 'no jar came'}")


def _put_in_place(fetched: Path, folder: Path) -> None:
    """Rename whole; where another process was first, its folder stands."""
    try:
        fetched.rename(folder)
    except OSError:
        if not (folder / _JAR).exists():
            raise
