"""A made-up history of feeds, the same for the same seed: sources polled every day, postings that come, change and go.

Titles and place texts are the labelled ones of `tests/data/market`; companies, skills and pay are drawn. It is written
as polls leave it, without descriptions, which statistics don't read.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from jobcopilot.jobs.dedupe import company_key, title_key
from jobcopilot.jobs.facts import Facts, SkillFact, to_json
from jobcopilot.reading.skills import all_skills

DAY_MS: Final = 86_400_000
LAST: Final = (date(2026, 11, 20) - date(1970, 1, 1)).days
"""The day up to which the history goes."""
_DATA: Final = Path(__file__).parents[1] / "data" / "market"
_CURRENCIES: Final = ("USD",) * 14 + ("EUR", "EUR", "GBP", "CAD", "INR", "CHF")
_FEEDS: Final = ("greenhouse", "lever", "ashby", "workable", "recruitee")
_SOURCES, _LATE = 40, 5


def write_history(file: Path, profile_id: int, postings: int, days: int, seed: int = 1) -> None:
    """Write so many postings over so many days into a migrated database; one in fifty is a job from an import."""
    draw = random.Random(seed)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    first = LAST - days + 1
    begins = {
        number: first if number <= _SOURCES - _LATE else first + days // 2
        for number in range(1, _SOURCES + 1)
    }
    with connection:
        connection.executemany(
            "INSERT INTO source (id, profile_id, feed, board, address, enabled, added_at, health, note, failures,"
            " etag, last_modified) VALUES (?, ?, ?, ?, '', 1, ?, 'fine', '', 0, '', '')",
            [
                (number, profile_id, _FEEDS[number % len(_FEEDS)], f"board{number}", begin * DAY_MS)
                for number, begin in begins.items()
            ],
        )
        connection.executemany(
            "INSERT INTO poll (source_id, at, seconds, outcome, whole, found, new, changed, closed, reposted,"
            " rejected, pages, message) VALUES (?, ?, 1, 'fine', 1, 0, 0, 0, 0, 0, 0, 1, '')",
            [
                (number, day * DAY_MS + hour * DAY_MS // 24)
                for number, begin in begins.items()
                for day in range(begin, LAST + 1)
                for hour in (1, 7, 13, 19)
            ],
        )
        made = list(_made(draw, profile_id, postings, days, begins))
        for table, columns, rows in (
            ("posting", _POSTING, [row for row, _, _ in made]),
            ("posting_text", _TEXT, [row for _, row, _ in made]),
            ("posting_event", _EVENT, [event for _, _, events in made for event in events]),
        ):
            connection.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})", rows
            )
    connection.close()


_POSTING: Final = (
    "id, profile_id, source_id, key, title, title_key, company, company_key, place, places, work_mode, address,"
    " address_key, tags, skills, pay_text, pay_minimum, pay_maximum, pay_currency, pay_period, pay_known,"
    " first_seen_at, last_seen_at, missed, closed_at, reposts, digest, match_rank, updated_at"
)
_TEXT: Final = "posting_id, description, facts, reasons"
_EVENT: Final = 'posting_id, at, action, "before", "after"'


def _made(
    draw: random.Random, profile_id: int, count: int, days: int, begins: dict[int, int]
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], list[tuple[Any, ...]]]]:
    titles = [json.loads(line)["title"] for line in (_DATA / "titles.jsonl").read_text("utf-8").splitlines()]
    title_weights = list(accumulate(1.0 / (rank + 8) for rank in range(len(titles))))
    places = [json.loads(line)["text"] for line in (_DATA / "places.jsonl").read_text("utf-8").splitlines()]
    place_weights = list(accumulate(1.0 / (rank + 5) for rank in range(len(places))))
    companies = [f"Company {number}" for number in range(3_000)]
    asked = _skill_lists(draw)
    for number in range(1, count + 1):
        source = draw.randrange(1, _SOURCES + 1)
        begin = begins[source]
        # A seventh was there when its source was first polled.
        seen = begin if draw.random() < 1 / 7 else draw.randrange(begin, LAST + 1)
        seen_at = seen * DAY_MS + draw.randrange(DAY_MS)
        gone = seen + int(draw.expovariate(1 / 35))
        closed_at = gone * DAY_MS + DAY_MS // 2 if gone <= LAST else None
        closed_at = max(closed_at, seen_at) if closed_at else None
        title, place = (
            draw.choices(titles, cum_weights=title_weights)[0],
            draw.choices(places, cum_weights=place_weights)[0],
        )
        company = draw.choice(companies)
        pay = _pay(draw)
        names, facts = draw.choice(asked)
        events: list[tuple[Any, ...]] = [(number, seen_at, "found", "{}", "{}")]
        reposts = 0
        if pay[0] is not None and draw.random() < 0.05 and seen + 3 < min(gone, LAST):
            at = draw.randrange(seen + 1, min(gone, LAST)) * DAY_MS
            before = json.dumps({"pay_minimum": pay[0] * 0.9})
            events.append((number, at, "pay", before, json.dumps({"pay_minimum": pay[0]})))
        if closed_at and gone + 9 < LAST and draw.random() < 0.08:
            back = draw.randrange(gone + 3, gone + 9)
            events.append((number, back * DAY_MS, "reposted", json.dumps({"closed_at": closed_at}), "{}"))
            again = back + int(draw.expovariate(1 / 35))
            closed_at = again * DAY_MS + DAY_MS // 2 if again <= LAST else None
            reposts = 1
        updated = max(event[1] for event in events)
        yield (
            (
                number, profile_id, source, str(number), title, title_key(title), company, company_key(company), place,
                "[]", draw.choice(("remote", "hybrid", "onsite", None, None)), "", None, "[]", names, "", *pay, seen_at,
                closed_at or LAST * DAY_MS, 0, closed_at, reposts, "", 0, max(updated, closed_at or 0),
            ),
            (number, "", facts, "[]"),
            events,
        )  # fmt: skip


def _pay(draw: random.Random) -> tuple[float | None, float | None, str | None, str | None, str | None]:
    if draw.random() < 0.55:
        return None, None, None, None, None
    low = round(draw.lognormvariate(11.7, 0.4), -3)
    return low, round(low * draw.uniform(1.05, 1.6), -3), draw.choice(_CURRENCIES), "year", "stated"


def _skill_lists(draw: random.Random, kinds: int = 4_000) -> list[tuple[str, str]]:
    """Return lists of skills that postings ask for, with the facts that name them; a few skills are asked for most."""
    names = [skill.name for skill in all_skills()][:1_200]
    draw.shuffle(names)
    weights = list(accumulate(1.0 / (rank + 6) for rank in range(len(names))))
    found = []
    for _ in range(kinds):
        some = list(dict.fromkeys(draw.choices(names, cum_weights=weights, k=draw.randint(3, 14))))
        facts = Facts(
            tuple(SkillFact(name, "must" if draw.random() < 0.5 else "nice", 0, 1) for name in some)
        )
        found.append((json.dumps(some), to_json(facts)))
    return found
