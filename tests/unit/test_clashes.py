"""Clashes: exactly those of a check of all pairs, on calendars agreed in several zones while clocks change."""

# ruff: noqa: DTZ001  # wall times are what these tests are about
from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.interviews.clashes import Clash, ClashRules, Span, against, find, said
from jobcopilot.interviews.views import FORMATS, RoundFormat
from tests.effort import examples

RULES = ClashRules()
BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 29), datetime(2026, 10, 25)),
    "America/New_York": (datetime(2026, 3, 8), datetime(2026, 11, 1)),
    "Australia/Lord_Howe": (datetime(2026, 4, 5), datetime(2026, 10, 4)),
    "Asia/Kolkata": (),
    "UTC": (),
}
EVENINGS_BEFORE = sorted({day for days in CHANGES.values() for day in days})
PLACES = ("", "  ", "Hauptstr. 1, Berlin", "HAUPTSTR. 1,   berlin ", "Straße 5", "STRASSE 5", "Elsewhere")


def _at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def _span(number: int, starts: datetime, minutes: int, form: RoundFormat = "video", place: str = "") -> Span:
    return Span(number, starts, starts.astimezone(UTC) + timedelta(minutes=minutes), form, place)


@st.composite
def calendars(draw: st.DrawFn, most: int = 14) -> list[Span]:
    """Rounds at local wall times of several zones within two days around a change of one of their clocks."""
    change = draw(st.sampled_from(EVENINGS_BEFORE))
    spans = []
    for number in range(draw(st.integers(0, most))):
        wall = change + timedelta(minutes=5 * draw(st.integers(-12 * 12, 24 * 12)))
        zone = ZoneInfo(draw(st.sampled_from(sorted(CHANGES))))
        starts = wall.replace(tzinfo=zone, fold=draw(st.integers(0, 1)))
        minutes = draw(st.sampled_from((5, 15, 30, 45, 60, 90, 240, 24 * 60)))
        ends = starts.astimezone(UTC) + timedelta(minutes=minutes, seconds=draw(st.sampled_from((0, 0, 30))))
        form = draw(st.sampled_from(FORMATS))
        spans.append(Span(number, starts, ends.astimezone(zone), form, draw(st.sampled_from(PLACES))))
    return draw(st.permutations(spans))


def _needed(one: Span, other: Span, rules: ClashRules) -> int:
    places = [" ".join(span.place.casefold().split()) for span in (one, other)]
    on_site = [span.format == "onsite" for span in (one, other)]
    if all(on_site) and places[0] == places[1] != "":
        return rules.buffer_minutes
    return rules.buffer_minutes + sum(on_site) * rules.travel_minutes


def _all_pairs(spans: list[Span], rules: ClashRules) -> tuple[Clash, ...]:
    """The rule written down again, in whole seconds since 1970, for every pair."""

    def seconds(at: datetime) -> int:
        return int(at.timestamp())

    def order(span: Span) -> tuple[int, int, int]:
        return seconds(span.starts_at), seconds(span.ends_at), span.id

    clashes = []
    for first, second in combinations(sorted(spans, key=order), 2):
        if "take_home" in (first.format, second.format):
            continue
        gap = seconds(second.starts_at) - seconds(first.ends_at)
        needed = _needed(first, second, rules)
        if gap < 0:
            shorter = min(-gap, seconds(second.ends_at) - seconds(second.starts_at))
            clashes.append(Clash(first.id, second.id, "overlap", ceil(shorter / 60)))
        elif gap < needed * 60:
            travel = needed > rules.buffer_minutes
            clashes.append(
                Clash(first.id, second.id, "too_close", ceil((needed * 60 - gap) / 60), needed, travel)
            )
    return tuple(clashes)


@given(calendars(), st.sampled_from((0, 15, 60)), st.sampled_from((0, 45, 300)))
@settings(max_examples=examples(400), deadline=None)
def test_exactly_the_clashes_of_all_pairs(spans: list[Span], buffer: int, travel: int) -> None:
    rules = ClashRules(buffer, travel)
    assert find(spans, rules) == _all_pairs(spans, rules)


@given(calendars(), st.sampled_from((0, 15)), st.sampled_from((0, 45, 300)))
@settings(max_examples=examples(150), deadline=None)
def test_one_span_clashes_with_what_it_clashes_with_among_all(
    spans: list[Span], buffer: int, travel: int
) -> None:
    rules = ClashRules(buffer, travel)
    every = _all_pairs(spans, rules)
    for span in spans:
        mine = against(span, spans, rules)
        assert set(mine) == {clash for clash in every if span.id in (clash.first_id, clash.second_id)}
        assert len(mine) == len(set(mine))


