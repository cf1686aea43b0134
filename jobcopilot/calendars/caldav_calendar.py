"""A calendar on a CalDAV server (RFC 4791), through the `caldav` library.

Every event lies at an address made from its UID. It is made with `If-None-Match: *` and changed with `If-Match`, so
that nothing is written twice and nothing that somebody else wrote is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from jobcopilot.calendars.ics_reading import facts_read
from jobcopilot.calendars.ics_writing import to_ics
from jobcopilot.calendars.port import (
    CalendarChoice,
    CalendarError,
    Changed,
    Changes,
    Event,
    Held,
    Permanent,
    Refused,
    Remote,
    SignInRefused,
    Temporary,
    Vanished,
)
from jobcopilot.text import clean_line

TIMEOUT: Final = 30
"""Seconds for one request."""
_GROUP: Final = 100
"""Events asked after at once."""
_DAV, _CAL, _CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
_STATE: Final = (
    '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/">'
    "<D:prop><D:resourcetype/><D:sync-token/><CS:getctag/></D:prop></D:propfind>"
)
_MULTIGET: Final = (
    '<?xml version="1.0" encoding="utf-8"?><C:calendar-multiget xmlns:D="DAV:"'
    ' xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>{data}</D:prop>{hrefs}</C:calendar-multiget>'
)
_BY_UID: Final = (
    '<?xml version="1.0" encoding="utf-8"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
    '<C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match collation="i;octet">{uid}</C:text-match>'
    "</C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)
_UID_TAKEN: Final = ("no-uid-conflict", "unique-scheduling-object-resource")


def discover(address: str, username: str, password: str) -> tuple[CalendarChoice, ...]:
    """Return what can hold events at a server's, an account's or one calendar's address. Raises `CalendarError`."""
    with _told(), _client(address, username, password) as client:
        if (itself := _calendar_at(client, address)) is not None:
            return (itself,)
        found = _of_principal(client)
    if not found:
        raise Refused(
            "There is no calendar in this account",
            clean_line(address),
            "Make one in the account's own program, then connect again.",
        )
    return found


