"""What widgets share that are drawn cell by cell: the theme's colours at hand, and a height that changes cheaply."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from jobcopilot.tui.theme import Palette, palette_of


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
    """Lines that are scrolled; the cell of its scrollbar is always kept, so that no text moves when it appears."""

    DEFAULT_CSS = """
    Rolling {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
    }
    """

    def set_height(self, lines: int) -> None:
        """Say how many lines there are.

        Assigning `virtual_size` would lay out the whole screen (20 ms), which a list does not need: it keeps its
        place on the screen whatever it holds.
        """
        size = Size(self.size.width, lines)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
