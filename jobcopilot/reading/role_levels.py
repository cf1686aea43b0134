"""Which level a title tells, and whether it says that the person leads people."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from jobcopilot.reading.role_ladder import NUMERALS, RANKS, SENIORITIES
from jobcopilot.reading.role_phrases import AND, BREAK, OR, Found, Segment, vocabulary


def read_seniority(segments: list[list[Found]]) -> tuple[str | None, bool]:
    """Return the level, and whether one that leads people is said by it or beside it."""
    levels: list[tuple[str, bool]] = []
    for segment in segments:
        levels.extend(_levels_of(segment))
    if _associate_first(segments):
        levels.insert(0, ("junior", False))
    if not levels:
        return _numeral(segments), False
    names = [level for level, _ in levels]
    leads = any(level in RANKS for level in names)
    if "intern" in names and (names[0] in ("intern", "junior") or names[-1] == "intern"):
        return "intern", False
    first = names[0]
    for level, ranged in levels[1:]:
        if not ranged:
            break
        first = min(first, level, key=SENIORITIES.index)
    return first, leads


def _levels_of(segment: Segment) -> list[tuple[str, bool]]:
    """Return the levels of a segment in order, each with whether it is the other end of a range."""
    levels: list[tuple[str, bool]] = []
    last = -9
    for at, (text, phrase) in enumerate(segment):
        if phrase is None or phrase.level is None:
            continue
        if phrase.level == "c-level" and phrase.role is None and not _officer_after(segment, at):
            continue
        if phrase.level == "head" and text == "head" and _chef_after(segment, at):
            continue
        beside = at == last + 1
        ranged = at == last + 2 and segment[at - 1].text in _BETWEEN
        if beside and levels and levels[-1][0] == "senior" and phrase.role is None:
            levels[-1] = (phrase.level, levels[-1][1])
        else:
            levels.append((phrase.level, ranged))
        last = at
    return levels


_BETWEEN: Final = frozenset({OR, AND, "or", "oder", "ou", "bis", "to"})


def _officer_after(segment: Segment, at: int) -> bool:
    return any(one.text.endswith("officer") for one in segment[at + 1 :])


def _chef_after(segment: Segment, at: int) -> bool:
    return at + 1 < len(segment) and segment[at + 1].text in {
        "cook",
        "chef",
        "coach",
        "nurse",
        "waiter",
        "gardener",
    }


def _associate_first(segments: list[list[Found]]) -> bool:
    """Tell whether "Associate" stands before a professional's role ("Associate Data Analyst")."""
    if not segments or segments[0][0].text != "associate" or len(segments[0]) < 2:
        return False
    return segments[0][1].text not in _NO_JUNIOR


_NO_JUNIOR: Final = frozenset({
    "director", "vice president", "vp", "principal", "partner", "professor", "dean", "general counsel", "editor",
    AND, OR,
})  # fmt: skip


def _numeral(segments: list[list[Found]]) -> str | None:
    """Return the level of the numeral after a role; after a manager it counts another ladder."""
    flat = [one for segment in segments for one in (*segment, _END)]
    for before, one in pairwise(flat):
        level = NUMERALS.get(one.text)
        if level is None or before.phrase is None or before.text.endswith("manager"):
            continue
        if (
            before.phrase.role
            or before.phrase.head
            or before.phrase.open_role
            or before.phrase.function
            or before.phrase.craft
        ):
            return level
    return None


_END: Final = Found(BREAK, None)


def leads_people(
    segments: list[list[Found]], family: str | None, seniority: str | None, rung_leads: bool
) -> bool:
    """Tell whether a title of this family and level says that the person leads people."""
    if seniority == "intern":
        return False
    if rung_leads or seniority in RANKS:
        return True
    told = vocabulary().families[family] if family is not None else {}
    for segment in segments:
        for at, (text, phrase) in enumerate(segment):
            if text in _LEADS or text.endswith(_LEADS_GERMAN):
                return True
            if text == "manager" and (
                _rank_first(segment, at) or segment[at - 1].text.endswith("management")
            ):
                return True
            if phrase is not None and text.endswith("manager") and family is not None:
                own = told if phrase.role is None else vocabulary().families[phrase.role]
                return not own.get("things", False)
    return bool(told.get("leads")) and seniority != "lead"


_LEADS: Final = frozenset({
    "team lead", "senior team lead", "team leader", "teamlead", "supervisor", "teamleiter", "teamleitung",
    "gruppenleiter", "gruppenleitung", "chef equipe",
})  # fmt: skip
_LEADS_GERMAN: Final = (" supervisor", " team lead", "vertriebsleiter", "marketingleiter", "personalleiter")


def _rank_first(segment: Segment, at: int) -> bool:
    return all(one.phrase is not None and one.phrase.level is not None for one in segment[:at])
