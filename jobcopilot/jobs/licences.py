"""Whether a profile holds the licence, clearance or permit that a posting asks for."""

from __future__ import annotations

from typing import Final

from jobcopilot.reading.blockers import Blocker
from jobcopilot.reading.gazetteer import fold

_FILLING: Final = frozenset(
    (
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "for",
        "in",
        "to",
        "with",
        "valid",
        "current",
        "active",
        "full",
        "my",
        "have",
    )
)
_SPELLED: Final = {
    "license": "licence", "licensed": "licence", "licenses": "licence", "licences": "licence",
    "drivers": "driving", "driver": "driving", "fuhrerschein": "driving licence", "permis": "driving licence",
    "cdl": "commercial driving licence", "rn": "nursing licence", "nurse": "nursing", "lpn": "nursing licence",
    "citizen": "citizenship", "citizens": "citizenship", "national": "citizenship", "usa": "us",
    "american": "us", "british": "uk", "european": "eu", "cleared": "clearance", "ts": "top secret clearance",
    "electricians": "electrician", "plumbers": "plumber", "pilots": "pilot", "engineers": "engineer",
    "authorised": "work", "authorized": "work", "authorisation": "work", "authorization": "work", "permit": "work",
    "visa": "work",
}  # fmt: skip
_GENERIC: Final = frozenset({"licence", "clearance", "citizenship", "admission", "professional", "security"})
_CLEARANCES: Final = {"trust": 1, "secret": 2, "top": 3, "sci": 4, "polygraph": 5}
"""Clearances that contain each other, lowest first."""


def licence_words(licence: str) -> frozenset[str]:
    """Return the words of a licence as they are compared: "Valid driver's license" is {"driving", "licence"}."""
    plain = fold("".join(" " if char in "/(),:;" else char for char in licence))
    return frozenset(
        part for word in plain.split() if word not in _FILLING for part in _SPELLED.get(word, word).split()
    )


def is_held(blocker: Blocker, licences: tuple[frozenset[str], ...]) -> bool:
    """Tell whether one of the licences (as `licence_words`) meets the condition; a high clearance contains a low."""
    if blocker.kind == "visa":
        return any("work" in words for words in licences)
    if blocker.label.startswith("U.S. person"):
        return any({"us", "citizenship"} <= words or {"green", "card"} <= words for words in licences)
    asked = licence_words(blocker.label)
    if blocker.kind == "clearance":
        return any(_clearance(words) >= max(_clearance(asked), 0.5) or asked <= words for words in licences)
    telling = asked - _GENERIC
    if not telling:
        return any(asked <= words for words in licences)
    return any(telling <= words for words in licences)


def can_be_told(blocker: Blocker) -> bool:
    """Tell whether the condition says which licence it means, so that lacking it is sure."""
    return blocker.kind != "visa" and blocker.label not in {"Professional licence", "Citizenship"}


def _clearance(words: frozenset[str]) -> float:
    if "clearance" not in words and not words & {"secret", "sci", "polygraph"}:
        return 0.0
    return max((_CLEARANCES.get(word, 0.5) for word in words), default=0.0)
