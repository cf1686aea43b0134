"""The place field of a posting to country, region, city and remote scope."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.reading.gazetteer import most_populous
from jobcopilot.reading.localities import (
    Localities,
    Locality,
    locality_name,
    name_of,
    places_like,
    read_localities,
    region_of_world,
)
from jobcopilot.reading.locality_names import city_locality
from jobcopilot.reading.places import WorkMode
from tests.benchmarks.localities import (
    PARTS,
    agreement_of_regions,
    agreement_of_remote,
    reference_rows,
    score,
)
from tests.reference_data import reference_data


def _short(found: Localities) -> str:
    places = " | ".join(
        "/".join(part or "" for part in (place.country, place.region, place.city)) for place in found.places
    )
    return f"{places} [{found.remote or ''}] {','.join(found.scope)}".strip()


# --- the labelled samples ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "texts", "least"), [("places.jsonl", 200, 199), ("places-fresh.jsonl", 100, 99)]
)
def test_labelled_texts_are_read_rightly(sample: str, texts: int, least: int) -> None:
    """What was measured less one row; the score is printed with -s, what is wrong where it fails."""
    found = score(sample)
    print(f"{sample}: {found.whole} of {found.texts} right; {found.parts}")
    assert found.texts == texts
    assert found.whole >= least, "\n".join(found.wrong)
    assert all(found.parts[part] >= least for part in PARTS), found.parts


def test_agrees_with_the_marks_of_the_reference_file() -> None:
    rows = reference_rows(reference_data("postings/ats-2026.jsonl"))
    regions, remote = agreement_of_regions(rows), agreement_of_remote(rows)
    print(f"region {regions.agreed} + {regions.among} of {regions.rows}: {regions.kinds}")
    print(f"is_remote {remote.agreed} of {remote.rows}: {remote.kinds}")
    assert regions.rows == 5_186
    # The file knows less: 'Dublin', 'NYC' and 'Remote U.S.' are "other" there, "Tbilisi, Georgia" is "us".
    assert regions.agreed + regions.among >= 4_840
    assert remote.kinds.get("file False, read True", 0) <= 30


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Remote - US", "[remote] US"),
        ("Berlin or remote", "DE/Berlin/Berlin [remote]"),
        ("London; Paris; remote (EU)", "GB/England/London | FR//Paris [remote] EU"),
        ("New York; Remote (USA)", "US/New York/New York [remote] US"),
        ("Canada (Remote)", "[remote] CA"),
        ("Remote (Singapore)", "[remote] SG"),
        ("Remote, Berlin, Germany", "DE/Berlin/Berlin [remote] DE"),
        ("Remote - Ontario, Canada", "CA/Ontario/ [remote] CA"),
        (
            "Canada - Remote (ON, AB, BC, or NS Only)",
            "CA/Ontario/ | CA/Alberta/ | CA/British Columbia/ | CA/Nova Scotia/ [remote] CA",
        ),
        ("CA Remote (BC & ON only)", "CA/British Columbia/ | CA/Ontario/ [remote] CA"),
        ("Remote - US or Canada", "[remote] US,CA"),
        ("US/Canada Remote", "[remote] US,CA"),
        ("Remote - US or Berlin", "DE/Berlin/Berlin [remote] US"),
        ("United Kingdom or Remote", "GB// [remote]"),
        ("London, Berlin, Remote", "GB/England/London | DE/Berlin/Berlin [remote]"),
        ("Remote - NA, APAC, EMEA", "[remote] North America,APAC,EMEA"),
        ("Remote, Germany, EMEA", "[remote] DE"),
        ("Remote (Europe, UK, or Israel)", "[remote] Europe,GB,IL"),
        ("Bundesweit, Home-Office", "[remote] DE"),
        ("Remote, North & South America", "[remote] Americas"),
        ("Remote - Trinidad and Tobago", "[remote] TT"),
        ("Remote - UK & Ireland", "[remote] GB,IE"),
        ("Remote (Anywhere)", "[remote] worldwide"),
        ("Remote (Anywhere in the US)", "[remote] US"),
        ("Worldwide", "[remote] worldwide"),
        ("Remote", "[remote]"),
        ("Not remote, Chicago", "US/Illinois/Chicago []"),
        ("Hybrid (UK)", "GB// [hybrid]"),
        ("Richmond, CA (Hybrid)", "US/California/Richmond [hybrid]"),
        ("Onsite- Fremont, CA", "US/California/Fremont [onsite]"),
        ("In Office - Austin, TX", "US/Texas/Austin []"),
        ("Atlanta, GA (Hybrid) or Remote (US)", "US/Georgia/Atlanta [remote] US"),
        ("Europe", "[]"),
        ("Multiple Locations", "[]"),
        ("Please Update Office Field", "[]"),
        ("UK & Ireland", "GB// | IE// []"),
    ],
)
def test_ties_places_to_remote_work(text: str, read: str) -> None:
    assert _short(read_localities(text)) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("SF", "US/California/San Francisco"),
        ("Bay Area", "US/California/"),
        ("Seattle Metro", "US/Washington/"),
        (
            "SF Bay Area, Seattle Metro, and New York City Metro Area",
            "US/California/ | US/Washington/ | US/New York/",
        ),
        ("Greater Boston, MA", "US/Massachusetts/"),
        ("London, Greater London, England, United Kingdom", "GB/England/London"),
        ("Greater Noida, India", "IN/Uttar Pradesh/Greater Noida"),
        ("Cambridge", "//Cambridge"),
        ("Cambridge, MA", "US/Massachusetts/Cambridge"),
        ("Lincoln, England", "GB/England/Lincoln"),
        ("Reading, Berkshire, UK", "GB/England/Reading"),
        ("Richmond, CA", "US/California/Richmond"),
        ("Liverpool, IL", "US/Illinois/Liverpool"),
        ("Saint Louis, MO", "US/Missouri/St. Louis"),
        ("Philadelphia, Pa", "US/Pennsylvania/Philadelphia"),
        ("Vancouver, Canada", "CA//Vancouver"),
        ("Vancouver, BC", "CA/British Columbia/Vancouver"),
        ("Québec, QC, Canada", "CA/Quebec/Quebec City"),
        ("Ontario; Quebec", "CA/Ontario/ | CA/Quebec/"),
        ("Bengaluru, Karnataka", "IN/Karnataka/Bengaluru"),
        ("Bangalore", "IN/Karnataka/Bengaluru"),
        ("München, Bavaria, Germany", "DE/Bavaria/Munich"),
        ("Frankfurt am Main, Hessen, Deutschland", "DE/Hesse/Frankfurt"),
        ("Frankfurt (Oder), Germany", "DE/Brandenburg/Frankfurt (Oder)"),
        ("Bavaria", "DE/Bavaria/"),
        ("Catalonia, Spain", "ES/Catalonia/"),
        ("Utrecht, Netherlands", "NL//Utrecht"),
        ("Warszawa, Masovian Voivodeship, Poland", "PL/Masovia/Warsaw"),
        ("Novi Sad, South Bačka, Serbia, EMEA", "RS/South Bačka/Novi Sad"),
        ("Rio de Janeiro, RJ, Brazil", "BR/Rio de Janeiro/Rio de Janeiro"),
        ("Singapore, Singapore", "SG//Singapore"),
        ("Luxembourg, Luxembourg", "LU//Luxembourg"),
        ("Luxembourg", "LU//"),
        ("St. Gallen", "CH//St. Gallen"),
        ("Washington", "US/District of Columbia/Washington"),
        ("Washington, United States", "US/Washington/"),
        ("California; Oregon; Washington", "US/California/ | US/Oregon/ | US/Washington/"),
        ("Georgia; Illinois; New York", "US/Georgia/ | US/Illinois/ | US/New York/"),
        ("Chicago; New York; London", "US/Illinois/Chicago | US/New York/New York | GB/England/London"),
        ("Georgia", ""),
        ("Georgia; Armenia", "GE// | AM//"),
        ("Tbilisi, Georgia", "GE//Tbilisi"),
        ("USA-TX-Austin", "US/Texas/Austin"),
        ("3316 S. Main St. Los Angeles, CA. 90007", "US/California/Los Angeles"),
        ("Hauptstraße 5, 10115 Berlin, Germany", "DE/Berlin/Berlin"),
        ("Cambridge, MA Seattle, WA", "US/Massachusetts/Cambridge | US/Washington/Seattle"),
        ("NYC (SoHo)", "US/New York/New York"),
        ("東京, 日本", "JP//Tokyo"),
        ("Москва", "RU//Moscow"),
        ("서울", "KR//Seoul"),
        ("תל אביב, ישראל", "IL//Tel Aviv"),
        ("دبي", "AE//Dubai"),
        ("北京市", "CN//Beijing"),
        ("Αθήνα, Ελλάδα", "GR//Athens"),
        ("Київ", "UA//Kyiv"),
    ],
)
def test_reads_places(text: str, read: str) -> None:
    assert _short(read_localities(text)) == f"{read} []".strip()


def test_places_keep_their_order_and_stand_once() -> None:
    found = read_localities("Paris; Berlin, Germany; Berlin; paris, FRANCE; Austin, TX; Berlin, DE")
    assert [place.city for place in found.places] == ["Paris", "Berlin", "Austin"]
    found = read_localities("Remote, UK; Remote, Canada; Remote (United Kingdom)")
    assert (found.places, found.scope) == ((), ("GB", "CA"))


@pytest.mark.parametrize(
    ("text", "mode", "read"),
    [
        ("Germany", "remote", "[remote] DE"),
        ("Worldwide", "remote", "[remote] worldwide"),
        ("Europe, Israel", "remote", "[remote] Europe,IL"),
        ("San Francisco", "remote", "US/California/San Francisco [remote]"),
        ("Berlin", "hybrid", "DE/Berlin/Berlin [hybrid]"),
        ("Remote - US; Berlin", "onsite", "DE/Berlin/Berlin [remote] US"),
        ("", "remote", "[remote]"),
    ],
)
def test_what_the_posting_says_elsewhere_counts(text: str, mode: WorkMode, read: str) -> None:
    assert _short(read_localities(text, work_mode=mode)) == read


def test_every_greater_city_is_found_where_it_is() -> None:
    """Each of 12,400 cities of 50,000 and more, written with its region and country, is read as itself."""
    wrong = []
    for city, _ in most_populous(50):
        place = city_locality(city)
        text = ", ".join(part for part in (city.name, place.region, name_of(city.country)) if part)
        read = read_localities(text).places
        if len(read) != 1 or (read[0].country, read[0].region) != (place.country, place.region):
            wrong.append((text, read))
    # A city whose own name has a comma and another city behind it.
    assert [text for text, _ in wrong] == ["Mianzhu, Deyang, Sichuan, China"]


# --- names and the picker ---------------------------------------------------------------------------------


def test_names_localities_and_their_part_of_the_world() -> None:
    assert name_of("DE") == "Germany"
    assert name_of("??") == "??"
    assert locality_name(Locality("DE", "Bavaria", "Munich")) == "Munich, Bavaria, Germany"
    assert locality_name(Locality("DE", "Berlin", "Berlin")) == "Berlin, Germany"
    assert locality_name(Locality("US", "New York")) == "New York (region), United States"
    assert locality_name(Locality()) == ""
    worlds = {
        "US": "us",
        "CA": "canada",
        "MX": "latin america",
        "GB": "europe",
        "IN": "asia",
        "IL": "middle east",
    }
    worlds |= {"AU": "oceania", "NG": "africa", "EU": "europe", "Latin America": "latin america"}
    worlds |= {"worldwide": "worldwide"}
    assert {where: region_of_world(where) for where in worlds} == worlds
    assert region_of_world("EMEA") is None
    assert region_of_world("no such place") is None
    assert region_of_world(Locality("FR", None, "Paris")) == "europe"
    assert region_of_world(Locality(None, None, "Cambridge")) is None


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ger", "Germany"),
        ("us", "United States"),
        ("calif", "California, United States"),
        ("bavar", "Bavaria, Germany"),
        ("Köln", "Cologne, North Rhine-Westphalia, Germany"),
        ("münche", "Munich, Bavaria, Germany"),
        ("san f", "San Francisco, California, United States"),
        ("nyc", "New York, United States"),
        ("portl, or", "Portland, Oregon, United States"),
        ("cambridge, mass", "Cambridge, Massachusetts, United States"),
        ("london, ca", "London, Ontario, Canada"),
        ("東", "Tokyo, Japan"),
    ],
)
def test_the_picker_shows_the_likeliest_first(words: str, first: str) -> None:
    assert locality_name(places_like(words, 5)[0]) == first


def test_the_picker_keeps_to_its_limit() -> None:
    assert len(places_like("a", 7)) == 7
    assert len(set(places_like("san", 50))) == 50
    assert places_like("", 5) == places_like("  ,us", 5) == places_like("berlin", 0) == ()
    assert places_like("zzzzzz", 5) == places_like("x" * 100_000, 5) == ()
    assert Locality("GB", "England") not in places_like("cambridge", 50)


# --- whatever comes ---------------------------------------------------------------------------------------

_HOSTILE = [
    "(", "remote ", "a, ", "/ ", " ", "x", "New York; ", "Remote (US) or ", "\x1b[31m", "1 St ", "é", "-", "greater ",
    "and ", "(a) ", "\U0001f600", "\n", "A, B, ", ", CA ", "Berlin, ", "US-CA-", "area ", "\x00", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("unit", _HOSTILE)
def test_hundred_kilobytes_are_read_at_once(unit: str) -> None:
    read_localities("Berlin")
    began = time.process_time()
    found = read_localities(unit * (100_000 // len(unit)))
    assert time.process_time() - began < 0.5
    assert len(found.places) <= 64
    assert len(found.scope) <= 64


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from([*_HOSTILE, "Remote", "US", "Paris"])).map("".join)
    )
)
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = read_localities(text)
    assert found.remote in {None, "remote", "hybrid", "onsite"}
    assert len(set(found.places)) == len(found.places)
    assert found.remote == "remote" or not found.scope
    assert all(place.country or place.region or place.city for place in found.places)
    assert read_localities.__wrapped__(text) == found
