"""The question bank: questions found by words, and the types and skills that they hang on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual import on
from textual.strip import Strip

from jobcopilot.practice.views import Question, Skill
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import QueryTyped, RowHighlighted, RowOpened, SearchLeft, TotalChanged
from jobcopilot.tui.modals.bank_forms import BankForm, QuestionForm, SkillForm, TypeForm
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.theme import Palette, style
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import count, fit, steady
from jobcopilot.tui.widgets.words_line import WordsLine

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.practice.bank import Bank
    from jobcopilot.practice.views import InterviewType, QuestionPage
    from jobcopilot.tui.widgets.paper import Paper

What = str
"""What is listed: "questions", "skills" or "types"."""
HEADS = {"questions": "Questions", "skills": "Skills", "types": "Interview types"}
ONE = {"questions": "question", "skills": "skill", "types": "interview type"}


def what_is(row: Any) -> What:
    """Return what a row is: while another list is being read, rows of the one before stand there."""
    if isinstance(row, Question):
        return "questions"
    return "skills" if isinstance(row, Skill) else "types"


class BankRows:
    """What a search of the bank finds, as a list takes it."""

    def __init__(self, bank: Bank, what: What, search: str) -> None:
        self.bank = bank
        self.what = what
        self.search = search

    def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Return up to `limit` rows from `offset` on."""
        if self.what == "questions":
            return self._questions(limit, offset).questions
        return self._all()[offset : offset + limit]

    def total(self) -> int:
        """Return how many there are."""
        if self.what == "questions":
            return self._questions(0, 0).total
        return len(self._all())

    def ids(self) -> Sequence[int]:
        """Return their numbers."""
        return [row.id for row in self.page(0, 100_000)]

    def _questions(self, limit: int, offset: int) -> QuestionPage:
        """Words that are the name of a skill or type stand for it, others are looked for in the questions."""
        named = self.search.strip().casefold()
        skills = self.bank.skills(self.search, disabled=True) if named else ()
        skill = next(
            (
                one.name
                for one in skills
                if named in (one.name.casefold(), *(alias.casefold() for alias in one.aliases))
            ),
            None,
        )
        kind = next(
            (one.slug for one in self.bank.types(disabled=True) if named in (one.slug, one.name.casefold())),
            None,
        )
        words = "" if skill or kind else self.search
        return self.bank.questions(
            words, skill=skill, type=None if skill else kind, disabled=True, limit=limit, offset=offset
        )

    def _all(self) -> Sequence[Skill | InterviewType]:
        if self.what == "skills":
            return self.bank.skills(self.search, disabled=True)
        words = self.search.casefold().split()
        return [
            one
            for one in self.bank.types(disabled=True)
            if all(word in one.name.casefold() for word in words)
        ]


class BankList(VirtualList[Any]):
    """Questions, skills or types; those that are switched off say so."""

    @property
    def ground(self) -> str:
        """The dialogue's own colour."""
        return self.palette.surface

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no selecting, and no other opening than the form, which the dialogue names."""
        if action in ("select", "select_all", "open_row"):
            return False
        return super().check_action(action, parameters)

    def draw_row(self, row: Any, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a row as a line."""
        palette: Palette = self.palette
        resting = palette.panel if at_cursor else palette.surface
        ground = palette.cursor if at_cursor and self.has_focus else resting
        ink = style(palette.foreground if row.enabled else palette.muted, ground, bold=at_cursor)
        quiet = style(palette.muted, ground)
        state = "off" if not row.enabled else "edited" if row.edited else ""
        what = what_is(row)
        if what == "questions":
            state = state or ("" if row.origin == "shipped" else row.origin)
            left, aside = row.text, f"{fit(row.skill, 14)} {fit(row.difficulty, 6)}"
        elif what == "skills":
            state = state or ("" if row.shipped else "own")
            left, aside = row.name, f"{fit(row.kind, 14)} {count(row.questions, 'question'):>14}"
        else:
            state = state or ("" if row.shipped else "own")
            left, aside = row.name, f"{len(row.skills)} skills suggested"
        room = max(width - len(aside) - 12, 10)
        parts = [
            Segment(f" {fit(steady(left), room)} ", ink),
            Segment(f"{aside} ", quiet),
            Segment(fit(state, 8), style(palette.accent, ground)),
        ]
        return Strip(parts).adjust_cell_length(width, quiet)


