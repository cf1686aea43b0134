"""What every part of the room needs to write: the database, who is searching, the clock and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Protocol

from jobcopilot.clock import Clock
from jobcopilot.database.engine import Database
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.clashes import ClashRules
from jobcopilot.interviews.follow_up_rules import FollowUpRules
from jobcopilot.interviews.ledger import Ledger
from jobcopilot.jobs.companions import Companion, accompanied
from jobcopilot.jobs.journal import BatchKind, Journal
from jobcopilot.jobs.records import raw
from jobcopilot.profiles.views import ProfileView
from jobcopilot.settings import InterviewSettings

if TYPE_CHECKING:
    from sqlmodel import Session


class RoundCompanion(Companion, Protocol):
    """A companion that the rules of interviews matter to."""

    def arm_ahead(self, session: Session, journal: Journal) -> None:
        """Do for everything still to come what its companion does for a batch: after the rules changed."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the person set about interviews."""

    clashes: ClashRules = field(default_factory=ClashRules)
    follow_ups: FollowUpRules = field(default_factory=FollowUpRules)
    reminders: ReminderRules = field(default_factory=ReminderRules)


def rules_of(settings: InterviewSettings) -> Rules:
    """Return the rules that the settings say."""
    at: time = settings.preparation_at
    return Rules(
        ClashRules(buffer_minutes=settings.buffer_minutes, travel_minutes=settings.travel_minutes),
        FollowUpRules(
            thank_you_hours=settings.thank_you_hours,
            follow_up_days=settings.follow_up_days,
            inquiry_days=settings.inquiry_days,
            application_days=tuple(settings.application_days),
        ),
        ReminderRules(before_minutes=tuple(settings.remind_minutes), preparation_at=at),
    )


class Books:
    """Writes acts of the person, each one transaction and one batch of the history."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        rules: Rules,
        companions: tuple[RoundCompanion, ...],
    ) -> None:
        self.database = database
        self.reader = reader
        self.profile = profile
        self.clock = clock
        self.rules = rules
        self._companions = companions

    @contextmanager
    def writing(self, kind: BatchKind, label: str) -> Iterator[Ledger]:
        """One act: the ledger of one batch; reminders follow at its end, in the same transaction."""
        with self.database.writing() as session:
            now = to_milliseconds(self.clock.now())
            journal = Journal(raw(session), self.profile.id, now, lambda: self.profile)
            journal.open(kind, label)
            yield Ledger(journal)
            accompanied(session, journal, self._companions)

    def arm_again(self) -> None:
        """Arm what everything ahead asks for, after the rules changed: no act of the person, so nothing to undo."""
        with self.database.writing() as session:
            journal = Journal(
                raw(session), self.profile.id, to_milliseconds(self.clock.now()), lambda: self.profile
            )
            for companion in self._companions:
                companion.arm_ahead(session, journal)
