"""The person's sources: added, switched on and off, and how they are doing."""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs.records import raw
from jobcopilot.profiles.views import ProfileView
from jobcopilot.sources.catalogue import feeds, known_boards, name_of, recognise
from jobcopilot.sources.due import LONGEST_PAUSE
from jobcopilot.sources.feed import Feed
from jobcopilot.sources.views import Health, SourceView
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

MEDIAN_DAYS: Final = 7
_COLUMNS: Final = (
    "id, feed, board, address, enabled, health, note, added_at, polled_at, next_poll_at, failures,"
    " (SELECT count(*) FROM posting WHERE source_id = source.id AND closed_at IS NULL)"
)


class Sources:
    """The sources of one profile."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        known: Mapping[str, Feed] | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile.id
        self._clock = clock
        self._known = known

    @property
    def known(self) -> Mapping[str, Feed]:
        """All feeds by name."""
        return feeds() if self._known is None else self._known

    def mine(self) -> tuple[SourceView, ...]:
        """Return the sources that the person added, by name."""
        with self._reader.connection() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM source WHERE profile_id = ?",  # noqa: S608  # this file's own words
                (self._profile_id,),
            ).fetchall()
            views = [self._view(connection, row) for row in rows if row[1] in self.known]
        return tuple(sorted(views, key=lambda view: view.name.casefold()))

    def offered(self) -> tuple[SourceView, ...]:
        """Return what ships switched off and was not added: the aggregators, and boards of known companies."""
        mine = {(view.feed, view.board.casefold()) for view in self.mine()}
        shipped = [(feed.name, "") for feed in self.known.values() if feed.kind == "aggregator"]
        shipped += [(name, board) for name, board in known_boards() if name in self.known]
        return tuple(
            _offered(self.known[name], board)
            for name, board in shipped
            if (name, board.casefold()) not in mine
        )

    def get(self, name: str) -> SourceView:
        """Return a source by its name or its number. Raises `NotFound`."""
        wanted = name.strip().casefold()
        for view in self.mine():
            if wanted in (view.name.casefold(), str(view.id)):
                return view
        for view in self.offered():
            if view.name.casefold() == wanted:
                raise NotFound(
                    "This source is not on yet",
                    view.name,
                    f"Switch it on: jobcopilot sources enable {view.name}",
                )
        raise NotFound(
            "There is no such source", clean_line(name, 80), "jobcopilot sources list shows those there are."
        )

    def add(self, given: str, *, enable: bool = False) -> SourceView:
        """Add a source by an address of its board or of a posting, or by the name of one that is offered.

        What is there already is returned as it is. Raises `BadInput` for addresses of no known feed.
        """
        offered = next(
            (one for one in self.offered() if one.name.casefold() == given.strip().casefold()), None
        )
        if offered is not None:
            feed, board, address = self.known[offered.feed], offered.board, offered.address
        else:
            there: SourceView | None
            try:
                there = self.get(given)
            except NotFound:
                feed, board = recognise(given, self.known)
                address = feed.board_address(board)
                there = self._in_other_letters(feed, board)
            if there is not None:
                return self._switch(there, enabled=True) if enable else there
        with self._database.writing() as session:
            raw(session).execute(
                "INSERT INTO source (profile_id, feed, board, address, enabled, added_at, health, note, failures,"
                " etag, last_modified) VALUES (?, ?, ?, ?, ?, ?, 'new', '', 0, '', '')"
                " ON CONFLICT (profile_id, feed, board) DO UPDATE SET enabled = max(enabled, excluded.enabled)",
                (self._profile_id, feed.name, board, address, enable, to_milliseconds(self._clock.now())),
            )
        return self.get(name_of(feed.name, board))

    def _in_other_letters(self, feed: Feed, board: str) -> SourceView | None:
        """Return a board's source that is there, perhaps in other letters: mended where these never answered."""
        try:
            there = self.get(name_of(feed.name, board))
        except NotFound:
            return None
        if there.board == board or there.polled_at is not None:
            return there
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE source SET board = ?, address = ?, next_poll_at = NULL WHERE id = ?",
                (board, feed.board_address(board), there.id),
            )
        return self.get(name_of(feed.name, board))

    def enable(self, name: str) -> SourceView:
        """Switch a source on; one that is only offered is added. Raises `NotFound`."""
        offered = next(
            (one for one in self.offered() if one.name.casefold() == name.strip().casefold()), None
        )
        if offered is not None:
            return self.add(offered.name, enable=True)
        return self._switch(self.get(name), enabled=True)

    def disable(self, name: str) -> SourceView:
        """Switch a source off: nothing is asked of it any more, and what it found stays. Raises `NotFound`."""
        return self._switch(self.get(name), enabled=False)

    def _switch(self, view: SourceView, *, enabled: bool) -> SourceView:
        with self._database.writing() as session:
            raw(session).execute("UPDATE source SET enabled = ? WHERE id = ?", (enabled, view.id))
        return self.get(view.name)

    def _view(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> SourceView:
        (
            source_id, feed_name, board, address, enabled, health, note, added, polled, following, failures, count,
        ) = row  # fmt: skip
        feed = self.known[feed_name]
        return SourceView(
            id=source_id,
            name=name_of(feed_name, board),
            feed=feed_name,
            title=feed.title,
            kind=feed.kind,
            board=board,
            address=address,
            enabled=bool(enabled),
            health=cast("Health", health),
            note=note,
            terms=feed.terms.summary,
            credit=feed.terms.credit,
            terms_address=feed.terms.address,
            hours_between_polls=feed.manners.hours_between_polls,
            complete=feed.complete,
            added_at=_moment(added),
            polled_at=_moment(polled),
            next_poll_at=_plausible(following, self._clock.now()),
            failures=failures,
            open_postings=count,
            median_found=median_found(connection, source_id, self._clock.now()),
        )


def median_found(connection: sqlite3.Connection, source_id: int, now: datetime) -> float | None:
    """Return the median of what healthy whole polls found in the seven days up to the last of them; None without any.

    Up to the last, since after weeks without polls a sick answer is as suspicious. Those that found too few do not
    count: else two of them would make it usual, and close what they left out. After seven days of them it is usual.
    """
    at, days = to_milliseconds(now), int(timedelta(days=MEDIAN_DAYS).total_seconds() * 1000)
    healthy = "source_id = ? AND at <= ? AND whole AND outcome IN ('fine', 'empty')"
    (last,) = connection.execute(f"SELECT max(at) FROM poll WHERE {healthy}", (source_id, at)).fetchone()  # noqa: S608
    if last is None:
        return None
    (fewer_since,) = connection.execute(
        "SELECT min(at) FROM poll WHERE source_id = ? AND at BETWEEN ? AND ? AND outcome = 'few'",
        (source_id, last + 1, at),
    ).fetchone()
    if fewer_since is not None and at - fewer_since >= days:
        return None
    found = [
        count
        for (count,) in connection.execute(
            f"SELECT found FROM poll WHERE {healthy} AND at >= ?",  # noqa: S608  # this file's own words
            (source_id, at, last - days),
        )
    ]
    return float(statistics.median(found))


def _offered(feed: Feed, board: str) -> SourceView:
    return SourceView(
        id=None,
        name=name_of(feed.name, board),
        feed=feed.name,
        title=feed.title,
        kind=feed.kind,
        board=board,
        address=feed.board_address(board),
        enabled=False,
        health="new",
        note="",
        terms=feed.terms.summary,
        credit=feed.terms.credit,
        terms_address=feed.terms.address,
        hours_between_polls=feed.manners.hours_between_polls,
        complete=feed.complete,
    )


def _plausible(stored: int | None, now: datetime) -> datetime | None:
    """Return when a source is asked next; None, which is now, for what a clock that was wrong had written."""
    moment = _moment(stored)
    return None if moment is not None and moment > now + LONGEST_PAUSE else moment


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_milliseconds(stored)
