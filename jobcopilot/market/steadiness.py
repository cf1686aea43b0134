"""Which sources were polled throughout a window: only those say how the market moved, not how their list grew."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

LONGEST_GAP_DAYS: Final = 3
_DAY_MS: Final = 86_400_000
_HEALTHY: Final = "('fine', 'empty')"


@dataclass(frozen=True, slots=True)
class Polled:
    """How one source was polled; days are numbers, as in the tables."""

    id: int
    feed: str
    board: str
    first: int | None
    """The day of the first healthy poll."""
    last: int | None
    polls: int
    steady_since: int | None
    """Since when it was polled in health without a longer gap, up to today; None where it is not by now."""

    def throughout(self, since: int) -> bool:
        """Say whether it was polled from this day on."""
        return self.steady_since is not None and self.steady_since <= since


def polled_sources(connection: sqlite3.Connection, profile_id: int, today: int) -> list[Polled]:
    """Return the sources of a profile that were ever polled in health, by feed and board."""
    found = []
    for number, feed, board in connection.execute(
        "SELECT id, feed, board FROM source WHERE profile_id = ? ORDER BY feed, board, id", (profile_id,)
    ).fetchall():
        days = connection.execute(
            f"SELECT at / {_DAY_MS}, count(*) FROM poll WHERE source_id = ? AND outcome IN {_HEALTHY}"  # noqa: S608
            " GROUP BY 1 ORDER BY 1",
            (number,),
        ).fetchall()
        polled = [day for day, _ in days if day <= today]
        if polled:
            polls = sum(count for _, count in days)
            found.append(
                Polled(number, feed, board, polled[0], polled[-1], polls, steady_since(polled, today))
            )
    return found


def steady_since(days: list[int], today: int) -> int | None:
    """Return the first of the days, in order, from which on no gap is longer than `LONGEST_GAP_DAYS`."""
    if not days or today - days[-1] > LONGEST_GAP_DAYS:
        return None
    since = days[-1]
    for later, earlier in pairwise(reversed(days)):
        if later - earlier > LONGEST_GAP_DAYS:
            break
        since = earlier
    return since
