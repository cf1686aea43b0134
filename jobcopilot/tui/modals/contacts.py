"""The people met and to be met: a list that is searched, and a form for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jobcopilot.interviews.values import FieldError
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.ask import AskDialogue
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Field, LineInput, LongText
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import count, fit, steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.interviews.views import ContactView


class ContactsDialogue(Panel[None]):
    """Everyone by name; enter edits the one under the cursor."""

    BINDINGS: ClassVar[list[Any]] = bindings("contacts")

    def __init__(self) -> None:
        super().__init__("Contacts", "the people you met or will meet")
        self.contacts: Sequence[ContactView] = ()
        self.words = ""

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        yield Choices([])

    def on_mount(self) -> None:
        """Read the contacts."""
        start_work(self, self._load(), name="contacts")

    async def _load(self, at: int | None = None) -> None:
        every = await asyncio.to_thread(self.runtime.interviews.contacts)
        wanted = self.words.casefold().split()
        self.contacts = [one for one in every if all(word in _text(one) for word in wanted)]
        palette = palette_of(self.app)
        menu = self.query_one(Choices)
        menu.clear_options()
        for one in self.contacts:
            met = count(len(one.round_ids), "interview") if one.round_ids else ""
            menu.add_option(
                Option(
                    Text.assemble(
                        (f" {fit(one.name, 22)} ", f"bold {palette.foreground}"),
                        (f"{fit(one.company, 18)} ", palette.foreground),
                        (f"{fit(one.title, 14)} ", palette.muted),
                        (f"{fit(met, 14)}", palette.muted),
                        (steady(one.email or one.phone), palette.muted),
                    ),
                    id=f"c{one.id}",
                )
            )
        numbers = [one.id for one in self.contacts]
        if numbers:
            menu.highlighted = numbers.index(at) if at in numbers else 0
        menu.focus()
        found = f"“{steady(self.words)}”: " if self.words else ""
        none = "Nobody yet: a adds someone." if not self.words else "nobody has that. / searches anew."
        self.say(f"{found}{count(len(numbers), 'contact') if numbers else none}")
        self.refresh_bindings()

    @property
    def current(self) -> ContactView | None:
        """The contact under the cursor."""
        place = self.query_one(Choices).highlighted
        return None if place is None or place >= len(self.contacts) else self.contacts[place]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the contact under the cursor."""
        if action == "open_profile":
            return self.is_mounted and self.current is not None and bool(self.current.linkedin)
        if action in ("edit", "delete", "copy"):
            return self.is_mounted and self.current is not None
        return super().check_action(action, parameters)

    @on(OptionList.OptionSelected)
    def _opened(self) -> None:
        self.action_edit()

    def action_search(self) -> None:
        """Ask for words that name, company, title or notes have."""
        start_work(self, self._ask(), name="ask-words")

    async def _ask(self) -> None:
        words = await self.app.push_screen_wait(
            AskDialogue("Search contacts", "nothing shows everybody", self.words)
        )
        self.words = words or ""
        await self._load()

    def action_add(self) -> None:
        """Open an empty form."""
        start_work(self, self._form(None), name="contact-form")

    def action_edit(self) -> None:
        """Open the form of the contact under the cursor."""
        if self.current is not None:
            start_work(self, self._form(self.current), name="contact-form")

    async def _form(self, contact: ContactView | None) -> None:
        kept = await self.app.push_screen_wait(ContactForm(contact))
        await self._load(kept if kept is not None else None if contact is None else contact.id)

    def action_delete(self) -> None:
        """Delete the contact under the cursor; nothing is asked, since undo brings it back."""
        if self.current is not None:
            start_work(self, self._delete(self.current), name="delete-contact")

    async def _delete(self, contact: ContactView) -> None:
        await asyncio.to_thread(lambda: self.runtime.contacts.delete([contact.id]))
        await self._load()
        self.app.notify(steady(f"Deleted {contact.name}. u on the pipeline takes it back."), markup=False)

    def action_copy(self) -> None:
        """Copy the e-mail address, else the telephone number."""
        contact = self.current
        if contact is not None:
            text = contact.email or contact.phone
            if text:
                self.app.copy_to_clipboard(text)
                self.say(f"{text} was sent to the terminal's clipboard (not every terminal takes it).")
            else:
                self.say("There is neither e-mail nor telephone to copy.")

    def action_open_profile(self) -> None:
        """Open the LinkedIn profile in the web browser."""
        if self.current is not None:
            start_work(self, self._open(self.current.linkedin), name="open-profile")

    async def _open(self, address: str) -> None:
        if not address.startswith(("https://", "http://")):
            self.say("There is no LinkedIn address.")
            return
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, address)
        self.say(f"Opened in your browser: {address}" if opened else f"No web browser was found: {address}")


class ContactForm(FormPanel):
    """One person."""

    def __init__(self, contact: ContactView | None) -> None:
        super().__init__("Edit the contact" if contact else "Add a contact", "a name is enough")
        self.contact = contact

    async def on_mount(self) -> None:
        """Show the form."""
        one = self.contact

        def of(name: str) -> str:
            return "" if one is None else str(getattr(one, name))

        await self.show_fields(
            [
                Field("name", "Name", LineInput(of("name")), hint="Who it is"),
                Field("title", "Title", LineInput(of("title")), hint="What they do there"),
                Field(
                    "company", "Company", LineInput(of("company")), hint="Known when a round of it is booked"
                ),
                Field("email", "E-mail", LineInput(of("email"))),
                Field("phone", "Telephone", LineInput(of("phone"))),
                Field("linkedin", "LinkedIn", LineInput(of("linkedin")), hint="https://… or in/name"),
            ],
            [Field("notes", "Notes", LongText(of("notes")))],
        )

    async def keep(self) -> None:
        """Add or change the contact; what a field does not take is said under it."""
        texts, changed, one = dict(self.texts), dict(self.changed), self.contact
        contacts = self.runtime.contacts
        try:
            kept = await asyncio.to_thread(
                lambda: (
                    contacts.add({name: text for name, text in texts.items() if text or name == "name"})
                    if one is None
                    else contacts.edit(one.id, changed)
                )
            )
        except FieldError as wrong:
            field = next((at for form in self.forms for at in form.fields if at.key == wrong.field), None)
            if field is None:
                raise
            field.refuse(wrong)
            field.control.focus()
            return
        self.app.notify(steady(f"{'Added' if one is None else 'Changed'}: {kept.name}."), markup=False)
        self.dismiss(kept.id)


def _text(one: ContactView) -> str:
    return " ".join((one.name, one.company, one.title, one.email, one.notes)).casefold()
