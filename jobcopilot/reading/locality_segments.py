"""What the segments of a place field name besides cities and countries: regions, metropolitan areas, and noise."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from jobcopilot.reading.gazetteer import cities, fold, lands
from jobcopilot.reading.locality_names import city_name, name_of, region_name, tables
from jobcopilot.reading.places import read_place, work_mode_of


class Gleaned(NamedTuple):
    """What a piece of text names, and the rest of it for the reader of places."""

    rest: str
    regions: tuple[tuple[str, str], ...]
    """Country and English name, in order."""
    metros: tuple[tuple[str, str | None, str | None], ...]
    """Country, region and the city around which the area lies."""


_SEGMENT: Final = re.compile(r"\s*[,()\[\]:]\s*|\s+[-–—]\s*|[–—]\s+|-\s+")
_STREET: Final = re.compile(
    r"^\s*\d[\d-]*\s+[^,]{0,60}?\b(?:st|street|ave|avenue|blvd|boulevard|rd|road|dr|drive|ln|lane|way|broadway|hwy"
    r"|highway|pkwy|parkway|plaza|square)\b\.?,?\s*",
    re.IGNORECASE,
)
_NOISE: Final = re.compile(
    r"\b(?:(?:north|south|mid)?[ -]?(?:east|west)(?:ern)? (?:coast|states?|region)|continental|contiguous"
    r"|[ecmp][sd]t\b(?: (?:time ?zone|hours|preferred))?|(?:us |european )?time ?zones?)\b"
    r"|\b(?:with|throughout|across|inside)\b|-?\b(?:offices?|hubs?|hq|headquarters)\b",
    re.IGNORECASE,
)
_NOISE_HINTS: Final = (
    *(
        "coast",
        "state",
        "region",
        "contin",
        "contig",
        "est",
        "edt",
        "cst",
        "cdt",
        "mst",
        "mdt",
        "pst",
        "pdt",
        "zone",
    ),
    *("with", "through", "across", "inside", "office", "hub", "hq", "headq"),
)
"""One of them is in whatever the pattern above finds; most texts have none and need no search."""
_STATE_CODE: Final = re.compile(r"(?<=, )[A-Z][a-z]$")
"""A state's code written "Pa", which a lone word of two letters behind a comma is."""
_CODED: Final = re.compile(r"\b(USA?|CAN?|GBR?|UK|IND?|DEU?|AUS?)-([A-Z]{2,3})-(?=\w)")
_METRO: Final = re.compile(
    r"(?:greater|metro(?:politan)?)\s+(?P<a>\S.*?)(?:\s+(?:metro(?:politan)?|city|area|region)){0,3}"
    r"|(?P<b>\S.*?)\s+(?:metro(?:politan)?(?:\s+(?:area|region))?|(?:bay\s+)?area)",
    re.IGNORECASE,
)
_WIDE: Final = frozenset({"US", "CA", "AU", "GB"})
"""Countries whose regions the reader of places knows itself."""


_NATIONS: Final = frozenset({"england", "scotland", "wales", "northern ireland"})


def glean(text: str) -> Gleaned:
    """Take regions, metropolitan areas and noise out of one piece of a place field; linear in the text."""
    clean = _STREET.sub("", text) if text[:1].isdigit() else text
    lowered = clean.lower()
    if any(hint in lowered for hint in _NOISE_HINTS):
        clean = _NOISE.sub(" ", clean)
    clean = _STATE_CODE.sub(lambda code: code.group().upper(), clean)
    if "-" in clean:
        clean = _CODED.sub(r"\1, \2, ", clean)
    segments = [segment for segment in _SEGMENT.split(clean) if segment.strip()]
    keys = [fold(segment) for segment in segments]
    regions: list[tuple[str, str]] = []
    metros: list[tuple[str, str | None, str | None]] = []
    kept: list[str] = []
    countries = {country for segment in segments if (country := _country(segment))}
    countries.update("GB" for key in keys if key in _NATIONS)
    for at, (segment, key) in enumerate(zip(segments, keys, strict=True)):
        metro = _metro(segment, key)
        region = None if metro else _region(segments, keys, at, countries)
        if metro:
            metros.append(metro)
        elif region:
            if region[0] == "GB":
                kept.append(region[1])
            elif region[1]:
                regions.append(region)
                if not countries:
                    kept.append(name_of(region[0]))
        elif key == "washington" and at + 1 < len(keys) and _country(segments[at + 1]) == "US":
            # Alone it is the capital; where a city would stand before its country it is the state.
            kept.append("Washington State" if at == 0 else segment)
        else:
            kept.append(segment)
    if kept == segments:
        return Gleaned(clean.strip(), (), ())
    return Gleaned(", ".join(kept), tuple(regions), tuple(metros))


def _country(segment: str) -> str | None:
    known = lands()
    return known.countries.get(fold(segment)) or known.country_codes.get(segment.strip())


def _metro(segment: str, key: str) -> tuple[str, str | None, str | None] | None:
    named = tables().metros.get(key)
    if named is not None:
        return (*named, None)
    if cities(key) and key not in lands().spots:
        return None
    hinted = len(segment) < 80 and any(word in key for word in ("area", "metro", "greater"))
    match = _METRO.fullmatch(segment.strip()) if hinted else None
    if match is None:
        return None
    centre = match["a"] or match["b"]
    found = [
        place for place in read_place(centre) if place.city and place.country and place.latitude is not None
    ]
    if not found or found[0].city is None or found[0].country is None:
        return None
    country, city = found[0].country, city_name(found[0].city)
    if country in {"CA", "AU"}:
        return country, None, city
    state = tables().states.get((country, fold(found[0].city)))
    return country, state or (region_name(country, found[0].region) if found[0].region else None), city


def _region(segments: list[str], keys: list[str], at: int, countries: set[str]) -> tuple[str, str] | None:
    """Return the region that a segment names: one of the table, or what stands between a city and its country.

    The name is empty for a code that the table does not have.
    """
    key, known = keys[at], lands()
    named = () if key in _NATIONS else tables().regions.get(key, ())
    after = _country(segments[at + 1]) if 0 < at < len(segments) - 1 else None
    if after in _WIDE or key in known.countries or key in known.areas:
        after = None
    if not named and after is None:
        return None
    before = {town.country for town in cities(keys[at - 1])} if at else set()
    own = {town.country for town in cities(key)}
    for country, region in named:
        if country in before and (not countries or country in countries):
            return country, region
        if country in own or key in known.countries:
            continue
        unmistakable = len(named) == 1 and len(key) > 3 and not own and key not in known.regions
        if country in countries or (not countries and unmistakable):
            return country, region
    if after is None or after not in before:
        return None
    if len(key) <= 3 and segments[at].strip().isupper():
        return after, ""
    stranger = not own and not named and not _country(segments[at]) and work_mode_of(segments[at]) is None
    if (stranger or keys[at - 1] == key) and not any(char.isdigit() for char in key):
        return after, segments[at].strip()
    return None
