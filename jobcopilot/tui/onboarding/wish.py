"""The second step: what is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from jobcopilot.tui.modals.fields import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

ABOUT = "what you look for"


class WishStep(Vertical):
    """Places, remote, minimum pay, seniority, skills."""

    DEFAULT_CSS = """
    WishStep { height: 1fr; }
    WishStep .intro { height: auto; color: $muted; margin-bottom: 1; }
    WishStep Field.-long { height: 6; margin-top: 1; }
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(id="wish")
        from jobcopilot.tui.modals.profile_fields import profile_fields

        self.form = Form(*profile_fields(("places", "remote", "min_pay", "seniority", "skills"), texts))

    def compose(self) -> ComposeResult:
        """Put the questions."""
        yield Static(
            "All of it can stay empty: what nobody says counts neither way.",
            classes="intro",
            markup=False,
        )
        yield self.form

    def take_over(self, texts: Mapping[str, str]) -> None:
        """Fill in what is known by now, where nothing was typed."""
        for field in self.form.fields:
            if not field.changed:
                field.initial = field.text = texts[field.key]
                # A choice takes only what it offers.
                field.initial = field.text
