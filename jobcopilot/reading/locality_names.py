"""What countries, regions and cities are called in statistics, and how a picker finds them by a few letters."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from jobcopilot.reading.gazetteer import City, cities, fold, lands, most_populous

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
    """Return a locality as a person reads it: "Munich, Bavaria, Germany", "New York (region), United States"."""
    country, region = locality.country, locality.region
    if region and not locality.city and any(town.country == country for town in cities(fold(region))):
        region = f"{region} (region)"
    parts = [locality.city, region, name_of(country) if country else None]
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
    own: bool
    """Whether it goes by this name itself, or only in another language or by an abbreviation."""
    locality: Locality


def places_like(words: str, limit: int = 20) -> tuple[Locality, ...]:
    """Return countries, regions and cities that the words may mean or begin, the likeliest first.

    A comma narrows: "portl, or" are the places beginning with "portl" in what "or" may begin. Other names count too
    ("München", "Köln"), where nothing has the words as its own name.
    """
    name, _, within = words[:100].partition(",")
    key, around = fold(name), fold(within)
    if not key or limit <= 0:
        return ()
    entries = _entries()
    hits: list[_Entry] = []
    for entry in entries[bisect_left(entries, (key,)) :]:
        if not entry.key.startswith(key):
            break
        if not around or _lies_in(entry.locality, around):
            hits.append(entry)
    meant = {entry.own for entry in hits if entry.key == key}
    hits = [entry for entry in hits if entry.own or entry.key != key or True not in meant]
    hits.sort(key=lambda entry: (entry.key != key, not entry.own, entry.rank))
    return tuple(dict.fromkeys(entry.locality for entry in hits))[:limit]


def _lies_in(locality: Locality, around: str) -> bool:
    country = locality.country or ""
    code = next((code for (_, code), name in lands().region_names.items() if name == locality.region), "")
    names = (country, name_of(country), locality.region or "", code)
    return any(fold(name).startswith(around) for name in names if name)


@cache
def _entries() -> list[_Entry]:
    """Return all names of the picker in order, made when a picker first opens (some 0.2 s)."""
    return sorted(_all_entries(), key=lambda entry: entry[:3])


_COUNTRY, _REGION = -2_000_000, -1_000_000


def _all_entries() -> Iterator[_Entry]:
    known = lands()
    for key, code in known.countries.items():
        yield _Entry(key, _COUNTRY, fold(name_of(code)) == key, Locality(code))
    for name, code in known.country_codes.items():
        yield _Entry(name.lower(), _COUNTRY, True, Locality(code))
    for (country, code), name in known.region_names.items():
        yield _Entry(fold(name), _REGION, True, Locality(country, name))
        yield _Entry(code.lower(), _REGION, True, Locality(country, name))
    for key, named in tables().regions.items():
        for country, region in named:
            if country == "GB":  # Its counties stand for the nation there; nobody looks for it by them.
                continue
            yield _Entry(key, _REGION, fold(region) == key, Locality(country, region))
    for key in known.spots.keys() - tables().metros.keys():
        for city in cities(key)[:1]:
            yield _Entry(key, -city.thousands, False, city_locality(city))
    for city, keys in most_populous(15):
        locality = city_locality(city)
        own = {fold(city.name), fold(locality.city or "")}
        for key in own.union(keys):
            yield _Entry(key, -city.thousands, key in own, locality)


def city_locality(city: City) -> Locality:
    """Return a city of the table as a locality with its region wherever the tables know it."""
    state = tables().states.get((city.country, fold(city.name)))
    region = state or (region_name(city.country, city.region) if city.region else None)
    return Locality(city.country, region, city_name(city.name))
