"""Carrying out one entry of the outbox: write down what is about to be asked, ask, write down what came of it.

A crash between the request and its record leaves the entry under way. Whoever takes it up looks first what the calendar
holds, so that nothing is made twice; and nothing that another program wrote is overwritten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from jobcopilot.calendars.port import Calendar, Changed, Event, Facts, Held, Permanent, Remote
from jobcopilot.calendars.rows import REMOVING, Item, items_where
from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.jobs.records import raw

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

Came = Literal["sent", "removed", "nothing", "noticed"]
"""What an entry came to; `noticed`: the calendar holds something else, which waits for the person."""
_KEY: Final = "account_id = ? AND round_id = ?"


class Carrier:
    """Carries out entries of one account, on one thread, while no other process does."""

    def __init__(self, database: Database, reader: Reader, calendar: Calendar, clock: Clock) -> None:
        self._database = database
        self._reader = reader
        self._calendar = calendar
        self._clock = clock

    def carry(self, item: Item, event: Event | None) -> Came:
        """Make the calendar hold `event` (None: nothing) as what it has of a round.

        Raises the port's errors; what was under way is then looked at next time.
        """
        if item.attempt is not None:
            looked = self._after_a_break(item)
            if looked is None:
                return "noticed"
            item = looked
        held = item.held
        if event is None or (held is None and event.facts.status == "cancelled"):
            if held is None or item.linked:
                self._finish(item, None, None)
                return "nothing"
            return self._remove(item, held)
        if held is not None and item.sent_fingerprint == item.fingerprint:
            self._finish(item, held, item.sent)
            return "nothing"
        if item.linked:
            return self._beside(item, event)
        return self._put(item, event)

    def note(self, item: Item, remote: Remote | None) -> None:
        """Write down that the calendar holds something else than both sides agreed on; None: nothing any more."""
        theirs = "" if remote is None or remote.facts is None else remote.facts.as_json()
        self._write(
            item,
            "difference = ?, theirs = ?, their_etag = ?, href = ?, linked = ?, noticed_at = ?, attempt = NULL",
            "removed" if remote is None else "changed",
            theirs,
            "" if remote is None else remote.held.etag,
            item.href if remote is None else remote.held.href,
            item.linked if remote is None else not remote.ours,
            self._now(),
        )

    def seen(self, item: Item, remote: Remote | None, ours: Facts | None, *, over: bool) -> bool:
        """Take in what a look found of an item that was held; return whether that waits for the person.

        `over`: the round is past, canceled or deleted.
        """
        if remote is None and over:
            # Many programs clear away what is past, and both sides agree about what does not take place.
            self._write(item, "etag = NULL")
            return False
        if remote is not None and remote.facts is not None:
            facts = remote.facts
            if item.sent is not None and facts.same_as(item.sent):
                self._write(item, "etag = ?", remote.held.etag)
                return False
            if ours is not None and facts.same_as(ours):
                self._write(item, "etag = ?, sent = ?", remote.held.etag, facts.as_json())
                return False
        self.note(item, remote)
        return True

    def _put(self, item: Item, event: Event, *, again: bool = True) -> Came:
        self._begin(item, event.facts.as_json())
        try:
            held = self._calendar.put(event, item.held)
        except Changed as changed:
            return self._met(item, event, changed.remote, again=again)
        self._finish(item, held, event.facts)
        return "sent"

    def _met(self, item: Item, event: Event, remote: Remote | None, *, again: bool) -> Came:
        """Deal with what is there in place of what was expected."""
        if remote is None:
            if item.held is None:
                self._write(item, "attempt = NULL")
                raise Permanent(
                    "The calendar says that it has this interview already, and does not show it",
                    hint="Look into its waste basket, then: jobcopilot calendar sync --retry",
                )
            if event.facts.status == "cancelled":
                self._finish(item, None, None)
                return "nothing"
            self.note(item, None)
            return "noticed"
        facts = remote.facts
        if facts is not None and facts.same_as(event.facts):
            self._finish(item, remote.held, event.facts, linked=not remote.ours)
            return "sent"
        if facts is not None and not remote.ours and _same_time(facts, event.facts):
            self._finish(item, remote.held, facts, linked=True)
            return "nothing"
        if facts is not None and item.sent is not None and facts.same_as(item.sent) and remote.ours and again:
            # Nothing that a person sees differs: the server only rewrote it.
            return self._put(replace(item, href=remote.held.href, etag=remote.held.etag), event, again=False)
        self.note(item, remote)
        return "noticed"

    def _beside(self, item: Item, event: Event) -> Came:
        """The calendar holds the invitation itself: it is left alone where it is at the same time."""
        if item.sent is not None and _same_time(item.sent, event.facts) and event.facts.status != "cancelled":
            self._finish(item, item.held, item.sent, linked=True)
            return "nothing"
        there = self._calendar.fetch(event.uid, item.href)
        if there is not None and there.facts is not None and _same_time(there.facts, event.facts):
            self._finish(item, there.held, there.facts, linked=True)
            return "nothing"
        if there is None:
            return self._put(replace(item, href="", etag=None, linked=False), event)
        self.note(item, there)
        return "noticed"

    def _remove(self, item: Item, held: Held, *, again: bool = True) -> Came:
        self._begin(item, REMOVING)
        try:
            self._calendar.remove(held)
        except Changed as changed:
            remote = changed.remote
            facts = None if remote is None else remote.facts
            only_rewritten = facts is not None and item.sent is not None and facts.same_as(item.sent)
            if remote is None or not only_rewritten or not again:
                self.note(item, remote)
                return "noticed"
            return self._remove(item, remote.held, again=False)
        self._finish(item, None, None)
        return "removed"

    def _after_a_break(self, item: Item) -> Item | None:
        """Return an item that was under way as it truly stands; None where that waits for the person now."""
        remote = self._calendar.fetch(item.named.uid, item.href)
        tried = None if item.attempt in (None, REMOVING) else Facts.from_json(item.attempt or "")
        if remote is None:
            if item.attempt != REMOVING and item.etag is not None:
                self.note(item, None)
                return None
            self._write(item, "attempt = NULL, etag = NULL")
        elif remote.etag_is(item.etag):
            self._write(item, "attempt = NULL")
        elif remote.facts is not None and tried is not None and remote.facts.same_as(tried):
            self._write(
                item,
                "attempt = NULL, etag = ?, href = ?, sent = ?, sequence = ?, fingerprint = '', linked = ?",
                remote.held.etag,
                remote.held.href,
                tried.as_json(),
                remote.held.sequence,
                not remote.ours,
            )
        elif remote.facts is not None and item.sent is not None and remote.facts.same_as(item.sent):
            self._write(item, "attempt = NULL, etag = ?", remote.held.etag)
        elif item.etag is None and item.sent is None and remote.facts is not None and not remote.ours:
            self._write(item, "attempt = NULL")
        else:
            self.note(item, remote)
            return None
        with self._reader.connection() as connection:
            return items_where(connection, _KEY, item.account_id, item.round_id)[0]

    def _begin(self, item: Item, attempt: str) -> None:
        self._write(item, "attempt = ?", attempt)

    def _finish(self, item: Item, held: Held | None, sent: Facts | None, *, linked: bool = False) -> None:
        self._write(
            item,
            "done = ?, done_at = ?, etag = ?, href = ?, sequence = ?, fingerprint = ?, sent = ?, linked = ?,"
            " attempt = NULL, attempts = 0, next_attempt = NULL, error = ''",
            item.version,
            self._now(),
            None if held is None else held.etag,
            "" if held is None else held.href,
            0 if held is None else item.named.sequence,
            "" if held is None else item.fingerprint,
            "" if sent is None else sent.as_json(),
            linked,
        )

    def _write(self, item: Item, settings: str, *values: object) -> None:
        with self._database.writing() as session:
            raw(session).execute(
                f"UPDATE calendar_item SET {settings} WHERE {_KEY}",  # noqa: S608  # this file's own words
                (*values, item.account_id, item.round_id),
            )

    def _now(self) -> int:
        at: datetime = self._clock.now()
        return to_milliseconds(at)


def _same_time(one: Facts, other: Facts) -> bool:
    return replace(one, summary="", location="", description="", status="confirmed").same_as(
        replace(other, summary="", location="", description="", status="confirmed")
    )
