"""`prorata plans`."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Annotated

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.charges import records_table
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    AsOfOption,
    DayOption,
    LimitOption,
    RequestIdOption,
    StartDayOption,
    day_parser,
    enum_text,
)
from prorata.commands.output import Output, facts, table
from prorata.commands.price_options import (
    DEFAULT_CURRENCY,
    CurrencyOption,
    FlatOption,
    MinimumOption,
    RateOption,
    price_of,
)
from prorata.days import date_to_day
from prorata.exact import decimal_text
from prorata.moments import moment_text
from prorata.money import money_text, number_to_decimal
from prorata.v1.plan_pb2 import GuaranteeClock, Plan, PlanPrice, Priority, SupportChannel, SupportService
from prorata.v1.plan_service_pb2 import (
    CorrectPlanHistoryResponse,
    ListPlansResponse,
    ListSubscriptionsResponse,
    PreviewPlanChangeResponse,
)
from prorata.v1.subscription_pb2 import PlanChange, Subscription, SubscriptionOrigin, SubscriptionPeriod

app = typer.Typer(help="The catalogue of support plans, and who holds which.", no_args_is_help=True)

LanguageOption = Annotated[str, typer.Option(help="The language of names and descriptions (BCP 47).")]
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id, such as production.")]
ReplaceOption = Annotated[bool, typer.Option("--replace-pending", help="Replace the pending change, if there is one.")]


@app.command("list")
def list_(context: typer.Context, *, language: LanguageOption = "", day: DayOption = None) -> None:
    """List the catalogue."""

    async def work(client: Client, output: Output) -> None:
        plans = await client.plans.list_plans(language_code=language, day=day)
        output.document(ListPlansResponse(plans=plans), _plans(plans))

    run(context, work)


@app.command()
def get(context: typer.Context, plan: PlanArgument, language: LanguageOption = "", day: DayOption = None) -> None:
    """Show a plan of the catalogue."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.get_plan(plan, language_code=language, day=day)
        output.document(found, plan_facts(found), guarantees_table(found))

    run(context, work)


@app.command()
def show(context: typer.Context, *, account: AccountArgument, day: DayOption = None, as_of: AsOfOption = None) -> None:
    """Show the plan an account has, since when, and what is pending."""

    async def work(client: Client, output: Output) -> None:
        subscription = await client.plans.get_subscription(account, day=day, as_of_time=as_of)
        output.document(subscription, _subscription(subscription))

    run(context, work)


@app.command()
def history(
    context: typer.Context,
    *,
    account: AccountArgument,
    as_of: AsOfOption = None,
    superseded: Annotated[bool, typer.Option("--superseded", help="Also what was superseded since.")] = False,
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List the plans an account's owner held and will hold."""

    async def work(client: Client, output: Output) -> None:
        found = client.plans.iterate_subscriptions(account, as_of_time=as_of, include_superseded=superseded)
        response = ListSubscriptionsResponse(subscriptions=await take(found, limit, output))
        output.document(response, _history(response.subscriptions))

    run(context, work)


@app.command()
def change(
    context: typer.Context,
    *,
    account: AccountArgument,
    plan: PlanArgument,
    start_day: StartDayOption = None,
    replace_pending: ReplaceOption = False,
    request_id: RequestIdOption = None,
) -> None:
    """Change the plan of a top-level account. To cancel is to change to developer."""

    async def work(client: Client, output: Output) -> None:
        made = await client.plans.change_plan(
            account, plan, start_day=start_day, replace_pending=replace_pending, request_id=request_id
        )
        output.document(made, _change(made))

    run(context, work)


@app.command("preview-change")
def preview_change(
    context: typer.Context,
    *,
    account: AccountArgument,
    plan: PlanArgument,
    start_day: StartDayOption = None,
    replace_pending: ReplaceOption = False,
) -> None:
    """Show what a change of plan would do and cost."""

    async def work(client: Client, output: Output) -> None:
        ask = partial(
            client.plans.preview_plan_change, account, plan, start_day=start_day, replace_pending=replace_pending
        )
        preview = page = await ask()
        while page.next_page_token:
            page = await ask(page_token=page.next_page_token)
            preview.records_with_change.extend(page.records_with_change)
        preview.next_page_token = ""
        output.document(preview, *_preview(preview))

    run(context, work)


@app.command()
def withdraw(context: typer.Context, *, account: AccountArgument, request_id: RequestIdOption = None) -> None:
    """Withdraw the pending change of a top-level account."""

    async def work(client: Client, output: Output) -> None:
        withdrawn = await client.plans.withdraw_plan_change(account, request_id=request_id)
        output.document(withdrawn, _change(withdrawn))

    run(context, work)


@app.command()
def correct(
    context: typer.Context,
    *,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="A top-level account's or a contract's SID.")],
    plan: PlanArgument,
    start_day: Annotated[
        date, typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="The first day, today or earlier.")
    ],
    end_day: Annotated[
        date | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            parser=day_parser,
            help="The day after the last; open when not given, and later changes are replaced too.",
        ),
    ] = None,
    rate: RateOption = None,
    minimum: MinimumOption = None,
    flat: FlatOption = None,
    currency: CurrencyOption = DEFAULT_CURRENCY,
    request_id: RequestIdOption = None,
) -> None:
    """Correct the past: on these days the owner held the plan, a contract at its own price if one is given."""
    own_price = price_of(rate, minimum, flat, currency)

    async def work(client: Client, output: Output) -> None:
        recorded = await client.plans.correct_plan_history(
            owner, plan, start_day=start_day, end_day=end_day, own_price=own_price, request_id=request_id
        )
        response = CorrectPlanHistoryResponse(subscriptions=recorded)
        output.document(response, _history(recorded))

    run(context, work)


