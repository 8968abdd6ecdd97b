"""Inquiries as messages of the contract."""

from __future__ import annotations

from uuid import UUID

from billing.inquiries import Contact
from billing.inquiries import Inquiry as BillingInquiry
from billing.messages.basic import date_from_day, timestamp_from_moment
from prorata.v1.inquiry_pb2 import ContactDetails, Inquiry

PREFIX = "IN"


def inquiry_message(inquiry: BillingInquiry) -> Inquiry:
    """An inquiry."""
    contact = inquiry.contact
    return Inquiry(
        inquiry_id=f"{PREFIX}{inquiry.inquiry_id.hex}",
        account_sid=inquiry.account_sid,
        plan_id=inquiry.plan_id,
        contact=ContactDetails(name=contact.name, email=contact.email, phone=contact.phone, message=contact.message),
        state=int(inquiry.state),  # type: ignore[arg-type]
        open_time=timestamp_from_moment(inquiry.open_time),
        resolve_time=timestamp_from_moment(inquiry.resolve_time),
        start_day=date_from_day(inquiry.start_day),
        note=inquiry.note,
    )


def contact_from_message(contact: ContactDetails) -> Contact:
    """Whom to contact; the limits have checked it."""
    return Contact(contact.name, contact.email, contact.phone, contact.message)


def inquiry_id_from_text(text: str) -> UUID:
    """The id of an inquiry, whose form the limits have checked."""
    return UUID(hex=text.removeprefix(PREFIX))
