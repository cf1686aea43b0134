"""The small language of the search box: text in, words, filters and underlined mistakes out.

    python "machine learning" -intern status:applied,interviewed level:high company:"Acme Corp" title:lead
    place:berlin skill:python tag:dream match:>70 match:50..80 pay:>120k remote:yes posted:<7d created:<2w
    deadline:<3d applied:>30d posted:>2026-10-01 source:linkedin is:favourite is:duplicate is:closed has:notes

Everything has to hold at once; a comma means "or"; a minus before anything turns it round. The word being typed last
matches as a beginning until a space follows it. What cannot be read is a `Mistake`, and the rest still works.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from jobcopilot.jobs.query_values import Unreadable, date_bounds, number_bounds, pay_bounds
from jobcopilot.text import clean_line

ChoiceField = Literal["status", "level", "remote"]
NameField = Literal["title", "company", "place", "skill", "tag", "source"]
BoundField = Literal["match", "pay", "posted", "created", "updated", "deadline", "applied"]
FlagName = Literal[
    "favourite", "duplicate", "closed", "notes", "pay", "match", "deadline", "posted", "applied", "tags"
]

UNKNOWN: Final = "unknown"
"""The choice that stands for no value: not scored, place of work not said."""
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "status": ("new", "interested", "applied", "interviewed", "offer", "accepted", "rejected", "withdrawn"),
    "level": ("high", "medium", "low", UNKNOWN),
    "remote": ("yes", "no", "hybrid", "onsite", UNKNOWN),
}
_WORK_MODES: Final = {"yes": "remote", "no": "onsite"}
_NAMES: Final = ("title", "company", "place", "skill", "tag", "source")
_FLAGS: Final[dict[str, dict[str, FlagName]]] = {
    "is": {"favourite": "favourite", "favorite": "favourite", "duplicate": "duplicate", "closed": "closed"},
    "has": {
        "notes": "notes",
        "pay": "pay",
        "match": "match",
        "deadline": "deadline",
        "posted": "posted",
        "applied": "applied",
        "tags": "tags",
    },
}
_YES_NO: Final[dict[str, FlagName]] = {
    "favourite": "favourite",
    "favorite": "favourite",
    "duplicate": "duplicate",
    "closed": "closed",
}
_DATES: Final = ("posted", "created", "updated", "deadline", "applied")
KEYS: Final = (*_CHOICES, *_NAMES, "match", "pay", *_DATES, "favourite", "is", "has")
"""Every filter, in the order in which help names them."""

LONGEST: Final = 2_000
"""Characters of a query that are read."""
MOST_TERMS: Final = 24
"""Words and phrases that are searched, filters, and names in one of them; further ones are a mistake."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A stretch of the query that could not be read, as a half-open range of characters, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word, several joined ones (`node.js`) or a phrase that a job's text has to hold.

    `prefix` lets the last word go on.
    """

    text: str
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words: status, level or remote (`remote`, `hybrid`, `onsite`); `unknown` stands for none."""

    field: ChoiceField
    values: frozenset[str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """One of some names, compared without case.

    A title and a place match when they hold the words, a company and a source when they contain the name, a skill
    by any of its names in the vocabulary, a tag whole. `unfinished` lets the last word, skill or tag go on.
    """

    field: NameField
    names: tuple[str, ...]
    negated: bool = False
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range, both ends included, None for an open one: percent, yearly pay, or days of the person's calendar.

    A job without the value is outside. Pay is the upper end of a yearly range (the lower where there is no upper),
    compared as figures, in `currency` only where one is named.
    """

    field: BoundField
    low: float | date | None
    high: float | date | None
    currency: str | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a job is or has, or not."""

    name: FlagName
    wanted: bool = True


Filter: TypeAlias = Choice | Named | Bounds | Flag


@dataclass(frozen=True, slots=True)
class Query:
    """What the person asked for."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def words(self) -> tuple[Term, ...]:
        """The terms that a job has to hold anywhere; they are what ranked search ranks by."""
        return tuple(term for term in self.terms if not term.negated)

    @property
    def ranked(self) -> bool:
        """Whether it searches for words, so that relevance is the natural order."""
        return bool(self.words)


def parse_query(text: str, *, today: date) -> Query:
    """Read what stands in the search box; `today` is the person's own date. Never raises."""
    reading = _Reading(text[:LONGEST], today)
    reading.run()
    if len(text) > LONGEST:
        reading.mistakes.append(Mistake(LONGEST, len(text), f"only {LONGEST} characters are read"))
    return Query(text, tuple(reading.terms), _merged(reading.filters), tuple(reading.mistakes))


def has_word(text: str) -> bool:
    """Return whether a text holds anything that the index keeps: a letter, a digit, `+` or `#`."""
    return any(char in "+#" or unicodedata.category(char)[0] in "LN" for char in text)


_ITEM = re.compile(r'(?P<minus>-?)(?:(?P<key>[^\W\d_]{2,20}):(?!//))?(?P<value>(?:"[^"]*(?:"|$)|[^\s"])*)')
_PART = re.compile(r'"([^"]*)("?)|([^\s",]+)|(,)')


class _Reading:
    """One pass over a query."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.terms: list[Term] = []
        self.filters: list[Filter] = []
        self.mistakes: list[Mistake] = []

    def run(self) -> None:
        position = 0
        while position < len(self.text):
            if self.text[position].isspace():
                position += 1
                continue
            item = _ITEM.match(self.text, position)
            assert item is not None  # every part of the pattern may be empty
            if item["key"] is None:
                position = self._word(position)
            else:
                self._filter(item)
                position = item.end()

    # --- words and phrases ------------------------------------------------------------------------------------

    def _word(self, start: int) -> int:
        """Read a word or phrase from `start` and return where it ends."""
        text = self.text
        negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
        begin = start + negated
        if text[begin] == '"':
            close = text.find('"', begin + 1)
            end = len(text) if close < 0 else close + 1
            inner = text[begin + 1 : end if close < 0 else close]
            if close < 0:
                self._mistake(begin, end, 'this quotation mark is never closed: add a " after the phrase')
            self._term(inner, start, end, negated=negated, prefix=close < 0)
            return end
        end = begin + 1
        while end < len(text) and not text[end].isspace() and text[end] != '"':
            end += 1
        self._term(text[begin:end], start, end, negated=negated, prefix=end == len(text))
        return end

    def _term(self, raw: str, start: int, end: int, *, negated: bool, prefix: bool) -> None:
        words = clean_line(raw)
        if not has_word(words):
            if raw.strip('"- '):
                self._mistake(start, end, "there is no letter or digit in it to search for")
            return
        if len(self.terms) >= MOST_TERMS:
            self._mistake(start, end, f"only {MOST_TERMS} words and phrases are searched at once")
            return
        # A beginning only goes on from a letter: `c++` and `node.` are finished.
        open_ended = prefix and not negated and words[-1].isalnum() and not raw[-1:].isspace()
        self.terms.append(Term(words, open_ended, negated))

    # --- filters ----------------------------------------------------------------------------------------------

    def _filter(self, item: re.Match[str]) -> None:
        key, start, end = item["key"].lower(), item.start(), item.end()
        negated = bool(item["minus"])
        if key not in KEYS and key not in _YES_NO:
            self._mistake(start, item.end("key") + 1, _unknown_key(key))
            return
        if len(self.filters) >= MOST_TERMS:
            self._mistake(start, end, f"only {MOST_TERMS} filters are used at once")
            return
        values = self._values(item)
        if values is None:
            self._mistake(start, end, f"{key}: {_allowed(key)}")
            return
        last = end == len(self.text)
        try:
            self._known_filter(key, values, item, negated=negated, last=last)
        except Unreadable as unreadable:
            self._mistake(item.start("value"), end, str(unreadable))

    def _known_filter(
        self, key: str, values: list[str], item: re.Match[str], *, negated: bool, last: bool
    ) -> None:
        open_ended = last and not item["value"].endswith('"')
        match key:
            case "status" | "level" | "remote":
                self.filters.append(Choice(key, _choices(key, values), negated))
            case "title" | "company" | "place" | "skill" | "tag" | "source":
                names = tuple(value for value in values if has_word(value))
                if not names:
                    raise Unreadable(f"{key}: {_allowed(key)}")
                if len(names) > MOST_TERMS:
                    raise Unreadable(f"{key}: takes up to {MOST_TERMS} names")
                self.filters.append(Named(key, names, negated, open_ended and not negated))
            case "match":
                low, high = number_bounds(_single(key, item))
                self.filters.append(Bounds("match", low, high, negated=negated))
            case "pay":
                low, high, currency = pay_bounds(_single(key, item))
                self.filters.append(Bounds("pay", low, high, currency, negated))
            case "posted" | "created" | "updated" | "applied" | "deadline":
                first, final = date_bounds(_single(key, item), today=self.today, ahead=key == "deadline")
                self.filters.append(Bounds(key, first, final, negated=negated))
            case "is" | "has":
                self.filters.extend(Flag(name, not negated) for name in _flags(key, values))
            case _:
                self.filters.append(Flag(_YES_NO[key], _yes(key, values) != negated))

    def _values(self, item: re.Match[str]) -> list[str] | None:
        """The cleaned, non-empty values of a filter; None where there is none."""
        offset = item.start("value")
        values = []
        for part in _PART.finditer(item["value"]):
            quoted, closed, bare, _comma = part.groups()
            if quoted is not None and not closed:
                where = offset + part.start()
                self._mistake(
                    where, item.end(), 'this quotation mark is never closed: add a " after the name'
                )
            value = clean_line(quoted if quoted is not None else bare or "")
            if value:
                values.append(value)
        return values or None

    def _mistake(self, start: int, end: int, reason: str) -> None:
        self.mistakes.append(Mistake(start, max(end, start + 1), reason))


def _choices(key: ChoiceField, values: list[str]) -> frozenset[str]:
    chosen: set[str] = set()
    for value in values:
        found = [word for word in _CHOICES[key] if word.startswith(value.lower())]
        if not found:
            raise Unreadable(f"{key}: {_allowed(key)}, not {value}")
        # What is written out is meant alone; a beginning means all that it begins.
        chosen.update([value.lower()] if value.lower() in found else found)
    return frozenset(_WORK_MODES.get(word, word) for word in chosen) if key == "remote" else frozenset(chosen)


def _flags(key: str, values: list[str]) -> list[FlagName]:
    known = _FLAGS[key]
    for value in values:
        if value.lower() not in known:
            raise Unreadable(f"{key}: {_allowed(key)}, not {value}")
    return [known[value.lower()] for value in values]


def _yes(key: str, values: list[str]) -> bool:
    word = values[0].lower()
    if len(values) == 1 and word in {"yes", "y", "true"}:
        return True
    if len(values) == 1 and word in {"no", "n", "false"}:
        return False
    raise Unreadable(f"{key}: {_allowed(key)}, not {', '.join(values)}")


def _single(key: str, item: re.Match[str]) -> str:
    value = clean_line(item["value"].replace('"', ""))
    if not value:
        raise Unreadable(f"{key}: {_allowed(key)}")
    return value


def _merged(filters: list[Filter]) -> tuple[Filter, ...]:
    """A job has one status: asking for two, one after the other, can only mean either."""
    merged: list[Filter] = []
    for item in filters:
        for place, earlier in enumerate(merged):
            if (
                isinstance(item, Choice)
                and isinstance(earlier, Choice)
                and (item.field, item.negated) == (earlier.field, earlier.negated)
            ):
                merged[place] = replace(earlier, values=earlier.values | item.values)
                break
        else:
            merged.append(item)
    return tuple(merged)


def _unknown_key(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, KEYS, n=1)
    if near:
        return f"there is no {key}:, did you mean {near[0]}:?"
    return f"there is no {key}:; there are {', '.join(KEYS)}. In quotation marks it is searched as text"


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


_DATE_HELP: Final = (
    "takes an age (<7d, >2w; d, w, m or y), a date (>2026-10-01) or a range (2026-10-01..2026-10-31)"
)
_HELP: Final[dict[str, str | Callable[[], str]]] = {
    "company": 'takes a name or a part of it; with spaces in quotation marks: company:"Acme Corp"',
    "skill": "takes a skill: skill:python",
    "tag": "takes one of your tags: tag:berlin",
    "source": "takes manual, import, a feed or a part of its name: source:linkedin",
    "title": "takes words of the title: title:engineer",
    "place": "takes words of the place: place:berlin",
    "match": "takes a percentage (>70, <50) or a range (50..80)",
    "pay": "takes a year's pay (>120k, <90000, >€80k) or a range (80k..120k)",
    "deadline": "takes how far ahead (<3d, >2w; d, w, m or y), a date (<2026-12-01) or a range",
}


def _allowed(key: str) -> str:
    if key in _CHOICES:
        return f"takes {_either(_CHOICES[key])}"
    if key in _FLAGS:
        return f"takes {_either(tuple(dict.fromkeys(_FLAGS[key].values())))}"
    if key in _YES_NO:
        return "takes yes or no"
    return str(_HELP.get(key, _DATE_HELP))
