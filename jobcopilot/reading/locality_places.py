"""What the reader of places found in one piece of a place field, as statistics count it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jobcopilot.reading.gazetteer import City, cities, fold, lands
from jobcopilot.reading.locality_names import Locality, city_locality, city_name, region_name, tables
from jobcopilot.reading.locality_segments import Gleaned
from jobcopilot.reading.places import Place

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


def localities_of(gleaned: Gleaned, read: Sequence[Place], text: str) -> tuple[Locality, ...]:
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
        around = [
            i
            for i, place in enumerate(places)
            if place.country == country and not place.city and place.region in {None, metro_region}
        ]
        if around:
            places[around[0]] = Locality(country, places[around[0]].region or metro_region)
        elif not any(
            place.country == country and (metro_region or city) in {place.region, place.city}
            for place in places
        ):
            places.append(Locality(country, metro_region))
    if len(places) == 2 and _QUARTER.fullmatch(text) and _only_towns(places):
        # "NYC (SoHo)": a town of that name in another country is not meant.
        places = places[:1]
    return tuple(dict.fromkeys(_town_and_state(places, text)))


_QUARTER: Final = re.compile(r"[^(),]+\([^(),]+\)\s*")


def _only_towns(places: list[Locality]) -> bool:
    return all(place.city and place.country for place in places) and places[0].country != places[1].country


def _town_and_state(places: list[Locality], text: str) -> list[Locality]:
    """Return one place for "Town, State" and "Quarter, Town, State" where each was read as a place of its own."""
    segments = [segment.strip() for segment in text.split(",")]
    if len(places) != 2 or not 2 <= len(segments) <= 4:
        return places
    town, other = places
    if town.city and not other.city and other.region and other.country in _STATED:
        # The table knows only a greater city of the name, somewhere else.
        coded = len(segments[1]) <= 3 and town.region != other.region
        if (town.country != other.country or coded) and cities(fold(segments[0])):
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


# --- towns written in full --------------------------------------------------------------------------------


def plain_town(text: str) -> Locality | None:
    """Return the place of "Town, ST", "Town, Country" or "Town, Region, Country" where the tables leave no doubt.

    Most texts are of this form, which needs no weighing of meanings; everything else is None.
    """
    parts = text.split(", ")
    if not 2 <= len(parts) <= 3:
        return None
    known, held = lands(), tables()
    key = fold(parts[0])
    if key in known.regions or key in known.spots or key in known.countries or key in held.metros:
        return None
    last = fold(parts[-1])
    country = known.countries.get(last)
    if last in known.regions and country:
        return None
    if len(parts) == 2 and country:
        town = next((town for town in cities(key) if town.country == country), None)
        return _with_state(town, named=False) if town else None
    country = country or known.country_codes.get(parts[-1]) if len(parts) == 3 else None
    if len(parts) == 3 and country is None:
        return None
    middle = fold(parts[1])
    for town in cities(key):
        if country not in {None, town.country}:
            continue
        meant = known.regions.get(middle) or known.region_codes.get(parts[1], ())
        if (town.country, town.region) in meant:
            return _with_state(town, named=True)
        state = held.states.get((town.country, key))
        if state and country and (country, state) in held.regions.get(middle, ()):
            return Locality(town.country, state, city_name(town.name))
    return None


def _with_state(town: City, *, named: bool) -> Locality:
    found = city_locality(town)
    return Locality(found.country, None, found.city) if town.country in _NAMED_ONLY and not named else found
