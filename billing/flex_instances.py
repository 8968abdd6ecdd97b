"""Flex instances: which pricing models an account may have, and switching between them (7.1, 7.4 to 7.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.errors import BillingError, Reason
from billing.flex import FlexModel
from billing.period import Period


@dataclass(frozen=True, slots=True)
class ModelFrom:
    """A pricing model from a day on, until the next one of the instance."""

    model: FlexModel
    start: date


@dataclass(frozen=True, slots=True)
class FlexInstance:
    """The Flex instance of an account.

    Attributes:
        start_day: its first day.
        with_account: whether the account was created with it (7.4).
        models: its pricing models by day, the first from its first day on.
    """

    start_day: date
    with_account: bool
    models: tuple[ModelFrom, ...]

    def model_on(self, day: date) -> FlexModel | None:
        """The model on a day; None before its first day."""
        return next((held.model for held in reversed(self.models) if held.start <= day), None)

    def pending(self, today: date) -> ModelFrom | None:
        """The switch that has not taken effect yet."""
        return next((held for held in self.models if held.start > today), None)


@dataclass(frozen=True, slots=True)
class ModelChange:
    """What changing the models of an instance does: the rows superseded and recorded, and the instance after it."""

    superseded: ModelFrom | None
    recorded: ModelFrom | None
    instance: FlexInstance


def check_created_with(model: FlexModel, *, top_level: bool) -> None:
    """An account may be created with an instance of this model: not a subaccount, and not User + Usage (7.4, 7.6)."""
    field = "flex_pricing_model"
    if not top_level:
        raise BillingError(
            Reason.SUBACCOUNT_WITH_FLEX,
            "a subaccount is never created with Flex: create it without, then add an instance with AddFlexInstance",
            field,
        )
    if not model.fair_use:
        raise _not_eligible(
            "an account created with Flex has only Named User and Active User Hours: choose one of them, or create the "
            "account without Flex and add an instance with AddFlexInstance",
            field,
        )


def check_added(model: FlexModel, *, top_level: bool) -> None:
    """An instance of this model may be added: to a subaccount only User + Usage (7.6)."""
    if not top_level and model.fair_use:
        raise _not_eligible("the only model of an instance in a subaccount is User + Usage: choose that")


def switch(instance: FlexInstance, model: FlexModel, *, top_level: bool, today: date) -> ModelChange:
    """Switch the model on the first day of the next month, in place of a switch that is pending (7.7)."""
    pending = instance.pending(today)
    held = _without(instance, pending)
    current = held.models[-1].model
    if model is current:
        raise BillingError(
            Reason.FLEX_MODEL_ALREADY_HELD,
            f"the instance has {model.in_words}" + ("; to keep it, withdraw the pending switch" if pending else ""),
            "pricing_model",
        )
    check_added(model, top_level=top_level)
    if current is FlexModel.USER_AND_USAGE:
        raise _not_eligible("from User + Usage there is no way back to a fair-use plan")
    if instance.with_account and not model.fair_use:
        raise _not_eligible("an account created with Flex has only Named User and Active User Hours")
    wanted = ModelFrom(model, switch_day(today))
    if wanted == pending:
        return ModelChange(None, None, instance)
    return ModelChange(pending, wanted, FlexInstance(held.start_day, held.with_account, (*held.models, wanted)))


def withdraw(instance: FlexInstance, *, today: date) -> ModelChange:
    """Withdraw the switch that is pending (7.7)."""
    pending = instance.pending(today)
    if pending is None:
        raise BillingError(Reason.NO_FLEX_CHANGE, "no switch of the pricing model is pending", "account_sid")
    return ModelChange(pending, None, _without(instance, pending))


def switch_day(today: date) -> date:
    """The day on which a switch takes effect: the first of the next month (7.7)."""
    return Period.of(today).end_day


def _without(instance: FlexInstance, pending: ModelFrom | None) -> FlexInstance:
    models = tuple(held for held in instance.models if held != pending)
    return FlexInstance(instance.start_day, instance.with_account, models)


def _not_eligible(message: str, field: str = "pricing_model") -> BillingError:
    return BillingError(Reason.FLEX_MODEL_NOT_ELIGIBLE, message, field)
