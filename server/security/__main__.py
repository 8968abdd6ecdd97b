"""`python -m server.security new-key` makes a key for tokens, `… token` signs one, where there is no other issuer."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from billing.process.command import ended
from billing.starting import CanNotStart
from server.access import scopes_named
from server.security.admission import ROLES, check_name
from server.security.reread import content_of
from server.security.signing import Claims, new_key, sign
from server.security.token_keys import read_token_keys

PRIVATE, PUBLIC = "token-key.pem", "token-keys.json"
ISSUER, AUDIENCE = "prorata", "prorata"
LONGEST_DAYS = 366
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    options = _parser().parse_args(arguments)
    return ended(lambda: options.act(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.security", description=__doc__)
    commands = parser.add_subparsers(required=True)
    key = commands.add_parser("new-key", help=f"make {PRIVATE}, to sign with, and {PUBLIC}, for PRORATA_TOKEN_KEYS")
    key.add_argument("folder", type=Path, help="where both are put")
    key.set_defaults(act=_make_key)
    token = commands.add_parser("token", help="print a token")
    token.add_argument("folder", type=Path, help="where new-key put both files")
    token.add_argument("--subject", required=True, type=_subject, help="the caller's name, for the audit trail")
    token.add_argument("--role", choices=[*ROLES], default="self-service", help="default: %(default)s")
    token.add_argument(
        "--scope", required=True, nargs="+", type=_scope, help="such as plans.read, 'plans.*', or '*' for all"
    )
    token.add_argument("--lifetime", type=_seconds, default="1h", help="such as 30m, 8h or 90d; default: %(default)s")
    token.add_argument("--issuer", default=ISSUER, help="as PRORATA_TOKEN_ISSUER; default: %(default)s")
    token.add_argument("--audience", default=AUDIENCE, help="as PRORATA_TOKEN_AUDIENCE; default: %(default)s")
    token.set_defaults(act=_print_token)
    return parser


def _make_key(options: argparse.Namespace) -> int:
    private, public = new_key()
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        for name, content, mode in ((PRIVATE, private, 0o600), (PUBLIC, public, 0o644)):
            with os.fdopen(os.open(options.folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
                file.write(content)
    except FileExistsError as error:
        raise CanNotStart(f"{error.filename} is there already: choose another folder, no key is overwritten") from None
    except OSError as error:
        raise CanNotStart(f"{error.filename} can not be written ({error.strerror})") from None
    sys.stdout.write(f"{options.folder / PRIVATE}: keep it secret\n{options.folder / PUBLIC}: for PRORATA_TOKEN_KEYS\n")
    return 0


def _print_token(options: argparse.Namespace) -> int:
    claims = Claims(options.subject, options.role, options.scope, options.issuer, options.audience, options.lifetime)
    try:
        public = content_of(options.folder / PUBLIC)
        read_token_keys(public)
        token = sign(claims, content_of(options.folder / PRIVATE), public)
    except ValueError as error:
        raise CanNotStart(str(error)) from None
    sys.stdout.write(f"{token}\n")
    return 0


def _subject(text: str) -> str:
    try:
        return check_name(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _scope(text: str) -> str:
    if not scopes_named(text):
        raise argparse.ArgumentTypeError(f"there is no scope {text!r}, see the options of the contract's RPCs")
    return text


def _seconds(text: str) -> float:
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and unit in SECONDS):
        raise argparse.ArgumentTypeError(f"give a number with s, m, h or d, such as 8h: {text!r}")
    seconds = int(number) * SECONDS[unit]
    if not 0 < seconds <= LONGEST_DAYS * SECONDS["d"]:
        raise argparse.ArgumentTypeError(f"a token is valid for some time, and for {LONGEST_DAYS} days at most")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
