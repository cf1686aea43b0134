"""A calendar in memory that keeps the port's promises, and fails in the ways that a test asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from jobcopilot.calendars.port import Changed, Changes, Event, Facts, Held, Remote
from jobcopilot.vault.port import VaultLocked, VaultState, WrongPassphrase


class FakeVault:
    """Secrets in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.locked = False

    def get(self, name: str) -> str | None:
        if self.locked:
            raise VaultLocked("The passwords are locked")
        return self.kept.get(name)

    def set(self, name: str, secret: str) -> None:
        if self.locked:
            raise VaultLocked("The passwords are locked")
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        if self.locked:
            raise VaultLocked("The passwords are locked")
        self.kept.pop(name, None)

    def unlock(self, passphrase: str = "") -> None:
        if passphrase != "open sesame":
            raise WrongPassphrase("This is not the passphrase")
        self.locked = False

    def state(self) -> VaultState:
        return VaultState("file", self.locked)


@dataclass
class FakeCalendar:
    """What a server would hold: UID to facts and entity tag."""

    events: dict[str, tuple[Facts, str, int]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    before: Callable[[str, str], None] = lambda _what, _uid: None
    """Called with what is asked for and the UID, before it happens; may raise."""
    after: Callable[[str, str], None] = lambda _what, _uid: None
    """The same after it happened and before the answer is seen."""
    foreign: set[str] = field(default_factory=set)
    """UIDs of events that another program made."""
    closed: int = 0
    _tag: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def put(self, event: Event, held: Held | None) -> Held:
        self._ask("put", event.uid)
        with self._guard:
            there = self.events.get(event.uid)
            if (there is None) != (held is None) or (there and held and there[1] != held.etag):
                raise Changed(self._remote(event.uid))
            self._tag += 1
            self.events[event.uid] = (event.facts, f"t{self._tag}", event.sequence)
            made = Held(event.uid, f"/{event.uid}", f"t{self._tag}", event.sequence)
        self.after("put", event.uid)
        return made

    def remove(self, held: Held) -> None:
        self._ask("remove", held.uid)
        there = self.events.get(held.uid)
        if there is not None and there[1] != held.etag:
            raise Changed(self._remote(held.uid))
        self.events.pop(held.uid, None)
        self.after("remove", held.uid)

    def fetch(self, uid: str, href: str) -> Remote | None:
        self._ask("fetch", uid)
        return self._remote(uid)

    def changes(self, mark: str, held: Sequence[Held]) -> Changes:
        self._ask("changes", "")
        changed = [
            remote
            for one in held
            if (remote := self._remote(one.uid)) is not None and not remote.etag_is(one.etag)
        ]
        gone = [one.uid for one in held if one.uid not in self.events]
        return Changes(f"m{self._tag}", tuple(changed), tuple(gone))

    def close(self) -> None:
        self.closed += 1

    def change(self, uid: str, **facts: object) -> None:
        """Change an event as another program does."""
        self._tag += 1
        was, _, sequence = self.events[uid]
        self.events[uid] = (replace(was, **facts), f"t{self._tag}", sequence)  # type: ignore[arg-type]

    def _remote(self, uid: str) -> Remote | None:
        if uid not in self.events:
            return None
        facts, etag, sequence = self.events[uid]
        return Remote(Held(uid, f"/{uid}", etag, sequence), facts, uid not in self.foreign)

    def _ask(self, what: str, uid: str) -> None:
        self.before(what, uid)
        self.asked.append((what, uid))
