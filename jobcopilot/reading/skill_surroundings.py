"""Whether what stands around a skill's name means the skill: asked for or used, nobody else's, no company's name.

An employer's praise of itself, other departments, fields of study, job titles, hiring law and lands are none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from jobcopilot.reading import vocabulary
from jobcopilot.reading.sections import Posting
from jobcopilot.reading.skill_candidates import SHORT_NAME, Hit, joint
from jobcopilot.reading.vocabulary import Surface


def of_a_land(text: str, end: int) -> bool:
    """Tell whether a language's name that ends at a place is that of a land's market, food or people."""
    return _OF_A_LAND.match(text, end) is not None


@cache
def spoken() -> frozenset[str]:
    """Return the names of the languages that people speak."""
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
# A procurement cycle, sales resources and an e-commerce startup are no procurement, sales and e-commerce.
_OF_ANOTHER_THING: Final = re.compile(
    r"[ \t]+(?:cycles?|resources|personnel|presentations|startups?|start-ups?|perspective|engagements|paperwork)\b",
    re.IGNORECASE,
)
_OF_ANOTHER_BEGINS: Final = frozenset("crpsCRPSeE")
_TOOLS: Final = re.compile(r"[ \t]+(?:tools?|software|systems?|platforms?|applications?)\b", re.IGNORECASE)
_GAP: Final = re.compile(
    r"(?:(?! (?:with|of|in|for|to|by|at|the|a|an|our|your|who|that|is|are|developing|retaining"
    r"|motivating|managing|leading|building|coaching|mentoring|growing)\b)[ \t,&/\w-]){0,40}"
)
# "Collaborative, team work skills" and "a multi-tasking, team environment" are no team's.
_NO_BODY: Final = re.compile(
    r"[ -]*(?:work|players?|building|spirit|oriented|leadership|management|environments?|skills)\b",
    re.IGNORECASE,
)
_STUDY_REACH: Final = 200
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


def meant(posting: Posting, start: int, end: int, surface: Surface, section: str, last_end: int) -> bool:
    """Tell whether the posting speaks of the skill there, not of a company, department, title or degree.

    What stands in one list with a skill that is meant, and that ends at `last_end`, is asked for with it.
    """
    text = posting.text
    if surface.when_asked:
        if (
            section not in {"must", "nice"}
            and not (last_end <= start and joint(text, last_end, start))
            and not _asked(posting, start, end)
        ):
            return False
    elif (
        not section
        and posting.has_intro
        and _of_the_employer(posting, start, end)
        and not posting.asks(start, end)
    ):
        return False
    if text[end + 1 : end + 2] in _OF_ANOTHER_BEGINS and _OF_ANOTHER_THING.match(
        text, end, end + _LOOK_AHEAD
    ):
        return False
    if text[start:end] in _DEPARTMENT_NAMES and _among_departments(text, start, end):
        return False
    everyday = surface.when_asked or " " not in surface.text
    if surface.when_asked and text.endswith("ing", start, end) and _OBJECT.match(text, end):
        return False
    if everyday and _TITLE_AFTER.match(posting.text, end, end + _LOOK_AHEAD):
        return False
    return not _of_others(posting, start, end)


_DEPARTMENT: Final = (
    r"(?:engineering|sales|marketing|product|finance|accounting|legal|operations|customer support|support|services?"
    r"|design|designers?|hr|human resources|it|customer success|customer service|procurement|security|r&d|research"
    r"|development|developers?|engineers?|production|logistics|manufacturing|qa|pr|purchasing|business development"
    r"|communications|client services|management|compliance)"
)
_DEPARTMENTS: Final = re.compile(
    rf"\b{_DEPARTMENT}(?:[ \t]*(?:,|/|&|\band\b|\bor\b)[ \t]*(?:(?:and|or|the)[ \t]+)?{_DEPARTMENT}\b){{2,}}",
    re.IGNORECASE,
)
_DEPARTMENT_NAMES: Final = frozenset({
    written
    for name in (
        "sales", "marketing", "finance", "accounting", "legal", "human resources", "customer service", "procurement",
        "customer support", "design", "research", "operations", "manufacturing", "logistics", "purchasing",
        "business development", "communications", "customer success", "compliance", "HR", "QA",
    )
    for written in (name, name.capitalize(), name.title(), name.upper())
})  # fmt: skip
_DEPARTMENTS_REACH: Final = 70
_KNOWS_THEM: Final = re.compile(
    r"(?:experience|background|knowledge|expertise|skill|degree|training|track record|history|understanding"
    r"|proficien|career)\w*[^.;\n]{0,40}$",
    re.IGNORECASE,
)


def _among_departments(text: str, start: int, end: int) -> bool:
    """Tell whether the name is one of three or more departments in a row: "influence engineering, sales, marketing"."""
    first = max(0, start - _DEPARTMENTS_REACH)
    for found in _DEPARTMENTS.finditer(text, first, end + _DEPARTMENTS_REACH):
        if found.start() <= start and end <= found.end():
            # "Experience in sales, marketing or design" asks for each, and a bare list in a line is one of skills.
            before = text[max(0, found.start() - _DEPARTMENTS_REACH) : found.start()]
            line = before.rsplit("\n", 1)[-1]
            return any(map(str.isalpha, line)) and not _KNOWS_THEM.search(line)
    return False


# "Writing unit tests" is a plain verb, "writing and editing skills" is none.
_OBJECT: Final = re.compile(
    r"[ \t]+(?!(?:and|or|in|for|with|on|of|at|as|from|by|is|are|a plus|skills?|experience|knowledge|background"
    r"|expertise|abilit(?:y|ies)|proficiency|techniques?|tools?|principles?|practices?|methods?|methodolog(?:y|ies)|processe?s?"
    r"|procedures?|languages?|activities|functions?|environment|required|preferred|desired|preferably|style|software"
    r"|systems?|best|concepts|theory|capabilities|strategies|certification|samples?|assignments?)\b)[a-z]"
)
_CANDIDATE: Final = (
    " candidate ", " candidates ", " applicant ", " applicants ", " individual ", " individuals ", " someone ",
    " somebody ", " should be ", " should have ", " you re ", " exposure to ", " person who ",
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
                if (
                    first - end <= _BODIES_REACH
                    and _GAP.fullmatch(text, end, first)
                    and not _NO_BODY.match(text, last)
                ):
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


def boasts(posting: Posting, hits: list[Hit], place: int) -> bool:
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
_SKILLED_AT: Final = ("ent at ", "ept at ", "ood at ", "led at ", "ert at ", "reat at ")
_OPENS: Final = ("\n", ". ", "! ", "? ", "\t")
_CALLED_ONE: Final = re.compile(
    r"[ \t]+(?:is|was)[ \t]+(?:an?|the|on a|one of|where|committed|proud|building|hiring|looking|seeking|founded)\b"
    r"(?! (?:plus|must|bonus|big|huge|strong|requirement|nice|definite))"
    r"|['’]s[ \t]+(?:mission|platform|products?|customers|culture|values)\b"
)


def employers(text: str, hits: list[Hit]) -> set[str]:
    """Return the products among the candidates after which the employer itself is called."""
    called: set[str] = set()
    for start, end, (skill, _, _, trade) in hits:
        if trade or not skill or not text[start].isupper():
            continue
        # "Why AI" asks for a reason, "proficient at MS Word" for a skill: no employer is called so.
        if end - start < SHORT_NAME:
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
