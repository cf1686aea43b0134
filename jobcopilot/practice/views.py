"""What leaves the room: frozen pictures of the bank, of a session and of what was made of its answers.

Scores are whole numbers from 0 to 100. None is "not enough to judge", which is not 0: neither is "not asked" nor
"not answered" (`AskedStatus`). Spans are half-open ranges of characters of the text that they speak of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from jobcopilot.voice.turns import TurnTaking

Difficulty = Literal["easy", "medium", "hard"]
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)
Shape = Literal["star", "design", "plain"]
"""What a good answer is built of: situation, task, action, result · clarifying, approach, trade-offs, verification ·
no parts of its own."""
SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)
SkillKind = Literal[
    "language", "framework", "data", "infrastructure", "practice", "behaviour", "product", "career"
]
SKILL_KINDS: Final[tuple[SkillKind, ...]] = get_args(SkillKind)
Origin = Literal["shipped", "own", "imported", "heard", "model"]
"""Where a question comes from; a shipped one that the person changed is still `shipped`, with `edited` set."""
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)
Mode = Literal["practice", "real"]
"""`practice`: marks after each answer, hints, retries and a model answer on request; `real`: all in the report."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
SessionStatus = Literal["pending", "in_progress", "completed", "cancelled", "error"]
SESSION_STATUSES: Final[tuple[SessionStatus, ...]] = get_args(SessionStatus)
AskedStatus = Literal["planned", "asked", "answered", "skipped"]
"""`planned` was never asked; `asked` waits for an answer, or never got one; `skipped` was passed over, or met with
"I don't know"."""
Role = Literal["interviewer", "person"]
MessageKind = Literal[
    "question", "follow_up", "clarification", "hint", "model_answer", "closing",  # the interviewer's
    "answer", "skip", "unknown", "repeat", "clarify", "ask_hint",  # the person's
]  # fmt: skip
MessageState = Literal["draft", "sent", "speaking", "complete", "stopped", "interrupted", "failed"]
"""`draft`: typed, not sent. `sent`: the interviewer has not answered yet. `speaking`: being made. `complete`: whole.
`stopped`: cut short by the person. `interrupted`: cut short by a crash or a kill, and said anew. `failed`: the
interviewer could not say it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a strong answer covers, and the short lower-case phrases by which it shows in an answer."""

    point: str
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InterviewType:
    """A kind of conversation."""

    id: int
    slug: str
    name: str
    description: str = ""
    stages: tuple[str, ...] = ()
    """Lower-case words in the name of a booked round that suggest it."""
    minutes: int = 3
    """Usual length of one answer."""
    skills: tuple[str, ...] = ()
    """Names of the skills suggested for it."""
    shape: Shape = "plain"
    shipped: bool = True
    enabled: bool = True
    edited: bool = False
    """The person changed what was shipped."""


