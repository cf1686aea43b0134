"""What practice asks of the rooms below, as blocking calls for threads; what comes back is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from jobcopilot.errors import JobcopilotError, UsageError
from jobcopilot.vault.port import VaultLocked

if TYPE_CHECKING:
    from datetime import datetime

    from jobcopilot.practice.history import SkillTrend
    from jobcopilot.practice.session import Session
    from jobcopilot.practice.setup import SetupOffer
    from jobcopilot.practice.views import Difficulty, Mode, SessionRow, SessionView, Setup
    from jobcopilot.runtime import Runtime

LENGTHS: Final = ((3, None), (6, None), (8, None), (12, None), (None, 15), (None, 30), (None, 45))
"""Questions, or minutes, that the setup offers."""
WEAKEST: Final = 5
"""Skills that the setup names as the weakest."""
JOBS_SHOWN: Final = 60
Answering = Literal["typing", "hands-free", "done", "push-to-talk"]
ANSWERING: Final[dict[Answering, str]] = {
    "typing": "typing",
    "hands-free": "speaking: silence ends an answer",
    "done": "speaking: ctrl+d ends an answer",
    "push-to-talk": "speaking: space begins and ends it",
}
"""How answers are given, and the words for it."""
KINDS: Final = {"builtin": "Built in, no model", "llama": "local model", "http": "server"}
"""What interviewers are called while their model is not there to say its name."""


@dataclass(frozen=True, slots=True)
class InterviewerChoice:
    """One who can ask; `refused` says why it cannot now."""

    name: str
    label: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class JobChoice:
    """A job that can be practised for."""

    id: int
    title: str
    company: str
    status: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is set so far; what is None is left to the offer."""

    type: str | None = None
    job_id: int | None = None
    round_id: int | None = None
    ticked: frozenset[str] | None = None
    difficulty: Difficulty | None = None
    questions: int | None = 6
    minutes: int | None = None
    mode: Mode = "practice"
    interviewer: str = "builtin"
    answering: Answering = "typing"

    @property
    def length_words(self) -> str:
        """How long it is."""
        return length_words(self.questions, self.minutes)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was practised so far, in a few figures."""

    sessions: int = 0
    unfinished: tuple[SessionRow, ...] = ()
    weakest: tuple[SkillTrend, ...] = ()
    now: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SetupReading:
    """Everything that the setup shows."""

    wanted: Wanted
    offer: SetupOffer
    interviewers: tuple[InterviewerChoice, ...]
    standing: Standing
    answering: tuple[Answering, ...] = tuple(ANSWERING)
    """How answers can be given; the way to speak that is set comes before the others."""

    @property
    def ticked(self) -> frozenset[str]:
        """The skills that are ticked."""
        if self.wanted.ticked is not None:
            return self.wanted.ticked
        return frozenset(one.name for one in self.offer.skills if one.ticked)


class PracticeData:
    """One person's practice as the screens see it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def setup(self, wanted: Wanted) -> SetupReading:
        """Return what can be set for a wish. Raises `NotFound` for a job or round that went meanwhile."""
        sessions = self.runtime.practice_sessions
        offer = sessions.offer(wanted.type, job_id=wanted.job_id, round_id=wanted.round_id)
        set_so = self.runtime.spoken_how().turn_taking
        answering = sorted(ANSWERING, key=lambda one: (one != "typing", one != set_so))
        return SetupReading(wanted, offer, self.interviewers(), self.standing(), tuple(answering))

    def interviewers(self) -> tuple[InterviewerChoice, ...]:
        """Return who can ask, the built-in one first."""
        from jobcopilot.practice.interviewers.choosing import INTERVIEWERS

        found = []
        for name in INTERVIEWERS:
            try:
                found.append(InterviewerChoice(name, self.runtime.interviewer(name).label))
            except VaultLocked:
                # It can be chosen: the passphrase is asked for when it begins.
                found.append(InterviewerChoice(name, KINDS.get(name, name)))
            except JobcopilotError as refusal:
                found.append(InterviewerChoice(name, KINDS.get(name, name), refused=refusal.title))
        return tuple(found)

    def standing(self) -> Standing:
        """Return what was practised so far."""
        history = self.runtime.practice_history
        return Standing(
            sessions=history.sessions(limit=0).total,
            unfinished=self.runtime.practice_sessions.unfinished(),
            weakest=history.weakest(WEAKEST),
            now=self.runtime.clock.now(),
        )

    def jobs(self, typed: str) -> tuple[JobChoice, ...]:
        """Return jobs that a search finds, those under way first."""
        from jobcopilot.jobs.query import parse_query

        clock, pages = self.runtime.clock, self.runtime.pages
        today = clock.now().astimezone(clock.zone()).date()
        found: dict[int, JobChoice] = {}
        for only in ("status:interested,applied,interviewed,offer", ""):
            query = parse_query(f"{only} {typed}".strip(), today=today)
            for row in pages.page(query, "-updated", 0, JOBS_SHOWN):
                found.setdefault(row.id, JobChoice(row.id, row.title, row.company, row.status))
        return tuple(found.values())[:JOBS_SHOWN]

    def create(self, reading: SetupReading) -> tuple[SessionView, tuple[str, ...]]:
        """Make a session of what is set. Raises `UsageError` where nothing could be asked."""
        return self.runtime.practice_sessions.create(setup_of(reading))

    def create_again(self, session_id: int) -> tuple[SessionView, tuple[str, ...]]:
        """Make a session about the weak answers of another one. Raises `UsageError` where none was weak."""
        view = self.runtime.practice_history.session(session_id)
        skills = weak_skills(view)
        if not skills:
            raise UsageError("No answer of this session was weak", hint="Set a new session up: 4.")
        again = replace(view.setup, skills=skills, questions=min(6, 2 * len(skills)), minutes=None, seed=None)
        return self.runtime.practice_sessions.create(again)

    def open(self, session_id: int) -> Session:
        """Take a session up where it is. Raises `NotFound`, `UsageError`."""
        return self.runtime.practice_sessions.open(session_id)


