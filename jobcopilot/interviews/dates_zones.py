"""Time zones as people name them: "Europe/Berlin", "berlin", "New York time", "CET", "UTC+2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates_words import fold

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class ZoneMeant:
    """One zone that a name can mean: `name` by IANA ("" for a bare offset), `offset` where the name fixes one."""

    name: str
    offset: timedelta | None = None


def _meant(*zones: tuple[str, float | None]) -> tuple[ZoneMeant, ...]:
    return tuple(ZoneMeant(name, None if hours is None else timedelta(hours=hours)) for name, hours in zones)


_BERLIN, _NEW_YORK, _CHICAGO = "Europe/Berlin", "America/New_York", "America/Chicago"
_DENVER, _LOS_ANGELES = "America/Denver", "America/Los_Angeles"
_ABBREVIATIONS: Final = {
    "utc": _meant(("UTC", None)),
    "gmt": _meant(("UTC", None)),
    "z": _meant(("UTC", None)),
    "zulu": _meant(("UTC", None)),
    "cet": _meant((_BERLIN, 1)),
    "mez": _meant((_BERLIN, 1)),
    "cest": _meant((_BERLIN, 2)),
    "mesz": _meant((_BERLIN, 2)),
    "wet": _meant(("Europe/Lisbon", 0)),
    "west": _meant(("Europe/Lisbon", 1)),
    "eet": _meant(("Europe/Athens", 2)),
    "eest": _meant(("Europe/Athens", 3)),
    "bst": _meant(("Europe/London", 1), ("Asia/Dhaka", 6)),
    "msk": _meant(("Europe/Moscow", 3)),
    "trt": _meant(("Europe/Istanbul", 3)),
    "et": _meant((_NEW_YORK, None)),
    "eastern": _meant((_NEW_YORK, None)),
    "est": _meant((_NEW_YORK, -5)),
    "edt": _meant((_NEW_YORK, -4)),
    "ct": _meant((_CHICAGO, None)),
    "central": _meant((_CHICAGO, None), (_BERLIN, None)),
    "cst": _meant((_CHICAGO, -6), ("Asia/Shanghai", 8)),
    "cdt": _meant((_CHICAGO, -5)),
    "mt": _meant((_DENVER, None)),
    "mountain": _meant((_DENVER, None)),
    "mst": _meant((_DENVER, -7)),
    "mdt": _meant((_DENVER, -6)),
    "pt": _meant((_LOS_ANGELES, None)),
    "pacific": _meant((_LOS_ANGELES, None)),
    "pst": _meant((_LOS_ANGELES, -8)),
    "pdt": _meant((_LOS_ANGELES, -7)),
    "hst": _meant(("Pacific/Honolulu", -10)),
    "akst": _meant(("America/Anchorage", -9)),
    "akdt": _meant(("America/Anchorage", -8)),
    "ast": _meant(("America/Halifax", -4), ("Asia/Riyadh", 3)),
    "brt": _meant(("America/Sao_Paulo", -3)),
    "ist": _meant(("Asia/Kolkata", 5.5), ("Europe/Dublin", 1), ("Asia/Jerusalem", 2)),
    "pkt": _meant(("Asia/Karachi", 5)),
    "sgt": _meant(("Asia/Singapore", 8)),
    "hkt": _meant(("Asia/Hong_Kong", 8)),
    "jst": _meant(("Asia/Tokyo", 9)),
    "kst": _meant(("Asia/Seoul", 9)),
    "sast": _meant(("Africa/Johannesburg", 2)),
    "eat": _meant(("Africa/Nairobi", 3)),
    "wat": _meant(("Africa/Lagos", 1)),
    "awst": _meant(("Australia/Perth", 8)),
    "acst": _meant(("Australia/Adelaide", 9.5), ("Australia/Darwin", 9.5)),
    "aest": _meant(("Australia/Sydney", 10), ("Australia/Brisbane", 10)),
    "aedt": _meant(("Australia/Sydney", 11)),
    "nzst": _meant(("Pacific/Auckland", 12)),
    "nzdt": _meant(("Pacific/Auckland", 13)),
}
"""Abbreviations in use with the zones and hours from UTC that they stand for (RFC 5322 4.3, tz database, Wikipedia's
list of time zone abbreviations); where several are in common use, all of them."""
_CITIES_OF_ZONES: Final = {
    _BERLIN: "germany munich munchen hamburg cologne koln frankfurt stuttgart dusseldorf leipzig dresden nuremberg",
    "Europe/Paris": "france lyon marseille toulouse lille nantes bordeaux grenoble",
    "Europe/London": "uk england scotland wales manchester edinburgh oxford bristol leeds glasgow",
    "Europe/Zurich": "switzerland geneva geneve genf basel bern lausanne",
    "Europe/Vienna": "austria wien graz linz salzburg",
    "Europe/Amsterdam": "netherlands rotterdam utrecht eindhoven the_hague",
    "Europe/Brussels": "belgium bruxelles brussel antwerp ghent",
    "Europe/Rome": "italy milan milano turin roma",
    "Europe/Madrid": "barcelona seville bilbao",
    "Europe/Lisbon": "lisboa porto",
    "Europe/Copenhagen": "denmark aarhus",
    "Europe/Stockholm": "sweden gothenburg malmo",
    "Europe/Oslo": "norway bergen",
    "Europe/Helsinki": "finland espoo tampere",
    "Europe/Warsaw": "warszawa krakow cracow wroclaw gdansk poznan",
    "Europe/Prague": "praha brno czechia",
    "Europe/Bucharest": "romania cluj iasi timisoara",
    "Europe/Sofia": "bulgaria",
    "Europe/Athens": "greece",
    "Europe/Kyiv": "ukraine lviv",
    "Europe/Istanbul": "istanbul ankara",
    "Europe/Dublin": "ireland cork",
    _NEW_YORK: "nyc boston washington washington_dc dc philadelphia pittsburgh atlanta miami charlotte raleigh orlando",
    _CHICAGO: "austin dallas houston minneapolis new_orleans nashville st_louis kansas_city",
    _DENVER: "salt_lake_city boulder",
    _LOS_ANGELES: "la sf san_francisco seattle san_diego san_jose portland las_vegas palo_alto",
    "America/Toronto": "montreal ottawa quebec",
    "America/Vancouver": "victoria",
    "America/Edmonton": "calgary",
    "America/Sao_Paulo": "rio rio_de_janeiro",
    "America/Mexico_City": "guadalajara monterrey_mx",
    "Asia/Kolkata": "india bangalore bengaluru mumbai delhi new_delhi hyderabad chennai pune calcutta",
    "Asia/Shanghai": "china beijing shenzhen guangzhou hangzhou",
    "Asia/Tokyo": "osaka kyoto",
    "Asia/Seoul": "south_korea busan",
    "Asia/Jerusalem": "tel_aviv haifa",
    "Asia/Dubai": "uae abu_dhabi",
    "Africa/Johannesburg": "south_africa cape_town",
    "Africa/Lagos": "nigeria",
    "Africa/Nairobi": "kenya",
    "Australia/Sydney": "canberra",
}
"""Places that give no zone its name but are named where a time is agreed: by the tz database's rules for their land."""
_LANDS: Final = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905
)
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s?([+-])(\d{1,2})(?::?(\d\d))?")
_JOINTS: Final = re.compile(r"[\s_.]+")


