"""Text from outside is data: nothing of it steers a terminal, a sheet or the database."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.text import LINE_LIMIT, TEXT_LIMIT, clean_line, clean_text, decode, spreadsheet_cell
from tests.hostile import HOSTILE

STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_disarmed(raw: str) -> None:
    line, text = clean_line(raw), clean_text(raw)
    assert not STEERING.search(line)
    assert not STEERING.search(text)
    assert "\n" not in line
    assert "\t" not in line
    line.encode("utf-8")
    assert len(line) <= LINE_LIMIT
    assert len(text) <= TEXT_LIMIT


def test_whole_escape_sequences_go_without_a_visible_rest() -> None:
    assert clean_line(HOSTILE["colour escape"]) == "red"
    assert clean_line(HOSTILE["title escape"]) == "title"
    assert clean_line(HOSTILE["clipboard escape"]) == "clip"


def test_what_people_write_stays() -> None:
    assert clean_line(HOSTILE["emoji"]) == HOSTILE["emoji"]
    assert clean_line(HOSTILE["wide"]) == HOSTILE["wide"]
    assert clean_line("[red]red[/red]") == "[red]red[/red]"
    assert clean_text("a\r\nb\n\n\n\nc  \nd") == "a\nb\n\nc\nd"


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    assert clean_line(clean_line(raw)) == clean_line(raw)
    assert clean_text(clean_text(raw)) == clean_text(raw)
    assert not STEERING.search(clean_text(raw))


def test_fifty_megabytes_are_cut() -> None:
    assert len(clean_text("word \x1b[31m" * 5_000_000)) <= TEXT_LIMIT


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_bytes_in_every_usual_encoding(encoding: str) -> None:
    text = "title,company\nIngénieur développeur à Montréal,Société Générale des Écoles\n" * 20
    assert decode(text.encode(encoding)) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_some_text(raw: bytes) -> None:
    assert isinstance(decode(raw), str)


@pytest.mark.parametrize(
    "name", ["formula equals", "formula plus", "formula minus", "formula at", "formula tab"]
)
def test_no_formula_reaches_a_spreadsheet(name: str) -> None:
    assert spreadsheet_cell(HOSTILE[name]).startswith("'")
    assert spreadsheet_cell("plain") == "plain"


@pytest.mark.parametrize(
    "raw", [" " * 400_000 + "x", "a \t" * 130_000 + "\n", "\n" * 400_000, "\x1b]" * 200_000]
)
def test_cleaning_costs_no_more_than_its_length(raw: str) -> None:
    begun = time.process_time()
    clean_text(raw)
    clean_line(raw)
    assert time.process_time() - begun < 2, "quadratic patterns take minutes here, linear ones milliseconds"


def test_old_encodings_are_told_by_what_stands_far_in() -> None:
    assert decode(b"a plain line\n" * 10_000 + "Ingénieur à Montréal, très motivé".encode("cp1252")).endswith(
        "motivé"
    )
