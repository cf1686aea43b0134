"""The place field of a posting as statistics count it: country, region, city, and where remote work is possible.

The reading of names is that of `jobcopilot.reading.places`; here are the questions that only statistics ask: which
places a text ties to remote work, which region it names, and what is a metropolitan area rather than a city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from jobcopilot.reading.gazetteer import cities, fold, lands
from jobcopilot.reading.locality_names import (
    Locality,
    WorldRegion,
    city_name,
    locality_name,
    name_of,
    places_like,
    region_name,
    region_of_world,
    tables,
)
from jobcopilot.reading.locality_segments import Gleaned, glean
from jobcopilot.reading.places import Place, WorkMode, read_place, work_mode_of

__all__ = [
    "Localities",
    "Locality",
    "WorldRegion",
    "locality_name",
    "name_of",
    "places_like",
    "read_localities",
    "region_of_world",
]

_TEXT_LIMIT: Final = 2_000
_PLACES_LIMIT: Final = 64
_FREEDOM: Final[tuple[WorkMode, ...]] = ("remote", "hybrid", "onsite")


@dataclass(frozen=True, slots=True)
class Localities:
    """What a place field says: the places of work, the way of working, and from where remote work is possible."""

    places: tuple[Locality, ...] = ()
    """Each once, in the order of the text."""
    remote: WorkMode | None = None
    """The freest way of working that the text names, None where it names none."""
    scope: tuple[str, ...] = ()
    """ISO codes of countries, or the text's word for something larger: "EU", "Europe", "EMEA", "worldwide"."""


@lru_cache(maxsize=16_384)
def read_localities(text: str, *, work_mode: WorkMode | None = None) -> Localities:
    """Return the places, the way of working and the remote scope of a place field; what is not said stays unknown.

    `work_mode` is what the posting says elsewhere; countries of a field without a way of working of its own are the
    scope of a remote posting. Any str will do; its first 2,000 characters and 64 places count.
    """
    statements = _statements(text[:_TEXT_LIMIT])
    pieces = [piece for statement in statements for piece in statement]
    said = [piece.mode for piece in pieces if piece.mode]
    modes = [*said, work_mode] if work_mode else said
    remote = next((mode for mode in _FREEDOM if mode in modes), None)
    places: dict[Locality, None] = {}
    scope: dict[str, None] = {}
    states = _StateContext(pieces)
    for statement in statements:
        tied = [piece.tied for piece in statement]
        if work_mode == "remote" and not said:
            tied = [not piece.has_city for piece in statement]
        for piece, is_tied in zip(statement, _inherited(statement, tied), strict=True):
            found = states.read(piece)
            if is_tied:
                scope.update(dict.fromkeys(_scope(piece, found)))
                found = tuple(place for place in found if place.region or place.city)
            else:
                found = tuple(map(_city_state, (*found, *piece.spelt_out)))
            places.update(dict.fromkeys(found))
    if not modes and fold(text).strip(" .!") in _EVERYWHERE:
        return Localities((), "remote", ("worldwide",))
    return Localities(tuple(places)[:_PLACES_LIMIT], remote, tuple(scope)[:_PLACES_LIMIT])


# --- a text in statements, a statement in pieces ----------------------------------------------------------

_EVERYWHERE: Final = frozenset({"worldwide", "anywhere", "anywhere in the world", "work from anywhere"})
_WORLDWIDE: Final = re.compile(r"\b(?:global(?:ly)?|world[ -]?wide|anywhere|everywhere)\b", re.IGNORECASE)
_NO_REMOTE: Final = re.compile(r"\b(?:not?|non)[ -]remote\b", re.IGNORECASE)
_ON_SITE: Final = re.compile(r"\b(?:on[ -]?site|in[ -]person|pr[ée]sentiel|vor ort)\b", re.IGNORECASE)
_LONE_REMOTE: Final = re.compile(r"(?:^|,)\s*(?:fully )?remote(?: work)?\s*(?:,|$)", re.IGNORECASE)
_JOINED: Final = re.compile(r"\s*(?:[&+/;]|\b(?:and|or)\b)\s*")
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)
"""In a piece it stands only within a name; written so, the reader of places leaves the name whole."""
_RUN_ON: Final = re.compile(
    r"(,\s*[A-Z]{2})[ \t]+(?=[A-Z][\w.]*)(?!(?:U\.?S|United|Remote|Hybrid|On-?site|Metro|Area|Greater)\b)"
)
"""Where a list of "City, ST" has lost its separators."""
_SPELT: Final = {"US and Canada": ("US", "CA"), "UK and Ireland": ("GB", "IE")}
"""Areas that are no more than their countries."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text between "or", "and", "/" or a stronger break."""

    text: str
    mode: WorkMode | None
    places: tuple[Locality, ...]
    areas: tuple[str, ...]
    tied: bool
    """Whether its places are where one may work remotely."""
    has_city: bool

    @property
    def spelt_out(self) -> tuple[Locality, ...]:
        """The countries of an area that is written as such ("UK & Ireland", not "USCA")."""
        if len(self.areas) != 1 or self.places or not re.search(r"[&/]|\band\b", self.text):
            return ()
        return tuple(map(Locality, _SPELT.get(self.areas[0], ())))


