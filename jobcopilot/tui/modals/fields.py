"""What forms are made of: lines, choices and texts, each with a label before it and its mistake under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from jobcopilot.errors import JobcopilotError
from jobcopilot.text import clean_line, clean_text
from jobcopilot.tui.theme import palette_of, style
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.app import ComposeResult

LABEL_WIDTH = 16


class LineInput(Input):
    """One line of text that cannot hold what would steer a terminal, and in which a dropped line break is a space."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    LineInput:focus { background: $cursor; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "—", limit: int = 4_000) -> None:
        super().__init__(value, placeholder=placeholder, select_on_focus=False, max_length=limit)

    def validate_value(self, value: str) -> str:
        """Keep out what a terminal could take for a command; spaces at the ends are still being typed."""
        if value.isprintable():
            return value
        # What begins a sequence would take the next letter with it.
        letters = [char for char in value if char not in "\x1b\x9b"]
        return "".join(char for char in letters if char.isprintable() or clean_line(f"a{char}b") != "ab")

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_line(event.text, 4_000), *self.selection)


class LongText(TextArea):
    """Text of several lines; tab leaves it."""

    DEFAULT_CSS = """
    LongText, LongText:focus { border: none; padding: 0 1; background: $panel; height: 1fr; min-height: 3; }
    LongText:focus { background: $cursor; }
    LongText .text-area--cursor-line { background: $panel; }
    LongText:focus .text-area--cursor-line { background: $cursor; }
    """

    def __init__(self, text: str = "", *, placeholder: str = "") -> None:
        super().__init__(
            text,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            compact=True,
            placeholder=placeholder,
        )

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if result := self._replace_via_keyboard(clean_text(event.text), *self.selection):
            self.move_cursor(result.end_location)
            self.focus()


class Choice(Widget, can_focus=True):
    """One of a few words: left and right change it, a letter goes to the next word that begins with it."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; background: $surface; }
    Choice:focus { background: $cursor; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("left", "turn(-1)", "before", show=False),
        Binding("right,space", "turn(1)", "next", show=False),
        Binding("enter", "enter", "go on", show=False),
    ]

    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another word is chosen."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            """The choice that changed."""
            return self.choice

    class Entered(Message):
        """Enter was pressed: the word stays, and the form goes on."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[tuple[str, str]], value: str = "") -> None:
        """Offer `options` (value, words); a value that is none of them stands for the first."""
        super().__init__()
        self.options = list(options)
        known = [option for option, _ in self.options]
        self.set_reactive(Choice.value, value if value in known else known[0])

    @property
    def place(self) -> int:
        """Where the chosen word stands among the options."""
        return next(at for at, (option, _) in enumerate(self.options) if option == self.value)

    def watch_value(self, value: str) -> None:
        """Tell who listens."""
        self.post_message(self.Changed(self, value))

    def action_turn(self, step: int) -> None:
        """Take the next word, or the one before."""
        self.value = self.options[(self.place + step) % len(self.options)][0]

    def action_enter(self) -> None:
        """Leave the word as it is and go on."""
        self.post_message(self.Entered(self))

    def on_key(self, event: events.Key) -> None:
        """Go to the next word that begins with the letter."""
        letter = event.character
        if letter is None or not event.is_printable or letter == " ":
            return
        event.stop()
        order = [*self.options[self.place + 1 :], *self.options[: self.place]]
        for option, words in order:
            if words.lstrip("○◔◑◕★✓✗↩ ").casefold().startswith(letter.casefold()):
                self.value = option
                return

    def on_click(self, event: events.Click) -> None:
        """Take the next word."""
        self.focus()
        self.action_turn(1)

    def render_line(self, y: int) -> Strip:
        """Return all words with the chosen one marked where they fit, else the chosen one between arrows."""
        palette, width = palette_of(self.app), self.size.width
        ground = palette.cursor if self.has_focus else palette.surface
        quiet, chosen = style(palette.muted, ground), style(palette.foreground, ground, bold=True)
        mark = style(palette.accent, ground, bold=True)
        place = self.place
        if sum(len(words) + 4 for _, words in self.options) <= width:
            parts = [Segment(" ", quiet)]
            for at, (_, words) in enumerate(self.options):
                parts.append(Segment("● " if at == place else "○ ", mark if at == place else quiet))
                parts.append(Segment(words, chosen if at == place else quiet))
                parts.append(Segment("  ", quiet))
        else:
            number = f" {place + 1} of {len(self.options)} "
            longest = max(len(words) for _, words in self.options)
            words = fit(self.options[place][1], min(longest, width - len(number) - 5))
            parts = [
                Segment(" ‹ ", mark),
                Segment(words, chosen),
                Segment(" ›", mark),
                Segment(number, quiet),
            ]
        return Strip(parts).adjust_cell_length(width, style(palette.foreground, ground))


