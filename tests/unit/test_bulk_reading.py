"""Reading postings in helping processes: the same results, whatever becomes of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.jobs import bulk_reading, intake
from jobcopilot.jobs.intake import Intake
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reading.pay import Pay
from tests.fakes.board import DESCRIPTION, Board, make_board


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return make_board(tmp_path / "home")


def drafts(count: int) -> list[JobDraft]:
    return [
        JobDraft(
            f"Engineer {n}", f"Company {n % 7}", description=DESCRIPTION, address=f"https://jobs.example/{n}"
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("place", "amount"), [("", 100_000), ("New York", 130_000), ("Berlin, Germany", 100_000)]
)
def test_of_several_ranges_the_one_for_the_place_is_taken(place: str, amount: int) -> None:
    text = "Pay in Denver: $100,000 - $110,000 a year. Pay in New York: $130,000 - $140,000 a year."
    pay = bulk_reading.pay_in(text, place)
    assert isinstance(pay, Pay)
    assert pay.minimum == amount
    assert bulk_reading.pay_in("No word of money.", place) is None


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["none", "killed", "cannot start"])
def test_helpers_read_what_one_process_reads_and_may_die(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(bulk_reading, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(intake, "CHUNK", 20)
    if trouble == "cannot start":
        monkeypatch.setattr("sys.executable", str(tmp_path / "missing"))
    alone = make_board(tmp_path / "alone")
    rows = drafts(400)
    Intake(alone.runtime.database, alone.runtime.profile, alone.clock, processes=0).take_in(rows, label="a")
    helped: list[int] = []
    begin, read = bulk_reading._Helper.begin, bulk_reading._Helper.read
    ready = threading.Event()

    def noted_begin(helper: bulk_reading._Helper, profile: Any) -> bool:
        started = begin(helper, profile)
        ready.set()
        return started

    def noted_read(helper: bulk_reading._Helper, postings: Any) -> Any:
        helped.append(len(postings))
        if trouble == "killed" and len(helped) == 3:
            assert helper._process is not None
            helper._process.kill()
        return read(helper, postings)

    monkeypatch.setattr(bulk_reading._Helper, "begin", noted_begin)
    monkeypatch.setattr(bulk_reading._Helper, "read", noted_read)

    def waiting() -> Iterator[JobDraft]:
        yield from rows[:20]
        assert ready.wait(60)
        yield from rows[20:]

    report = board.intake.take_in(waiting(), label="a")
    assert report.added == 400
    assert bool(helped) == (trouble != "cannot start")
    assert board.snapshot() == alone.snapshot()
    board.check()
