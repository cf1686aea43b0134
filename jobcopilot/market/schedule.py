"""When the daily statistics are built: at the person's midnight, and whenever a day was missed."""

from __future__ import annotations

import sqlite3
from typing import Final

_DAY_MS: Final = 86_400_000
_ALL: Final = """
    SELECT profile.name FROM profile LEFT JOIN market_state ON market_state.profile_id = profile.id
    WHERE (EXISTS (SELECT 1 FROM posting WHERE posting.profile_id = profile.id)
        OR EXISTS (SELECT 1 FROM job WHERE job.profile_id = profile.id))
"""


def builds_of_the_night(connection: sqlite3.Connection, _now: int) -> list[list[str]]:
    """Return the command line that builds the statistics, for each profile that holds any posting."""
    return [["--profile", name, "market", "build", "--json"] for (name,) in connection.execute(_ALL)]


def builds_missed(connection: sqlite3.Connection, now: int) -> list[list[str]]:
    """Return the same for those whose last built day is over: the machine slept, or was off, at midnight."""
    missed = connection.execute(f"{_ALL} AND coalesce(built_until, 0) < ?", (now // _DAY_MS,))
    return [["--profile", name, "market", "build", "--json"] for (name,) in missed]
