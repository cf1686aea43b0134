"""What a posting asks for, each with the words that show it: skills, years, degree, work mode, blockers.

`sections.py` finds the phrases of `data/requirements.toml`; here the words around each of them decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from jobcopilot.reading.blockers import Blocker, read_blockers
from jobcopilot.reading.needs import Need, read_need
from jobcopilot.reading.sections import Cue, Posting, Span
from jobcopilot.reading.skills import mentions
from jobcopilot.reading.titles import read_title

WorkMode = Literal["remote", "hybrid", "onsite"]


@dataclass(frozen=True, slots=True)
class SkillRequirement:
    """A skill that a posting names, how much it wants it, and the range of characters that shows it."""

    skill: str
    need: Need
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a posting asks for; None and empty mean that it does not say.

    Spans are half-open ranges of characters of the text as given. `skills` names each skill once, with its
    strongest need, in the order of first mention. `years` is the lower end of what is asked for. `degree` is the
    lowest that will do: "school", "apprenticeship", "associate", "bachelor", "master", "doctorate", or "degree"
    where the text leaves it open. `work_mode_span` is None where only the title tells the mode.
    """

    skills: tuple[SkillRequirement, ...] = ()
    years: float | None = None
    years_span: Span | None = None
    seniority: str | None = None
    seniority_span: Span | None = None
    work_mode: WorkMode | None = None
    work_mode_span: Span | None = None
    degree: str | None = None
    degree_span: Span | None = None
    blockers: tuple[Blocker, ...] = ()


def read_requirements(text: str, title: str = "") -> Requirements:
    """Return what a posting asks for; never fails on a str."""
    posting = Posting(text)
    years, years_span = _years(posting)
    seniority, seniority_span = _seniority(posting)
    work_mode, work_mode_span = _work_mode(posting, title)
    degree, degree_span = _degree(posting)
    return Requirements(
        _skills(posting),
        years,
        years_span,
        seniority,
        seniority_span,
        work_mode,
        work_mode_span,
        degree,
        degree_span,
        tuple(read_blockers(posting)),
    )


# --- skills ---------------------------------------------------------------------------------------------------

_RANK: Final[dict[Need, int]] = {"mentioned": 0, "nice": 1, "must": 2}


def _skills(posting: Posting) -> tuple[SkillRequirement, ...]:
    best: dict[str, SkillRequirement] = {}
    named = mentions(posting)
    listed = _listed_lines(posting, [span for mention in named for span in mention.spans])
    for mention in named:
        for start, end in mention.spans:
            told = read_need(posting, start, end, listed)
            if told is None:
                continue
            known = best.get(mention.name)
            if known is None or _RANK[told[0]] > _RANK[known.need]:
                best[mention.name] = SkillRequirement(mention.name, *told)
            if told[0] == "must":
                break
    return tuple(best.values())


def _listed_lines(posting: Posting, spans: list[Span]) -> frozenset[int]:
    """Return the starts of the lines of a posting without headings that are little else than skills."""
    if posting.has_headings:
        return frozenset()
    covered: dict[Span, int] = {}
    for start, end in spans:
        line = posting.sentence(start, end)
        covered[line] = covered.get(line, 0) + end - start
    return frozenset(
        line[0]
        for line, length in covered.items()
        if length * 2 >= len(posting.text[line[0] : line[1]].strip())
    )


# --- years, seniority, degree ----------------------------------------------------------------------------------

_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            "one ein einem eine un une", "two zwei deux", "three drei trois", "four vier quatre", "five fünf cinq",
            "six sechs", "seven sieben sept", "eight acht huit", "nine neun neuf", "ten zehn dix",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_COUNT: Final = re.compile(
    r"(?<![\w.,$€£])(?P<low>\d{1,2}(?:[.,]5)?|" + "|".join(_NUMBERS) + r")(?:\s*\(\d{1,2}\+?\))?"
    r"(?:\s*(?:\+|plus|or more|oder mehr))?(?:\s*(?:-|–|—|to|bis|à|or)\s*(?:\d{1,2}|"
    + "|".join(_NUMBERS)
    + r")\+?)?"
    r"[\s-]*(?:full|solid|good)?[\s-]*$",
    re.IGNORECASE,
)
_OF_EXPERIENCE: Final = re.compile(
    r"experien|erfahrung|expérience|berufspraxis|\bexp\b|years? (?:of|in|as|with|working)|track record",
    re.IGNORECASE,
)
_NOT_OF_EXPERIENCE: Final = (
    "year old", "years old", "year of age", "years of age", "year ago", "years ago", " age ", "combined", "collective",
    " our team", " our company", " our founders", " we have", " we bring", "founded", "for over", "over the last",
    "over the past", "in business", "history", "anniversar", "contract", "warranty", "celebrat", "jahre alt",
    "ans d existence",
)  # fmt: skip
_COUNT_ENDS: Final = frozenset(
    "+)" + "".join({word[-1] for word in (*_NUMBERS, "plus", "more", "mehr", "solid", "full")})
)
_MOST_YEARS: Final = 40


