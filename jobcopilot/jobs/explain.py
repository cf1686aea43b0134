"""Why one stored job has its match: read without SQLAlchemy, because a screen asks for it at every move."""

from __future__ import annotations

import sqlite3

from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs.facts import Facts, from_json, read_facts
from jobcopilot.jobs.match import Match
from jobcopilot.jobs.score import score
from jobcopilot.jobs.wanted import Wanted
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.pay import Pay


def explain(reader: Reader, profile: ProfileView | Wanted, job_id: int) -> Match:
    """Return the match of one stored job with all of its reasons; raises `NotFound` where there is no such job."""
    with reader.connection() as connection:
        found = connection.execute("SELECT facts FROM job_text WHERE job_id = ?", (job_id,)).fetchone()
        if found is None:
            raise NotFound("There is no such job", str(job_id), "List them with: jobcopilot jobs list")
        return score(profile, from_json(found[0]) or read_again(connection, job_id))


def read_again(connection: sqlite3.Connection, job_id: int) -> Facts:
    """Return the facts of a stored job from its text; for those whose stored facts are of an older reading."""
    title, place, mode, description, *pay = connection.execute(
        """
        SELECT title, place, work_mode, description, pay_text, pay_minimum, pay_maximum, pay_currency, pay_period,
               pay_known
        FROM job JOIN job_text ON job_text.job_id = job.id WHERE job.id = ?
        """,
        (job_id,),
    ).fetchone()
    stated = None if pay[1] is None and pay[2] is None else Pay(*pay)
    return read_facts(title, place, description, mode, stated)
