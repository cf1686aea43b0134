"""The report: each answer with the words that its marks rest on, and the weak ones practised again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from jobcopilot.tui import practice_openings as openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import Once, start_work
from jobcopilot.tui.messages import RowHighlighted, RowOpened
from jobcopilot.tui.practice_data import PracticeData, weak_skills
from jobcopilot.tui.screens.practice_playing import Plays
from jobcopilot.tui.telling import tell
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.chrome import Chrome, KeyLine
from jobcopilot.tui.widgets.delivery_text import moments_of
from jobcopilot.tui.widgets.report_text import (
    PageTabs,
    PageTurned,
    ReportRows,
    ReportText,
    question_rows,
    rows_of,
    short_mark,
)
from jobcopilot.tui.widgets.report_words import ORIGINAL_KEPT, begin_of, head_parts
from jobcopilot.tui.widgets.signs import moment, steady

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jobcopilot.practice.feedback import Feedback
    from jobcopilot.practice.views import AskedView, MessageView, SessionView
    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp


class ReportScreen(Plays):
    """What was made of one session."""

    CSS_PATH = "practice_report.tcss"
    BINDINGS: ClassVar[Any] = bindings("report")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#marks"

    def __init__(self, session_id: int) -> None:
        super().__init__()
        self.session_id = session_id
        self.chrome = Chrome(self.job_app.ROOMS, "practice")
        self.head = Static("", id="head", markup=False)
        self.tabs = PageTabs()
        self.text = ReportText()
        self.marks = ReportRows(id="marks")
        self.reason = Static("", id="reason", markup=False)
        self.data = PracticeData(self.job_app.data.runtime)
        self.starting = Once(self, name="weak")
        self.view: SessionView | None = None
        self.feedback: Feedback | None = None
        self._reading = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Put chrome, head, pages, answer, marks and keys on the screen."""
        yield self.chrome
        yield self.head
        yield self.tabs
        with Horizontal(id="body"):
            yield self.text
            with Vertical(id="beside"):
                yield self.marks
                yield self.reason
        yield KeyLine()

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def asked(self) -> AskedView | None:
        """The question in front; None on the session's own page."""
        if self.view is None or not self.tabs.front:
            return None
        return self.view.asked[self.tabs.front - 1]

    def on_mount(self) -> None:
        """Have assessed what was not yet, and show it."""
        profile = self.data.runtime.profile
        self.chrome.profile_name = profile.full_name or profile.name
        self.head.update("Assessing …")
        start_work(self, self._begin(), name="report")

    @property
    def runtime(self) -> Runtime:
        """The parts of the app."""
        return self.data.runtime

    async def _begin(self) -> None:
        await self._load()
        start_work(self, self.hear_again(), name="again")

    async def _load(self) -> None:
        runtime = self.runtime
        # One after the other: what was read first and came last took away what a model had said since.
        async with self._reading:
            view = await asyncio.to_thread(runtime.practice_sessions.report, self.session_id)
            self.deliveries = await asyncio.to_thread(runtime.deliveries.of, self.session_id)
            self._take(view, await asyncio.to_thread(runtime.session_feedback.of, self.session_id))

    async def read_model(self) -> None:
        """Read again what was made of the session, the row in front where it was."""
        row = self.marks.cursor
        await self._load()
        self.marks.cursor = row

    def _take(self, view: SessionView, feedback: Feedback | None) -> None:
        self.view, self.feedback = view, feedback
        self.show_head()
        self.tabs.names = ["session", *(f"{one.order} {short_mark(one)}" for one in view.asked)]
        self._show_page()
        self.refresh_bindings()

    def show_head(self, busy: str = "") -> None:
        """Show which session it is, or what is being done about it."""
        if self.view is None:
            return
        palette, row = palette_of(self.app), self.view.row
        clock = self.data.runtime.clock
        zone = clock.zone()
        when = moment(row.started_at or row.created_at, zone, clock.now().astimezone(zone).date())
        status = row.status.replace("_", " ")
        answered = f"{row.answered} of {row.planned} answered"
        if busy:
            self.head.update(Text(busy, palette.accent, no_wrap=True, overflow="ellipsis"))
            return
        self.head.update(
            Text.assemble(
                *head_parts(
                    f"Report: {steady(row.title)}",
                    (f"  {when} · {status} · {answered}", f"  {when} · {answered}", f"  {when}"),
                    self.size.width - 2,
                    (f"bold {palette.foreground}", palette.muted),
                ),
                no_wrap=True,
                overflow="ellipsis",
            )
        )

    def _show_page(self) -> None:
        assert self.view is not None
        self.tabs.refresh()
        spoken = self.spoken_of(self.asked)
        self.text.show(self.view, self.asked, self.feedback, spoken)
        self.marks.set_reactive(ReportRows.cursor, 0)
        self.marks.show(question_rows(self.view) if self.asked is None else rows_of(self.asked, spoken))
        self._row_shown()

    @on(RowHighlighted)
    def _row_highlighted(self, event: RowHighlighted) -> None:
        if event.sender is self.marks:
            self._row_shown()

    def _row_shown(self) -> None:
        row = self.marks.row
        self.reason.update("" if row is None else steady(row.reason))
        if self.asked is not None:
            self.text.light(None if row is None else row.span)

    # Pages

    @on(PageTurned)
    def _page_turned(self, event: PageTurned) -> None:
        self.action_turn(event.step)

    def action_turn(self, step: int) -> None:
        """Show another page."""
        if self.view is not None:
            self.action_page((self.tabs.front + step) % (len(self.view.asked) + 1))

    def action_page(self, page: int) -> None:
        """Show a page by its place."""
        if self.view is not None:
            self.tabs.front = page
            self._show_page()
            self.refresh_bindings()

    @on(RowOpened)
    def _row_opened(self) -> None:
        row = self.marks.row
        if row is not None and row.kind == "question":
            self.action_page(row.id)
        elif row is not None and row.kind == "moment":
            self.play(moments_of(self.spoken_of(self.asked))[row.place])
        else:
            self.text.focus()

    def to_list(self) -> None:
        """Put the marks into focus."""
        self.marks.focus()

    def go_back(self) -> None:
        """Stop the model, else go from the text to the marks, to the session's page, then back."""
        if self.stop_asking() or self.stop_playing():
            return
        if self.focused is self.text:
            self.to_list()
        elif self.tabs.front:
            self.action_page(0)
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with this session."""
        if action == "weak":
            return self.view is not None and bool(weak_skills(self.view))
        if action == "correct":
            return bool(self._own_words())
        if action in ("given", "export", "transcript", "model_marks", "feedback"):
            return self.view is not None
        return super().check_action(action, parameters)

    # What leads on

    def action_weak(self) -> None:
        """Practise the weak ones again, in a new session."""
        self.starting.start(self._weak)

    async def _weak(self) -> None:
        view, notes = await asyncio.to_thread(self.data.create_again, self.session_id)
        said = " ".join((f"About {', '.join(view.row.skills)} again.", *notes))
        openings.open_talk(
            self.app, view.row.id, notes=said, instead=True, answering=view.row.spoken or "typing"
        )

    def action_given(self) -> None:
        """Show who asked and what it was told."""
        if self.view is not None:
            from jobcopilot.tui.modals.given import GivenDialogue

            self.app.push_screen(GivenDialogue(self.view, self.view.row.interviewer))

    def action_transcript(self) -> None:
        """Show everything that was said."""
        if self.view is not None:
            from jobcopilot.tui.modals.given import TranscriptDialogue

            self.app.push_screen(TranscriptDialogue(self.view))

    def action_export(self) -> None:
        """Write the session to a file."""
        openings.open_session_export(self.app, self.session_id)

    # Correcting what was heard

    def _own_words(self) -> tuple[MessageView, ...]:
        asked = self.asked
        if asked is None or self.view is None:
            return ()
        return tuple(
            one
            for one in self.view.messages
            if (one.role, one.kind, one.asked_id, one.attempt)
            == ("person", "answer", asked.id, asked.attempt)
        )

    def action_correct(self) -> None:
        """Correct what was written or heard; the original is kept beside it."""
        start_work(self, self._correct(), name="correct")

    async def _correct(self) -> None:
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option
        from jobcopilot.tui.modals.notes import NotesDialogue

        words = self._own_words()
        if not words:
            return
        chosen: str | None = str(words[0].id)
        if len(words) > 1:
            options = [Option(str(one.id), str(at), begin_of(one.final)) for at, one in enumerate(words, 1)]
            chosen = await self.app.push_screen_wait(ChooseDialogue("Correct which part?", options))
        one = next((one for one in words if str(one.id) == chosen), None)
        if one is None:
            return
        text = await self.app.push_screen_wait(
            NotesDialogue("What you said, corrected", one.final, hint=ORIGINAL_KEPT)
        )
        if text is not None and text != one.final:
            sessions = self.data.runtime.practice_sessions
            await asyncio.to_thread(sessions.correct, one.id, text)
            await self._load()
            tell(self.app, "Corrected and assessed again; the original is kept.")