class CalDav:
    """One calendar on a CalDAV server; see `port.Calendar`."""

    def __init__(self, calendar: str, username: str, password: str) -> None:
        """`calendar` is the address of the collection."""
        self._address = calendar if calendar.endswith("/") else f"{calendar}/"
        self._client = _made(self._address, username, password)

    def put(self, event: Event, held: Held | None) -> Held:
        """Make an event, or change the one that is as `held` says. Raises `Changed` where it is not."""
        href = held.href if held is not None else self._href(event.uid)
        condition = {"If-None-Match": "*"} if held is None else {"If-Match": held.etag}
        with _told():
            try:
                answer = self._client.put(
                    self._url(href),
                    to_ics([event]).decode(),
                    {"Content-Type": "text/calendar; charset=utf-8", **condition},
                )
            except _refusal() as refused:
                # Some servers say with 403 what others say with 409.
                if any(word in one for word in _UID_TAKEN for one in refused.preconditions):
                    raise Changed(self.fetch(event.uid, href)) from None
                raise
            if _is_taken(answer) or (answer.status == 404 and held is not None):
                raise Changed(self.fetch(event.uid, href))
            self._expect(answer, 200, 201, 204)
        etag = _etag(answer.headers)
        if etag is None:
            # The server changed something of it on the way: what lies there now is what both sides have.
            there = self.fetch(event.uid, href)
            etag = there.held.etag if there is not None else ""
        return Held(event.uid, href, etag, event.sequence)

    def remove(self, held: Held) -> None:
        """Take an event away; one that is gone already is fine. Raises `Changed`."""
        with _told():
            answer = self._client.delete(self._url(held.href), {"If-Match": held.etag})
            if answer.status == 412:
                there = self.fetch(held.uid, held.href)
                if there is not None:
                    raise Changed(there)
                return
            if answer.status not in (404, 410):
                self._expect(answer, 200, 202, 204)

    def fetch(self, uid: str, href: str) -> Remote | None:
        """Return the event with this UID, wherever in the calendar it lies."""
        own = self._href(uid)
        with _told():
            answer = self._client.request(self._url(href or own), "GET", "", {"Accept": "text/calendar"})
            if answer.status == 200:
                raw = _bytes(answer)
                facts, sequence = facts_read(raw, uid)
                etag = _etag(answer.headers) or ""
                return Remote(Held(uid, href or own, etag, sequence), facts, _same(href or own, own))
            if answer.status not in (404, 410):
                self._expect(answer, 200)
            found = self._report(_BY_UID.format(uid=_escaped(uid)), depth=1)
        for there, (etag, raw) in found.items():
            if raw:
                facts, sequence = facts_read(raw, uid)
                return Remote(Held(uid, there, etag, sequence), facts, _same(there, own))
        self._still_there()
        return None

    def changes(self, mark: str, held: Sequence[Held]) -> Changes:
        """Return what is no longer as it was. The mark is the collection's own, which changes with any event in it."""
        with _told():
            now = self._still_there()
            if now and now == mark:
                return Changes(mark)
            changed: list[Remote] = []
            gone: list[str] = []
            for start in range(0, len(held), _GROUP):
                some = held[start : start + _GROUP]
                there = {_path(href): etag for href, (etag, _) in self._multiget(some, data=False).items()}
                other = [one for one in some if there.get(_path(one.href), one.etag) != one.etag]
                gone += [one.uid for one in some if _path(one.href) not in there]
                bodies = {_path(href): found for href, found in self._multiget(other, data=True).items()}
                for one in other:
                    etag, raw = bodies.get(_path(one.href), ("", b""))
                    if raw:
                        facts, sequence = facts_read(raw, one.uid)
                        ours = _same(one.href, self._href(one.uid))
                        changed.append(Remote(Held(one.uid, one.href, etag, sequence), facts, ours))
        return Changes(now, tuple(changed), tuple(gone))

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _href(self, uid: str) -> str:
        return urlsplit(self._address).path + quote(uid, safe="@-._~") + ".ics"

    def _url(self, href: str) -> str:
        return urljoin(self._address, href)

    def _still_there(self) -> str:
        """Return the collection's mark, empty where it has none. Raises `Vanished`."""
        answer = self._client.propfind(self._address, _STATE, depth=0)
        if answer.status in (404, 410):
            raise self._vanished()
        self._expect(answer, 207)
        for one in answer.parse_propfind():
            if not _is_calendar(one.properties):
                raise self._vanished()
            for name in (f"{_CS}getctag", f"{_DAV}sync-token"):
                if found := one.properties.get(name):
                    return clean_line(str(found))
        return ""

    def _multiget(self, held: Sequence[Held], *, data: bool) -> dict[str, tuple[str, bytes]]:
        if not held:
            return {}
        hrefs = "".join(f"<D:href>{_escaped(one.href)}</D:href>" for one in held)
        return self._report(_MULTIGET.format(data="<C:calendar-data/>" if data else "", hrefs=hrefs))

    def _report(self, query: str, depth: int | None = None) -> dict[str, tuple[str, bytes]]:
        """Return what a report tells: address to ETag and content."""
        answer = self._client.report(self._address, query, depth)
        if answer.status in (404, 410):
            raise self._vanished()
        self._expect(answer, 207)
        found: dict[str, tuple[str, bytes]] = {}
        for one in answer.parse_calendar_query():
            if one.etag:
                found[one.href] = (one.etag.strip().removeprefix("W/"), (one.calendar_data or "").encode())
        return found

    def _expect(self, answer: Any, *statuses: int) -> None:
        """Raise what an answer means that none of `statuses` is."""
        status: int = answer.status
        if status in statuses:
            return
        if status in (404, 409, 410):
            # Of the collection and not of the event: one that is put into a collection that is gone.
            self._still_there()
        said = f"the server answered {status} {clean_line(str(answer.reason or ''), 80)}".rstrip()
        if status >= 500 or status in (408, 423, 425, 429):
            raise Temporary("The calendar does not answer properly", said, answered=True)
        raise Permanent("The calendar does not take this interview", said, "See the server's own log.")

    def _vanished(self) -> Vanished:
        return Vanished(
            "The calendar is not there any more",
            clean_line(unquote(self._address)),
            "Connect another one: jobcopilot calendar connect caldav. Every interview is still here.",
        )


# --- the library ---------------------------------------------------------------------------------------------------


def _made(address: str, username: str, password: str) -> Any:
    # Importing it takes a while and brings a whole HTTP stack: only where a server is connected.
    from caldav.davclient import DAVClient

    logging.getLogger("caldav").setLevel(logging.CRITICAL)  # it would quote what the person wrote
    client = DAVClient(
        url=address,
        username=username or None,
        password=password or None,
        timeout=TIMEOUT,
        enable_rfc6764="://" not in address,
    )
    if urlsplit(address).scheme != "http":
        # Neither what a server says of its own addresses nor a redirection may send the password readable.
        client.session.adapters.pop("http://", None)
    return client


@contextmanager
def _client(address: str, username: str, password: str) -> Iterator[Any]:
    client = _made(address, username, password)
    try:
        yield client
    finally:
        client.close()


