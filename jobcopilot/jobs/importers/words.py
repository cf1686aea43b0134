"""What trackers, boards and spreadsheets write for yes, no, nothing, a status and a way of working."""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.jobs.views import Status, WorkMode


def word_set(words: str, between: str | None = None) -> frozenset[str]:
    """Return words written in one string as a set."""
    return frozenset(words.split(between))


MISSING: Final = word_set(
    "|-1|-1.0|n/a|na|n.a.|null|none|nan|nat|nil|-|--|—|–|#n/a|#value!|#ref!|undefined|[]|{}|k.a.|k. a.", "|"
)
"""What stands for nothing in a cell, folded; `-1` is what Glassdoor's tables write."""

_YES: Final = word_set("true yes y 1 1.0 x ✓ ✔ ☑ ★ ja oui sí si wahr vrai on checked")
_NO: Final = word_set("false no n 0 0.0 ✗ ☐ nein non falsch faux off unchecked")

_STATUS_WORDS: Final[dict[Status, tuple[str, ...]]] = {
    "new": ("new", "neu", "nouveau", "not applied", "unread", "inbox"),
    "interested": (
        "interested", "wishlist", "wish list", "saved", "save", "bookmarked", "bookmark", "shortlisted", "shortlist",
        "to apply", "to do", "todo", "applying", "considering", "researching", "draft", "backlog", "watching",
        "interessant", "interessiert", "gemerkt", "vorgemerkt", "à postuler", "a postuler", "intéressant", "favoris",
    ),
    "applied": (
        "applied", "application sent", "application submitted", "submitted", "sent", "in review", "under review",
        "in consideration", "awaiting response", "waiting", "pending", "no response", "ghosted", "followed up",
        "in progress", "beworben", "bewerbung gesendet", "abgeschickt", "postulé", "candidature envoyée", "envoyée",
        "en attente", "application viewed", "viewed",
    ),
    "interviewed": (
        "interviewed", "interviewing", "interview", "interviews", "phone screen", "screening", "screen",
        "recruiter screen", "technical interview", "onsite", "on-site", "final round", "final interview",
        "assessment", "online assessment", "oa", "take home", "take-home", "coding challenge", "case study",
        "vorstellungsgespräch", "gespräch", "bewerbungsgespräch", "entretien", "entretiens",
    ),
    "offer": (
        "offer", "offers", "offered", "offer received", "offer extended", "negotiating", "negotiation", "angebot",
        "offre", "offre reçue", "proposition",
    ),
    "accepted": (
        "accepted", "offer accepted", "accepted offer", "hired", "signed", "joined", "angenommen", "zusage",
        "accepté", "acceptée", "embauché",
    ),
    "rejected": (
        "rejected", "rejection", "not selected", "declined", "denied", "turned down", "not moving forward",
        "no longer under consideration", "position filled", "unsuccessful", "abgelehnt", "absage", "refusé",
        "refusée", "rejeté", "refus",
    ),
    "withdrawn": (
        "withdrawn", "withdrew", "i withdrew", "withdraw", "archived", "archive", "not interested", "offer declined",
        "declined offer", "i declined", "cancelled", "canceled", "zurückgezogen", "retiré", "retirée", "abandonné",
    ),
}  # fmt: skip
_STATUS: Final = {word: status for status, words in _STATUS_WORDS.items() for word in words}
# For the boards' own list names ("1st interview with HR", "Rejected :("): the later stage wins where two are named.
_STATUS_STEMS: Final[tuple[tuple[str, Status], ...]] = (
    ("not select", "rejected"), ("not appl", "new"), ("offer declin", "withdrawn"), ("declined offer", "withdrawn"),
    ("offer accept", "accepted"), ("accepted", "accepted"), ("hired", "accepted"),
    ("reject", "rejected"), ("declined", "rejected"), ("absage", "rejected"), ("abgelehnt", "rejected"),
    ("refus", "rejected"), ("withdr", "withdrawn"), ("zurückgezogen", "withdrawn"), ("archiv", "withdrawn"),
    ("offer", "offer"), ("negotiat", "offer"), ("angebot", "offer"),
    ("interview", "interviewed"), ("screen", "interviewed"), ("gespräch", "interviewed"), ("entretien", "interviewed"),
    ("assessment", "interviewed"), ("challenge", "interviewed"),
    ("applied", "applied"), ("submitted", "applied"), ("beworben", "applied"), ("postulé", "applied"),
    ("candidature", "applied"), ("ghosted", "applied"), ("wish", "interested"), ("saved", "interested"),
    ("bookmark", "interested"), ("to apply", "interested"), ("interested", "interested"),
)  # fmt: skip
_OPEN: Final = word_set("open active published live listed public posted current hiring offen aktiv ouvert")
_CLOSED: Final = word_set(
    "closed inactive expired filled unpublished unlisted removed dead geschlossen abgelaufen fermé expiré clos"
)
_NOISE: Final = re.compile(r"[^\w\s/'+-]|_")

