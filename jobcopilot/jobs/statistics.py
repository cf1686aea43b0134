"""Counts over all jobs of a profile, read from a tally that the database keeps itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.jobs.views import FUNNEL, STATUSES, Level, Statistics

_FIRST_MONDAY: Final = date(1969, 12, 29)
_LEVELS: Final[tuple[Level, ...]] = ("high", "medium", "low")


def statistics(reader: Reader, profile_id: int, clock: Clock) -> Statistics:
    """Count the jobs of a profile; deleted ones count nowhere.

    Weeks are ISO weeks: those of creation in UTC (the tally cannot follow the person's travels), this week's
    applications in the person's zone. A job was applied for when it ever reached `applied` or has a date of
    application, and answered when it then reached an interview or was rejected.
    """
    now = clock.now().astimezone(clock.zone())
    monday = datetime.combine(now.date() - timedelta(now.weekday()), time(), now.tzinfo)
    with reader.connection() as connection:
        tally: dict[str, dict[str | int, int]] = {}
        for subject, value, count in connection.execute(
            "SELECT subject, value, n FROM job_tally WHERE profile_id = ? AND n <> 0", (profile_id,)
        ):
            tally.setdefault(subject, {})[value] = count
        applied_this_week = connection.execute(
            "SELECT count(*) FROM job_board WHERE profile_id = ? AND applied_at >= ? AND applied_at <= ?",
            (profile_id, to_milliseconds(monday), to_milliseconds(now)),
        ).fetchone()[0]
    statuses = tally.get("status", {})
    total = sum(statuses.values())
    scored = sum(tally.get("scored", {}).values())
    matches = sum(tally.get("match", {}).values())
    levels = tally.get("level", {})
    reached = {int(stage): count for stage, count in tally.get("reached", {}).items()}
    sources = sorted(tally.get("source", {}).items(), key=lambda item: (-item[1], str(item[0])))
    return Statistics(
        total=total,
        average_match=matches / scored if scored else None,
        by_status={status: statuses.get(status, 0) for status in STATUSES},
        by_level={level: levels.get(level, 0) for level in _LEVELS},
        by_source={str(source): count for source, count in sources},
        by_week={_week(int(week)): count for week, count in sorted(tally.get("week", {}).items())},
        funnel={
            stage: sum(count for place, count in reached.items() if place >= position)
            for position, stage in enumerate(FUNNEL)
        },
        applied_this_week=applied_this_week,
        answered=sum(tally.get("answered", {}).values()),
    )


def _week(number: int) -> str:
    """The ISO week (2026-W47) of a number of weeks since the first Monday."""
    year, week, _ = (_FIRST_MONDAY + timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02d}"
