"""The recorded answers of the company boards, made shorter, and changed field by field."""

from __future__ import annotations

import copy
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jobcopilot.sources.feed import Answer, Feed, Found, Page, Request
from jobcopilot.sources.feeds import ashby, greenhouse, lever, personio, recruitee, smartrecruiters, workable
from tests.hostile import HOSTILE

DATA = Path(__file__).parents[1] / "data" / "feeds"
BOARDS: dict[str, tuple[Feed, str]] = {
    "greenhouse": (greenhouse.FEED, "amplitude"),
    "lever": (lever.FEED, "idealistconsulting"),
    "ashby": (ashby.FEED, "HighlightTA"),
    "smartrecruiters": (smartrecruiters.FEED, "Knight"),
    "workable": (workable.FEED, "zaelab"),
    "recruitee": (recruitee.FEED, "acme"),
    "personio": (personio.FEED, "acme"),
}
LISTS = {
    "greenhouse": "jobs",
    "lever": None,
    "ashby": "jobs",
    "smartrecruiters": "content",
    "workable": "jobs",
    "recruitee": "offers",
}
"""Feed to the key of its list of postings; the feeds of JSON."""
REMOVED = object()
VALUES: dict[str, Any] = {
    "removed": REMOVED,
    "null": None,
    "zero": 0,
    "minus one": -1,
    "a huge number": 10**300,
    "infinity": math.inf,
    "no number": math.nan,
    "true": True,
    "an empty text": "",
    "an empty list": [],
    "a list": [None, 1, "x", [], {}, {"name": 1}],
    "an empty object": {},
    "an object": {"name": {"text": []}, "content": 3, "min": "x"},
    "a very long text": "long <b>word " * 20_000,
    **HOSTILE,
}


def raw(name: str) -> bytes:
    """Return a recorded answer."""
    return next(DATA.glob(f"{name}.*")).read_bytes()


@cache
def _parsed(name: str) -> Any:
    return json.loads(raw(name))


def recorded(name: str, *, shorten: bool = True) -> Any:
    """Return a recorded answer of JSON, its long texts cut so that many variants are read quickly."""
    body = copy.deepcopy(_parsed(name))
    return _shortened(body) if shorten else body


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return value[:300] if isinstance(value, str) else value


def rows(name: str, body: Any) -> list[Any]:
    key = LISTS[name]
    return body[key] if key else body  # type: ignore[no-any-return]


def read(name: str, content: Any, board: str = "", asked: Request | None = None) -> Page:
    feed, usual = BOARDS[name]
    encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
    asked = asked or feed.first(board or usual)
    return feed.read(board or usual, asked, Answer(asked.address, encoded))


def is_safe(text: str) -> bool:
    """Tell whether nothing in a text steers a terminal."""
    return not any(
        (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t") or sign in "\u202e\u2066\u200b"
        for sign in text
    )


def check(found: Found) -> None:
    draft = found.draft
    assert found.key
    assert draft.title
    assert draft.company
    lines = (found.key, draft.title, draft.company, draft.place, draft.address, *found.places, *found.tags)
    assert all(len(line) <= 2048 and "\n" not in line for line in lines)
    assert all(map(is_safe, (*lines, draft.description)))
    assert len(draft.description) <= 200_000
    assert draft.address == "" or draft.address.startswith(("http://", "https://"))
    assert draft.work_mode in (None, "remote", "hybrid", "onsite")
    assert draft.pay is None or 0 < (draft.pay.maximum or draft.pay.minimum or 0) < 1e12
    assert found.published_at is None or found.published_at.tzinfo
    if found.detail:
        assert re.fullmatch(
            r"https://api\.smartrecruiters\.com/v1/companies/Knight/postings/[\w-]+", found.detail.address
        )


def variants(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every field of a row, at any depth, lists by their first entry."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for key, item in entries:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from variants(item, (*path, key))


def changed_at(value: Any, path: tuple[str | int, ...], put: Any) -> Any:
    """Return a copy of a value in which what lies at a path is something else."""
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    if put is REMOVED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = put
    return value


def detailed(body: Any) -> Found:
    found = read("smartrecruiters", raw("smartrecruiters")).found[0]
    return smartrecruiters.FEED.with_detail(found, Answer("", json.dumps(body).encode()))
