"""The parts that speak with calendars and write letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from jobcopilot.runtime.home import OfHome

if TYPE_CHECKING:
    from jobcopilot.calendars.accounts import CalendarAccounts
    from jobcopilot.calendars.chore import CalendarChore
    from jobcopilot.calendars.feed import CalendarFiles
    from jobcopilot.calendars.google_accounts import GoogleAccounts
    from jobcopilot.calendars.port import Calendar, Secrets
    from jobcopilot.calendars.views import AccountView
    from jobcopilot.calendars.worker import CalendarWorker
    from jobcopilot.interviews.asked import ReminderRules
    from jobcopilot.vault.choosing import HomeVault


class Corresponding(OfHome):
    """Calendars, mail, letters, and the vault that holds their secrets."""

    ask_passphrase: Callable[[str], str | None] | None = None
    """Puts the question of the encrypted file to the person; None where nobody can be asked."""

    @cached_property
    def vault(self) -> HomeVault:
        """Passwords and tokens."""
        from jobcopilot.vault.choosing import HomeVault

        if self.settings.vault == "file":
            return HomeVault(self.home.data, find=lambda: None, ask=self.ask_passphrase)
        return HomeVault(self.home.data, ask=self.ask_passphrase)

    @cached_property
    def calendars(self) -> CalendarAccounts:
        """The calendars that the person connected, and how they stand."""
        from jobcopilot.calendars.accounts import CalendarAccounts

        return CalendarAccounts(
            self.database, self.reader, self.profile.id, self.clock, self._secrets, self._reminder_rules
        )

    @cached_property
    def google_calendars(self) -> GoogleAccounts:
        """Connecting calendars at Google, and giving their permission back."""
        from jobcopilot.calendars.google_accounts import GoogleAccounts

        return GoogleAccounts(self.calendars, self.reader, self._secrets)

    @cached_property
    def calendar_files(self) -> CalendarFiles:
        """Rounds as iCalendar files."""
        from jobcopilot.calendars.feed import CalendarFiles

        return CalendarFiles(self.database, self.reader, self.clock, self._reminder_rules)

    @cached_property
    def calendar_worker(self) -> CalendarWorker:
        """What carries out what waits for the calendars of all profiles, on a thread."""
        from datetime import timedelta

        from jobcopilot.calendars.worker import CalendarWorker

        return CalendarWorker(
            self.database,
            self.reader,
            self.home.data / "running",
            self.clock,
            self.calendar_of,
            self._reminder_rules,
            look_every=timedelta(minutes=self.settings.calendars.look_minutes),
            write_feed=self.calendar_files.write_feed,
        )

    def calendar_of(self, account: AccountView) -> Calendar:
        """Return what speaks with an account. Raises `Locked`, or `Refused` where its password is gone."""
        from jobcopilot.calendars.connecting import connected

        return connected(account, self._secrets())

    @cached_property
    def calendar_chore(self) -> CalendarChore:
        """What carries out, in this process, what waits for calendars: for the app."""
        import threading

        from jobcopilot.calendars.chore import CalendarChore, on_a_thread
        from jobcopilot.calendars.connecting import import_libraries

        stop = threading.Event()
        return CalendarChore(
            self.home,
            self.clock,
            on_a_thread(lambda account_id: self.calendar_worker.run(account_id, stop=stop)),
            prepare=import_libraries,
            end=stop.set,
        )

    @cached_property
    def calendar_chore_in_children(self) -> CalendarChore:
        """The same for the daemon, which has to stay small: in children that end."""
        import sys

        from jobcopilot.calendars.chore import CalendarChore, InChildren
        from jobcopilot.reminders.services import home_option

        children = InChildren(
            self.home.data / "running", [sys.executable, "-m", "jobcopilot", *home_option(self.home)]
        )
        return CalendarChore(self.home, self.clock, children.carry_out, end=children.end)

    def _secrets(self) -> Secrets:
        return self.vault

    def _reminder_rules(self) -> ReminderRules:
        from jobcopilot.interviews.books import rules_of

        return rules_of(self.settings.interviews).reminders
