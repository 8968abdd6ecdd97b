"""Why the charges of a family can not be calculated (6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Failure(NamedTuple):
    """Why the charges of a family can not be calculated.

    Attributes:
        account_key: the account of the family whose usage or Flex it is.
        why: for staff; it names the product or the pricing model.
    """

    account_key: int
    why: str

    def in_words(self, sids: Mapping[int, str]) -> str:
        """The reason that staff read, with the account's SID."""
        return f"account {sids[self.account_key]}: {self.why}"
