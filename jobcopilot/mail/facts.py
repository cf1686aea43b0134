"""What a letter may say: names, companies, dates and numbers that stand in what the person knows, and no others.

A letter is read word for word. What looks like a fact must be found in the sources: a name by its capital (or by
being written in letters that have none), a date by its day, a number by its value, an address as it is written. It is
strict on purpose: a letter that is refused wrongly costs a better wording, one that is let through wrongly a lie.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache, cached_property
from importlib.resources import files
from typing import Final, Literal

from jobcopilot.mail.facts_dates import (
    MONTHS,
    NUMBER_WORDS,
    WEEKDAYS,
    Day,
    days_in,
    relative_days_in,
    times_in,
)

FactKind = Literal["name", "date", "number", "address"]

_WORD: Final = re.compile(r"[^\W_]+(?:['’.\-+#&][^\W_]+|[+#]+)*")
_NUMBER: Final = re.compile(
    r"(?<![^\W_])\d+(?:[.,  ]\d+)*(?:\s?(?:k|K|m|M|bn|[Mm]illion|[Bb]illion)\b)?(?![^\W_])"
)
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.\-]*://\S+|\bwww\.\S+|\S*\w@\w\S*|(?<!\w)@\w[\w.\-]*|\b(?:[a-z0-9\-]+\.)+[a-z]{2,}\b(?:/\S*)?",
    re.IGNORECASE,
)
_ENDS_SENTENCE: Final = frozenset('.!?:;…\n•*–—-"“”«»(')
"""A word after one of these (and white space) may have its capital from there."""
_FACTORS: Final = {"k": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}


@dataclass(frozen=True, slots=True)
class Unfounded:
    """Something in a letter that is in none of its sources."""

    kind: FactKind
    words: str


@dataclass(frozen=True)
class Sources:
    """What a letter may draw on: texts as the person has them, and the days and hours that are known beside them."""

    texts: tuple[str, ...]
    days: frozenset[date] = frozenset()
    """On which something took place, in the zones that matter."""
    times: frozenset[time] = frozenset()
    strangers: frozenset[str] = field(default_factory=frozenset)
    """Companies and people of the person's other applications, who have no business here however they are written."""

    @cached_property
    def text(self) -> str:
        """All texts together, for looking words up."""
        return "\n".join(_plain(text) for text in self.texts)

    @cached_property
    def folded(self) -> str:
        """The same without capitals, white space as single spaces."""
        return " ".join(self.text.casefold().split())

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word as it is written."""
        return frozenset(form for word in _WORD.findall(self.text) for form in _forms(word))

    @cached_property
    def folded_words(self) -> frozenset[str]:
        """Every word without capitals."""
        return frozenset(word.casefold() for word in self.words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number by its value."""
        return frozenset(value for value, _ in _numbers(self.text))

    @cached_property
    def written_days(self) -> frozenset[Day]:
        """Every date of the texts and every day that is known, as far as each says it."""
        known = {Day(one.year, one.month, one.day) for one in self.days}
        return frozenset(known | {day for day, _ in days_in(self.text)})

    @cached_property
    def known_times(self) -> frozenset[time]:
        """Every time of day."""
        return self.times | {at for at, _ in times_in(self.text)}


def unfounded(text: str, sources: Sources) -> tuple[Unfounded, ...]:
    """Return what of a letter is in none of its sources; nothing where all of it is."""
    rest = _plain(text)
    found: list[Unfounded] = []
    for check in (_addresses, _strangers, _days, _times, _numbers_said):
        for fact, span in check(rest, sources):
            if fact is not None:
                found.append(fact)
            if span is not None:
                # What was looked at is not looked at again, and separates what stands around it.
                rest = _without(rest, [span])
    found += _names(rest, sources)
    return tuple(dict.fromkeys(found))


_Found = Iterator[tuple[Unfounded | None, tuple[int, int] | None]]


def _addresses(text: str, sources: Sources) -> _Found:
    for match in list(_ADDRESS.finditer(text)):
        address = match[0].rstrip(".,;:!?)>]'\"")
        known = address.casefold() in sources.text.casefold()
        yield (
            (None if known else Unfounded("address", address)),
            (match.start(), match.start() + len(address)),
        )


def _strangers(text: str, sources: Sources) -> _Found:
    for stranger in sources.strangers:
        words = " ".join(stranger.casefold().split())
        if len(words) < 3 or _in_words(words, sources.folded):
            continue
        if _in_words(words, " ".join(text.casefold().split())):
            yield Unfounded("name", stranger), None


def _days(text: str, sources: Sources) -> _Found:
    whole = days_in(text)
    for day, span in whole:
        literal = " ".join(text[span[0] : span[1]].casefold().split())
        if literal in sources.folded or any(day.within(one) for one in sources.written_days):
            yield None, span
        else:
            yield Unfounded("date", text[span[0] : span[1]]), span
    # What is part of a date was judged with it.
    text = _without(text, [span for _, span in whole])
    for words, span in relative_days_in(text):
        yield (None if _in_words(words, sources.folded) else Unfounded("date", words)), span
    text = _without(text, [span for _, span in relative_days_in(text)])
    weekdays = {one.weekday() for one in sources.days}
    months = {one.month for one in sources.days}
    for match in list(_WORD.finditer(text)):
        word = match[0].removesuffix("'s").removesuffix("’s").casefold()
        capital = match[0][0].isupper()
        if word in WEEKDAYS and (capital or len(word) > 4):
            known = WEEKDAYS[word] in weekdays
        elif (
            word in MONTHS and capital and not (_begins(text, match.start()) and word in _openers() | _MODAL)
        ):
            known = MONTHS[word] in months
        else:
            continue
        known = known or _in_words(word, sources.folded)
        yield (None if known else Unfounded("date", match[0])), match.span()