_REMOTE: Final = re.compile(
    r"\b(?:remote(?:ly)?|tele-?commut\w*|tele-?work\w*|work(?:ing)? from (?:home|anywhere)|wfh|home-?\s?office|"
    r"télé-?travail|teletravail|distributed|anywhere|worldwide|à distance|ortsunabhängig|fernarbeit|full remote)\b",
    re.IGNORECASE,
)
_FULLY: Final = word_set("full|fully|100 %|100%|always", "|")
_NOT_REMOTE: Final = re.compile(
    r"\b(?:no|non|not|without|kein\w*)[\s-]+(?:\w+\s+)?remote|\bremote\s*[:=]\s*(?:no|none|false)\b",
    re.IGNORECASE,
)
_HYBRID: Final = re.compile(
    r"\b(?:hybrid\w*|partial(?:ly)? remote|partly remote|teilweise remote|remote[\s/-]+(?:on-?site|office))\b",
    re.IGNORECASE,
)
_ONSITE: Final = re.compile(
    r"\b(?:on[\s-]?site|in[\s-]?office|in[\s-]person|office[\s-]based|vor ort|präsenz\w*|présentiel|presentiel|"
    r"sur site|sur place)\b",
    re.IGNORECASE,
)


def is_missing(value: str) -> bool:
    """Tell whether a cell says that there is nothing."""
    return not value or (len(value) <= 10 and value.strip().casefold() in MISSING)


def read_yes(raw: object) -> bool | None:
    """Return yes or no as a file writes it, None for anything else."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return {1: True, 0: False}.get(int(raw)) if raw in (0, 1) else None
    word = str(raw).strip().casefold() if raw is not None else ""
    return True if word in _YES else False if word in _NO else None


def read_status(text: str) -> Status | None:
    """Return the status that a tracker's word means; None where it is nobody's word for one."""
    folded = " ".join(_NOISE.sub(" ", text[:200]).casefold().split())
    known = _STATUS.get(folded)
    if known is not None or not folded:
        return known
    return next((status for stem, status in _STATUS_STEMS if stem in folded), None)


def read_open(raw: object) -> bool | None:
    """Return whether a posting is open by what a board writes for it; None for anything else."""
    word = str(raw).strip().casefold() if raw is not None else ""
    if word in _OPEN or word in _CLOSED:
        return word in _OPEN
    return read_yes(raw)


def read_mode_word(text: str) -> WorkMode | None:
    """Return the way of working that a cell of a column about it names; "Full" there is fully remote."""
    return "remote" if text.strip().casefold() in _FULLY else read_work_mode(text)


def read_work_mode(text: str) -> WorkMode | None:
    """Return the way of working that a word or a place names; None where it names none."""
    head = text[:300]
    if _HYBRID.search(head):
        return "hybrid"
    if _REMOTE.search(head) and not _NOT_REMOTE.search(head):
        return "remote"
    return "onsite" if _ONSITE.search(head) else None
