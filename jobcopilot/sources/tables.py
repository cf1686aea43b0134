"""The tables of job feeds: where postings come from, what was polled, and what was found.

What a feed finds is kept apart from the tracked jobs: it is searched and counted, but floods no board.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Source(SQLModel, table=True):
    """One board of one feed that the person added; nothing is asked of it before it is switched on."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("profile_id", "feed", "board"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    feed: str
    """The name of its kind; see `sources.feeds`."""
    board: str = ""
    """Whose board, as the feed's addresses write it; empty for an aggregator."""
    address: str = ""
    """The address that the person gave; polls of a board at a private address may go there."""
    enabled: bool = False
    added_at: datetime = Field(sa_type=UtcMoment)
    next_poll_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """Not asked again before: the feed's budget, a `Retry-After`, or waiting longer after each failure."""
    polled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When it last answered, in full."""
    health: str = "new"
    """`new`, `fine`, `empty`, `few`, `changed`, `refused` or `down`."""
    note: str = ""
    """What was wrong, or what a person should know of the last answer."""
    failures: int = 0
    """Polls without an answer since the last one with."""
    etag: str = ""
    last_modified: str = ""
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    """One process polls a source at a time."""


class Poll(SQLModel, table=True):
    """One poll of a source: append-only."""

    __tablename__ = "poll"
    __table_args__ = (Index("poll_of_source", "source_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcMoment)
    seconds: float = 0.0
    outcome: str
    """`fine`, `empty`, `few`, `changed`, `refused`, `down` or `stopped`."""
    whole: bool = False
    """Whether every page was read, so that a posting which was not among them is missing."""
    found: int = 0
    new: int = 0
    changed: int = 0
    closed: int = 0
    reposted: int = 0
    rejected: int = 0
    pages: int = 0
    message: str = ""


class Posting(SQLModel, table=True):
    """One posting that a feed showed."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("source_id", "key"),
        Index("posting_open", "profile_id", "match_rank", sqlite_where=text("closed_at IS NULL")),
        Index(
            "posting_by_address", "profile_id", "address_key", sqlite_where=text("address_key IS NOT NULL")
        ),
        Index("posting_by_words", "source_id", "title_key"),
        Index("posting_by_change", "profile_id", "updated_at"),
        Index("posting_by_job", "job_id", sqlite_where=text("job_id IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE")
    key: str
    """The feed's own name for it."""
    title: str
    title_key: str
    company: str
    company_key: str
    place: str = ""
    places: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Each place as the feed writes it."""
    work_mode: str | None = None
    address: str = ""
    address_key: str | None = None
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The skills that title and description name."""

    pay_text: str = ""
    pay_minimum: float | None = None
    pay_maximum: float | None = None
    pay_currency: str | None = None
    pay_period: str | None = None
    pay_known: str | None = None
    pay_yearly_minimum: float | None = None
    pay_yearly_maximum: float | None = None

    posted_on: date | None = None
    deadline: date | None = None
    first_seen_at: datetime = Field(sa_type=UtcMoment)
    last_seen_at: datetime = Field(sa_type=UtcMoment)
    missed: int = 0
    """Whole polls in a row of a healthy feed that did not show it."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When it was first missed, once it was missed twice."""
    reposts: int = 0
    """How often it came back after it was closed, under its old name or a new one."""
    repost_of: int | None = Field(default=None, foreign_key="posting.id", ondelete="SET NULL")
    """The closed posting of the same source, title and place that this one repeats under a new name."""
    digest: str = ""
    """Of what the feed said: the same again is not read again."""

    match: int | None = None
    level: str | None = None
    coverage: float | None = None
    match_rank: int = 0
    """As in `job`."""
    job_id: int | None = Field(default=None, foreign_key="job.id", ondelete="SET NULL")
    """The job it was tracked as."""
    hidden_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When the person said that they don't want to see it."""
    updated_at: datetime = Field(sa_type=UtcMoment)
    """When anything of it changed but `last_seen_at`: what counts postings reads what changed since it last did."""


class PostingText(SQLModel, table=True):
    """The long texts of a posting."""

    __tablename__ = "posting_text"

    posting_id: int = Field(primary_key=True, foreign_key="posting.id", ondelete="CASCADE")
    description: str = ""
    facts: str = "{}"
    """As `job_text.facts`."""
    reasons: str = "[]"
    """Why it has its match, as JSON: skills matched, skills missing, summary."""


class PostingEvent(SQLModel, table=True):
    """One change of one posting: append-only."""

    __tablename__ = "posting_event"

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", ondelete="CASCADE", index=True)
    at: datetime = Field(sa_type=UtcMoment)
    action: str
    """`found`, `changed`, `pay`, `closed` or `reposted`."""
    before: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The changed columns only, with their stored values."""
