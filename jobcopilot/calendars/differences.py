"""What was changed in the other program: shown with both sides, and settled by the person."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jobcopilot.calendars.events import facts_of
from jobcopilot.calendars.port import Facts
from jobcopilot.calendars.rows import moment
from jobcopilot.calendars.views import Difference, ItemState
from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews.rounds import Rounds
from jobcopilot.interviews.rows import rounds_where
from jobcopilot.interviews.views import RoundView
from jobcopilot.jobs.records import listed, raw

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

_DIFFERING: Final = """
    SELECT account_id, account.name, round_id, difference, version > done, theirs, noticed_at
    FROM calendar_item JOIN calendar_account AS account ON account.id = account_id
    WHERE profile_id = ? AND difference <> '' ORDER BY noticed_at, round_id
"""
_SETTLED: Final = "difference = '', theirs = '', their_etag = '', noticed_at = NULL, attempt = NULL"


class Differences:
    """What differs between the rounds of one profile and its calendars."""

    def __init__(
        self, database: Database, reader: Reader, profile_id: int, clock: Clock, rounds: Callable[[], Rounds]
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id
        self._clock = clock
        self._rounds = rounds

    def list(self) -> tuple[Difference, ...]:
        """Return what waits for the person, the longest first."""
        with self._reader.connection() as connection:
            rows = connection.execute(_DIFFERING, (self._profile_id,)).fetchall()
            ids = listed(row[2] for row in rows)
            views = {
                view.id: view
                for view in rounds_where(
                    connection, self._profile_id, " AND round.id IN (SELECT value FROM json_each(?))", ids
                )
            }
        found = []
        for account_id, name, round_id, difference, open_, theirs, noticed_at in rows:
            view = views.get(round_id)
            state: ItemState = "removed_there" if difference == "removed" else "changed_there"
            found.append(
                Difference(
                    account_id,
                    name,
                    round_id,
                    "" if view is None else view.company,
                    "a deleted interview" if view is None else view.stage,
                    "conflict" if open_ else state,
                    None if view is None else facts_of(view),
                    Facts.from_json(theirs) if theirs else None,
                    difference == "removed",
                    moment(noticed_at),
                )
            )
        return tuple(found)

    def of(self, round_id: int, account_id: int | None = None) -> Difference:
        """Return the difference of a round. Raises `NotFound`, `UsageError` where several calendars have one."""
        found = [
            one for one in self.list() if one.round_id == round_id and account_id in (None, one.account_id)
        ]
        if not found:
            raise NotFound(
                "Nothing differs there", f"interview {round_id}", "See: jobcopilot calendar status"
            )
        if len(found) > 1:
            raise UsageError(
                "Several calendars differ from this interview",
                ", ".join(one.account for one in found),
                "Say which one: --calendar NAME",
            )
        return found[0]

    def take_theirs(self, difference: Difference) -> RoundView | None:
        """Change the round to what the calendar says: time, place, whether it takes place; undo brings it back.

        Other words that were written there become part of the round's notes, so that none is lost. Returns the round,
        None for one that was deleted here. Raises `UsageError` where what is there cannot be a round.
        """
        if difference.ours is None:
            self._settle(difference, keep=False, send=False)
            return None
        view = self._view(difference.round_id)
        if difference.gone:
            changed = (
                self._rounds().cancel(view.id).round if view.status in ("scheduled", "pending") else view
            )
            self._settle(difference, keep=False, send=False)
            return changed
        theirs = difference.theirs
        if theirs is None:
            raise UsageError(
                "What the calendar holds now cannot be an interview",
                f"{difference.stage}, {difference.company}: it repeats, lasts whole days or cannot be read",
                "Keep yours, or change it in the other program.",
            )
        changes = _changes(view, difference.ours, theirs)
        changed = self._rounds().edit(view.id, changes).round if changes else view
        self._settle(difference, keep=True, send=True)
        return changed

    def keep_mine(self, difference: Difference) -> None:
        """Let the calendar hold the round as it is here; what was written there goes."""
        self._settle(difference, keep=not difference.gone, send=True, force=True)

    def _settle(self, difference: Difference, *, keep: bool, send: bool, force: bool = False) -> None:
        """End a difference: what is there now is known (`keep`) or gone, and ours is sent or not.

        `force`: over an invitation that the calendar holds itself, too.
        """
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE calendar_item SET"
                " etag = CASE WHEN ?1 THEN nullif(their_etag, '') END, href = CASE WHEN ?1 THEN href ELSE '' END,"
                " sent = theirs, linked = CASE WHEN ?1 AND NOT ?6 THEN linked ELSE 0 END,"
                " fingerprint = '', done = CASE WHEN ?2 THEN done ELSE version END,"
                " version = version + ?2, asked_at = ?3, done_at = ?3, failed = 0, error = '', attempts = 0,"
                f" next_attempt = NULL, {_SETTLED} WHERE account_id = ?4 AND round_id = ?5",
                (
                    keep,
                    send,
                    to_milliseconds(self._clock.now()),
                    difference.account_id,
                    difference.round_id,
                    force,
                ),
            )

    def _view(self, round_id: int) -> RoundView:
        with self._reader.connection() as connection:
            found = rounds_where(connection, self._profile_id, " AND round.id = ?", round_id)
        if not found:
            raise NotFound(
                "There is no such interview", f"number {round_id}", "See: jobcopilot interviews list"
            )
        return found[0]


def _changes(view: RoundView, ours: Facts, theirs: Facts) -> dict[str, object]:
    """Return what of a round is to change so that it says what the calendar says."""
    changes: dict[str, object] = {}
    if theirs.starts_at != ours.starts_at:
        changes["starts_at"] = theirs.starts_at
    if (length := theirs.ends_at - theirs.starts_at) != ours.ends_at - ours.starts_at:
        changes["minutes"] = max(round(length / timedelta(minutes=1)), 1)
    if theirs.location.split() != ours.location.split():
        # What stands there is the place, or where there is none the link.
        is_link = urlsplit(theirs.location).scheme in ("http", "https") and " " not in theirs.location.strip()
        changes["link" if is_link else "place"] = theirs.location
    if theirs.status != ours.status:
        changes["status"] = {"confirmed": "scheduled", "tentative": "pending", "cancelled": "canceled"}[
            theirs.status
        ]
    words = [
        f"{said} (from the calendar)"
        for said, was in ((theirs.summary, ours.summary), (theirs.description, ours.description))
        if said.split() != was.split() and said.strip() and said not in view.notes
    ]
    if theirs.status != ours.status and theirs.summary in (f"Canceled: {ours.summary}", ours.summary):
        words = [one for one in words if not one.startswith(theirs.summary)]
    if words:
        changes["notes"] = "\n\n".join([part for part in (view.notes, *words) if part])
    return changes