def _calendar_at(client: Any, address: str) -> CalendarChoice | None:
    """Return the calendar that the address itself is, None where it is none."""
    if "://" not in address:
        return None
    answer = client.propfind(
        address,
        [f"{_DAV}resourcetype", f"{_DAV}displayname"],
        0,
    )
    if answer.status != 207:
        return None
    for one in answer.parse_propfind():
        if _is_calendar(one.properties):
            name = one.properties.get(f"{_DAV}displayname")
            return CalendarChoice(
                urljoin(address, one.href), clean_line(str(name or "")) or _last_part(one.href)
            )
    return None


def _is_calendar(properties: Mapping[str, Any]) -> bool:
    """Return whether a collection holds events; True where the server does not say what it is."""
    kinds = properties.get(f"{_DAV}resourcetype", ())
    return f"{_DAV}resourcetype" not in properties or f"{_CAL}calendar" in (kinds or ())


def _of_principal(client: Any) -> tuple[CalendarChoice, ...]:
    found = []
    for calendar in client.principal().calendars():
        components = [str(one).upper() for one in calendar.get_supported_components() or ()]
        if components and "VEVENT" not in components:
            continue
        address = str(calendar.url)
        found.append(
            CalendarChoice(address, clean_line(str(calendar.get_display_name() or "")) or _last_part(address))
        )
    return tuple(found)


def _last_part(address: str) -> str:
    return clean_line(unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])) or "calendar"


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the libraries raise into the port's errors, without addresses that may hold a password."""
    from caldav.lib import error
    from niquests import exceptions

    try:
        yield
    except (CalendarError, Changed):
        raise
    except error.RateLimitError as later:
        raise Temporary(
            "The calendar asks to be left alone for a while",
            f"it answered {later.status or 429}",
            retry_after=later.retry_after_seconds,
            answered=later.status != 503,
        ) from None
    except error.AuthorizationError as refused:
        if refused.status == 403 and refused.preconditions:
            why = clean_line(", ".join(one.rpartition("}")[2] for one in refused.preconditions), 120)
            raise Permanent("The calendar does not take this interview", f"the server says: {why}") from None
        if refused.status == 403:
            raise Refused(
                "The calendar does not let this account in",
                "it answered 403: the address is not this account's, or it may only be read",
                "Choose a calendar of your own: jobcopilot calendar connect caldav",
            ) from None
        raise SignInRefused(
            "The calendar refuses the name or the password",
            f"it answered {refused.status or 401}",
            "Connect it again: jobcopilot calendar connect caldav. Many services want a password made for this app.",
        ) from None
    except exceptions.SSLError:
        raise Refused(
            "The calendar's certificate cannot be trusted",
            "the connection was not made, and nothing was sent",
            "Correct the address or the server's certificate, then: jobcopilot calendar sync",
        ) from None
    except exceptions.InvalidSchema:
        raise Refused(
            "The calendar wants the password over a connection that everybody can read",
            "it names an address that begins with http://, and nothing was sent there",
            "Give the address of the calendar itself, beginning with https://, or ask who runs the server.",
        ) from None
    except (exceptions.RequestException, OSError) as silent:
        raise Temporary("The calendar does not answer", _network_words(silent)) from None
    except (error.DAVError, ValueError, LookupError) as odd:
        said = getattr(odd, "status", None)
        raise Temporary(
            "The calendar answers what is not understood",
            f"status {said}" if said else type(odd).__name__,
            "Is the address that of a CalDAV server?",
            answered=True,
        ) from None


def _refusal() -> Any:
    from caldav.lib.error import AuthorizationError

    return AuthorizationError


def _network_words(fault: Exception) -> str:
    from niquests import exceptions

    if isinstance(fault, exceptions.Timeout):
        return f"nothing within {TIMEOUT} s"
    if isinstance(fault, exceptions.ConnectionError):
        return "no connection came about; look at its address, and whether you are online"
    return type(fault).__name__


def _is_taken(answer: Any) -> bool:
    if answer.status == 412:
        return True
    return answer.status in (403, 409) and any(word in str(answer.raw or "") for word in _UID_TAKEN)


def _etag(headers: Mapping[str, str]) -> str | None:
    """Return the entity tag of an answer, None where it has none.

    A proxy that compresses answers makes a tag weak (`W/`), and `If-Match` never matches a weak one (RFC 9110, 13.1.1):
    the server itself knows the tag without that mark.
    """
    found = next((value for name, value in headers.items() if name.lower() == "etag"), "")
    return found.strip().removeprefix("W/") or None


def _bytes(answer: Any) -> bytes:
    raw = answer._raw
    return raw if isinstance(raw, bytes) else str(raw or "").encode()


def _path(href: str) -> str:
    return unquote(urlsplit(href).path)


def _same(href: str, other: str) -> bool:
    return _path(href) == _path(other)


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(text)