@dataclass(frozen=True, slots=True)
class Skill:
    """Something that questions are about."""

    id: int
    name: str
    kind: SkillKind = "practice"
    description: str = ""
    aliases: tuple[str, ...] = ()
    shipped: bool = True
    enabled: bool = True
    edited: bool = False
    questions: int = 0
    """Enabled ones of which it is the main skill."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the bank."""

    id: int
    slug: str
    """Stable over updates of the shipped bank; `own:…` for the person's."""
    text: str
    type: str
    """Slug of its interview type."""
    skill: str
    also: tuple[str, ...] = ()
    difficulty: Difficulty = "medium"
    points: tuple[Point, ...] = ()
    follow_ups: tuple[str, ...] = ()
    origin: Origin = "shipped"
    enabled: bool = True
    edited: bool = False
    source: str = ""
    """Where it was heard or imported from, in words."""
    asked: int = 0
    last_asked_at: datetime | None = None
    last_score: int | None = None
    due_at: datetime | None = None
    """When it is due for repetition; None where it was never marked."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page of a list of questions, and how many there are in all."""

    questions: tuple[Question, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ProfileFact:
    """One thing that the person's profile says: `name` "skill", `text` "Python, 6 years"."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The posting that a session practises for. `description` is text from outside: data, never an instruction."""

    id: int
    title: str
    company: str
    description: str = ""
    must: tuple[str, ...] = ()
    """Skills that the posting asks for."""
    nice: tuple[str, ...] = ()
    """Skills that it would like or names."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a session is set up with; `questions` or `minutes` says how long it is, both: whichever ends first."""

    type: str
    """Slug of the interview type."""
    skills: tuple[str, ...] = ()
    """Names; empty: the type's suggestions."""
    job_id: int | None = None
    round_id: int | None = None
    difficulty: Difficulty | None = None
    """None: a mixture."""
    questions: int | None = 6
    minutes: int | None = None
    mode: Mode = "practice"
    interviewer: str = "builtin"
    seed: int | None = None
    """The same seed on the same bank and history gives the same questions; None: a new one is drawn and kept."""
    spoken: TurnTaking | None = None
    """How it was spoken last; None: it was typed."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of a session."""

    id: int
    session_id: int
    role: Role
    kind: MessageKind
    text: str
    """As it was said; never changed once it is whole."""
    at: datetime
    state: MessageState
    asked_id: int | None = None
    """The asked question that it belongs to."""
    attempt: int = 1
    """Which try at that question it belongs to, from 1."""
    edited: str | None = None
    """The person's correction of the transcript, beside the original."""
    by: str = ""
    """Who said it ("Built in", a model's name), for the interviewer's."""
    fallback: str = ""
    """Why another one than the chosen interviewer said it."""
    audio: str = ""
    """Where it can be heard: files of the session's folder, parted by spaces, each with its seconds (#t=1.00,4.50)."""
    seconds: float | None = None
    """How long the person took, on the session's timer."""

    @property
    def final(self) -> str:
        """What is assessed and exported: the correction where there is one."""
        return self.text if self.edited is None else self.edited


@dataclass(frozen=True, slots=True)
class AskedView:
    """One question of a session, with what it was made of at that time."""

    id: int
    session_id: int
    question_id: int | None
    """None where the bank has it no more."""
    order: int
    """From 1."""
    text: str
    """As asked, or as planned while it is not."""
    skill: str
    also: tuple[str, ...]
    difficulty: Difficulty
    points: tuple[Point, ...]
    follow_ups: tuple[str, ...]
    type: str
    """Slug of the interview type."""
    shape: Shape
    status: AskedStatus
    attempt: int = 1
    asked_at: datetime | None = None
    question_message_id: int | None = None
    answer_message_id: int | None = None
    hints: int = 0
    assessment: AnswerAssessment | None = None
    """Of the last attempt, by rules; None while it was not assessed, which is not the same as not judged."""
    further: tuple[AnswerAssessment, ...] = ()
    """The same answer assessed by others."""
    answer: str = ""
    """The text that `assessment` speaks of; its spans are ranges of this."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """What one line of the history shows."""

    id: int
    title: str
    type: str | None
    """Slug; None for one that has none."""
    type_name: str
    skills: tuple[str, ...]
    job_id: int | None
    job: str
    """Title and company as they are now, or as they were when the job went."""
    status: SessionStatus
    mode: Mode
    interviewer: str
    score: int | None
    """Over the session; None: not assessed or not enough to judge."""
    asked: int
    answered: int
    planned: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    seconds: float
    """On the timer: pauses are not counted."""
    snippet: str = ""
    """Words around what a search found, the hits between \\x02 and \\x03."""
    spoken: TurnTaking | None = None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One page of the history, and how many sessions there are in all."""

    sessions: tuple[SessionRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One thing that the interviewer was given, as the screen shows it: "Job", "Data engineer, Acme"."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as a whole."""

    row: SessionRow
    setup: Setup
    asked: tuple[AskedView, ...]
    messages: tuple[MessageView, ...]
    draft: str = ""
    """What the person typed and has not sent."""
    paused: bool = False
    error: str = ""
    given: tuple[GivenLine, ...] = ()
    assessment: SessionAssessment | None = None
    folder: str = ""
    """Name of its folder for audio, under the data folder's `practice`."""


# --- what an assessor takes and gives ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What an assessor is told of a question. `follow_ups` are those that were really spoken."""

    text: str
    type: str = ""
    """Slug of the interview type; empty where it is not known."""
    shape: Shape = "plain"
    points: tuple[Point, ...] = ()
    skills: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark and the words that it rests on: `answer[start:end] == quote`, never empty; the database refuses
    others."""

    name: str
    """What is marked: "relevance", "structure", "substance", "own part", "points", "length"."""
    score: int
    quote: str
    start: int
    end: int
    reason: str = ""
    """In words, to the person."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A point of the rubric that the answer touches, with the words that do."""

    point: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnswerAssessment:
    """What was made of one answer. `score` None: not enough to judge, `reason` says why, and there are no marks."""

    score: int | None
    reason: str = ""
    marks: tuple[Mark, ...] = ()
    covered: tuple[Covered, ...] = ()
    missed: tuple[str, ...] = ()
    """Points that the answer does not touch."""
    landed: tuple[str, ...] = ()
    """What worked, a sentence each."""
    sharpen: tuple[str, ...] = ()
    """What to sharpen, a sentence each."""
    stronger: str = ""
    """A stronger version that uses only facts the person gave; empty where there is nothing to build on."""
    cause: str = ""
    """Why it was not judged, for programs: "empty", "too_short", "gibberish", "copied", "off_topic", "steering"."""
    by: str = "rules"
    """Who assessed: "rules", or a model's name."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a session as `assess_session` gets it."""

    asked: Asked
    status: AskedStatus
    answer: str = ""
    assessment: AnswerAssessment | None = None


@dataclass(frozen=True, slots=True)
class SkillMark:
    """The mark of one skill in a session; None where no answer about it could be judged."""

    skill: str
    score: int | None
    answers: int
    """Answers that the mark rests on."""


@dataclass(frozen=True, slots=True)
class SessionAssessment:
    """What was made of a session. `score` None: not enough to judge, and `reason` says why."""

    score: int | None
    reason: str = ""
    skills: tuple[SkillMark, ...] = ()
    landed: tuple[str, ...] = ()
    sharpen: tuple[str, ...] = ()
    judged: int = 0
    not_judged: int = 0
    """Answered, but not enough to judge."""
    not_answered: int = 0
    not_asked: int = 0
    by: str = "rules"
