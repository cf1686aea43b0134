"""A session set up: what is offered before the person chooses, and what is asked once they have chosen.

A job brings its requirements, its next booked round brings the type. Every choice can be another one.
"""

# ruff: noqa: S608  # made of this file's own conditions only
from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.practice.bank_names import find, named
from jobcopilot.practice.bank_rows import skills_of, types_of
from jobcopilot.practice.books import Books
from jobcopilot.practice.repetition import Memory, remembered
from jobcopilot.practice.selection import Candidate, Selected, Wish, pack, select
from jobcopilot.practice.setup_rules import planned_questions, suggested_type, ticked_skills
from jobcopilot.practice.views import InterviewType, JobFacts, Setup, Skill

LONGEST_MINUTES: Final = 180


@dataclass(frozen=True, slots=True)
class SkillChoice:
    """One skill as the setup offers it."""

    name: str
    ticked: bool
    need: Literal["must", "nice", ""] = ""
    """How much the job asks for it; empty where it does not."""
    suggested: bool = False
    """The type suggests it."""
    questions: int = 0
    """Questions of the chosen type that are about it."""
    mean: int | None = None
    """Mean of the last marks of its questions, where there are any."""


@dataclass(frozen=True, slots=True)
class SetupOffer:
    """What the setup shows before the person chooses."""

    types: tuple[InterviewType, ...]
    type: InterviewType
    type_reason: str
    """Why this type stands there, in words ("the next round with Acme is 'Technical Interview'")."""
    skills: tuple[SkillChoice, ...]
    """The job's requirements first, then the type's suggestions, then the others by name."""
    job: JobFacts | None = None
    round_id: int | None = None
    round_at: datetime | None = None
    due: int = 0
    """Questions that are due for repetition before that round, or by now."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A setup with everything decided: names as the bank has them, the seed drawn, the questions selected."""

    setup: Setup
    type: InterviewType
    skills: tuple[str, ...]
    job: JobFacts | None
    selected: Selected
    notes: tuple[str, ...] = ()
    """What the person should know of it: skills without a question, questions of another difficulty."""


@dataclass(frozen=True, slots=True)
class _Round:
    id: int
    job_id: int
    stage: str
    company: str
    starts_at: datetime


