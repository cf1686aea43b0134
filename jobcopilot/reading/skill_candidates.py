"""Where a text may name skills: whole words of the vocabulary that look right where they stand, and lists of them.

What is ambiguous (Go, Word, C) has to look right in the text as given: its capitals, its neighbours, the words
before and after. What skills share stands for each of them: "functional and system testing".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final

from jobcopilot.reading import vocabulary
from jobcopilot.reading.sections import Meaning, Posting
from jobcopilot.reading.vocabulary import Surface, key_of

Hit = tuple[int, int, Meaning]
"""One candidate: where it stands in the text, and what it means."""


@cache
def names_by_key() -> dict[str, str]:
    """Return the canonical name of every way to write a skill, by what `key_of` makes of that way."""
    names: dict[str, str] = {}
    for skill in vocabulary.load():
        for surface in skill.surfaces:
            names.setdefault(key_of(surface.text), skill.name)
    names.update((key_of(skill.name), skill.name) for skill in vocabulary.load())
    return names


def candidates(posting: Posting) -> list[Hit]:
    """Return the leftmost, then longest, ways to write a skill or a phrase that means none, without overlaps."""
    text = posting.text
    hits: list[Hit] = []
    free_from = 0
    padded = text + " "
    for start, end, meanings in posting.named:
        if start < free_from:
            continue
        # Beside a letter, a space or a bracket nothing can be an address, nor a name glued to something else.
        if (padded[end] in _LINKING or padded[start - 1] in _LINKING) and _linked(text, start, end):
            continue
        broken = " " in (meanings[0][1].text or " ") and text.find("\n", start, end) >= 0
        for meaning in meanings:
            # "Creative\nTeam player" in a list is no creative team, a name broken by a narrow page is one.
            if broken and (not meaning[0] or _NEW_LINE.search(text, start, end)):
                continue
            if not meaning[2]:
                hits.append((start, end, meaning))
            elif _looks_right(text, start, end, meaning[1]):
                hits.append((start - 1 if meaning[1].text[0] == "." else start, end, meaning))
            else:
                continue
            free_from = end
            break
    return _with_shared_heads(text, hits)


_HEADS: Final = frozenset({
    "accounting", "administration", "analysis", "analytics", "architecture", "billing", "coding", "databases",
    "design", "development", "engineering", "estimating", "forecasting", "insurance", "law", "maintenance",
    "management", "marketing", "mining", "modeling", "modelling", "nursing", "planning", "programming", "protocols",
    "research", "sales", "security", "skills", "testing", "tests", "therapy", "training", "welding", "writing",
})  # fmt: skip
_HEADED_REACH: Final = 90
_HEAD_AT: Final = 2
_BEFORE_LAST: Final = frozenset(",/&dDrR")
_LED_BY_LIST: Final = re.compile(r"(?:,|/|&|\band|\bor|\band/or)[ \t]*$", re.IGNORECASE)
_PARTS_WORDS: Final = re.compile(r"[ \t]*(?:[,/&]|\band/or\b|\band\b|\bor\b)[ \t]*", re.IGNORECASE)


def _with_shared_heads(text: str, hits: list[Hit]) -> list[Hit]:
    """Return the candidates with those that share the last word of one behind them: "functional and system testing"."""
    shared: list[Hit] = []
    for place, (start, _, (skill, surface, _, _)) in enumerate(hits):
        if not skill or start < _HEAD_AT or " " not in surface.text:
            continue
        # A comma, a slash, or "and" and "or": nearly always something else stands there.
        if text[start - 1 if text[start - 1] != " " else start - 2] not in _BEFORE_LAST:
            continue
        head = surface.text.rpartition(" ")[2].casefold()
        if head not in _HEADS or not _LED_BY_LIST.search(text, max(0, start - 8), start):
            continue
        taken = hits[place - 1][1] if place and hits[place - 1][2].skill else -1
        line = max(
            0, start - _HEADED_REACH, taken, text.rfind("\n", max(0, start - _HEADED_REACH), start) + 1
        )
        if line == taken:
            # What follows a candidate without a comma is no item of its own.
            parted = _PARTS_WORDS.search(text, line, start)
            line = parted.start() if parted else start
        shared.extend(_sharing(text, line, start, head))
    return sorted(hits + shared, key=_START) if shared else hits


def _sharing(text: str, line: int, start: int, head: str) -> list[Hit]:
    """Return the skills that the items of a list name together with the last word of the one behind them."""
    found: list[Hit] = []
    parts = [(match.start(), match.end()) for match in _PARTS_WORDS.finditer(text, line, start)]
    long = len(parts) >= _LONG_LIST
    starts = [line, *(end for _, end in parts)]
    for first, last in zip(reversed(starts[:-1]), reversed([begin for begin, _ in parts]), strict=True):
        words = list(_WORDS.finditer(text, first, last))
        if words and words[0][0] in _DETERMINERS:
            break
        for number, word in enumerate(words[-2:], len(words[:-2])):
            # "our sales strategy and product development" has no strategy development.
            if number and not long and words[number - 1][0] not in _BEFORE_ITEMS:
                continue
            item = text[word.start() : last]
            name = None if item in _SAY_LITTLE else names_by_key().get(key_of(f"{item} {head}"))
            if name is not None:
                found.append((word.start(), last, Meaning(name, _NO_SURFACE, False, True)))
                break
        else:
            if len(text[first:last].split()) > 2:
                break
    return found


_LONG_LIST: Final = 3
_DETERMINERS: Final = frozenset({"a", "an", "our", "the", "their", "your"})
_SAY_LITTLE: Final = frozenset({
    "business", "clinical", "computer", "data", "employee", "people", "performance", "product", "safety", "software",
})  # fmt: skip
_BEFORE_ITEMS: Final = frozenset({
    "both", "conduct", "extensive", "for", "good", "in", "including", "of", "on", "perform", "strong", "the",
    "through", "to", "using", "with",
})  # fmt: skip
_START: Final = itemgetter(0)
_WORDS: Final = re.compile(r"[\w-]+")
_NO_SURFACE: Final = Surface("of a list")


_NEW_LINE: Final = re.compile(r"\n[^\w\n]*[A-Z\n]")
_LINKING: Final = frozenset("./@_=&?-#%~:")
_DOMAIN: Final = re.compile(r"\.(?:com|org|net|io|co|ai|de|fr|eu|uk|dev|app|gov|edu)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"://|www\.|@\w", re.IGNORECASE)
_TOKEN: Final = 120


def _linked(text: str, start: int, end: int) -> bool:
    """Tell whether the place is part of an address: https://…, careers@…, example.com."""
    after = text[end : end + 1]
    if after == ":" and text.startswith("//", end + 1):
        return True
    if after == "." and _DOMAIN.match(text, end):
        return True
    left = text[max(0, start - _TOKEN) : start].split()
    token = left[-1] if left and start and not text[start - 1].isspace() else ""
    return bool(_ADDRESS.search(token)) or after == "@"


