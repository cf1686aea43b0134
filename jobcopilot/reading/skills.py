"""The skills that a text names, each with the places where it names them.

The text becomes bytes in which every separator is a space and every letter small, one for one, so that one
Aho-Corasick pass over all ways to write all skills finds whole words only. What is ambiguous (Go, Word, C) then
has to look right in the text as given: its capitals, its neighbours, the words before and after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final

from jobcopilot.reading import vocabulary
from jobcopilot.reading.sections import Meaning, Posting
from jobcopilot.reading.vocabulary import Skill, Surface, key_of

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SkillMention:
    """One skill of a text: its canonical name and where the text names it, as half-open ranges of characters."""

    name: str
    spans: tuple[Span, ...]


def extract_skills(text: str) -> list[SkillMention]:
    """Return the skills that a text names, by first mention, with canonical names; never fails on a str."""
    return mentions(Posting(text))


def canonical(name: str) -> str:
    """Return the vocabulary's name for a skill as a person typed it, or the cleaned input where it is unknown."""
    names = _names()
    key = key_of(name)
    # "python 3.11", "Kubernetes skills", "spreadsheets": what people add to a name or leave away
    for written in (key, _VERSION.sub("", key), _DRESSED.sub("", key), key.removesuffix("s"), f"{key}s"):
        known = names.get(written.strip())
        if known is not None:
            return known
    return " ".join(name.split())


def kind_of(name: str) -> str | None:
    """Return the kind of a skill ("language", "database", …) as the vocabulary has it, None where it is unknown."""
    skill = _by_name().get(canonical(name))
    return skill.kind if skill is not None else None


def implied(name: str) -> frozenset[str]:
    """Return the skills that come with one ("FastAPI" brings "Python"), those that come with these included."""
    reached: set[str] = set()
    waiting = [canonical(name)]
    while waiting:
        skill = _by_name().get(waiting.pop())
        if skill is not None:
            fresh = [other for other in skill.implies if other not in reached]
            reached.update(fresh)
            waiting.extend(fresh)
    reached.discard(canonical(name))
    return frozenset(reached)


def all_skills() -> tuple[Skill, ...]:
    """Return every skill of the vocabulary."""
    return vocabulary.load()


# --- from candidates to mentions --------------------------------------------------------------------------


_Hit = tuple[int, int, Meaning]
"""One candidate: where it stands in the text, and what it means."""


def mentions(posting: Posting) -> list[SkillMention]:
    """Return the skills that a posting names; `extract_skills` for a text that is read already."""
    hits = _candidates(posting)
    employers = _employers(posting.text, hits)
    found: dict[str, list[Span]] = {}
    last_end = -_JOINT_LENGTH - 1
    for place, (start, end, meaning) in enumerate(hits):
        skill, surface, _, trade = meaning
        if not skill or skill in employers:
            continue
        section = posting.section(start)
        if skill in _spoken() and _OF_A_LAND.match(posting.text, end):
            continue
        if section == "none" or (surface.among_skills and not _among_skills(posting, hits, place)):
            continue
        if surface.when_asked or trade:
            beside = start - last_end <= _JOINT_LENGTH and _joint(posting.text, last_end, start)
            if not _meant(posting, start, end, surface, section, beside=beside):
                continue
        elif not section and posting.has_intro and _boasts(posting, hits, place):
            continue
        last_end = end
        spans = found.get(skill)
        if spans is None:
            found[skill] = [(start, end)]
        else:
            spans.append((start, end))
    return [SkillMention(name, tuple(spans)) for name, spans in found.items()]


@cache
def _spoken() -> frozenset[str]:
    return frozenset(skill.name for skill in vocabulary.load() if skill.kind == "spoken")


