"""Contracts as messages of the contract."""

from __future__ import annotations

from billing.messages.basic import date_from_day, timestamp_from_moment
from billing.messages.charges import plan_price_message
from billing.money import Currency
from billing.operations.contract_views import ContractView
from prorata.v1.contract_pb2 import Contract, ContractMembership, ContractPayer
from server.resources import plan_change_message


def contract_message(view: ContractView, currency: Currency) -> Contract:
    """A contract with its members and payers, and the plan it holds on a day."""
    contract, run = view.contract, view.run
    return Contract(
        contract_sid=contract.contract_sid,
        display_name=contract.display_name,
        start_day=date_from_day(contract.start_day),
        end_day=date_from_day(contract.end_day),
        plan_id=run.plan_id if run else "",
        own_price=plan_price_message(run.own_price, currency) if run and run.own_price else None,
        pending_change=plan_change_message(view.pending) if view.pending else None,
        memberships=[
            ContractMembership(
                contract_sid=contract.contract_sid,
                account_sid=view.sids[row.family_key],
                start_day=date_from_day(row.start),
                end_day=date_from_day(row.end),
            )
            for row in view.memberships
        ],
        payers=[
            ContractPayer(
                account_sid=view.sids[row.payer_key],
                start_day=date_from_day(row.start),
                end_day=date_from_day(row.end),
            )
            for row in contract.payers
        ],
        create_time=timestamp_from_moment(contract.create_time),
    )
