"""Values of different currencies beside each other: roughly, for a range that somebody asks for is rough, too."""

from decimal import Decimal

# Units of the currency for one euro, rounded; a supplier who says "up to two million kronor" means about that.
FOR_ONE_EURO = {
    "EUR": Decimal("1"),
    "SEK": Decimal("11"),
    "NOK": Decimal("11.5"),
    "DKK": Decimal("7.46"),
    "ISK": Decimal("145"),
    "GBP": Decimal("0.86"),
    "USD": Decimal("1.1"),
    "CHF": Decimal("0.95"),
    "PLN": Decimal("4.3"),
    "CZK": Decimal("25"),
}
MOST_EURO = 10**15  # no notice is worth more; what nobody limited ends here


def euro(value: Decimal | int | None, currency: str) -> int | None:
    """Whole euro; None for no value, and for a currency that we have no rate of: it counts as not stated."""
    rate = FOR_ONE_EURO.get(currency)
    if value is None or rate is None:
        return None
    return min(int(Decimal(value) / rate), MOST_EURO)
