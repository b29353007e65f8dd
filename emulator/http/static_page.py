"""The page at `/_dynarig/`: its files as they lie in `page/`, for whoever asks for HTML.

Rule: nothing is made here; what the page shows it asks of the JSON routes, and what it browses it asks as DynamoDB's
calls, of its own origin and of no other: the policy sent with it allows no script, style or connection from elsewhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dynarig.emulator.http.wire import Answer, Headers

FOLDER = Path(__file__).with_name("page")
INDEX = "index.html"
CONTENT_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
}
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_LINES = (
    b"cache-control: no-cache\r\nx-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
    b"content-security-policy: %b\r\n" % POLICY.encode()
)


def wants_html(headers: Headers) -> bool:
    """Whether a browser asks, which names HTML before all else."""
    return b"text/html" in headers.get(b"accept", b"")


def file_answer(name: str) -> Answer | None:
    """One file of the page; None where it has no such file."""
    if name not in names():
        return None
    return Answer(200, CONTENT_TYPES[Path(name).suffix], _content(name), _LINES)


def redirect(location: bytes) -> Answer:
    """To the address below which the page's files are found."""
    return Answer(301, b"", b"", b"location: %b\r\n" % location)


@cache
def names() -> frozenset[str]:
    """The files there are."""
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in CONTENT_TYPES)


@cache
def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
