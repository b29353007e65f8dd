"""`dynarig locustfile`: where the installed load is, for `locust -f "$(dynarig locustfile)"`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dynarig.emulator.command_line import Parser


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the path; 2 for bad flags."""
    parser = Parser(
        prog="dynarig locustfile",
        description='Where the installed load is: locust -f "$(dynarig locustfile)" --headless',
    )
    parser.parse_args(sys.argv[1:] if argv is None else argv)
    print(Path(__file__).with_name("locustfile.py"))
    return 0
