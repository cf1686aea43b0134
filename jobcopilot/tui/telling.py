"""Telling in passing what was done, without taking a reminder off the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual.app import App

PASSING_SECONDS: Final = 6.0
"""How long such words stay; reminders stay longer."""


def tell(app: App[Any], words: str, *, title: str = "") -> None:
    """Tell what was done in place of what was told so before; the words may hold text from outside."""
    # Two "u takes it back" at once would mean two different things. Textual clears all notices or none.
    for shown in tuple(app._notifications):
        if shown.timeout == PASSING_SECONDS:
            app._unnotify(shown, refresh=False)
    app.notify(steady(words), title=steady(title), markup=False, timeout=PASSING_SECONDS)
