"""The one place that puts the parts together, for the app, the command line, the daemon and the tests.

Every part is made when first asked for: the app's first frame needs the reader and nothing else.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jobcopilot.runtime.correspondence import Corresponding
from jobcopilot.runtime.home import OfHome
from jobcopilot.runtime.practice import Practising

if TYPE_CHECKING:
    from jobcopilot.calendars.differences import Differences
    from jobcopilot.calendars.outbox import CalendarOutbox
    from jobcopilot.calendars.taking import Invitations
    from jobcopilot.interviews.books import Books
    from jobcopilot.interviews.companion import InterviewCompanion
    from jobcopilot.interviews.contacts import Contacts
    from jobcopilot.interviews.follow_ups import FollowUps
    from jobcopilot.interviews.lists import InterviewLists
    from jobcopilot.interviews.offers import Offers
    from jobcopilot.interviews.rounds import Rounds
    from jobcopilot.interviews.tasks import Tasks
    from jobcopilot.jobs.history import History
    from jobcopilot.jobs.intake import Intake
    from jobcopilot.jobs.pages import JobPages
    from jobcopilot.jobs.searches import SavedSearches
    from jobcopilot.jobs.store import JobStore
    from jobcopilot.mail.bettering import AskModel
    from jobcopilot.market.market import Market
    from jobcopilot.reminders.subjects import Subjects
    from jobcopilot.sources.discovered import Discovered
    from jobcopilot.sources.polling import Poller
    from jobcopilot.sources.schedule import Chores
    from jobcopilot.sources.store import Sources
    from jobcopilot.vault.port import Vault


class _Jobs(OfHome):
    """Jobs, their history and what comes in."""

    @cached_property
    def companion(self) -> InterviewCompanion:
        """What lets interviews and reminders follow every change of jobs, in its transaction."""
        from jobcopilot.interviews.books import rules_of
        from jobcopilot.interviews.companion import InterviewCompanion

        return InterviewCompanion(rules_of(self.settings.interviews), self.clock)

    @cached_property
    def companions(self) -> tuple[InterviewCompanion, CalendarOutbox]:
        """Everything that follows a change of jobs or rounds in its transaction, in this order."""
        from jobcopilot.calendars.outbox import CalendarOutbox
        from jobcopilot.interviews.books import rules_of

        return self.companion, CalendarOutbox(rules_of(self.settings.interviews).reminders)

    @cached_property
    def pages(self) -> JobPages:
        """Lists, searches, totals and single jobs."""
        from jobcopilot.jobs.pages import JobPages

        return JobPages(self.reader, self.profile.id, self.clock)

    @cached_property
    def jobs(self) -> JobStore:
        """Everything that changes jobs."""
        from jobcopilot.jobs.store import JobStore

        return JobStore(self.database, self.reader, self.profile, self.clock, self.companions)

    @cached_property
    def history(self) -> History:
        """What changed, and undo."""
        from jobcopilot.jobs.history import History

        return History(self.database, self.reader, self.profile.id, self.clock, self.companions)

    @cached_property
    def intake(self) -> Intake:
        """Imports."""
        from jobcopilot.jobs.intake import Intake

        return Intake(self.database, self.profile, self.clock, companions=self.companions)

    @cached_property
    def searches(self) -> SavedSearches:
        """Searches kept under a name."""
        from jobcopilot.jobs.searches import SavedSearches

        return SavedSearches(self.database, self.reader, self.profile.id)


class _Interviews(_Jobs):
    """Interviews and what reminders are about."""

    @cached_property
    def books(self) -> Books:
        """What every part of the interviews writes with."""
        from jobcopilot.interviews.books import Books, rules_of

        return Books(
            self.database,
            self.reader,
            self.profile,
            self.clock,
            rules_of(self.settings.interviews),
            self.companions,
        )

    def follow_interview_settings(self) -> None:
        """Arm the reminders of coming interviews as the settings ask now; called off the screen's thread."""
        for part in ("settings", "companion", "companions", *_WITH_RULES):
            self.__dict__.pop(part, None)
        self.books.arm_again()

    @cached_property
    def interviews(self) -> InterviewLists:
        """Rounds, contacts, tasks, follow-ups and offers as they are."""
        from jobcopilot.interviews.lists import InterviewLists

        return InterviewLists(self.reader, self.profile.id)

    @cached_property
    def rounds(self) -> Rounds:
        """Booking, moving, completing and cancelling rounds."""
        from jobcopilot.interviews.rounds import Rounds

        return Rounds(self.books)

    @cached_property
    def contacts(self) -> Contacts:
        """The people met and to be met."""
        from jobcopilot.interviews.contacts import Contacts

        return Contacts(self.books)

    @cached_property
    def tasks(self) -> Tasks:
        """What is to be prepared."""
        from jobcopilot.interviews.tasks import Tasks

        return Tasks(self.books)

    @cached_property
    def follow_ups(self) -> FollowUps:
        """What is sent and asked afterwards."""
        from jobcopilot.interviews.follow_ups import FollowUps

        return FollowUps(self.books)

    @cached_property
    def offers(self) -> Offers:
        """What companies offer."""
        from jobcopilot.interviews.offers import Offers

        return Offers(self.books)

    @cached_property
    def market(self) -> Market:
        """What the postings say together."""
        from jobcopilot.market.market import Market

        return Market(lambda: self.database, self.reader, self.profile, self.clock, self.home.data)

    @cached_property
    def subjects(self) -> Subjects:
        """What reminders are about: who tells of each thing, and what the button Done does."""
        from jobcopilot.interviews.descriptions import Descriptions
        from jobcopilot.reminders.subjects import Subjects

        return Subjects(
            Descriptions(self.reader, self.clock).describers(), {"follow_up": self._finish_follow_up}
        )

    def _finish_follow_up(self, follow_up_id: int) -> object:
        """Say that a follow-up was sent, whoever's it is."""
        with self.reader.connection() as connection:
            found = connection.execute(
                "SELECT profile.name FROM follow_up JOIN profile ON profile.id = profile_id WHERE follow_up.id = ?",
                (follow_up_id,),
            ).fetchone()
        if found is None or found[0] == self.profile.name:
            return self.follow_ups.done(follow_up_id)
        other = Runtime(self.home, profile=found[0], clock=self.clock)
        try:
            return other.follow_ups.done(follow_up_id)
        finally:
            other.close()