class BankText(SurfaceDocument):
    """All of what is under the cursor."""

    def __init__(self) -> None:
        super().__init__(id="bank-text")
        self.can_focus = False
        self.row: Any = None

    def show(self, row: Any) -> None:
        """Show another row."""
        self.row = row
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write it."""
        row = self.row
        if row is None:
            return
        if not hasattr(row, "points"):
            paper.text(row.description or "No description.")
            if hasattr(row, "aliases") and row.aliases:
                paper.text(f"also called {', '.join(row.aliases)}", paper.quiet)
            if hasattr(row, "stages"):
                paper.text(f"skills: {', '.join(row.skills) or 'none'}", paper.quiet)
                paper.text(f"suggested by a round called: {', '.join(row.stages) or 'nothing'}", paper.quiet)
            return
        self._write_question(paper, row)

    def _write_question(self, paper: Paper, row: Question) -> None:
        paper.write([(row.text, paper.style(paper.palette.foreground, bold=True))])
        last = f", last {row.last_score}" if row.last_score is not None else ""
        about = (row.type, row.skill, *row.also, row.difficulty, f"asked {count(row.asked, 'time')}{last}")
        paper.text(" · ".join(about), paper.quiet)
        if row.source:
            paper.text(f"from {row.source}", paper.quiet)
        for point in row.points:
            paper.write([(point.point, paper.plain)], "• ", "  ")
        for follow_up in row.follow_ups:
            paper.write([(follow_up, paper.quiet)], "→ ", "  ")


class BankDialogue(Panel[None]):
    """One list of the bank; the others are a key away."""

    BINDINGS: ClassVar[list[Any]] = bindings("bank")
    AUTO_FOCUS = "BankList"
    DEFAULT_CSS = """
    BankDialogue BankText { height: 9; border-top: hkey $line; }
    BankDialogue.-narrow BankText { height: 6; }
    BankDialogue WordsLine WordsInput, BankDialogue WordsLine WordsInput:focus { background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__(HEADS["questions"])
        self.what: What = "questions"
        self.words = WordsLine("words, or the name of a skill or type")
        self.list = BankList(id="bank-list")
        self.text = BankText()

    def body(self) -> Iterable[Widget]:
        """Return search, list and text."""
        yield self.words
        yield self.list
        yield self.text

    def on_mount(self) -> None:
        """Read the questions."""
        self.show("questions")

    def show(self, what: What) -> None:
        """List something else."""
        self.what = what
        self.entitle(HEADS[what], "what you change stays so when the shipped bank changes")
        self.words.field.value = ""
        self.list.open(BankRows(self.runtime.bank, what, ""))
        self.refresh_bindings()

    def read_again(self) -> None:
        """Read the list again, the cursor on its row."""
        self.list.open(
            BankRows(self.runtime.bank, self.what, self.words.field.value), stay_on=self.list.row_id
        )

    @on(QueryTyped)
    def _typed(self, event: QueryTyped) -> None:
        self.list.open(BankRows(self.runtime.bank, self.what, event.text))

    @on(SearchLeft)
    def _search_left(self) -> None:
        self.list.focus()

    @on(TotalChanged)
    def _total(self, event: TotalChanged) -> None:
        self.words.tell(count(event.total, ONE[self.what]))

    @on(RowHighlighted)
    def _highlighted(self, event: RowHighlighted) -> None:
        self.text.show(event.row)
        self.refresh_bindings()

    @on(RowOpened)
    def _opened(self) -> None:
        self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the row under the cursor, and the lists that are not shown."""
        if action in ("edit", "switch", "delete"):
            return self.list.row is not None
        if action == "list":
            return parameters != (self.what,)
        return super().check_action(action, parameters)

    # What is done

    def action_search(self) -> None:
        """Put the search into focus."""
        self.words.field.focus()

    def action_list(self, what: str) -> None:
        """List questions, skills or types."""
        self.show(what)
        self.list.focus()

    def _form(self, row: Any) -> BankForm:
        bank = self.runtime.bank
        what = self.what if row is None else what_is(row)
        if what == "questions":
            return QuestionForm(bank, row)
        return SkillForm(bank, row) if what == "skills" else TypeForm(bank, row)

    def action_add(self) -> None:
        """Open an empty form."""
        self.app.push_screen(self._form(None), lambda _: self.read_again())

    def action_edit(self) -> None:
        """Open the form of the row under the cursor."""
        if self.list.row is not None:
            self.app.push_screen(self._form(self.list.row), lambda _: self.read_again())

    def action_switch(self) -> None:
        """Switch the row under the cursor off, or on again."""
        if self.list.row is not None:
            start_work(self, self._switch(self.list.row), name="switch-bank")

    async def _switch(self, row: Any) -> None:
        bank = self.runtime.bank
        edit = {"questions": bank.edit_question, "skills": bank.edit_skill, "types": bank.edit_type}[
            self.what
        ]
        await asyncio.to_thread(edit, row.id, {"enabled": not row.enabled})
        self.say("Off: it is not asked or offered any more." if row.enabled else "On again.")
        self.read_again()

    def action_delete(self) -> None:
        """Delete one's own, after asking; a shipped one is switched off instead."""
        row = self.list.row
        if row is None:
            return
        shipped = row.origin == "shipped" if isinstance(row, Question) else row.shipped
        if shipped:
            self.say("What was shipped is switched off with space, not deleted.")
        else:
            start_work(self, self._delete(row), name="delete-bank")

    async def _delete(self, row: Any) -> None:
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        name = row.text if isinstance(row, Question) else row.name
        sure = await self.app.push_screen_wait(
            ConfirmDialogue(f"Delete this {ONE[self.what]}?", f"“{steady(name)}” goes for good.", "delete it")
        )
        if sure:
            bank = self.runtime.bank
            gone = {
                "questions": bank.delete_question,
                "skills": bank.delete_skill,
                "types": bank.delete_type,
            }[what_is(row)]
            await asyncio.to_thread(gone, row.id)
            self.read_again()

    def action_import_bank(self) -> None:
        """Bring in questions, skills or types from a file."""
        from jobcopilot.tui.modals.bank_import import ImportBank

        self.app.push_screen(ImportBank(), lambda _: self.read_again())

    def action_heard(self) -> None:
        """Take in questions that stand in the notes of interviews."""
        start_work(self, self._heard(), name="heard-questions")

    async def _heard(self) -> None:
        from jobcopilot.tui.modals.pick_many import PickMany

        heard = await asyncio.to_thread(self.runtime.heard_questions)
        fresh = {one.text: one for one in heard if one.alike is None}
        if not fresh:
            self.say("No new question stands in the notes of your interviews. Write them there as they were.")
            return
        texts = await self.app.push_screen_wait(PickMany("Questions from your notes", list(fresh), ()))
        if texts:
            several = [
                {"text": text, "type": fresh[text].type, "skill": fresh[text].skill, "source": fresh[text].source}
                for text in texts
            ]  # fmt: skip
            added = await asyncio.to_thread(lambda: self.runtime.bank.add_questions(several, origin="heard"))
            self.say(f"{count(len(added), 'question')} added; e edits skill and rubric.")
            self.read_again()
