"""What countries, regions and cities are called in statistics, and how a picker finds them by a few letters."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from jobcopilot.reading.gazetteer import City, fold, lands, most_populous

WorldRegion = Literal[
    "us", "canada", "latin america", "europe", "middle east", "africa", "asia", "oceania", "worldwide"
]

_DATA: Final = Path(__file__).parent / "data"
_WORLD: Final[tuple[tuple[WorldRegion, str], ...]] = (
    ("europe", "Europe"),
    ("latin america", "Latin America"),
    ("middle east", "Middle East"),
    ("africa", "Africa"),
    ("oceania", "Oceania"),
    ("asia", "Asia"),
    ("latin america", "Caribbean"),
)


@dataclass(frozen=True, slots=True)
class Locality:
    """One place of work; what a text does not say is None."""

    country: str | None = None
    """ISO 3166-1, two letters."""
    region: str | None = None
    """State, province or Land by its English name: "California", "Bavaria", "England"."""
    city: str | None = None
    """The common English form: "Munich", "New York"."""


class LocalityTables(NamedTuple):
    """What `localities.toml` and `places-states.tsv` hold, by folded names."""

    city_states: frozenset[str]
    regions: dict[str, tuple[tuple[str, str], ...]]
    meant: dict[str, tuple[str, str | None]]
    metros: dict[str, tuple[str, str | None]]
    common_names: dict[str, str]
    states: dict[tuple[str, str], str]


@cache
def tables() -> LocalityTables:
    """Return the tables, read once a process (about 10 ms)."""
    with (_DATA / "localities.toml").open("rb") as file:
        held = tomllib.load(file)
    regions: dict[str, tuple[tuple[str, str], ...]] = {}
    for country, listed in held["regions"].items():
        for names in listed:
            english = names.partition("|")[0]
            for key in {fold(name) for name in names.split("|")}:
                regions[key] = (*regions.get(key, ()), (country, english))
    states: dict[tuple[str, str], str] = {}
    for line in (_DATA / "places-states.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, state, cities = line.split("\t")
            states.update(((country, city), state) for city in cities.split("|"))
    return LocalityTables(
        frozenset(held["city_states"]),
        regions,
        _wheres(held["meant"]),
        _wheres(held["metros"]),
        held["cities"],
        states,
    )


def _wheres(held: dict[str, str]) -> dict[str, tuple[str, str | None]]:
    """Return names with the country and region of their "US-CA", "IN-Delhi" or "ES"."""
    parted = {fold(name): where.partition("-") for name, where in held.items()}
    return {
        key: (country, region_name(country, region) if region else None)
        for key, (country, _, region) in parted.items()
    }


def name_of(country: str) -> str:
    """Return the English name of a country of two letters ("DE": "Germany"), the letters where it is unknown."""
    return lands().country_names.get(country, country)


def region_name(country: str, code: str) -> str:
    """Return the English name of a region that the table of lands has by a code, the code itself elsewhere."""
    return lands().region_names.get((country, code), code)


def city_name(name: str) -> str:
    """Return the common English form of a city's name in the table of cities."""
    return tables().common_names.get(name, name)


def locality_name(locality: Locality) -> str:
    """Return a locality as a person reads it: "Munich, Bavaria, Germany", "California, United States"."""
    country = name_of(locality.country) if locality.country else None
    parts = [locality.city, locality.region, country]
    return ", ".join(part for at, part in enumerate(parts) if part and part not in parts[:at])


def region_of_world(where: Locality | str) -> WorldRegion | None:
    """Return the part of the world of a locality or of a scope (ISO code or word), None where it is in several."""
    if isinstance(where, Locality):
        return _world_of(frozenset({where.country})) if where.country else None
    if where == "worldwide":
        return "worldwide"
    members = lands().area_countries.get(where)
    return _world_of(members if members is not None else frozenset({where}))


def _world_of(countries: frozenset[str | None]) -> WorldRegion | None:
    if countries == {"US"}:
        return "us"
    if countries == {"CA"}:
        return "canada"
    known = lands().area_countries
    return next((name for name, area in _WORLD if countries and countries <= known[area]), None)


# --- the picker -------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    key: str
    rank: int
    """Lower is shown first among equally good matches: countries, regions, then cities by their size."""
    locality: Locality


def places_like(words: str, limit: int = 20) -> tuple[Locality, ...]:
    """Return countries, regions and cities that the words may mean or begin, the likeliest first.

    A comma narrows: "portl, or" are the places beginning with "portl" in what "or" may begin. Names by which a
    place goes elsewhere count too ("München", "Köln").
    """
    name, _, within = words[:100].partition(",")
    key, around = fold(name), fold(within)
    if not key or limit <= 0:
        return ()
    entries = _entries()
    first = bisect_left(entries, (key,))
    hits: list[tuple[bool, int, Locality]] = []
    for entry in entries[first:]:
        if not entry.key.startswith(key):
            break
        if not around or _lies_in(entry.locality, around):
            hits.append((entry.key != key, entry.rank, entry.locality))
    hits.sort(key=lambda hit: hit[:2])
    return tuple(dict.fromkeys(locality for _, _, locality in hits))[:limit]


def _lies_in(locality: Locality, around: str) -> bool:
    country = locality.country or ""
    code = next((code for (_, code), name in lands().region_names.items() if name == locality.region), "")
    names = (country, name_of(country), locality.region or "", code)
    return any(fold(name).startswith(around) for name in names if name)


@cache
def _entries() -> list[_Entry]:
    """Return all names of the picker in order, made when a picker first opens (some 0.1 s)."""
    return sorted(_all_entries(), key=lambda entry: (entry.key, entry.rank))


def _all_entries() -> Iterator[_Entry]:
    known = lands()
    for key, code in known.countries.items():
        yield _Entry(key, -2_000_000, Locality(code))
    for code in known.country_names:
        yield _Entry(code.lower(), -2_000_000, Locality(code))
    for key, meant in known.regions.items():
        for country, code in meant:
            yield _Entry(key, -1_000_000, Locality(country, region_name(country, code)))
    for key, named in tables().regions.items():
        for country, region in named:
            yield _Entry(key, -1_000_000, Locality(country, region))
    for city, keys in most_populous(100):
        locality = city_locality(city)
        for key in {*keys, fold(locality.city or "")}:
            yield _Entry(key, -city.thousands, locality)


def city_locality(city: City) -> Locality:
    """Return a city of the table as a locality with its region wherever the tables know it."""
    state = tables().states.get((city.country, fold(city.name)))
    region = state or (region_name(city.country, city.region) if city.region else None)
    return Locality(city.country, region, city_name(city.name))
