"""A calendar at Google, through google-api-python-client (Calendar API v3).

Every event has an id made from its round's UID, so that Google itself refuses a second one; it is changed and removed
with `If-Match`, so that nothing that somebody else wrote is lost. Nobody is sent mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from jobcopilot.calendars.google_client import SCOPE, TIMEOUT, GoogleToken, quiet
from jobcopilot.calendars.google_events import OWN_UIDS, event_id, is_deleted, remote_of, resource_of
from jobcopilot.calendars.google_faults import Answered, fault_of, reasons_of, told
from jobcopilot.calendars.port import Changed, Changes, Event, Held, Permanent, Refused, Remote, Vanished
from jobcopilot.text import clean_line

ENDPOINT: Final = "https://www.googleapis.com/calendar/v3/"
PRIMARY: Final = "primary"
"""What Google calls the calendar that everybody with an account has."""
_PAGE: Final = 2500
"""Events in one answer; the most that Google gives."""
_MAY_WRITE: Final = ("writer", "owner")


@dataclass(frozen=True, slots=True)
class About:
    """What a calendar says of itself."""

    name: str
    writable: bool


class GoogleCalendar:
    """One calendar at Google; see `port.Calendar`. An event's `href` is its id."""

    def __init__(self, calendar: str, secret: str) -> None:
        """`calendar` is its id, or `primary`; `secret` is a `GoogleToken` as JSON. Raises `Refused` for others."""
        import google_auth_httplib2
        import httplib2

        quiet()
        self._calendar = calendar
        self._events: Any = _service(ENDPOINT).events()
        plain = httplib2.Http(timeout=TIMEOUT)
        plain.follow_redirects = False
        self._http = google_auth_httplib2.AuthorizedHttp(_credentials(secret), http=plain)

    def about(self) -> About:
        """Return what it is called, and whether it can be written to. Raises `Vanished`, and as every method does."""
        said = self._list(maxResults=1, fields="summary,accessRole")
        return About(clean_line(str(said.get("summary", ""))), said.get("accessRole") in _MAY_WRITE)

    def put(self, event: Event, held: Held | None) -> Held:
        """Make an event, or change the one that is as `held` says. Raises `Changed` where it is not."""
        with told():
            if held is not None:
                return self._patch(event, held)
            if (invitation := self._invitation(event.uid)) is not None:
                raise Changed(invitation)
            own = event_id(event.uid)
            try:
                made = self._ask(
                    self._events.insert(
                        calendarId=self._calendar,
                        body={**_without_nothing(resource_of(event)), "id": own},
                        sendUpdates="none",
                    ),
                    expecting=(404, 409),
                )
            except Answered as answer:
                if answer.status == 404:
                    raise self._vanished() from None
                return self._met(event, own)
            return Held(event.uid, own, str(made["etag"]), event.sequence)

    def remove(self, held: Held) -> None:
        """Take an event away; one that is gone already is fine. Raises `Changed`."""
        with told():
            request = self._events.delete(calendarId=self._calendar, eventId=held.href, sendUpdates="none")
            try:
                self._ask(request, etag=held.etag, expecting=(404, 410, 412))
            except Answered:
                there = self.fetch(held.uid, held.href)
                if there is not None:
                    raise Changed(there) from None

    def fetch(self, uid: str, href: str) -> Remote | None:
        """Return the event with this UID: the round's own, or the invitation that Google put there itself."""
        with told():
            found = self._get(href or event_id(uid))
            if found is not None and not is_deleted(found):
                return remote_of(found, uid)
            invitation = self._invitation(uid)
            if invitation is None and found is None:
                self.about()
            return invitation

    def changes(self, mark: str, held: Sequence[Held]) -> Changes:
        """Return what is no longer as it was; the mark is Google's `syncToken`; where that ran out all is compared."""
        with told():
            try:
                there, following, whole = *self._listed(mark), not mark
            except Answered:
                there, following, whole = *self._listed(""), True
            changed: list[Remote] = []
            gone: list[str] = []
            for one in held:
                listed = there.get(one.href)
                if listed is None:
                    gone += [one.uid] if whole else []
                elif is_deleted(listed):
                    gone.append(one.uid)
                elif listed.get("etag") != one.etag:
                    now = self._get(one.href)
                    if now is None or is_deleted(now):
                        gone.append(one.uid)
                    else:
                        changed.append(remote_of(now, one.uid))
        return Changes(following, tuple(changed), tuple(gone))

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _patch(self, event: Event, held: Held) -> Held:
        body = resource_of(event)
        try:
            try:
                made = self._patched(held, body)
            except Answered as answer:
                if answer.status != 400 or "sequence" not in answer.said.lower():
                    raise
                # Google counts on by itself where the time was changed there, and then takes its own number only.
                body.pop("sequence")
                made = self._patched(held, body)
        except Answered as answer:
            if answer.status == 400:
                raise Permanent(
                    "Google Calendar does not take this interview", f"it answered 400: {answer.said}"
                ) from None
            raise Changed(self.fetch(event.uid, held.href)) from None
        return Held(event.uid, held.href, str(made["etag"]), event.sequence)

    def _patched(self, held: Held, body: Mapping[str, Any]) -> Any:
        request = self._events.patch(
            calendarId=self._calendar, eventId=held.href, body=body, sendUpdates="none"
        )
        return self._ask(request, etag=held.etag, expecting=(400, 404, 410, 412))

    def _met(self, event: Event, own: str) -> Held:
        """Deal with an event that has the id already: it is shown, or taken out of the bin again."""
        there = self._get(own)
        if there is None:
            raise Changed(None)
        remote = None if is_deleted(there) else remote_of(there, event.uid)
        if remote is not None:
            raise Changed(remote)
        try:
            return self._patch(event, Held(event.uid, own, str(there["etag"])))
        except Permanent:
            raise Changed(None) from None

    def _invitation(self, uid: str) -> Remote | None:
        """Return what another program put there under the UID of an invitation: Google does so by itself."""
        if uid.endswith(OWN_UIDS):
            return None
        for found in self._list(iCalUID=uid).get("items", ()):
            if not is_deleted(found):
                return remote_of(found, uid)
        return None

    def _get(self, wanted: str) -> Any:
        try:
            return self._ask(
                self._events.get(calendarId=self._calendar, eventId=wanted), expecting=(404, 410)
            )
        except Answered:
            return None

    def _listed(self, mark: str) -> tuple[dict[str, Any], str]:
        """Return what changed since a mark, by id, and the next one; without a mark everything.

        Raises `Answered` where the mark is not taken any more.
        """
        found: dict[str, Any] = {}
        page = ""
        while True:
            answer = self._list(
                expecting=(400, 410) if mark else (),
                maxResults=_PAGE,
                showHiddenInvitations=True,
                fields="nextPageToken,nextSyncToken,items(id,etag,status)",
                **({"syncToken": mark} if mark else {}),
                **({"pageToken": page} if page else {}),
            )
            found.update({str(one["id"]): one for one in answer.get("items", ())})
            page = answer.get("nextPageToken", "")
            if not page:
                return found, str(answer["nextSyncToken"])

    def _list(self, *, expecting: tuple[int, ...] = (), **given: Any) -> Any:
        with told():
            try:
                return self._ask(
                    self._events.list(calendarId=self._calendar, **given), expecting=(404, *expecting)
                )
            except Answered as answer:
                if answer.status == 404:
                    raise self._vanished() from None
                raise

    def _ask(self, request: Any, *, etag: str = "", expecting: tuple[int, ...] = ()) -> Any:
        """Make a request once. Raises `Answered` for one of the statuses that are expected, else the port's errors."""
        from googleapiclient.errors import HttpError

        if etag:
            request.headers["If-Match"] = etag
        try:
            came = request.execute(http=self._http)
        except HttpError as answer:
            status = int(answer.resp.status)
            if status in expecting:
                raise Answered(status, reasons_of(answer.content)[1]) from None
            raise fault_of(status, answer.resp, answer.content) from None
        if came and not isinstance(came, dict):
            # The library hands over as text what is no JSON: a page of somebody else's.
            raise ValueError("no JSON")
        return came

    def _vanished(self) -> Vanished:
        return Vanished(
            "The calendar is not there any more",
            clean_line(self._calendar, 80),
            "Connect another one: jobcopilot calendar connect google --calendar ID. Every interview is still here.",
        )