def setup_of(reading: SetupReading) -> Setup:
    """Return what is set as a session takes it, skills in the order of the offer."""
    from jobcopilot.practice.views import Setup

    wanted, offer, ticked = reading.wanted, reading.offer, reading.ticked
    return Setup(
        type=offer.type.slug,
        skills=tuple(one.name for one in offer.skills if one.name in ticked),
        job_id=wanted.job_id,
        round_id=offer.round_id if wanted.job_id is not None or wanted.round_id is not None else None,
        difficulty=wanted.difficulty,
        questions=wanted.questions,
        minutes=wanted.minutes,
        mode=wanted.mode,
        interviewer=wanted.interviewer,
    )


WEAK: Final = 60
"""Marks below are weak."""


def weak_skills(view: SessionView) -> tuple[str, ...]:
    """Return the skills of answers that were weak, not judged or not given, the weakest first."""
    worst: dict[str, int] = {}
    for asked in view.asked:
        if asked.status == "planned":
            continue
        score = asked.assessment.score if asked.assessment is not None else None
        if score is None or score < WEAK:
            worst[asked.skill] = min(worst.get(asked.skill, 100), score or 0)
    return tuple(sorted(worst, key=lambda skill: (worst[skill], skill)))


def length_words(questions: int | None, minutes: int | None) -> str:
    """Return how long a session is, in words."""
    parts = []
    if questions is not None:
        parts.append(f"{questions} question{'s' if questions != 1 else ''}")
    if minutes is not None:
        parts.append(f"{minutes} min")
    return " or ".join(parts)


def read_length(text: str) -> tuple[int | None, int | None]:
    """Return questions and minutes of "5", "20 min" or "8, 30 min". Raises `UsageError` for others."""
    import re

    questions, minutes = None, None
    for number, unit in re.findall(r"(\d+)\s*([a-z]*)", text.casefold()):
        if unit.startswith("m"):
            minutes = int(number)
        else:
            questions = int(number)
    if questions is None and minutes is None:
        raise UsageError(
            f"{text!r} is no length", hint='Write a number of questions ("5") or of minutes ("20 min").'
        )
    return questions, minutes


def clock_words(seconds: float) -> str:
    """Return a stretch of time as a clock shows it: `0:47`, `1:02:03`."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def joined(names: Iterable[str], most: int = 4) -> str:
    """Return names as a line, those beyond `most` counted."""
    every: Sequence[str] = list(names)
    more = f" + {len(every) - most}" if len(every) > most else ""
    return ", ".join(every[:most]) + more
