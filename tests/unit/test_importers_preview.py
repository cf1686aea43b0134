"""What a preview promises is what the import then does, whatever is read and whatever is there already."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.errors import BadInput
from jobcopilot.jobs import intake, likeness
from jobcopilot.jobs.importers.preview import preview
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.importers.sources import ImportSource
from jobcopilot.jobs.views import JobDraft, Rejected
from tests.effort import examples
from tests.fakes.board import Board, make_board
from tests.reference_data import reference_data

DATA = Path(__file__).parents[1] / "data" / "imports"
PAGE = """<html><head><script type="application/ld+json">{"@type": "JobPosting", "title": "Data Engineer",
"hiringOrganization": {"name": "Acme"}, "description": "Python", "url": "https://acme.example/1"}</script></head>
<body>Data Engineer</body></html>"""


def importable() -> Iterator[Path]:
    """Yield every file of the folder that holds postings, and the folder itself."""
    yield DATA
    for path in sorted(DATA.rglob("*.*")):
        if path.suffix == ".md":
            continue
        try:
            open_source(path)
        except BadInput:
            continue
        yield path


FILES = {str(path.relative_to(DATA.parent)): path for path in importable()}


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    board = make_board(tmp_path / "home")
    yield board
    board.runtime.close()


def check(board: Board, source: ImportSource) -> int:
    """Hold the preview of a source against its import; return how many rows it has."""
    before = board.snapshot()
    seen = preview(source, intake=board.intake)
    assert seen.outcome is not None
    assert board.snapshot() == before
    done = board.intake.take_in(source.read(), label="file")
    assert seen.outcome == replace(done, batch=None)
    assert (seen.read, seen.refused) == (done.read, done.rejected)
    assert done.read == done.added + done.updated + done.duplicates + len(done.rejected)
    return done.read


def test_every_kind_of_file_is_among_them() -> None:
    assert {open_source(path).kind for path in FILES.values()} >= {
        "JSON Lines", "LinkedIn export", "Huntr table", "Teal table", "Simplify table",
    }  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_preview_counts_what_the_import_does(name: str, board: Board) -> None:
    source = open_source(FILES[name])
    assert check(board, source) > 0
    # Once more, when all of it is there.
    assert check(board, source) > 0


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(
    name=st.sampled_from(sorted(FILES)),
    there=st.integers(0, 40),
    older=st.booleans(),
    cut=st.integers(1, 30),
    held=st.integers(1, 99),
)
def test_also_where_some_of_it_is_there_and_it_repeats_itself(
    tmp_path_factory: pytest.TempPathFactory, name: str, there: int, older: bool, cut: int, held: int
) -> None:
    board = make_board(tmp_path_factory.mktemp("preview") / "home")
    once = open_source(FILES[name])
    twice = replace(once, parts=once.parts * 2)
    earlier = islice(once.read(), there)
    board.intake.take_in(map(_older, earlier) if older else earlier, label="earlier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "CHUNK", cut)
        seen = preview(twice, intake=board.intake)
        with pytest.MonkeyPatch.context() as small:
            # However few jobs are held in memory: what is never written cannot be read again.
            small.setattr(likeness, "MOST_JOBS", held)
            assert preview(twice, intake=board.intake) == seen
        check(board, twice)
    board.runtime.close()


def _older(entry: JobDraft | Rejected) -> JobDraft | Rejected:
    """Return a posting as it was before more was said of it."""
    return entry if isinstance(entry, Rejected) else replace(entry, place="", pay=None, posted_on=None)


def test_what_would_be_brought_up_to_date_is_counted(board: Board) -> None:
    source = open_source(DATA / "ats-sample.jsonl")
    board.intake.take_in(map(_older, islice(source.read(), 50)), label="earlier")
    seen = preview(source, intake=board.intake).outcome
    assert seen is not None
    assert (seen.updated, seen.added) == (50, 70)
    check(board, source)


def test_a_saved_page_and_a_zip_are_counted_too(tmp_path: Path, board: Board) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one.html", "two.html"):
        (folder / name).write_text(PAGE)
    # Beside an export of LinkedIn nothing else is read.
    shutil.copytree(DATA, folder / "more", ignore=shutil.ignore_patterns("linkedin", "*.md"))
    assert check(board, open_source(folder / "one.html")) == 1
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    assert check(board, open_source(packed)) > 100


@pytest.mark.system
def test_a_file_that_repeats_itself_promises_no_more_than_it_holds(board: Board) -> None:
    seen = preview(open_source(reference_data("postings/glassdoor-2020.csv")), intake=board.intake)
    assert seen.outcome is not None
    assert (seen.outcome.read, seen.outcome.added, seen.outcome.duplicates) == (599, 449, 150)
