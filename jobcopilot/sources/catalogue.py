"""Which feeds there are, and whose an address is: every module in `sources.feeds` is one, found by being there."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from jobcopilot.errors import BadInput, NotFound
from jobcopilot.jobs.importers.cells import host_of
from jobcopilot.sources.feed import Feed
from jobcopilot.text import clean_line


@cache
def feeds() -> Mapping[str, Feed]:
    """Return all feeds by their names, company boards first."""
    from jobcopilot.sources import feeds as folder

    found = [
        cast("Feed", importlib.import_module(f"{folder.__name__}.{module.name}").FEED)
        for module in pkgutil.iter_modules(folder.__path__)
    ]
    found.sort(key=lambda feed: (feed.kind != "company board", feed.title.casefold()))
    return {feed.name: feed for feed in found}


@cache
def known_boards() -> tuple[tuple[str, str], ...]:
    """Return boards of companies that a person may switch on: the feed's name, and the board."""
    table = tomllib.loads((files("jobcopilot.sources") / "data" / "boards.toml").read_text("utf-8"))
    return tuple((feed, board) for feed, boards in table.items() for board in boards)


def recognise(address: str, known: Mapping[str, Feed] | None = None) -> tuple[Feed, str]:
    """Return the feed that an address belongs to and whose board it is. Raises `BadInput` for other addresses."""
    written = address.strip()
    whole = written if "://" in written else f"https://{written}"
    for feed in (known or feeds()).values():
        board = feed.board_of(whole)
        if board is not None:
            return feed, board
    host = host_of(whole)
    for feed in (known or feeds()).values():
        if host and host in (host_of(feed.board_address("acme")), host_of(feed.first("acme").address)):
            raise BadInput(
                f"This address of {feed.title} names no company",
                clean_line(address, 200),
                "Open it in a browser, and give the address that it leads to.",
            )
    titles = ", ".join(feed.title for feed in (known or feeds()).values())
    raise BadInput(
        "No feed is known at this address",
        clean_line(address, 200),
        f"Give a board or a posting of: {titles}.",
    )


def feed_named(name: str, known: Mapping[str, Feed] | None = None) -> Feed:
    """Return a feed by its name. Raises `NotFound`."""
    found = (known or feeds()).get(name)
    if found is None:
        raise NotFound(
            "There is no such feed", clean_line(name, 80), "jobcopilot sources list shows those there are."
        )
    return found


def name_of(feed: str, board: str) -> str:
    """Return what a source is called: `greenhouse:acme`, `remotive`."""
    return f"{feed}:{board}" if board else feed
