"""The tables of practice: the bank as each profile has it, and sessions with everything that was said.

The shipped bank is data in the package; each profile has its rows (`shipped`), which follow an update except in what
the person changed (`edited` names those fields). Full-text index and the triggers that hold every mark to its quote
are made in the migration.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class PracticeBank(SQLModel, table=True):
    """Which shipped bank a profile's rows follow."""

    __tablename__ = "practice_bank"

    profile_id: int = Field(primary_key=True, foreign_key="profile.id", ondelete="CASCADE")
    digest: str


class PracticeType(SQLModel, table=True):
    """A kind of conversation."""

    __tablename__ = "practice_type"
    __table_args__ = (UniqueConstraint("profile_id", "slug"), UniqueConstraint("profile_id", "name_key"))

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    slug: str
    name: str
    name_key: str
    """The name without case, for there is one of each."""
    description: str = ""
    stages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    minutes: int = 3
    shape: str = "plain"
    position: int = 0
    shipped: bool = False
    enabled: bool = True
    edited: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class PracticeSkill(SQLModel, table=True):
    """Something that questions are about."""

    __tablename__ = "practice_skill"
    __table_args__ = (UniqueConstraint("profile_id", "slug"), UniqueConstraint("profile_id", "name_key"))

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    slug: str
    """The name as shipped, or `own:` and the name as first given."""
    name: str
    name_key: str
    kind: str = "practice"
    description: str = ""
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    shipped: bool = False
    enabled: bool = True
    edited: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class PracticeTypeSkill(SQLModel, table=True):
    """A skill suggested for a type."""

    __tablename__ = "practice_type_skill"
    __table_args__ = {"sqlite_with_rowid": False}

    type_id: int = Field(primary_key=True, foreign_key="practice_type.id", ondelete="CASCADE")
    skill_id: int = Field(primary_key=True, foreign_key="practice_skill.id", ondelete="CASCADE", index=True)
    position: int = 0