def _years(posting: Posting) -> tuple[float | None, Span | None]:
    """Return the first number of years of experience that is asked for, not only welcome."""
    text = posting.text
    for cue in posting.triggers("years"):
        before = text[max(0, cue.start - 36) : cue.start].rstrip(_BETWEEN)[-1:]
        if not (before.isdecimal() or before.lower() in _COUNT_ENDS):
            continue
        count = _COUNT.search(text, max(0, cue.start - 36), cue.start)
        if count is None or posting.section(cue.start) == "none":
            continue
        sentence = posting.sentence(count.start(), cue.end)
        around = text[sentence[0] : sentence[1]]
        if not _OF_EXPERIENCE.search(around) or posting.says(*sentence, _NOT_OF_EXPERIENCE):
            continue
        need = read_need(posting, count.start(), cue.end, frozenset())
        low = count["low"].lower().replace(",", ".")
        years = float(_NUMBERS.get(low) or low)
        if 0 < years <= _MOST_YEARS and need is not None and need[0] != "nice":
            match = _OF_EXPERIENCE.search(text, cue.end, min(sentence[1], cue.end + 30))
            word_end = _WORD_END.match(text, match.end()) if match else None
            return years, (count.start(), word_end.end() if word_end else cue.end)
    return None, None


_BETWEEN: Final = " \t\n\r\xa0-"
_WORD_END: Final = re.compile(r"\w*")
_SOUGHT: Final = re.compile(
    r"(?:looking for|seeking|seeks?|hiring|hire|search(?:ing)? for|suchen|recherch\w+|role is|position is|this is)"
    r"(?: (?:wir|for))?(?: (?:a|an|our next|one|experienced|talented|motivated|highly|skilled|eine?n?|une?|the))*\s+$",
    re.IGNORECASE,
)


_SEEKING: Final = (
    "looking for", "seek", "hiring", "hire", "search", "suchen", "recherch", "role is", "position is", "this is",
)  # fmt: skip
_CLEARLY: Final = re.compile(r"[ -]?level\b(?! of)|[ -](?:role|position|job|opportunity)\b", re.IGNORECASE)


def _seniority(posting: Posting) -> tuple[str | None, Span | None]:
    """Return the rung that the text says it looks for, in so many words."""
    text = posting.text
    for cue in posting.triggers("seniority"):
        clearly = _CLEARLY.match(text, cue.end)
        if clearly is None and not (
            posting.says(max(0, cue.start - 60), cue.start, _SEEKING)
            and _SOUGHT.search(text, max(0, cue.start - 60), cue.start)
        ):
            continue
        rung = read_title(text[cue.start : cue.end] + " engineer").seniority
        if rung is not None and posting.section(cue.start) != "none":
            return rung, (cue.start, clearly.end() if clearly else cue.end)
    return None, None


_DEGREES: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("school", r"high school|ged"),
        ("apprenticeship", r".*ausbildung|fachinformatiker|cap|bts"),
        ("associate", r"associate|dut|bac ?\+ ?2"),
        ("bachelor", r"bachelor|undergrad|b\.? ?(?:s|sc|a|eng)\b|licence|bac ?\+ ?[34]"),
        ("master", r"master|m\.? ?(?:s|sc|eng|ba)\b|bac ?\+ ?5|école"),
        ("doctorate", r"ph\.? ?d|doct|promotion"),
        ("degree", r".*"),
    )
)
_SURE_DEGREE: Final = re.compile(
    r"bachelor|master'?’?s (?:degree|in|of)|undergrad|ph\.? ?d|doct|degree|high school|studium|hochschul|ausbildung|"
    r"fachinformatiker|bac ?\+|école d|diplôme|diploma",
    re.IGNORECASE,
)
_NO_DEGREE: Final = (
    "no degree", "degree of", "degree celsius", "degrees celsius", "degree fahrenheit", "degrees fahrenheit", "360",
    "some degree", "high degree", "great degree", "bachelor part", "degree not", "degree is not", "regardless of",
    "kein studium",
)  # fmt: skip
_DEGREE_AROUND: Final = re.compile(
    r"\b(?:degree|in (?:computer|engineering|a |math|physics|business|nursing|economics|finance|marketing|related)|"
    r"or (?:equivalent|higher|ph)|diplom|bachelor|master'?s)|/|qualification",
    re.IGNORECASE,
)


