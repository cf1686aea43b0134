"""The grammar of typed times: the patterns in the order they are tried, and what each of them keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

from jobcopilot.interviews import dates_words as words
from jobcopilot.interviews.dates_parts import CalendarDay, Clock, DayAhead, Said
from jobcopilot.interviews.dates_words import any_of
from jobcopilot.interviews.dates_zones import offset_meant

Match: TypeAlias = "re.Match[str]"
Rule: TypeAlias = tuple["re.Pattern[str]", Callable[[Said, Match], None]]


def _nothing(said: Said, found: Match) -> None:
    """Take a word that says nothing by itself."""


def _iso(said: Said, found: Match) -> None:
    joint, offset = found["joint"], found["offset"] or ""
    if joint != "t" and offset.startswith("-") and found["second"] is None:
        _range(said, found)
    said.put_day(CalendarDay(int(found["day"]), int(found["month"]), int(found["year"])))
    _put_clock(said, found)
    if offset:
        _offset(said, "UTC+0" if offset == "z" else offset)


def _offset(said: Said, word: str) -> None:
    meant = offset_meant(word)
    if meant is None:
        raise said.refuse(f"{word} is no offset from UTC.", "Offsets go from -12:00 to +14:00.")
    if meant.name:
        said.put_zone((meant,), word.upper())
    elif meant.offset is not None:
        said.put_offset(meant.offset, word.upper())


def _offset_word(said: Said, found: Match) -> None:
    _offset(said, found[0].strip())


def _range(said: Said, found: Match) -> None:
    raise said.refuse(
        "it is a range.",
        'Give the start here ("Thu 9:30") and the length in its own field; an offset is written "UTC-5".',
    )


def _unclear_dash(said: Said, found: Match) -> None:
    raise said.refuse(
        f"{found[0]} may be a range of hours or a day.", 'Write "9:00" with the length apart, or "9 Oct".'
    )


def _year_first(said: Said, found: Match) -> None:
    said.put_day(CalendarDay(int(found["day"]), int(found["month"]), int(found["year"])))


def _two_ways(said: Said, found: Match) -> None:
    first, second = int(found["first"]), int(found["second"])
    year = _year(found["year"])
    if found["mark"] == ".":
        said.put_day(CalendarDay(first, second, year))
        return
    ways = [CalendarDay(first, second, year), CalendarDay(second, first, year)]
    possible = list(dict.fromkeys(way for way in ways if way.month is not None and 1 <= way.month <= 12))
    said.put_day(*(possible or ways[:1]))


def _year(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _day_and_month(said: Said, found: Match) -> None:
    said.put_day(
        CalendarDay(int(found["day"]), words.MONTHS[found["month"]], _year(found["year"] or found["short"]))
    )


def _month_alone(said: Said, found: Match) -> None:
    name = words.MONTH_NAMES[words.MONTHS[found["month"]] - 1]
    tuesday = ', or "mardi" for Tuesday' if found["month"] == "mar" else ""
    raise said.refuse(f"which day of {name}?", f'Write it like "1 {name} 10:00"{tuesday}.')


def _ordinal(said: Said, found: Match) -> None:
    said.put_day(CalendarDay(int(found["day"])))


def _clock_time(said: Said, found: Match) -> None:
    _put_clock(said, found, (found["half"] or "").replace(".", "").replace(" ", ""))


def _put_clock(said: Said, found: Match, half: str = "") -> None:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half == "am" and hour > 12 and found.end() < len(found.string):
        half = ""  # "um 15:00 am Dienstag": the German word.
    note = ""
    if half:
        if not 1 <= hour <= 12:
            raise said.refuse(f"{found[0].strip()} is no time.", 'Write "15:00" or "3pm".')
        if hour == 12:
            note = "12am is the start of the day" if half == "am" else "12pm is noon"
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and not minute and not second:
        said.put_clock(Clock(0, next_day=True, note="24:00 is the end of the day"))
        return
    certain = bool(half) or _is_certain(found["hour"])
    fraction = int((found["fraction"] or "").ljust(6, "0")[:6])
    said.put_clock(Clock(hour, minute, second, fraction, certain, half_said=bool(half), note=note))


def _german_clock(said: Said, found: Match) -> None:
    """Take "um 3 am Dienstag", where "am" is no half of the day."""
    _put_clock(said, found)


def _bare_hour(said: Said, found: Match) -> None:
    hour = int(found["hour"])
    if hour > 23:
        raise said.refuse(
            f"{hour} is no hour.", 'A day is written with its month ("24 Nov"), a time like "14:30".'
        )
    if any(isinstance(day, CalendarDay) for day in said.days) and not found["at"]:
        raise said.refuse(
            f"what is {found['hour']}?", f'Write a time as "{hour}:00", and a year with four digits.'
        )
    certain = _is_certain(found["hour"])
    note = f"{hour} is {hour:02}:00{', in the morning' if hour < 12 else ''}" if certain else ""
    said.put_clock(Clock(hour, certain=certain, bare=not found["at"], note=note))


def _dotted(said: Said, found: Match) -> None:
    said.dotted.append(found[0])


def settle_dotted(said: Said) -> None:
    """Decide what 14.30 or 1.12 is from what else was said; refuse what could be either."""
    pairs = [tuple(pair.split(".")) for pair in said.dotted]
    day_wanted, clock_wanted = not said.days, said.clock is None and said.seconds_ahead is None
    ways = []
    for roles in {1: ("d", "c"), 2: ("dc", "cd")}.get(len(pairs), ()):
        wanted = ("d" not in roles or day_wanted) and ("c" not in roles or clock_wanted)
        if wanted and all(_can_be(role, *pair) for role, pair in zip(roles, pairs, strict=True)):
            ways.append(roles)
    if pairs and not ways:
        raise said.refuse(f"{said.dotted[0]} is neither a time nor a day here.")
    if len(ways) > 1:
        first, second = pairs[0]
        raise said.refuse(
            f"{said.dotted[0]} may be a time or a day.",
            f'Write "{first}:{second}" or "{first}.{second}. 10:00".',
        )
    for role, (first, second) in zip("".join(ways), pairs, strict=True):
        if role == "d":
            said.put_day(CalendarDay(int(first), int(second)))
        else:
            said.put_clock(Clock(int(first), int(second), certain=_is_certain(first)))


def _can_be(role: str, first: str, second: str) -> bool:
    if role == "d":
        return 1 <= int(first) <= 31 and 1 <= int(second) <= 12
    return len(second) == 2 and int(first) <= 23 and int(second) <= 59


def _is_certain(hour: str) -> bool:
    """Tell whether an hour without am or pm is on the 24-hour clock; "3" and "3:30" may be in the afternoon."""
    return len(hour) == 2 or not 1 <= int(hour) <= 6


def _noon(said: Said, found: Match) -> None:
    said.put_clock(Clock(12))


def _midnight(said: Said, found: Match) -> None:
    said.put_clock(Clock(0))
    said.midnight = True


def _day_word(said: Said, found: Match) -> None:
    said.put_day(DayAhead(words.DAY_WORDS[_spaced(found["word"])]))


def _morgen(said: Said, found: Match) -> None:
    if said.has_day:
        said.put_part("morning")
    else:
        said.put_day(DayAhead(1))


def _part(said: Said, found: Match) -> None:
    said.put_part(words.DAY_PARTS[_spaced(found["word"])])


def _this_part(said: Said, found: Match) -> None:
    said.put_day(DayAhead())
    said.put_part(words.THIS_DAY_PARTS[_spaced(found["word"])])


def _weekday(said: Said, found: Match) -> None:
    if said.weekday is not None:
        raise said.refuse("it names two days of the week.")
    said.weekday = words.WEEKDAYS[found["weekday"]]
    if found["next"] or found["after"]:
        said.which_weekday = "next"
    elif found["coming"]:
        said.which_weekday = "coming"


def _next_week(said: Said, found: Match) -> None:
    said.week = "next week"


def _this_week(said: Said, found: Match) -> None:
    said.week = "this week"


def _ahead(said: Said, found: Match) -> None:
    """Take "in 3 days", "in 1 h 30 min", "in half an hour"."""
    days = months = minutes = 0
    for count, unit in _SPAN_PART.findall(found["span"]):
        number = int(count) if count.isdigit() else words.COUNTS.get(count, 0)
        if unit in words.DAY_UNITS or unit in words.WEEK_UNITS:
            days += number * (words.DAY_UNITS | words.WEEK_UNITS)[unit]
        elif unit in words.MONTH_UNITS:
            months += number
        elif not count or _spaced(count) in _HALVES:
            minutes += 30
        else:
            minutes += number * (words.MINUTE_UNITS | words.HOUR_UNITS)[unit]
    trailing = re.search(r"h(\d\d)$", found["span"])
    minutes += int(trailing[1]) if trailing else 0
    if minutes and (days or months):
        raise said.refuse("it counts both days and hours.", 'Write "in 3 days 10:00" or "in 45 min".')
    if not minutes:
        said.put_day(DayAhead(days, months))
        return
    if said.has_day or said.clock is not None or said.seconds_ahead is not None:
        raise said.refuse("it names two times.")
    said.seconds_ahead = minutes * 60


def _count_alone(said: Said, found: Match) -> None:
    raise said.refuse(f"{found['count']} what?", 'Write "in 3 days 10:00" or "in 45 min".')


def _spaced(word: str) -> str:
    return re.sub(r"\s+", " ", word)


_HALVES: Final = ("half an", "einer halben", "une demi")
_UNITS: Final = any_of(
    [*words.MINUTE_UNITS, *words.HOUR_UNITS, *words.DAY_UNITS, *words.WEEK_UNITS, *words.MONTH_UNITS]
)
_COUNT: Final = rf"(?:\d{{1,4}}|{any_of(_HALVES)}|{any_of(words.COUNTS)}(?=[\s-]))"
_SPAN_PART: Final = re.compile(rf"({_COUNT})[\s-]*({_UNITS})(?!\w(?<!\d))")


@cache
def rules() -> tuple[Rule, ...]:
    """Return the patterns in the order they are tried, with what each keeps."""
    month = rf"(?P<month>{any_of(words.MONTHS)})\b\.?"
    year = r"(?:[\s,-]+(?P<year>\d{4})(?![\d:])|\s*'(?P<short>\d\d)(?!\d))?"
    ordinal = r"(?:st|nd|rd|th|er|e|te[rnm]?|\.)"
    half = r"(?:[ap]\.?\s?m\b\.?)"
    time = rf"\d{{1,2}}(?:[:.h]\d\d)?\s*(?:{half}|uhr|h)?"
    marked = rf"\d{{1,2}}(?:[:.h]\d\d|\s*(?:{half}|uhr|h))"
    span = rf"{_COUNT}[\s-]*{_UNITS}(?:(?:\s|and|und|et)*{_COUNT}\s*{_UNITS})*(?:(?<=\dh)\d\d)?"

    def whole(pattern: str) -> str:
        return rf"(?:{pattern})(?!\w)"

    table: tuple[tuple[str, Callable[[Said, Match], None]], ...] = (
        (r"[\s,;()\[\]|·]+|[-–—](?=\s)", _nothing),
        (
            (
                r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<joint>t|\s+)(?P<hour>\d\d):(?P<minute>\d\d)"
                r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?\s?(?P<offset>z|[+-]\d\d(?::?\d\d)?)?(?![\w:])"
            ),
            _iso,
        ),
        (
            (
                r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<joint>t)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
                r"(?P<fraction>)(?P<offset>z)?(?!\w)"
            ),
            _iso,
        ),
        # After a time with seconds, as in the header of a mail, the last can be no range.
        (r"(?<=:\d\d:\d\d\s)-\d{4}(?!\w)", _offset_word),
        (r"(?:utc|gmt)\s?[+-]\d{1,2}(?::?\d\d)?(?!\d)|(?<=[\d\sm])\+\d{1,2}(?::?\d\d)?(?!\d)", _offset_word),
        (r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)t?", _year_first),
        (
            r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)(?![\w:])",
            _two_ways,
        ),
        (r"(?P<first>\d{1,2})(?P<mark>/)(?P<second>\d{1,2})(?P<year>)(?![\w/:])", _two_ways),
        (r"(?P<first>\d{1,2})(?P<mark>\.)\s?(?P<second>\d{1,2})\.(?P<year>)(?!\w)", _two_ways),
        (
            rf"{time}\s*(?:-|–|—|\bto\b|\btill\b|\buntil\b|\bbis\b|\band\b|\bund\b|\bet\b)\s*(?:a\s+)?{marked}",
            _range,
        ),
        (
            r"um\s+(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?P<second>)(?P<fraction>)(?=\s+am\s)",
            _german_clock,
        ),
        (
            rf"(?:(?:the|am|le|den)\s+)?(?P<day>\d{{1,2}}){ordinal}?[\s-]*(?:of\s+|de\s+)?{month}(?!\s*\d{{1,2}}{ordinal}(?!\s*uhr)){year}",
            _day_and_month,
        ),
        (r"\d{1,2}\s*[-–]\s*\d{1,2}(?!\w)", _unclear_dash),
        (
            rf"{month}[\s-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.]\d|\s*{half}|\s*uhr|\s?h\b|\d|\w){year}",
            _day_and_month,
        ),
        (
            (
                rf"(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d\d))(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?"
                rf"\s*(?:(?P<half>{half})|uhr\b|h\b)"
            ),
            _clock_time,
        ),
        (
            (
                r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d\d))(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?(?P<half>)"
                r"(?![\d:.]|[^\W\dz])"
            ),
            _clock_time,
        ),
        (
            (
                rf"(?P<hour>\d{{1,2}})\s*(?:uhr|h)\s*(?P<minute>\d\d)(?P<second>)(?P<fraction>)(?P<half>)"
                rf"(?![\w:./]|[\s-]+(?:{month}|de\s))"
            ),
            _clock_time,
        ),
        (
            rf"(?P<hour>\d{{1,2}})(?P<minute>)(?P<second>)(?P<fraction>)\s*(?:(?P<half>{half})|uhr\b|h\b|o'?\s?clock\b)",
            _clock_time,
        ),
        (r"(?P<first>\d{1,2})\.(?P<second>\d{1,2})(?![\w:.])", _dotted),
        (rf"(?:the\s+|am\s+|le\s+|den\s+)?(?P<day>\d{{1,2}})(?:{ordinal})(?!\w)", _ordinal),
        (whole(rf"(?:in|dans)\s+(?P<span>{span})"), _ahead),
        (whole(rf"(?P<span>{span})\s+from\s+(?:now|today)"), _ahead),
        (r"(?:in|dans)\s+(?P<count>\d+(?:[.,]\d+)?)(?!\w)", _count_alone),
        (whole(any_of(words.NEXT_WEEK)), _next_week),
        (whole(any_of(words.THIS_WEEK)), _this_week),
        (whole(rf"(?P<word>{any_of(words.THIS_DAY_PARTS)})"), _this_part),
        (whole(rf"(?P<word>{any_of(words.DAY_WORDS)})"), _day_word),
        (whole("morgen"), _morgen),
        (
            whole(
                rf"(?:(?P<next>{any_of(words.NEXT)})\s+|(?P<coming>{any_of(words.COMING)})\s+)?"
                rf"(?P<weekday>{any_of(words.WEEKDAYS)})\b\.?(?P<after>\s+{any_of(words.AFTER_NEXT)})?"
            ),
            _weekday,
        ),
        (whole(rf"(?:in\s+(?:the\s+|der\s+)|am\s+)?(?P<word>{any_of(words.DAY_PARTS)})"), _part),
        (whole(any_of(words.NOON)), _noon),
        (whole(any_of(words.MIDNIGHT)), _midnight),
        (whole(month), _month_alone),
        (
            rf"(?P<at>at|um|@|a)\s*(?P<hour>\d{{1,2}})(?![\w:./'’]|\s*(?:{half}|uhr|h\b|o'?\s?clock))",
            _bare_hour,
        ),
        (r"(?P<at>)(?P<hour>\d{1,2})(?![\w:./])", _bare_hour),
        (whole(any_of(words.FILLERS)) + r"|@|(?:de\s+)?l'|in(?=\s+[a-z])", _nothing),
    )
    return tuple((re.compile(pattern, re.ASCII), keep) for pattern, keep in table)
