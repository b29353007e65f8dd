"""`python -m dynarig.emulator`: serves until told to stop. Flags are those of `Settings`, or DynamoDB Local's own.

Rule: bad flags and a taken port are one line on stderr and a non-zero exit. What serving needs is imported once the
flags are read, so that `--help` costs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dynarig.emulator.command_line import Parser
from dynarig.emulator.settings import Settings, SettingsError, add_flags

# DynamoDB Local's flags (developer guide, "DynamoDB local usage notes") → ours; None: what it asks for is so anyway.
_LOCAL_SWITCHES: dict[str, str | None] = {
    "-inMemory": None,
    "-sharedDb": "--shared-db",
    "-delayTransientStatuses": None,
    "-disableTelemetry": None,
    "-optimizeDbBeforeStartup": None,
    "-help": "--help",
}
_LOCAL_OPTIONS: dict[str, str | None] = {"-port": "--port", "-dbPath": "--db-path", "-cors": None}


def main(argv: Sequence[str] | None = None, program: str = "dynarig serve") -> int:
    """Serves; the exit status is 0 after SIGINT or SIGTERM, 1 where the port is taken, 2 for bad flags."""
    parser = Parser(
        prog=program,
        description="Serve a local DynamoDB. DynamoDB Local's flags (-port, -inMemory, -sharedDb, …) work as well.",
    )
    parser.aliases = (*_LOCAL_SWITCHES, *_LOCAL_OPTIONS)
    parser.add_argument("--db-path", metavar="PATH", help="taken for DynamoDB Local's sake; tables live in memory")
    parser.add_argument("--record", dest="record_file", metavar="FILE", help="short for --record-file")
    add_flags(parser)
    try:
        arguments = parser.parse_args(translate(sys.argv[1:] if argv is None else argv))
        settings = Settings.from_arguments(arguments, os.environ)
    except SettingsError as fault:
        print(f"{program}: {fault}", file=sys.stderr)
        return 2
    if arguments.db_path is not None:
        print(f"{program}: tables live in memory; nothing is kept in {arguments.db_path}", file=sys.stderr)

    from dynarig.emulator.http.recording import RecordingError
    from dynarig.emulator.http.server import assemble, serve

    try:
        serve(assemble(settings))
    except RecordingError as fault:
        print(f"{program}: {fault}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"{program}: cannot listen on {settings.host}:{settings.port}: {fault.strerror}", file=sys.stderr)
        return 1
    return 0


def translate(argv: Sequence[str]) -> list[str]:
    """The command line with DynamoDB Local's spellings turned into ours. SettingsError where a value is missing."""
    words: list[str] = []
    rest = iter(argv)
    for word in rest:
        if word in _LOCAL_SWITCHES:
            ours = _LOCAL_SWITCHES[word]
            words += [ours] if ours else []
        elif word in _LOCAL_OPTIONS:
            value = next(rest, None)
            if value is None:
                raise SettingsError(f"{word} needs a value")
            ours = _LOCAL_OPTIONS[word]
            words += [ours, value] if ours else []
        else:
            words.append(word)
    return words


if __name__ == "__main__":
    sys.exit(main())
