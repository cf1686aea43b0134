"""Where a posting is and where a person wants to be: what people write in a place field, read and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, hypot, radians
from typing import Final, Literal, NamedTuple

from jobcopilot.reading.gazetteer import City, cities, fold, lands

WorkMode = Literal["remote", "hybrid", "onsite"]

NEAR_KM = 40
"""Up to here two towns count as one place to work."""
FAR_KM = 80
"""Beyond this a town is another place; between the two it counts half."""
_TEXT_LIMIT = 400


class Place(NamedTuple):
    """One place; what is not said or not known is None. A remote place without anything else is remote anywhere."""

    city: str | None = None
    region: str | None = None
    """State or province as two or three letters, in the countries whose regions postings name (US, CA, AU, GB)."""
    country: str | None = None
    """ISO 3166-1, two letters."""
    area: str | None = None
    """A wider area such as "Europe" or "EMEA"."""
    latitude: float | None = None
    longitude: float | None = None
    remote: bool = False

    @property
    def anywhere(self) -> bool:
        """Whether it names no place at all."""
        return not (self.city or self.region or self.country or self.area)


@lru_cache(maxsize=16_384)
def read_place(text: str) -> tuple[Place, ...]:
    """Return the places that a place field names, each once; what is unknown is left out, a lone town keeps its name.

    Several places may be parted by `;`, `|`, `/`, "or", "and", line breaks, or just follow each other. Any str
    will do; only its first 400 characters count.
    """
    found: list[Place] = []
    for part in _parts(text[:_TEXT_LIMIT]):
        mode, rest = _without_mode(part)
        remote = mode == "remote"
        for place in _places(rest, remote=remote) or ([Place()] if remote else []):
            named = place._replace(remote=True) if remote else place
            if named not in found:
                found.append(named)
    return tuple(found)


@lru_cache(maxsize=16_384)
def work_mode_of(text: str) -> WorkMode | None:
    """Return the work mode that a place field names; remote where any of its places is."""
    modes = [mode for mode in (_mode(word.group()) for word in _MODES.finditer(text[:_TEXT_LIMIT])) if mode]
    for mode in ("remote", "hybrid", "onsite"):
        if mode in modes:
            return mode
    return None


def fit(wanted: Place, offered: Place) -> float | None:
    """Return how well an offered place suits a wanted one: 1 right, 0.5 within reach, 0 wrong, None unknown.

    For a remote offer its place is the area to live in, so that a country suits a city in it. Who wants to work
    remotely from a place is not suited by an office there, which may or may not let them: that is unknown.
    """
    if wanted.remote and not offered.remote:
        return 0.0 if fit(wanted._replace(remote=False), offered) == 0 else None
    if wanted.anywhere or offered.anywhere:
        return 1.0 if offered.remote else None
    if wanted.area or offered.area:
        return _fit_areas(wanted, offered)
    if wanted.country and offered.country and wanted.country != offered.country:
        return 0.0
    if wanted.city and offered.city:
        return _fit_cities(wanted, offered)
    if wanted.country is None or offered.country is None:
        return None
    if wanted.region and offered.region and wanted.region != offered.region:
        return 0.0
    # One says more than the other: inside what is wanted is right, around what is wanted may be.
    if not wanted.city and (not wanted.region or offered.region):
        return 1.0
    return 1.0 if offered.remote else None


def compatible(wanted: Place, offered: Place) -> bool | None:
    """Return whether an offered place suits a wanted one, None where that cannot be told."""
    found = fit(wanted, offered)
    return None if found is None else found > 0


@lru_cache(maxsize=16_384)
def compatible_places(one: str, other: str) -> bool | None:
    """Return whether two place fields may mean the same place, None where that cannot be told; symmetric."""
    if fold(one) == fold(other):
        return True if fold(one) else None
    told = [
        found
        for a in read_place(one)
        for b in read_place(other)
        for found in ((None,) if a.anywhere or b.anywhere else (compatible(a, b), compatible(b, a)))
    ]
    if True in told:
        return True
    return False if told and None not in told else None


def place_name(place: Place) -> str:
    """Return a place as a person reads it: "Berlin, Germany", "New York City, NY", "Remote (US)"."""
    country = lands().country_names.get(place.country, place.country) if place.country else None
    region = None if place.country == "GB" else place.region
    if region and place.city:
        country = None
    named = ", ".join(part for part in (place.city, region, country, place.area) if part)
    if place.remote:
        return f"Remote ({named})" if named else "Remote"
    return named


def _fit_areas(wanted: Place, offered: Place) -> float | None:
    members = lands().area_countries
    here = members[wanted.area] if wanted.area else frozenset({wanted.country})
    there = members[offered.area] if offered.area else frozenset({offered.country})
    if None in here or None in there:
        return None
    if not here & there:
        return 0.0
    if there <= here or (offered.remote and here <= there):
        return 1.0
    return None


def _fit_cities(wanted: Place, offered: Place) -> float | None:
    same = fold(wanted.city or "") == fold(offered.city or "")
    if same and wanted.region and offered.region and wanted.region != offered.region:
        return 0.0
    kilometres = [
        distance_km(*one, *other) for one in _coordinates(wanted) for other in _coordinates(offered)
    ]
    if not kilometres:
        return 1.0 if same else None
    if min(kilometres) <= (FAR_KM if same else NEAR_KM):
        return 1.0
    return 0.5 if min(kilometres) <= FAR_KM else 0.0


def _coordinates(place: Place) -> list[tuple[float, float]]:
    """Return where a town is, or where all towns of its name are if it does not say which; empty if unknown."""
    if place.latitude is not None and place.longitude is not None:
        return [(place.latitude, place.longitude)]
    return [
        (town.latitude, town.longitude)
        for town in cities(fold(place.city or ""))
        if place.country in {None, town.country} and place.region in {None, town.region}
    ]


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return kilometres as the crow flies between two points in degrees (flat earth, good to 1 % below 200 km)."""
    east = ((longitude - other_longitude + 180) % 360 - 180) * cos(radians((latitude + other_latitude) / 2))
    return 111.2 * hypot(latitude - other_latitude, east)


