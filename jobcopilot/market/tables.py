"""The tables of the market: what was read of each posting held, and the statistics of each day.

All of it follows from postings, jobs and their history; nothing here is the person's own, and it may be made anew.
Days are UTC, counted since 1970, so that statistics don't depend on where the person is while they are built.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class MarketName(SQLModel, table=True):
    """The names of role families, places, skills and companies, numbered so that the other tables stay small."""

    __tablename__ = "market_name"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """`role`, `place`, `skill` or `company`."""
    name: str
    """As it is compared: a place's key, a company's folded name."""
    label: str = ""
    """As it is shown, where that is something else."""


class MarketMember(SQLModel, table=True):
    """A posting of a feed or a tracked job, and the unit as which it is counted: the same posting counts once."""

    __tablename__ = "market_member"
    __table_args__ = (Index("market_member_of_unit", "unit"), Index("market_member_of_profile", "profile_id"))

    member: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Twice the posting's id, or twice the job's id and one; see `members`."""
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    unit: int
    """The member that its unit is named after."""
    stamp: int
    """The `updated_at` of what was read."""


class MarketSpan(SQLModel, table=True):
    """A stretch of days in which a unit was on the market and said the same."""

    __tablename__ = "market_span"
    __table_args__ = (
        Index("market_span_of_role", "profile_id", "role_id"),
        Index("market_span_until", "profile_id", "until"),
        {"sqlite_with_rowid": False},
    )

    unit: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    until: int
    """The day on which it was gone, or said something else; far in the future while it is open."""
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    source_id: int = 0
    """The feed's source; 0 for what the person brought."""
    origin: str
    """`feed`, `import` or `own`."""
    role_id: int
    seniority: str | None = None
    management: bool = False
    places: str = ""
    """Numbers of all places it counts for, parted by spaces; the world is not among them."""
    company_id: int
    skills: str = ""
    """Numbers of the skills it names, parted by spaces."""
    must: str = ""
    """Those of them that it must have."""
    low: float | None = None
    high: float | None = None
    """Pay for a year in `currency`; both None where it states none, or only what nobody is paid."""
    currency: str | None = None
    dropped: bool = False
    """Whether it states 0 or what nobody is paid, and nothing else."""
    opened: int
    """The day on which it came onto the market, or came back; before `since` where it said something else then."""
    last: bool = True
    """Whether it is the unit's last word, and no repost under a new name has taken its place."""
    closed: bool = False
    """Whether the unit left the market with it."""
    reposts: int = 0


class MarketDaily(SQLModel, table=True):
    """The statistics of one date, role and place, over everything held and open at the day's end, in US dollars."""

    __tablename__ = "market_daily"
    __table_args__ = {"sqlite_with_rowid": False}

    profile_id: int = Field(primary_key=True, foreign_key="profile.id", ondelete="CASCADE")
    day: int = Field(primary_key=True)
    role_id: int = Field(primary_key=True)
    """0 for all roles."""
    place_id: int = Field(primary_key=True)
    """0 for the world."""
    postings: int
    with_pay: int
    average_minimum: float | None = None
    median_minimum: float | None = None
    average_maximum: float | None = None
    median_maximum: float | None = None
    skills: str = ""
    """The most asked: "number:count", parted by spaces."""


class MarketState(SQLModel, table=True):
    """How far the market of a profile was brought."""

    __tablename__ = "market_state"

    profile_id: int = Field(primary_key=True, foreign_key="profile.id", ondelete="CASCADE")
    read_until: int = 0
    """The newest change of a posting or job that was read, in milliseconds."""
    built_until: int | None = None
    """The last day that has statistics."""
    stale_from: int | None = None
    """The first day whose statistics no longer say what is known; None where all do."""
    rates: str = ""
    """The stamp of the exchange rates that the statistics were made with."""
    version: int = 0
    """Counts the changes of what the views show."""