_MODAL: Final = frozenset({"may", "march", "mar", "dec", "sep"})
"""Names of months that begin sentences as other words."""


def _times(text: str, sources: Sources) -> _Found:
    for at, span in times_in(text):
        yield (None if at in sources.known_times else Unfounded("date", text[span[0] : span[1]])), span


def _numbers_said(text: str, sources: Sources) -> _Found:
    for value, span in _numbers(text):
        # Of a day that is known, its number alone is known as well: "the 1st".
        day = value.isdecimal() and int(value) in {one.day for one in sources.days} | {
            one.year for one in sources.days
        }
        yield (
            (None if value in sources.numbers or day else Unfounded("number", text[span[0] : span[1]])),
            span,
        )


def _numbers(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Return numbers by value, written in digits of any script or in words, with where they stand."""
    found = [(_value(match[0]), match.span()) for match in _NUMBER.finditer(text)]
    # The word of "2 million" is part of its number.
    for match in _WORD.finditer(_without(text, [span for _, span in found])):
        for part in re.finditer(r"[^\W_]+", match[0]):
            value = NUMBER_WORDS.get(part[0].casefold())
            if value is not None:
                found.append((str(value), (match.start() + part.start(), match.start() + part.end())))
    for at, char in enumerate(text):
        if char.isnumeric() and not char.isdecimal() and not char.isalpha():
            found.append((char, (at, at + 1)))
    return found


def _value(written: str) -> str:
    match = re.fullmatch(r"([\d.,  ]+?)\s?([A-Za-z]*)", written)
    assert match is not None
    digits = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in match[1])
    # Groups of three are thousands, anything else after a point or comma is a fraction.
    if re.fullmatch(r"\d{1,3}(?:[.,  ]\d{3})+", digits):
        digits = re.sub(r"[.,  ]", "", digits)
    digits = re.sub(r"[  ]", "", digits).replace(",", ".")
    factor = _FACTORS.get(match[2].casefold(), 1)
    try:
        number = float(digits) * factor
    except ValueError:  # 1.2.3: a version or a section
        return digits
    return str(int(number)) if number == int(number) and number < 1e15 else repr(number)


def _names(text: str, sources: Sources) -> Iterator[Unfounded]:
    run: list[str] = []
    end = -1
    for match in _WORD.finditer(text):
        word = match[0]
        whole = _looks_like_a_name(word) and not _ordinary(text, match.start(), word)
        if run and (not whole or text[end : match.start()].strip(" \t") or "\n" in text[end : match.start()]):
            yield from _judged(run, sources)
            run = []
        if whole:
            run.append(word)
            end = match.end()
    if run:
        yield from _judged(run, sources)


def _judged(run: list[str], sources: Sources) -> Iterator[Unfounded]:
    """Judge words with capitals that stand side by side: each must be known, and so must they together."""
    unknown = [word for word in run if not _known(word, sources)]
    if unknown:
        yield Unfounded("name", " ".join(run) if len(unknown) == len(run) else unknown[0])
    elif len(run) > 1:
        # Parts of two names make a third: Grace of Grace Hopper, Lovelace of Ada Lovelace.
        phrase = " ".join(_bare(word).casefold() for word in run)
        if not _in_words(phrase, sources.folded) and not _in_words(phrase, _bare_words(sources.folded)):
            yield Unfounded("name", " ".join(run))


def _known(word: str, sources: Sources) -> bool:
    if not _has_case(word):
        return word in sources.text
    forms = _forms(word)
    if any(form in sources.words for form in forms):
        return True
    # Notes are often written without capitals; but "will" of the notes is not Will.
    return any(form.casefold() in sources.folded_words - _openers() for form in forms)


def _looks_like_a_name(word: str) -> bool:
    if word[0] == "¦":
        return False
    return any(char.isupper() or char.isdecimal() for char in word) or any(
        unicodedata.category(char) == "Lo" for char in word
    )


def _ordinary(text: str, at: int, word: str) -> bool:
    """Return whether a word has its capital from where it stands, or always has it."""
    folded = word.casefold().replace("’", "'")
    if folded in ("i", "i'm", "i'd", "i'll", "i've"):
        return True
    capital_first = (word[0].isupper() and word[1:].islower()) or len(word) == 1 or "'" in folded
    return capital_first and folded in _openers() and _begins(text, at)


def _begins(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t")
    return not before or before[-1] in _ENDS_SENTENCE


def _has_case(word: str) -> bool:
    return word.lower() != word.upper()


def _forms(word: str) -> set[str]:
    """Return a word, without its possessive, and its parts."""
    bare = _bare(word)
    letters = "".join(char if char.isalpha() else " " for char in bare)
    return {word, bare, *letters.split(), *(part for part in re.split(r"['’.\-&]", bare) if part)}


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for begin, end in spans:
        text = text[:begin] + "¦" * (end - begin) + text[end:]
    return text


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        word = word.removesuffix(ending)
    return word


def _bare_words(folded: str) -> str:
    return " ".join(_bare(word) for word in folded.split())


def _in_words(words: str, folded: str) -> bool:
    """Return whether words stand in a folded text and are no part of longer ones."""
    return re.search(rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", folded) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\u2019", "’").replace("\u00a0", " ")


@cache
def _openers() -> frozenset[str]:
    listed = files("jobcopilot.mail").joinpath("data/openers.txt").read_text("utf-8")
    return frozenset(
        word for line in listed.splitlines() if not line.startswith("#") for word in line.split()
    )


def known_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that say anything, each once."""
    return tuple(dict.fromkeys(text for text in texts if text.strip()))
