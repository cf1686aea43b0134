"""Which sources may be asked now, as SQL that the glance of every minute and the poll itself share."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CLAIM: Final = timedelta(minutes=10)
"""So long a claim holds that nobody renews: then its process has died or sleeps."""
LONGEST_PAUSE: Final = timedelta(days=2)
"""No source waits longer for its next poll, so that a moment further ahead comes from a clock that was wrong."""


def _ahead(column: str, now: str, longest: timedelta) -> str:
    return f"coalesce({column}, 0) BETWEEN {now} + 1 AND {now} + {int(longest.total_seconds() * 1000)}"


def pausing(now: str, table: str = "source") -> str:
    """Return SQL that tells whether a source waits for its next poll; `now` names the parameter (milliseconds)."""
    return _ahead(f"{table}.next_poll_at", now, LONGEST_PAUSE)


def being_polled(now: str, table: str = "source") -> str:
    """Return SQL that tells whether a process polls a source; `now` names the parameter (milliseconds)."""
    return _ahead(f"{table}.claimed_until", now, 2 * CLAIM)


DUE: Final = f"""
    source.enabled AND NOT ({pausing("?1")}) AND NOT EXISTS (
        SELECT 1 FROM source AS busy WHERE busy.feed = source.feed AND {being_polled("?1", "busy")}
            AND (busy.id = source.id OR busy.claimed_by <> ?2)
    )
"""  # noqa: S608  # made of this file's own words
"""Switched on, its pause over, and no other process asking its feed; ?1 is now, ?2 who asks."""
