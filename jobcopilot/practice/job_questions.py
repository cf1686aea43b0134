"""Questions for a job from the bank, without a model: what the posting asks for decides, and it is said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jobcopilot.practice.bank_names import find
from jobcopilot.practice.bank_rows import questions_of, skills_of, types_of
from jobcopilot.practice.books import Books
from jobcopilot.practice.selection import Wish, select
from jobcopilot.practice.setup import candidates_of, job_facts
from jobcopilot.practice.views import Question

EACH: Final = 5
"""Questions of each kind."""


@dataclass(frozen=True, slots=True)
class JobQuestions:
    """What would be asked for a job, and who says so."""

    job: str
    behavioral: tuple[Question, ...]
    technical: tuple[Question, ...]
    not_covered: tuple[str, ...] = ()
    """Skills that the posting asks for and the bank has no technical question about."""
    by: str = "bank"


def questions_for_job(books: Books, job_id: int, *, seed: int = 0) -> JobQuestions:
    """Return 5 behavioural and 5 technical questions: first about what the posting must have, then what it names,
    then what the type suggests. The same seed gives the same. Raises `NotFound`."""
    with books.reading() as connection:
        job = job_facts(connection, books.profile.id, job_id)
        skills = [one for one in skills_of(connection, books.profile.id) if one.enabled]
        asked_for = [
            found.name for name in (*job.must, *job.nice) if (found := find(name, skills)) is not None
        ]
        chosen: dict[str, tuple[Question, ...]] = {}
        about: set[str] = set()
        for kind in types_of(connection, books.profile.id):
            if kind.slug not in ("behavioral", "technical"):
                continue
            candidates = candidates_of(connection, books.profile.id, kind.id, books.moment())
            names = tuple(dict.fromkeys((*asked_for, *kind.skills, *(one.name for one in skills))))
            selected = select(candidates, Wish(names, EACH), seed)
            chosen[kind.slug] = questions_of(connection, selected.ids)
            if kind.slug == "technical":
                about = {name for one in candidates for name in (one.skill, *one.also)}
        known = {name: found for name in (*job.must, *job.nice) if (found := find(name, skills)) is not None}
        return JobQuestions(
            job=f"{job.title}, {job.company}",
            behavioral=chosen.get("behavioral", ()),
            technical=chosen.get("technical", ()),
            not_covered=tuple(
                name for name in (*job.must, *job.nice) if name not in known or known[name].name not in about
            ),
        )
