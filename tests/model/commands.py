"""Commands as a history writes them down: a name and arguments, which the model carries out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.model import accounts, closing, contracts, flex, inquiries, plans, products, support, usage
from tests.model.world import Refused, World


@dataclass(frozen=True)
class Command:
    """One command. Its repr is what a regression case is written with."""

    name: str
    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return (
            f"do({', '.join([repr(self.name), *(f'{key}={written(value)}' for key, value in self.arguments.items())])})"
        )


def written(value: Any) -> str:
    """A value as a history writes it."""
    if isinstance(value, datetime):
        return f"at({value.replace(tzinfo=None).isoformat()!r})"
    if isinstance(value, date):
        return f"on({value.isoformat()!r})"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{key}={written(entry)}' for key, entry in value.items())})"
    return repr(value)


def at(moment: str) -> datetime:
    """A moment in UTC, as histories write it."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


on = date.fromisoformat


def do(name: str, **arguments: Any) -> Command:
    """A command, as histories write it."""
    return Command(name, arguments)


def advance(world: World, *, moment: datetime) -> None:
    """The clock goes forward."""
    world.now = max(world.now, moment)


CARRY_OUT: dict[str, Callable[..., Any]] = {
    "advance": advance,
    "create_account": accounts.create_account,
    "close_account": accounts.close_account,
    "change_plan": plans.change_plan,
    "withdraw_change": plans.withdraw_change,
    "publish_version": plans.publish_version,
    "correct_history": plans.correct_history,
    "request_plan": inquiries.request_plan,
    "resolve_inquiry": inquiries.resolve_inquiry,
    "create_contract": contracts.create_contract,
    "add_member": contracts.add_member,
    "remove_member": contracts.remove_member,
    "withdraw_membership": contracts.withdraw_membership,
    "change_contract_plan": contracts.change_contract_plan,
    "withdraw_contract_change": contracts.withdraw_contract_change,
    "change_payer": contracts.change_payer,
    "end_contract": contracts.end_contract,
    "put_product": products.put_product,
    "publish_prices": products.publish_prices,
    "record_usage": usage.record_usage,
    "void_usage": usage.void_usage,
    "correct_usage": usage.correct_usage,
    "add_flex": flex.add_flex,
    "switch_flex": flex.switch_flex,
    "withdraw_flex": flex.withdraw_flex,
    "record_activity": flex.record_activity,
    "void_activity": flex.void_activity,
    "record_cases": support.record_cases,
    "claim_credit": support.claim_credit,
    "close": closing.close,
}


def carry_out(world: World, command: Command) -> Any:
    """Carry out a command; returns what it answers, or the refusal."""
    try:
        return CARRY_OUT[command.name](world, **command.arguments)
    except Refused as refused:
        return refused
