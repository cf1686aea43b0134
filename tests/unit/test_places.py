"""What people write in a place field, read and compared."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.reading.gazetteer import cities, fold, lands
from jobcopilot.reading.places import Place, compatible_places, fit, place_name, read_place, work_mode_of
from tests.reference_data import reference_data


def _short(place: Place) -> str:
    return "/".join(part or "" for part in (place.city, place.region, place.country, place.area)) + (
        " remote" if place.remote else ""
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Berlin, Germany", ["Berlin//DE/"]),
        ("Berlin, DE", ["Berlin//DE/"]),
        ("berlin", ["Berlin//DE/"]),
        ("München, Bavaria, Germany", ["Munich//DE/"]),
        ("Köln", ["Köln//DE/"]),
        ("Cologne", ["Köln//DE/"]),
        ("New York, NY", ["New York City/NY/US/"]),
        ("New York, New York, USA", ["New York City/NY/US/"]),
        ("New York, US, New York", ["New York City/NY/US/"]),
        ("NYC", ["New York City/NY/US/"]),
        ("San Francisco", ["San Francisco/CA/US/"]),
        ("SF Bay Area", ["San Francisco/CA/US/"]),
        ("San Mateo, CA United States", ["San Mateo/CA/US/"]),
        ("Ledgewood NJ", ["Ledgewood/NJ/US/"]),
        ("Bengaluru", ["Bengaluru//IN/"]),
        ("Bangalore, India", ["Bengaluru//IN/"]),
        ("London", ["London/ENG/GB/"]),
        ("London, ON", ["London/ON/CA/"]),
        ("Toronto, CA", ["Toronto/ON/CA/"]),
        ("Paris, TX", ["Paris/TX/US/"]),
        ("Washington, D.C.", ["Washington/DC/US/"]),
        ("Quincy, Washington, United States", ["Quincy/WA/US/"]),
        ("Bloomington, IN", ["Bloomington/IN/US/"]),
        ("Tbilisi, Georgia", ["Tbilisi//GE/"]),
        ("Atlanta, Georgia, USA", ["Atlanta/GA/US/"]),
        ("Georgia, USA", ["/GA/US/"]),
        ("Sophia Antipolis, France", ["Sophia Antipolis//FR/"]),
        ("CA - San Francisco", ["San Francisco/CA/US/"]),
        ("Dublin, Dublin, Ireland, EMEA", ["Dublin//IE/"]),
        ("UK & Ireland, United Kingdom, London", ["London/ENG/GB/"]),
        ("Central - United States", ["//US/"]),
        ("EMEA", ["///EMEA"]),
        ("Remote", [" remote"]),
        ("Global Remote", [" remote"]),
        ("Remote - US", ["//US/ remote"]),
        ("Remote in Canada", ["//CA/ remote"]),
        ("United States (Remote)", ["//US/ remote"]),
        ("Remote - Washington", ["/WA/US/ remote"]),
        ("Remote, US, Texas", ["/TX/US/ remote"]),
        ("Remote - APAC, EMEA", ["///APAC remote", "///EMEA remote"]),
        ("Berlin/Remote", ["Berlin//DE/", " remote"]),
        ("Berlin, Germany; Sofia, Bulgaria", ["Berlin//DE/", "Sofia//BG/"]),
        ("San Francisco and Toronto and Vienna", ["San Francisco/CA/US/", "Toronto/ON/CA/", "Vienna//AT/"]),
        ("Seattle, New York, Boston", ["Seattle/WA/US/", "New York City/NY/US/", "Boston/MA/US/"]),
        ("Trinidad and Tobago", ["//TT/"]),
        (
            "Hybrid- Any Office (Fremont, CA, Salem, OR, or Pittsburgh, PA)",
            ["Fremont/CA/US/", "Salem/OR/US/", "Pittsburgh/PA/US/"],
        ),
        ("Multiple Locations", []),
        ("5 Locations", []),
        ("", []),
        ("Cambridge", ["Cambridge///"]),
        ("Nowhereville", ["Nowhereville///"]),
    ],
)
def test_reads_what_postings_write(written: str, read: list[str]) -> None:
    expected = [text if text.startswith(" ") is False else f"///{text}" for text in read]
    assert [_short(place) for place in read_place(written)] == expected


@pytest.mark.parametrize(
    ("written", "mode"),
    [
        ("Remote - US", "remote"),
        ("Berlin (hybrid)", "hybrid"),
        ("Onsite- Pittsburgh, PA", "onsite"),
        ("Berlin, Germany", None),
        ("Télétravail, Paris", "remote"),
        ("Berlin or hybrid or remote", "remote"),
    ],
)
def test_reads_the_work_mode(written: str, mode: str | None) -> None:
    assert work_mode_of(written) == mode


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("Berlin", "Berlin, Germany", 1.0),
        ("Berlin", "Potsdam, Germany", 1.0),
        ("San Francisco", "Palo Alto, CA", 0.5),
        ("Berlin", "Munich", 0.0),
        ("Berlin", "Germany", None),
        ("Germany", "Berlin", 1.0),
        ("Europe", "Lisbon", 1.0),
        ("Europe", "Austin, TX", 0.0),
        ("Berlin", "Remote - Germany", 1.0),
        ("Berlin", "Remote - EMEA", 1.0),
        ("Berlin", "Remote - US", 0.0),
        ("Berlin", "Remote", 1.0),
        ("Remote - EU", "Lisbon", None),
        ("Remote - EU", "Austin, TX", 0.0),
        ("Remote", "Berlin", None),
        ("Remote", "Remote - US", 1.0),
        ("California", "San Francisco", 1.0),
        ("California", "New York, NY", 0.0),
        ("San Francisco", "Remote - US", 1.0),
        ("London, UK", "London, ON", 0.0),
        ("Cambridge", "Boston, MA", 1.0),
        ("Cambridge", "Berlin", 0.0),
        ("Cambridge", "Cambridge, MA", 1.0),
        ("Ledgewood, NJ", "Ledgewood NJ", 1.0),
        ("Ledgewood, NJ", "Newark, NJ", None),
    ],
)
def test_says_how_well_a_place_suits(wanted: str, offered: str, expected: float | None) -> None:
    assert fit(read_place(wanted)[0], read_place(offered)[0]) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Berlin", "Berlin, Germany", True),
        ("Berlin, Germany", "Germany", True),
        ("Berlin", "Paris", False),
        ("Remote - US", "Remote - EU", False),
        ("Berlin", "Remote", None),
        ("Berlin", "", None),
        ("", "", None),
        ("5 Locations", "Berlin", None),
        ("Nowhereville", "nowhereville ", True),
        ("Berlin; Paris", "Paris, France", True),
    ],
)
def test_tells_whether_two_fields_may_mean_one_place(one: str, other: str, expected: bool | None) -> None:
    assert compatible_places(one, other) is expected
    assert compatible_places(other, one) is expected


def test_names_places_as_people_do() -> None:
    written = ["Berlin, DE", "SF", "London", "Remote - US", "Remote", "EMEA"]
    names = [place_name(place) for text in written for place in read_place(text)]
    assert names == [
        "Berlin, Germany", "San Francisco, CA", "London, United Kingdom", "Remote (United States)", "Remote", "EMEA",
    ]  # fmt: skip


def test_every_line_of_the_tables_can_be_read() -> None:
    known = lands()
    assert set(known.area_countries["EU"]) >= {"DE", "FR", "PL"}
    assert all(members <= set(known.country_names) for members in known.area_countries.values())
    assert all(area in known.area_countries for area in known.areas.values())
    for key, (name, country, region) in known.spots.items():
        meant = [city for city in cities(key) if (city.country, city.region) == (country, region)]
        assert meant, f"{key} names {name}, which is not among the cities"
        assert cities(key)[0] == meant[0]


def test_the_most_populous_city_of_a_name_comes_first() -> None:
    springfields = cities(fold("Springfield"))
    assert len(springfields) > 3
    assert [city.thousands for city in springfields] == sorted(
        (city.thousands for city in springfields), reverse=True
    )


@settings(deadline=None)
@given(st.text(max_size=120))
def test_never_fails_and_is_stable(text: str) -> None:
    places = read_place.__wrapped__(text)
    assert places == read_place(text)
    assert all(not place.country or place.country in lands().country_names for place in places)
    work_mode_of(text)


@settings(deadline=None)
@given(
    st.sampled_from(["Berlin", "Remote - US", "EMEA", "Texas", "", "Tysons", "Cambridge"]),
    st.text(max_size=40),
)
def test_comparing_two_fields_is_symmetric(one: str, other: str) -> None:
    assert compatible_places(one, other) is compatible_places(other, one)


def test_reads_more_than_ten_thousand_fields_a_second() -> None:
    written = [
        f"{city}, {tail}" for city in ("Berlin", "Austin", "Paris") for tail in ("DE", "TX", "Remote", "USA")
    ]
    read_place(written[0])
    begun = time.process_time()
    for _ in range(100):
        for text in written:
            read_place.__wrapped__(text)
    assert 1200 / (time.process_time() - begun) > 10_000


@pytest.mark.system
def test_knows_nearly_all_places_of_real_postings() -> None:
    with Path(reference_data("postings/ats-2026.jsonl")).open(encoding="utf-8") as lines:
        fields = {json.loads(line)["location_raw"] or "" for line in lines}
    unknown = sorted(
        text for text in fields if text and not any(p.country or p.area or p.remote for p in read_place(text))
    )
    assert len(unknown) / len(fields) < 0.02, unknown
