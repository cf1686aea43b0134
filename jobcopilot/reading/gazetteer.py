"""The countries, regions, wider areas and cities that the reader knows, from two tables beside it.

Read when the first place is read (about 50 ms, 12 MB), never at import. Names are looked up folded, see `fold`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

_DATA: Final = Path(__file__).parent / "data"
_LETTERS: Final = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ı": "i",
        "Ş": "s",
        "þ": "t",
        "æ": "ae",
    }
    | dict.fromkeys(".'’`ʻ")
    | {"-": " ", "–": " ", "&": " and ", "_": " "}
)


class City(NamedTuple):
    """One city of 15,000 inhabitants and more; `region` only in the countries whose regions postings name."""

    name: str
    country: str
    region: str
    thousands: int
    latitude: float
    longitude: float


class Lands(NamedTuple):
    """Folded names to what they stand for; codes ("CA", "DE", "USA") lie apart because they count in capitals only."""

    countries: dict[str, str]
    country_codes: dict[str, str]
    regions: dict[str, tuple[tuple[str, str], ...]]
    region_codes: dict[str, tuple[tuple[str, str], ...]]
    areas: dict[str, str]
    area_countries: dict[str, frozenset[str]]
    country_names: dict[str, str]
    spots: dict[str, tuple[str, str, str]]
    region_names: dict[tuple[str, str], str]


def fold(name: str) -> str:
    """Return a name small, without accents, dots and apostrophes, hyphens as spaces ("St.-Étienne": "st etienne")."""
    return _fold_short(name) if len(name) <= _SHORT else _fold(name)


_SHORT: Final = 48
"""Names up to here are remembered folded: place fields repeat them, and nobody fills the memory with long ones."""


@lru_cache(maxsize=32_768)
def _fold_short(name: str) -> str:
    return _fold(name)


def _fold(name: str) -> str:
    plain = name.translate(_LETTERS)
    if not plain.isascii():
        plain = "".join(
            char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char)
        )
    return " ".join(plain.split()).lower()


@cache
def lands() -> Lands:
    """Return the countries, regions and areas, read once a process."""
    known = Lands({}, {}, {}, {}, {}, {}, {}, {}, {})
    continents: dict[str, set[str]] = {}
    areas: list[tuple[str, str]] = []
    for line in _lines("places-lands.tsv"):
        kind, code, name, where, others = (*line.split("\t"), "", "")[:5]
        names = [name, *(other for other in others.split("|") if other)]
        if kind == "country":
            continents.setdefault(where, set()).add(code)
            known.country_names[code] = name
            known.country_codes[code] = code
            _add_country(known, code, names)
        elif kind == "region":
            country, region = code.split("-")
            known.region_names[country, region] = name
            known.region_codes[region] = (*known.region_codes.get(region, ()), (country, region))
            for other in names:
                key = fold(other)
                known.regions[key] = (*known.regions.get(key, ()), (country, region))
        elif kind == "area":
            areas.append((code, where))
            known.areas.update((fold(other), name) for other in names)
        else:
            known.spots.update((fold(other), (code, name, where)) for other in others.split("|"))
    for area, members in areas:
        codes = members.split()
        listed = {code for code in codes if code[0] != "@"}
        whole = (continents[code[1:]] for code in codes if code[0] == "@")
        known.area_countries[area] = frozenset(listed.union(*whole))
    return known


def _add_country(known: Lands, code: str, names: list[str]) -> None:
    for name in names:
        if len(name) <= 3 and name.isascii() and name.isupper():
            known.country_codes[name] = code
        else:
            known.countries[fold(name)] = code


@lru_cache(maxsize=16_384)
def cities(key: str) -> tuple[City, ...]:
    """Return the cities of a folded name, most populous first; another name counts where none has it as its own."""
    own, others = _city_index()
    spot = lands().spots.get(key)
    if spot is not None:
        name, country, region = spot
        meant = tuple(city for city in cities_named(name) if (city.country, city.region) == (country, region))
        rest = tuple(city for city in cities_named(key) if city not in meant)
        return meant + rest
    found = own.get(key) or others.get(key)
    return tuple(map(_city, found)) if found else ()


@lru_cache(maxsize=4_096)
def cities_named(name: str) -> tuple[City, ...]:
    """Return the cities that have this as their own name, most populous first."""
    return tuple(map(_city, _city_index()[0].get(fold(name), ())))


def most_populous(thousands: int) -> Iterator[tuple[City, tuple[str, ...]]]:
    """Yield every city of so many thousand inhabitants and more with all its names folded, most populous first."""
    for line in _lines("places-cities.tsv"):
        city = _city(line)
        if city.thousands < thousands:
            return
        others = line.split("\t")[6:]
        yield city, (fold(city.name), *(others[0].split("|") if others else ()))


@cache
def _city_index() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the lines of the cities by folded own name and by folded other name; a line is read when asked for."""
    own: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for line in _lines("places-cities.tsv"):
        name, _, rest = line.partition("\t")
        own.setdefault(fold(name), []).append(line)
        if line.count("\t") == 6:
            for other in rest.rpartition("\t")[2].split("|"):
                others.setdefault(other, []).append(line)
    return own, others


def _city(line: str) -> City:
    name, country, region, thousands, latitude, longitude = line.split("\t")[:6]
    return City(name, country, region, int(thousands), float(latitude), float(longitude))


def _lines(file: str) -> list[str]:
    text = (_DATA / file).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]