Control = LineInput | LongText | Choice
Check = Callable[[str], None]
"""Takes the text of a field and raises `JobcopilotError` where it cannot be taken."""


class Field(Vertical):
    """A control with its label; what is wrong with it stands under it until it is changed."""

    DEFAULT_CSS = f"""
    Field {{ height: auto; }}
    Field > Horizontal {{ height: auto; }}
    Field .label {{ width: {LABEL_WIDTH}; height: 1; color: $muted; }}
    Field.-here .label {{ color: $accent; text-style: bold; }}
    Field .wrong {{ height: auto; max-height: 3; padding: 0 1 0 {LABEL_WIDTH}; color: $error; display: none; }}
    Field.-wrong .wrong {{ display: block; }}
    Field.-long {{ height: 1fr; min-height: 4; }}
    Field.-long > Horizontal {{ height: 1fr; layout: vertical; }}
    Field.-long .label {{ width: 100%; }}
    Field.-long .wrong {{ padding-left: 1; }}
    """

    def __init__(
        self, name: str, label: str, control: Control, *, hint: str = "", check: Check | None = None
    ) -> None:
        super().__init__(
            name=name,
            id=f"field-{name.replace('_', '-').replace('.', '-')}",
            classes="-long" if isinstance(control, LongText) else "",
        )
        self.key = name
        self.label = label
        self.control = control
        self.hint = hint
        self.initial = self.text
        self._check = check

    def compose(self) -> ComposeResult:
        """Put label, control and the place for a mistake."""
        with Horizontal():
            yield Static(self.label, classes="label", markup=False)
            yield self.control
        yield Static("", classes="wrong", markup=False)

    @property
    def text(self) -> str:
        """What stands in the control."""
        return self.control.text if isinstance(self.control, LongText) else self.control.value

    @text.setter
    def text(self, text: str) -> None:
        if isinstance(self.control, LongText):
            self.control.text = clean_text(text)
        else:
            self.control.value = text

    @property
    def changed(self) -> bool:
        """Whether it holds something else than at the beginning."""
        return self.text != self.initial

    def check(self) -> bool:
        """Return whether the text can be taken; why not is shown under the field."""
        try:
            if self._check is not None:
                self._check(self.text)
        except JobcopilotError as wrong:
            self.complain(wrong.hint or wrong.title)
            return False
        self.settle()
        return True

    def complain(self, reason: str) -> None:
        """Say under the field what is wrong with it."""
        self.add_class("-wrong")
        self.query_one(".wrong", Static).update(f"✗ {reason[:1].upper()}{reason[1:]}")

    def refuse(self, wrong: JobcopilotError) -> None:
        """Say under the field what a room below does not take; what was typed stands above it."""
        self.complain(str(JobcopilotError(wrong.title, hint=wrong.hint)))

    def settle(self) -> None:
        """Take the complaint away."""
        self.remove_class("-wrong")

    def on_descendant_focus(self) -> None:
        """Show which field is being filled in."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """Show that it no longer is."""
        self.remove_class("-here")

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _typed(self) -> None:
        if self.has_class("-wrong"):
            self.check()


class Form(Vertical):
    """Fields below each other: up, down and tab move between them, enter goes on."""

    DEFAULT_CSS = """
    Form { height: auto; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
    ]

    class Done(Message):
        """Enter was pressed in the last line of the form."""

    @property
    def fields(self) -> list[Field]:
        """All fields in order."""
        return list(self.query(Field))

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(field for field in self.fields if field.key == name)

    @property
    def texts(self) -> dict[str, str]:
        """Field name to what stands in it."""
        return {field.key: field.text for field in self.fields}

    @property
    def changed(self) -> dict[str, str]:
        """Field name to text, of the fields that hold something else than at the beginning."""
        return {field.key: field.text for field in self.fields if field.changed}

    def check(self) -> bool:
        """Check every field; the first wrong one gets the focus. Return whether all can be taken."""
        wrong = [field for field in self.fields if not field.check()]
        if wrong:
            wrong[0].control.focus()
        return not wrong

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        self.go_on(event.input)

    @on(Choice.Entered)
    def _go_on_from_choice(self, event: Choice.Entered) -> None:
        event.stop()
        self.go_on(event.choice)

    def go_on(self, control: Widget) -> None:
        """Go to the next line, or tell that the last one is done."""
        lines = [field.control for field in self.fields if not isinstance(field.control, LongText)]
        if lines and control is not lines[-1]:
            lines[lines.index(control) + 1].focus()  # type: ignore[arg-type]
        else:
            self.post_message(self.Done())
