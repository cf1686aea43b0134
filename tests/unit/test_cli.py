"""The command line as a script would use it: one JSON document, exit codes, one message on stderr."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wcwidth import wcswidth

from jobcopilot.__main__ import main
from jobcopilot.cli.output import print_table
from jobcopilot.logs import stop_logging
from tests.fakes.no_microphone import no_microphone  # noqa: F401  # a fixture
from tests.hostile import HOSTILE

POSTING = (
    "We look for a Senior Python Engineer.\n\nRequirements\n- Python\n- FastAPI\n- PostgreSQL\n"
    "- 5+ years of experience\n\nFully remote in Europe. €90,000 - €110,000 a year."
)


class Cli:
    """Runs commands in one home and reads what they print."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """Run one command and return what it printed on stdout and stderr."""
        found = main(["--home", str(self.home), *arguments])
        out, err = self._capsys.readouterr()
        assert found == code, f"{arguments} left with {found}: {out}{err}"
        assert "Traceback" not in out + err
        return out, err

    def json(self, *arguments: str) -> Any:
        """Run a command with --json and return its one document."""
        out, _ = self(*arguments, "--json")
        return json.loads(out)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.delenv("JOBCOPILOT_HOME", raising=False)
    stop_logging()
    return Cli(tmp_path / "home", capsys)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def feed(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))

    return feed


def _posting(folder: Path) -> Path:
    file = folder / "posting.txt"
    file.write_text(POSTING, "utf-8")
    return file


def test_a_job_from_hand_to_undo(cli: Cli, tmp_path: Path) -> None:
    cli.json("profile", "set", "skills=Python:6,FastAPI:3,Go", "roles=Senior Backend", "years=6")
    told = {
        "--title": "Senior Python Engineer",
        "--company": "Acme",
        "--location": "Berlin, Germany",
        "--url": "https://acme.example/jobs/1?utm_source=x",
        "--pay": "€90–110k",
        "--description": str(_posting(tmp_path)),
    }
    added = cli.json("jobs", "add", *(part for option in told.items() for part in option))
    assert added["id"] == 1
    assert added["match"] >= 70
    assert set(added["matched"]) >= {"Python", "FastAPI"}
    assert "PostgreSQL" in added["missing"]
    assert added["pay"]["yearly_max"] == 110_000
    changed = cli.json("jobs", "set", "1", "status=applied", "notes=Spoke to Grace", "tags=berlin,remote")
    assert changed["status"] == "applied"
    assert changed["applied"]
    assert changed["applied_description"] == added["description"]
    events = cli.json("jobs", "history", "1")
    assert events["total"] == len(events["events"]) >= 2
    undone = cli.json("jobs", "undo")
    assert undone["id"]
    assert cli.json("jobs", "show", "1")["status"] == "new"
    cli.json("jobs", "delete", "1")
    assert cli.json("jobs", "list")["total"] == 0
    cli.json("jobs", "undo")
    assert cli.json("jobs", "list", "python")["jobs"][0]["id"] == 1
    assert cli.json("jobs", "show", "1")["created"] == added["created"]


def test_list_pages_and_filters(cli: Cli) -> None:
    for number in range(12):
        cli("jobs", "add", "--title", f"Engineer {number}", "--company", "Acme" if number % 2 else "Globex")
    first = cli.json("jobs", "list", "--sort", "title", "--page-size", "10")
    assert (first["total"], first["page"], first["page_size"], len(first["jobs"])) == (12, 1, 10, 10)
    second = cli.json("jobs", "list", "--sort", "title", "--page-size", "10", "--page", "2")
    assert len(second["jobs"]) == 2
    assert cli.json("jobs", "list", "company:acme")["total"] == 6
    assert cli.json("jobs", "list", "-company:acme")["total"] == 6
    out, _ = cli("jobs", "list", "nothinglikethis")
    assert "No job fits" in out


def test_a_query_in_quotes_is_what_the_search_field_takes(cli: Cli) -> None:
    cli("jobs", "add", "--title", "Data Engineer", "--company", "Acme", "--location", "Berlin")
    cli("jobs", "add", "--title", "Engineer of Data", "--company", "Globex", "--location", "Paris")
    for words, found in (
        (("berlin data",), 1),
        (("engineer data",), 2),
        (('"data engineer"',), 1),
        (("acme", "data engineer"), 1),
        (("globex", "data engineer"), 0),
        (("data -berlin",), 1),
    ):
        assert cli.json("jobs", "list", *words)["total"] == found, words


def test_import_counts_dry_run_and_twice(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text(
        "Title,Company,Location\nEngineer,Acme,Berlin\nNurse,,Paris\nCook,Globex,Rome\n", "utf-8"
    )
    dry = cli.json("jobs", "import", str(table), "--dry-run")
    assert (dry["read"], dry["added"], dry["batch"]) == (3, 2, None)
    assert cli.json("jobs", "list")["total"] == 0
    report = cli.json("jobs", "import", str(table))
    assert set(report) >= {"read", "added", "updated", "duplicates", "rejected", "batch"}
    assert (report["read"], report["added"], report["duplicates"]) == (3, 2, 0)
    (refused,) = report["rejected"]
    assert refused["row"] == 3
    assert "company" in refused["reason"].lower()
    again = cli.json("jobs", "import", str(table))
    assert (again["added"], again["duplicates"]) == (0, 2)
    cli("jobs", "undo", str(report["batch"]))
    assert cli.json("jobs", "list")["total"] == 0


def test_import_tells_the_values_it_could_not_use(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    rows = "".join(f"A{n},B{n},weird{n},foo,\n" for n in range(6))
    table.write_text(
        f"title,company,status,applied,tags\n{rows}Cook,C,applied,2026-01-02,\nD,E,rejected,2026-01-03,\n"
    )
    table.write_text(
        table.read_text("utf-8") + "".join(f"F{n},G,applied,2026-02-02,\n" for n in range(6)), "utf-8"
    )
    report = cli.json("jobs", "import", str(table), "--dry-run")
    assert report["rejected"] == []
    assert [remark["row"] for remark in report["remarks"]] == [row for row in range(2, 8) for _ in range(2)]
    assert '"weird0" in column "status"' in " ".join(remark["reason"] for remark in report["remarks"])
    out, _ = cli("jobs", "import", str(table))
    told = [line for line in out.splitlines() if "was not understood" in line]
    assert len(told) == 10
    assert told[0].startswith("  row 2: ")
    assert "2 more such values" in out


def test_import_with_a_given_mapping(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("x1,x2\nEngineer,Acme\n", "utf-8")
    report = cli.json("jobs", "import", str(table), "--map", "title=x1", "--map", "company=x2")
    assert report["added"] == 1
    _, err = cli("jobs", "import", str(table), "--map", "nofield=x1", code=2)
    assert "nofield" in err
    _, err = cli("jobs", "import", str(table), "--map", "title", code=2)
    assert "FIELD=COLUMN" in err


def test_pasted_text(cli: Cli, typed: Callable[[bytes], None]) -> None:
    typed(b"Data Engineer at Globex\nBerlin, Germany\n\nYou know Python and SQL.\n")
    added = cli.json("jobs", "add", "-")
    assert (added["title"], added["company"]) == ("Data Engineer", "Globex")


def test_pay_and_skills(cli: Cli, typed: Callable[[bytes], None]) -> None:
    assert cli.json("jobs", "pay", "$45/hr") == {
        "min": 45, "max": 45, "currency": "USD", "period": "hour", "yearly_min": 93_600, "yearly_max": 93_600,
        "known": "guessed",
    }  # fmt: skip
    assert cli.json("jobs", "pay", "competitive")["min"] is None
    text = "Go to market with Python, C++ and Node.js. We maintain R&D."
    typed(text.encode())
    skills = cli.json("skills", "extract")["skills"]
    assert [skill["name"] for skill in skills] == ["Python", "C++", "Node.js"]
    start, end = skills[0]["spans"][0]
    assert text[start:end] == "Python"


def test_score_stats_and_export(cli: Cli, tmp_path: Path) -> None:
    cli("jobs", "add", "--title", "Engineer", "--company", HOSTILE["formula equals"])
    cli("jobs", "add", "--title", "Cook", "--company", "Globex")
    cli("jobs", "set", "2", "status=applied")
    scored = cli.json("jobs", "score")
    assert scored["total"] == 2
    stats = cli.json("jobs", "stats")
    assert set(stats) == {"total", "average_match", "by_status", "by_level", "by_source", "by_week", "funnel"}
    assert stats["total"] == 2
    assert stats["by_status"]["applied"] == 1
    assert stats["funnel"]["new"] == 2
    out, _ = cli("jobs", "export", "--format", "json")
    assert json.loads(out)["total"] == 2
    out, _ = cli("jobs", "export", "--format", "jsonl")
    assert len(out.splitlines()) == 2
    target = tmp_path / "out.csv"
    cli("jobs", "export", "--output", str(target))
    _, err = cli("jobs", "export", "--output", str(target), code=2)
    assert "--force" in err
    _, err = cli(
        "jobs", "export", "--force", "--output", str(cli.home / "data" / "jobcopilot.sqlite3"), code=2
    )
    assert "database itself" in err
    assert ",=HYPERLINK" not in target.read_text("utf-8-sig")
    assert "'=HYPERLINK" in target.read_text("utf-8-sig")


def test_profiles_stay_apart(cli: Cli) -> None:
    cli("jobs", "add", "--title", "Engineer", "--company", "Acme")
    cli("profile", "add", "night")
    used = cli.json("profile", "use", "night")
    assert used["active"]
    assert cli.json("jobs", "list")["total"] == 0
    assert cli.json("profile", "list")["total"] == 2
    out, _ = cli("--profile", "default", "jobs", "list", "--json")
    assert json.loads(out)["total"] == 1
    _, err = cli("profile", "delete", "night", "--yes", code=2)
    assert "active" in err
    cli("profile", "use", "default")
    gone = cli.json("profile", "delete", "night", "--yes")
    assert Path(gone["backup"]).exists()
    assert cli.json("profile", "list")["total"] == 1


def test_backup_and_restore(cli: Cli, tmp_path: Path) -> None:
    cli("jobs", "add", "--title", "Engineer", "--company", "Acme")
    saved = tmp_path / "mine.sqlite3"
    cli("backup", str(saved))
    _, err = cli("backup", str(saved), code=2)
    assert "exists" in err
    cli("jobs", "delete", "1")
    cli("restore", str(saved))
    assert cli.json("jobs", "list")["total"] == 1
    _, err = cli("restore", str(tmp_path / "none.sqlite3"), code=1)
    assert "no such backup" in err


def test_doctor(cli: Cli) -> None:
    report = cli.json("doctor")
    assert report["ok"] is True
    names = {check["name"] for check in report["checks"]}
    assert names >= {"database", "disk", "settings", "log", "[voice]", "[engine]", "[llm]"}
    cli.home.joinpath("config").mkdir(exist_ok=True)
    cli.home.joinpath("config", "settings.toml").write_text("theme = [")
    out, _ = cli("doctor", code=1)
    assert "✗ wrong  settings" in out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["jobs", "show", "99"], 1, "99"),
        (["jobs", "set", "99", "status=applied"], 1, "99"),
        (["jobs", "list", "--sort", "smell"], 2, "smell"),
        (["jobs", "list", "match:>abc"], 2, "abc"),
        (["jobs", "list", "--page-size", "7"], 2, "page-size"),
        (["jobs", "show", "abc"], 2, "'abc' is no whole number"),
        (["offers", "add", "1", "--amount", "lots"], 2, "'lots' is no number"),
        (["mail", "setup", "--port", "99999"], 2, "'99999' is more than 65535"),
        (["jobs", "add"], 2, "--title"),
        (["jobs", "add", "--title", "x", "--company", "y", "--pay", "peanuts"], 2, "peanuts"),
        (
            ["jobs", "add", "--title", "x", "--company", "y", "--description", "/nowhere.txt"],
            1,
            "/nowhere.txt",
        ),
        (["jobs", "import", "/nowhere.csv"], 1, "/nowhere.csv"),
        (["jobs", "undo", "4711"], 1, "4711"),
        (["jobs", "export", "--format", "xml"], 2, "xml"),
        (["jobs", "list", "--jsn"], 2, "--jsn"),
        (["jobs", "nosuchverb"], 2, "nosuchverb"),
        (["nosuchnoun"], 2, "nosuchnoun"),
        (["profile", "use", "nobody"], 1, "nobody"),
        (["profile", "set", "colour=blue"], 2, "colour"),
        (["--profile", "nobody", "jobs", "list"], 1, "nobody"),
        (["skills", "extract", "/nowhere.txt"], 1, "/nowhere.txt"),
        (["--profile", "", "jobs", "list"], 2, "--profile"),
        (["jobs", "list", "--page", "9" * 30], 2, "page"),
        (["jobs", "list", "--home", "x"], 2, "before the command"),
        (["jobs", "export", "--output", "/nowhere/at/all.csv"], 2, "/nowhere/at"),
    ],
)
def test_mistakes_are_told_in_one_message(cli: Cli, arguments: list[str], code: int, says: str) -> None:
    out, err = cli(*arguments, code=code)
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert out == ""


def test_a_bug_shows_no_traceback_but_the_log(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> None:
        raise RuntimeError("boom 'private words'")

    monkeypatch.setattr("jobcopilot.runtime.Runtime.open", broken)
    _, err = cli("jobs", "list", code=1)
    log_file = cli.home / "logs" / "jobcopilot.log"
    assert str(log_file) in err
    assert "RuntimeError" in log_file.read_text()
    assert "private words" not in log_file.read_text()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [["jobs", "list"], ["jobs", "list", "--json"]], ids=["table", "json"])
def test_a_full_disk_is_told_as_one(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "jobcopilot", "--home", str(tmp_path), *arguments]
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert found.returncode == 1
    assert found.stderr == (
        "jobcopilot: There is no room for what was to be printed: No space left on device."
        " Free some space, or send it elsewhere.\n"
    )


def test_a_closed_output_is_no_fault(tmp_path: Path) -> None:
    command = f'exec "{sys.executable}" -m jobcopilot --home "{tmp_path}" jobs list --json >&-'
    found = subprocess.run(["/bin/sh", "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_device_is_never_replaced_by_a_file(cli: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    _, err = cli("jobs", "export", "--output", str(pipe), "--force", code=2)
    assert "device" in err
    assert pipe.is_fifo()


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_come_back_as_data(cli: Cli, raw: str, tmp_path: Path) -> None:
    raw = raw.replace("\x00", "")[:3000].encode("utf-8", "replace").decode()  # what a shell can pass at all
    if not raw.strip():
        return
    description = tmp_path / "d.txt"
    description.write_bytes(raw.encode())
    added = cli.json(
        "jobs", "add", f"--title=A {raw}", f"--company=B {raw}", "--description", str(description)
    )
    out, _ = cli("jobs", "show", str(added["id"]))
    assert "\x1b" not in out
    assert "\x07" not in out
    listed = cli.json("jobs", "list")
    assert listed["jobs"][0]["title"] == added["title"]
    cli(
        "jobs",
        "set",
        str(added["id"]),
        f"notes={raw}",
        f"rejection_reason={raw[:400]}",
        f"tags={raw[:80].replace(chr(44), chr(32))}",
    )
    found = main(["--home", str(cli.home), "jobs", "list", "--", raw])
    assert found in (0, 2), "a query is understood or refused in words"


def test_the_lists_of_commands_say_what_each_does_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ("jobs", "interviews", "sources", "profile"):
        assert main([group, "--help"]) == 0
        listed = capsys.readouterr().out.partition("Commands:")[2]
        assert listed.strip()
        for line in listed.splitlines():
            assert not line.rstrip().endswith(("...", "e.g.")), line
            assert len(line) <= 80, line


def test_version(cli: Cli) -> None:
    out, _ = cli("--version")
    assert out.startswith("jobcopilot ")


@pytest.mark.parametrize("given", ["", "ftp://example.com/job", "http://a:99999/", "mailto:a@b.com"])
def test_an_address_that_is_none_is_wrong_usage_and_says_what_is_accepted(cli: Cli, given: str) -> None:
    _, err = cli("jobs", "add", given, code=2)
    assert given in err
    assert "https://" in err
    assert "--title and --company" in err


def test_a_file_given_as_an_address_is_sent_to_the_import(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posting.txt").write_text(POSTING)
    _, err = cli("jobs", "add", "posting.txt", code=2)
    assert "jobs import posting.txt" in err


def test_an_import_tells_the_values_that_it_could_not_read(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text(
        "title,company,date posted,salary\nBaker,Acme,31/02/2024,lots\nCook,Globex,2024-02-01,50k EUR\n"
    )
    report = cli.json("jobs", "import", str(file), "--dry-run")
    told = [(remark["row"], remark["reason"].split(" was ")[0]) for remark in report["remarks"]]
    assert told == [(2, '"lots" in column "salary"'), (2, '"31/02/2024" in column "date posted"')]
    out, _ = cli("jobs", "import", str(file))
    assert 'row 2: "lots" in column "salary" was not understood' in out
    assert 'row 2: "31/02/2024" in column "date posted" was not understood' in out


def test_columns_stay_aligned_whatever_signs_a_title_holds(capsys: pytest.CaptureFixture[str]) -> None:
    titles = ["Baker", "👩‍💻 Dev 🇩🇪 👍🏽", "データエンジニア" * 8, "👩‍👩‍👧" * 40, "e\u0301" * 60]
    print_table(("TITLE", "COMPANY"), [(title, "Acme") for title in titles])
    lines = capsys.readouterr().out.splitlines()
    starts = {wcswidth(line[: line.index("Acme")]) for line in lines[1:]}
    assert starts == {wcswidth(lines[0][: lines[0].index("COMPANY")])}
    assert all(start <= 48 + 2 for start in starts)
    assert lines[4].rstrip().startswith("👩‍👩‍👧" * 23 + "…")


def test_scoring_lists_the_best_and_counts_the_rest(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("title,company\n" + "".join(f"Baker {number},Acme {number}\n" for number in range(60)))
    cli("jobs", "import", str(file))
    out, _ = cli("jobs", "score")
    assert out.count("Baker ") == 50
    assert "and 10 more" in out
    assert len(cli.json("jobs", "score")["jobs"]) == 60
