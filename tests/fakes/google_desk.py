"""A pipeline with a calendar at the Google on loopback connected, through the real client library."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from jobcopilot.calendars.google_client import GoogleClient, GoogleToken
from jobcopilot.calendars.google_events import event_id
from jobcopilot.calendars.views import AccountView, SyncReport
from tests.fakes.calendar import FakeVault
from tests.fakes.google_server import CLIENT_ID, CLIENT_SECRET, Google
from tests.fakes.interviews import NOON, Pipeline


def client_of(google: Google) -> GoogleClient:
    return GoogleClient(
        CLIENT_ID, CLIENT_SECRET, f"{google.address}/o/oauth2/auth", f"{google.address}/token"
    )


def token_of(google: Google) -> GoogleToken:
    given = google.new_tokens()
    return GoogleToken(
        client_of(google),
        given["refresh_token"],
        given["access_token"],
        datetime.now(UTC) + timedelta(seconds=given["expires_in"]),
    )


class GoogleDesk:
    """A pipeline with one Google calendar."""

    def __init__(self, pipeline: Pipeline, google: Google) -> None:
        self.pipeline, self.google = pipeline, google
        self.runtime = pipeline.runtime
        self.vault = FakeVault()
        self.runtime.__dict__["vault"] = self.vault
        self.account: AccountView = self.runtime.google_calendars.connect(token_of(google))

    def book(self, days: float = 1, job: int | None = None, **fields: object) -> int:
        job = job or self.pipeline.job()
        given = {"stage": "Technical", "starts_at": NOON + timedelta(days=days), **fields}
        return self.runtime.rounds.book(job, given).round.id

    def sync(self, **given: Any) -> SyncReport:
        return self.runtime.calendar_worker.run(self.account.id, **given)

    def again(self, **given: Any) -> SyncReport:
        """Sync a minute later, looking for changes."""
        self.pipeline.later(minutes=1)
        return self.sync(look=True, **given)

    def id(self, round_id: int) -> str:
        rows = self.pipeline.rows("SELECT uid FROM calendar_round WHERE round_id = ?", round_id)
        return event_id(str(rows[0][0]))

    def event(self, round_id: int) -> dict[str, Any]:
        """Return what Google holds of a round."""
        return self.google.calendar.events[self.id(round_id)]

    def states(self, round_id: int) -> list[str]:
        return [one.state for one in self.runtime.calendars.of_round(round_id)]

    def state(self) -> AccountView:
        return self.runtime.calendars.get(self.account.id)

    def forget_access(self) -> None:
        """Let the access token be one that ran out."""
        self.google.access_tokens.clear()

    def secret(self) -> dict[str, Any]:
        (kept,) = self.vault.kept.values()
        read: dict[str, Any] = json.loads(kept)
        return read
