"""Searches kept under a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobcopilot.database.reader import Reader
from jobcopilot.errors import BadInput, NotFound
from jobcopilot.jobs.orders import RELEVANCE, order_of
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class SearchView:
    """A query kept under a name, and how its results are sorted."""

    id: int
    name: str
    query: str
    sort: str


class SavedSearches:
    """The searches that one profile keeps; names are compared without case."""

    def __init__(self, database: Database, reader: Reader, profile_id: int) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id

    def list(self) -> tuple[SearchView, ...]:
        """Return all of them by name."""
        with self._reader.connection() as connection:
            rows = connection.execute(
                "SELECT id, name, query, sort FROM saved_search WHERE profile_id = ?", (self._profile_id,)
            ).fetchall()
        return tuple(sorted((SearchView(*row) for row in rows), key=lambda search: search.name.casefold()))

    def get(self, name: str) -> SearchView:
        """Return the one of that name. Raises `NotFound`."""
        wanted = clean_line(name).casefold()
        for search in self.list():
            if search.name.casefold() == wanted:
                return search
        known = ", ".join(search.name for search in self.list())
        raise NotFound(
            f"There is no search called {clean_line(name)!r}",
            f"saved are: {known}" if known else "none is saved yet",
            "Choose one of them, or save this one first.",
        )

    def save(self, name: str, query: str, sort: str = "-match") -> SearchView:
        """Keep a query under a name; one of that name is replaced.

        Raises `BadInput` for an empty or very long name, `UsageError` for a `sort` that there is not.
        """
        kept_name, kept_query = clean_line(name), clean_line(query)
        if not 0 < len(kept_name) <= LONGEST_NAME:
            raise BadInput(
                "The search needs a name",
                f"it has {len(kept_name)} characters",
                f"Give it one of 1 to {LONGEST_NAME} characters.",
            )
        if sort != RELEVANCE:
            order_of(sort)
        with self._database.writing() as session:
            connection = session.connection()
            rows = connection.exec_driver_sql(
                "SELECT id, name FROM saved_search WHERE profile_id = ?", (self._profile_id,)
            )
            same = [row[0] for row in rows if row[1].casefold() == kept_name.casefold()]
            if same:
                connection.exec_driver_sql(
                    "UPDATE saved_search SET name = ?, query = ?, sort = ? WHERE id = ?",
                    (kept_name, kept_query, sort, same[0]),
                )
            else:
                connection.exec_driver_sql(
                    "INSERT INTO saved_search (profile_id, name, query, sort) VALUES (?, ?, ?, ?)",
                    (self._profile_id, kept_name, kept_query, sort),
                )
        return self.get(kept_name)

    def delete(self, name: str) -> None:
        """Forget the one of that name. Raises `NotFound`."""
        search = self.get(name)
        with self._database.writing() as session:
            session.connection().exec_driver_sql("DELETE FROM saved_search WHERE id = ?", (search.id,))
