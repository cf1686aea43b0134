"""Import in the app: where from, the preview before anything is written, stopping, the result, undo."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from jobcopilot.errors import Cancelled
from jobcopilot.jobs.intake import Progress
from jobcopilot.jobs.views import JobDraft
from jobcopilot.tui import openings
from jobcopilot.tui.modals.app_words import in_app_words
from jobcopilot.tui.modals.dropped import Origin, completed, origin_of
from jobcopilot.tui.modals.import_origin import Intake
from jobcopilot.tui.modals.import_preview import ImportDialogue
from jobcopilot.tui.modals.import_steps import PreviewText
from tests.fakes.web_server import WebServer
from tests.hostile import HOSTILE
from tests.tui.driving import WIDE
from tests.tui.real_home import AtHome, at_home, home_of

TEAL = """Company Name,Job Title,Status,Job URL,Location,Salary,Date Saved,Date Applied,Notes
Globex,Data Engineer,Applied,https://globex.example/1,Berlin,€80-100k,2026-11-01,2026-11-03,nice people
Initech,Backend Engineer,Bookmarked,https://initech.example/2,Paris,,2026-11-02,,
,Nobody's Job,Bookmarked,https://nobody.example/3,Rome,,2026-11-02,,
"""


def dialogue(home: AtHome) -> ImportDialogue:
    screen = home.app.screen
    assert isinstance(screen, ImportDialogue)
    return screen


def seen_words(home: AtHome) -> str:
    """What the preview says, also below the fold."""
    lines = home.app.screen.query_one(PreviewText)._lines
    return " ".join(" ".join("".join(part.text for part in line) for line in lines).split())


async def at_preview(home: AtHome) -> None:
    await home.until(lambda: dialogue(home).step == "preview", "the preview")
    await home.settled()


@pytest.fixture
def teal(tmp_path: Path) -> Path:
    file = tmp_path / "my jobs.csv"
    file.write_text(TEAL, "utf-8")
    return file


@pytest.mark.parametrize("size", [(80, 24), WIDE], ids=str)
async def test_a_table_is_shown_then_imported_then_taken_back(
    tmp_path: Path, teal: Path, size: tuple[int, int]
) -> None:
    async with at_home(home_of(tmp_path / "home"), size) as home:
        openings.open_import(home.app)
        await home.settled()
        await home.paste(f"'{teal}'\n")
        await home.press("enter")
        await at_preview(home)
        shown = home.text()
        assert "Teal table" in shown
        assert "Import these 2 postings" in shown
        assert "company" in shown
        assert "Company Name" in shown
        assert "Data Engineer" in shown
        assert home.jobs() == []
        await home.press("r")
        assert "row 4" in home.text()
        assert "no company" in home.text()
        await home.press("escape")
        await home.press("enter")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        shown = " ".join(home.text().split())
        assert "2 added" in shown
        assert "1 refused" in shown
        assert [job.row.company for job in home.jobs()] == ["Globex", "Initech"]
        assert home.jobs()[0].row.status == "applied"
        await home.press("u")
        assert home.jobs() == []
        assert "Taken back" in home.text()
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(80, 24), WIDE], ids=str)
async def test_the_preview_promises_what_the_import_does(
    tmp_path: Path, teal: Path, size: tuple[int, int]
) -> None:
    rows = TEAL.splitlines(keepends=True)
    new = "Hooli,Data Scientist,Bookmarked,https://hooli.example/3,Rome,,2026-11-02,,\n"
    later = rows[1].replace("Applied,", "Interviewing,")
    async with at_home(home_of(tmp_path / "home"), size) as home:
        openings.open_import(home.app, str(teal))
        await at_preview(home)
        await home.press("ctrl+s")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        await home.press("escape")
        teal.write_text("".join([rows[0], later, rows[2], new, new, rows[3]]), "utf-8")
        openings.open_import(home.app, str(teal))
        await at_preview(home)
        shown = " ".join(home.text().split())
        assert "Import this posting" in shown
        candidate = dialogue(home).candidate
        assert candidate is not None
        promised = candidate.preview.outcome
        assert promised is not None
        told = (
            f"1 new, {promised.updated} to bring up to date, "
            f"{promised.duplicates} already here or in it twice, 1 refused, of 5 read"
        ).replace("0 to bring up to date, ", "")
        assert told in seen_words(home)
        await home.press("ctrl+s")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        report = dialogue(home).report
        assert report is not None
        assert replace(report, batch=None) == promised
        assert len(home.jobs()) == 3
        await home.press("escape")
        openings.open_import(home.app, str(teal))
        await at_preview(home)
        assert "Import: nothing in it is new" in home.text()


async def test_imported_twice_nothing_is_there_twice(tmp_path: Path, teal: Path) -> None:
    async with at_home(home_of(tmp_path / "home")) as home:
        for words in ("2 added", "2 already here"):
            openings.open_import(home.app, str(teal))
            await at_preview(home)
            # However often it is pressed.
            await home.pilot.press("ctrl+s", "enter", "ctrl+s")
            await home.until(lambda: dialogue(home).step == "result", "the import")
            assert words in " ".join(home.text().split())
            await home.press("escape")
        assert len(home.jobs()) == 2


async def test_another_column_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("What,Firm A,Firm B\nData Engineer,Globex,Initech\n", "utf-8")
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(file))
        await at_preview(home)
        for field, column in (("title", "What"), ("company", "Firm B")):
            menu = home.app.screen.query_one("#mapping", OptionList)
            menu.highlighted = menu.get_option_index(field)
            await home.press("enter")
            await home.until(lambda: len(home.app.screen_stack) == 3, "the columns")
            columns = home.app.screen.query_one(OptionList)
            assert "Initech" in home.text()
            columns.highlighted = ("What", "Firm A", "Firm B").index(column)
            await home.press("enter")
            await home.until(lambda: len(home.app.screen_stack) == 2, "the preview")
            await home.settled()
        menu = home.app.screen.query_one("#mapping", OptionList)
        menu.highlighted = 0
        await home.press("enter")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        (job,) = home.jobs()
        assert (job.row.title, job.row.company) == ("Data Engineer", "Initech")


async def test_a_table_without_company_says_what_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("Job Title,Score\nData Engineer,3\nCook,4\n", "utf-8")
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(file))
        await at_preview(home)
        assert "Choose the column for company first" in home.text()
        await home.press("ctrl+s")
        assert dialogue(home).step == "preview"
        assert home.jobs() == []


async def test_stopped_in_the_middle_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "many.jsonl"
    rows = (
        {"title": f"Engineer {n}", "company": f"Company {n}", "url": f"https://x.example/{n}"}
        for n in range(3000)
    )
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    half_way, go_on = threading.Event(), threading.Event()
    heard: Callable[[Intake, Progress], None] = Intake._heard

    def wait_half_way(self: Intake, step: Progress) -> None:
        heard(self, step)
        if self.done >= 1000:
            half_way.set()
            go_on.wait(20)

    monkeypatch.setattr(Intake, "_heard", wait_half_way)
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(file))
        await at_preview(home)
        await home.until(lambda: "3,000" in home.text(), "the whole count")
        await home.pilot.press("enter")
        await home.until(half_way.is_set, "half of the import")
        await home.until(lambda: "of 3,000" in home.text(), "the progress")
        await home.pilot.press("escape")
        await home.until(lambda: "Stopping" in home.text(), "the stopping")
        go_on.set()
        await at_preview(home)
        assert "Stopped. Nothing of it was kept." in home.text()
        assert home.jobs() == []
        assert not home.runtime.history.batches(10)


async def test_closing_the_app_stops_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text('{"title": "Cook", "company": "Inn"}\n' * 3, "utf-8")
    running, ended = threading.Event(), threading.Event()

    def run_until_stopped(self: Intake) -> None:
        running.set()
        if self.stop.wait(20):
            ended.set()
        raise Cancelled("The import was stopped")

    monkeypatch.setattr(Intake, "run", run_until_stopped)
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(file))
        await at_preview(home)
        await home.pilot.press("enter")
        await home.until(running.is_set, "the import")
    assert await asyncio.to_thread(ended.wait, 5)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty.csv"),
        ("broken.json", b'[{"title": "A"', "broken.json"),
        ("resume.pdf", b"%PDF-1.7 \x00\x01", "PDF"),
        ("letters.txt", "Grüße\n".encode("utf-16"), ""),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
    ],
)
async def test_a_file_that_cannot_be_imported_is_told(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(tmp_path / name))
        await home.settled()
        told = home.failure() or home.text()
        assert words in told
        assert home.jobs() == []
        await home.press("ctrl+s")
        assert home.jobs() == []
        await home.press("escape", "escape", "escape", "escape")
        assert len(home.app.screen_stack) == 1


@pytest.mark.slow
async def test_a_wrong_path_is_told_and_can_be_corrected(tmp_path: Path, teal: Path) -> None:
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app)
        await home.settled()
        await home.press("enter")
        assert "Give a file" in home.text()
        await home.type(str(teal) + "x")
        await home.press("enter")
        assert "There is no such file" in home.failure()
        assert home.field("origin").text == str(teal) + "x"
        await home.press("escape")
        assert home.failure() == ""
        await home.press("backspace", "enter")
        await at_preview(home)


async def test_pasted_text_becomes_a_posting(tmp_path: Path) -> None:
    text = "Senior Data Engineer\nGlobex GmbH\nBerlin, Germany (remote)\n\nYou own our Python pipelines.\n"
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app)
        await home.settled()
        await home.paste(text)
        assert "You own our Python pipelines." in home.text()
        await home.press("ctrl+s")
        await at_preview(home)
        assert "Senior Data Engineer" in home.text()
        await home.press("escape")
        assert "You own our Python pipelines." in home.text()
        await home.press("ctrl+s")
        await at_preview(home)
        await home.press("enter")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        assert home.jobs()[0].row.title == "Senior Data Engineer"


async def test_what_is_given_is_opened_at_once(tmp_path: Path, teal: Path) -> None:
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(
            home.app, "Senior Data Engineer\nGlobex GmbH\nBerlin\n\nYou own our pipelines.\n"
        )
        await at_preview(home)
        assert "pasted text" in home.text()
        await home.press("escape", "escape", "escape")
        openings.open_import(home.app, f"'{teal}'\n")
        await at_preview(home)
        assert "Teal table" in home.text()


async def test_a_text_that_does_not_tell_the_company_opens_the_form_with_it(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app)
        await home.settled()
        await home.paste("we need somebody who bakes bread.\n\nevery morning at four.")
        await home.press("ctrl+s")
        await home.until(lambda: "Add a job" in home.text(), "the form")
        await home.settled()
        assert "does not tell the" in home.text()
        assert "bakes bread" in home.field("description").text
        await home.press("escape", "escape")
        assert home.jobs() == []


@pytest.mark.slow
async def test_an_address_is_fetched_only_when_asked(tmp_path: Path) -> None:
    with WebServer() as server:
        async with at_home(home_of(tmp_path / "home")) as home:
            openings.open_import(home.app)
            await home.settled()
            await home.type(server.address("/page"))
            assert server.asked == []
            await home.press("enter")
            await home.until(lambda: bool(home.failure()) or dialogue(home).step == "preview", "an answer")
            if home.failure():
                # Addresses on this machine are refused, as private ones are.
                assert server.address("/page") in home.failure()
                assert "jobcopilot jobs" not in home.failure()
            assert home.jobs() == []


async def test_a_page_fills_the_empty_fields_of_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = JobDraft("Baker", "Acme", place="Lyon", description="Bread.", address="https://acme.example/1")
    monkeypatch.setattr("jobcopilot.tui.modals.add_job.posting_at", lambda address: found)
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_add(home.app)
        await home.settled()
        await home.press("ctrl+g")
        assert "Write the posting's address here" in " ".join(home.text().split())
        await home.type("acme.example/1")
        home.field("title").text = "Head baker"
        await home.press("ctrl+g")
        assert home.field("company").text == "Acme"
        assert home.field("title").text == "Head baker"
        assert home.field("description").text == "Bread."
        await home.press("ctrl+s")
        (job,) = home.jobs()
        assert (job.row.title, job.row.place, job.row.source) == ("Head baker", "Lyon", "manual")


def test_hints_name_the_apps_keys() -> None:
    assert in_app_words('no company. Add one in column "Firm", or import with --map company=…') == (
        'no company. Add one in column "Firm", or choose another column for company'
    )
    assert "ctrl+t" in in_app_words(
        "Open it in a browser and paste its text with jobcopilot jobs add -, or save it."
    )
    assert in_app_words("Check the address.") == "Check the address."


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_origins_are_understood_or_nothing(text: str) -> None:
    origin = origin_of(text)
    assert origin is None or origin.text


async def test_hostile_rows_paint_nothing_wrong(tmp_path: Path) -> None:
    file = tmp_path / "hostile.jsonl"
    rows = [
        {
            "title": f"A {text}"[:300],
            "company": f"B {text}"[:300],
            "tags": [text[:100]],
            "location": text[:500],
        }
        for text in HOSTILE.values()
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(file))
        await at_preview(home)
        painted = home.text()
        await home.press("enter")
        await home.until(lambda: dialogue(home).step == "result", "the import")
        painted += home.text()
        assert not [char for char in painted if (ord(char) < 32 and char != "\n") or ord(char) == 0x202E]


async def test_escape_goes_one_step_back_each_time(tmp_path: Path, teal: Path) -> None:
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app, str(teal))
        await at_preview(home)
        await home.press("escape")
        assert dialogue(home).step == "origin"
        assert home.field("origin").text == str(teal)
        await home.press("ctrl+t")
        assert home.app.screen.query_one("OriginStep").has_class("-text")
        await home.press("escape")
        assert not home.app.screen.query_one("OriginStep").has_class("-text")
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


# What was typed, dropped or pasted


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("jobs.csv", Origin("file", "jobs.csv")),
        ("  /tmp/a b.csv \n", Origin("file", "/tmp/a b.csv")),
        ("'/tmp/a b.csv'", Origin("file", "/tmp/a b.csv")),
        ('"/tmp/a b.csv"', Origin("file", "/tmp/a b.csv")),
        ("'/tmp/it'\\''s.csv'", Origin("file", "/tmp/it's.csv")),
        ("file:///tmp/a%20b.csv", Origin("file", "/tmp/a b.csv")),
        ("file://localhost/tmp/a.csv", Origin("file", "/tmp/a.csv")),
        ("https://example.org/jobs/1", Origin("address", "https://example.org/jobs/1")),
        ("www.example.org/jobs/1", Origin("address", "https://www.example.org/jobs/1")),
        ("boards.example.org/acme/jobs/1", Origin("address", "https://boards.example.org/acme/jobs/1")),
        ("Engineer\nGlobex", Origin("text", "Engineer\nGlobex")),
        (" \n\n ", None),
        ("", None),
    ],
)
def test_what_was_meant(given: str, expected: Origin | None) -> None:
    assert origin_of(given) == expected


@pytest.mark.skipif(os.name == "nt", reason="a backslash parts folders there")
def test_backslashes_before_spaces_are_a_terminals() -> None:
    assert origin_of(r"/tmp/a\ b\(1\).csv") == Origin("file", "/tmp/a b(1).csv")


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Origin("file", "~/jobs.csv").path == tmp_path / "jobs.csv"


def test_completion_follows_the_folder(tmp_path: Path) -> None:
    for name in ("alpha.csv", "alphabet.csv", ".hidden", "Beta.csv"):
        (tmp_path / name).touch()
    (tmp_path / "data").mkdir()
    at = f"{tmp_path}/"
    assert completed(at + "al") == (at + "alpha", ("alpha.csv", "alphabet.csv"))
    assert completed(at + "alphab") == (at + "alphabet.csv", ())
    assert completed(at + "d") == (at + "data/", ())
    assert completed(at + "b") == (at + "Beta.csv", ())
    assert completed(at + ".h") == (at + ".hidden", ())
    assert completed(at + "zz") == (at + "zz", ())
    assert completed(f"{at}nowhere/x") == (f"{at}nowhere/x", ())
    assert ".hidden" not in completed(at)[1]
    assert completed("~") == ("~/", ())


@pytest.mark.slow
async def test_tab_completes_then_goes_on(tmp_path: Path) -> None:
    (tmp_path / "jobs one.csv").write_text(TEAL)
    (tmp_path / "jobs two.csv").write_text(TEAL)
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_import(home.app)
        await home.settled()
        await home.type(f"{tmp_path}/jo")
        await home.press("tab")
        assert home.field("origin").text == f"{tmp_path}/jobs "
        assert "jobs two.csv" in home.text()
        await home.type("t")
        assert "jobs one.csv" not in home.text()
        await home.press("tab")
        assert home.field("origin").text == f"{tmp_path}/jobs two.csv"
        await home.press("enter")
        await at_preview(home)
