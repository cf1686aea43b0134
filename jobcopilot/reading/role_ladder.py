"""The levels that titles tell, and what each says of leading people."""

from __future__ import annotations

from typing import Final

SENIORITIES: Final = (
    "intern", "junior", "mid", "senior", "staff", "principal", "lead", "head", "director", "vp", "c-level",
)  # fmt: skip
"""The levels, lowest first."""

RANKS: Final = frozenset({"head", "director", "vp", "c-level"})
"""Levels whose holder leads people."""

NUMERALS: Final = {
    "i": "junior", "1": "junior", "ii": "mid", "2": "mid", "iii": "senior", "3": "senior", "iv": "staff",
    "v": "principal",
}  # fmt: skip
"""What a numeral after a role says; 4 and 5 say nothing, for few ladders are that long and areas are numbered too."""

_CHIEFS: Final = frozenset({
    ("ceo",), ("cto",), ("cfo",), ("coo",), ("cio",), ("ciso",), ("cmo",), ("cpo",), ("cro",), ("chro",), ("cdo",),
    ("cso",), ("cao",), ("pdg",), ("dg",), ("geschaftsfuhrer",), ("vorstand",), ("chief", "executive"),
})  # fmt: skip
_TOLD_BY_NAME: Final = (
    ("intern", ("intern",)),
    ("director", ("director", "directeur", "direktor")),
    ("lead", ("lead",)),
    ("junior", ("trainee",)),
)


def level_of_name(words: tuple[str, ...]) -> str | None:
    """Return the level that a role's own name says: "sales director" has one, "staff nurse" and "head chef" none."""
    if words[0] == "field":
        return None
    if (words[0] == "chief" and words[-1] == "officer") or words in _CHIEFS:
        return "c-level"
    if words[0] in ("directeur", "drh"):
        return "director"
    for level, ways in _TOLD_BY_NAME:
        if any(way in words[1:] for way in ways):
            return level
    return None
