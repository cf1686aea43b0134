"""The board's reading side, measured: pages, totals, searches, statistics."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
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
from tests.benchmarks.measuring import Figure, figure, milliseconds

PAGE: Final = 50
LIST_PAGE: Final = "page of the whole list, any sort"
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
    """Yield the figures of everything that only reads."""
    reader = Reader(home.database)
    clock = FixedClock(NOW)
    try:
        pages = JobPages(reader, PROFILE, clock)
        # A program that is in use has met each order before; what the disk takes at first is not what is measured.
        for sort in SORT_FIELDS:
            pages.ids(query(""), sort)
        yield from _pages(pages, jobs)
        yield from _searches(pages, jobs)
        yield from _typing(pages, jobs)
        counted = ((milliseconds(statistics, reader, PROFILE, clock), "") for _ in range(200))
        yield figure("statistics", jobs, counted, budget=25)
    finally:
        reader.close()


def _pages(pages: JobPages, jobs: int) -> Iterator[Figure]:
    first: list[tuple[float, str]] = []
    jumps: list[tuple[float, str]] = []
    near: list[tuple[float, str]] = []
    deep: list[tuple[float, str]] = []
    totals: list[tuple[float, str]] = []
    draw = random.Random(3)
    for text in FILTERS:
        asked = query(text)
        totals.append((milliseconds(pages.total, asked), text))
        total = pages.total(asked)
        for sort in (way + field for field in SORT_FIELDS for way in ("", "-")):
            last = max(0, total - PAGE)
            for offset in sorted({0, PAGE, 500, draw.randrange(last + 1), last}):
                if offset and offset >= total:
                    continue
                took = milliseconds(pages.page, asked, sort, offset, PAGE), f"{text!r} {sort} from {offset}"
                (near if offset <= 500 else deep).append(took)
                if not text:
                    (first if offset <= 500 else jumps).append(took)
    yield figure(LIST_PAGE, jobs, first, budget=10)
    yield figure("  a jump anywhere in it", jobs, jumps, budget=10)
    yield figure("page of 50, any sort and filter", jobs, near + deep, budget=10)
    yield figure("  its first ten pages", jobs, near)
    if deep:
        yield figure("  anywhere behind, and its end", jobs, deep)
    yield figure("total of a page", jobs, totals, budget=25)


def _searches(pages: JobPages, jobs: int) -> Iterator[Figure]:
    pairs = word_pairs(200)
    ranked: list[tuple[float, str]] = []
    totals: list[tuple[float, str]] = []
    sorted_by_pay: list[tuple[float, str]] = []
    for pair in pairs:
        asked = query(f"{pair[0]} {pair[1]} ")
        case = " ".join(pair)
        ranked.append((milliseconds(pages.page, asked, "relevance", 0, PAGE), case))
        totals.append((milliseconds(pages.total, asked), case))
        sorted_by_pay.append((milliseconds(pages.page, asked, "-pay", 0, PAGE), case))
    yield figure("search, ranked, 200 pairs of words", jobs, ranked, budget=25)
    yield figure("  its total", jobs, totals, budget=25)
    yield figure("  the same sorted by pay", jobs, sorted_by_pay, budget=10)


def _typing(pages: JobPages, jobs: int) -> Iterator[Figure]:
    """A search as it is typed: one to six letters of a word, the first rows and then the total."""
    rows: list[tuple[float, str]] = []
    totals: list[tuple[float, str]] = []
    for word in (*TYPED, *(pair[0] for pair in word_pairs(20, seed=11))):
        for letters in range(1, min(6, len(word)) + 1):
            asked = query(word[:letters])
            rows.append((milliseconds(pages.page, asked, "relevance", 0, PAGE), word[:letters]))
            totals.append((milliseconds(pages.total, asked), word[:letters]))
    yield figure("search as you type, 1 to 6 letters", jobs, rows, budget=30)
    yield figure("  its total", jobs, totals, budget=30)


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