class Setups:
    """What one profile can set up."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def offer(
        self,
        type: str | None = None,  # noqa: A002  # as the option is called
        *,
        job_id: int | None = None,
        round_id: int | None = None,
    ) -> SetupOffer:
        """Return what the setup offers for a job, a round, or neither; a `type` chosen already stays.

        Raises `NotFound` for a type, job or round that is not there.
        """
        with self._books.reading() as connection:
            types = tuple(one for one in types_of(connection, self._books.profile.id) if one.enabled)
            booked = self._round(connection, job_id, round_id)
            if booked is not None and job_id is None and round_id is not None:
                job_id = booked.job_id
            job = None if job_id is None else job_facts(connection, self._books.profile.id, job_id)
            chosen, reason = _type(type, types, booked)
            return SetupOffer(
                types=types,
                type=chosen,
                type_reason=reason,
                skills=self._choices(connection, chosen, job),
                job=job,
                round_id=None if booked is None else booked.id,
                round_at=None if booked is None else booked.starts_at,
                due=len(self._due(connection, booked)),
            )

    def plan(self, setup: Setup) -> Planned:
        """Decide everything about a session. Raises `UsageError` where nothing could be asked, `NotFound`."""
        _require_length(setup)
        with self._books.reading() as connection:
            kind = named(setup.type, types_of(connection, self._books.profile.id), "interview type")
            booked = self._round(connection, setup.job_id, setup.round_id)
            job_id = setup.job_id
            if job_id is None and setup.round_id is not None and booked is not None:
                job_id = booked.job_id
            job = None if job_id is None else job_facts(connection, self._books.profile.id, job_id)
            every = skills_of(connection, self._books.profile.id)
            skills = tuple(dict.fromkeys(named(name, every, "skill").name for name in setup.skills))
            if not skills:
                skills = tuple(one.name for one in self._choices(connection, kind, job) if one.ticked)
            due = self._due(connection, booked)
            days = (
                1 if booked is None else (self._day(booked.starts_at) - self._day(self._books.moment())).days
            )
            wish = Wish(
                skills=skills,
                count=planned_questions(setup.questions, setup.minutes, kind.minutes),
                difficulty=setup.difficulty,
                today=frozenset(pack(list(due.items()), days)[0]),
            )
            candidates = candidates_of(connection, self._books.profile.id, kind.id, self._horizon(booked))
        seed = _fresh_seed() if setup.seed is None else setup.seed
        selected = select(candidates, wish, seed)
        if not selected.ids:
            raise UsageError(
                f"There is no {kind.name} question about {', '.join(skills) or 'anything'}",
                hint="Choose other skills or another type, or add questions: jobcopilot questions add.",
            )
        decided = replace(setup, type=kind.slug, skills=skills, job_id=job_id, seed=seed)
        if booked is not None and job_id is not None:
            decided = replace(decided, round_id=booked.id)
        notes = _notes(selected, wish, setup)
        if job is not None and not setup.skills and not set(_needs(job, every)) & set(skills):
            notes = (
                f"The posting names no skill that {kind.name} questions are about: these are the usual ones.",
                *notes,
            )
        return Planned(decided, kind, skills, job, selected, notes)

    # --- what the offer is made of ------------------------------------------------------------------------------

    def _choices(
        self, connection: sqlite3.Connection, kind: InterviewType, job: JobFacts | None
    ) -> tuple[SkillChoice, ...]:
        skills = [one for one in skills_of(connection, self._books.profile.id) if one.enabled]
        counts, means = _about(connection, self._books.profile.id, kind.id)
        needs = _needs(job, skills)
        suggested = [name for name in kind.skills if any(one.name == name for one in skills)]
        ticked = ticked_skills(needs, suggested, counts)
        order = dict.fromkeys((*needs, *suggested, *(one.name for one in skills if counts.get(one.name))))
        return tuple(
            SkillChoice(
                name=name,
                ticked=name in ticked,
                need=needs.get(name, ""),
                suggested=name in suggested,
                questions=counts.get(name, 0),
                mean=means.get(name),
            )
            for name in order
        )

    def _due(self, connection: sqlite3.Connection, booked: _Round | None) -> dict[int, float]:
        """What is due before the booked round, or by now: number to how well it will be remembered then."""
        horizon = self._horizon(booked)
        return {
            row[0]: remembered(memory, horizon)
            for row in connection.execute(
                "SELECT id, stability, hardness, reviewed_at, due_at FROM practice_question"
                " WHERE profile_id = ? AND due_at <= ? AND enabled",
                (self._books.profile.id, to_milliseconds(horizon)),
            )
            if (memory := memory_of(row[1:5])) is not None
        }

    def _horizon(self, booked: _Round | None) -> datetime:
        now = self._books.moment()
        return now if booked is None else max(now, booked.starts_at)

    def _day(self, moment: datetime) -> Any:
        return moment.astimezone(self._books.clock.zone()).date()

    def _round(
        self, connection: sqlite3.Connection, job_id: int | None, round_id: int | None
    ) -> _Round | None:
        """The round that is practised for: the one chosen, else the job's next, else the next of all."""
        condition, values = "", [self._books.profile.id]
        if round_id is not None:
            condition, values = " AND round.id = ?", [*values, round_id]
        else:
            condition, values = " AND round.starts_at >= ?", [*values, self._books.now]
            if job_id is not None:
                condition, values = f"{condition} AND round.job_id = ?", [*values, job_id]
        row = connection.execute(
            "SELECT round.id, round.job_id, stage, job.company, starts_at FROM round JOIN job ON job.id = round.job_id"
            " WHERE round.profile_id = ? AND round.deleted_at IS NULL AND job.deleted_at IS NULL"
            f" AND round.status IN ('scheduled', 'pending'){condition} ORDER BY starts_at LIMIT 1",
            values,
        ).fetchone()
        if row is None:
            if round_id is not None:
                raise NotFound(
                    "There is no such interview ahead", f"number {round_id}", "See: jobcopilot agenda"
                )
            return None
        at = self._books.moment() + timedelta(days=1) if row[4] is None else from_milliseconds(row[4])
        return _Round(row[0], row[1], row[2], row[3], at)


def job_facts(connection: sqlite3.Connection, profile_id: int, job_id: int) -> JobFacts:
    """Return what a session knows of a posting. Raises `NotFound`."""
    from jobcopilot.jobs.facts import from_json

    row = connection.execute(
        "SELECT title, company, description, facts FROM job LEFT JOIN job_text ON job_text.job_id = job.id"
        " WHERE job.id = ? AND profile_id = ? AND deleted_at IS NULL",
        (job_id, profile_id),
    ).fetchone()
    if row is None:
        raise NotFound("There is no such job", f"number {job_id}", "See: jobcopilot jobs list")
    facts = from_json(row[3]) if row[3] else None
    skills = () if facts is None else facts.skills
    return JobFacts(
        id=job_id,
        title=row[0],
        company=row[1],
        description=row[2] or "",
        must=tuple(one.name for one in skills if one.need == "must"),
        nice=tuple(one.name for one in skills if one.need != "must"),
    )