# "The Bulgarian market" and "an English teacher" ask nobody to speak either.
_OF_A_LAND: Final = re.compile(
    r"[ \t]+(?:market|markets|company|companies|food|restaurant|cuisine|team|teams|office|offices|customers|clients|law"
    r"|government|citizens?|passport|economy|industry|teachers?|startups?|culture|subsidiary|users?|population|banks?"
    r"|institutions?|authorities|literature|lessons|classes)\b",
    re.IGNORECASE,
)
_TITLE_AFTER: Final = re.compile(
    r"[ \t]+(?:[A-Z]\w+[ \t]+)?(?:agent|manager|representative|rep|engineer|specialist|coordinator|director|associate"
    r"|executive|assistant|analyst|developer|consultant|officer|lead|professional|teacher|designer|intern|recruiter"
    r"|technician|operator|supervisor|administrator|clerk|accountant|partner|leader|advisor|worker|lawyer|attorney"
    r"|planner)s?\b(?!['’])",
    re.IGNORECASE,
)
_LOOK_AHEAD: Final = 60
_TOOLS: Final = re.compile(r"[ \t]+(?:tools?|software|systems?|platforms?|applications?)\b", re.IGNORECASE)
_GAP: Final = re.compile(
    r"(?:(?! (?:with|of|in|for|to|by|at|the|a|an|our|your|who|that|is|are)\b)[ \t,&/\w-]){0,40}"
)
_STUDY_REACH: Final = 120
_COLLEAGUES_REACH: Final = 70
_BODIES_REACH: Final = 40
_LAW_REACH: Final = 110
_SUBJECTS: Final = re.compile(
    r"['’s.)]{0,4}(?:(?!experience|knowledge|skill|proficien|year|abilit|strong|excellent|with|certif|using|includ|understand|familiar)[^.;\n]){0,40}?"
    r"(?:\b(?:in|of)\b|[(:])(?:(?!experience|knowledge|skill|proficien|year|abilit|strong|excellent|with|certif|using|includ|understand|familiar)"
    r"[^.;\n])*",
    re.IGNORECASE,
)
_PRACTICE: Final = re.compile(
    r"experience|knowledge|skill|proficien|years|ability|strong|excellent|solid|proven|certif|[.;\n]",
    re.IGNORECASE,
)

_NO_COLLEAGUES: Final = re.compile(
    r"\b(?:tools|platforms|technologies|software|languages|systems) ", re.IGNORECASE
)


def _meant(posting: Posting, start: int, end: int, surface: Surface, section: str, *, beside: bool) -> bool:
    """Tell whether the posting speaks of the skill, not of a company, department, title or degree.

    What stands `beside` a skill that is meant, in one list, is asked for with it.
    """
    text = posting.text
    if surface.when_asked:
        if not beside and section not in {"must", "nice"} and not _asked(posting, start, end):
            return False
    elif (
        not section
        and posting.has_intro
        and _of_the_employer(posting, start, end)
        and not posting.asks(start, end)
    ):
        return False
    everyday = surface.when_asked or " " not in surface.text
    if surface.when_asked and text.endswith("ing", start, end) and _OBJECT.match(text, end):
        return False
    if everyday and _TITLE_AFTER.match(posting.text, end, end + _LOOK_AHEAD):
        return False
    return not _of_others(posting, start, end)


# "Writing unit tests" is a plain verb, "writing and editing skills" is none.
_OBJECT: Final = re.compile(
    r"[ \t]+(?!(?:and|or|in|for|with|on|of|at|as|from|by|is|are|a plus|skills?|experience|knowledge|background|expertise"
    r"|abilit(?:y|ies)|proficiency|techniques?|tools?|principles?|practices?|methods?|methodolog(?:y|ies)|processe?s?"
    r"|procedures?|languages?|activities|functions?|environment|required|preferred|desired|preferably|style|software"
    r"|systems?|best|concepts|theory|capabilities|strategies|certification|samples?|assignments?)\b)[a-z]"
)
_CANDIDATE: Final = (
    " candidate ", " candidates ", " applicant ", " applicants ", " individual ", " individuals ", " someone ", " somebody ",
    " should be ", " should have ", " you re ", " exposure to ", " person who ",
)  # fmt: skip


def _asked(posting: Posting, start: int, end: int) -> bool:
    """Tell whether the posting asks for what stands there, or says in that sentence whom it looks for."""
    return posting.asks(start, end) or posting.says(*posting.sentence(start, end), _CANDIDATE)


