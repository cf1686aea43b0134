"""Writing a letter: whom and what for, its words, and how it leaves; nothing leaves but by its own key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import on

from jobcopilot.errors import JobcopilotError
from jobcopilot.interviews.values import FieldError
from jobcopilot.tui.commands import bindings, shown_key
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.interviews.views import Met
    from jobcopilot.mail.views import Drafted, LetterView
    from jobcopilot.tui.app import JobcopilotApp

LOOK_SECONDS: Final = 0.5
"""How often it is looked how a letter stands that is about to leave."""
OF_A_DRAFT: Final = frozenset({"save", "send", "editor"})
_SIGNS: Final = {"draft": "○", "waiting": "◔", "sent": "✓", "uncertain": "?", "failed": "✗"}
_WORDS: Final = ("subject", "email", "body")


class LetterPanel(FormPanel):
    """One letter about an interview, or about an application."""

    BINDINGS: ClassVar[list[Any]] = bindings("letter")
    DEFAULT_CSS = """
    LetterPanel.-wide #scroll.-two > .lines { width: 9fr; }
    LetterPanel.-wide #scroll.-two > .texts { width: 11fr; }
    LetterPanel.-wide Field .label { width: 9; }
    LetterPanel.-wide Field .wrong { padding: 0 1 0 9; }
    LetterPanel.-narrow #scroll.-two > .texts { height: auto; }
    LetterPanel.-narrow Field.-long { height: 12; }
    """

    def __init__(
        self,
        *,
        round_id: int | None = None,
        job_id: int | None = None,
        kind: str = "thank_you",
        contact_id: int | None = None,
    ) -> None:
        super().__init__("Letter")
        self.letter: LetterView | None = None
        self._round_id = round_id
        self._job_id = job_id
        self._kind = kind
        self._contact_id = contact_id

    def on_mount(self) -> None:
        """Read or draft the letter."""
        self.set_interval(LOOK_SECONDS, self._look, name="look after the letter")
        start_work(self, self._load(), name="load-form")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the letter as it stands."""
        view = self.letter
        if action in OF_A_DRAFT:
            return view is not None and view.editable
        match action:
            case "take_back":
                return view is not None and view.state == "waiting"
            case "sent_by_hand":
                return view is not None and view.state in ("draft", "failed", "uncertain")
            case "anew":
                return view is not None and view.state != "waiting"
            case "copy" | "mail_program":
                return view is not None
        return super().check_action(action, parameters)

    # Reading

    async def _load(self) -> None:
        from jobcopilot.mail.letters import TooEarly
        from jobcopilot.mail.views import KIND_WORDS

        try:
            people, drafted = await asyncio.to_thread(self._read)
        except TooEarly as early:
            tell(self.app, str(early))
            self.dismiss(None)
            return

        kinds = [("application", KIND_WORDS["application"])]
        if self._round_id is not None:
            kinds = [(kind, words) for kind, words in KIND_WORDS.items() if kind != "application"]
        persons = [("", "nobody in particular"), *((str(one.id), steady(one.name)) for one in people)]
        view = drafted.letter
        await self.show_fields(
            [
                Field("kind", "What for", Choice(kinds, view.kind)),
                Field("contact", "To", Choice(persons, str(view.contact_id or ""))),
                Field("email", "Address", LineInput(view.recipient_email), hint="One e-mail address"),
                Field("subject", "Subject", LineInput(view.subject)),
            ],
            [Field("body", "Letter", LongText(""))],
        )
        # Text that is there before the columns have their widths is wrapped at the wrong one.
        self.call_after_refresh(self._fill, view, drafted.remark)

    def _read(self) -> tuple[tuple[Met, ...], Drafted]:
        letters = self.runtime.letters
        people: tuple[Met, ...] = ()
        if self._round_id is not None:
            people = self.runtime.interviews.round(self._round_id).contacts
            if self._contact_id is None and people:
                self._contact_id = people[0].id
        drafted = letters.draft(
            self._kind, round_id=self._round_id, job_id=self._job_id, contact_id=self._contact_id
        )
        return people, drafted

    @on(Choice.Changed)
    def _other_letter(self) -> None:
        """Go to the letter for another person or occasion; what was written of this one is kept."""
        if self.letter is not None:
            start_work(self, self._turn(), name="turn-letter")

    async def _turn(self) -> None:
        view = self.letter
        if not await self._keep_words():
            # What is written would be lost with the choice: it stays on the letter that it belongs to.
            if view is not None:
                with self.prevent(Choice.Changed):
                    self._field("kind").text = view.kind
                    self._field("contact").text = str(view.contact_id or "")
            return
        texts = self.texts
        self._kind = texts["kind"]
        self._contact_id = int(texts["contact"]) if texts["contact"] else None
        drafted = await asyncio.to_thread(self._drafted)
        self._fill(drafted.letter, drafted.remark)

    def _drafted(self, *, again: bool = False) -> Drafted:
        return self.runtime.letters.draft(
            self._kind,
            round_id=self._round_id,
            job_id=self._job_id,
            contact_id=self._contact_id,
            again=again,
        )

    def _fill(self, view: LetterView, remark: str = "") -> None:
        for name, text in (
            ("email", view.recipient_email),
            ("subject", view.subject),
            ("body", view.body),
        ):
            self._field(name).text = text
        self._show(view, remark)

    def _field(self, name: str) -> Field:
        return next(field for form in self.forms for field in form.fields if field.key == name)

    # How it stands

    def _show(self, view: LetterView, remark: str = "") -> None:
        """Show how the letter stands, and let its words be changed only while they can."""
        from jobcopilot.mail.views import STATE_WORDS

        was = self.letter
        self.letter = view
        for form in self.forms:
            for field in form.fields:
                field.initial = field.text
                if isinstance(field.control, LongText):
                    field.control.read_only = not view.editable
                elif field.key in _WORDS:
                    field.control.disabled = not view.editable
        state = f"{_SIGNS[view.state]} {STATE_WORDS[view.state]}"
        if view.state == "waiting" and view.leaves_at is not None:
            left = (view.leaves_at - self.runtime.clock.now()).total_seconds()
            back = shown_key("letter.take_back", self.app._keymap)
            state += f", in {max(0, round(left))} s · {back} takes it back"
        elif view.sent_at is not None:
            at = view.sent_at.astimezone(self.runtime.clock.zone())
            state += f" {at:%a} {at.day} {at:%b} {at:%H:%M}"
        self.entitle("Letter", steady(f"{state} · {view.stage or view.job_title} · {view.company}"))
        told = remark or " ".join(part for part in (view.error, view.hint) if part)
        # The first field gets the focus now or later: what happened to the letter must stand either way.
        self.standing = steady(told)
        if told or was is None or was.state != view.state:
            self.say(steady(told))
        self.refresh_bindings()

    def _look(self) -> None:
        if self.letter is not None and self.letter.state == "waiting":
            start_work(self, self._look_again(self.letter.id), name="look-letter")

    async def _look_again(self, number: int) -> None:
        view = await asyncio.to_thread(self.runtime.letters.get, number)
        if self.letter is not None and self.letter.id == number:
            self._show(view)

    # Changing

    async def keep(self) -> None:
        """Keep the words, and stay: a letter that is kept is not yet sent."""
        if await self._keep_words():
            self.say("Kept as a draft. Nothing was sent.")

    async def _keep_words(self) -> bool:
        """Keep what was changed; return whether it could be taken."""
        view = self.letter
        changed = {name: text for name, text in self.changed.items() if name in _WORDS}
        if view is None or not view.editable or not changed:
            return True
        try:
            kept = await asyncio.to_thread(lambda: self.runtime.letters.edit(view.id, dict(changed)))
        except FieldError as wrong:
            field = self._field(wrong.field if wrong.field in _WORDS else "body")
            field.refuse(wrong)
            field.control.focus()
            return False
        self._show(kept)
        return True

    def action_anew(self) -> None:
        """Draft the letter anew, in the place of what is written."""
        start_work(self, self._anew(), name="turn-letter")

    async def _anew(self) -> None:
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        view = self.letter
        written = any(name in _WORDS for name in self.changed)
        if view is not None and view.editable and (written or view.origin == "own"):
            asked = ConfirmDialogue("Draft it anew?", "What you wrote of this letter is replaced.", "replace")
            if not await self.app.push_screen_wait(asked):
                return
        drafted = await asyncio.to_thread(lambda: self._drafted(again=True))
        self._fill(drafted.letter, drafted.remark or "Drafted anew.")

    def action_editor(self) -> None:
        """Edit the letter in one's own editor."""
        start_work(self, self._editor(), name="editor")

    async def _editor(self) -> None:
        from jobcopilot.mail.elsewhere import edited

        if not await self._keep_words() or self.letter is None:
            return
        # The editor has the terminal for itself; the app stands still until it ends.
        with self.app.suspend():
            written = edited(self.letter)
        if written is None:
            self.say("Nothing was changed.")
            return
        self._field("subject").text = written.subject
        self._field("body").text = written.body
        await self.keep()

    # Leaving

    def action_send(self) -> None:
        """Ask the letter to leave in ten seconds."""
        start_work(self, self._send(), name="send-letter")

    async def _send(self) -> None:
        from jobcopilot.tui.modals.unlock import vault_is_open

        if self.letter is None or not await self._keep_words():
            return
        number = self.letter.id
        if not self.runtime.mail_settings().host:
            self.say(
                f"No outgoing mail is set up: {shown_key('letter.setup', self.app._keymap)} sets it up,"
                f" {shown_key('letter.mail_program', self.app._keymap)} opens your mail program."
            )
            return
        if not await vault_is_open(cast("JobcopilotApp", self.app)):
            self.say("Nothing was sent: your passwords are locked.")
            return
        try:
            view = await asyncio.to_thread(self.runtime.letters.send, number)
        except FieldError as wrong:
            self._field("email").refuse(wrong)
            self._field("email").control.focus()
            return
        self._show(view)

    def action_take_back(self) -> None:
        """Take the letter back before it leaves."""
        if self.letter is not None:
            start_work(self, self._take_back(self.letter.id), name="take-back")

    async def _take_back(self, number: int) -> None:
        try:
            view = await asyncio.to_thread(self.runtime.letters.take_back, number)
        except JobcopilotError as late:
            self._show(await asyncio.to_thread(self.runtime.letters.get, number))
            self.say(steady(str(late)))
            return
        self._show(view)
        self.say("Taken back: nothing was sent.")

    def action_sent_by_hand(self) -> None:
        """Say that the letter was sent in another program, or arrived."""
        if self.letter is not None:
            start_work(self, self._sent_by_hand(self.letter.id), name="sent-by-hand")

    async def _sent_by_hand(self, number: int) -> None:
        if await self._keep_words():
            self._show(await asyncio.to_thread(self.runtime.letters.sent_by_hand, number))

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy_to_clipboard(self.texts["body"])
        self.say("The letter was sent to the terminal's clipboard (not every terminal takes it).")

    def action_mail_program(self) -> None:
        """Open the letter in the mail program."""
        start_work(self, self._mail_program(), name="open-link")

    async def _mail_program(self) -> None:
        import webbrowser

        from jobcopilot.mail.elsewhere import mailto

        if self.letter is None or not await self._keep_words():
            return
        address = mailto(self.letter)
        opened = await asyncio.to_thread(webbrowser.open, address)
        sent = shown_key("letter.sent_by_hand", self.app._keymap)
        copies = shown_key("letter.copy", self.app._keymap)
        self.say(
            f"Opened in your mail program; once it is sent, {sent} says so."
            if opened
            else f"No mail program was found. {copies} copies the letter."
        )

    def action_setup(self) -> None:
        """Set the outgoing mail up."""
        from jobcopilot.tui.modals.mail_setup import MailSetupPanel

        self.app.push_screen(MailSetupPanel())

    def action_close(self) -> None:
        """Leave; words are kept, and a letter that is about to leave says so."""
        start_work(self, self._leave(), name="leave-letter")

    async def _leave(self) -> None:
        from jobcopilot.tui import failures

        if failures.dismiss(self.app) or not await self._keep_words():
            return
        if self.letter is not None and self.letter.state == "waiting":
            back = shown_key("pipeline.letter", self.app._keymap)
            tell(self.app, f"The letter leaves in a moment. {back} opens it again to take it back.")
        self.dismiss(None)