class Runtime(Practising, Corresponding, _Interviews):
    """One home, one person searching, one clock."""

    @cached_property
    def sources(self) -> Sources:
        """Where postings come from."""
        from jobcopilot.sources.store import Sources

        return Sources(self.database, self.reader, self.profile, self.clock)

    @cached_property
    def discovered(self) -> Discovered:
        """What feeds found."""
        from jobcopilot.sources.discovered import Discovered

        return Discovered(self.database, self.reader, self.profile, self.clock)

    @cached_property
    def poller(self) -> Poller:
        """Polls of feeds; tracked jobs follow their postings."""
        from jobcopilot.sources.polling import Poller

        return Poller(self.database, self.reader, self.profile, self.clock, follow=self._follow_postings)

    @cached_property
    def calendar_differences(self) -> Differences:
        """What was changed of rounds in the programs of other calendars."""
        from jobcopilot.calendars.differences import Differences

        return Differences(self.database, self.reader, self.profile.id, self.clock, lambda: self.rounds)

    @cached_property
    def invitations(self) -> Invitations:
        """Invitations from other people's calendars."""
        from jobcopilot.calendars.taking import Invitations

        return Invitations(self.books, self.rounds, self._own_addresses)

    def open_vault(self) -> Vault:
        """Return what keeps passwords and keys."""
        return self.vault

    def letter_model(self) -> AskModel | None:
        """Return the way to the language model that is set; None where the built-in way is."""
        if self.ask_for_letters is not None or self.settings.model.use == "builtin":
            return self.ask_for_letters
        from jobcopilot.runtime.letters_by_model import asking

        return asking(self.chosen_model)

    def books_of(self, profile: str) -> Books:
        """Return what writes for a profile, whoever is searching now. Raises `NotFound`."""
        if profile == self.profile.name:
            return self.books
        from jobcopilot.interviews.books import Books

        return Books(
            self.database,
            self.reader,
            self.profiles.get(profile),
            self.clock,
            self.books.rules,
            self.companions,
        )

    def _own_addresses(self) -> list[str]:
        names = [self.profile.email, *(account.username for account in self.calendars.list())]
        return [*self.settings.calendars.own_addresses, *(name for name in names if "@" in name)]

    def _follow_postings(self, source: str, source_id: int, since: int) -> None:
        self.discovered.update_jobs(source, source_id, since, self.intake)

    @cached_property
    def chores(self) -> Chores:
        """What a long-lived process does by the clock beside reminders, in children that end."""
        import sys

        from jobcopilot.market.schedule import builds_missed, builds_of_the_night
        from jobcopilot.reminders.services import home_option
        from jobcopilot.sources.schedule import Chores, polls_due

        base = [sys.executable, "-P", "-m", "jobcopilot", *home_option(self.home)]
        return Chores(self.home, self.clock, [polls_due, builds_missed], base, nightly=[builds_of_the_night])


_WITH_RULES = (
    "jobs", "history", "intake", "books", "rounds", "contacts", "tasks", "follow_ups", "offers",
    "calendar_differences", "invitations", "letters",
)  # fmt: skip
"""Parts that were made with the rules of interviews."""
