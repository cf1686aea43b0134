"""Pay in words: currency, period, and — where nothing is said."""

from __future__ import annotations

import pytest

from jobcopilot.jobs.wording import money
from jobcopilot.reading.pay import Pay


@pytest.mark.parametrize(
    ("minimum", "maximum", "currency", "period", "words"),
    [
        (80_000, 100_000, "EUR", "year", "€80k–100k a year"),
        (45, 45, "USD", "hour", "$45 an hour"),
        (None, 120_000, "GBP", "year", "up to 120k GBP a year"),
        (6_000_000, 9_500_000, "JPY", "year", "¥6M–9.5M a year"),
        (1_250, None, "CHF", "month", "from 1,250 CHF a month"),
        (28.5, 31, "PLN", "hour", "28.5–31 PLN an hour"),
        (None, None, "EUR", "year", "—"),
        (50_000, 50_000, None, None, "50k"),
    ],
)
def test_money(minimum: float, maximum: float, currency: str, period: str, words: str) -> None:
    assert money(Pay("", minimum, maximum, currency, period, "parsed")) == words  # type: ignore[arg-type]


def test_nothing_known_is_a_dash_and_never_zero() -> None:
    assert money(None) == "—"
