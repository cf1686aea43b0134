"""The search line: what is searched for, how many were found, in which order, and what of it was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Input, Static

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import KeepSearch, QueryTyped, SearchLeft
from jobcopilot.tui.theme import palette_of

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from jobcopilot.jobs.query import Mistake

SORT_WORDS = {
    "match": "match",
    "created": "added",
    "updated": "changed",
    "posted": "posted",
    "title": "title",
    "company": "company",
    "pay": "pay",
    "deadline": "deadline",
    "relevance": "relevance",
}


EXAMPLES = ("python", "status:new", "match:>70", "pay:>100k", "posted:<7d", '"exact words"', "-not")
"""What the empty field shows of the search language."""


class MistakeHighlighter(Highlighter):
    """Underlines the stretches of a query that were not understood."""

    def __init__(self) -> None:
        self.mistakes: Sequence[Mistake] = ()
        self.color = ""

    def highlight(self, text: Text) -> None:
        """Underline each mistake."""
        for mistake in self.mistakes:
            text.stylize(
                Style(color=self.color or None, underline=True, bold=True), mistake.start, mistake.end
            )


class SearchInput(Input):
    """The field; enter and arrow down lead back to the list."""

    BINDINGS: ClassVar[Any] = bindings("search")

    examples: Sequence[str] = ()
    """What the empty field shows, as much of it as fits."""

    def on_resize(self, event: events.Resize) -> None:
        """Show as many examples in the empty field as fit whole; the cursor needs a cell of its own."""
        shown = list(self.examples)
        while len(shown) > 1 and len(" ".join(shown)) >= event.size.width:
            shown.pop()
        if shown:
            self.placeholder = " ".join(shown)

    def action_done(self) -> None:
        """Go to the list."""
        self.post_message(SearchLeft())

    def action_clear(self) -> None:
        """Clear the search; an empty one leads back to the list."""
        if self.value:
            self.value = ""
        else:
            self.post_message(SearchLeft())

    def action_keep(self) -> None:
        """Ask for a name to keep the search under."""
        self.post_message(KeepSearch())


class SearchLine(Vertical):
    """Field, total and order on one line; a mistake's reason on a second one, only when there is one."""

    DEFAULT_CSS = """
    SearchLine { height: auto; }
    SearchLine Horizontal { height: 1; }
    SearchLine .prompt { width: 3; color: $accent; text-style: bold; }
    SearchLine SearchInput { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
    SearchLine SearchInput:focus { background: $surface; border: none; }
    SearchLine .input--placeholder { color: $muted; }
    SearchLine #found { width: auto; padding: 0 1 0 2; color: $muted; }
    SearchLine #mistake { height: auto; max-height: 3; padding: 0 3; color: $error; display: none; }
    SearchLine.-mistaken #mistake { display: block; }
    """

    total: reactive[int | None] = reactive(None)
    everything: reactive[int | None] = reactive(None)
    sort: reactive[str] = reactive("-match")
    selected: reactive[int] = reactive(0)

    def __init__(self, text: str = "", sort: str = "-match") -> None:
        super().__init__(id="search")
        self._highlighter = MistakeHighlighter()
        self._text = text
        self.set_reactive(SearchLine.sort, sort)

    def compose(self) -> ComposeResult:
        """Put prompt, field and figures on one line."""
        with Horizontal():
            yield Static(" / ", classes="prompt", markup=False)
            field = SearchInput(
                self._text, highlighter=self._highlighter, select_on_focus=False, max_length=2000
            )
            field.examples = EXAMPLES
            yield field
            yield Static("", id="found", markup=False)
        yield Static("", id="mistake", markup=False)

    @property
    def field(self) -> SearchInput:
        """The text field."""
        return self.query_one(SearchInput)

    def show_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Underline what was not understood and say why."""
        self._highlighter.mistakes = mistakes
        self._highlighter.color = palette_of(self.app).error
        self.field.refresh()
        self.set_class(bool(mistakes), "-mistaken")
        if mistakes:
            first = mistakes[0]
            quoted = self.field.value[first.start : first.end]
            more = f"  (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
            self.query_one("#mistake", Static).update(Text(f"✗ “{quoted}”: {first.reason}{more}"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(QueryTyped(event.value))

    def watch_total(self) -> None:
        """Show the figures."""
        self._show_found()

    def watch_everything(self) -> None:
        """Show the figures."""
        self._show_found()

    def watch_sort(self) -> None:
        """Show the order."""
        self._show_found()

    def watch_selected(self) -> None:
        """Show how many are selected."""
        self._show_found()

    def _show_found(self) -> None:
        if not self.is_mounted:
            return
        parts = []
        if self.selected:
            parts.append(f"● {self.selected:,} selected")
        if self.total is not None:
            whole = self.everything
            parts.append(f"{self.total:,}" if whole in (None, self.total) else f"{self.total:,} of {whole:,}")
        arrow = "↓" if self.sort.startswith("-") else "↑"
        parts.append(f"by {SORT_WORDS.get(self.sort.lstrip('-'), self.sort)} {arrow}")
        self.query_one("#found", Static).update(Text("   ".join(parts)))
