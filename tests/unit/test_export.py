"""Jobs written out, and brought in again."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.jobs.export import FIELDS, FORMATS, export_file, export_to, record_of
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.query import Query, parse_query
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reading.pay import stated_pay
from tests.fakes.board import DESCRIPTION, Board, make_board
from tests.hostile import HOSTILE

EVERYTHING: Query = parse_query("", today=date(2026, 11, 20))


@pytest.fixture
def board(tmp_path: Path) -> Board:
    board = make_board(tmp_path / "home")
    first = board.jobs.add(
        JobDraft(
            "Senior Data Engineer, “Growth”",
            "Müller & Söhne GmbH",
            place="München; Remote",
            work_mode="remote",
            description=f'{DESCRIPTION}\n\n* one\n* two, three; "four"',
            address="https://mueller.example/jobs/7?lang=de",
            source="feed:mueller",
            source_id="a102c558-c365-48cf-b1ae-766037509e5c",
            pay=stated_pay(80_000, 95_000, "EUR", "year", "€80–95k"),
            posted_on=date(2026, 11, 3),
            deadline=date(2026, 12, 1),
            notes="Call Ada.\n\nAsk for the team.",
            tags=("dream", "münchen"),
            favourite=True,
        )
    ).job_id
    board.jobs.change([first], {"status": "rejected", "applied": "2026-11-05", "rejection_reason": "no visa"})
    board.jobs.attach(first, "resume", b"cv", "cv.pdf")
    board.later(minutes=1)
    board.add("Nurse", "Clinic", place="Ghent")
    return board


def written(board: Board, form: str, query: str = "") -> str:
    out = io.StringIO()
    export_to(out, board.runtime.pages, parse_query(query, today=date(2026, 11, 20)), form)
    return out.getvalue()


def test_all_forms_have_all_fields(board: Board) -> None:
    table = list(csv.DictReader(io.StringIO(written(board, "csv"))))
    document = json.loads(written(board, "json"))
    lines = [json.loads(line) for line in written(board, "jsonl").splitlines()]
    assert document == {"total": 2, "jobs": lines}
    assert [tuple(row) for row in (table[0], lines[0])] == [FIELDS, FIELDS]
    assert [row["title"] for row in table] == ["Senior Data Engineer, “Growth”", "Nurse"]
    assert lines[0]["tags"] == ["dream", "münchen"]
    assert lines[0]["pay_yearly_max"] == 95_000
    assert lines[0]["documents"] == ["resume: cv.pdf"]
    assert lines[1]["pay_min"] is None
    assert table[1]["pay_min"] == ""
    assert lines[0]["applied"] == "2026-11-05T12:00:00+00:00"
    assert table[0]["favourite"] == "yes"
    assert table[0]["description"] == lines[0]["description"]


def test_only_what_a_query_finds_is_written(board: Board) -> None:
    assert json.loads(written(board, "json", "ghent"))["total"] == 1
    assert json.loads(written(board, "json", "nothinglikethis")) == {"jobs": [], "total": 0}
    assert written(board, "csv", "nothinglikethis").count("\n") == 1


def test_a_spreadsheet_runs_nothing(board: Board) -> None:
    board.jobs.change(
        [1, 2], {"notes": "=1+1", "place": "@SUM(1)", "rejection_reason": "-2+3", "tags": "+x, =y"[4:]}
    )
    for row in csv.DictReader(io.StringIO(written(board, "csv"))):
        for cell in row.values():
            assert cell.lstrip()[:1] not in ("=", "+", "-", "@")
        assert row["notes"] == "'=1+1"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_breaks_no_form(board: Board, text: str) -> None:
    board.intake.take_in(
        [JobDraft(f"E {text}", f"A {text}", place=text, description=text, notes=text, tags=(text,))],
        label="x",
    )
    document = json.loads(written(board, "json"))
    table = list(csv.DictReader(io.StringIO(written(board, "csv"), newline="")))
    assert len(table) == document["total"] == len(written(board, "jsonl").split("\n")) - 1 == 3
    for row in table:
        assert None not in row
        assert None not in row.values()
        for cell in row.values():
            assert cell.lstrip()[:1] not in ("=", "+", "-", "@")


@pytest.mark.parametrize("form", FORMATS)
def test_our_own_export_comes_in_as_the_same_jobs(board: Board, form: str, tmp_path: Path) -> None:
    """Into the same board nothing changes; into an empty one every field arrives."""
    file = tmp_path / f"jobs.{form}"
    assert export_file(file, board.runtime.pages, EVERYTHING, form) == 2
    before = board.snapshot()
    report = board.intake.take_in(open_source(file).read(), label="again")
    assert (report.read, report.duplicates, report.rejected) == (2, 2, ())
    assert board.snapshot() == before

    fresh = make_board(tmp_path / "fresh")
    assert fresh.intake.take_in(open_source(file).read(), label="new").added == 2
    ours, theirs = _records(board), _records(fresh)
    own = {"id", "source", "created", "updated", "documents", "pay_known", "company_notes"}
    for mine, arrived in zip(ours, theirs, strict=True):
        assert {name: mine[name] for name in FIELDS if name not in own} == {
            name: arrived[name] for name in FIELDS if name not in own
        }


def test_disarmed_formulas_come_back_as_they_were(board: Board, tmp_path: Path) -> None:
    board.jobs.add(JobDraft(title="=SUM(A1)", company="@Home", source="manual"))
    file = tmp_path / "jobs.csv"
    export_file(file, board.runtime.pages, EVERYTHING, "csv")
    fresh = make_board(tmp_path / "fresh")
    fresh.intake.take_in(open_source(file).read(), label="new")
    assert ("=SUM(A1)", "@Home") in {(record["title"], record["company"]) for record in _records(fresh)}


def _records(board: Board) -> list[dict[str, Any]]:
    return [record_of(detail) for detail in board.runtime.pages.iterate(EVERYTHING, "created")]


def test_a_csv_file_is_marked_as_unicode_and_a_pipe_is_not(board: Board, tmp_path: Path) -> None:
    """Excel reads a CSV file without the mark in the machine's old code page."""
    file = tmp_path / "jobs.csv"
    export_file(file, board.runtime.pages, EVERYTHING, "csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    assert "Müller & Söhne GmbH" in file.read_text("utf-8-sig")
    assert written(board, "csv").startswith("id,title,")
    export_file(file, board.runtime.pages, EVERYTHING, "json")
    assert json.loads(file.read_text("utf-8"))["total"] == 2


def test_a_file_is_there_whole_or_not_at_all(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "jobs.csv"
    file.write_text("the last export")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match=r"jobs\.csv.*No space left"):
        export_file(file, board.runtime.pages, EVERYTHING, "csv")
    assert file.read_text() == "the last export"
    assert list(folder.iterdir()) == [file]
    with pytest.raises(StorageError, match="missing"):
        export_file(tmp_path / "missing" / "jobs.csv", board.runtime.pages, EVERYTHING, "csv")


def test_another_form_is_refused(board: Board, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="csv, json, jsonl"):
        export_file(tmp_path / "jobs.xlsx", board.runtime.pages, EVERYTHING, "xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_moment_is_written_in_utc(board: Board) -> None:
    assert datetime.fromisoformat(_records(board)[0]["created"]).tzinfo == UTC
