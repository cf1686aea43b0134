"""For which role and which places a posting counts: names of families, and keys of places from wide to narrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from jobcopilot.market.views import ANYWHERE, UNKNOWN, PlaceLevel
from jobcopilot.reading.places import WorkMode

REMOTE: Final = "remote"


class ReadRole(Protocol):
    """A title as `reading.roles` reads it."""

    @property
    def family(self) -> str | None:
        """The role family, None where the title names none that is known."""

    @property
    def seniority(self) -> str | None:
        """The rung, None where the title names none."""

    @property
    def management(self) -> bool:
        """Whether the person leads people."""


class ReadLocality(Protocol):
    """One place as `reading.localities` reads it."""

    @property
    def country(self) -> str | None:
        """ISO 3166-1, two letters."""

    @property
    def region(self) -> str | None:
        """State, province or Land by its name."""

    @property
    def city(self) -> str | None:
        """The city by its name."""


class ReadLocalities(Protocol):
    """A place field as `reading.localities` reads it."""

    @property
    def places(self) -> Sequence[ReadLocality]:
        """The places of work."""

    @property
    def remote(self) -> WorkMode | None:
        """The freest way of working."""

    @property
    def scope(self) -> Sequence[str]:
        """From where remote work is possible."""


class ReadPlace(Protocol):
    """Reads a place field."""

    def __call__(self, text: str, *, work_mode: WorkMode | None = None) -> ReadLocalities:
        """Return what it says."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What reads titles and places."""

    role: Callable[[str], ReadRole]
    place: ReadPlace


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return what the reading room reads with."""
    from jobcopilot.reading.localities import read_localities
    from jobcopilot.reading.roles import read_role

    return Vocabulary(read_role, read_localities)


class Role(NamedTuple):
    """The role that a posting counts for."""

    family: str
    seniority: str | None
    management: bool


class Reader:
    """Reads titles and place fields, each text once: postings of one company repeat them."""

    def __init__(self, words: Vocabulary) -> None:
        self.role = lru_cache(maxsize=20_000)(self._role)
        self.places = lru_cache(maxsize=20_000)(self._places)
        self._words = words

    def _role(self, title: str) -> Role:
        read = self._words.role(title)
        return Role(read.family or UNKNOWN, read.seniority, read.management)

    def _places(self, texts: tuple[str, ...], work_mode: WorkMode | None) -> tuple[str, ...]:
        """Return the keys of all places of a posting, each once and sorted, without the world."""
        keys: set[str] = set()
        for text in texts:
            keys |= place_keys(self._words.place(text, work_mode=work_mode))
        if len(keys) > 1:
            keys.discard(UNKNOWN)
        return tuple(sorted(keys or {UNKNOWN}))


def place_keys(read: ReadLocalities) -> set[str]:
    """Return every group that a place field belongs to: its countries, regions and cities, remote and its scopes.

    A place without a known country is unknown. Remote postings count under `remote` and the countries from where one
    may work, not under the country itself: they pay and ask otherwise than work on the spot.
    """
    keys: set[str] = set()
    for place in read.places:
        if not place.country:
            keys.add(UNKNOWN)
            continue
        country, region, city = (_part(name) for name in (place.country, place.region, place.city))
        keys.add(country)
        if region:
            keys.add(f"{country}/{region}")
        if city:
            keys.add(f"{country}/{region}/{city}")
    if read.remote == REMOTE:
        keys.add(REMOTE)
        keys |= {f"{REMOTE}/{_part(scope)}" for scope in read.scope if scope}
    return keys or {UNKNOWN}


def _part(name: str | None) -> str:
    return (name or "").replace("/", "-")


def level_of(key: str) -> PlaceLevel:
    """Return what kind of place a key names."""
    if key == ANYWHERE:
        return "world"
    if key == UNKNOWN:
        return "unknown"
    if key == REMOTE or key.startswith(f"{REMOTE}/"):
        return "remote"
    match key.count("/"):
        case 0:
            return "country"
        case 1:
            return "region"
        case _:
            return "city"


def name_of(key: str) -> str:
    """Return how people say a place: "Munich, Bavaria, Germany", "remote from US", "anywhere"."""
    match level_of(key):
        case "world":
            return "anywhere"
        case "unknown":
            return "unknown place"
        case "remote":
            scope = key.partition("/")[2]
            return f"remote from {scope}" if scope else "remote"
        case _:
            country, *within = key.split("/")
            from jobcopilot.reading.gazetteer import lands

            named = lands().country_names.get(country, country)
            return ", ".join([*(part for part in reversed(within) if part), named])
