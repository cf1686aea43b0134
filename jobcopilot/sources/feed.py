"""The port that every job feed stands behind: which addresses are its own, what to ask, and how to read the answer.

A feed neither waits nor connects nor remembers: it makes requests and reads answers. Manners, faults of the network,
health and history are kept around it, once for all feeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from jobcopilot.errors import JobcopilotError
from jobcopilot.jobs.views import JobDraft, Rejected

Kind = Literal["company board", "aggregator"]


class ChangedShape(JobcopilotError):
    """A feed answered with something else than what it is known to answer; nothing is concluded from it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a feed asks of those who use it: shown before it is switched on, and its credit kept with its rows."""

    summary: str
    """One or two sentences: what it allows and what it wants."""
    credit: str = ""
    """What has to stand beside its postings, such as "Jobs from Remotive"; nothing where it asks for none."""
    address: str = ""
    """Where the terms can be read."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How gently a feed is asked."""

    hours_between_polls: float = 6.0
    """The feed's own budget: it is not asked again before."""
    crawl_delay_s: float = 1.0
    """Seconds between two requests to its host."""
    timeout_s: float = 20.0
    """Seconds that one answer may take in all."""
    most_bytes: int = 40_000_000
    most_pages: int = 200
    """After so many pages a poll ends, and says that there was more."""
    most_tries: int = 3
    """How often one question is asked where the host is in trouble; 1 where the feed counts every call."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a feed: GET, or POST where it has a body (JSON)."""

    address: str
    body: bytes | None = None
    accept: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back with status 200: the body unpacked, and what the server called it."""

    address: str
    content: bytes
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Found:
    """One posting as a feed tells it; all text in it is already safe (`jobcopilot.text`)."""

    key: str
    """The feed's own name for it, unique within one board and stable from poll to poll."""
    draft: JobDraft
    """`source` is `feed:NAME` and `source_id` is NAME:BOARD:KEY (`source_id_of`)."""
    places: tuple[str, ...] = ()
    """Each place as the feed writes it; the draft's place names them all."""
    published_at: datetime | None = None
    closes_at: datetime | None = None
    tags: tuple[str, ...] = ()
    """Department, field, the feed's own tags: not shown as the person's."""
    detail: Request | None = None
    """What to ask for the description where the list has none."""


@dataclass(frozen=True, slots=True)
class Unreadable(Rejected):
    """A row that names its posting but can be none: the posting is still there, though nothing new is known of it."""

    key: str = ""
    """As `Found.key`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, read."""

    found: tuple[Found, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    following: Request | None = None
    """The next page, where there is one."""
    total: int | None = None
    """How many postings there are in all, where the feed says so."""
    notes: tuple[str, ...] = field(default=())
    """What a person should know of this answer, such as "only the newest 100 are given"."""


class Feed(Protocol):
    """One kind of job feed."""

    @property
    def name(self) -> str:
        """Its short name in commands and in `feed:NAME`: lower case, no blanks."""
        ...

    @property
    def title(self) -> str:
        """Its name as it writes it."""
        ...

    @property
    def kind(self) -> Kind:
        """Whether each company has a board of its own there, or all postings come at once."""
        ...

    @property
    def terms(self) -> Terms:
        """What it asks of those who use it."""
        ...

    @property
    def manners(self) -> Manners:
        """How gently it is asked."""
        ...

    @property
    def complete(self) -> bool:
        """Whether a poll shows every open posting, so that one which is missing has gone.

        False for feeds that show the newest few or rotate: silence there says nothing.
        """
        ...

    def board_of(self, address: str) -> str | None:
        """Return whose board a web address belongs to (of the board itself or of a posting); None for foreign ones.

        An aggregator has one board, called "" (so its own addresses give "").
        """
        ...

    def board_address(self, board: str) -> str:
        """Return the page of the board that a person would open."""
        ...

    def first(self, board: str) -> Request:
        """Return the request that a poll begins with."""
        ...

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read one answer. Raises `ChangedShape` for what is no such answer; a faulty row is rejected by itself."""
        ...

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting with what the answer to its `detail` says. Raises `ChangedShape`."""
        ...


def source_id_of(feed: str, board: str, key: str) -> str:
    """Return the id of a posting across all feeds; two boards may count alike."""
    return ":".join(part for part in (feed, board.casefold(), key) if part)
