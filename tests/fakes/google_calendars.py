"""Calendars as Google's reference of the Calendar API (v3) describes them: events, ETags, sync tokens, refusals."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPEN, PAGE = "confirmed", 250
_ID = re.compile(r"[a-v0-9]{5,1024}")
_NOT_WITH_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"
)  # fmt: skip


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, reason: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, reason, message)
        self.status, self.headers = status, headers or {}
        self.body = {
            "error": {
                "errors": [{"domain": "global", "reason": reason, "message": message}],
                "code": status,
                "message": message,
            }
        }


@dataclass
class OneCalendar:
    """What Google holds of one calendar."""

    summary: str = "ada@example.com"
    role: str = "owner"
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    """Ids in the order of their changes; a sync token is a length of this list."""
    oldest_token: int = 0
    pages: int = PAGE
    dropped: list[str] = field(default_factory=list)

    # --- what the API does ----------------------------------------------------------------------------------------

    def insert(self, body: dict[str, Any]) -> dict[str, Any]:
        self._may_write()
        if "id" in body and "iCalUID" in body:
            raise Refusal(400, "invalid", "Only one of id and iCalUID should be supplied at creation.")
        wanted = body.get("id", f"g{len(self.changed):010d}")
        if not _ID.fullmatch(wanted):
            raise Refusal(400, "invalid", "Invalid resource id value.")
        if wanted in self.events:
            raise Refusal(409, "duplicate", "The requested identifier already exists.")
        made = {"status": OPEN, "sequence": 0, "iCalUID": f"{wanted}@google.com", **body, "id": wanted}
        return self._store(made)

    def patch(self, wanted: str, body: dict[str, Any], match: str | None) -> dict[str, Any]:
        self._may_write()
        there = self._expected(wanted, match)
        if body.get("sequence", there["sequence"]) < there["sequence"]:
            raise Refusal(
                400,
                "invalid",
                "Invalid sequence value. The specified sequence number is below the current sequence number of the"
                " resource. Re-fetch the resource and use its sequence number on the following request.",
            )
        return self._store(_merged(deepcopy(there), body))

    def get(self, wanted: str) -> dict[str, Any]:
        if wanted not in self.events:
            raise Refusal(404, "notFound", "Not Found")
        return self.events[wanted]

    def delete(self, wanted: str, match: str | None) -> None:
        self._may_write()
        there = self.get(wanted)
        if there["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        self._expected(wanted, match)
        self._store({**there, "status": "cancelled"})

    def list(self, asked: dict[str, str]) -> dict[str, Any]:
        token = asked.get("syncToken")
        if token is not None:
            if any(name in asked for name in _NOT_WITH_TOKEN):
                raise Refusal(400, "invalid", "Sync token cannot be used with other query restrictions.")
            if not token.isdigit() or not self.oldest_token <= int(token) <= len(self.changed):
                raise Refusal(
                    410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."
                )
            ids = list(dict.fromkeys(self.changed[int(token) :]))
        else:
            ids = [one for one, event in self.events.items() if event["status"] != "cancelled"]
            if "iCalUID" in asked:
                ids = [one for one in ids if self.events[one]["iCalUID"] == asked["iCalUID"]]
        start = int(asked.get("pageToken", "0"))
        size = min(int(asked.get("maxResults", "250")), self.pages)
        found: dict[str, Any] = {
            "summary": self.summary,
            "accessRole": self.role,
            "items": [self.events[one] for one in ids[start : start + size] if one in self.events],
        }
        if start + size < len(ids):
            found["nextPageToken"] = str(start + size)
        elif "iCalUID" not in asked:
            found["nextSyncToken"] = str(len(self.changed))
        return found

    # --- what the person does in Google's own program --------------------------------------------------------------

    def change(self, wanted: str, **fields: Any) -> None:
        there = deepcopy(self.events[wanted])
        there["sequence"] += "start" in fields
        self._store(_merged(there, fields))

    def put_invitation(self, uid: str, **fields: Any) -> str:
        made = {"id": f"_{len(self.changed)}invited", "iCalUID": uid, "status": OPEN, "sequence": 0, **fields}
        return str(self._store(made)["id"])

    def throw_away(self, wanted: str) -> None:
        self._store({**self.events[wanted], "status": "cancelled"})

    def shown(self) -> dict[str, dict[str, Any]]:
        """Return what the person sees: id to event."""
        return {one: event for one, event in self.events.items() if event["status"] != "cancelled"}

    # ---------------------------------------------------------------------------------------------------------------

    def _store(self, event: dict[str, Any]) -> dict[str, Any]:
        _check(event)
        self.changed.append(event["id"])
        event["etag"] = f'"{3_000_000 + 2 * len(self.changed)}"'
        self.events[event["id"]] = event
        return event

    def _expected(self, wanted: str, match: str | None) -> dict[str, Any]:
        there = self.get(wanted)
        if match is not None and match != there["etag"]:
            raise Refusal(412, "conditionNotMet", "Precondition Failed")
        return there

    def _may_write(self) -> None:
        if self.role not in ("writer", "owner"):
            raise Refusal(403, "requiredAccessLevel", "You need to have writer access to this calendar.")


def only(answer: dict[str, Any], fields: str) -> dict[str, Any]:
    """Return the part of an answer that `fields` names, as Google does."""
    inner = re.search(r"items\(([^)]*)\)", fields)
    names = re.sub(r"\([^)]*\)", "", fields).split(",")
    found = {name: answer[name] for name in names if name in answer}
    if inner and "items" in found:
        kept = inner[1].split(",")
        found["items"] = [{name: one[name] for name in kept if name in one} for one in found["items"]]
    return found


def _merged(there: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    for name, value in body.items():
        if value is None:
            there.pop(name, None)
        elif isinstance(value, dict) and isinstance(there.get(name), dict):
            _merged(there[name], value)
        else:
            there[name] = value
    return there


def _check(event: dict[str, Any]) -> None:
    for end in ("start", "end"):
        if "dateTime" in event[end] and datetime.fromisoformat(event[end]["dateTime"]).tzinfo is None:
            raise Refusal(400, "required", f"Missing time zone definition for {end} time.")
    overrides = event.get("reminders", {}).get("overrides", [])
    if len(overrides) > 5:
        raise Refusal(400, "cannotUseMoreThan5OverrideReminders", "Too many override reminders.")
    if any(one["method"] not in ("popup", "email") or not 0 <= one["minutes"] <= 40320 for one in overrides):
        raise Refusal(400, "invalid", "Invalid reminder.")
    if "source" in event and not event["source"]["url"].startswith(("http://", "https://")):
        raise Refusal(400, "invalid", "Invalid source.")
    if event.get("sequence", 0) < 0:
        raise Refusal(400, "invalid", "Invalid sequence value.")