@lru_cache(maxsize=4)
def _service(endpoint: str) -> Any:
    """Return the API's description; it comes with the library, and is read once. Threads may share it."""
    import httplib2
    from googleapiclient.discovery import build

    with told():
        return build(
            "calendar",
            "v3",
            http=httplib2.Http(timeout=TIMEOUT),
            client_options={"api_endpoint": endpoint},
            cache_discovery=False,
            static_discovery=True,
        )


@lru_cache(maxsize=8)
def _credentials(secret: str) -> Any:
    """Return the credentials of a token, one for all of a process's connections, so that it is renewed once an hour."""
    from datetime import UTC

    from google.oauth2.credentials import Credentials

    token = GoogleToken.from_json(secret)
    # The library's moments are in UTC and do not say so.
    expires = None if token.expires_at is None else token.expires_at.astimezone(UTC).replace(tzinfo=None)
    return Credentials(  # type: ignore[no-untyped-call]
        token=token.access_token or None,
        refresh_token=token.refresh_token,
        token_uri=token.client.token_uri,
        client_id=token.client.client_id,
        client_secret=token.client.client_secret,
        scopes=[SCOPE],
        expiry=expires,
    )


def _without_nothing(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be made without what it has nothing of."""
    return {name: value for name, value in resource.items() if value not in (None, "")}


def checked_calendar(given: str) -> str:
    """Return a calendar's id as Google's settings show it; an address that was copied instead is told."""
    calendar = clean_line(given).strip() or PRIMARY
    if "://" in calendar or " " in calendar or quote(calendar, safe="@._-#+") != calendar:
        raise Refused(
            "This is not a calendar's id",
            calendar[:80],
            'It looks like abc@group.calendar.google.com: Google Calendar, "Settings for my calendars", "Integrate'
            ' calendar", "Calendar ID".',
        )
    return calendar
