"""`dynarig mix`: writes a first mix from a schema, or one from recorded traffic.

Rule: the mix goes to standard output or to a new file, never over one; a fault is one line and exit code 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from dynarig.emulator.command_line import Parser
from dynarig.fixtures.schema_readers import read_schemas
from dynarig.fixtures.schema_readers.text import read_text
from dynarig.fixtures.templates.template import TemplateError
from dynarig.workloads import mixes
from dynarig.workloads.mixes.design import EXAMPLE
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.first import first_mix
from dynarig.workloads.mixes.recorded import read_recording
from dynarig.workloads.mixes.replay import HEAD, replayed


class _Dumper(yaml.SafeDumper):
    """Every value where it belongs, in full."""

    def ignore_aliases(self, data: object) -> bool:
        """No `&id001`."""
        return True


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the mix; 2 for a fault."""
    arguments = _parser().parse_args(argv)
    try:
        text = _text(arguments)
        if arguments.out is None:
            print(text, end="")
        else:
            with arguments.out.open("x", encoding="utf-8") as file:
                file.write(text)
            print(f"dynarig mix: wrote {arguments.out}; locust -f locustfile.py --headless --mix {arguments.out}")
    except FileExistsError:
        return _fail(f"{arguments.out} is there already; name another file, or move it away")
    except OSError as fault:
        return _fail(f"{arguments.out}: {fault.strerror}")
    except (MixError, TemplateError) as fault:
        return _fail(str(fault))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dynarig mix",
        description="Write a first mix, of a schema or of recorded traffic, for `locust … --mix`.",
        epilog=mixes.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--schema",
        action="append",
        metavar="FILE",
        help="CloudFormation, SAM, CDK, Terraform, Serverless, NoSQL Workbench, describe-table; may be given again",
    )
    source.add_argument("--from-recording", metavar="FILE", help="what `dynarig serve --record FILE` has written")
    source.add_argument("--example", action="store_true", help="print a template with two indexes, to try this with")
    parser.add_argument("--parameter", action="append", metavar="NAME=VALUE", help="of the schema; may be given again")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there (default: standard output)")
    return parser


def _text(arguments: argparse.Namespace) -> str:
    if arguments.example:
        return EXAMPLE.read_text()
    if arguments.from_recording:
        source = str(arguments.from_recording)
        document = replayed(read_recording(read_text(Path(source)), source))
        return HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    parameters = {}
    for pair in arguments.parameter or ():
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise MixError(f"--parameter takes NAME=VALUE, not {pair!r}")
        parameters[name] = value
    tables = [table for schema in read_schemas(arguments.schema, parameters) for table in schema.tables]
    folder = arguments.out.parent if arguments.out else Path()
    return first_mix(tables, [os.path.relpath(path, folder) for path in arguments.schema])


def _fail(text: str) -> int:
    print(f"dynarig mix: {text}", file=sys.stderr)
    return 2