def _of_others(posting: Posting, start: int, end: int) -> bool:
    """Tell whether a field of study, another department or a kind of company has the name."""
    text = posting.text
    for first, last, classes, _, _ in posting.around(start - _STUDY_REACH - _LOOK_AHEAD, end + _LAW_REACH):
        if end <= first:
            if "bodies" in classes:
                if first - end <= _BODIES_REACH and _GAP.fullmatch(text, end, first):
                    return True
            elif classes[0] == "law" and text.find("\n", end, first) < 0:
                return True
        elif (
            last <= start and _leads_to_others(text, classes[0], last, start) and not _TOOLS.match(text, end)
        ):
            return True
    return False


def _leads_to_others(text: str, kind: str, last: int, start: int) -> bool:
    """Tell whether words that end before a place make what stands there a field of study or another department."""
    away = start - last
    if kind == "study":
        return away <= _STUDY_REACH and not _PRACTICE.search(text, last, start)
    if kind == "colleagues":
        return (
            away <= _COLLEAGUES_REACH
            and not _PRACTICE.search(text, last, start)
            and not _NO_COLLEAGUES.search(text, last, start)
        )
    if kind == "subjects":
        return away <= _STUDY_REACH and _SUBJECTS.fullmatch(text, last, start) is not None
    return kind == "law" and text.find("\n", last, start) < 0


_EMPLOYER: Final = (
    " we ", " our ", " ours ", " us ", " company ", " is a ", " is an ", " is the ", " are a ", " are an ", " are the ",
    " was founded ", " were founded ",
)  # fmt: skip
_WANTED: Final = (
    " seeking ",
    " looking for ",
    " in search of ",
    " hiring ",
    " to join our ",
    " you will ",
    " you ll ",
)
_PRAISE: Final = (
    " platform ", " leader ", " solution ", " solutions ", " maker ", " leading ", " pioneer ",
)  # fmt: skip


def _of_the_employer(posting: Posting, start: int, end: int) -> bool:
    """Tell whether the sentence speaks of the employer, and not of whom it looks for."""
    sentence = posting.sentence(start, end)
    return posting.says(*sentence, _EMPLOYER) and not posting.says(*sentence, _WANTED)


_A_STACK: Final = 4


def _boasts(posting: Posting, hits: list[_Hit], place: int) -> bool:
    """Tell whether the sentence says what the employer is, "X is the leading platform for …", not what it uses."""
    start, end, _ = hits[place]
    first, last = posting.sentence(start, end)
    if not posting.says(first, last, _PRAISE) or not posting.says(first, last, _EMPLOYER):
        return False
    # Who names four products in one sentence tells what the work is done with.
    named = {
        skill
        for begin, _, (skill, _, _, trade) in hits[max(0, place - _A_STACK) : place + _A_STACK]
        if skill and not trade and first <= begin < last
    }
    return len(named) < _A_STACK


_CALLED: Final = ("At ", " at ", "Join ", "join ", "About ", "about ", "Why ")
_CALLED_ENDS: Final = frozenset("tny.!?")
_SHORT_NAME: Final = 3
_SKILLED_AT: Final = ("ent at ", "ept at ", "ood at ", "led at ", "ert at ", "reat at ")
_OPENS: Final = ("\n", ". ", "! ", "? ", "\t")
_CALLED_ONE: Final = re.compile(
    r"[ \t]+(?:is|was)[ \t]+(?:an?|the|on a|one of|where|committed|proud|building|hiring|looking|seeking|founded)\b"
    r"(?! (?:plus|must|bonus|big|huge|strong|requirement|nice|definite))"
    r"|['’]s[ \t]+(?:mission|platform|products?|customers|culture|values)\b"
)


