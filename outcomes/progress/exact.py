"""Numbers kept exactly: sums without loss, one division, one clamp, one place that rounds for drawing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import TypeVar

ZERO = Decimal(0)
ONE = Decimal(1)
KEPT_AT = Decimal("1e-10")

_TRAPS = [InvalidOperation, DivisionByZero, Overflow]
# Sums and products are carried far beyond the digits of any stored value, so their order never matters.
_EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_QUOTIENT = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
# The exact sum of two numbers, and the exact `left * right + carry`, for who adds up several columns at once.
added, carried = _EXACT.add, _EXACT.fma


Known = TypeVar("Known")


def given(value: Known | None) -> Known:
    """The value, which the rules say is there. Raises ValueError when it is not: unknown is never worked with."""
    if value is None:
        raise ValueError("an unknown value was worked with")
    return value


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum; zero for nothing."""
    add, result = _EXACT.add, ZERO
    for value in values:
        result = add(result, value)
    return result


def product(left: Decimal, right: Decimal) -> Decimal:
    """The exact product."""
    return _EXACT.multiply(left, right)


def difference(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference `left - right`."""
    return _EXACT.subtract(left, right)


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """`numerator / denominator` to 28 significant digits. The denominator must not be zero."""
    return _QUOTIENT.divide(numerator, denominator)


def weighted_mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The mean of (weight, value) pairs, divided once. The weights must not add up to zero."""
    add, carry, weights, weighed = _EXACT.add, _EXACT.fma, ZERO, ZERO
    for weight, value in pairs:
        weights, weighed = add(weights, weight), carry(weight, value, weighed)
    return quotient(weighed, weights)


def clamp(share: Decimal) -> Decimal:
    """A share held within 0..1. The product's only clamp: for bars and roll-ups, not for stored progress."""
    if share <= ZERO:
        return ZERO
    return ONE if share >= ONE else share


def kept(value: Decimal | None) -> Decimal | None:
    """The value as the summary keeps it, to ten decimals: what a level above is made of, and what a reader is given."""
    return None if value is None else value.quantize(KEPT_AT, rounding=ROUND_HALF_EVEN, context=_EXACT)


def drawn(value: Decimal | None, decimals: int = 0) -> Decimal | None:
    """The value as it is drawn: rounded half up to `decimals` places, once. None (unknown) stays None."""
    if value is None:
        return None
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_EXACT)


def drawn_percent(share: Decimal | None, decimals: int = 0) -> Decimal | None:
    """A share of one drawn as a number of percent: 0.885 becomes 89. None stays None."""
    return None if share is None else drawn(product(share, Decimal(100)), decimals)
