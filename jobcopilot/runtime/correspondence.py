"""The parts that speak with calendars and write letters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from jobcopilot.runtime.home import OfHome

if TYPE_CHECKING:
    import threading

    from jobcopilot.calendars.accounts import CalendarAccounts
    from jobcopilot.calendars.feed import CalendarFiles
    from jobcopilot.calendars.google_accounts import GoogleAccounts
    from jobcopilot.calendars.port import Calendar, Secrets
    from jobcopilot.calendars.views import AccountView
    from jobcopilot.calendars.worker import CalendarWorker
    from jobcopilot.interviews.asked import ReminderRules
    from jobcopilot.interviews.books import Books
    from jobcopilot.mail.bettering import AskModel
    from jobcopilot.mail.letters import Letters
    from jobcopilot.mail.outbox import MailOutbox
    from jobcopilot.mail.setup import MailSetup
    from jobcopilot.mail.views import MailReport
    from jobcopilot.reminders.children import Children, HeadStart
    from jobcopilot.reminders.outboxes import OutboxChore
    from jobcopilot.settings import MailSettings
    from jobcopilot.vault.choosing import HomeVault


class Corresponding(OfHome, ABC):
    """Calendars, mail, letters, and the vault that holds their secrets."""

    @abstractmethod
    def books_of(self, profile: str) -> Books:
        """Return what writes for a profile, whoever is searching now."""

    ask_passphrase: Callable[[str], str | None] | None = None
    """Puts the question of the encrypted file to the person; None where nobody can be asked."""
    ask_for_letters: AskModel | None = None
    """A way to a language model that betters drafts, in place of the one that is set."""

    def letter_model(self) -> AskModel | None:
        """Return the way to a language model that betters drafts; None where there is none."""
        return self.ask_for_letters

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
    def calendar_chore(self) -> OutboxChore[tuple[int, str]]:
        """What carries out, in this process, what waits for calendars: for the app."""
        import threading
        from functools import partial

        from jobcopilot.calendars.chore import BEAT, glance, on_a_thread
        from jobcopilot.calendars.connecting import import_libraries
        from jobcopilot.reminders.outboxes import OutboxChore

        stop = threading.Event()
        return OutboxChore(
            self.home.database,
            self.clock,
            partial(glance, self.home.database),
            on_a_thread(lambda account_id: self.calendar_worker.run(account_id, stop=stop)),
            beat=BEAT,
            prepare=import_libraries,
            end=stop.set,
        )

    @cached_property
    def calendar_chore_in_children(self) -> OutboxChore[tuple[int, str]]:
        """The same for the daemon, which has to stay small: in children that end."""
        from functools import partial

        from jobcopilot.calendars.chore import DAEMON_BEAT, RESTING, WORKS_WITH, glance, in_children
        from jobcopilot.reminders.outboxes import OutboxChore

        children, head_start = self._children(WORKS_WITH)
        return OutboxChore(
            self.home.database,
            self.clock,
            partial(glance, self.home.database),
            in_children(children, head_start),
            beat=DAEMON_BEAT,
            resting=RESTING,
            prepare=children.make_ready,
            rest=children.let_go,
            end=children.end,
        )

    def _children(self, works_with: Sequence[str] = ()) -> tuple[Children, HeadStart]:
        """Return what runs commands on this home; where `works_with` names modules, one child waits with them."""
        import sys

        from jobcopilot.reminders.children import Children, HeadStart
        from jobcopilot.reminders.services import home_option

        home = home_option(self.home)
        spare = [sys.executable, "-P", "-m", "jobcopilot.reminders.spare", *works_with] if works_with else ()
        children = Children([sys.executable, "-P", "-m", "jobcopilot", *home], spare=spare, given=home)
        return children, HeadStart(self.home.data / "running")

    # Mail and letters

    @cached_property
    def letters(self) -> Letters:
        """Letters of the one who is searching."""
        from jobcopilot.mail.letters import Letters

        return Letters(self.books_of(self.profile.name), self.mail_settings, self.letter_model)

    @cached_property
    def mail_outbox(self) -> MailOutbox:
        """What waits to leave, of all profiles."""
        from jobcopilot.mail.outbox import MailOutbox

        return MailOutbox(
            self.reader,
            self.home.data / "running",
            self.clock,
            self.mail_settings,
            lambda: self.vault,
            self.books_of,
        )

    @cached_property
    def mail_setup(self) -> MailSetup:
        """Server, address and tone."""
        from jobcopilot.mail.setup import MailSetup, settings_saver

        return MailSetup(
            self.mail_settings,
            settings_saver(self.home.settings_file),
            lambda: self.vault,
            self.mail_outbox,
            self.reader,
            self.clock,
        )

    def send_mail(self, stop: threading.Event | None = None, only: int | None = None) -> MailReport:
        """Send the letters and reminders that are due (`only` one letter where given), on the caller's thread."""
        from jobcopilot.interviews.descriptions import Descriptions
        from jobcopilot.mail.reminding import ReminderMails
        from jobcopilot.reminders.quiet import read_preferences
        from jobcopilot.reminders.subjects import Subjects

        if only is not None:
            return self.mail_outbox.run(stop=stop, only=only)
        describe = Subjects(Descriptions(self.reader, self.clock).describers()).describe
        reminders = ReminderMails(
            self.mail_outbox, describe, lambda: read_preferences(self.home.settings_file)
        )
        return self.mail_outbox.run(reminders.send_due, stop=stop)

    def mail_settings(self) -> MailSettings:
        """Return what is set about mail now, by whatever process."""
        from jobcopilot.settings import load_settings

        return load_settings(self.home.settings_file).mail

    mail_told: Callable[[MailReport], object] | None = None
    """Hears on the event loop what each run of `mail_chore` came to."""

    @cached_property
    def mail_chore(self) -> OutboxChore[str]:
        """What sends by the clock in this process: for the app."""
        import threading
        from functools import partial

        from jobcopilot.mail.chore import BEAT, glance, on_a_thread
        from jobcopilot.reminders.outboxes import OutboxChore

        stop = threading.Event()

        def told(report: MailReport) -> None:
            if self.mail_told is not None:
                self.mail_told(report)

        return OutboxChore(
            self.home.database,
            self.clock,
            partial(glance, self.home),
            on_a_thread(lambda: self.send_mail(stop), told),
            beat=BEAT,
            end=stop.set,
        )

    @cached_property
    def mail_chore_in_children(self) -> OutboxChore[str]:
        """The same for the daemon, which has to stay small: in children that end."""
        from functools import partial

        from jobcopilot.mail.chore import BEAT, RESTING, glance, in_children
        from jobcopilot.reminders.outboxes import OutboxChore

        children, head_start = self._children()
        return OutboxChore(
            self.home.database,
            self.clock,
            partial(glance, self.home),
            in_children(children, head_start),
            beat=BEAT,
            resting=RESTING,
            end=children.end,
        )

    def _secrets(self) -> Secrets:
        return self.vault

    def _reminder_rules(self) -> ReminderRules:
        from jobcopilot.interviews.books import rules_of
        from jobcopilot.settings import load_settings

        # As they are set now, by whatever process: events carry the alarms that the reminders have.
        return rules_of(load_settings(self.home.settings_file).interviews).reminders