def price_text(price: PlanPrice) -> str:
    """What a plan costs a month, in words."""
    if price.WhichOneof("price") == "flat":
        return f"{money_text(price.flat.amount)} a month"
    rate = number_to_decimal(price.usage_based.rate)
    if not rate and not price.usage_based.minimum.units and not price.usage_based.minimum.nanos:
        return "free"
    return f"{decimal_text(rate * 100)} % of monthly spend, at least {money_text(price.usage_based.minimum)}"


def _plans(plans: Iterable[Plan]) -> Table:
    return table(
        ("plan", "name", "version", "price", "self-service", "description"),
        (
            (
                each.plan_id,
                each.display_name,
                each.version.number,
                price_text(each.version.price),
                "yes" if each.self_service else "no",
                each.description,
            )
            for each in plans
        ),
    )


def plan_facts(plan: Plan) -> Table:
    """A plan with one of its versions."""
    version = plan.version
    return facts(
        (
            ("plan", plan.plan_id),
            ("name", plan.display_name),
            ("description", plan.description),
            ("self-service", "yes" if plan.self_service else "no"),
            ("version", f"{version.number}, from {date_to_day(version.effective_day) or 'the beginning'}"),
            ("price", price_text(version.price)),
            (
                "channels",
                ", ".join(enum_text(SupportChannel.DESCRIPTOR, each) for each in version.channels),
            ),
            (
                "services",
                ", ".join(enum_text(SupportService.DESCRIPTOR, each) for each in version.services),
            ),
        )
    )


def guarantees_table(plan: Plan) -> Table:
    """The guaranteed response times of a version."""
    return table(
        ("priority", ">response minutes", "clock"),
        (
            (
                enum_text(Priority.DESCRIPTOR, each.priority),
                f"under {each.response_minutes}" if each.exclusive else each.response_minutes,
                enum_text(GuaranteeClock.DESCRIPTOR, each.clock),
            )
            for each in plan.version.guarantees
        ),
    )


def _subscription(subscription: Subscription) -> Table:
    pending = subscription.pending_change
    return facts(
        (
            ("account", subscription.account_sid),
            ("day", date_to_day(subscription.day)),
            ("plan", subscription.plan_id or "none"),
            ("version", subscription.plan_version_number or None),
            ("owner", subscription.owner_sid),
            ("since", date_to_day(subscription.since_day)),
            ("until, excluded", date_to_day(subscription.end_day)),
            ("origin", enum_text(SubscriptionOrigin.DESCRIPTOR, subscription.origin)),
            (
                "pending",
                f"{pending.plan_id} from {date_to_day(pending.active_day)}" if pending.plan_id else "nothing",
            ),
        )
    )


def _history(runs: Iterable[SubscriptionPeriod]) -> Table:
    return table(
        ("owner", "plan", "first day", "until, excluded", "origin", "recorded", "superseded"),
        (
            (
                each.owner_sid,
                each.plan_id,
                date_to_day(each.start_day) or "",
                date_to_day(each.end_day) or "open",
                enum_text(SubscriptionOrigin.DESCRIPTOR, each.origin),
                moment_text(each.record_time),
                moment_text(each.supersede_time),
            )
            for each in runs
        ),
    )


def _change(change: PlanChange) -> Table:
    return facts(
        (
            ("plan", change.plan_id),
            ("active day", date_to_day(change.active_day)),
            ("first charge day", date_to_day(change.first_charge_day) or "none, it is free"),
            ("pending", "yes" if change.pending else "no"),
            ("by staff", "yes" if change.by_staff else "no"),
        )
    )


def _preview(preview: PreviewPlanChangeResponse) -> Iterable[Table]:
    yield _change(preview.change)
    without, with_change = preview.support_without_change, preview.support_with_change
    yield facts(
        (
            ("price", price_text(preview.price)),
            ("period", preview.period),
            ("support without the change", money_text(without)),
            ("support with the change", money_text(with_change)),
        )
    )
    if preview.records_with_change:
        yield records_table(preview.records_with_change)
