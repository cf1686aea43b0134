"""Which role a job title names: its family, its level, and whether it leads people.

The families and every rule are told in `tests/data/market/families.md`, the words in `data/roles.toml`. This reading
is for statistics, where a role wants one name; `titles.py` reads titles for matching, where likeness is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from jobcopilot.reading.role_levels import leads_people, read_seniority
from jobcopilot.reading.role_phrases import AND, BREAK, OR, Found, Phrase, Segment, cut, vocabulary

_READ: Final = 300
_ENGINEERS: Final = "Engineering manager"
_SOFTWARE: Final = "Software engineer"
_FULL_STACK: Final = "Full-stack engineer"
_WRITERS: Final = ("software", "member")
"""The heads that say that somebody writes software."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a title says: one of `families()`, a level of `role_ladder.SENIORITIES`, and whether it leads people.

    A family or a level that the title does not tell is None.
    """

    family: str | None
    seniority: str | None
    management: bool


def read_role(title: str) -> Role:
    """Return the role that a title names; any str will do, only its first 300 characters count."""
    found = _without_whom(cut(title[:_READ]))
    segments = _segments(found)
    family = _family(segments)
    seniority, rung_leads = read_seniority(segments)
    return Role(family, seniority, leads_people(segments, family, seniority, rung_leads))


@cache
def families() -> tuple[str, ...]:
    """Return the names of all families, sorted."""
    return tuple(sorted(vocabulary().families))


def families_like(words: str, limit: int = 10) -> tuple[str, ...]:
    """Return the families that somebody may mean who types these words, the likeliest first; for a picker.

    Nothing typed gives the first of all families.
    """
    from rapidfuzz import fuzz, process, utils

    if not words.strip():
        return families()[:limit]
    names = _names()
    best: dict[str, float] = {}
    for name, score, _ in process.extract(
        words[:_READ],
        names.keys(),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=20 * limit,
        score_cutoff=60,
    ):
        # A family's own name comes before one that only an alias of it resembles as much.
        own = score + (1 if name in vocabulary().families else 0)
        best[names[name]] = max(best.get(names[name], 0), own)
    return tuple(sorted(best, key=lambda family: (-best[family], family))[:limit])


@cache
def _names() -> dict[str, str]:
    """Return every name of a family with the family; the name of one wins over another's alias."""
    names = {name: family for family, told in vocabulary().families.items() for name in told.get("roles", ())}
    return names | {family: family for family in vocabulary().families}


# --- family -------------------------------------------------------------------------------------------------


def _without_whom(found: list[Found]) -> list[Found]:
    """Leave out for whom an assistant works: "to the Chief Executive Officer" is another's rank."""
    for at, one in enumerate(found):
        if (
            at
            and one.text in _TO
            and any(item.phrase and (item.phrase.open_role or item.phrase.role) for item in found[:at])
        ):
            return found[:at]
        if at and one.text == "reporting":
            return found[:at]
    return found


_TO: Final = frozenset({"to", "bei"})


def _segments(found: list[Found]) -> list[list[Found]]:
    segments: list[list[Found]] = [[]]
    for one in found:
        if one.text == BREAK:
            segments.append([])
        else:
            segments[-1].append(one)
    return [segment for segment in segments if segment]


def _family(segments: list[list[Found]]) -> str | None:
    for number, segment in enumerate(segments):
        family = _named_in(segments, number, segment)
        if family is not None:
            return family
    phrases = [phrase for segment in segments for _, phrase in segment if phrase is not None]
    # What an engineer of nothing known works on is a team and not a trade.
    family = None if any(phrase.head for phrase in phrases) else _beside(segments)
    if family is not None:
        return family
    return next((told for phrase in phrases if (told := phrase.role or phrase.craft) is not None), None)


def _named_in(segments: list[list[Found]], number: int, segment: Segment) -> str | None:
    """Return the family that a segment names by a role, an open head or a leader, with the help of its neighbours."""
    leader = _last(segment, _is_leader)
    head = _last_of_first_part(segment, _is_head)
    role = _last_of_first_part(segment, _is_role)
    if role is not None and (head is None or role > head or segment[role].phrase.role == _ENGINEERS):  # type: ignore[union-attr]
        return _as_led(_role_at(segment, role), leader is not None and leader > role)
    if leader is not None:
        family = _led(segments, number, leader)
        if family is not None or head is None:
            return family
    if head is not None:
        return _refined(segments, number, head)
    at = _last(segment, _is_open)
    return None if at is None else _beside((segment[:at], segment[at + 1 :]))


def _role_at(segment: Segment, at: int) -> str | None:
    """Return the family of a role; of an engineer, a craft that stands before it with "and" or a slash comes first."""
    text, phrase = segment[at]
    if phrase is not None and text.endswith(_HEAD_WORDS):
        for before, (_, earlier) in enumerate(segment[:at]):
            if earlier is None:
                continue
            joined = before == at - 2 and segment[at - 1].text in (AND, OR)
            craft = earlier.craft or (earlier.before if joined else None)
            if craft is not None and (joined or _wins(craft) or phrase.role == _SOFTWARE):
                return craft
    return None if phrase is None else phrase.role


_HEAD_WORDS: Final = ("engineer", "developer", "architect", "engineering")


def _wins(family: str) -> bool:
    return bool(vocabulary().families[family].get("wins"))


def _as_led(family: str | None, led: bool) -> str | None:
    if led and family is not None and vocabulary().families[family].get("builds"):
        return _ENGINEERS
    return family


def _led(segments: list[list[Found]], number: int, leader: int) -> str | None:
    """Return the family of a leader: of the function before the rank, else of the first one named after it."""
    segment = segments[number]
    before = segment[:leader]
    family = _function(before)
    if family is not None:
        return family
    for run in (segment[leader + 1 :], *segments[number + 1 :]):
        family = _function(run)
        if family is not None:
            return family
    return None


