"""The command line of the market: what people and scripts get, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_interviews_cli import Shell

POSTING = "We use Python and SQL. Must have Kubernetes. {low} EUR to {high} EUR a year."


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path / "home", capsys)
    rows = ["title,company,location,description,url"]
    for number in range(8):
        text = POSTING.format(low=70_000 + number * 1000, high=90_000 + number * 1000)
        rows.append(f'Data Engineer,Acme {number},"Berlin, Germany","{text}",https://example.com/{number}')
    rows.append('Nurse,Ward,"Lyon, France","We need a nurse.",https://example.com/n')
    file = tmp_path / "jobs.csv"
    file.write_text("\n".join(rows), "utf-8")
    made("jobs", "import", str(file))
    made("profile", "set", "skills=Python,SQL", "min_pay=50k EUR")
    return made


def test_figures_come_with_the_number_behind_them(shell: Shell) -> None:
    built = shell.json("market", "build")
    assert (built["records"], built["days"]) == (9, 1)
    assert shell.json("market", "build")["records"] == 0
    found = shell.json("market", "trends", "--role", "Data engineer", "--place", "Berlin")
    assert (found["role"], found["place"]) == ("Data engineer", "DE/Berlin/Berlin")
    level = found["level"]
    assert (level["n"], level["with_pay"], level["currency"], level["drawn"]) == (8, 8, "EUR", True)
    assert level["median"] == 83_500
    assert level["interval"]["low"] <= 83_500 <= level["interval"]["high"]
    # An import was polled once: it gives a level and no trend.
    assert found["trend"]["points"] == []
    told = shell("market", "trends", "--role", "senior data engineer (f/m/d)")
    assert "n = 8 postings, 8 with pay" in told
    assert "No trend: no source was polled throughout this window." in told
    assert "n = 1 postings, 0 with pay" in shell("market", "trends", "--place", "France")
    assert "too few to say" in shell("market", "trends", "--place", "France")


def test_skills_are_marked_and_one_more_opens_postings(shell: Shell) -> None:
    found = shell.json("market", "skills", "--role", "Data engineer")
    has = {one["name"]: one["has"] for one in found["skills"]}
    assert has["Python"]
    assert not has["Kubernetes"]
    gap = shell.json("market", "gap", "--role", "Data engineer")
    assert gap["rows"][0]["skill"] == "Kubernetes"
    assert gap["rows"][0]["more_matching"] == 8
    assert "Kubernetes" in shell("market", "gap")
    assert "n = 8 of" in shell("market", "skills", "--role", "Data engineer")


def test_roles_and_places_are_read_and_listed(shell: Shell) -> None:
    read = shell.json("market", "roles", "Senior Full-Stack Engineer (f/m/d) – Payments")
    assert read == {"family": "Full-stack engineer", "seniority": "senior", "management": False}
    assert shell.json("market", "roles", "%&/")["family"] is None
    shell("market", "build")
    listed = shell.json("market", "roles")
    assert listed["total"] >= 60
    assert {"role": "Data engineer", "postings": 8} in listed["roles"]
    place = shell.json("market", "places", "Munich or remote")
    assert (place["country"], place["region"], place["city"], place["remote"]) == (
        "DE",
        "Bavaria",
        "Munich",
        "remote",
    )
    assert shell.json("market", "places", "somewhere nice")["country"] is None
    keys = {one["key"]: one["postings"] for one in shell.json("market", "places")["places"]}
    assert keys["DE"] == 8


def test_what_is_not_known_is_refused_in_words(shell: Shell) -> None:
    assert "No such role is known" in shell("market", "trends", "--role", "xyzzy", code=2)
    assert "No such place is known" in shell("market", "trends", "--place", "xyzzy", code=2)
    assert "That is no date" in shell("market", "trends", "--since", "soon", code=2)
    assert "days to come" in shell("market", "build", "--date", "2999-01-01", code=2)
    assert shell.json("market", "trends", "--since", "12w")["total"] == 0