class PracticeQuestion(SQLModel, table=True):
    """One question, and what its repetitions taught."""

    __tablename__ = "practice_question"
    __table_args__ = (
        UniqueConstraint("profile_id", "slug"),
        # All that lists are narrowed by: their ids are found without the long texts.
        Index(
            "practice_question_list",
            "profile_id",
            "enabled",
            "type_id",
            "skill_id",
            "difficulty",
            "origin",
            "text",
        ),
        Index("practice_question_due", "profile_id", "due_at", sqlite_where=text("due_at IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    slug: str
    type_id: int = Field(foreign_key="practice_type.id", index=True)
    skill_id: int = Field(foreign_key="practice_skill.id", index=True)
    difficulty: str = "medium"
    text: str
    points: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    follow_ups: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    origin: str = "own"
    source: str = ""
    enabled: bool = True
    edited: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    asked: int = 0
    last_asked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_score: int | None = None
    stability: float | None = None
    """FSRS: days after which it is recalled with 90 %."""
    hardness: float | None = None
    """FSRS: difficulty for this person, 1 to 10."""
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    due_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class PracticeQuestionSkill(SQLModel, table=True):
    """A further skill of a question."""

    __tablename__ = "practice_question_skill"
    __table_args__ = {"sqlite_with_rowid": False}

    question_id: int = Field(primary_key=True, foreign_key="practice_question.id", ondelete="CASCADE")
    skill_id: int = Field(primary_key=True, foreign_key="practice_skill.id", ondelete="CASCADE", index=True)


class PracticeSession(SQLModel, table=True):
    """One mock interview."""

    __tablename__ = "practice_session"
    __table_args__ = (
        Index("practice_session_by_time", "profile_id", "created_at"),
        CheckConstraint(
            "status IN ('pending', 'in_progress', 'completed', 'cancelled', 'error')", name="status"
        ),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    title: str
    type_id: int | None = Field(default=None, foreign_key="practice_type.id", ondelete="SET NULL", index=True)
    job_id: int | None = Field(default=None, foreign_key="job.id", ondelete="SET NULL", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id", ondelete="SET NULL", index=True)
    job_words: str = ""
    """Title and company at that time: they stay when the job goes."""
    status: str = "pending"
    mode: str = "practice"
    interviewer: str = "builtin"
    setup: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    brief: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What the interviewer was given, so that one after a restart is given the same."""
    given: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The same in words, as the screen shows it."""
    owed: str = ""
    """What the interviewer is to do next (a request of the port); empty while it is the person's turn."""
    current_id: int | None = None
    """The asked question on the table."""
    error: str = ""
    paused: bool = False
    seconds: float = 0.0
    """On the timer when it last stopped."""
    running_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    answer_from: float | None = None
    """Where the timer stood when the interviewer had finished: from there an answer is timed."""
    seen_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """Last sign of life: after a kill the timer counts up to here."""
    held_by: str | None = None
    """Who took it up last (`session_claim`); it stays when the claim is given back."""
    held_until: int | None = None
    """When that claim ends, in milliseconds of the machine's monotonic clock; None: it was given back."""
    score: int | None = None
    assessment: dict[str, object] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    started_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    completed_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class PracticeSessionSkill(SQLModel, table=True):
    """A skill that a session is about."""

    __tablename__ = "practice_session_skill"
    __table_args__ = {"sqlite_with_rowid": False}

    session_id: int = Field(primary_key=True, foreign_key="practice_session.id", ondelete="CASCADE")
    skill_id: int = Field(primary_key=True, foreign_key="practice_skill.id", ondelete="CASCADE", index=True)
    position: int = 0


class PracticeAsked(SQLModel, table=True):
    """One question of a session, with the rubric as it was."""

    __tablename__ = "practice_asked"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        CheckConstraint("status IN ('planned', 'asked', 'answered', 'skipped')", name="status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="practice_session.id", ondelete="CASCADE")
    question_id: int | None = Field(
        default=None, foreign_key="practice_question.id", ondelete="SET NULL", index=True
    )
    position: int
    text: str
    skill: str
    also: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    difficulty: str
    points: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    follow_ups: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    type: str
    shape: str
    status: str = "planned"
    attempt: int = 1
    hints: int = 0
    asked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    question_message_id: int | None = None
    answer_message_id: int | None = None


class PracticeMessage(SQLModel, table=True):
    """One message, stored before it is shown."""

    __tablename__ = "practice_message"
    __table_args__ = (Index("practice_message_of_session", "session_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="practice_session.id", ondelete="CASCADE")
    asked_id: int | None = Field(
        default=None, foreign_key="practice_asked.id", ondelete="SET NULL", index=True
    )
    attempt: int = 1
    role: str
    kind: str
    text: str = ""
    edited: str | None = None
    state: str
    by: str = ""
    fallback: str = ""
    audio: str = ""
    """File in the session's folder."""
    seconds: float | None = None
    at: datetime = Field(sa_type=UtcMoment)


class PracticeAssessment(SQLModel, table=True):
    """What was made of one try at a question. A number only where there are marks; otherwise a reason."""

    __tablename__ = "practice_assessment"
    __table_args__ = (
        UniqueConstraint("asked_id", "attempt", "by"),
        Index(
            "practice_assessment_over_time",
            "profile_id",
            "skill",
            "at",
            "score",
            sqlite_where=text("score IS NOT NULL AND by = 'rules'"),
        ),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("score IS NOT NULL OR trim(reason) <> ''", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    asked_id: int = Field(foreign_key="practice_asked.id", ondelete="CASCADE")
    skill: str
    """The question's main skill, for marks over time."""
    attempt: int = 1
    by: str = "rules"
    score: int | None = None
    reason: str = ""
    cause: str = ""
    answer: str = ""
    """The text that was assessed; spans are ranges of it."""
    covered: list[list[object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    missed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    landed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    sharpen: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    stronger: str = ""
    at: datetime = Field(sa_type=UtcMoment)


class PracticeMark(SQLModel, table=True):
    """One mark with the words that it rests on; the database refuses one whose quote is not in the answer."""

    __tablename__ = "practice_mark"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("trim(quote) <> ''", name="quote"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assessment_id: int = Field(foreign_key="practice_assessment.id", ondelete="CASCADE", index=True)
    name: str
    score: int
    quote: str
    start: int
    end: int
    reason: str = ""


class PracticeFeedback(SQLModel, table=True):
    """What a language model says of a session: remarks with words of the answers."""

    __tablename__ = "practice_feedback"

    session_id: int = Field(primary_key=True, foreign_key="practice_session.id", ondelete="CASCADE")
    by: str
    remarks: str = "[]"
    dropped: int = 0
    at: datetime = Field(sa_type=UtcMoment)


class PracticeDelivery(SQLModel, table=True):
    """How an answer was spoken; goes with its message."""

    __tablename__ = "practice_delivery"
    __table_args__ = (CheckConstraint("seconds >= 0 AND words >= 0 AND fillers >= 0", name="counts"),)

    message_id: int = Field(primary_key=True, foreign_key="practice_message.id", ondelete="CASCADE")
    session_id: int = Field(foreign_key="practice_session.id", ondelete="CASCADE", index=True)
    seconds: float
    """From the first voiced moment to the last."""
    voiced_seconds: float
    paused_seconds: float
    words: int
    seconds_to_first_word: float | None = None
    pauses: int
    longest_pause: float
    pauses_mid_clause: int
    fillers: int
    """At least."""
    restarts: int
    said_i: int
    said_we: int
    interviewer_seconds: float | None = None
    """For how long the interviewer's voice sounded before; None where nothing was spoken aloud."""
    heard_again: bool = False
    """Whether fillers were looked for in a second pass."""
    details: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Turns with their recordings, kinds of fillers and hedges, moments that can be played."""
    at: datetime = Field(sa_type=UtcMoment)
