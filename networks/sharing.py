"""Dividing a cost so that nothing is lost: by largest remainder, to the last öre and the last hundredth of a percent.

Pure. What each weight means (inhabitants, a volume, one each) is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

HUNDREDTHS = 100  # an öre is a hundredth of a krona; a percent is written with two decimals


class NothingToWeigh(ValueError):
    """All weights are nothing, or there are none: no share follows from them."""


@dataclass(frozen=True)
class Share:
    weight: Decimal
    percent: Decimal  # two decimals
    amount: Decimal  # in the currency of the total, two decimals


def shares(total: Decimal, weights: Mapping[int, Decimal]) -> dict[int, Share]:
    """The share of each key: the amounts sum to `total` exactly, the percents to 100.00 exactly.

    `total` is at least 0 with at most two decimals; no weight is less than 0, and one at least is more: else NothingToWeigh.
    """
    percents = apportion(100 * HUNDREDTHS, weights)
    amounts = apportion(int(total * HUNDREDTHS), weights)
    return {
        key: Share(weight, Decimal(percents[key]).scaleb(-2), Decimal(amounts[key]).scaleb(-2))
        for key, weight in weights.items()
    }


def apportion(whole: int, weights: Mapping[int, Decimal]) -> dict[int, int]:
    """Whole parts that sum to `whole`, in proportion to the weights: the largest remainders are rounded up.

    Of equal remainders the larger weight comes first, then the lower key, so that the order of the rows decides nothing.
    """
    exact = {key: Fraction(weight) for key, weight in weights.items()}
    everything = sum(exact.values(), Fraction(0))
    if everything <= 0 or min(exact.values()) < 0:
        raise NothingToWeigh
    quotas = {key: whole * weight / everything for key, weight in exact.items()}
    parts = {key: quota.numerator // quota.denominator for key, quota in quotas.items()}
    left = whole - sum(parts.values())
    for key in sorted(quotas, key=lambda key: (parts[key] - quotas[key], -exact[key], key))[:left]:
        parts[key] += 1
    return parts
