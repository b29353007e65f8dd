"""Locust with flags that cannot be: one line, and nothing is left."""

import pytest

from tests.workloads.test_locustfile import SMALL, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--host", "http://127.0.0.1:9"], "nothing answers at http://127.0.0.1:9"),
        (["--host", "nowhere"], "an endpoint is a URL"),
        (["--no-seed"], "--no-seed needs a --host"),
        (["--ramp-seconds", "5", "--arrivals", "poisson"], "a ramp has constant arrivals"),
        (["--backend", "moto-server", "--host", "http://127.0.0.1:9"], "leave out --host http://127.0.0.1:9"),
        (["--backend", "moto"], "invalid choice: 'moto' (choose from 'dynamodb-local', 'moto-server')"),
        (["--rate", "0"], "a rate is a number of requests per second above 0"),
        (["-u", "0"], "-u says how many requests may be under way at once, from 1 up, not 0"),
        (["--tags", "anything"], "no scenario has the tag 'anything'"),
        (["--scenario", "hot-kye"], "no scenario 'hot-kye'"),
        (["--scenario", "spike,saturation"], "load the same tables"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(tmp_path, flags, words):
    ended = run(tmp_path, *SMALL, "-t", "2s", *flags)
    assert ended.returncode != 0
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []
