"""The board's reading side, measured: pages, totals, searches, statistics."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from jobcopilot.clock import FixedClock
from jobcopilot.database.reader import Reader
from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.query import Query, parse_query
from jobcopilot.jobs.statistics import statistics
from jobcopilot.jobs.views import SORT_FIELDS
from jobcopilot.paths import Home
from tests.benchmarks.database import NOW, PROFILE, texts
from tests.benchmarks.measuring import Figure, again, figure, milliseconds

PAGE: Final = 50
SORTS: Final = tuple(way + field for field in SORT_FIELDS for way in ("", "-"))
LIST_PAGE: Final = "page of the whole list, any sort"
LIST_JUMP: Final = "  a jump anywhere in it"
FILTERS: Final = (
    "",
    "status:new",
    "status:applied",
    "status:applied,interviewed,offer",
    "status:rejected",
    "-status:new",
    "level:high",
    "level:high,medium",
    "level:low status:new",
    "match:>80",
    "match:50..80",
    "remote:yes",
    "remote:hybrid status:new",
    "pay:>120k",
    "pay:>€90k",
    "pay:>200k",
    "posted:<7d",
    "posted:<30d remote:yes",
    "created:<2w",
    "deadline:<3d",
    "applied:>30d",
    "company:data",
    "company:zotrizo",
    "source:linkedin",
    "skill:python",
    "skill:kubernetes",
    "skill:python skill:airflow",
    "skill:cuda",
    "tag:berlin",
    "is:favourite",
    "is:duplicate",
    "has:notes",
    "has:pay level:high posted:<30d",
    "title:engineer",
    "place:berlin",
    "python ",
    "engineer remote:yes ",
    '"data pipelines" ',
    "kubernetes terraform ",
    "skill:python level:high pay:>150k posted:<30d remote:yes",
    "status:interested tag:dream match:>70",
    "experience -python status:new ",
)
"""Common and rare, alone and together."""
TYPED: Final = (
    "python",
    "engineer",
    "kubernetes",
    "experience",
    "salesforce",
    "nursing",
    "data",
    "platform",
    "zotrizo",
)


def query(text: str) -> Query:
    """Read a query as the board does on the benchmark's day."""
    return parse_query(text, today=NOW.date())


def measure(home: Home, jobs: int) -> Iterator[Figure]:
    """Yield the figures of everything that only reads.

    Each case is asked once, then measured as the median of three: at 100,000 jobs as at 1,000 it finds in memory what
    it reads. What it took the first time is a line of its own, and so is a board opened on a cold disk.
    """
    clock = FixedClock(NOW)
    yield figure("page of the list, nothing of it in memory", jobs, _cold(home, clock))
    reader = Reader(home.database)
    try:
        pages = JobPages(reader, PROFILE, clock)
        yield from _pages(pages, lambda: JobPages(reader, PROFILE, clock), jobs)
        yield from _searches(pages, lambda: JobPages(reader, PROFILE, clock), jobs)
        yield from _typing(pages, lambda: JobPages(reader, PROFILE, clock), jobs)
        counted = ((milliseconds(statistics, reader, PROFILE, clock), "") for _ in range(200))
        yield figure("statistics", jobs, counted, budget=25)
    finally:
        reader.close()


def _cold(home: Home, clock: FixedClock) -> Iterator[tuple[float, str]]:
    """The first page of each order, each time by a new connection and, where the system can, read from the disk."""
    for sort in SORTS:
        if hasattr(os, "posix_fadvise"):
            descriptor = os.open(home.database, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
        reader = Reader(home.database)
        yield milliseconds(JobPages(reader, PROFILE, clock).page, query(""), sort, 0, PAGE), sort
        reader.close()


class _Cases:
    """Cases of one kind: what each took the first time, and then."""

    def __init__(self) -> None:
        self.first: list[tuple[float, str]] = []
        self.warm: list[tuple[float, str]] = []

    def take(self, case: str, action: Callable[..., object], *arguments: object) -> tuple[float, str]:
        """Measure a case; return what it takes when it has been asked before."""
        self.first.append((milliseconds(action, *arguments), case))
        self.warm.append((again(action, *arguments), case))
        return self.warm[-1]


def _pages(pages: JobPages, forgetful: Callable[[], JobPages], jobs: int) -> Iterator[Figure]:
    of_list: list[tuple[float, str]] = []
    jumps: list[tuple[float, str]] = []
    near: list[tuple[float, str]] = []
    deep: list[tuple[float, str]] = []
    every, totals = _Cases(), _Cases()
    draw = random.Random(3)
    for text in FILTERS:
        asked = query(text)
        # Totals are remembered: only who has not counted yet counts.
        totals.take(text, lambda asked=asked: forgetful().total(asked))
        total = pages.total(asked)
        for sort in SORTS:
            last = max(0, total - PAGE)
            for offset in sorted({0, PAGE, 500, draw.randrange(last + 1), last}):
                if offset and offset >= total:
                    continue
                took = every.take(f"{text!r} {sort} from {offset}", pages.page, asked, sort, offset, PAGE)
                (near if offset <= 500 else deep).append(took)
                if not text:
                    (of_list if offset <= 500 else jumps).append(took)
    yield figure(LIST_PAGE, jobs, of_list, budget=10)
    yield figure(LIST_JUMP, jobs, jumps, budget=10)
    yield figure("page of 50, any sort and filter", jobs, every.warm, budget=10)
    yield figure("  its first ten pages", jobs, near)
    if deep:
        yield figure("  anywhere behind, and its end", jobs, deep)
    yield figure("  a page when first asked", jobs, every.first)
    yield figure("total of a page", jobs, totals.warm, budget=25)
    yield figure("  a total when first asked", jobs, totals.first)


def _searches(pages: JobPages, forgetful: Callable[[], JobPages], jobs: int) -> Iterator[Figure]:
    ranked, totals, by_pay = _Cases(), _Cases(), _Cases()
    for pair in word_pairs(200):
        asked = query(f"{pair[0]} {pair[1]} ")
        case = " ".join(pair)
        ranked.take(case, pages.page, asked, "relevance", 0, PAGE)
        totals.take(case, lambda asked=asked: forgetful().total(asked))
        by_pay.take(case, pages.page, asked, "-pay", 0, PAGE)
    yield figure("search, ranked, 200 pairs of words", jobs, ranked.warm, budget=25)
    yield figure("  a search when first asked", jobs, ranked.first)
    yield figure("  total of a search", jobs, totals.warm, budget=25)
    yield figure("  the same sorted by pay", jobs, by_pay.warm, budget=10)


def _typing(pages: JobPages, forgetful: Callable[[], JobPages], jobs: int) -> Iterator[Figure]:
    """A search as it is typed: one to six letters of a word, the first rows and then the total."""
    rows, totals = _Cases(), _Cases()
    for word in (*TYPED, *(pair[0] for pair in word_pairs(20, seed=11))):
        for letters in range(1, min(6, len(word)) + 1):
            asked = query(word[:letters])
            rows.take(word[:letters], pages.page, asked, "relevance", 0, PAGE)
            totals.take(word[:letters], lambda asked=asked: forgetful().total(asked))
    yield figure("search as you type, 1 to 6 letters", jobs, rows.warm, budget=30)
    yield figure("  typing when first asked", jobs, rows.first)
    yield figure("  total while typing", jobs, totals.warm, budget=30)


def word_pairs(count: int, *, seed: int = 5) -> list[tuple[str, str]]:
    """Draw pairs of words, each word as often as there are postings that hold it."""
    frequency: Counter[str] = Counter()
    for text in islice(texts(3_000), 3_000):
        frequency.update(set(re.findall(r"[a-z0-9]+", text.lower())))
    words = sorted(frequency)
    weights = [frequency[word] for word in words]
    draw = random.Random(seed)
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        first, second = draw.choices(words, weights, k=2)
        if first != second:
            pairs.append((first, second))
    return pairs
