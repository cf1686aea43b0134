"""The words for days, months, times and spans in English, German and French, as the reader of dates looks them up.

All are folded: small and without accents ("März" is `marz`, "Übermorgen" is `ubermorgen`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from jobcopilot.errors import UsageError


class NotUnderstood(UsageError):
    """A text that is no time, or one that does not exist; says which part, and how it could be written."""


EXAMPLES: Final = 'Write it like "tomorrow 3pm", "Tue 14:30" or "2026-12-01 10:00 Europe/Berlin".'


def fold(text: str) -> tuple[str, list[int]]:
    """Return text small and without accents, and for each of its letters the place in `text` that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFD", character.casefold()):
            if not unicodedata.combining(letter):
                letters.append("'" if letter in "’ʼ`´" else letter)
                places.append(place)
    return "".join(letters), places


def _numbered(first: int, *names: str) -> dict[str, int]:
    return {name: number for number, line in enumerate(names, first) for name in line.split()}


MONTHS: Final = _numbered(
    1,
    "january januar janner janvier jan janv",
    "february februar fevrier feb febr fev fevr",
    "march marz maerz mars mar mrz",
    "april avril apr avr",
    "may mai",
    "june juni juin jun",
    "july juli juillet jul juil",
    "august aout aug",
    "september septembre sept sep",
    "october oktober octobre oct okt",
    "november novembre nov",
    "december dezember decembre dec dez",
)
"""`mar` is March; Tuesday in French is `mardi`, so that no month is taken for a day."""
WEEKDAYS: Final = _numbered(
    0,
    "monday mon montag mo lundi lun",
    "tuesday tues tue tu dienstag di mardi",
    "wednesday wed weds we mittwoch mi mercredi mer",
    "thursday thurs thur thu th donnerstag do jeudi jeu",
    "friday fri fr freitag vendredi ven",
    "saturday sat samstag sonnabend sa samedi sam",
    "sunday sun sonntag so dimanche dim",
)
DAY_WORDS: Final = {
    "today": 0,
    "heute": 0,
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "demain": 1,
    "overmorrow": 2,
    "day after tomorrow": 2,
    "ubermorgen": 2,
    "uebermorgen": 2,
    "apres-demain": 2,
    "apres demain": 2,
    "yesterday": -1,
    "gestern": -1,
    "hier": -1,
}
"""Days from today. `morgen` is missing: after a day it is the morning of that day, else tomorrow."""
DAY_PARTS: Final = {
    "morning": "morning",
    "vormittag": "morning",
    "vormittags": "morning",
    "fruh": "morning",
    "morgens": "morning",
    "matin": "morning",
    "afternoon": "afternoon",
    "nachmittag": "afternoon",
    "nachmittags": "afternoon",
    "apres-midi": "afternoon",
    "apres midi": "afternoon",
    "evening": "evening",
    "abend": "evening",
    "abends": "evening",
    "soir": "evening",
}
THIS_DAY_PARTS: Final = {
    "this morning": "morning",
    "ce matin": "morning",
    "this afternoon": "afternoon",
    "cet apres-midi": "afternoon",
    "this evening": "evening",
    "tonight": "evening",
    "ce soir": "evening",
}
"""Today, and which part of it."""
NOON: Final = ("noon", "midday", "mittag", "mittags", "midi")
MIDNIGHT: Final = ("midnight", "mitternacht", "minuit")
COUNTS: Final = _numbered(
    1,
    "a an one ein eine einem einer einen un une",
    "two zwei deux",
    "three drei trois",
    "four vier quatre",
    "five funf fuenf cinq",
    "six sechs",
    "seven sieben sept",
    "eight acht huit",
    "nine neun neuf",
    "ten zehn dix",
)
MINUTE_UNITS: Final = dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "mn"), 1)
HOUR_UNITS: Final = dict.fromkeys(
    ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures"), 60
)
DAY_UNITS: Final = dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen", "jour", "jours"), 1)
WEEK_UNITS: Final = dict.fromkeys(
    ("w", "wk", "wks", "week", "weeks", "woche", "wochen", "semaine", "semaines"), 7
)
MONTH_UNITS: Final = dict.fromkeys(("month", "months", "monat", "monate", "monaten", "mois"), 1)
NEXT: Final = ("next", "nachster", "nachste", "nachsten", "nachstes", "nachstem")
COMING: Final = (
    *("this", "coming", "this coming", "kommender", "kommende", "kommenden", "kommendes", "ce"),
    *("dieser", "diese", "diesen", "dieses", "diesem"),
)
AFTER_NEXT: Final = ("prochain", "prochaine")
NEXT_WEEK: Final = (
    *("next week", "nachste woche", "nachster woche", "kommende woche", "kommender woche"),
    *("de la semaine prochaine", "la semaine prochaine", "semaine prochaine"),
)
THIS_WEEK: Final = ("this week", "diese woche", "dieser woche", "de cette semaine", "cette semaine")
FILLERS: Final = (
    *(
        "at",
        "on",
        "um",
        "am",
        "a",
        "le",
        "the",
        "den",
        "der",
        "dem",
        "of",
        "de",
        "du",
        "l'",
        "de l'",
        "from",
        "von",
    ),
    *(
        "between",
        "zwischen",
        "entre",
        "starting",
        "ab",
        "@",
        "uhr",
        "time",
        "zeit",
        "heure",
        "local",
        "ortszeit",
    ),
)
"""Words that say nothing by themselves."""

WEEKDAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest first."""
    import re

    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"