def _function(run: Segment) -> str | None:
    """Return the family whose leader leads what a run of words names."""
    head = _first(run, _is_head)
    if head is not None:
        phrase = run[head].phrase
        craft = _craft_before(run[:head])
        if craft is None and phrase is not None and phrase.head not in (*_WRITERS, "bare"):
            return phrase.role or (_SYSTEMS if phrase.head == "systems" else None)
        return _ENGINEERS if craft is None or vocabulary().families[craft].get("builds") else craft
    return _run(run, _led_by)


_SYSTEMS: Final = "Systems engineer"


def _run(run: Segment, meaning: Callable[[Phrase], str | None]) -> str | None:
    """Return what the last meaningful phrase of the first run means: "and" and a slash begin another run."""
    family = None
    for text, phrase in run:
        if text in (AND, OR) and family is not None:
            break
        if phrase is not None:
            family = meaning(phrase) or family
    return family


def _led_by(phrase: Phrase) -> str | None:
    if phrase.function is not None:
        builds = vocabulary().families[phrase.function].get("builds")
        if builds is True or (builds == "said" and phrase.engineering):
            return _ENGINEERS
        return phrase.function
    if phrase.role is not None:
        return phrase.role
    if phrase.craft is not None and vocabulary().families[phrase.craft].get("builds") is True:
        return _ENGINEERS
    return phrase.craft


def _refined(segments: list[list[Found]], number: int, head: int) -> str | None:
    """Return the family of an open head: by a craft before it, else by one after it, else what it is alone."""
    segment = segments[number]
    phrase = segment[head].phrase
    assert phrase is not None
    if phrase.head == "member":
        for run in (segment[head + 1 :], *segments[number + 1 :]):
            role = _first(run, _is_role)
            if role is not None:
                return _role_at(run, role)
    if _both_ends(segments):
        return _FULL_STACK
    craft = _craft_before(segment[:head])
    if craft is not None:
        return craft
    runs = (segment[head + 1 :], *segments[number + 1 :], *segments[:number])
    craft = _craft_after(runs, alone=phrase.head not in _WRITERS)
    if craft is not None:
        return craft
    named = [one.phrase for run in (segment, *runs) for one in run if one.phrase is not None]
    craft = next((one.phrase.weak for one in segment[:head] if one.phrase and one.phrase.weak), None)
    if craft is not None:
        return craft
    if phrase.head == "systems":
        return _SYSTEMS
    if phrase.head in _WRITERS or any(one.word or one.head in _WRITERS for one in named):
        return _SOFTWARE
    return None


def _both_ends(segments: list[list[Found]]) -> bool:
    """Tell whether only a stack says what somebody does, and names both of its ends side by side ("C#/React")."""
    phrases = [one.phrase for segment in segments for one in segment if one.phrase is not None]
    if any(phrase.craft for phrase in phrases):
        return False
    for segment in segments:
        for one, mark, other in zip(segment, segment[1:], segment[2:], strict=False):
            if mark.text not in (AND, OR) or one.phrase is None or other.phrase is None:
                continue
            if {one.phrase.stack, other.phrase.stack} == {"front", "back"}:
                return True
    return False


def _craft_after(runs: Iterable[Segment], *, alone: bool) -> str | None:
    """Return the first craft of the runs; `alone` lets a word that decides before a head decide as a whole run."""
    for run in runs:
        for at, (_, phrase) in enumerate(run):
            if phrase is None:
                continue
            craft = phrase.craft or (phrase.opening if at == 0 else None)
            if craft is None and alone and at == 0 and (len(run) == 1 or run[1].text == AND):
                craft = phrase.before
            if craft is not None:
                return craft
    return None


def _craft_before(run: Segment) -> str | None:
    """Return the craft nearest to the head; of several with "and" or a slash between them, the first."""
    craft = None
    listed = False
    for text, phrase in reversed(run):
        own = None if phrase is None else phrase.craft or phrase.before or phrase.opening
        if own is not None and (craft is None or listed or _wins(own)):
            craft = own
        listed = text in (AND, OR)
    return craft


def _beside(runs: Iterable[Segment]) -> str | None:
    """Return the family of the first function that runs of words beside an open role name."""
    return next((family for run in runs if (family := _run(run, _function_of)) is not None), None)


def _function_of(phrase: Phrase) -> str | None:
    return phrase.function if phrase.function != _ENGINEERS else None


def _is_role(phrase: Phrase) -> bool:
    return phrase.role is not None and phrase.head is None and not phrase.open_role


def _is_head(phrase: Phrase) -> bool:
    return phrase.head is not None


def _is_leader(phrase: Phrase) -> bool:
    return phrase.leader


def _is_open(phrase: Phrase) -> bool:
    return phrase.open_role


def _first(segment: Segment, wanted: Callable[[Phrase], bool]) -> int | None:
    return next((at for at, (_, phrase) in enumerate(segment) if phrase is not None and wanted(phrase)), None)


def _last(segment: Segment, wanted: Callable[[Phrase], bool]) -> int | None:
    return max(
        (at for at, (_, phrase) in enumerate(segment) if phrase is not None and wanted(phrase)), default=None
    )


def _last_of_first_part(segment: Segment, wanted: Callable[[Phrase], bool]) -> int | None:
    """Return the last of the wanted phrases before a slash that follows one: of two roles the first counts."""
    last = None
    for at, (text, phrase) in enumerate(segment):
        if last is not None and text in (OR, AND):
            break
        if phrase is not None and wanted(phrase):
            last = at
    return last
