"""A text to read on the ground of a dialogue, its values in the column where a form has its fields."""

from __future__ import annotations

from dataclasses import replace

from jobcopilot.tui.modals.fields import LABEL_WIDTH
from jobcopilot.tui.theme import Palette
from jobcopilot.tui.widgets.document import Document

INDENT = LABEL_WIDTH + 1
"""Cells before a value: a field's label and its padding."""


class SurfaceDocument(Document):
    """A text to scroll on the ground of a dialogue."""

    DEFAULT_CSS = """
    SurfaceDocument { background: $surface; padding: 0; }
    """

    @property
    def palette(self) -> Palette:
        """The colours of the theme that is on, on a dialogue's ground."""
        palette = super().palette
        return replace(palette, background=palette.surface)
