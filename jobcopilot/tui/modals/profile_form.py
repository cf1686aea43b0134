"""The form of a profile, and a résumé read into it after a look at what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.widgets import Static

from jobcopilot.errors import UsageError
from jobcopilot.tui import openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.modals.surface import INDENT, SurfaceDocument

if TYPE_CHECKING:
    from pathlib import Path

    from textual.widget import Widget

    from jobcopilot.profiles.views import ProfileDraft, ProfileView
    from jobcopilot.tui.widgets.paper import Paper

RESUME_FORMS = "PDF, DOCX, text, Markdown or JSON Resume"


class ProfileForm(FormPanel):
    """Who is searching and what is wanted; saving compares every posting again."""

    BINDINGS: ClassVar[list[Any]] = bindings("profile")

    def __init__(self, name: str | None = None) -> None:
        super().__init__("Profile")
        self.profile_name = name

    def on_mount(self) -> None:
        """Read the profile."""
        start_work(self, self._load(), name="load-form")

    def _read(self) -> tuple[ProfileView, bool]:
        active = self.runtime.profile
        profile = active if self.profile_name is None else self.runtime.profiles.get(self.profile_name)
        return profile, profile.name == active.name

    async def _load(self) -> None:
        from jobcopilot.tui.modals import profile_fields

        profile, active = await asyncio.to_thread(self._read)
        self.profile_name = profile.name
        self.entitle(
            f"Profile {profile.name}", "the one that is searching" if active else "not the active one"
        )
        texts = profile_fields.texts_of(profile)
        await self.show_fields(
            profile_fields.profile_fields(profile_fields.LINES, texts),
            profile_fields.profile_fields(profile_fields.TEXTS, texts),
        )

    async def keep(self) -> None:
        """Change what was touched, then compare every posting again."""
        from jobcopilot.tui.modals.profile_fields import changes_of

        name, changed = self.profile_name, self.changed
        assert name is not None
        if changed:
            await asyncio.to_thread(lambda: self.runtime.profiles.change(name, changes_of(changed)))
            if name == self.runtime.profile.name:
                self.runtime.forget_profile()
                openings.profile_changed(self.app)
            self.app.notify(f"Profile {name} is kept.", markup=False)
        self.dismiss(1 if changed else None)

    def action_others(self) -> None:
        """List the profiles."""
        if self.unsaved:
            self.say("! Save this profile first (ctrl+s).")
        else:
            self.dismiss(None)
            openings.open_profiles(self.app)

    def action_resume(self) -> None:
        """Read a résumé."""
        start_work(self, self._resume(), name="resume")

    async def _resume(self) -> None:
        name = self.profile_name
        assert name is not None
        taken = await self.app.push_screen_wait(ResumeDialogue(name))
        if taken is None:
            return
        from jobcopilot.tui.modals.profile_fields import texts_of

        texts = texts_of(taken)
        for form in self.forms:
            for field in form.fields:
                typed = field.changed
                field.initial = texts[field.key]
                if not typed:
                    field.text = texts[field.key]
        if name == self.runtime.profile.name:
            self.runtime.forget_profile()
            openings.profile_changed(self.app)
        self.say("The résumé is taken over. Look at it and change what is not so.")


class ResumeDialogue(Panel["ProfileView"]):
    """A résumé's path, then what it says, then the taking over."""

    BINDINGS: ClassVar[list[Any]] = bindings("form")

    def __init__(self, profile_name: str) -> None:
        super().__init__("Read a résumé", RESUME_FORMS)
        self.profile_name = profile_name
        self.draft: ProfileDraft | None = None
        self._file: Path | None = None
        """What the draft was read from."""

    def body(self) -> Iterable[Widget]:
        """Return the path and the place of what it says."""
        yield Form(
            PathField("path", "File", hint="tab completes a path", check=check_file),
            Field("both", "Said by both", Choice([("mine", "keep mine"), ("resume", "take the résumé's")])),
        )
        yield Static("", classes="gap", markup=False)
        yield DraftText()

    def on_mount(self) -> None:
        """Begin with the path."""
        self.form.field("path").control.focus()
        self.say("enter reads the file and shows what it says; nothing is kept yet")

    @property
    def form(self) -> Form:
        """The path and the choice."""
        return self.query_one(Form)

    @on(PathField.Entered)
    def _entered(self) -> None:
        if self.form.check():
            self.draft = None
            self.say("Reading …")
            start_work(self, self._read(expanded(unquoted(self.form.texts["path"]))), name="read-resume")

    async def _read(self, file: Path) -> None:
        try:
            from jobcopilot.profiles.importers import read_resume

            draft = await asyncio.to_thread(read_resume, file)
        finally:
            self.say("")
        self.draft, self._file = draft, file
        self.query_one(DraftText).show(draft)
        self.form.field("both").control.focus()
        self.say("ctrl+s takes this over, escape leaves your profile as it is")

    def action_save(self) -> None:
        """Take over what was read."""
        if self.draft is None or self._file != expanded(unquoted(self.form.texts["path"])):
            self._entered()
        else:
            start_work(self, self._take_over(self.draft), name="take-over")

    async def _take_over(self, draft: ProfileDraft) -> None:
        overwrite = self.form.texts["both"] == "resume"
        taken = await asyncio.to_thread(
            lambda: self.runtime.profiles.take_over(self.profile_name, draft, overwrite=overwrite)
        )
        self.dismiss(taken)


class DraftText(SurfaceDocument):
    """What a résumé says."""

    def __init__(self) -> None:
        super().__init__(id="draft")
        self.draft: ProfileDraft | None = None

    def show(self, draft: ProfileDraft) -> None:
        """Show what was read."""
        self.draft = draft
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write it, field by field."""
        if self.draft is not None:
            write_draft_person(paper, self.draft)


def write_draft_person(paper: Paper, draft: ProfileDraft) -> None:
    """Write what a résumé says, and that it does not say the rest."""
    from jobcopilot.tui.modals.profile_fields import skill_text

    lines = (
        ("Name", draft.full_name),
        ("E-mail", draft.email),
        ("Headline", draft.headline),
        ("Roles", "; ".join(draft.roles)),
        ("Seniority", draft.seniority or ""),
        ("Years", "" if draft.years is None else f"{draft.years:g}"),
        ("Places", "; ".join(draft.places)),
        ("Licences", "; ".join(draft.licences)),
        (f"Skills ({len(draft.skills)})", ", ".join(map(skill_text, draft.skills))),
        ("Summary", draft.summary[:400]),
    )
    for label, text in lines:
        runs = [
            (f"{label:<{INDENT}}", paper.quiet),
            (text.replace("\n", " ") or "—", paper.plain if text else paper.quiet),
        ]
        paper.write(runs, "", " " * INDENT)


def check_file(text: str) -> None:
    """Check that a file is named. Raises `UsageError`."""
    if not text.strip():
        raise UsageError("No file is named", hint=f"Name a file: {RESUME_FORMS}.")
