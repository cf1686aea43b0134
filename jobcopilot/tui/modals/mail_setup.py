"""Setting the outgoing mail up: server, address, tone, and reminders by e-mail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, cast

from jobcopilot.errors import JobcopilotError
from jobcopilot.interviews.values import FieldError
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.settings import MailSettings
    from jobcopilot.tui.app import JobcopilotApp


class MailSetupPanel(FormPanel):
    """What letters leave by and how they sound; the password goes into the vault."""

    BINDINGS: ClassVar[list[Any]] = bindings("mail")

    def __init__(self) -> None:
        super().__init__("Outgoing mail", "letters leave only when you say so")

    def on_mount(self) -> None:
        """Read what is set."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        mail = await asyncio.to_thread(self.runtime.mail_settings)
        profile = self.runtime.profile
        password = LineInput("", placeholder="kept; type to replace it" if mail.secret else "")
        password.password = True
        security = [("starttls", "STARTTLS (587)"), ("tls", "TLS (465)"), ("none", "none, this machine only")]
        tones = [(tone, tone) for tone in ("warm", "plain", "formal")]
        await self.show_fields(
            [
                Field(
                    "host",
                    "Server",
                    LineInput(mail.host),
                    hint="e.g. smtp.example.com; empty: nothing is sent",
                ),
                Field("security", "Encryption", Choice(security, mail.security)),
                Field("port", "Port", LineInput(str(mail.port or "")), hint="Empty: the usual one"),
                Field("username", "Your name there", LineInput(mail.username), hint="Often your address"),
                Field("password", "Password", password, hint="Many providers want one made for one program"),
                Field("address", "Your address", LineInput(mail.address or profile.email)),
                Field("name", "Your name", LineInput(mail.name or profile.full_name)),
                Field("tone", "Tone", Choice(tones, mail.tone)),
                Field(
                    "sign_off",
                    "Sign-off",
                    LineInput(mail.sign_off),
                    hint='e.g. "Best regards"; empty: by the tone',
                ),
                Field(
                    "reminders",
                    "Reminders",
                    Choice(
                        [("", "not by e-mail"), ("yes", "also by e-mail")], "yes" if mail.reminders else ""
                    ),
                ),
                Field(
                    "reminders_to",
                    "Reminders to",
                    LineInput(mail.reminders_to),
                    hint="Empty: to your own address",
                ),
            ],
            [Field("signature", "Lines below your name", LongText(mail.signature))],
        )

    async def keep(self) -> None:
        """Keep what is set, then leave."""
        kept = await self._kept()
        if kept is not None:
            tell(
                self.app,
                "The outgoing mail is set up."
                if kept.host
                else "Kept, but no server is named: no mail can leave yet.",
            )
            self.dismiss(1)

    def action_try(self) -> None:
        """Keep what is set and send one letter to oneself."""
        if self.check():
            start_work(self, self._try(), name="try-mail")

    async def _try(self) -> None:
        if await self._kept() is None:
            return
        self.say("A test is on its way …")
        try:
            where = await asyncio.to_thread(self.runtime.mail_setup.test)
        except JobcopilotError as refused:
            self.say(steady(f"✗ {refused}"))
            return
        self.say(steady(f"✓ Sent to {where}. If it does not arrive, look where your provider puts spam."))

    async def _kept(self) -> MailSettings | None:
        """Keep what is set; None where something of it cannot be."""
        from jobcopilot.tui.modals.unlock import vault_is_open

        texts = self.texts
        password = texts.pop("password") or None
        port = texts.pop("port").strip()
        changes: dict[str, object] = {
            **texts,
            "port": int(port) if port.isdecimal() else (0 if not port else -1),
            "reminders": bool(texts["reminders"]),
        }
        if password is not None and not await vault_is_open(cast("JobcopilotApp", self.app)):
            self.say("Nothing was kept: without the passphrase the password cannot be.")
            return None
        try:
            kept = await asyncio.to_thread(lambda: self.runtime.mail_setup.change(changes, password))
        except FieldError as wrong:
            field = next(one for form in self.forms for one in form.fields if one.key == wrong.field)
            field.refuse(wrong)
            field.control.focus()
            return None
        except JobcopilotError as refused:
            self.say(steady(str(refused)))
            return None
        for form in self.forms:
            for field in form.fields:
                field.initial = field.text
        self.runtime.mail_chore.look_again()
        return kept
