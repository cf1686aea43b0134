"""What widgets share that are drawn cell by cell: the theme's colours at hand, and a height that changes cheaply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from jobcopilot.tui.theme import Palette, palette_of, style

if TYPE_CHECKING:
    from textual import events

WHEEL_LINES = 3


class Painted(Widget):
    """A widget that reads its colours once a theme."""

    _palette: Palette | None = None

    @property
    def palette(self) -> Palette:
        """The colours of the theme that is on."""
        if self._palette is None:
            self._palette = palette_of(self.app)
        return self._palette

    def notify_style_update(self) -> None:
        """Read the colours again after a change of theme."""
        super().notify_style_update()
        if self._palette is not None and self._palette != palette_of(self.app):
            self._palette = None
            self.recolor()

    def recolor(self) -> None:
        """Draw again in the new colours."""
        self.refresh()


class Rolling(Painted, ScrollView, can_focus=True):
    """Lines that are scrolled, with a thin bar of their own at the right end.

    Textual's scrollbar is a widget whose every line is painted by itself: it made up half of a list's frame.
    """

    DEFAULT_CSS = """
    Rolling { overflow: hidden hidden; background: $background; }
    """

    _dragging = False

    def draw_line(self, y: int, width: int) -> Strip:
        """Return one line of the view, `width` cells wide."""
        raise NotImplementedError

    @property
    def ground(self) -> str:
        """The colour under the lines."""
        return self.palette.background

    @property
    def text_width(self) -> int:
        """Cells of a line; one is the bar's."""
        return max(self.size.width - 1, 0)

    def render_line(self, y: int) -> Strip:
        """Return one line with its piece of the bar."""
        line = self.draw_line(y, self.text_width)
        thumb = y in self._thumb()
        return Strip(
            [*line, Segment("┃" if thumb else " ", style(self.palette.muted, self.ground))], self.size.width
        )

    def _thumb(self) -> range:
        """The lines of the view on which the bar is drawn; none where everything is in view."""
        height, lines = self.size.height, self.virtual_size.height
        if lines <= height or not height:
            return range(0)
        length = max(1, height * height // lines)
        room = lines - height
        start = min((self.scroll_offset.y * (height - length) + room // 2) // room, height - length)
        return range(start, start + length)

    def set_height(self, lines: int) -> None:
        """Say how many lines there are.

        Assigning `virtual_size` would lay out the whole screen (20 ms), which a list does not need: it keeps its
        place on the screen whatever it holds.
        """
        size = Size(self.size.width, lines)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
            self.refresh()

    def roll(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.roll(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back with the wheel."""
        event.stop()
        self.roll(-WHEEL_LINES)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the bar."""
        if self.on_bar(event):
            self._dragging = True
            self.capture_mouse()
            self._roll_to(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the bar."""
        if self._dragging:
            self._roll_to(event)

    def on_mouse_up(self) -> None:
        """Let go of the bar."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_bar(self, event: events.MouseEvent) -> bool:
        """Return whether the mouse points at the bar."""
        offset = event.get_content_offset(self)
        return offset is not None and offset.x == self.text_width

    def _roll_to(self, event: events.MouseEvent) -> None:
        share = max(0.0, min(1.0, event.y / max(self.size.height - 1, 1)))
        self.scroll_to(y=round(share * self.max_scroll_y), animate=False, force=True)
