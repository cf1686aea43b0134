"""What leaves the room: letters, their words, and how the mail stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

LetterKind = Literal["thank_you", "follow_up", "status_inquiry", "application"]
LETTER_KINDS: Final[tuple[LetterKind, ...]] = get_args(LetterKind)
KIND_WORDS: Final[dict[LetterKind, str]] = {
    "thank_you": "thank-you note",
    "follow_up": "follow-up",
    "status_inquiry": "status inquiry",
    "application": "asking after an application",
}
LetterState = Literal["draft", "waiting", "sent", "uncertain", "failed"]
LETTER_STATES: Final[tuple[LetterState, ...]] = get_args(LetterState)
STATE_WORDS: Final[dict[LetterState, str]] = {
    "draft": "draft",
    "waiting": "waiting to leave",
    "sent": "sent",
    "uncertain": "perhaps sent",
    "failed": "not sent",
}
Origin = Literal["template", "model", "own"]
EDITABLE: Final[tuple[LetterState, ...]] = ("draft", "failed")
Tone = Literal["warm", "plain", "formal"]
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Draft:
    """Subject and text of a letter: plain text, paragraphs with an empty line between."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter; times aware."""

    id: int
    job_id: int
    company: str
    job_title: str
    kind: LetterKind
    state: LetterState
    recipient_name: str
    recipient_email: str
    subject: str
    body: str
    origin: Origin
    round_id: int | None = None
    stage: str = ""
    contact_id: int | None = None
    follow_up_id: int | None = None
    leaves_at: datetime | None = None
    """While it waits: when it is tried (again)."""
    attempts: int = 0
    error: str = ""
    hint: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    sent_by: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def editable(self) -> bool:
        """Whether its words can still be changed."""
        return self.state in EDITABLE

    @property
    def recipient(self) -> str:
        """Whom it is for, as people read it."""
        if self.recipient_name and self.recipient_email:
            return f"{self.recipient_name} <{self.recipient_email}>"
        return self.recipient_name or self.recipient_email


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter that was drafted, and what the person should know of how."""

    letter: LetterView
    new: bool = True
    """False where a draft for the same person and occasion was there already."""
    remark: str = ""
    """Why a language model's version was not taken, where one was asked."""


@dataclass(frozen=True, slots=True)
class MailReport:
    """What one run of the outgoing mail came to."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    uncertain: int = 0
    busy: bool = False
    """Another process was sending; nothing was done."""
    reason: str = ""
    """Why nothing can leave now, where that is so."""


@dataclass(frozen=True, slots=True)
class MailState:
    """How the outgoing mail stands: letters by state, and reminders of the last day by what became of them."""

    set_up: bool
    server: str
    sender: str
    reminders_to: str
    """Empty where reminders do not go by e-mail."""
    letters: dict[str, int]
    reminders: dict[str, int]
    trouble: str = ""
    """The last reason why something waits or failed."""
