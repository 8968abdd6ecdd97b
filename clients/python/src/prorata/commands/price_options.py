"""The price of a plan on the command line: a rate with a minimum, or a fixed amount."""

from decimal import Decimal
from typing import Annotated

import typer

from prorata.commands.options import checked
from prorata.exact import parse_decimal
from prorata.plan_prices import flat_price, usage_based_price
from prorata.v1.plan_pb2 import PlanPrice

RateOption = Annotated[
    Decimal | None,
    typer.Option(metavar="RATE", parser=checked(parse_decimal), help="The share of monthly spend, such as 0.04."),
]
MinimumOption = Annotated[
    Decimal | None,
    typer.Option(metavar="AMOUNT", parser=checked(parse_decimal), help="The least a month costs, with a rate."),
]
FlatOption = Annotated[
    Decimal | None,
    typer.Option(metavar="AMOUNT", parser=checked(parse_decimal), help="A fixed monthly amount."),
]
CurrencyOption = Annotated[str, typer.Option(metavar="CODE", help="The currency of the amounts (ISO 4217).")]
DEFAULT_CURRENCY = "USD"


def price_of(rate: Decimal | None, minimum: Decimal | None, flat: Decimal | None, currency: str) -> PlanPrice | None:
    """The price that the options give; None when none of them does.

    Raises a usage error when they do not make one price.
    """
    try:
        if flat is not None and rate is None and minimum is None:
            return flat_price(flat, currency)
        if flat is None and rate is not None and minimum is not None:
            return usage_based_price(rate, minimum, currency)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if flat is None and rate is None and minimum is None:
        return None
    raise typer.BadParameter("give --rate and --minimum, or --flat")