# --- the text in parts ------------------------------------------------------------------------------------

_MODES: Final = re.compile(
    r"\b(?P<remote>(?:fully |100 ?% )?remote(?:ly)?(?: work| only| first)?|work from (?:home|anywhere)|wfh|home ?office"
    r"|t[ée]l[ée]travail|teletrabajo|distributed|virtual)\b|\b(?P<hybrid>hybrid[eo]?)\b"
    r"|\b(?P<onsite>on[ -]?site|in[ -](?:office|person)|pr[ée]sentiel|vor ort)\b",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"\s*[;|\n•·]\s*|\s+/\s*|/\s+")
_OR: Final = re.compile(r",?\s+(?:or|oder|ou|and|und|et|y)\s+", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"\s*[,()\[\]:]\s*|\s+[-–—]\s*|[–—]\s+|-\s+")
_FILLER: Final = re.compile(
    r"^(?:or|and|in|within|from|based in|anywhere in|the|only in|across)\s+"
    r"|\s+(?:only|based|area|office|hq|headquarters|metropolitan area|metro area|metro|region)$",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(r"\b\d{5}(?:-\d{4})?\b")
_NOWHERE: Final = re.compile(
    r"(?:(?:\d+|multiple|various|several|select|all|any|other|flexible) )*(?:locations?|offices?|places|cities|sites)"
    r"|anywhere|everywhere|worldwide|global(?:ly)?|international|unknown|n/a|none|tbd|tba|flexible|various|multiple"
    r"|headquarters|hq|nationwide|home(?:[ -]?based)?|field|earth|world|within|from|first|only|any|us based"
    r"|(?:(?:north|south)?(?:east|west)(?:ern)?|north(?:ern)?|south(?:ern)?|central|mid[ -]?west)(?: coast| region)?"
    r"|\d[\d -]*",
    re.IGNORECASE,
)


def _parts(text: str) -> Iterator[str]:
    for broken in _BREAK.split(text):
        if _is_land(broken):
            yield broken
            continue
        for part in broken.split("/") if "/" in broken else (broken,):
            # "Remote (ON, AB or NS only)" is one place; "San Francisco or Toronto" are two.
            if "(" in part or _is_land(part):
                yield part
            else:
                yield from _OR.split(part)


def _is_land(text: str) -> bool:
    key, known = fold(text), lands()
    return key in known.countries or key in known.areas or key in known.spots


def _mode(word: str) -> WorkMode | None:
    match = _MODES.fullmatch(word)
    if match is None:
        return None
    return "remote" if match["remote"] else "hybrid" if match["hybrid"] else "onsite"


def _without_mode(part: str) -> tuple[WorkMode | None, str]:
    mode = work_mode_of(part)
    return mode, _MODES.sub(",", part) if mode else part


# --- from segments to places ------------------------------------------------------------------------------

_BIG: Final = 500
"""Thousands of inhabitants from which a city's name, alone, means the city and not the state of that name."""
_KNOWN_TOWN: Final = 200
"""Thousands from which a city is never taken for an unknown village of the same name elsewhere."""
_CLEAR: Final = 2
"""How many times more people the greatest city of a name must have to be meant where nothing else is said."""
_WINDOW: Final = 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """A place while its segments are put together."""

    city: City | None = None
    name: str | None = None
    region: tuple[str, str] | None = None
    country: str | None = None
    area: str | None = None
    whole_state: bool = False
    """Whether "Washington" is rather the state: where it is the area in which one may work remotely."""

    def allows(self) -> bool:
        """Tell whether city, region, country and area lie in each other."""
        country = self.country
        if self.region:
            if country and self.region[0] != country:
                return False
            country = self.region[0]
        if self.city:
            if country and self.city.country != country:
                return False
            if self.region and self.city.region != self.region[1]:
                return False
            country = self.city.country
        return not (self.area and country) or country in lands().area_countries[self.area]


def _places(text: str, *, remote: bool) -> list[Place]:
    segments = [segment for raw in _SEGMENT.split(text) for segment in _segments(raw)]
    places: list[Place] = []
    at = 0
    while at < len(segments):
        for length in range(min(_WINDOW, len(segments) - at), 0, -1):
            draft = _combined(_Draft(whole_state=remote), tuple(segments[at : at + length]))
            if draft is not None:
                place = _finished(draft, alone=length == 1)
                if place is not None:
                    places.append(place)
                at += length
                break
    return places


def _segments(raw: str) -> list[str]:
    """Return a segment without fillers, in two where a region or country hangs on without a comma ("Ledgewood NJ")."""
    text = _POSTCODE.sub("", raw).strip(" .-–—*\t")
    if fold(text) in lands().spots:
        return [text]
    while (bare := _FILLER.sub("", text)) != text:
        text = bare
    if not text or _NOWHERE.fullmatch(text):
        return []
    key, known = fold(text), lands()
    if key in known.regions or key in known.countries or key in known.areas or cities(key):
        return [text]
    words = text.split()
    for count in (1, 2, 3):
        head, tail = " ".join(words[:-count]), " ".join(words[-count:])
        if head and (
            tail in known.region_codes or tail in known.country_codes or fold(tail) in known.countries
        ):
            return [*_segments(head), tail]
    return [text]


def _combined(draft: _Draft, segments: tuple[str, ...]) -> _Draft | None:
    """Return the first consistent reading of all segments as one place, or None."""
    if not segments:
        return draft if draft.city or draft.region or draft.country or draft.area or draft.name else None
    for longer in _readings(draft, segments[0]):
        if longer.allows():
            whole = _combined(longer, segments[1:])
            if whole is not None:
                return whole
    return None


def _readings(draft: _Draft, segment: str) -> Iterator[_Draft]:
    """Yield the draft with each meaning of one more segment, the likeliest first."""
    known, key = lands(), fold(segment)
    towns = cities(key)
    regions = known.regions.get(key) or known.region_codes.get(segment, ())
    area, country = known.areas.get(key), known.countries.get(key) or known.country_codes.get(segment)
    if draft.city and any(town.name == draft.city.name for town in towns):
        yield draft if not regions or draft.region else replace(draft, region=regions[0])
    if area and not draft.area:
        yield replace(draft, area=area)
    if country and not draft.country and key in known.countries:
        yield replace(draft, country=country)
    rather_town = not regions or (towns and towns[0].thousands >= _BIG and not draft.whole_state)
    if towns and not area and rather_town and not draft.city and not draft.name:
        yield from (replace(draft, city=town) for town in towns)
    if not draft.region:
        yield from (replace(draft, region=region) for region in regions)
    if country and not draft.country:
        yield replace(draft, country=country)
    if towns and regions and not draft.city and not draft.name:
        yield from (replace(draft, city=town) for town in towns)
    if not regions and not country and not area:
        if not draft.city and not draft.name and (not towns or towns[0].thousands < _KNOWN_TOWN):
            yield replace(draft, name=segment)
        if not towns:
            yield draft


def _finished(draft: _Draft, *, alone: bool) -> Place | None:
    region = draft.region[1] if draft.region else None
    country = draft.country or (draft.region[0] if draft.region else None)
    town = draft.city
    if town is None:
        return Place(draft.name, region, country, None if country else draft.area)
    rivals = cities(fold(town.name))
    if alone and len(rivals) > 1 and rivals[1].thousands * _CLEAR > rivals[0].thousands:
        return Place(town.name)
    return Place(town.name, town.region or region, town.country, None, town.latitude, town.longitude)
