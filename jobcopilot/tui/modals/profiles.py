"""The profiles on this machine: switch, add, edit, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jobcopilot.tui import openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.ask import AskDialogue
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.confirm import ConfirmDialogue
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import count, fit, steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.profiles.views import ProfileView


class ProfilesDialogue(Panel[None]):
    """Enter searches as the profile under the cursor from now on."""

    BINDINGS: ClassVar[list[Any]] = bindings("profiles")

    def __init__(self) -> None:
        super().__init__("Profiles", "each has its own jobs, searches and history")
        self.profiles: Sequence[ProfileView] = ()

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        yield Choices([])

    def on_mount(self) -> None:
        """Read the profiles."""
        start_work(self, self._load(), name="profiles")

    async def _load(self, at: str | None = None) -> None:
        self.profiles = await asyncio.to_thread(self.runtime.profiles.list)
        active = self.runtime.profile.name
        palette = palette_of(self.app)
        menu = self.query_one(Choices)
        menu.clear_options()
        for profile in self.profiles:
            here = profile.name == active
            who = " · ".join(part for part in (profile.full_name, "; ".join(profile.roles)) if part)
            text = Text.assemble(
                (" ● " if here else "   ", palette.accent),
                (f"{fit(profile.name, 20)}  ", f"bold {palette.foreground}"),
                (f"{count(len(profile.skills), 'skill'):<11}", palette.muted),
                ("searching now  " if here else "", palette.accent),
                (steady(who), palette.foreground),
            )
            menu.add_option(Option(text, id=f"p{profile.id}"))
        names = [profile.name for profile in self.profiles]
        menu.highlighted = names.index(at) if at in names else names.index(active)
        menu.focus()

    @property
    def current(self) -> ProfileView | None:
        """The profile under the cursor."""
        place = self.query_one(Choices).highlighted
        return None if place is None else self.profiles[place]

    @on(OptionList.OptionSelected)
    def _use(self) -> None:
        profile = self.current
        if profile is not None:
            start_work(self, self._switch(profile.name), name="switch-profile")

    async def _switch(self, name: str) -> None:
        from jobcopilot.settings import save_setting

        await asyncio.to_thread(save_setting, self.runtime.home.settings_file, "profile", name)
        self.runtime.forget_profile(name)
        openings.forget_settings(self.app)
        openings.profile_switched(self.app)
        self.app.notify(f"You search as {name} now.", markup=False)
        self.dismiss(None)

    def action_add(self) -> None:
        """Ask for a name and make the profile."""
        start_work(self, self._add(), name="add-profile")

    async def _add(self) -> None:
        name = await self.app.push_screen_wait(
            AskDialogue("Add a profile", "Its name, such as “data” or “freelance”")
        )
        if name:
            made = await asyncio.to_thread(self.runtime.profiles.create, name)
            await self._load(made.name)
            self.say(f"{made.name} is there, and empty. e fills it in, enter switches to it.")

    def action_edit(self) -> None:
        """Open the form of the profile under the cursor."""
        profile = self.current
        if profile is not None:
            start_work(self, self._edit(profile.name), name="edit-profile")

    async def _edit(self, name: str) -> None:
        from jobcopilot.tui.modals.profile_form import ProfileForm

        await self.app.push_screen_wait(ProfileForm(name))
        await self._load(name)

    def action_delete(self) -> None:
        """Delete the profile under the cursor after asking, with a backup before."""
        profile = self.current
        if profile is None:
            return
        if profile.name == self.runtime.profile.name:
            self.say("The profile that is searching cannot be deleted. Switch to another one first (enter).")
        else:
            start_work(self, self._delete(profile.name), name="delete-profile")

    async def _delete(self, name: str) -> None:
        from jobcopilot.runtime.leaving import delete_profile

        consequence = (
            "All of its jobs, searches and history go with it. Everything is backed up first, but for recordings of "
            "its voice: they go for good."
        )
        if not await self.app.push_screen_wait(
            ConfirmDialogue(f"Delete profile {name}?", consequence, "delete it")
        ):
            return
        self.say("Backing up …")
        try:
            saved = await asyncio.to_thread(delete_profile, self.runtime, name)
        finally:
            self.say("")
        await self._load()
        self.say(f"Deleted {name}. The backup is {saved}")
