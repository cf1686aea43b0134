"""Pay read from a salary field, a running description or a feed's own fields.

Rules that the reading keeps:

* A missing bound is None, never 0; "up to" leaves the minimum out, "from" the maximum, one amount is both.
* A bare "$" is the dollar of `country`; without one it is the US dollar, which counts as parsed where the text
  itself speaks of the United States (US$, USD, 401(k), W2 …) and of no other dollar country, else as guessed.
  A bare "¥" is the yen unless the text or country says China; "kr" is the Swedish crown unless the country says.
* A period that nobody states is guessed from the size, in what one dollar buys (`UNITS_PER_DOLLAR`): below 5.5
  it is no pay, below 250 an hour's, below 1,200 a day's, below 12,000 a month's, else a year's.
* A sum whose year is worth less than 1,000 or more than 10,000,000 such dollars is nobody's pay.

The patterns take longer to build than all else here, so they are imported when the first text is read.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

from jobcopilot.reading.pay_words import PER_YEAR, SIGN_CURRENCY, Period

__all__ = ["Known", "Pay", "Period", "find_pay", "read_pay", "stated_pay"]

Known = Literal["stated", "parsed", "guessed"]

_WHOLE_FIELD = 160


@dataclass(frozen=True, slots=True)
class Pay:
    """What a posting says it pays.

    `text` is as found, its white space made single. `minimum` and `maximum` are in `currency` (ISO 4217) for each
    `period`; None means that the posting does not say. `known` tells stated (the source's own fields), parsed (text
    that names currency and period) and guessed (one of them had to be assumed). `place` holds the place words of
    this range where a posting gives several.
    """

    text: str
    minimum: float | None
    maximum: float | None
    currency: str | None
    period: Period | None
    known: Known
    place: str | None = None

    @property
    def yearly_minimum(self) -> float | None:
        """Return the minimum for a year of 2,080 hours, 260 days, 52 weeks or 12 months, in `currency`."""
        return self._yearly(self.minimum)

    @property
    def yearly_maximum(self) -> float | None:
        """Return the maximum for a year of 2,080 hours, 260 days, 52 weeks or 12 months, in `currency`."""
        return self._yearly(self.maximum)

    def _yearly(self, amount: float | None) -> float | None:
        return None if amount is None or self.period is None else amount * PER_YEAR[self.period]


def read_pay(text: str, *, country: str | None = None) -> Pay | None:
    """Read the main figure of a salary field such as "$53K-$91K (Glassdoor est.)"; None where it holds no sum.

    `country` is where the job is (ISO 3166 alpha-2); it settles shared signs and fields without any currency. Base
    pay wins over on-target earnings, and the first range over later ones.
    """
    from jobcopilot.reading.pay_statements import says_on_target, statements

    found = statements(text, country, is_field=True)
    if not found:
        return None
    main = next((pay for pay in found if not says_on_target(pay.text)), found[0])
    whole = " ".join(text.split()) if len(text) <= 4 * _WHOLE_FIELD else ""
    return replace(main, text=whole if 0 < len(whole) <= _WHOLE_FIELD else main.text, place=None)


def find_pay(text: str, *, country: str | None = None) -> list[Pay]:
    """Find every pay statement in a running description, in order, several ranges by place kept apart.

    Sums that are not pay (funding, revenue, budgets, stipends, bonuses, retirement plans) are left out. `country`
    is as for `read_pay`.
    """
    from jobcopilot.reading.pay_statements import statements

    return statements(text, country, is_field=False)


def stated_pay(
    minimum: float | str | None,
    maximum: float | str | None,
    currency: str | None,
    period_word: str | None,
    text: str = "",
) -> Pay | None:
    """Build pay from a source's own fields; None where neither bound is a plausible amount.

    Amounts may be numbers or strings in units of the currency (not cents); 0, negative and insane bounds count as
    not stated. `period_word` is schema.org's unitText, Lever's interval ("per-year-salary"), Ashby's ("1 YEAR",
    "NONE") or a word; without a known one the period is guessed, and so is the pay.
    """
    from jobcopilot.reading.pay_units import guess_period, is_sane, period_named

    low, high = _amount(minimum), _amount(maximum)
    if low is not None and high is not None and low > high:
        low, high = high, low
    mark = (currency or "").strip()
    code = SIGN_CURRENCY.get(mark, mark.upper() or None)
    known: Known = "stated"
    if code in ("$", "¥"):
        code, known = {"$": "USD", "¥": "JPY"}[code], "guessed"
    if code is not None and not (len(code) == 3 and code.isascii() and code.isalpha()):
        code = None
    period = period_named(period_word)
    if period is None:
        largest = high if high is not None else low
        period, known = guess_period(largest, code), "guessed"
    low, high = (bound if is_sane(bound, period, code) else None for bound in (low, high))
    if low is None and high is None:
        return None
    return Pay(" ".join(text.split()), low, high, code, period, known)


def _amount(amount: float | str | None) -> float | None:
    """Return a stated bound as a number; None for missing, zero, negative, infinite or unreadable ones."""
    from jobcopilot.reading.pay_amounts import value_of

    if isinstance(amount, str):
        found = re.search(r"-?[0-9][0-9.,'’ \u00a0\u202f]{0,30}", amount[:80])
        amount = value_of(found.group().rstrip(" .,'’\u00a0\u202f")) if found is not None else None
    if amount is None or isinstance(amount, bool) or not math.isfinite(amount) or amount <= 0:
        return None
    return float(amount)