def candidates_of(
    connection: sqlite3.Connection, profile_id: int, type_id: int, horizon: datetime
) -> list[Candidate]:
    """Return what a selection knows of a type's questions; `horizon` is when they will be needed."""
    further: dict[int, list[str]] = {}
    for question_id, name in connection.execute(
        "SELECT question_id, name FROM practice_question_skill JOIN practice_skill ON practice_skill.id = skill_id"
        " WHERE practice_skill.profile_id = ? AND practice_skill.enabled",
        (profile_id,),
    ):
        further.setdefault(question_id, []).append(name)
    found: list[Candidate] = []
    for row in connection.execute(
        "SELECT q.id, skill.name, difficulty, asked, last_asked_at, last_score, stability, hardness, reviewed_at,"
        " due_at FROM practice_question AS q JOIN practice_skill AS skill ON skill.id = q.skill_id"
        " WHERE q.profile_id = ? AND q.type_id = ? AND q.enabled AND skill.enabled",
        (profile_id, type_id),
    ):
        memory = memory_of(row[6:10])
        found.append(
            Candidate(
                id=row[0],
                skill=row[1],
                also=tuple(further.get(row[0], ())),
                difficulty=row[2],
                asked=row[3],
                last_asked_at=None if row[4] is None else from_milliseconds(row[4]),
                last_score=row[5],
                due_at=None if memory is None else memory.due_at,
                remembered=None if memory is None else remembered(memory, horizon),
            )
        )
    return found


def memory_of(row: tuple[Any, ...]) -> Memory | None:
    """Return a memory from stability, hardness, time of review and time due, None where it was never marked."""
    stability, hardness, reviewed_at, due_at = row
    if stability is None or hardness is None or reviewed_at is None or due_at is None:
        return None
    return Memory(stability, hardness, from_milliseconds(reviewed_at), from_milliseconds(due_at))


def _needs(job: JobFacts | None, skills: Sequence[Skill]) -> dict[str, Literal["must", "nice"]]:
    """The job's requirements under the bank's names, musts first."""
    needs: dict[str, Literal["must", "nice"]] = {}
    if job is not None:
        for need, names in (("must", job.must), ("nice", job.nice)):
            for name in names:
                found = find(name, skills)
                if found is not None:
                    needs.setdefault(found.name, need)  # type: ignore[arg-type]
    return needs


def _about(
    connection: sqlite3.Connection, profile_id: int, type_id: int
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How many questions of a type are about each skill, and the mean of their last marks."""
    counts: Counter[str] = Counter()
    means: dict[str, int] = {}
    for name, count, mean in connection.execute(
        "SELECT skill.name, count(*), avg(last_score) FROM practice_question AS q"
        " JOIN practice_skill AS skill ON skill.id = q.skill_id"
        " WHERE q.profile_id = ? AND q.type_id = ? AND q.enabled AND skill.enabled GROUP BY skill.id",
        (profile_id, type_id),
    ):
        counts[name] += count
        if mean is not None:
            means[name] = round(mean)
    for name, count in connection.execute(
        "SELECT skill.name, count(*) FROM practice_question_skill AS also"
        " JOIN practice_question AS q ON q.id = also.question_id JOIN practice_skill AS skill"
        " ON skill.id = also.skill_id WHERE q.profile_id = ? AND q.type_id = ? AND q.enabled AND skill.enabled"
        " GROUP BY skill.id",
        (profile_id, type_id),
    ):
        counts[name] += count
    return counts, means


def _type(
    chosen: str | None, types: tuple[InterviewType, ...], booked: _Round | None
) -> tuple[InterviewType, str]:
    if chosen is not None:
        return named(chosen, types, "interview type"), "chosen"
    if booked is not None:
        suggested = suggested_type(booked.stage, types)
        if suggested is not None:
            return suggested, f"the next round with {booked.company} is {booked.stage!r}"
    if not types:
        raise UsageError("Every interview type is disabled", hint="Enable one: jobcopilot questions types")
    return types[0], "no booked round suggests another"


def _require_length(setup: Setup) -> None:
    if setup.questions is None and setup.minutes is None:
        raise UsageError("How long shall it be?", hint="Give a number of questions or of minutes.")
    if setup.questions is not None and not 1 <= setup.questions <= 40:
        raise UsageError(f"A session cannot have {setup.questions} questions", hint="It takes from 1 to 40.")
    if setup.minutes is not None and not 1 <= setup.minutes <= LONGEST_MINUTES:
        raise UsageError(
            f"A session cannot take {setup.minutes} minutes", hint=f"It takes from 1 to {LONGEST_MINUTES}."
        )


def _notes(selected: Selected, wish: Wish, setup: Setup) -> tuple[str, ...]:
    notes: list[str] = []
    if selected.uncovered:
        notes.append(f"No question about {', '.join(selected.uncovered)} is in this session.")
    if selected.other_difficulty:
        notes.append(
            f"{len(selected.other_difficulty)} of {len(selected.ids)} are not {wish.difficulty}: there are no more."
        )
    if setup.questions is not None and len(selected.ids) < wish.count:
        notes.append(f"There are only {len(selected.ids)} questions about these skills.")
    return tuple(notes)


def _fresh_seed() -> int:
    import secrets

    return secrets.randbelow(2**31)