_GLUE: Final = frozenset("'’&-+#_@$%^~*\\")


def _looks_right(text: str, start: int, end: int, surface: Surface) -> bool:
    """Tell whether the text as given has the capitals and the surroundings that a strict way to write asks for."""
    written = text[start:end]
    if (
        surface.exact_case
        and written != surface.text
        and not (end - start > SHORT_NAME and written == surface.text.upper())
        and (written.isalnum() or _separated(written) != _separated(surface.text.lstrip(".")))
    ):
        return False
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if surface.text[0] == ".":
        return before == "." and not text[max(0, start - 2) : start - 1].isalnum()
    if end - start > 1:
        return True
    if before in _GLUE or after in _GLUE or before == ".":
        return before == "" or after == ""
    return not (after == "." and text[end + 1 : end + 2].isalnum())


@cache
def _separators() -> re.Pattern[str]:
    return re.compile(r"[^\w+#]|_")


def _separated(written: str) -> str:
    return _separators().sub(" ", written)


_MARKS: Final = r"[\s,;/|&()\[\]•·*–—+:‣▪●-]*"
_JOINT: Final = re.compile(
    rf"(?:\s?v?\d[\d.]*\b[x+]*)?{_MARKS}"
    rf"(?:(?:and|or|und|oder|et|ou|y|e|and/or|as well as|including|plus|sowie|incl\.)\b)?{_MARKS}",
    re.IGNORECASE,
)
_JOINT_LENGTH: Final = 16
SHORT_NAME: Final = 3
_CUE_LENGTH: Final = 48
_BEFORE: Final = re.compile(
    r"(?:\b(?:experience[ds]?|expertise|proficien(?:t|cy)|knowledge|skill(?:s|ed)?|fluen(?:t|cy)|familiar(?:ity)?"
    r"|background|competen(?:t|ce|cy)|comfortab(?:le|ility)|versed|understanding|command|mastery|expert|kenntnisse|erfahrung(?:en)?"
    r"|connaissances?|ma[iî]trise|exp[ée]rience|strong|solid)\s+(?:with|in|of|on|using|mit|en|de|du|von)?\s*(?:[dl]['’])?"
    r"|\b(?:using|working with|we use|such as|like|e\.g\.,?|written in|coding in|code in|programming in"
    r"|develop(?:ing|ed)? in"
    r"|built (?:in|on|with)|tools?:|languages?:|skills?:|stack:|technologies:|software:|frameworks?:|microsoft|ms"
    r")\s+)$",
    re.IGNORECASE,
)
_LAST_WORD: Final = re.compile(
    r"\W*(?:experience[ds]?|expertise|proficien(?:t|cy)|knowledge|skill(?:s|ed)?|fluen(?:t|cy)|familiar(?:ity)?"
    r"|background|competen(?:t|ce|cy)|comfortab(?:le|ility)|versed|understanding|command|mastery|expert|\w*kenntnisse|\w*erfahrung(?:en)?"
    r"|connaissances?|ma[iî]trise|exp[ée]rience|strong|solid|with|in|of|on|use|using|mit|en|de|du|von|as|like|e\.g\.,?"
    r"|tools?:|languages?:|skills?:|stack:|technologies:|software:|frameworks?:|microsoft|ms|.*[\w]['’])",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s*(?:developers?|development|programm(?:ing|ers?)|engineers?|languages?|code(?:base)?|scripts?|scripting|apps?"
    r"|(?:micro)?services?|frameworks?|librar(?:y|ies)|skills?|kenntnisse|développeur|applications?|stack|api|experience"
    r"|knowledge|expertise|proficiency|certifi(?:ed|cation)|preferred|required|desired"
    r"|(?:is|are|would be|as)\s+(?:an?\s+)?(?:huge\s+|big\s+|strong\s+|definite\s+)?"
    r"(?:plus|bonus|must|required|preferred|advantage|asset|nice))\b",
    re.IGNORECASE,
)


_BULLET: Final = re.compile(r"(?:\A|\n)[^\w\n]*$")
_ITEM_ENDS: Final = re.compile(r"[ \t]*(?:[,;(/–\n]|$)")
_USED: Final = re.compile(r"\b(?:with|using)[ \t]$")


def among_skills(posting: Posting, hits: list[Hit], place: int) -> bool:
    """Tell whether the words around an ambiguous way to write speak of skills."""
    start, end, _ = hits[place]
    text = posting.text
    if (
        posting.section(start) in {"must", "nice"}
        and _ITEM_ENDS.match(text, end)
        and _BULLET.search(text, max(0, start - 8), start)
    ):
        return True
    if _listed(text, hits, place, -1) or _listed(text, hits, place, 1):
        return True
    if (
        end - start < SHORT_NAME
        and _ITEM_ENDS.match(text, end)
        and _USED.search(text, max(0, start - 8), start)
    ):
        return True
    return bool(_led_to(text, start) or _AFTER.match(text, end))


def _listed(text: str, hits: list[Hit], place: int, step: int) -> bool:
    """Tell whether a list goes on to a skill in one direction, over what is none: "Go, R&D and C++"."""
    beside = place + step
    while 0 <= beside < len(hits):
        earlier, later = sorted((beside, beside - step))
        if not joint(text, hits[earlier][1], hits[later][0]):
            return False
        if hits[beside][2].skill:
            return True
        beside += step
    return False


def _led_to(text: str, start: int) -> bool:
    """Tell whether the words before a place lead to a skill: "experience with ", "written in "."""
    before = text[max(0, start - _CUE_LENGTH) : start]
    words = before.split()
    # The expression is slow, and most words before a candidate are none of those that it can end in.
    if not words or not _LAST_WORD.fullmatch(words[-1]):
        return False
    return _BEFORE.search(before) is not None


def joint(text: str, end: int, start: int) -> bool:
    """Tell whether what stands between two candidates is what parts the items of a list."""
    return 0 < start - end <= _JOINT_LENGTH and _parts_items(text[end:start])


# Nearly all of them are ", " and " and ".
@lru_cache(maxsize=1024)
def _parts_items(gap: str) -> bool:
    return not gap.isspace() and _JOINT.fullmatch(gap) is not None