def _employers(text: str, hits: list[_Hit]) -> set[str]:
    """Return the products among the candidates after which the employer itself is called."""
    called: set[str] = set()
    for start, end, (skill, _, _, trade) in hits:
        if trade or not skill or not text[start].isupper():
            continue
        # "Why AI" asks for a reason, "proficient at MS Word" for a skill: no employer is called so.
        if end - start < _SHORT_NAME:
            continue
        # Nearly always a letter, a comma or a bullet stands there, which none of these end in.
        if start > 1 and text[start - 1] == " " and text[start - 2] not in _CALLED_ENDS:
            continue
        before = text[max(0, start - 6) : start]
        if (before.endswith(_CALLED) and not text.endswith(_SKILLED_AT, 0, start)) or (
            (not before or before.endswith(_OPENS)) and _CALLED_ONE.match(text, end)
        ):
            called.add(skill)
    return called


def _candidates(posting: Posting) -> list[_Hit]:
    """Return the leftmost, then longest, ways to write a skill or a phrase that means none, without overlaps."""
    text = posting.text
    hits: list[_Hit] = []
    free_from = 0
    padded = text + " "
    for start, end, meanings in posting.named:
        if start < free_from:
            continue
        # Beside a letter, a space or a bracket nothing can be an address, nor a name glued to something else.
        if (padded[end] in _LINKING or padded[start - 1] in _LINKING) and _linked(text, start, end):
            continue
        for meaning in meanings:
            # "Creative\nTeam player" in a list is no creative team, a name broken by a narrow page is one.
            if "\n" in text[start:end] and (not meaning[0] or _NEW_LINE.search(text, start, end)):
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
    "accounting", "administration", "analysis", "analytics", "architecture", "billing", "coding", "databases", "design",
    "development", "engineering", "estimating", "forecasting", "insurance", "law", "maintenance", "management", "marketing",
    "mining", "modeling", "modelling", "nursing", "planning", "programming", "protocols", "research", "sales", "security",
    "skills", "testing", "tests", "therapy", "training", "welding", "writing",
})  # fmt: skip
_HEADED_REACH: Final = 90
_LED_BY_LIST: Final = re.compile(r"(?:,|/|&|\band|\bor|\band/or)[ \t]*$", re.IGNORECASE)
_PARTS_WORDS: Final = re.compile(r"[ \t]*(?:[,/&]|\band/or\b|\band\b|\bor\b)[ \t]*", re.IGNORECASE)


