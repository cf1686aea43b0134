"""What every part of the app is made from: the folders, the settings, the database, and who is searching."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jobcopilot.clock import Clock, SystemClock
from jobcopilot.paths import Home

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database
    from jobcopilot.database.reader import Reader
    from jobcopilot.profiles.store import ProfileStore
    from jobcopilot.profiles.views import ProfileView
    from jobcopilot.settings import Settings

OF_A_PROFILE = (
    "profile", "pages", "jobs", "history", "intake", "searches", "books", "interviews", "rounds", "contacts",
    "tasks", "follow_ups", "offers", "sources", "discovered", "poller", "market",
    "calendars", "google_calendars", "calendar_differences", "invitations", "letters",
    "practice_books", "bank", "practice_sessions", "practice_history", "deliveries", "recordings", "deep_scores",
    "session_feedback",
)  # fmt: skip
"""Parts that belong to the one who is searching."""


class OfHome:
    """The folders, the settings, the database, and who is searching."""

    def __init__(self, home: Home, *, profile: str | None = None, clock: Clock | None = None) -> None:
        self.home = home
        self.clock: Clock = clock or SystemClock()
        self._chosen_profile = profile

    def open(self) -> None:
        """Make sure that the database is there, current, and holds the profile that is searching.

        Raises `StorageError` before anything is touched, or `NotFound` for an unknown profile.
        """
        from jobcopilot.database.migrate import ensure_current

        ensure_current(self.home)
        if self._chosen_profile is None:
            self.profiles.ensure_default()
        self.profile  # noqa: B018  # an unknown name is told now, not in the middle of a screen

    def keep_backup(self) -> None:
        """Make today's backup unless there is one; called off the screen's thread, for a large file takes a second."""
        from jobcopilot.database.backup import daily_backup

        if self.settings.backup.daily:
            daily_backup(self.home, keep=self.settings.backup.keep, clock=self.clock)

    @cached_property
    def settings(self) -> Settings:
        """What the person set."""
        from jobcopilot.settings import load_settings

        return load_settings(self.home.settings_file)

    @cached_property
    def reader(self) -> Reader:
        """Plain read-only connections."""
        from jobcopilot.database.reader import Reader

        return Reader(self.home.database)

    @cached_property
    def database(self) -> Database:
        """Sessions that write."""
        from jobcopilot.database.engine import Database

        return Database(self.home.database)

    @cached_property
    def profiles(self) -> ProfileStore:
        """The people who search on this machine."""
        from jobcopilot.profiles.store import ProfileStore

        return ProfileStore(lambda: self.database, self.reader, self.clock)

    @cached_property
    def profile(self) -> ProfileView:
        """Who is searching now; `forget_profile` after a change."""
        return self.profiles.get(self._chosen_profile or self._profile_of_settings())

    def _profile_of_settings(self) -> str:
        # Pydantic takes a tenth of a second to import; one name is read without it.
        import os
        import tomllib

        if named := os.environ.get("JOBCOPILOT_PROFILE"):
            return named
        try:
            return str(tomllib.loads(self.home.settings_file.read_text("utf-8")).get("profile", "default"))
        except (OSError, ValueError):
            return "default"

    def forget_profile(self, switch_to: str | None = None) -> None:
        """Read the profile again at the next use, or switch to another one; the parts that belong to it follow."""
        self._chosen_profile = switch_to or self._chosen_profile
        for part in OF_A_PROFILE:
            self.__dict__.pop(part, None)

    def close(self) -> None:
        """Let go of the database."""
        for name in ("reader", "database"):
            part = self.__dict__.pop(name, None)
            if part is not None:
                part.close()
