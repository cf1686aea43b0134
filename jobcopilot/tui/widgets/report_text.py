"""A report: an answer with the words that marks rest on, and the rows that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from jobcopilot.practice.export import status_words
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import RowOpened
from jobcopilot.tui.practice_data import clock_words
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.chrome import DrawnLine
from jobcopilot.tui.widgets.delivery_text import moment_words, moments_of, write_answer, write_session
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.markdown_lines import write_markdown
from jobcopilot.tui.widgets.report_words import rests_on, why_not
from jobcopilot.tui.widgets.setup_list import ShownList
from jobcopilot.tui.widgets.signs import bar, count, fit, steady
from jobcopilot.tui.widgets.transcript import why_not_judged

if TYPE_CHECKING:
    from jobcopilot.practice.feedback import Feedback
    from jobcopilot.practice.spoken_delivery import AnswerDelivery
    from jobcopilot.practice.views import AnswerAssessment, AskedView, SessionView
    from jobcopilot.tui.widgets.paper import Paper, Run

STATUS_WORDS = {"planned": "not asked", "asked": "not answered", "skipped": "skipped", "answered": "answered"}
NOT_JUDGED = "not enough to judge"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row beside the answer: a head, a mark, or a point of the rubric; or a question, beside the session."""

    id: int
    kind: Literal["head", "mark", "covered", "missed", "question", "moment"]
    words: str
    score: int | None = None
    quote: str = ""
    span: tuple[int, int] | None = None
    """What of the answer it rests on."""
    reason: str = ""
    aside: str = ""
    place: int = 0
    """Of a moment, among those of the answer."""


@dataclass
class PageTurned(Message):
    """The person wants another page of the report: the one `step` places on."""

    step: int


def rows_of(asked: AskedView, spoken: Sequence[AnswerDelivery] = ()) -> list[ReportRow]:
    """Return marks and points of one answer, assessor by assessor, then what can be played of it."""
    rows: list[ReportRow] = []

    def add(kind: Any, words: str, **more: Any) -> None:
        rows.append(ReportRow(len(rows) + 1, kind, words, **more))

    made = [one for one in (asked.assessment, *asked.further) if one is not None]
    if not made:
        add(
            "head",
            "not assessed" if asked.status == "answered" else STATUS_WORDS[asked.status],
            reason=why_not(asked),
        )
    for one in made:
        add(
            "head",
            f"by {one.by}",
            score=one.score,
            reason=why_not_judged(one) or rests_on(one),
            aside=_aside(one),
        )
        for mark in one.marks:
            add(
                "mark", mark.name, score=mark.score, quote=mark.quote, span=(mark.start, mark.end),
                reason=mark.reason,
            )  # fmt: skip
        for point in one.covered:
            add("covered", point.point, quote=point.quote, span=(point.start, point.end), reason=point.point)
        for missed in one.missed:
            add("missed", missed, reason=f"Not covered: {missed}")
    moments = moments_of(spoken)
    if moments:
        add("head", "to hear again", reason="enter plays what is under the cursor, enter again stops it.")
    for at, moment in enumerate(moments):
        add("moment", moment_words(moment), place=at, reason="enter plays it, with what was said around it.")
    return rows


def _aside(one: AnswerAssessment) -> str:
    return NOT_JUDGED if one.score is None else f"{one.score} of 100"


def question_rows(view: SessionView) -> list[ReportRow]:
    """Return the questions of a session with what each was marked."""
    return [
        ReportRow(
            one.order,
            "question",
            one.text,
            score=None if one.assessment is None else one.assessment.score,
            reason=one.text,
            aside=short_mark(one),
        )
        for one in view.asked
    ]


def short_mark(asked: AskedView) -> str:
    """Return what stands for a question in a line of them: `72`, `—` not judged, `skipped`."""
    if asked.status != "answered" or asked.assessment is None:
        return {"planned": "not asked", "asked": "no answer", "skipped": "skipped"}.get(
            asked.status, "not assessed"
        )
    return "—" if asked.assessment.score is None else str(asked.assessment.score)


class PageTabs(DrawnLine):
    """The session and its questions with their marks, the page in front marked."""

    front: reactive[int] = reactive(0)

    def __init__(self) -> None:
        super().__init__(id="pages")
        self.names: list[str] = []

    def segments(self, width: int) -> list[Segment]:
        """Return as many pages as fit round the one in front."""
        palette = self.palette
        quiet = style(palette.muted, palette.background)
        in_front = style(palette.accent, palette.background, bold=True, underline=True)
        first = self.front
        taken = len(self.names[first]) + 3 if self.names else 0
        while first and taken + len(self.names[first - 1]) + 3 < width // 2:
            first -= 1
            taken += len(self.names[first]) + 3
        parts = [Segment(" … " if first else " ", quiet)]
        for at in range(first, len(self.names)):
            click = Style(meta={"@click": f"screen.page({at})"})
            parts.append(Segment(self.names[at], (in_front if at == self.front else quiet) + click))
            parts.append(Segment("   ", quiet))
        return parts