@cache
def _breaks() -> re.Pattern[str]:
    """Return what parts a text; names that hold an "and" or "/" themselves, and brackets, are stepped over."""
    known = lands()
    named = {
        *known.countries,
        *known.areas,
        *known.regions,
        *known.spots,
        *tables().regions,
        *tables().metros,
    }
    whole = sorted((name for name in named if " and " in name or "/" in name), key=len, reverse=True)
    protected = "|".join(re.escape(name).replace(r"\ and\ ", r"\s+(?:and|&)\s+") for name in whole)
    return re.compile(
        rf"(?i:\b(?:{protected})\b)|\([^()]*\)|(?P<hard>[;|\n\r•·]+)"
        r"|(?P<soft>,?\s+(?:(?i:and/or|oder|und)|or|and|ou|et|y|(?<!,\s)OR|AND|&|\+)\s+|\s*/\s*)"
    )


def _statements(text: str) -> list[list[_Piece]]:
    statements: list[list[_Piece]] = [[]]
    begin = 0
    text = _RUN_ON.sub(r"\1; ", text)
    for found in _breaks().finditer(text):
        if found["hard"] or found["soft"]:
            statements[-1].append(_piece(text[begin : found.start()].strip()))
            begin = found.end()
        if found["hard"]:
            statements.append([])
    statements[-1].append(_piece(text[begin:].strip()))
    return statements


@lru_cache(maxsize=16_384)
def _piece(text: str) -> _Piece:
    said = _AND.sub(" & ", _NO_REMOTE.sub(" ", text))
    said = re.sub(r"\([^()]*\)", lambda bracket: _JOINED.sub(", ", bracket.group()), said)
    mode = work_mode_of(said)
    if mode == "onsite" and not _ON_SITE.search(said):
        mode = None
    gleaned = glean(said)
    read = [place for place in read_place(gleaned.rest) if not place.anywhere] if gleaned.rest else []
    areas = tuple(place.area for place in read if place.area)
    places = _localities(gleaned, [place for place in read if not place.area], said)
    towns = sum(1 for place in places if place.city)
    tied = mode == "remote" and not (towns > 1 and _LONE_REMOTE.search(said))
    return _Piece(said, mode, places, areas, tied, towns > 0)


def _inherited(statement: Sequence[_Piece], tied: list[bool]) -> list[bool]:
    """Return which pieces are tied to remote work once "Remote - US or Canada" has lent it to its neighbour."""
    lends = [
        is_tied and bool(piece.places or piece.areas) and not piece.has_city
        for piece, is_tied in zip(statement, tied, strict=True)
    ]
    takes = [piece.mode is None and not piece.has_city for piece in statement]
    for order in (range(1, len(statement)), range(len(statement) - 2, -1, -1)):
        step = 1 if order.step < 0 else -1
        for at in order:
            if takes[at] and lends[at + step]:
                tied[at] = lends[at] = True
    return tied


def _scope(piece: _Piece, found: Sequence[Locality]) -> Iterator[str]:
    """Yield the countries and areas of a piece that is tied to remote work, in the order of kinds."""
    yield from (place.country for place in found if place.country)
    for area in piece.areas:
        yield from _SPELT.get(area, (area,))
    if not found and not piece.areas and _WORLDWIDE.search(piece.text):
        yield "worldwide"


# --- from what is read to what is counted -----------------------------------------------------------------

_STATED: Final = frozenset({"US", "CA", "AU"})
_NAMED_ONLY: Final = frozenset({"CA", "AU"})
"""Countries whose region counts only where the text names it, though the table of cities knows it."""
_NO_NAME: Final = re.compile(
    r"\d|\b(?:team|sales|department|engineering|client|customer|sites?|campus|plant|store|warehouse|building|floor"
    r"|suite|street|preferred|only|states|hours|time|zone|various|any|all|must|based|open|candidates?)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset(
    {
        "a",
        "am",
        "an",
        "and",
        "auf",
        "bei",
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
    }
    | {
        "e",
        "el",
        "en",
        "in",
        "la",
        "las",
        "le",
        "les",
        "los",
        "of",
        "on",
        "sur",
        "the",
        "upon",
        "van",
        "von",
        "y",
    }
)


