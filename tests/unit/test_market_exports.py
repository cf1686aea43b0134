"""Figures of the market as files: no formula reaches a spreadsheet, no markup a browser; and what axes say."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from io import StringIO
from xml.etree import ElementTree

import pytest

from jobcopilot.market.views import SAMPLE_BOARD, Employer, Origin, Query, SkillDemand, Skills
from jobcopilot.tui import market_words as words
from jobcopilot.tui.market_data import FIGURES, Asked, Figure, Reading
from jobcopilot.tui.market_pictures import picture_of
from jobcopilot.tui.market_tables import table_of
from tests.fakes.market_figures import TODAY, FakeMarket
from tests.hostile import HOSTILE

FORMULAS = ("=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")
MARKUP = "<script>alert(1)</script> & \"quoted\" 'too' ]]>"


def reading(name: str, place_name: str = "") -> Reading:
    """Return figures whose names are all this one."""
    fake, query = FakeMarket(), Query("", "", date(2026, 8, 28))
    return Reading(
        Asked(place="DE" if place_name else "", place_name=place_name),
        TODAY,
        fake.level(query),
        fake.trend(query),
        Skills(9, 9, (SkillDemand(name, 9, 1.0),)),
        fake.gap(query),
        (Employer(name, 3, 1, 0),),
        fake.time_to_close(query),
        fake.reposts(query),
        fake.origins(query),
    )


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("figure", ["skills", "hiring"])
def test_no_formula_reaches_a_spreadsheet(figure: Figure, name: str) -> None:
    rows = list(csv.reader(StringIO(table_of(figure, reading(name)).as_csv())))
    assert rows[1][0][0] not in "=+-@\t\r"


@pytest.mark.parametrize("name", [MARKUP, *HOSTILE])
@pytest.mark.parametrize("figure", [figure for figure, _ in FIGURES])
def test_no_markup_reaches_a_browser(figure: Figure, name: str) -> None:
    root = ElementTree.fromstring(picture_of(figure, reading(name, place_name=name)))  # our own
    kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert kinds <= {"svg", "style", "rect", "text", "line", "polyline", "polygon", "circle"}
    assert not any(key.startswith("on") or key == "href" for node in root.iter() for key in node.attrib)


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ([90e3, 95e3, 100e3], ["€90k", "€95k", "€100k"]),
        ([95e3, 97.5e3, 100e3], ["€95.0k", "€97.5k", "€100.0k"]),
        ([], []),
    ],
)
def test_marks_of_an_axis_are_as_exact_as_they_are(amounts: list[float], said: list[str]) -> None:
    assert words.ticks(amounts, "EUR") == said


def test_samples_say_on_every_picture_that_they_are() -> None:
    shown = reading("SQL")
    assert "sample data" not in words.basis(shown)
    source = Origin("feed", f"greenhouse:{SAMPLE_BOARD}globex", 3)
    sampled = replace(shown, origins=replace(shown.origins, sources=(source, *shown.origins.sources)))
    assert words.basis(sampled).startswith("sample data, n = ")
    assert all("sample data" in picture_of(figure, sampled) for figure, _ in FIGURES)
