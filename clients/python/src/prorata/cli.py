"""The `prorata` command."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from prorata.client import DEFAULT_TIMEOUT_SECONDS, ROLES
from prorata.commands.context import Settings, read_tls, read_token

NOUNS = (
    "accounts",
    "plans",
    "catalogue",
    "inquiries",
    "contracts",
    "entitlements",
    "products",
    "prices",
    "usage",
    "flex",
    "support",
    "charges",
    "closing",
    "rehearsals",
    "audit",
    "clock",
)


class Commands(Mapping[str, Any]):
    """The commands of the nouns. Each noun is imported when it is asked for, as all of them take long."""

    def __getitem__(self, noun: str) -> Any:
        """The command of a noun."""
        if noun not in NOUNS:
            raise KeyError(noun)
        above = typer.Typer(add_completion=False, rich_markup_mode=None)
        above.add_typer(import_module(f"prorata.commands.{noun}").app, name=noun)
        return typer.main.get_command(above).commands[noun]  # type: ignore[attr-defined]  # of a group

    def __iter__(self) -> Iterator[str]:
        """The nouns, in the order of the help."""
        return iter(NOUNS)

    def __len__(self) -> int:
        """How many nouns there are."""
        return len(NOUNS)


class Root(TyperGroup):
    """The root command, which takes `--json` in any place of the command line."""

    def __init__(self, **attributes: Any) -> None:
        """As typer makes it, with the commands of the nouns."""
        super().__init__(**attributes)
        self.commands = Commands()  # type: ignore[assignment]  # none is added

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own context
        """Read the command line with `--json` moved to its front."""
        end = args.index("--") if "--" in args else len(args)
        if "--json" in args[:end]:
            args = ["--json", *(each for each in args[:end] if each != "--json"), *args[end:]]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="prorata",
    cls=Root,
    help="Talks to a prorata server: accounts, support plans, usage, charges and the month-end.\n\n"
    "It exits with 0 when all went well, 1 when a call failed or something was refused, 2 for a mistaken "
    "command line.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def settings(
    context: typer.Context,
    *,
    address: Annotated[str, typer.Option(envvar="PRORATA_ADDRESS", help="The server.")] = "127.0.0.1:50051",
    caller: Annotated[
        str, typer.Option(envvar="PRORATA_CALLER", help="Who calls, for a server without tokens.")
    ] = "prorata-cli",
    role: Annotated[
        str, typer.Option(envvar="PRORATA_ROLE", help="The caller's role: staff or self-service.")
    ] = "staff",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON: one document, or one a line for streams.")
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(envvar="PRORATA_TOKEN", help="A bearer token; caller and role are not sent then."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(envvar="PRORATA_TOKEN_FILE", help="A file with the token, read at every call."),
    ] = None,
    tls: Annotated[bool, typer.Option("--tls", envvar="PRORATA_TLS", help="Secure the channel.")] = False,
    ca_file: Annotated[
        Path | None,
        typer.Option(envvar="PRORATA_CA_FILE", help="The authorities to trust, PEM; means --tls."),
    ] = None,
    certificate_file: Annotated[
        Path | None,
        typer.Option(envvar="PRORATA_CERTIFICATE_FILE", help="Our certificate, PEM; means --tls."),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(envvar="PRORATA_KEY_FILE", help="The key of our certificate, PEM.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, help="The deadline of every call, in seconds.")
    ] = DEFAULT_TIMEOUT_SECONDS,
) -> None:
    """Keep the global options for the command."""
    if role not in ROLES:
        raise typer.BadParameter(f"one of {', '.join(ROLES)}: {role!r}", param_hint="--role")
    secured = read_tls(tls, ca_file, certificate_file, key_file)
    context.obj = Settings(
        address=address,
        caller=caller,
        role=role,
        as_json=as_json,
        token=read_token(token, token_file, address, secret=bool(secured)),
        tls=secured,
        timeout_seconds=timeout,
    )


def main() -> None:
    """Run the command."""
    app(prog_name="prorata")
