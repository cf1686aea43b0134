"""Conditions of a posting that skill cannot make up for: licences, clearances, citizenship, the right to work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from jobcopilot.reading.needs import Need, read_need
from jobcopilot.reading.sections import Cue, Posting

BlockerKind = Literal["licence", "clearance", "citizenship", "visa"]


@dataclass(frozen=True, slots=True)
class Blocker:
    """A condition, what it is called on a screen, how much it is wanted, and the range that shows it.

    The range is half-open, in characters of the text as given.
    """

    kind: BlockerKind
    label: str
    need: Need
    start: int
    end: int


_BEFORE: Final = 70
_AFTER: Final = 70


def read_blockers(posting: Posting) -> Iterator[Blocker]:
    """Yield the conditions that a posting names, each label once, in the order of the kinds and then of the text."""
    seen: set[str] = set()
    for kind, judge in _JUDGES:
        for cue in posting.triggers(kind):
            label = judge(posting.text, cue)
            if label is None or label in seen:
                continue
            wanted = read_need(posting, cue.start, cue.end, frozenset())
            # Conditions are stated flatly ("US citizens only"): where nothing says otherwise they are meant.
            stated: Need = "nice" if wanted is not None and wanted[0] == "nice" else "must"
            start, end = _shown(posting, cue)
            seen.add(label)
            yield Blocker(kind, label, stated, start, end)


def _shown(posting: Posting, cue: Cue) -> tuple[int, int]:
    """Return the sentence around the words, or as much of it as is quickly read."""
    text = posting.text
    start, end = posting.sentence(cue.start, cue.end)
    if cue.start - start > _BEFORE:
        start = text.find(" ", cue.start - _BEFORE, cue.start) + 1 or cue.start
    if end - cue.end > _AFTER:
        end = max(text.rfind(" ", cue.end, cue.end + _AFTER), cue.end)
    while start < cue.start and not text[start].isalnum():
        start += 1
    while end > cue.end and text[end - 1].isspace():
        end -= 1
    return start, end


def _near(text: str, cue: Cue, before: int = 60, after: int = 60) -> tuple[str, str]:
    """Return the words on both sides of a cue, within its line."""
    left = text[max(0, cue.start - before) : cue.start].rsplit("\n", 1)[-1]
    right = text[cue.end : cue.end + after].split("\n", 1)[0]
    return left.lower(), right.lower()


_DENIED: Final = re.compile(r"\b(?:no|not|without|never|keine?|pas de|n't)\s+(?:\w+\s+){0,3}$")
_DENIED_AFTER: Final = re.compile(
    r"\s*(?:is|are|s)?\s*(?:not|n't|nicht) (?:a )?(?:required|needed|necessary|requirement|erforderlich)"
)


def _clearance(text: str, cue: Cue) -> str | None:
    before, after = _near(text, cue)
    word = text[cue.start : cue.end].lower()
    around = before[-24:] + word + after[:24]
    if _DENIED.search(before) or _DENIED_AFTER.match(after):
        return None
    if "clearance" in word and re.search(
        r"customs|medical|fda|credit|sale|regulatory|rights|immigration|stock", before[-20:]
    ):
        return None
    if word.startswith("clearance") and re.match(r"\s*(?:sale|rack|item)", after):
        return None
    for pattern, label in _CLEARANCES:
        if pattern.search(around):
            return label
    return "Security clearance"


_CLEARANCES: Final = tuple(
    (re.compile(pattern), label)
    for pattern, label in (
        (r"polygraph", "TS/SCI clearance with polygraph"),
        (r"ts.sci", "TS/SCI clearance"),
        (r"top secret", "Top Secret clearance"),
        (r"public trust", "Public Trust clearance"),
        (r"\bdv\b", "DV clearance"),
        (r"\bsc\b", "SC clearance"),
        (r"nato secret", "NATO Secret clearance"),
        (r"secret", "Secret clearance"),
    )
)


def _citizenship(text: str, cue: Cue) -> str | None:
    before, after = _near(text, cue)
    word = text[cue.start : cue.end].lower()
    if re.search(
        r"regardless|without regard|origin|religion|race|gender|discriminat|marital|(?:senior|global|corporate)\W*$",
        before,
    ):
        return None
    if re.match(
        r"\s*(?:status|science|develop|service|experience|engage|,? (?:age|sex|race|religion|disability|marital))",
        after,
    ):
        return None
    if _DENIED.search(before) or _DENIED_AFTER.match(after):
        return None
    asked = re.search(
        r"must|require|only|need|proof|hold|be an?\b|be$|eligib|restricted|limited to|due to|because|nur |notwendig"
        r"|erforderlich|voraussetzung|exigée?|obligatoire",
        before + word + after,
    )
    if not asked:
        return None
    if word == "itar" or "person" in word:
        return "U.S. person (export control)"
    around = before[-30:] + word + after[:12]
    for pattern, label in _CITIZENSHIPS:
        if pattern.search(around):
            return label
    return "Citizenship" if "citizen" not in word or re.search(r"citizenship", word) else None


_CITIZENSHIPS: Final = tuple(
    (re.compile(pattern), label)
    for pattern, label in (
        (r"\bu\.?s\.?a?\b|united states|american", "U.S. citizenship"),
        (r"\be\.?u\.?\b|european", "EU citizenship"),
        (r"\bu\.?k\.?\b|british", "UK citizenship"),
        (r"canad", "Canadian citizenship"),
        (r"austral", "Australian citizenship"),
        (r"deutsch|german", "German citizenship"),
        (r"fran[cç]", "French citizenship"),
        (r"swiss|schweizer|suisse", "Swiss citizenship"),
        (r"\bindian?\b", "Indian citizenship"),
    )
)

_NO_SPONSOR: Final = re.compile(
    r"\b(?:no|not|cannot|unable|without|nor|never|unfortunately|(?:ca|wo|do|does|are|is)n['’]t)\b"
)
_VISA_SPONSOR: Final = re.compile(
    r"visa|employment|work|immigration|sponsorship|h-?1b|candidate|applicant|permit|status|now or in the future"
)


def _visa(text: str, cue: Cue) -> str | None:
    before, after = _near(text, cue, 80, 80)
    word = text[cue.start : cue.end].lower()
    left = before.rsplit(". ", 1)[-1]
    right = after.split(". ", 1)[0]
    if word.startswith(("sponsor", "visa", "h1b", "h-1b", "h 1b")):
        if not _VISA_SPONSOR.search(left + word + right):
            return None
        denied = _NO_SPONSOR.search(left) or re.match(
            r"[\w\s/]{0,50}\b(?:not|unavailable|unable|cannot)\b", right
        )
        granted = re.search(r"sponsor|provid|offer|support|transfer|h-?1b|status", left + word + right)
        return "No visa sponsorship" if denied and granted else None
    if re.search(r"verif|regardless|e-verify|documentation|confirm|background", left):
        return None
    if _DENIED.search(left):
        return None
    return "Right to work"


_LICENCE_NAMES: Final = tuple(
    (re.compile(pattern), label)
    for pattern, label in (
        (r"\bcdl\b|commercial driver", "Commercial driving licence"),
        (r"driv(?:er'?’?s?|ing)\W+licen|führerschein|fahrerlaubnis|\bpermis\b(?! de travail)", "Driving licence"),
        (r"full clean licen|class [abc]\b.{0,12}licen", "Driving licence"),
        (r"staplerschein|forklift licen", "Forklift licence"),
        (r"\brn\b|registered nurs|nursing licen|nurse licen|\bnmc\b|\blpn\b|\blvn\b", "Nursing licence"),
        (r"\bcpa\b", "CPA licence"),
        (r"\bbar\b", "Bar admission"),
        (r"pharmac", "Pharmacy licence"),
        (r"teach|educator", "Teaching licence"),
        (r"real estate", "Real estate licence"),
        (r"electric|journeyman", "Electrician's licence"),
        (r"plumb", "Plumber's licence"),
        (r"medical|physician|approbation|\bmd\b", "Medical licence"),
        (r"professional engineer|\bpe\b", "Professional engineer's licence"),
        (r"insurance|series \d", "Insurance or securities licence"),
        (r"\bsia\b|security (?:guard|officer)", "Security licence"),
        (r"social work|lcsw|lmsw|counsel|therap|psycholog", "Clinical licence"),
        (r"pilot|faa", "Pilot's licence"),
    )
)  # fmt: skip
_SOFTWARE_LICENCE: Final = re.compile(
    r"software|open.?source|mit\b|gpl|apache|agreement|fees?\b|user|enterprise|vendor|product|per seat|key"
    r"|under (?:the|a)|free\b|content|music|brand|ip\b|patent|revenue|deal|subscription|saas|microsoft|oracle"
    r"|management|compliance with|creative commons|copyright"
)
_HELD: Final = re.compile(
    r"valid|current|active|state|unrestricted|hold|possess|clean|full|required|must|have|obtain|professional"
    r"|licen[cs]e to|own|gültig|klasse|cat\w*|class|erforderlich|exigé|indispensable|preferred|plus|from"
)


def _licence(text: str, cue: Cue) -> str | None:
    before, after = _near(text, cue, 48, 40)
    word = text[cue.start : cue.end].lower()
    if _DENIED.search(before) or _DENIED_AFTER.match(after):
        return None
    if word == "rn" and (text[cue.start : cue.end] != "RN" or not re.search(r"licen", before[-30:] + after)):
        return None
    if word == "licensed" and not re.search(r"(?:must be|be a|currently|are|a|state)\s*$", before):
        return None
    if word == "permis" and re.match(r" de (?:travail|constr)", after):
        return None
    around = before[-36:] + word + after[:24]
    for pattern, label in _LICENCE_NAMES:
        if pattern.search(around):
            return label
    if (
        word.startswith("licensing")
        or _SOFTWARE_LICENCE.search(before[-30:] + after)
        or not _HELD.search(before + after)
    ):
        return None
    return "Professional licence"


_JUDGES: Final[tuple[tuple[BlockerKind, Callable[[str, Cue], str | None]], ...]] = (
    ("licence", _licence),
    ("clearance", _clearance),
    ("citizenship", _citizenship),
    ("visa", _visa),
)
