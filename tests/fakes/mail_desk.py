"""A pipeline with outgoing mail set up against a server on loopback."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jobcopilot.mail.sending import Patience
from jobcopilot.mail.views import LetterView, MailReport
from jobcopilot.runtime import Runtime
from tests.fakes.calendar import FakeVault
from tests.fakes.interviews import NOON, Pipeline
from tests.fakes.mail_server import PASSWORD, USER, MailServer

NOTES = "Talked about their migration to Airflow."


class MailDesk:
    """A pipeline whose letters go to a server of the tests."""

    def __init__(self, pipeline: Pipeline, server: MailServer, *, patience: Patience | None = None) -> None:
        self.pipeline = pipeline
        self.server = server
        self.runtime: Runtime = pipeline.runtime
        self.vault = FakeVault()
        self.runtime.__dict__["vault"] = self.vault
        self.runtime.mail_setup.change(
            {
                "host": "localhost",
                "port": server.port,
                "security": server.security,
                "username": USER,
                "address": "ada@example.com",
                "name": "Ada Lovelace",
            },
            PASSWORD,
        )
        self.runtime.mail_outbox.context = lambda: server.context
        self.runtime.mail_outbox.patience = patience or Patience(5, 5, 20)

    def met(self, contact: str = "Grace Hopper <grace@acme.example>", **fields: Any) -> int:
        """Book, hold and complete a round yesterday; return its number."""
        rounds = self.runtime.rounds
        given = {"stage": "Technical Interview", "starts_at": NOON - timedelta(days=1), "format": "video"}
        number = rounds.book(self.pipeline.job(), {**given, "contacts": [contact], **fields}).round.id
        rounds.complete(number, "waiting", notes=NOTES)
        return number

    def letter(self, kind: str = "thank_you", **fields: Any) -> LetterView:
        """Draft a letter to somebody met yesterday."""
        return self.runtime.letters.draft(kind, round_id=self.met(**fields)).letter

    def ask(self, letter: LetterView, **given: Any) -> None:
        """Ask a letter to leave, and let its ten seconds pass."""
        self.runtime.letters.send(letter.id, **given)
        self.pipeline.later(seconds=10)

    def run(self, **given: Any) -> MailReport:
        return self.runtime.send_mail(**given)

    def sent(self, letter: LetterView, **given: Any) -> LetterView:
        """Ask a letter to leave, let it, and return how it stands."""
        self.ask(letter, **given)
        self.run()
        return self.runtime.letters.get(letter.id)

    def again(self, letter: LetterView) -> LetterView:
        """Run once more; return how the letter stands."""
        self.run()
        return self.runtime.letters.get(letter.id)
