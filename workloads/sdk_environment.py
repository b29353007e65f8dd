"""`dynarig env`: the lines that point an SDK, the aws command line or a container at the emulator.

    eval "$(dynarig env)"                       # bash, zsh, sh
    dynarig env --shell fish | source
    dynarig env --shell dotenv > .env           # docker run --env-file, docker compose

Rule: prints variables and changes nothing. The names are those that AWS's SDKs share (SDKs and Tools Reference Guide,
"Service-specific endpoints"). What would win over them is unset.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

from dynarig.emulator.command_line import ENDPOINT, Parser
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.backends.endpoint import checked_url

DEFAULT_URL = "http://127.0.0.1:8000"
_SERVICES = ("dynamodb", "dynamodb-streams")
_UNSET = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
_ACCOUNT_DIGITS = 12


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the lines; 2 for bad flags."""
    parser = Parser(prog="dynarig env", description='Point an SDK at the emulator: eval "$(dynarig env)"')
    parser.add_argument(
        *ENDPOINT, dest="url", metavar="URL", default=DEFAULT_URL, help=f"where it serves (default {DEFAULT_URL})"
    )
    parser.add_argument("--region", default="us-east-1", help="default us-east-1")
    parser.add_argument(
        "--account", default="000000000000", metavar="DIGITS", help="whose tables (default 000000000000)"
    )
    parser.add_argument("--shell", choices=sorted(_SHELLS), default="bash", help="whose syntax (default bash)")
    parser.add_argument(
        "--also", action="append", default=[], metavar="SERVICE", help="another service to send there, e.g. cloudwatch"
    )
    arguments = parser.parse_args(sys.argv[1:] if argv is None else argv)
    if not (arguments.account.isdecimal() and len(arguments.account) == _ACCOUNT_DIGITS):
        parser.error(f"--account: {arguments.account!r} is not {_ACCOUNT_DIGITS} digits")
    try:
        url = checked_url(arguments.url)
    except BackendError as fault:
        parser.error(f"--url: {fault}")
    services = dict.fromkeys([*_SERVICES, *arguments.also])
    print(_SHELLS[arguments.shell](variables(url, arguments.region, arguments.account, list(services))))
    return 0


def variables(url: str, region: str, account: str, services: Sequence[str]) -> dict[str, str]:
    """Name → value. An access key of twelve digits is the account's; any secret will do."""
    endpoints = {f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_').replace(' ', '_')}": url for service in services}
    return {
        **endpoints,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "dynarig",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def _bash(values: Mapping[str, str]) -> str:
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    return "\n".join([*lines, f"unset {' '.join(_UNSET)}"])


def _fish(values: Mapping[str, str]) -> str:
    lines = [f"set -gx {name} {shlex.quote(value)}" for name, value in values.items()]
    return "\n".join([*lines, *(f"set -e {name}" for name in _UNSET)])


def _powershell(values: Mapping[str, str]) -> str:
    quoted = {name: value.replace("'", "''") for name, value in values.items()}
    lines = [f"$Env:{name} = '{value}'" for name, value in quoted.items()]
    return "\n".join([*lines, *(f"Remove-Item Env:{name} -ErrorAction SilentlyContinue" for name in _UNSET)])


def _dotenv(values: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in values.items())


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(values, indent=1)


_SHELLS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "bash": _bash,
    "dotenv": _dotenv,
    "fish": _fish,
    "json": _json,
    "powershell": _powershell,
}
