"""How practice is set up: what there is to choose, read in a thread for what was wanted last."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from rich.text import Text
from textual import on
from textual.screen import Screen
from textual.widgets import Static

from jobcopilot.errors import NotFound
from jobcopilot.practice.views import DIFFICULTIES, MODES
from jobcopilot.tui.failures import Newest, Once, start_work
from jobcopilot.tui.messages import QueryTyped
from jobcopilot.tui.practice_data import (
    ANSWERING,
    LENGTHS,
    PracticeData,
    SetupReading,
    Wanted,
    joined,
    length_words,
    read_length,
)
from jobcopilot.tui.screens.practice_words import about_words, head_words, lately_words
from jobcopilot.tui.telling import tell
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.setup_list import (
    LineOpened,
    LineTurned,
    SetupLine,
    SetupList,
    SkillPicks,
    SkillRow,
    SkillTicked,
    SuggestedTicked,
)
from jobcopilot.tui.widgets.signs import steady
from jobcopilot.tui.widgets.words_line import WordsLine

if TYPE_CHECKING:
    from jobcopilot.tui.app import JobcopilotApp

LOOK_SECONDS = 2.0
"""How often the setup looks for changes below: a booked round, a job that went."""
MIXED: Final = "mixed"


class PracticeSetup(Screen[None]):
    """The setup's widgets, and what they show."""

    def __init__(self) -> None:
        super().__init__()
        self.chrome = Chrome(self.job_app.ROOMS, "practice")
        self.head = Static("", id="head", markup=False)
        self.lines = SetupList(id="setup-lines")
        self.about = Static("", id="about", markup=False)
        self.lately = Static("", id="lately", markup=False)
        self.skills_head = Static("", id="skills-head", markup=False)
        self.words = WordsLine("find a skill")
        self.skills = SkillPicks(id="skills")
        self.data = PracticeData(self.job_app.data.runtime)
        self.starting = Once(self, name="start-session")
        self.wanted = Wanted()
        self.reading: SetupReading | None = None
        self._version = -1
        self._profile_id: int | None = None
        self._offering = Newest(self, self._read, name="setup")
        self._repeating = False

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    def say(self, words: str) -> None:
        """Tell in passing what was done; the words may hold text from outside."""
        tell(self.app, words)

    # Reading

    def on_screen_resume(self) -> None:
        """Read what is there, now that the screen is in front; another profile begins anew."""
        profile = self.data.runtime.profile
        self.chrome.profile_name = profile.full_name or profile.name
        if profile.id != self._profile_id:
            if self._profile_id is not None:
                self.wanted, self.reading = Wanted(), None
            self._profile_id = profile.id
        self.read_again()
        if not self._repeating:
            self._repeating = True
            self.set_interval(LOOK_SECONDS, self.look, name="look for changes")

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        if self.is_current and self.job_app.data.version() != self._version:
            self.read_again()

    def read_again(self) -> None:
        """Read what can be set for what is wanted."""
        if self.is_current:
            self._version = self.job_app.data.version()
        self._offering.want(None)

    def want(self, **changes: Any) -> None:
        """Set something else, and show it at once as far as it is known."""
        self.wanted = replace(self.wanted, **changes)
        if self.reading is not None:
            self.reading = replace(self.reading, wanted=self.wanted)
            self._show_lines()
            self._show_skills()
        if {"type", "job_id", "round_id"} & set(changes):
            self.read_again()

    def practise_for(self, *, job_id: int | None = None, round_id: int | None = None) -> None:
        """Set up for a job or a booked round: type and skills are suggested anew."""
        self.wanted = replace(self.wanted, job_id=job_id, round_id=round_id, type=None, ticked=None)
        self.read_again()

    async def _read(self, _wish: None) -> None:
        wanted = self.wanted
        try:
            reading = await asyncio.to_thread(self.data.setup, wanted)
        except NotFound:
            if wanted.job_id is None and wanted.round_id is None:
                raise
            # The round, or else the job, went meanwhile: practise without it.
            what = "job" if wanted.round_id is None else "interview"
            job_id = None if wanted.round_id is None else wanted.job_id
            self.wanted = replace(self.wanted, job_id=job_id, round_id=None)
            self._offering.want(None)
            self.say(f"That {what} is not there any more, or is over; the setup goes on without it.")
            return
        if wanted.round_id is not None and wanted.job_id is None and reading.offer.job is not None:
            self.wanted = wanted = replace(self.wanted, job_id=reading.offer.job.id)
        # What was set while this was read stands.
        self.reading = replace(reading, wanted=self.wanted)
        self._show_lines()
        self._show_skills()
        self._show_standing()
        self.refresh_bindings()

    # Showing

    def _show_lines(self) -> None:
        reading = self.reading
        if reading is None:
            return
        wanted, offer = self.wanted, reading.offer
        job = "" if offer.job is None else f"{steady(offer.job.title)}, {steady(offer.job.company)}"
        lengths = [(_length_key(*one), length_words(*one)) for one in LENGTHS]
        people = [(one.name, one.label) for one in reading.interviewers]
        ways = [(one, ANSWERING[one]) for one in reading.answering]
        self.lines.show(
            [
                SetupLine(1, "job", "Job", "", words=job or "none: enter chooses one"),
                SetupLine(
                    2, "type", "Type", offer.type.slug, tuple((one.slug, one.name) for one in offer.types)
                ),
                SetupLine(
                    3,
                    "difficulty",
                    "Difficulty",
                    wanted.difficulty or MIXED,
                    tuple((one, one) for one in (MIXED, *DIFFICULTIES)),
                ),
                SetupLine(
                    4, "length", "Length", _length_key(wanted.questions, wanted.minutes), tuple(lengths),
                    words=wanted.length_words,
                ),
                SetupLine(5, "mode", "Mode", wanted.mode, tuple((one, one) for one in MODES)),
                SetupLine(6, "interviewer", "Interviewer", wanted.interviewer, tuple(people)),
                SetupLine(7, "answering", "Answers", wanted.answering, tuple(ways)),
            ]
        )  # fmt: skip
        self.about.update(about_words(self.app, reading, self.data.runtime.clock))

    @on(QueryTyped)
    def _words_typed(self, event: QueryTyped) -> None:
        self._show_skills(event.text)

    def _show_skills(self, typed: str | None = None) -> None:
        reading = self.reading
        if reading is None:
            return
        words = (self.words.field.value if typed is None else typed).casefold().split()
        ticked = reading.ticked
        self.skills.show(
            [
                SkillRow(at, one, one.name in ticked)
                for at, one in enumerate(reading.offer.skills, 1)
                if all(word in one.name.casefold() for word in words)
            ]
        )
        palette = palette_of(self.app)
        self.skills_head.update(
            Text.assemble(
                ("Skills  ", f"bold {palette.accent if self.skills.has_focus else palette.foreground}"),
                (f"{len(ticked)} ticked: " if ticked else "none ticked: the type's own", palette.muted),
                (joined(sorted(ticked), 12), palette.muted),
                no_wrap=True,
                overflow="ellipsis",
            )
        )
        self.words.tell(f"{len(self.skills._pages.get(0, ()))} of {len(reading.offer.skills)}")

    def _show_standing(self) -> None:
        assert self.reading is not None
        self.head.update(head_words(self.app, self.reading.standing))
        self.lately.update(lately_words(self.app, self.reading.standing))

    # Changing

    @on(LineTurned)
    def _line_turned(self, event: LineTurned) -> None:
        line = next(row for row in self.lines._pages[0] if row.name == event.name)
        self.set_line(line.name, line.beside(event.step))

    def set_line(self, name: str, value: str) -> None:
        """Set what a line stands for."""
        match name:
            case "type":
                self.want(type=value, ticked=None)
            case "difficulty":
                self.want(difficulty=None if value == MIXED else value)
            case "length":
                questions, _, minutes = value.partition("/")
                self.want(
                    questions=int(questions) if questions else None, minutes=int(minutes) if minutes else None
                )
            case "mode" | "interviewer" | "answering":
                self.want(**{name: value})

    @on(LineOpened)
    def _line_opened(self, event: LineOpened) -> None:
        start_work(self, self._choose(event.name), name="choose-setup", exclusive=False)

    async def _choose(self, name: str) -> None:
        line = next(row for row in self.lines._pages[0] if row.name == name)
        if name == "job":
            await self._choose_job()
        elif name == "length":
            await self._ask_length()
        else:
            from jobcopilot.tui.modals.choose import ChooseDialogue, Option

            options = [Option(value, str(at), words) for at, (value, words) in enumerate(line.options, 1)]
            chosen = await self.app.push_screen_wait(ChooseDialogue(line.label, options, line.chosen))
            if chosen is not None:
                self.set_line(name, chosen)

    async def _choose_job(self) -> None:
        from jobcopilot.tui.modals.pick_job import PickJob

        chosen = await self.app.push_screen_wait(
            PickJob(self.data.jobs, self.wanted.job_id, none="no job: practise in general")
        )
        if chosen is not None:
            self.practise_for(job_id=chosen or None)

    async def _ask_length(self) -> None:
        from jobcopilot.tui.modals.ask import AskDialogue

        said = await self.app.push_screen_wait(
            AskDialogue("How long?", "questions (5), minutes (20 min), or both", self.wanted.length_words)
        )
        if said is not None:
            questions, minutes = read_length(said)
            self.want(questions=questions, minutes=minutes)

    @on(SkillTicked)
    def _skill_ticked(self, event: SkillTicked) -> None:
        if self.reading is not None:
            self.want(ticked=self.reading.ticked ^ {event.name})

    @on(SuggestedTicked)
    def _suggested_ticked(self) -> None:
        self.want(ticked=None)


def _length_key(questions: int | None, minutes: int | None) -> str:
    return f"{questions or ''}/{minutes or ''}"
