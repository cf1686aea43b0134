"""The first step: who is searching, typed or read from a résumé."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from jobcopilot.tui.modals.fields import Form
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.modals.profile_form import RESUME_FORMS, DraftText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from jobcopilot.profiles.views import ProfileDraft

ABOUT = "who you are"


class WhoStep(Vertical):
    """Name, target role, résumé, and what the résumé says."""

    DEFAULT_CSS = """
    WhoStep { height: 1fr; }
    WhoStep .intro { height: auto; color: $muted; margin-bottom: 1; }
    WhoStep Form { margin-bottom: 1; }
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(id="who")
        from jobcopilot.tui.modals.profile_fields import profile_fields

        self.resume = PathField(
            "resume", "Résumé", placeholder="path of a file", hint=f"{RESUME_FORMS}; tab completes"
        )
        self.form = Form(*profile_fields(("full_name", "roles"), texts), self.resume)
        self.draft: ProfileDraft | None = None
        self.read_from = ""
        """The path that the draft was read from."""

    def compose(self) -> ComposeResult:
        """Put the questions."""
        yield Static(
            "Every posting is compared with what you say. It all stays on this machine.\n"
            "A name and a role are plenty; a résumé fills in skills and years.",
            classes="intro",
            markup=False,
        )
        yield self.form
        yield DraftText()

    @property
    def unread(self) -> bool:
        """Whether a résumé is named that was not read yet."""
        return bool(self.resume.text.strip()) and self.resume.text != self.read_from

    def show(self, draft: ProfileDraft) -> None:
        """Show what the résumé says, and take over what was not typed."""
        self.draft = draft
        self.read_from = self.resume.text
        self.query_one(DraftText).show(draft)
        found = {"full_name": draft.full_name, "roles": "; ".join(draft.roles)}
        for name, text in found.items():
            field = self.form.field(name)
            if text and not field.text.strip():
                field.text = text
