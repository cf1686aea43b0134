"""Words, found: which jobs hold them, and which of those come first.

How results are ranked:

1. Up to `EXACT` jobs hold the words: by BM25 over title, company, skills, tags, place, notes and description (a word
   in the title weighs most), then by match.
2. More do, or fewer than `LONG` letters of the last word are typed: jobs with all words in the title come first,
   then those with all of them in title, company, place, skills and tags, then the others; within each by match, then
   the newest. BM25 has nothing to say there: a word that most postings hold tells none of them apart (Robertson and
   Spärck Jones' weight of a word in half of the documents is 0).

What counts as a word is SQLite's `unicode61`: letters and digits, without case and accents, and `+` and `#`. A word
being typed is found as a beginning; one of up to `SHORT` letters only in title, company, place, skills and tags, and
whole anywhere: half of all words begin with any two letters.
"""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from jobcopilot.jobs.query import Term

EXACT: Final = 2_000
"""Results that are ranked by BM25, which takes two microseconds for each."""
SHORT: Final = 3
"""Letters of a beginning that is not yet looked for in descriptions."""
LONG: Final = 5
"""Letters of a beginning from which on it is looked for like a whole word."""
WEIGHTS: Final = (0.0, 10.0, 5.0, 2.0, 5.0, 5.0, 2.0, 1.0)
"""BM25 weights of owner, title, company, place, skills, tags, notes and description."""


class Part(NamedTuple):
    """A SELECT of the ids (column `id`) of jobs that hold some words, or, not wanted, that have to be left out.

    `by_id` tells that they come in the order of their ids, `by_word` that no word's beginning is among the words: all
    words that begin so would be gathered anew for each job that is asked about alone.
    """

    sql: str
    values: tuple[str, ...]
    wanted: bool = True
    by_id: bool = True
    by_word: bool = True


def owner_of(connection: sqlite3.Connection, profile_id: int) -> str | None:
    """Return the word that marks a profile's jobs in the index, None where there is one profile only."""
    several = connection.execute("SELECT count(*) > 1 FROM profile").fetchone()[0]
    return f"\ue000{profile_id}" if several else None


def found_by(terms: Iterable[Term], owner: str | None) -> Iterator[Part]:
    """Yield the sets that a job has to be in, or must not be in."""
    terms = tuple(terms)
    whole = [_quoted(term) for term in terms if not term.negated and not _is_short(term)]
    unwanted = [_quoted(term) for term in terms if term.negated]
    if whole:
        wanted = " AND ".join(whole)
        left_out = f" NOT ({' OR '.join(unwanted)})" if unwanted else ""
        yield _matching("job_search", f"({wanted}){left_out}", owner)
    elif unwanted:
        yield _matching("job_search", f"({' OR '.join(unwanted)})", owner)._replace(wanted=False)
    for term in terms:
        if not term.negated and _is_short(term):
            anywhere = _matching("job_search", _quoted(term, whole=True), owner)
            begun = _matching("job_headline", _quoted(term), owner)
            yield Part(
                f"{anywhere.sql} UNION {begun.sql}",
                anywhere.values + begun.values,
                by_id=False,
                by_word=False,
            )


def in_headline(column: str, names: Sequence[str], *, prefix: bool, owner: str | None) -> Part:
    """Return the jobs that hold one of the names in a column of their head; the last one may go on."""
    ends = len(names) - 1
    either = " OR ".join(
        _quoted(Term(name, prefix=prefix and place == ends and name[-1:].isalnum()))
        for place, name in enumerate(names)
    )
    return _matching("job_headline", f"{{{column}}} : ({either})", owner)


def headlines(terms: Sequence[Term], owner: str | None) -> tuple[Part, Part]:
    """Return the jobs that hold all wanted words in the title, and those that hold them in their head."""
    wanted = " AND ".join(_quoted(term) for term in terms if not term.negated)
    return (
        _matching("job_headline", f"{{title}} : ({wanted})", owner),
        _matching("job_headline", f"{{title company place skills tags}} : ({wanted})", owner),
    )


def is_beginning(terms: Iterable[Term]) -> bool:
    """Whether a word has only just begun: too many words begin so to look at all of them twice."""
    return any(term.prefix and len(term.text) < LONG for term in terms)


def _matching(index: str, expression: str, owner: str | None) -> Part:
    if owner is not None:
        expression = f'owner : "{owner}" AND ({expression})'
    matching = f"SELECT rowid AS id FROM {index} WHERE {index} MATCH ?"
    # What a person typed may look like a beginning, too, which only costs time.
    return Part(matching, (expression,), by_word='" *' not in expression)


def _is_short(term: Term) -> bool:
    return term.prefix and len(term.text) <= SHORT


def _quoted(term: Term, *, whole: bool = False) -> str:
    """A term as FTS5 takes it: a string, in which nothing is syntax."""
    text = term.text.replace('"', '""')
    return f'"{text}" *' if term.prefix and not whole else f'"{text}"'