@cache
def _zones_by_folded_name() -> dict[str, str]:
    """Return every name a zone goes by, folded: its whole IANA name, its last part, cities in it."""
    names = sorted(available_timezones() - {"Factory", "localtime", "posixrules"})
    # Where two zones end alike one is the other's older name; the longer one is today's.
    by_length = sorted(names, key=lambda name: name.count("/"))
    known = {
        _folded(name.rsplit("/", 1)[1]): name
        for name in by_length
        if name.split("/", 1)[0] in _LANDS and "/" in name
    }
    for zone, cities in _CITIES_OF_ZONES.items():
        known |= {_folded(city): zone for city in cities.split()}
    return known | {_folded(name): name for name in names}


def _folded(name: str) -> str:
    return _JOINTS.sub(" ", fold(name)[0]).strip()


def zones_meant(name: str) -> tuple[ZoneMeant, ...]:
    """Return every zone that a name can mean; empty for a name that nobody knows."""
    folded = _folded(name[:LONGEST_NAME])
    if folded in _ABBREVIATIONS:
        return _ABBREVIATIONS[folded]
    known = _zones_by_folded_name().get(folded)
    return (ZoneMeant(known),) if known is not None else ()


def offset_meant(text: str) -> ZoneMeant | None:
    """Return the offset that "UTC+2", "+05:30" or "-0800" says; None where it says none or one beyond 14 hours.

    "UTC+0" is UTC; "+00:00" alone names no zone, because London's clocks show it too.
    """
    folded = fold(text)[0]
    found = _OFFSET.fullmatch(folded)
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if size > timedelta(hours=14) or int(found[3] or 0) > 59:
        return None
    if not size and not folded.startswith(("+", "-")):
        return ZoneMeant("UTC")
    return ZoneMeant("", -size if found[1] == "-" else size)


def name_of(zone: tzinfo) -> str:
    """Return a zone's IANA name. Raises `UsageError` for a zone that has none, such as a bare offset."""
    key = getattr(zone, "key", None)
    if isinstance(key, str):
        try:
            return ZoneInfo(key).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            # tzlocal calls a zone read from a file without a name "local".
            pass
    if zone.utcoffset(None) == timedelta(0):
        return "UTC"
    raise UsageError(
        "This machine's time zone has no name",
        str(zone),
        'Name the zone with the time, as in "tomorrow 10:00 Europe/Berlin".',
    )


def zone_named(name: str) -> ZoneInfo:
    """Return the zone that a person named by IANA name, city or abbreviation, whatever its case.

    Raises `UsageError` with near names for an unknown one, with the choices for one that means several, and for a
    bare offset, which names no place whose clocks could be followed.
    """
    from jobcopilot.text import clean_line

    shown = clean_line(name, LONGEST_NAME)
    found = zones_meant(shown)
    if len(found) == 1:
        return ZoneInfo(found[0].name)
    if found:
        choices = " or ".join(zone.name for zone in found)
        raise UsageError(f'"{shown}" is the name of several time zones', "", f"Say which: {choices}.")
    if offset_meant(shown) is not None:
        raise UsageError(
            f'"{shown}" is an offset, not a time zone',
            "It would stay behind when the clocks change.",
            'Name the place, as in "Europe/Berlin" or "New York".',
        )
    near = near_zones(shown)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else 'Name a city or an IANA zone, as in "Berlin" or "America/New_York".'
    )
    raise UsageError("There is no such time zone", f'"{shown}"', hint)


def near_zones(word: str) -> list[str]:
    """Return up to three zones whose names are nearest to a mistyped word."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extract

    known = _zones_by_folded_name()
    near = (
        extract(_folded(word), list(known), scorer=ratio, limit=6, score_cutoff=75) if len(word) > 3 else []
    )
    return list(dict.fromkeys(known[match[0]] for match in near))[:3]
