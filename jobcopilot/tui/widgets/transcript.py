"""What was said in a session: laid out message by message, the latest first, earlier ones as they are scrolled to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.message import Message

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.practice_data import clock_words
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.markdown_lines import write_markdown
from jobcopilot.tui.widgets.signs import fit, steady

if TYPE_CHECKING:
    from jobcopilot.practice.views import AnswerAssessment, AskedView, MessageView, SessionView
    from jobcopilot.tui.widgets.paper import Line, Paper

WINDOW: Final = 40
"""Messages laid out at once; a session of hundreds opens as fast as one of ten."""
_SAID: Final = {
    "follow_up": "Follow-up",
    "clarification": "Interviewer",
    "hint": "Hint",
    "model_answer": "What a strong answer covers",
    "closing": "Closing",
}
_DONE: Final = {
    "skip": "You went on to the next question.",
    "ask_hint": "You asked for a hint.",
    "repeat": "You asked to hear it again.",
}
QUOTE_CELLS: Final = 60
LONGEST_LINE: Final = 108


@dataclass(frozen=True, slots=True)
class Block:
    """One message, or what was made of an answer."""

    key: str
    write: Callable[[Paper], None]


class WriteWanted(Message):
    """The person wants back to the answer."""


class ReportWanted(Message):
    """The person wants to see the report."""


class Transcript(Document):
    """Messages to read and scroll while the next is being made."""

    BINDINGS: ClassVar[Any] = bindings("transcript")
    DEFAULT_CSS = """
    Transcript { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self.over = False
        """Whether nothing more will be said."""
        self.blocks: list[Block] = []
        self._first = 0
        """The first block that is laid out."""
        self._last_start = 0
        """Where the lines of the last block begin."""
        self._at_end = True
        """Whether the end was in view before the size changed."""

    def show(self, blocks: Sequence[Block]) -> None:
        """Show other blocks, scrolled to the end."""
        self.blocks = list(blocks)
        self._first = max(0, len(self.blocks) - WINDOW)
        self.refill()
        self.action_end()

    def put(self, block: Block) -> None:
        """Add a block, or write the last one anew where it has the same key; who reads elsewhere is left there."""
        at_end = self.scroll_offset.y >= self.max_scroll_y
        lines = list(self._lines)
        if self.blocks and self.blocks[-1].key == block.key:
            self.blocks[-1] = block
            del lines[self._last_start :]
        else:
            self.blocks.append(block)
            self._last_start = len(lines)
        if not self.size.width:
            return
        self._take([*lines, *self._written(block)])
        if at_end:
            self.scroll_to(y=len(self._lines), animate=False, force=True)

    def on_resize(self) -> None:
        """Wrap to the new width; whoever was at the end stays there."""
        at_end = self._at_end
        super().on_resize()
        if at_end:
            self.call_after_refresh(self.action_end)

    def _paper(self) -> Paper:
        paper = super()._paper()
        # Longer lines than a book's are hard to read.
        paper.width = min(paper.width, LONGEST_LINE)
        return paper

    def _written(self, block: Block) -> list[Line]:
        paper = self._paper()
        block.write(paper)
        return [*paper.lines, []]

    def lay_out(self, paper: Paper) -> None:
        """Write the latest blocks."""
        for block in self.blocks[self._first :]:
            self._last_start = len(paper.lines)
            paper.lines.extend(self._written(block))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out earlier messages before the top is reached, the eye staying where it is."""
        super().watch_scroll_y(old_value, new_value)
        self._at_end = new_value >= self.max_scroll_y
        if new_value < 3 and self._first and self.blocks and new_value < old_value:
            first = max(0, self._first - WINDOW)
            earlier = [line for block in self.blocks[first : self._first] for line in self._written(block)]
            self._first = first
            self._last_start += len(earlier)
            self._take([*earlier, *self._lines])
            self.scroll_to(y=round(new_value) + len(earlier), animate=False, force=True)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        if self._first:
            self._first = 0
            self.refill()
        super().action_top()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer writing while the session goes on, and the report once it is over."""
        if action in ("write", "report"):
            return self.over == (action == "report")
        return super().check_action(action, parameters)

    def action_write(self) -> None:
        """Ask for the answer's field."""
        self.post_message(WriteWanted())

    def action_report(self) -> None:
        """Ask for the report."""
        self.post_message(ReportWanted())


# --- what stands in it ------------------------------------------------------------------------------------------


def blocks_of(view: SessionView) -> list[Block]:
    """Return everything that was said in a session, and in practice mode the marks after each answer."""
    every = {one.id: one for one in view.asked}
    last = {message.asked_id: at for at, message in enumerate(view.messages)}
    blocks = []
    for at, message in enumerate(view.messages):
        asked = every.get(message.asked_id or 0)
        if message.state != "interrupted":
            blocks.append(said_block(message, asked, len(view.asked)))
        if asked is not None and last[asked.id] == at and view.setup.mode == "practice":
            blocks += marks_blocks(asked)
    return blocks


def said_block(message: MessageView, asked: AskedView | None, planned: int, text: str | None = None) -> Block:
    """Return one message; `text` where it is still being said."""

    def write(paper: Paper) -> None:
        words = message.final if text is None else text
        if message.role == "person":
            _write_own(paper, message, words)
            return
        head = _SAID.get(message.kind, "Interviewer")
        if message.kind == "question" and asked is not None:
            head = f"Question {asked.order}" + (f" of {planned}" if planned else "")
            if message.attempt > 1:
                head += f", try {message.attempt}"
        aside = f"  {message.by}" if message.by else ""
        if message.fallback:
            aside += f", in place of the chosen one: {message.fallback}"
        if message.state in ("stopped", "failed"):
            aside += f"  ({'you stopped it' if message.state == 'stopped' else 'broken off'})"
        paper.write([(head, paper.style(paper.palette.accent, bold=True)), (aside, paper.quiet)])
        write_markdown(words, paper)
        while paper.lines and not paper.lines[-1]:
            paper.lines.pop()

    return Block(f"m{message.id}", write)


def _write_own(paper: Paper, message: MessageView, words: str) -> None:
    if message.kind in _DONE and not words:
        paper.write([(_DONE[message.kind], paper.quiet)])
        return
    took = f"  {clock_words(message.seconds)}" if message.seconds is not None else ""
    corrected = "  (corrected)" if message.edited is not None else ""
    paper.write(
        [
            ("You", paper.style(paper.palette.primary, bold=True)),
            (f"{took}{corrected}", paper.quiet),
        ]
    )
    paper.text(words, None, "  ")


def marks_blocks(asked: AskedView) -> list[Block]:
    """Return what was made of an answer, none where nothing was."""
    if asked.assessment is None:
        return []
    made = [asked.assessment, *asked.further]
    return [
        Block(f"a{asked.id}.{asked.attempt}.{at}", _marks_writer(one, asked.order))
        for at, one in enumerate(made)
    ]


def _marks_writer(made: AnswerAssessment, order: int) -> Callable[[Paper], None]:
    def write(paper: Paper) -> None:
        palette = paper.palette
        strong = paper.style(palette.secondary, bold=True)
        if made.score is None:
            paper.write(
                [
                    (f"Answer {order}: not enough to judge", strong),
                    (f"  {why_not_judged(made)}  (by {made.by})", paper.quiet),
                ],
                "",
                "  ",
            )
            return
        paper.write(
            [
                (f"Answer {order}: {made.score} of 100", strong),
                (f"  by {made.by}. {made.reason}".rstrip(), paper.quiet),
            ],
            "",
            "  ",
        )
        for mark in made.marks:
            quote = fit(steady(" ".join(mark.quote.split())), QUOTE_CELLS).rstrip()
            paper.write(
                [
                    (f"{fit(mark.name, 11)} {mark.score:>3}  ", paper.plain),
                    (f"“{quote}”", paper.quiet),
                ],
                "  ",
                " " * 19,
            )
        points = len(made.covered) + len(made.missed)
        told = [f"covers {len(made.covered)} of {points} points"] if points else []
        told += [f"sharpen: {line}" for line in made.sharpen[:1]]
        for line in told:
            paper.write([(line, paper.plain)], "  ", "    ")

    return write


def note_block(words: str) -> Block:
    """Return a quiet line of the app itself."""
    return Block("note", lambda paper: paper.write([(words, paper.quiet)]))


def why_not_judged(made: AnswerAssessment) -> str:
    """Return why an answer got no number, without saying again that it did not."""
    return made.reason.removeprefix("Not enough to judge").lstrip(".: ") or made.reason
