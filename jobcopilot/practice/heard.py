"""Questions heard in real rounds, found in the notes that the person wrote about them.

A question is a sentence that ends in a question mark, or what follows "asked:", "they asked about", "Q:" and the
like on a line. Nothing is added to the bank by itself: the person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.practice.books import Books
from jobcopilot.practice.likeness import most_alike
from jobcopilot.practice.setup_rules import suggested_type
from jobcopilot.practice.views import InterviewType, Skill

_BULLET: Final = re.compile(r"^\s*(?:[-*•–—>]+|\d{1,2}[.)])\s*")
_TOLD: Final = re.compile(
    r"^(?:q(?:uestion)?\s*\d*\s*[:.)-]|(?:(?:they|he|she|interviewer|\w+)\s+)?(?:also\s+)?asked\s*(?:me|us)?\s*:?)\s*",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n]*\?")
_QUOTES: Final = "\"'“”„«»‘’ "
SHORTEST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """A question that stands in the notes of a round, and how the bank would take it."""

    text: str
    round_id: int
    job_id: int
    stage: str
    company: str
    at: datetime | None
    type: str
    """Slug of the type that the round's stage suggests."""
    skill: str
    """The skill that the words name, or the first that the type suggests."""
    alike: int | None = None
    """Number of a question of the bank that is as good as the same."""
    ratio: int = 0

    @property
    def source(self) -> str:
        """Return where it was heard, in words."""
        return f"{self.stage}, {self.company}" if self.company else self.stage


def questions_in(notes: str) -> tuple[str, ...]:
    """Return the questions that notes hold, each once, in their order."""
    return tuple(dict.fromkeys(_found(notes)))


def _found(notes: str) -> Iterator[str]:
    for raw in notes.splitlines():
        line = _BULLET.sub("", raw).strip(_QUOTES)
        rest = _TOLD.sub("", line, count=1).strip(_QUOTES)
        asked = [match.group().strip(_QUOTES) for match in _SENTENCE.finditer(rest)]
        for sentence in asked or ([rest] if rest != line else []):
            question = _TOLD.sub("", sentence, count=1).strip(_QUOTES)
            if len(question.split()) >= SHORTEST_WORDS:
                yield question[0].upper() + question[1:]


def heard_in_rounds(
    books: Books, types: tuple[InterviewType, ...], skills: tuple[Skill, ...], texts: dict[int, str]
) -> tuple[Heard, ...]:
    """Return the questions that the notes of all rounds hold, the latest round first."""
    from jobcopilot.reading.skills import extract_skills

    with books.reading() as connection:
        rows = connection.execute(
            "SELECT round.id, round.job_id, stage, job.company, starts_at, round.notes FROM round"
            " JOIN job ON job.id = round.job_id WHERE round.profile_id = ? AND round.deleted_at IS NULL"
            " AND job.deleted_at IS NULL AND round.notes <> '' ORDER BY starts_at DESC, round.id DESC",
            (books.profile.id,),
        ).fetchall()
    known = {one.name for one in skills}
    found: list[Heard] = []
    for round_id, job_id, stage, company, starts_at, notes in rows:
        kind = suggested_type(stage, types) or types[0]
        for text in questions_in(notes):
            named = [mention.name for mention in extract_skills(text) if mention.name in known]
            same = most_alike(text, texts, limit=1)
            found.append(
                Heard(
                    text=text,
                    round_id=round_id,
                    job_id=job_id,
                    stage=stage,
                    company=company,
                    at=None if starts_at is None else from_milliseconds(starts_at),
                    type=kind.slug,
                    skill=named[0] if named else (*kind.skills, *sorted(known))[0],
                    alike=same[0][0] if same else None,
                    ratio=same[0][1] if same else 0,
                )
            )
    return tuple(found)