def test_random_calendars_hold_clashes_of_both_kinds_and_pairs_without() -> None:
    chance = random.Random(7)
    kinds = set()
    for change in EVENINGS_BEFORE:
        spans = [
            _span(
                number,
                (change + timedelta(minutes=5 * chance.randrange(400))).replace(
                    tzinfo=ZoneInfo(chance.choice(sorted(CHANGES)))
                ),
                chance.choice((15, 60, 600)),
                chance.choice(FORMATS),
                chance.choice(PLACES),
            )
            for number in range(60)
        ]
        found = find(spans, RULES)
        assert found == _all_pairs(spans, RULES)
        assert len(found) < 60 * 59 / 2
        kinds |= {clash.kind for clash in found}
    assert kinds == {"overlap", "too_close"}


def test_a_long_round_is_not_hidden_behind_a_short_one() -> None:
    spans = [_span(1, _at(9), 8 * 60), _span(2, _at(10), 30), _span(3, _at(16), 60)]
    assert find(spans, RULES) == (
        Clash(1, 2, "overlap", 30),
        Clash(1, 3, "overlap", 60),
    )


def test_the_needed_gap_is_enough_and_a_minute_less_is_not() -> None:
    video = _span(1, _at(9), 60)
    assert find([video, _span(2, _at(10, 15), 60)], RULES) == ()
    assert find([video, _span(2, _at(10, 14), 60)], RULES) == (Clash(1, 2, "too_close", 1, 15),)
    assert find([video, _span(2, _at(11), 60, "onsite", "A")], RULES) == ()
    assert find([video, _span(2, _at(10, 59), 60, "onsite", "A")], RULES) == (
        Clash(1, 2, "too_close", 1, 60, travel=True),
    )


@pytest.mark.parametrize(
    ("first", "second", "needed"),
    [
        ("Straße 5", " STRASSE  5 ", 15),
        ("A", "B", 105),
        ("", "", 105),
        ("A", "", 105),
    ],
)
def test_two_rounds_on_site_need_two_journeys_unless_at_one_known_place(
    first: str, second: str, needed: int
) -> None:
    one = _span(1, _at(9), 60, "onsite", first)
    enough = _span(2, _at(10) + timedelta(minutes=needed), 60, "onsite", second)
    less = _span(2, _at(10) + timedelta(minutes=needed - 10), 60, "onsite", second)
    assert find([one, enough], RULES) == against(one, [enough], RULES) == ()
    assert find([one, less], RULES) == (Clash(1, 2, "too_close", 10, needed, travel=needed > 15),)


def test_a_task_to_take_home_is_in_nobodys_way() -> None:
    home = _span(1, _at(9), 3 * 24 * 60, "take_home")
    call = _span(2, _at(10), 60)
    assert find([home, call], RULES) == against(home, [call], RULES) == against(call, [home], RULES) == ()


def test_the_same_wall_times_on_the_night_the_clocks_go_back_do_not_overlap() -> None:
    # 02:30 comes twice in Berlin on 25 October 2026, an hour apart.
    early = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    late = early.replace(fold=1)
    assert find([_span(1, early, 45), _span(2, late, 45)], RULES) == ()
    assert find([_span(1, early, 50), _span(2, late, 45)], RULES) == (Clash(1, 2, "too_close", 5, 15),)


def test_the_round_that_is_moved_does_not_clash_with_where_it_was() -> None:
    others = [_span(1, _at(9), 60), _span(2, _at(10), 60)]
    assert against(_span(2, _at(9, 30), 60), others, RULES) == (Clash(1, 2, "overlap", 30),)


def test_words() -> None:
    on_site = _span(1, _at(9), 60, "onsite", "A")
    call = _span(2, _at(10, 10), 30)
    (close,) = find([on_site, call], RULES)
    assert said(close, 2, "Initech") == "only 10 min after Initech; 60 needed with travel"
    assert said(close, 1, "Acme") == "only 10 min before Acme; 60 needed with travel"
    (touching,) = find([on_site, _span(2, _at(10), 30, "onsite", "A")], RULES)
    assert said(touching, 2, "Initech") == "right after Initech; 15 needed"
    assert said(Clash(1, 2, "overlap", 15), 1, "Acme") == "overlaps Acme by 15 min"
    assert said(Clash(1, 2, "overlap", 195), 1, "Acme") == "overlaps Acme by 3 h 15 min"
    assert said(Clash(1, 2, "too_close", 60, 240, travel=True), 1, "B") == (
        "only 3 h before B; 4 h needed with travel"
    )


def test_no_round_no_clash() -> None:
    assert find([], RULES) == ()
    assert against(_span(1, _at(9), 60), [], RULES) == ()


def _seconds(spans: list[Span], rules: ClashRules) -> float:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        find(spans, rules)
        best = min(best, time.process_time() - begun)
    return best


def test_time_grows_with_the_calendar_not_with_its_pairs() -> None:
    # One place, far journeys: nearly every pair would clash anywhere else, and none does here.
    def crowded(count: int) -> list[Span]:
        return [_span(n, _at(0) + timedelta(minutes=20 * n), 5, "onsite", "A") for n in range(count)]

    rules = ClashRules(15, 24 * 60)
    assert find(crowded(500), rules) == ()
    small, large = _seconds(crowded(500), rules), _seconds(crowded(4_000), rules)
    assert large < small * 8 * 3