def _with_shared_heads(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Return the candidates with those that share the last word of one behind them: "functional and system testing"."""
    shared: list[_Hit] = []
    for place, (start, end, (skill, surface, _, _)) in enumerate(hits):
        head = surface.text.rpartition(" ")[2].casefold()
        if not skill or head not in _HEADS or not _LED_BY_LIST.search(text, max(0, start - 8), start):
            continue
        taken = hits[place - 1][1] if place and hits[place - 1][2].skill else 0
        line = max(0, start - _HEADED_REACH, taken, text.rfind("\n", 0, start) + 1)
        if line == taken:
            # What follows a candidate without a comma is no item of its own.
            parted = _PARTS_WORDS.search(text, line, start)
            line = parted.start() if parted else start
        shared.extend(_sharing(text, line, start, head))
    return sorted(hits + shared, key=_START) if shared else hits


def _sharing(text: str, line: int, start: int, head: str) -> list[_Hit]:
    """Return the skills that the items of a list name together with the last word of the one behind them."""
    found: list[_Hit] = []
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
            name = _names().get(key_of(f"{text[word.start() : last]} {head}"))
            if name is not None:
                found.append((word.start(), last, Meaning(name, _NO_SURFACE, False, True)))
                break
        else:
            if len(text[first:last].split()) > 2:
                break
    return found


_LONG_LIST: Final = 3
_DETERMINERS: Final = frozenset({"a", "an", "our", "the", "their", "your"})
_BEFORE_ITEMS: Final = frozenset({
    "both", "conduct", "extensive", "for", "good", "in", "including", "of", "on", "perform", "strong", "the", "through", "to",
    "using", "with",
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


_VERSION: Final = re.compile(r"\s*\bv?[0-9]+(?: [0-9x]+)*$")
_DRESSED: Final = re.compile(
    r"^(?:advanced|basic|strong|excellent|good|solid) | (?:skills?|programming|language|framework|library|software"
    r"|tools?|experience|knowledge|basics|proficiency)$"
)
_GLUE: Final = frozenset("'’&-+#_@$%^~*\\")


def _looks_right(text: str, start: int, end: int, surface: Surface) -> bool:
    """Tell whether the text as given has the capitals and the surroundings that a strict way to write asks for."""
    written = text[start:end]
    if (
        surface.exact_case
        and written != surface.text
        and not (end - start > _SHORT_NAME and written == surface.text.upper())
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
_CUE_LENGTH: Final = 48
_BEFORE: Final = re.compile(
    r"(?:\b(?:experience[ds]?|expertise|proficien(?:t|cy)|knowledge|skill(?:s|ed)?|fluen(?:t|cy)|familiar(?:ity)?"
    r"|background|competen(?:t|ce|cy)|comfortab(?:le|ility)|versed|understanding|command|mastery|expert|kenntnisse|erfahrung(?:en)?"
    r"|connaissances?|ma[iî]trise|exp[ée]rience|strong|solid)\s+(?:with|in|of|on|using|mit|en|de|du|von)?\s*(?:[dl]['’])?"
    r"|\b(?:using|such as|like|e\.g\.,?|written in|coding in|code in|programming in|develop(?:ing|ed)? in"
    r"|built (?:in|on|with)|tools?:|languages?:|skills?:|stack:|technologies:|software:|frameworks?:|microsoft|ms"
    r")\s+)$",
    re.IGNORECASE,
)
_LAST_WORD: Final = re.compile(
    r"\W*(?:experience[ds]?|expertise|proficien(?:t|cy)|knowledge|skill(?:s|ed)?|fluen(?:t|cy)|familiar(?:ity)?"
    r"|background|competen(?:t|ce|cy)|comfortab(?:le|ility)|versed|understanding|command|mastery|expert|\w*kenntnisse|\w*erfahrung(?:en)?"
    r"|connaissances?|ma[iî]trise|exp[ée]rience|strong|solid|with|in|of|on|using|mit|en|de|du|von|as|like|e\.g\.,?"
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


def _among_skills(posting: Posting, hits: list[_Hit], place: int) -> bool:
    """Tell whether the words around an ambiguous way to write speak of skills."""
    start, end, _ = hits[place]
    text = posting.text
    if (
        posting.section(start) in {"must", "nice"}
        and _ITEM_ENDS.match(text, end)
        and _BULLET.search(text, max(0, start - 8), start)
    ):
        return True
    if place and hits[place - 1][2].skill and _joint(text, hits[place - 1][1], start):
        return True
    if place + 1 < len(hits) and hits[place + 1][2].skill and _joint(text, end, hits[place + 1][0]):
        return True
    return bool(_led_to(text, start) or _AFTER.match(text, end))


def _led_to(text: str, start: int) -> bool:
    """Tell whether the words before a place lead to a skill: "experience with ", "written in "."""
    before = text[max(0, start - _CUE_LENGTH) : start]
    words = before.split()
    # The expression is slow, and most words before a candidate are none of those that it can end in.
    if not words or not _LAST_WORD.fullmatch(words[-1]):
        return False
    return _BEFORE.search(before) is not None


def _joint(text: str, end: int, start: int) -> bool:
    """Tell whether what stands between two candidates is what parts the items of a list."""
    return 0 < start - end <= _JOINT_LENGTH and _parts_items(text[end:start])


# Nearly all of them are ", " and " and ".
@lru_cache(maxsize=1024)
def _parts_items(gap: str) -> bool:
    return not gap.isspace() and _JOINT.fullmatch(gap) is not None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for skill in vocabulary.load():
        for surface in skill.surfaces:
            names.setdefault(key_of(surface.text), skill.name)
    names.update((key_of(skill.name), skill.name) for skill in vocabulary.load())
    return names


@cache
def _by_name() -> dict[str, Skill]:
    return {skill.name: skill for skill in vocabulary.load()}
