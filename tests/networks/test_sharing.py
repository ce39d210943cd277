import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from networks import sharing

WEIGHTS = some.dictionaries(
    some.integers(1, 10**6),
    some.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=100,
).filter(lambda weights: any(weights.values()))
TOTALS = some.decimals("0.01", "999999999999.99", places=2)


@given(TOTALS, WEIGHTS)
def test_nothing_is_lost_to_the_last_ore_and_the_last_hundredth(total, weights):
    shares = sharing.shares(total, weights)
    assert sum(share.amount for share in shares.values()) == total
    assert sum(share.percent for share in shares.values()) == Decimal("100.00")
    assert all(share.amount >= 0 <= share.percent for share in shares.values())


@given(TOTALS, WEIGHTS)
def test_nobody_pays_an_ore_more_or_less_than_its_exact_share_comes_to(total, weights):
    everything = sum(weights.values())
    for key, share in sharing.shares(total, weights).items():
        assert abs(share.amount * everything - total * weights[key]) < Decimal("0.01") * everything


@given(TOTALS, WEIGHTS)
def test_who_weighs_more_never_pays_less_and_who_weighs_nothing_pays_nothing(total, weights):
    shares = sharing.shares(total, weights)
    ordered = sorted(shares.values(), key=lambda share: share.weight)
    assert all(one.amount <= other.amount for one, other in itertools.pairwise(ordered) if one.weight < other.weight)
    assert all(share.amount == 0 for share in shares.values() if share.weight == 0)


@given(TOTALS, WEIGHTS, some.randoms())
def test_the_order_of_the_rows_decides_nothing(total, weights, chance):
    shuffled = list(weights.items())
    chance.shuffle(shuffled)
    assert sharing.shares(total, dict(shuffled)) == sharing.shares(total, weights)


def test_a_tie_goes_to_the_lowest_key():
    shares = sharing.shares(Decimal("100.00"), dict.fromkeys((7, 3, 5), Decimal(1)))
    assert {key: str(share.amount) for key, share in shares.items()} == {3: "33.34", 5: "33.33", 7: "33.33"}
    assert {key: str(share.percent) for key, share in shares.items()} == {3: "33.34", 5: "33.33", 7: "33.33"}


@pytest.mark.parametrize("weights", [{}, {1: Decimal(0)}, {1: Decimal(5), 2: Decimal(-1)}])
def test_nothing_can_be_shared_by_no_weight(weights):
    with pytest.raises(sharing.NothingToWeigh):
        sharing.shares(Decimal(100), weights)
