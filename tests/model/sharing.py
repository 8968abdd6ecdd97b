"""Rounding and sharing out (1.2, 1.3): exact fractions of a dollar before rounding, whole cents after it."""

from __future__ import annotations

from fractions import Fraction


def rounded(amount: Fraction) -> int:
    """Cents, half away from zero (1.2)."""
    cents = amount * 100
    whole = abs(cents) // 1
    if abs(cents) - whole >= Fraction(1, 2):
        whole += 1
    return int(whole) if cents >= 0 else -int(whole)


def shared(cents: int, weights: dict[str, int], payer: str) -> dict[str, int]:
    """A line in parts: largest remainder, ties to the lower SID; without weights it goes to the payer (1.3)."""
    total = sum(weights.values())
    if total == 0:
        return {payer: cents} if cents else {}
    exact = {sid: Fraction(cents * weight, total) for sid, weight in weights.items()}
    parts = {sid: int(share // 1) for sid, share in exact.items()}
    by_remainder = sorted(exact, key=lambda sid: (parts[sid] - exact[sid], sid))
    for sid in by_remainder[: cents - sum(parts.values())]:
        parts[sid] += 1
    return {sid: part for sid, part in parts.items() if part}  # 5.6
