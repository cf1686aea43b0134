"""Invented feeds with twelve weeks of polls and postings, so that the market can be looked at; each says that it is."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.views import JobDraft
from jobcopilot.market.views import SAMPLE_BOARD
from jobcopilot.reading.pay import stated_pay
from jobcopilot.sources.feed import Found, source_id_of

if TYPE_CHECKING:
    from jobcopilot.runtime import Runtime

DAYS: Final = 84
_SEED: Final = 20261121
_FEED: Final = "greenhouse"
_NOTE: Final = "sample data: invented, nothing is ever asked of this source"
_COMPANIES: Final = (
    "Globex", "Fjordline", "Halcyon Rail", "Wren & Sons", "Marmalade", "Tidewater", "Copperfield", "Redwood Freight",
)  # fmt: skip
_ROLES: Final = (
    ("Data Engineer", 72, "Python, SQL and Apache Airflow. dbt is nice to have."),
    ("Senior Data Engineer", 88, "Must have Python, SQL and Apache Spark. Kubernetes is nice to have."),
    ("Analytics Engineer", 74, "Must have SQL and dbt. Python and Looker are nice to have."),
    ("Data Platform Engineer", 86, "Must have Python, Kubernetes and Terraform. Apache Kafka is nice to have."),
    ("Machine Learning Engineer", 92, "Must have Python and PyTorch. Docker and Kubernetes are nice to have."),
    ("Backend Engineer, Python", 80, "Must have Python, PostgreSQL and Docker. FastAPI is nice to have."),
    ("Data Analyst", 58, "Must have SQL and Microsoft Excel. Tableau is nice to have."),
    ("Product Manager, Data", 84, "Must have product management. SQL is nice to have."),
)  # fmt: skip
_PLACES: Final = (
    "Berlin, Germany", "Berlin, Germany", "Hamburg, Germany", "Munich, Germany", "Remote (Europe)", "Remote (Germany)",
    "Amsterdam, Netherlands", "Paris, France",
)  # fmt: skip


def fill_market(runtime: Runtime) -> None:
    """Give a home with the sample person invented sources, switched off, and what they showed in twelve weeks."""
    from jobcopilot.jobs.bulk_reading import BulkReader
    from jobcopilot.sources.landing import Landing, digest_of

    draw = random.Random(_SEED)  # noqa: S311  # samples, the same each time
    now = runtime.clock.now()
    with BulkReader(runtime.profile, processes=0) as reading:
        for number, company in enumerate(_COMPANIES):
            source_id = _source(runtime, SAMPLE_BOARD + company.split()[0].lower(), now)
            found, lives = [], []
            for one in range(26 + draw.randrange(14)):
                life = _life(draw)
                found.append(_posting(draw, company, f"{number}-{one}", now, life[0]))
                lives.append(life)
            landing = Landing(
                runtime.database,
                runtime.reader,
                runtime.profile.id,
                source_id,
                reading,
                to_milliseconds(now),
            )
            landing.take(found, {one.key: digest_of(one) for one in found}, to_milliseconds(now))
            _live(runtime, source_id, dict(zip([one.key for one in found], lives, strict=True)), now)
    runtime.market.build()


def _source(runtime: Runtime, board: str, now: datetime) -> int:
    with runtime.database.writing() as session:
        connection = raw(session)
        added = connection.execute(
            "INSERT INTO source (profile_id, feed, board, address, enabled, added_at, polled_at, health, note,"
            " failures, etag, last_modified) VALUES (?, ?, ?, '', 0, ?, ?, 'fine', ?, 0, '', '')",
            (
                runtime.profile.id, _FEED, board, to_milliseconds(now - timedelta(days=DAYS)),
                to_milliseconds(now), _NOTE,
            ),
        )  # fmt: skip
        source_id = added.lastrowid
        assert source_id is not None
        connection.executemany(
            "INSERT INTO poll (source_id, at, seconds, outcome, whole, found, new, changed, closed, reposted, rejected,"
            " pages, message) VALUES (?, ?, 0.4, 'fine', 1, 20, 0, 0, 0, 0, 0, 1, '')",
            [(source_id, to_milliseconds(now - timedelta(days=day))) for day in range(DAYS, -1, -1)],
        )
    return source_id


def _life(draw: random.Random) -> tuple[int, int | None]:
    """Return how many days ago a posting was first seen, and was closed (None: it is open)."""
    # A third was there before the first poll; there are somewhat more each week.
    first = DAYS if draw.random() < 0.3 else int(DAYS * (1 - draw.random() ** 0.8))
    closed = first - draw.randint(9, 60)
    return first, closed if closed > 0 else None


def _posting(draw: random.Random, company: str, key: str, now: datetime, first: int) -> Found:
    title, thousands, asks = draw.choice(_ROLES)
    # Pay rises by some 4 % in the twelve weeks; a third does not state it.
    low = round(thousands * (1 + 0.04 * (DAYS - first) / DAYS) * draw.uniform(0.9, 1.1)) * 1000
    pay = stated_pay(low, low + draw.randrange(8, 24) * 1000, "EUR", "year") if draw.random() < 0.65 else None
    place = draw.choice(_PLACES)
    extra = draw.choice(
        ("", " Terraform is nice to have.", " Git is taken for granted.", " AWS is nice to have.")
    )
    return Found(
        key=key,
        draft=JobDraft(
            title,
            company,
            place=place,
            description=f"Sample posting, invented.\n\n{asks}{extra}",
            source=f"feed:{_FEED}",
            source_id=source_id_of(_FEED, "sample", key),
            pay=pay,
            posted_on=(now - timedelta(days=first)).date(),
        ),
        places=(place,),
        tags=("sample",),
    )


def _live(runtime: Runtime, source_id: int, lives: dict[str, tuple[int, int | None]], now: datetime) -> None:
    """Move what was just found to when it was found, and close what is closed."""

    def ago(days: int) -> int:
        return to_milliseconds(now - timedelta(days=days))

    rows = [
        (ago(first), ago(closed or 0), None if closed is None else ago(closed), source_id, key)
        for key, (first, closed) in lives.items()
    ]
    with runtime.database.writing() as session:
        connection = raw(session)
        connection.executemany(
            "UPDATE posting SET first_seen_at = ?, last_seen_at = ?, closed_at = ? WHERE source_id = ? AND key = ?",
            rows,
        )
        connection.execute(
            "UPDATE posting_event SET at = (SELECT first_seen_at FROM posting WHERE posting.id = posting_id)"
            " WHERE posting_id IN (SELECT id FROM posting WHERE source_id = ?)",
            (source_id,),
        )
        connection.execute(
            'INSERT INTO posting_event (posting_id, at, action, "before", "after")'
            " SELECT id, closed_at, 'closed', '{}', json_object('closed_at', closed_at, 'why', 'not shown any more')"
            " FROM posting WHERE source_id = ? AND closed_at IS NOT NULL",
            (source_id,),
        )
