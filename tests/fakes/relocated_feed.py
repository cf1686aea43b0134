"""A real feed whose addresses lie on this machine, so that polls go over real HTTP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from jobcopilot.sources.feed import Answer, Feed, Found, Manners, Page, Request


@dataclass
class RelocatedFeed:
    """Asks `base` (of a board: what `base` returns) instead of the feed's own host; paths and queries stay."""

    feed: Feed
    base: Any
    """An address without a path, or what makes one from a board."""
    most_pages: int = 50

    def __getattr__(self, name: str) -> Any:
        return getattr(self.feed, name)

    @property
    def manners(self) -> Manners:
        return replace(self.feed.manners, crawl_delay_s=0, timeout_s=5, most_pages=self.most_pages)

    def first(self, board: str) -> Request:
        return self._here(board, self.feed.first(board))

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        page = self.feed.read(board, asked, answer)
        following = None if page.following is None else self._here(board, page.following)
        found = tuple(
            one if one.detail is None else replace(one, detail=self._here(board, one.detail))
            for one in page.found
        )
        return replace(page, following=following, found=found)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        return self.feed.with_detail(found, answer)

    def _here(self, board: str, request: Request) -> Request:
        parts = urlsplit(request.address)
        base = self.base(board) if callable(self.base) else self.base
        query = f"?{parts.query}" if parts.query else ""
        return replace(request, address=f"{base}{parts.path}{query}")