def _degree(posting: Posting) -> tuple[str | None, Span | None]:
    """Return the lowest degree that is asked for, not only welcome."""
    best: tuple[int, str, Span] | None = None
    for cue in posting.triggers("degree"):
        text = posting.text
        word = text[cue.start : cue.end]
        if word.islower() and len(word) <= 3:
            continue
        if posting.says(max(0, cue.start - 24), cue.end + 40, _NO_DEGREE) or not (
            _SURE_DEGREE.search(word) or _DEGREE_AROUND.search(text, cue.end, cue.end + 40)
        ):
            continue
        need = read_need(posting, cue.start, cue.end, frozenset())
        if need is None or need[0] == "nice":
            continue
        rank, name = next(
            (rank, name) for rank, (name, pattern) in enumerate(_DEGREES) if pattern.match(word)
        )
        if best is None or rank < best[0]:
            best = rank, name, (cue.start, cue.end)
    return (best[1], best[2]) if best else (None, None)


# --- work mode ------------------------------------------------------------------------------------------------

_NEGATED: Final = re.compile(
    r"(?:\bnot?\b|n't|n’t|\bcannot|\bkeine?\b|\bnicht|\bpas\b|\bnon\b|\bunable\b|\bwithout\b)(?: \w+){0,4}\s*$",
    re.IGNORECASE,
)
_NEGATED_AFTER: Final = re.compile(
    r"(?: \w+){0,3} (?:(?:is|are|ist) (?:not|nicht|unfortunately not)|isn['’]t"
    r"|not (?:possible|available|offered|an option)|nicht möglich|impossible)",
    re.IGNORECASE,
)
_OTHER_REMOTE: Final = re.compile(
    r"[\s-]*(?:sens|teams?\b|access|control|server|monitor|patient|area|desktop|support|site|device|diagnos|cloud|app\b|"
    r"apps\b|mobile|vehicle|cars?\b|engine|infrastructure|search|storage|procedure|code|communit|locations?\b|sales|"
    r"stakeholders|colleague|interview|gym|lunch|caf|child|parking|meal|kitchen|fitness|amenit|event|assessment|meeting|"
    r"cross|approach|and multi|or multi|multi|model(?:s|ing)|integration|learning|customer)",
    re.IGNORECASE,
)
_MODES: Final[dict[str, WorkMode]] = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}
_LABELLED: Final = re.compile(
    r"(?:^|\n|location|workplace|work(?:ing)? model|arbeitsort|lieu|ort)\W*$", re.IGNORECASE
)
_DAYS: Final = re.compile(
    r"\b([1-5]|one|two|three|four|five|zwei|drei|vier|fünf|deux|trois|quatre|cinq)\+?(?: full| or more)?[ -]$",
    re.IGNORECASE,
)
_EVERY_DAY: Final = frozenset({"5", "five", "fünf", "cinq"})


def _work_mode(posting: Posting, title: str) -> tuple[WorkMode | None, Span | None]:
    """Return how one works there: what is said most clearly, and first, wins; a denied mode is none."""
    best = _clearest_mode(posting)
    if title and (best is None or best.sure < 4):
        named = _mode_of_title(title)
        if named is not None:
            return named, best.span if best is not None and best.mode == named else None
    return (best.mode, best.span) if best is not None else (None, None)


# The same titles come again and again.
@lru_cache(maxsize=8192)
def _mode_of_title(title: str) -> WorkMode | None:
    told = _clearest_mode(Posting(title))
    return told.mode if told is not None else None


class _Told(NamedTuple):
    """A work mode, how surely (0 to 5) it is told, and the words that tell it."""

    sure: int
    mode: WorkMode
    span: Span


def _clearest_mode(posting: Posting) -> _Told | None:
    best: _Told | None = None
    for cue in posting.tables["work_mode"]:
        told = _mode_told(posting.text, cue)
        if told is not None and (best is None or told.sure > best.sure):
            best = told
    return best


def _mode_told(text: str, cue: Cue) -> _Told | None:
    """Return what a phrase tells of the work mode, None where it speaks of something else."""
    start, end = cue.start, cue.end
    name, _, strength = cue.classes[0].partition("_")
    mode, sure = _MODES[name], int(strength)
    if sure < 3 and _OTHER_REMOTE.match(text, end):
        return None
    before = max(0, start - 40)
    clause = max(before, text.rfind("\n", before, start) + 1, text.rfind(". ", before, start) + 1)
    denied = _NEGATED.search(text, clause, start)
    denied_after = _NEGATED_AFTER.match(text, end, end + 50)
    if denied or denied_after:
        span = (denied.start() if denied else start, denied_after.end() if denied_after else end)
        return _Told(5, "onsite", span) if mode == "remote" else None
    days = _DAYS.search(text, before, start) if mode == "hybrid" else None
    if days is not None:
        return _Told(4, "onsite" if days[1].lower() in _EVERY_DAY else "hybrid", (days.start(), end))
    if mode == "onsite" and text[start:end].lower().startswith(("not", "no ", "kein", "pas", "non")):
        return _Told(5, mode, (start, end))
    if sure < 3 and _LABELLED.search(text, before, start):
        return _Told(3, mode, (start, end))
    return _Told(sure + (sure == 3), mode, (start, end))
