"""Sums of money in a text: numbers with their mark and scale, joined into ranges, with the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from jobcopilot.reading.pay_patterns import (
    AMOUNT,
    BETWEEN,
    DOLLAR_BEFORE,
    JOIN,
    MARK_WORD_BEFORE,
    PERIOD_AFTER,
)
from jobcopilot.reading.pay_words import (
    ADVERB_WORDS,
    DOLLAR_PREFIX,
    DOLLARS,
    INDIAN_SCALES,
    RATE_WORDS,
    SCALE_VALUE,
    SIGN_CURRENCY,
    WORD_CURRENCY,
    Period,
)

# No posting holds so many numbers; past it lies a table or an attack, and reading stops.
MOST_NUMBERS = 4000
_GAP = 24
_LAST_OF_A_MARK = frozenset("DRPFYKNLBSCMEVHTdrpfyknblsc.ł:") | frozenset(SIGN_CURRENCY)
_MAY_FOLLOW = frozenset(
    word
    for words in (
        "to bis a à al tot do até till and und et y en per an pro par por through up plus or doe ote depending",
        "dependent gross brutto bruto brut net netto base basic annual annually yearly monthly weekly daily hourly",
    )
    for word in words.split()
)
_GROUP_GAPS = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’"))
_RETIREMENT_PLANS = frozenset(("401", "403", "457"))
_FROM_BEFORE = re.compile(
    r"(?:from|starting (?:at|from|salary|pay|rate|wage)(?: (?:is|of|at))?:?|starts? (?:at|from)|ab|dès|desde"
    r"|à partir de|a partir de|vanaf|od|fra|från|at least|no less than"
    r"|minimum(?: (?:salary|pay))?(?: of)?:?|min\.?:?|mindestens|mind\.|minstens)"
    r"[\s(]{1,2}\Z",
    re.IGNORECASE,
)
_UP_TO_BEFORE = re.compile(
    r"(?:up to|upto|bis zu|bis|jusqu['’]à|jusqu['’]a|hasta|tot|do|até|max\.?:?|maximum(?: of)?:?"
    r"|no more than|capped at)"
    r"[\s(]{1,2}\Z",
    re.IGNORECASE,
)
_FROM_AFTER = re.compile(
    r"\+(?!\w)(?!\s{0,2}(?:\w{1,12}\s)?(?:bonus|equity|stock|commission|benefits|super|tips|vat|options))"
    r"|\s{1,2}(?:and up|and above|or more|minimum|min\b)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Sum:
    """One amount or range as written: where it stands, its bounds, its mark and how its period is said."""

    start: int
    end: int
    low: float | None
    high: float | None
    mark: str | None
    scaled: bool
    implied: Period | None

    @property
    def is_range(self) -> bool:
        """Say whether it has two different bounds."""
        return self.low is not None and self.high is not None and self.low != self.high

    @property
    def largest(self) -> float:
        """Return the upper bound, or the lower one where only that is said."""
        return self.high or self.low or 0.0


@dataclass(slots=True)
class _Number:
    start: int
    end: int
    digits: str
    scale: float
    mark: str | None
    word: str

    @property
    def usual_mark(self) -> str | None:
        """Return the currency that the scale alone tells: ten thousands are written so for yen."""
        return "JPY" if self.word in ("万", "億") else None

    def value(self) -> float | None:
        """Return the number as written, its scale left out."""
        return value_of(self.digits, scaled=bool(self.word) and self.scale != 1e4)


def sums(text: str, *, every_number: bool) -> Iterator[Sum]:
    """Yield the sums of a text in order; with `every_number` also numbers that no mark or scale makes money."""
    matches = list(islice(AMOUNT.finditer(text), MOST_NUMBERS))
    done = -1
    for index, match in enumerate(matches):
        if index <= done or not (every_number or _looks_like_money(text, match)):
            continue
        first = _number(text, match)
        # A range may carry its mark on the second amount alone: "80-100k EUR".
        if index and index - 1 > done and (before := _number(text, matches[index - 1])) is not None:
            joined = _joined(text, before, first) if first is not None else None
            if joined is not None:
                done = index
                yield joined
                continue
        if first is None:
            continue
        second = _number(text, matches[index + 1]) if index + 1 < len(matches) else None
        joined = _joined(text, first, second) if second is not None else None
        if joined is not None:
            done = index + 1
            yield joined
        elif (alone := _alone(text, first)) is not None:
            done = index
            yield alone


def period_after(text: str, end: int, *, rate_only: bool = False) -> tuple[Period, int, bool] | None:
    """Return the period said right behind a sum, where its words end, and whether "per", "/" or the like leads to it.

    `rate_only` takes none but those.
    """
    found = PERIOD_AFTER.match(text, end, min(len(text), end + 60))
    if found is None or (rate_only and found["noun"] is None):
        return None
    # Ignoring case also takes "ı" for "i" and "ſ" for "s", which no table knows.
    word = (found["noun"] or found["adverb"]).lower()
    period = RATE_WORDS.get(word) if found["noun"] else ADVERB_WORDS.get(word)
    return None if period is None else (period, found.end(), found["noun"] is not None)


def value_of(digits: str, *, scaled: bool = False) -> float | None:
    """Return the number that digits with European, Indian or Swiss grouping write; None where they write none.

    A lone point or comma before three digits groups thousands, unless a scale follows ("$1.125M").
    """
    digits = digits.translate(_GROUP_GAPS)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return float(digits) if digits.isdecimal() else None
    mark = digits[last]
    other = "," if mark == "." else "."
    whole, tail = digits[:last], digits[last + 1 :]
    if other in whole:
        if mark in whole:
            return None
        groups, fraction = whole.split(other), tail
    elif mark in whole or (len(tail) == 3 and whole != "0" and not scaled):
        groups, fraction = [*whole.split(mark), tail], ""
    else:
        groups, fraction = [whole], tail
    # 1,200,000 and 12,00,000 group; 1.2.3 is a version.
    if len(groups) > 1 and (len(groups[-1]) != 3 or any(len(group) not in (2, 3) for group in groups[1:])):
        return None
    try:
        return float("".join(groups) + "." + (fraction or "0"))
    except ValueError:
        return None


def _looks_like_money(text: str, match: re.Match[str]) -> bool:
    """Say cheaply whether a number has a scale, a mark on either side, or the length of a salary."""
    if match.lastindex is not None:
        return True
    start = match.start()
    if start:
        before = text[start - 1]
        if before in " \u00a0" and start > 1:
            before = text[start - 2]
        if before in _LAST_OF_A_MARK and (
            before in SIGN_CURRENCY or _mark_before(text, start)[0] is not None
        ):
            return True
    end = match.end()
    if end - start < 5:
        return False
    # "10,000 people" is most of the long numbers in a posting, and no pay.
    behind = text[end : end + 16].split(None, 1)
    return not behind or not behind[0].isalpha() or behind[0].lower() in _MAY_FOLLOW


def _number(text: str, match: re.Match[str]) -> _Number | None:
    """Return a number with its mark and scale, or None where it is part of a word, a plan or a percentage."""
    start, end = match.start(), match.end()
    word = (match["scale"] or "").lower().rstrip(".")
    mark, mark_start = _mark_before(text, start)
    digits_end = match.start("scale") if word else match.start("mark") if match["mark"] else end
    digits = text[start:digits_end].strip().rstrip("(").strip().rstrip(".,-–—")
    after = text[end : end + 1]
    if after == "%" or (match.lastindex is None and after.isalpha()):
        return None
    beside = text[start - 1] if start else " "
    if mark is None and (beside.isalnum() or beside in "_#@") and beside < "\u3000":
        return None  # B2B, L5, #1234
    if digits in _RETIREMENT_PLANS and word in ("k", "") and (word or after == "("):
        return None
    if word and word not in SCALE_VALUE:
        return None  # billions are nobody's pay
    scale = SCALE_VALUE.get(word, 1.0)
    if match["mark"]:
        behind = _currency_of(match["mark"])
        if mark is None or (mark == "$" and behind in DOLLARS) or mark == "¥":
            mark = behind
    if scale in INDIAN_SCALES and word:
        if word == "l" and mark != "INR":
            return None
        mark = mark or "INR"
    return _Number(mark_start, end, digits, scale, mark, word)


def _currency_of(word: str) -> str | None:
    return SIGN_CURRENCY.get(word) or WORD_CURRENCY.get(word.lower())


def _mark_before(text: str, start: int) -> tuple[str | None, int]:
    """Return the currency mark right before a number and where it begins; (None, start) without one."""
    at = start
    while at and start - at < 2 and text[at - 1] in " \u00a0\u202f\n":
        at -= 1
    if not at:
        return None, start
    sign = SIGN_CURRENCY.get(text[at - 1])
    if sign is None:
        found = MARK_WORD_BEFORE.search(text, max(0, start - 6), start)
        if found is None or not (at < start or found["code"].lower() != "r" or text[start - 1] in "rR"):
            return None, start
        return WORD_CURRENCY[found["code"].lower()], found.start()
    if sign == "$":
        prefix = DOLLAR_BEFORE.search(text, max(0, at - 6), at - 1)
        if prefix is not None and (dollar := DOLLAR_PREFIX.get((prefix[1] or prefix[2]).lower())) is not None:
            return dollar, prefix.start()
    else:
        code = MARK_WORD_BEFORE.search(text, max(0, at - 6), at - 1)
        if code is not None:
            return WORD_CURRENCY[code["code"].lower()], code.start()
    return sign, at - 1


def _joined(text: str, first: _Number, second: _Number) -> Sum | None:
    """Return two numbers as one range when what stands between them joins them."""
    if not 0 < second.start - first.end <= _GAP:
        return None
    join = JOIN.fullmatch(text, first.end, second.start)
    if join is None or (join["and"] and not BETWEEN.search(text, max(0, first.start - 16), first.start)):
        return None
    if first.mark and second.mark and first.mark != second.mark and "$" not in (first.mark, second.mark):
        return None
    low, high = _spread(first, second)
    if low is None or high is None:
        return None
    marks = [mark for mark in (first.mark, second.mark) if mark is not None]
    mark = next(
        (mark for mark in marks if mark not in ("$", "¥", "kr")), marks[0] if marks else second.usual_mark
    )
    scaled = bool(first.word or second.word)
    implied: Period | None = "year" if "lpa" in (first.word, second.word) else None
    if low > high:
        low, high = high, low
    return Sum(first.start, second.end, low or None, high or None, mark, scaled, implied)


def _spread(first: _Number, second: _Number) -> tuple[float | None, float | None]:
    """Return both amounts of a range, a scale said once spread over both: "$100-120k", "60-80.000 €"."""
    low = first.value()
    high = second.value()
    if low is None or high is None:
        return None, None
    if second.word and not first.word:
        spread = low < 1000 and low < high * second.scale / 20
        return low * (second.scale if spread else 1.0), high * second.scale
    if first.word and not second.word:
        spread = high < 1000 and low <= high * 20
        return low * first.scale, high * (first.scale if spread else 1.0)
    if not first.word and 20 <= low < 1000 and high >= 10_000 and low * 1000 <= high:
        return low * 1000, high
    return low * first.scale, high * second.scale


def _alone(text: str, number: _Number) -> Sum | None:
    """Return one number as a sum, open above or below where the words beside it say so."""
    value = number.value()
    if not value:
        return None
    value *= number.scale
    low: float | None = value
    high: float | None = value
    start, end = number.start, number.end
    window = max(0, start - 28)
    if found := _UP_TO_BEFORE.search(text, window, start):
        low, start = None, found.start()
    elif found := _FROM_BEFORE.search(text, window, start):
        high, start = None, found.start()
    elif found := _FROM_AFTER.match(text, end, min(len(text), end + 24)):
        high, end = None, found.end()
    if start and start != number.start and text[start - 1].isalnum():
        low, high, start = value, value, number.start
    return Sum(
        start, end, low, high, number.mark, bool(number.word), "year" if number.word == "lpa" else None
    )