def _localities(gleaned: Gleaned, read: Sequence[Place], text: str) -> tuple[Locality, ...]:
    """Return the places of a piece, with the regions and metropolitan areas that its segments name."""
    places = [place for place in (_locality(place, text) for place in read) if place is not None]
    for at, (country, region) in enumerate(gleaned.regions):
        inside = [i for i, place in enumerate(places) if place.country in {country, None}]
        if not inside:
            places.append(Locality(country, region))
            continue
        index = inside[at] if len(inside) == len(gleaned.regions) else inside[0]
        city = places[index].city
        places[index] = Locality(country, region, city)
    for country, metro_region, city in gleaned.metros:
        around = [i for i, place in enumerate(places) if place.country == country and not place.city]
        if around:
            places[around[0]] = Locality(country, places[around[0]].region or metro_region)
        elif not any(
            place.country == country and (metro_region or city) in {place.region, place.city}
            for place in places
        ):
            places.append(Locality(country, metro_region))
    return tuple(dict.fromkeys(_town_and_state(places, text)))


def _town_and_state(places: list[Locality], text: str) -> list[Locality]:
    """Return one place for "Town, State" and "Quarter, Town, State" where each was read as a place of its own."""
    segments = [segment.strip() for segment in text.split(",")]
    if len(places) != 2 or not 2 <= len(segments) <= 4:
        return places
    town, other = places
    if town.city and not other.city and other.region and other.country in _STATED:
        # The table knows only a greater city of the name, somewhere else.
        coded = len(segments[1]) <= 3 and town.region != other.region
        if town.country != other.country or coded:
            return [Locality(other.country, other.region, segments[0])]
    if len(segments) > 2 and town.city and other.city and town.region and town.region == other.region:
        return [town] if _lies_in_state(segments[2], town) else places
    return places


def _lies_in_state(segment: str, town: Locality) -> bool:
    meant = lands().regions.get(fold(segment)) or lands().region_codes.get(segment, ())
    return any(
        country == town.country and region_name(country, code) == town.region for country, code in meant
    )


def _locality(place: Place, text: str) -> Locality | None:
    country, city = place.country, place.city
    region = region_name(country, place.region) if country and place.region else None
    if city is None:
        return Locality(country, region, "Washington" if (country, place.region) == ("US", "DC") else None)
    if place.latitude is None and not cities(fold(city)) and not (country and _is_name(city)):
        return Locality(country, region) if country else None
    if country is None and fold(city) in tables().meant:
        return Locality(*tables().meant[fold(city)], city)
    if country in _NAMED_ONLY and place.region:
        named = _names_region(text, country, place.region)
        # "Québec" names itself once: the region is named when it stands there twice, or as QC too.
        region = region if named > (city == "Québec") else None
    if city == "Québec" and region is None:
        return Locality(country, "Quebec")
    if country:
        region = region or tables().states.get((country, fold(city)))
    return Locality(country, region, city_name(city))


def _is_name(city: str) -> bool:
    if _NO_NAME.search(city):
        return False
    words = re.split(r"[\s'’-]+", city.strip())
    return len(words) <= 5 and all(word[:1] != word[:1].lower() or not word.isascii() or word in _PARTICLES
                                   for word in words if word)  # fmt: skip


@lru_cache(maxsize=256)
def _region_names(country: str, region: str) -> re.Pattern[str]:
    named = [re.escape(key) for key, meant in lands().regions.items() if (country, region) in meant]
    return re.compile(rf"(?i:\b(?:{'|'.join(named)})\b)|\b{region}\b")


def _names_region(text: str, country: str, region: str) -> int:
    """Return how often a text names a region."""
    return len(_region_names(country, region).findall(text.replace("é", "e")))


def _city_state(place: Locality) -> Locality:
    if place.country in tables().city_states and not place.city:
        return Locality(place.country, None, name_of(place.country))
    return place


class _StateContext:
    """Whether "New York", "Washington" and "Georgia" are states, told by the other pieces of the text."""

    _NAMES: Final = {"new york": "New York", "washington": "Washington", "georgia": "Georgia"}

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        lone = [place for piece in pieces if len(piece.places) == 1 for place in piece.places]
        states = sum(1 for place in lone if place.country == "US" and place.region and not place.city)
        towns = sum(1 for piece in pieces if piece.has_city and self._name(piece) is None)
        self._states = states > 1 or (states == 1 and not towns)
        countries = {place.country for piece in pieces if self._name(piece) is None for place in piece.places}
        self._only_us = countries == {"US"}
        self._elsewhere = bool(countries - {"US", None})

    def _name(self, piece: _Piece) -> str | None:
        return self._NAMES.get(fold(re.sub(r"(?i)\bremote\b|[^\w\s]", " ", piece.text)))

    def read(self, piece: _Piece) -> tuple[Locality, ...]:
        """Return the places of a piece; "Georgia" among nothing is neither the state nor the country."""
        name = self._name(piece)
        if name is None:
            return piece.places
        if name == "Georgia":
            if self._states or self._only_us:
                return (Locality("US", name),)
            return piece.places if self._elsewhere else ()
        return (Locality("US", name),) if self._states else piece.places
