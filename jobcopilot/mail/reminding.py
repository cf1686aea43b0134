"""Reminders of interviews by e-mail, beside the desktop's: each at most once, and at most twenty an hour.

A reminder that is due gets a row of its own here; the desktop's delivery neither waits for it nor knows of it. Quiet
hours hold it back as they do the desktop's; a mail that they would hold until the interview has begun leaves at once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import JobcopilotError
from jobcopilot.interviews.rows import tasks_where
from jobcopilot.mail.due import TOO_LATE, DueMail, due_now, since_of
from jobcopilot.mail.messages import Party, new_message_id
from jobcopilot.mail.outbox import PAUSES, MailOutbox, Post, reason_of
from jobcopilot.mail.sending import Later, TakenBack, Uncertain
from jobcopilot.mail.templating import rendered
from jobcopilot.reminders.compose import compose
from jobcopilot.reminders.quiet import LOOK_AGAIN, Preferences
from jobcopilot.reminders.views import DAY_BEFORE, HOURS_BEFORE, Describe, Described
from jobcopilot.text import clean_line, clean_text

log = logging.getLogger(__name__)

MOST_AN_HOUR: Final = 20
_BEFORE: Final = {DAY_BEFORE: timedelta(days=1), HOURS_BEFORE: timedelta(hours=2)}


class ReminderMails:
    """Sends what is due; run by the outbox, which makes sure that one process alone does."""

    def __init__(
        self,
        outbox: MailOutbox,
        describe: Describe,
        preferences: Callable[[], Preferences] = Preferences,
    ) -> None:
        """`preferences` says when the person wants quiet; it may raise, and then none holds."""
        self._outbox = outbox
        self._describe = describe
        self._preferences = preferences

    def send_due(self, post: Post) -> Counter[str]:
        """Send the reminders that are due; return what became of them."""
        counts: Counter[str] = Counter()
        settings = post.settings
        if not settings.reminders:
            return counts
        now = self._outbox.clock.now()
        with self._outbox.reader.connection() as connection:
            due = due_now(connection, now, since_of(settings.reminders_since))
        # After a night asleep, only the latest of each interview: the others say nothing more.
        latest = {one.subject: one.id for one in due}
        for one in due:
            if latest[one.subject] != one.id:
                self._settle(one, "missed", "a later one of the same interview was due as well")
                counts["missed"] += 1
                continue
            if (free_at := self._full_until()) is not None:
                self._put_off(one, free_at, f"at most {MOST_AN_HOUR} reminders an hour go by e-mail")
                counts["waiting"] += 1
                continue
            counts[self._send(post, one)] += 1
        return counts

    def _quiet_until(self, one: DueMail, begins: datetime | None, now: datetime) -> datetime | None:
        """Return when to look at a mail again that quiet hours hold back, None where they do not."""
        try:
            preferences = self._preferences()
        except JobcopilotError as wrong:
            # A slip in the settings must not cost a reminder.
            log.warning("quiet hours are not known: %s", wrong.title)
            return None
        if preferences.quiet is None or (one.kind == HOURS_BEFORE and preferences.two_hours_break_quiet):
            return None
        end = preferences.quiet.ends_after(now, self._outbox.clock.zone())
        if end is None or (begins is not None and begins <= end):
            return None
        return min(end, now + LOOK_AGAIN)

    def _full_until(self) -> datetime | None:
        """Return when the next mail may leave, None where it may now."""
        hour_ago = to_milliseconds(self._outbox.clock.now() - timedelta(hours=1))
        with self._outbox.reader.connection() as connection:
            sent = [
                at
                for (at,) in connection.execute(
                    "SELECT sent_at FROM reminder_mail WHERE sent_at > ? ORDER BY sent_at DESC", (hour_ago,)
                )
            ]
        if len(sent) < MOST_AN_HOUR:
            return None
        return from_milliseconds(sent[MOST_AN_HOUR - 1]) + timedelta(hours=1)

    def _send(self, post: Post, one: DueMail) -> str:
        now = self._outbox.clock.now()
        try:
            described = self._describe(one.subject)
        except JobcopilotError as told:
            return self._again(one, told, now, None)
        begins = None if described is None else described.begins_at
        if described is None or (begins is not None and begins <= now):
            self._settle(one, "missed", "there is nothing to be reminded of any more")
            return "missed"
        if begins is not None and not _belongs(one, begins):
            self._settle(one, "missed", "the interview was moved: it is told of at its new time")
            return "missed"
        if (until := self._quiet_until(one, begins, now)) is not None:
            self._put_off(one, until, "")
            return "waiting"
        subject, text, html = self._written(one, described, now)
        settings = post.settings
        self._row(one, now)
        try:
            post.send(
                Party(settings.name, settings.reminders_to or settings.address),
                subject,
                text,
                html=html,
                message_id=new_message_id(settings.address),
                leaving=lambda: self._leaving(one),
                automatic=True,
            )
        except TakenBack:
            return "cancelled"
        except Later as later:
            return self._again(one, later, now, begins)
        except Uncertain as broken:
            self._settle(one, "uncertain", reason_of(broken))
            return "uncertain"
        except JobcopilotError as refused:
            log.warning("a reminder could not be sent by e-mail: %s", refused.title)
            self._settle(one, "failed", reason_of(refused))
            return "failed"
        self._settle(one, "sent", "")
        return "sent"

    def _written(self, one: DueMail, described: Described, now: datetime) -> tuple[str, str, str]:
        """Return subject, text and HTML, made at the moment of sending as the desktop's are."""
        message = compose(
            # The whole checklist stands below; its first names need not stand above it, too.
            replace(described, open_preparation=()),
            subject=one.subject,
            kind=one.kind,
            due=one.due,
            now=now,
            zone=self._outbox.clock.zone(),
        )
        given = {
            "title": message.title,
            "lines": message.body.split("\n"),
            "checklist": list(self._checklist(one)),
        }
        text = clean_text(rendered("reminder.txt.j2", **given))
        return message.title, text, rendered("reminder.html.j2", **given, link=message.link)

    def _checklist(self, one: DueMail) -> Iterator[tuple[bool, str]]:
        with self._outbox.reader.connection() as connection:
            tasks = tasks_where(
                connection, one.profile_id, " AND round_id = ? ORDER BY position", one.subject.id
            )
        for task in tasks:
            yield task.done, clean_line(task.title, 200)

    def _row(self, one: DueMail, now: datetime) -> None:
        at = to_milliseconds(now)
        self._outbox.mark(
            "INSERT INTO reminder_mail (reminder_id, state, attempts, next_attempt, error, created_at, updated_at)"
            " VALUES (?1, 'waiting', 0, ?2, '', ?2, ?2) ON CONFLICT (reminder_id) DO NOTHING",
            one.id, at,
        )  # fmt: skip

    def _leaving(self, one: DueMail) -> bool:
        """Write down that it may leave; False where the round was moved, cancelled or deleted meanwhile."""
        at = to_milliseconds(self._outbox.clock.now())
        return (
            self._outbox.mark(
                "UPDATE reminder_mail SET state = 'uncertain', attempts = attempts + 1, next_attempt = NULL,"
                " sent_at = ?1, error = 'it was being handed over when the program ended', updated_at = ?1"
                " WHERE reminder_id = ?2 AND state = 'waiting'"
                " AND EXISTS (SELECT 1 FROM reminder WHERE id = ?2 AND status <> 'cancelled')",
                at, one.id,
            ) == 1
        )  # fmt: skip

    def _again(self, one: DueMail, told: JobcopilotError, now: datetime, begins: datetime | None) -> str:
        following = now + PAUSES[min(one.attempts + 1, len(PAUSES)) - 1]
        if (begins is not None and following >= begins) or now - one.due > TOO_LATE:
            self._settle(one, "failed", reason_of(told))
            return "failed"
        self._put_off(one, following, reason_of(told), counts=True)
        return "waiting"

    def _put_off(self, one: DueMail, until: datetime, why: str, *, counts: bool = False) -> None:
        now = self._outbox.clock.now()
        self._row(one, now)
        self._outbox.mark(
            "UPDATE reminder_mail SET state = 'waiting', next_attempt = ?, sent_at = NULL, error = ?,"
            " attempts = ?, updated_at = ? WHERE reminder_id = ?",
            to_milliseconds(until), why, one.attempts + counts, to_milliseconds(now), one.id,
        )  # fmt: skip

    def _settle(self, one: DueMail, state: str, why: str) -> None:
        now = self._outbox.clock.now()
        self._row(one, now)
        self._outbox.mark(
            "UPDATE reminder_mail SET state = ?1, next_attempt = NULL, error = ?2, updated_at = ?3,"
            " sent_at = CASE WHEN ?1 IN ('sent', 'uncertain') THEN ?3 END WHERE reminder_id = ?4",
            state, why, to_milliseconds(now), one.id,
        )  # fmt: skip


def _belongs(one: DueMail, begins: datetime) -> bool:
    """Return whether a reminder is still one of an interview that begins then.

    The desktop's telling settles a reminder, so that moving the interview afterwards does not cancel it.
    """
    before = begins - one.due
    if one.kind in _BEFORE:
        return before == _BEFORE[one.kind]
    # Of preparation one is told the day before, at a time of the clock.
    return timedelta() < before <= timedelta(days=2, hours=1)
