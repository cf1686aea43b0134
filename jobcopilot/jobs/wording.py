"""Pay in the words that every face shows."""

from __future__ import annotations

from jobcopilot.reading.pay import Pay

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_PERIODS = {
    "hour": "an hour",
    "day": "a day",
    "week": "a week",
    "two_weeks": "every two weeks",
    "half_month": "every half month",
    "month": "a month",
    "year": "a year",
}


def money(pay: Pay | None) -> str:
    """Return pay with its currency and period, or — where it is not said."""
    if pay is None or (pay.minimum is None and pay.maximum is None):
        return "—"
    low, high = pay.minimum, pay.maximum
    if low is None and high is not None:
        amount = f"up to {_amount(high)}"
    elif high is None and low is not None:
        amount = f"from {_amount(low)}"
    elif low == high:
        amount = _amount(low or 0)
    else:
        amount = f"{_amount(low or 0)}–{_amount(high or 0)}"
    sign = _SIGNS.get(pay.currency or "")
    named = f"{sign}{amount}" if sign and amount[0].isdigit() else f"{amount} {pay.currency or ''}".rstrip()
    return f"{named} {_PERIODS[pay.period]}" if pay.period else named


def _amount(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    if value >= 10_000:
        return f"{value / 1000:.0f}k" if value % 1000 == 0 else f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")
