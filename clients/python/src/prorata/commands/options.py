"""Arguments and options that several commands have, and the values they take."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, TypeVar

import typer
from google.protobuf.descriptor import EnumDescriptor

from prorata.days import parse_day, parse_period
from prorata.moments import parse_moment

_Value = TypeVar("_Value")


def checked(parse: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """The parser, its ValueError a usage error."""

    def parse_argument(text: str) -> _Value:
        try:
            return parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    parse_argument.__name__ = parse.__name__
    return parse_argument


day_parser: Callable[[str], date] = checked(parse_day)
moment_parser: Callable[[str], datetime] = checked(parse_moment)
period_parser: Callable[[str], str] = checked(parse_period)

AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's SID.")]
PeriodArgument = Annotated[str, typer.Argument(metavar="PERIOD", parser=period_parser, help="The period, YYYY-MM.")]
PeriodOption = Annotated[str | None, typer.Option(metavar="YYYY-MM", parser=period_parser, help="The period.")]
DayOption = Annotated[
    date | None, typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="The day; today when not given.")
]
StartDayOption = Annotated[
    date | None,
    typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="The plan's first day; today when not given."),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        metavar="MOMENT",
        parser=moment_parser,
        help="As recorded up to this moment (RFC 3339); now when none.",
    ),
]
RequestIdOption = Annotated[
    str | None,
    typer.Option(metavar="UUID", help="The request id, to repeat an earlier request; made when not given."),
]
LimitOption = Annotated[
    int, typer.Option(min=0, help="The most entries to list; 0 for all. A note tells when there are more.")
]
DEFAULT_LIMIT = 1_000


def enum_parser(enumeration: EnumDescriptor) -> Callable[[str | int], int]:
    """Reads a value of the contract's enumeration by the name that `enum_text` gives it; a number is a
    default.
    """
    values = {enum_text(enumeration, number): number for number in enumeration.values_by_number if number}

    def parse_choice(text: str | int) -> int:
        if isinstance(text, int):
            return text
        if text not in values:
            raise typer.BadParameter(f"one of {', '.join(values)}: {text!r}")
        return values[text]

    return parse_choice


def enum_text(enumeration: EnumDescriptor, number: int) -> str:
    """The value's name for people: without the enumeration's prefix, in small letters with hyphens.

    Its number when this client does not know it.
    """
    value = enumeration.values_by_number.get(number)
    if value is None:
        return str(number)
    prefix = enumeration.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return value.name.removeprefix(prefix).lower().replace("_", "-")
