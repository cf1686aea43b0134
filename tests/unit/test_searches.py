"""Searches kept under a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcopilot.database.engine import Database
from jobcopilot.database.reader import Reader
from jobcopilot.errors import BadInput, NotFound, UsageError
from jobcopilot.jobs.searches import SavedSearches, SearchView
from tests.fakes.board_model import board_database


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[SavedSearches, SavedSearches]]:
    home = board_database(tmp_path)
    database, reader = Database(home.database), Reader(home.database)
    yield SavedSearches(database, reader, 1), SavedSearches(database, reader, 2)
    reader.close()
    database.close()


def test_saving_listing_and_forgetting(both: tuple[SavedSearches, SavedSearches]) -> None:
    mine, others = both
    kept = mine.save("  Remote\nPython ", "python remote:yes\x00", "-pay")
    assert kept == SearchView(kept.id, "Remote Python", "python remote:yes", "-pay")
    mine.save("all", "")
    assert [search.name for search in mine.list()] == ["all", "Remote Python"]
    assert others.list() == ()
    assert mine.get("REMOTE python") == kept
    mine.delete("remote python")
    assert [search.name for search in mine.list()] == ["all"]


def test_the_same_name_is_replaced(both: tuple[SavedSearches, SavedSearches]) -> None:
    mine, others = both
    first = mine.save("Café", "python")
    others.save("café", "java")
    second = mine.save("CAFÉ", "go", "relevance")
    assert (second.id, second.name, second.query, second.sort) == (first.id, "CAFÉ", "go", "relevance")
    assert len(mine.list()) == 1
    assert others.get("café").query == "java"


def test_what_cannot_be_kept_is_told(both: tuple[SavedSearches, SavedSearches]) -> None:
    mine, _ = both
    with pytest.raises(BadInput, match="needs a name"):
        mine.save(" \x1b[31m ", "python")
    with pytest.raises(BadInput, match="81 characters"):
        mine.save("x" * 81, "python")
    with pytest.raises(UsageError, match="sorted by salary"):
        mine.save("x", "python", "salary")
    with pytest.raises(NotFound, match="none is saved yet"):
        mine.delete("x")
    mine.save("remote", "remote:yes")
    with pytest.raises(NotFound, match="saved are: remote"):
        mine.get("x")
