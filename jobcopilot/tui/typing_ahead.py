"""Keys typed faster than the focus moves go where they were meant.

A key travels through queues: to the widget in focus, up its parents, to the app. What arrives in one burst ("/nurse"
after a hiccup of a remote line) has therefore left for the list before the `/` has moved the focus to the search line,
and `u` would undo instead of being a letter.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.events import Key
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget


class TypingAhead(App[int]):
    """An app that remembers when the focus went to a text field, and gives it the letters typed before that."""

    _field: Widget | None = None
    _moved_at = 0.0

    def type_into(self, screen: Screen[Any], field: Widget) -> None:
        """Put a text field into focus at once; letters that are still on their way to elsewhere will reach it."""
        screen.set_focus(field)
        self._field, self._moved_at = field, Message().time  # the clock that keys are stamped with

    async def on_key(self, event: Key) -> None:
        """Redirect a letter that was typed before the focus moved; it came here because nobody took it."""
        field = self._field
        if (
            field is None
            or self.focused is not field
            or not event.is_printable
            or event.time > self._moved_at
        ):
            return
        event.prevent_default()
        event.stop()
        field.post_message(Key(event.key, event.character))
