"""The records of a calculation: their ids and digests (6.2, 6.3), and the lines they consist of (6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from billing.charges import ChargeKind, charge_id, id_form, record_digest
from billing.failures import Failure
from billing.flex import FlexLine
from billing.loaded import Loaded
from billing.money import MINOR_LIMIT
from billing.rating import UsageLines
from billing.record_columns import ID_BYTES, NO_RECORDS, RecordColumns, beginnings, made_of
from billing.spends import summed
from billing.support_columns import SupportColumns, day_of


def usage_records(loaded: Loaded, lines: UsageLines, failures: dict[int, str]) -> RecordColumns:
    """One record per account; accounts of families that are loaded only for a contract's sake are passed over.

    Families of which a record can not be carried are added to the failures.
    """
    first = beginnings(lines.sums.account_key)
    end = np.append(first[1:], len(lines))[: len(first)]
    totals = summed(lines.amount_minor, first)
    families, accounts = lines.sums.family_key[first].astype(np.int64), lines.sums.account_key[first].astype(np.int64)
    for row in np.flatnonzero(np.asarray(totals > MINOR_LIMIT, dtype=bool)).tolist():
        # fails a contract's charge too, for whose sake alone the family may be loaded
        why = "the usage record exceeds the largest amount a record can carry"
        failures[int(families[row])] = Failure(int(accounts[row]), why).in_words(loaded.sids)
    charged = loaded.family_keys.difference(failures)
    kept = np.fromiter((family in charged for family in families.tolist()), dtype=bool, count=len(families))
    first, end, families, accounts = first[kept], end[kept], families[kept], accounts[kept]
    heads = {key: f"{terms.product_id} " for key, terms in loaded.products.items()}
    amounts, products = lines.amount_minor.tolist(), lines.sums.product_key.tolist()
    texts = [f"{heads[product]}{amount}" for product, amount in zip(products, amounts, strict=True)]
    identities, digests = [], []
    sids = loaded.sids
    form = id_form(ChargeKind.USAGE, loaded.period, loaded.closing_period)
    places = zip(families.tolist(), accounts.tolist(), first.tolist(), end.tolist(), strict=True)
    for family, account, start, stop in places:
        identity = sha256((form % (sids[family], sids[account])).encode()).digest()[:ID_BYTES]
        identities.append(identity)
        digests.append(record_digest(identity, sorted(texts[start:stop])))
    return made_of(ChargeKind.USAGE, families, accounts, totals[kept], (first, end), families, (identities, digests))


def flex_records(loaded: Loaded, lines: Sequence[FlexLine]) -> RecordColumns:
    """One record per account; accounts of families that are loaded only for a contract's sake are passed over."""
    rows = [row for row, line in enumerate(lines) if line.family_key in loaded.family_keys]
    if not rows:
        return NO_RECORDS
    mine = [lines[row] for row in rows]
    identities = [
        charge_id(
            ChargeKind.FLEX,
            loaded.sids[line.family_key],
            loaded.sids[line.account_key],
            loaded.period,
            loaded.closing_period,
        )
        for line in mine
    ]
    digests = [
        record_digest(identity, [f"{line.model.name} {line.amount_minor}"])
        for identity, line in zip(identities, mine, strict=True)
    ]
    families = [line.family_key for line in mine]
    amounts = [line.amount_minor for line in mine]
    return made_of(
        ChargeKind.FLEX,
        families,
        [line.account_key for line in mine],
        amounts,
        (rows, [row + 1 for row in rows]),
        families,
        (identities, digests),
    )


def support_records(loaded: Loaded, lines: SupportColumns, failures: dict[int, str]) -> RecordColumns:
    """One record per owner and payer; owners of whom one can not be carried are added to the failures."""
    first = beginnings(lines.owner_key << 32 | lines.payer_key)
    end = np.append(first[1:], len(lines))[: len(first)]
    totals = summed(lines.amount_minor, first)
    for row in first[np.asarray(totals > MINOR_LIMIT, dtype=bool)].tolist():
        payer = loaded.sids[int(lines.payer_key[row])]
        failures[int(lines.owner_key[row])] = (
            f"the support record of payer {payer} exceeds the largest amount a record can carry"
        )
    kept = np.fromiter((key not in failures for key in lines.owner_key[first].tolist()), dtype=bool, count=len(first))
    first, end = first[kept], end[kept]
    owners, payers = lines.owner_key[first], lines.payer_key[first]
    texts = _support_texts(loaded, lines)
    identities, digests = [], []
    sids = loaded.sids
    form = id_form(ChargeKind.SUPPORT_PLAN, loaded.period, loaded.closing_period)
    for owner, payer, start, stop in zip(owners.tolist(), payers.tolist(), first.tolist(), end.tolist(), strict=True):
        identity = sha256((form % (sids[payer], sids[owner])).encode()).digest()[:ID_BYTES]
        identities.append(identity)
        digests.append(record_digest(identity, texts[start:stop]))
    return made_of(ChargeKind.SUPPORT_PLAN, payers, owners, totals[kept], (first, end), owners, (identities, digests))


def _support_texts(loaded: Loaded, lines: SupportColumns) -> list[str]:
    """Keys and amounts of every support line and its parts, for the digest: a text a line."""
    heads: dict[tuple[int, int, int], str] = {}
    sids = loaded.sids
    parts = [
        f"\n{sids[account]} {amount}"
        for account, amount in zip(lines.part_account.tolist(), lines.part_minor.tolist(), strict=True)
    ]
    texts = []
    for *key, amount, first, end in zip(
        *(
            column.tolist()
            for column in (lines.term, lines.start, lines.end, lines.amount_minor, lines.first, lines.end_part)
        ),
        strict=True,
    ):
        term, start, stop = key
        head = heads.get((term, start, stop))
        if head is None:
            terms = lines.terms[term]
            head = f"{terms.plan_id} {terms.version_number} {day_of(start)} {day_of(stop)} "
            heads[term, start, stop] = head
        texts.append(f"{head}{amount}{''.join(parts[first:end])}")
    return texts