class ReportRows(ShownList):
    """Marks with their score and quote; moving over them shows the words that they rest on."""

    BINDINGS: ClassVar[Any] = bindings("marks")

    def draw_row(self, row: ReportRow, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a row as a line."""
        palette, ground = self.palette, self.ground_of(at_cursor=at_cursor)
        plain, quiet = style(palette.foreground, ground), style(palette.muted, ground)
        strong = style(palette.secondary, ground, bold=True)
        match row.kind:
            case "head":
                parts = [Segment(f" {row.aside or row.words}", strong)]
                parts.append(Segment(f"  {row.words}" if row.aside else "", quiet))
            case "mark":
                parts = [
                    Segment(f" {fit(row.words, 10)} {row.score:>3} ", plain),
                    Segment(f"“{' '.join(steady(row.quote).split())}”", quiet),
                ]
            case "question":
                mark = row.aside if row.score is None else f"{row.score:>3} {bar(row.score / 100, 5)}"
                parts = [
                    Segment(f" {row.id:>2} ", style(palette.accent, ground, bold=True)),
                    Segment(f"{fit(mark, 13)}", plain),
                    Segment(steady(row.words), quiet),
                ]
            case "moment":
                parts = [
                    Segment(" ▷ ", style(palette.accent, ground, bold=True)),
                    Segment(steady(row.words), plain),
                ]
            case _:
                sign, color = ("✓", palette.success) if row.kind == "covered" else ("✗", palette.error)
                parts = [
                    Segment(f" {sign} ", style(color, ground, bold=True)),
                    Segment(steady(row.words), plain if row.kind == "covered" else quiet),
                ]
        line = Strip(parts)
        if line.cell_length > width:
            line = Strip([*line.crop(0, width - 1), Segment("…", quiet)])
        return line.adjust_cell_length(width, plain)

    def action_turn(self, step: int) -> None:
        """Ask for another page."""
        self.post_message(PageTurned(step))

    def action_open_mark(self) -> None:
        """Ask for what the row leads to."""
        if self.row is not None:
            self.post_message(RowOpened(self, self.row))

    def action_open_row(self) -> None:
        """A second click asks for it, too."""
        self.action_open_mark()


class ReportText(Document):
    """One page: the session, or one answer with its quoted words underlined and those of the row in front lit."""

    DEFAULT_CSS = """
    ReportText { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="report-text")
        self.view: SessionView | None = None
        self.asked: AskedView | None = None
        self.feedback: Feedback | None = None
        self.spoken: Sequence[AnswerDelivery] = ()
        self.lit: tuple[int, int] | None = None

    def show(
        self,
        view: SessionView,
        asked: AskedView | None,
        feedback: Feedback | None = None,
        spoken: Sequence[AnswerDelivery] = (),
    ) -> None:
        """Show a page; `feedback` is what a model says of the session, `spoken` how what is on the page was said."""
        self.view, self.asked, self.lit = view, asked, None
        self.feedback, self.spoken = feedback, spoken
        self.refill(to_top=True)

    def light(self, span: tuple[int, int] | None) -> None:
        """Light a span of the answer, and scroll there."""
        if span == self.lit:
            return
        self.lit = span
        self.refill()
        for at, line in enumerate(self._lines):
            if any(part.style is not None and part.style.meta.get("lit") for part in line):
                if not self.scroll_offset.y <= at < self.scroll_offset.y + self.size.height - 1:
                    self.scroll_to(y=max(at - 3, 0), animate=False, force=True)
                return

    def lay_out(self, paper: Paper) -> None:
        """Write the page."""
        if self.view is None:
            return
        if self.asked is None:
            _write_session(paper, self.view, self.feedback, self.spoken)
        else:
            self._write_answer(paper, self.view, self.asked)

    def _write_answer(self, paper: Paper, view: SessionView, asked: AskedView) -> None:
        palette = paper.palette
        paper.write([(f"{asked.order}. {asked.text}", paper.style(palette.foreground, bold=True))])
        hints = f", {count(asked.hints, 'hint')}" if asked.hints else ""
        status = status_words(asked, view.messages)
        paper.text(f"{asked.skill} · {asked.difficulty} · {status}{hints}", paper.quiet)
        paper.blank()
        if asked.answer:
            for runs in self._answer_lines(paper, asked):
                paper.write(runs, "  ", "  ")
        else:
            paper.text(why_not(asked), paper.quiet)
        self._write_made(paper, asked)
        write_answer(paper, self.spoken)

    def _write_made(self, paper: Paper, asked: AskedView) -> None:
        made = asked.assessment
        if made is None:
            return
        if made.score is None:
            paper.heading(f"Not enough to judge: no number (by {made.by})")
            paper.text(why_not_judged(made))
        elif made.reason:
            paper.blank()
            paper.text(made.reason)
        _listed(paper, "What landed", made.landed)
        _listed(paper, "What to sharpen", made.sharpen)
        if made.stronger:
            paper.heading("A stronger version, from your own facts only")
            write_markdown(made.stronger, paper)
        for further in asked.further:
            _write_further(paper, further)

    def _answer_lines(self, paper: Paper, asked: AskedView) -> list[list[Run]]:
        """Return the answer's lines as runs: quoted spans underlined, the lit one on a ground of its own."""
        palette = paper.palette
        spans = [row.span for row in rows_of(asked) if row.span is not None]
        edges = {0, len(asked.answer)} | {at for span in spans for at in span}
        lit = self.lit
        if lit is not None:
            edges |= set(lit)
        bright = style(palette.background, palette.accent, bold=True) + Style(meta={"lit": True})
        lines: list[list[Run]] = [[]]
        ordered = sorted(edges)
        for start, end in pairwise(ordered):
            quoted = any(span[0] <= start < span[1] for span in spans)
            ink = paper.style(palette.foreground, underline=quoted)
            if lit is not None and lit[0] <= start < lit[1]:
                ink = bright
            for at, piece in enumerate(asked.answer[start:end].split("\n")):
                if at:
                    lines.append([])
                lines[-1].append((piece, ink))
        return lines


def _write_further(paper: Paper, made: AnswerAssessment) -> None:
    """Write what a model makes of an answer, as the model's."""
    paper.heading(f"{made.by}, beside the rules: {_aside(made)}")
    if made.reason:
        paper.text(why_not_judged(made) if made.score is None else made.reason, paper.quiet)
    for line in (*made.landed, *made.sharpen):
        paper.write([(line, paper.plain)], "• ", "  ")


def _write_feedback(paper: Paper, made: Feedback) -> None:
    """Write what a model says of a session, each remark with the words that it rests on."""
    paper.heading(f"What {made.by} says, beside the rules")
    for kind, title in (("landed", "landed"), ("sharpen", "sharpen")):
        for one in (one for one in made.remarks if one.kind == kind):
            paper.write(
                [
                    (f"{title}: {steady(one.text)}", paper.plain),
                    (f"  {one.order}: “{steady(one.quote)}”", paper.quiet),
                ],
                "• ",
                "  ",
            )
    if made.dropped:
        paper.text(f"{made.dropped} dropped: their words are not in your answers.", paper.quiet)


def _listed(paper: Paper, title: str, lines: tuple[str, ...]) -> None:
    if lines:
        paper.heading(title)
        for line in lines:
            paper.write([(line, paper.plain)], "• ", "  ")


def _write_session(
    paper: Paper, view: SessionView, feedback: Feedback | None, spoken: Sequence[AnswerDelivery]
) -> None:
    row, made = view.row, view.assessment
    palette = paper.palette
    score = NOT_JUDGED if row.score is None else f"{row.score} of 100"
    if made is None:
        score = "not assessed"
    paper.write(
        [
            (score, paper.style(palette.secondary, bold=True)),
            (f"  {row.mode} mode, {clock_words(row.seconds)} on the clock", paper.quiet),
        ]
    )
    if made is not None:
        if made.reason:
            paper.text(made.reason)
        parts = [
            f"{made.judged} judged",
            f"{made.not_judged} {NOT_JUDGED}" if made.not_judged else "",
            f"{made.not_answered} not answered" if made.not_answered else "",
            f"{made.not_asked} not asked" if made.not_asked else "",
        ]
        paper.text(", ".join(part for part in parts if part), paper.quiet)
        if made.skills:
            paper.heading("By skill")
            for one in made.skills:
                if one.score is None:
                    # How many answers there were is not told here: those that were judged are counted, and none was.
                    paper.write([(f"{fit(one.skill, 20)} ", paper.plain), (NOT_JUDGED, paper.quiet)])
                    continue
                mark = f"{one.score:>3} {bar(one.score / 100, 6)}"
                answers = count(one.answers, "answer")
                paper.write(
                    [(f"{fit(one.skill, 20)} {fit(mark, 10)}  ", paper.plain), (answers, paper.quiet)]
                )
        _listed(paper, "What landed", made.landed)
        _listed(paper, "What to sharpen", made.sharpen)
    if feedback is not None:
        _write_feedback(paper, feedback)
    write_session(paper, spoken)
    paper.heading("Who spoke")
    spoke = dict.fromkeys(one.by for one in view.messages if one.role == "interviewer" and one.by)
    paper.text(f"asked by: {', '.join(spoke) or row.interviewer}")
    by = dict.fromkeys(one.by for asked in view.asked for one in (asked.assessment, *asked.further) if one)
    paper.text(f"assessed by: {', '.join(by) or 'nobody'}")
    for why in dict.fromkeys(one.fallback for one in view.messages if one.fallback):
        paper.text(f"in place of the chosen interviewer: {why}", paper.quiet)
