"""The place field of a posting as statistics count it: country, region, city, and where remote work is possible.

The reading of names is that of `jobcopilot.reading.places`; here are the questions that only statistics ask: which
places a text ties to remote work, which region it names, and what is a metropolitan area rather than a city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from jobcopilot.reading.gazetteer import fold, lands
from jobcopilot.reading.locality_names import (
    Locality,
    WorldRegion,
    locality_name,
    name_of,
    places_like,
    region_of_world,
    tables,
)
from jobcopilot.reading.locality_places import localities_of, plain_town
from jobcopilot.reading.locality_segments import glean
from jobcopilot.reading.places import WorkMode, read_place, work_mode_of

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
    together = _read_together(pieces)
    for statement in statements:
        tied = [piece.tied for piece in statement]
        if work_mode == "remote" and not said:
            tied = [not piece.has_city for piece in statement]
        for piece, is_tied in zip(statement, _inherited(statement, tied), strict=True):
            found = together.get(piece.either, piece.places) if piece.either else piece.places
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
_HOME_OFFICE: Final = re.compile(r"\bhome-office\b", re.IGNORECASE)
_NO_REMOTE: Final = re.compile(r"\b(?:not?|non)[ -]remote\b", re.IGNORECASE)
_ON_SITE: Final = re.compile(r"\b(?:on[ -]?site|in[ -]person|pr[ée]sentiel|vor ort)\b", re.IGNORECASE)
_LONE_REMOTE: Final = re.compile(r"(?:^|,)\s*(?:fully )?remote(?: work)?\s*(?:,|$)", re.IGNORECASE)
_BRACKET: Final = re.compile(r"\([^()]*\)")
_JOINED: Final = re.compile(r"\s*(?:[&+/;]|\b(?:and|or)\b)\s*")
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)
"""In a piece it stands only within a name; written so, the reader of places leaves the name whole."""
_RUN_ON: Final = re.compile(
    r"(,\s*[A-Z]{2})[ \t]+(?=[A-Z][\w.]*)(?!(?:U\.?S|United|Remote|Hybrid|On-?site|Metro|Area|Greater)\b)"
)
"""Where a list of "City, ST" has lost its separators."""
_SPELT: Final = {"US and Canada": ("US", "CA"), "UK and Ireland": ("GB", "IE")}
"""Areas that are no more than their countries."""


class _Piece(NamedTuple):
    """A part of a text between "or", "and", "/" or a stronger break."""

    text: str
    mode: WorkMode | None
    places: tuple[Locality, ...]
    areas: tuple[str, ...]
    named: tuple[str, ...]
    """Its countries and areas, in the order of the text."""
    tied: bool
    """Whether its places are where one may work remotely."""
    has_city: bool
    either: str | None
    """The state that it may be, where it is nothing but one of the names that may mean something else."""

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
        *map(fold, tables().common_names),
    }
    whole = sorted((name for name in named if " and " in name or "/" in name), key=len, reverse=True)
    protected = "|".join(re.escape(name).replace(r"\ and\ ", r"\s+(?:and|&)\s+") for name in whole)
    return re.compile(
        rf"(?i:\b(?:{protected})\b)|\([^()]*\)|(?P<hard>[;|\n\r•·]+)"
        r"|(?P<soft>,?\s+(?:(?i:and/or|oder|und)|or|and|ou|et|y|(?<!,\s)OR|AND|&|\+)\s+|\s*/\s*)"
    )


_MAY_BREAK: Final = re.compile(r"[;|\n\r•·/&+]|\b(?:or|and|oder|und|ou|et|y)\b", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[^\S\n\r]{2,}|[^\S\n\r ]")


def _statements(text: str) -> list[list[_Piece]]:
    text = _RUN_ON.sub(r"\1; ", _BLANKS.sub(" ", text))
    if not _MAY_BREAK.search(text):
        return [[_piece(text.strip())]]
    statements: list[list[_Piece]] = [[]]
    begin = 0
    for found in _breaks().finditer(text):
        if found["hard"] or found["soft"]:
            statements[-1].append(_piece(text[begin : found.start()].strip()))
            begin = found.end()
        if found["hard"]:
            statements.append([])
    statements[-1].append(_piece(text[begin:].strip()))
    return statements


_WAY_AROUND: Final = re.compile(
    r"^(?:remote|hybrid|on-?site)\s*[-–—,:]\s*|\s*(?:[-–—,]\s*(?:remote|hybrid|on-?site)|\((?:remote|hybrid|on-?site)\))$",
    re.IGNORECASE,
)
"""A way of working before or behind a place."""


@lru_cache(maxsize=16_384)
def _piece(text: str) -> _Piece:
    bare = _WAY_AROUND.sub("", text)
    town = plain_town(bare)
    if town is None:
        return _read_piece(text)
    mode = None if bare == text else work_mode_of(text)
    return _Piece(text, mode, (town,), (), (), mode == "remote", True, None)


def _read_piece(text: str) -> _Piece:
    text = _HOME_OFFICE.sub("home office", text)
    mode = work_mode_of(text)
    if mode == "remote" and _NO_REMOTE.search(text):
        text = _NO_REMOTE.sub(" ", text)
        mode = work_mode_of(text)
    said = _AND.sub(" & ", text)
    if "(" in said:
        said = _BRACKET.sub(_listed, said)
    if mode == "onsite" and not _ON_SITE.search(said):
        mode = None
    gleaned = glean(said)
    read = [place for place in read_place(gleaned.rest) if not place.anywhere] if gleaned.rest else []
    areas = tuple(place.area for place in read if place.area)
    places = localities_of(gleaned, [place for place in read if not place.area], said)
    towns = sum(1 for place in places if place.city)
    tied = mode == "remote" and not (towns > 1 and _LONE_REMOTE.search(said))
    lowered = said.lower() if len(said) < 40 else ""
    either = None
    if any(name in lowered for name in _EITHER):
        either = _EITHER.get(fold(_NOT_NAMED.sub(" ", said)))
    named = tuple(name for place in read if (name := place.area or place.country))
    return _Piece(said, mode, places, areas, named, tied, towns > 0, either)


def _listed(bracket: re.Match[str]) -> str:
    """Return a bracket with commas between what it lists; a list of nothing but lands is parted more strongly.

    So "Europe, UK or Israel" stays three, where "Europe, UK" alone would be one place named twice.
    """
    inner = _JOINED.sub(", ", bracket.group())
    names = [name for part in inner.strip("()").split(",") if (name := part.strip())]
    known = lands()
    lists = inner != bracket.group() and all(fold(name) in known.countries or fold(name) in known.areas
                                             or name in known.country_codes for name in names)  # fmt: skip
    return f"({'; '.join(names)})" if lists else inner


def _inherited(statement: Sequence[_Piece], tied: list[bool]) -> list[bool]:
    """Return which pieces are tied to remote work once "Remote - US or Canada" has lent it to its neighbour."""
    if len(statement) == 1:
        return tied
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
    """Yield the countries and areas of a piece that is tied to remote work, in the order of the text."""
    if found == piece.places:
        for name in piece.named:
            yield from _SPELT.get(name, (name,))
    yield from (place.country for place in found if place.country)
    if not found and not piece.areas and _WORLDWIDE.search(piece.text):
        yield "worldwide"


def _city_state(place: Locality) -> Locality:
    if place.country in tables().city_states and not place.city:
        return Locality(place.country, None, name_of(place.country))
    return place


# --- names that the other pieces decide ------------------------------------------------------------------

_EITHER: Final = {"new york": "New York", "washington": "Washington", "georgia": "Georgia"}
"""Names of a state that alone mean something else, or may."""
_NOT_NAMED: Final = re.compile(r"\bremote\b|[^\w\s]", re.IGNORECASE)


def _read_together(pieces: Sequence[_Piece]) -> dict[str, tuple[Locality, ...]]:
    """Return what "New York", "Washington" and "Georgia" mean among the other pieces of their text.

    Among states they are states; "Georgia" among nothing is neither the state nor the country.
    """
    either = {piece.either for piece in pieces if piece.either}
    if not either:
        return {}
    others = [piece for piece in pieces if piece.either is None]
    lone = [place for piece in pieces if len(piece.places) == 1 for place in piece.places]
    states = sum(1 for place in lone if place.country == "US" and place.region and not place.city)
    are_states = states > 1 or (states == 1 and not any(piece.has_city for piece in others))
    countries = {place.country for piece in others for place in piece.places}
    told: dict[str, tuple[Locality, ...]] = {}
    for name in either:
        if are_states or (name == "Georgia" and countries == {"US"}):
            told[name] = (Locality("US", name),)
        elif name == "Georgia" and not countries - {"US", None}:
            told[name] = ()
    return told
