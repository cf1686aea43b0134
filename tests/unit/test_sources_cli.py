"""The command line of feeds: what people and scripts get, and what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.sources import asking, catalogue, discovered, polling, store
from jobcopilot.sources.catalogue import feeds
from tests.fakes.feed_server import FeedServer, Reply, json_reply
from tests.fakes.relocated_feed import RelocatedFeed
from tests.unit.test_interviews_cli import Shell

HOSTILE = "Baker \x1b[31m<b>[red]x"


def posting(number: int, title: str) -> dict[str, Any]:
    return {
        "id": number,
        "title": title,
        "company_name": "Acme",
        "location": {"name": "Berlin, Germany"},
        "absolute_url": f"https://job-boards.greenhouse.io/acme/jobs/{number}",
        "content": "<p>We use Python. €80,000 to €100,000 a year.</p>",
    }


class Typed(io.StringIO):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedServer]:
    with FeedServer() as server:
        server.paths["/v1/boards/acme/jobs"] = json_reply(
            {"jobs": [posting(1, "Data Engineer"), posting(2, HOSTILE), {"id": 3}]}
        )
        here = {name: RelocatedFeed(feed, server.address("")) for name, feed in feeds().items()}
        for module in (catalogue, discovered, polling, store):
            monkeypatch.setattr(module, "feeds", lambda: here)
        # Feeds are public; only a test's lies on this machine.
        asked = asking.Asker.ask
        monkeypatch.setattr(
            asking.Asker, "ask", lambda *given, **options: asked(*given, **options | {"allow_private": True})
        )
        yield server


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], server: FeedServer) -> Shell:
    return Shell(tmp_path, capsys)


@pytest.mark.slow
def test_added_switched_on_polled_listed_tracked(shell: Shell, server: FeedServer) -> None:
    added = shell.json("sources", "add", "https://job-boards.greenhouse.io/acme/jobs/1")
    assert (added["name"], added["enabled"], added["health"]) == ("greenhouse:acme", False, "new")
    assert shell.json("sources", "poll")["polls"] == []
    assert server.asked == []
    assert shell.json("sources", "enable", "greenhouse:acme")["enabled"]
    report = shell.json("sources", "poll")["polls"][0]
    assert (report["found"], report["new"], report["rejected"]) == (2, 2, 1)
    found = shell.json("jobs", "discovered")
    assert found["total"] == 2
    assert {row["company"] for row in found["postings"]} == {"Acme"}
    assert found["postings"][0]["pay"]["yearly_max"] == 100_000
    assert "\x1b" not in shell("jobs", "discovered")
    number = next(str(row["id"]) for row in found["postings"] if row["title"] == "Data Engineer")
    whole = shell.json("jobs", "discovered", number)
    assert whole["history"][0]["action"] == "found"
    assert "Python" in whole["skills"]
    tracked = shell.json("jobs", "track", number)
    assert (tracked["title"], tracked["source"]) == ("Data Engineer", "feed:greenhouse")
    assert shell.json("jobs", "list")["total"] == 1
    assert shell.json("jobs", "discovered")["total"] == 1
    assert shell.json("jobs", "discovered", "--all", "data")["total"] == 1
    other = str(shell.json("jobs", "discovered")["postings"][0]["id"])
    assert shell.json("jobs", "hide", other) == {"hidden": 1}
    assert shell.json("jobs", "discovered")["total"] == 0
    assert "Nothing. Sources are asked with" in shell("jobs", "discovered")
    assert shell.json("jobs", "hide", other, "--back") == {"shown": 1}


def test_what_cannot_be_asked_is_refused_in_words(shell: Shell, server: FeedServer) -> None:
    assert "No feed is known" in shell("sources", "add", "https://example.com/jobs", code=1)
    told = shell("sources", "add", "https://apply.workable.com/j/DD136DD7E7", code=1)
    assert "This address of Workable names no company" in told
    assert "This address of Lever names no company" in shell("sources", "add", "jobs.lever.co", code=1)
    assert "Switch it on: jobcopilot sources enable remotive" in shell("sources", "poll", "Remotive", code=1)
    assert "none of these is on the list" in shell("jobs", "hide", "99")
    assert "no such source" in shell("sources", "enable", "nobody", code=1)
    shell("sources", "add", "https://boards.greenhouse.io/acme")
    assert "switched off" in shell("sources", "poll", "greenhouse:acme", code=2)
    shell("sources", "enable", "greenhouse:acme")
    shell("sources", "poll", "greenhouse:acme")
    assert "not long ago" in shell("sources", "poll", "greenhouse:acme", code=2)
    assert "Nothing is due" in shell("sources", "poll")
    assert len(server.asked) == 1
    assert "no such posting" in shell("jobs", "track", "99", code=1)


def test_a_source_that_fails_is_told_and_the_others_go_on(shell: Shell, server: FeedServer) -> None:
    server.paths["/v1/boards/gone/jobs"] = Reply(status=404)
    server.paths["/v1/boards/odd/jobs"] = json_reply({"openings": []})
    for board in ("acme", "gone", "odd"):
        shell("sources", "add", f"https://boards.greenhouse.io/{board}", "--enable")
    told = shell("sources", "poll")
    assert "greenhouse:acme: 2 found (2 new, 1 left out)" in told
    assert "greenhouse:gone: 0 found. There is no such board" in told
    assert 'in a shape that is not known. The answer has no "jobs"' in told
    health = {one["name"]: one["health"] for one in shell.json("sources", "health")["sources"]}
    assert health == {"greenhouse:acme": "fine", "greenhouse:gone": "refused", "greenhouse:odd": "changed"}
    assert "1 poll without an answer" in shell("sources", "health")


def test_one_asked_by_name_that_fails_ends_with_1(shell: Shell, server: FeedServer) -> None:
    server.paths["/v1/boards/gone/jobs"] = Reply(status=404)
    shell("sources", "add", "https://boards.greenhouse.io/gone", "--enable")
    assert "greenhouse:gone gave no postings" in shell("sources", "poll", "greenhouse:gone", code=1)


def test_what_is_offered_shows_its_terms_and_is_off(shell: Shell, server: FeedServer) -> None:
    listed = shell.json("sources", "list")["sources"]
    remotive = next(one for one in listed if one["name"] == "remotive")
    assert (remotive["enabled"], remotive["id"]) == (False, None)
    assert remotive["terms"]
    assert remotive["attribution"]
    assert len(shell.json("sources", "list", "--all")["sources"]) > 150
    assert "Shown beside its postings" in shell("sources", "list")
    assert shell.json("sources", "enable", "remotive")["enabled"]
    assert shell.json("sources", "disable", "remotive")["enabled"] is False
    assert server.asked == []


def test_terms_are_told_before_a_source_is_on(
    shell: Shell, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = shell("sources", "enable", "remotive")
    assert told.index("Shown beside its postings: Jobs from Remotive") < told.index("remotive is on")
    told = shell("sources", "add", "https://jobicy.com", "--enable")
    assert told.index("at most one call an hour") < told.index("jobicy is on")
    # Where somebody sits there, they are asked, once a feed.
    monkeypatch.setattr("sys.stdin", Typed("n\n"))
    assert "Nothing was switched on" in shell("sources", "enable", "remoteok", code=1)
    assert shell.json("sources", "list")["sources"][0]["name"] == "jobicy"
    assert not any(
        one["name"] == "remoteok" and one["enabled"] for one in shell.json("sources", "list")["sources"]
    )
    monkeypatch.setattr("sys.stdin", Typed("y\n"))
    assert "remoteok is on" in shell("sources", "enable", "remoteok")
    shell("sources", "disable", "remoteok")
    assert "arbeitnow is on" in shell("sources", "enable", "arbeitnow", "--yes")
    assert server.asked == []


def test_what_another_process_asks_just_now_is_told(shell: Shell, server: FeedServer, tmp_path: Path) -> None:
    shell("sources", "add", "https://boards.greenhouse.io/acme", "--enable")
    runtime = Runtime(find_home(tmp_path))
    runtime.open()
    other = polling.Poller(runtime.database, runtime.reader, runtime.profile, runtime.clock)
    source = runtime.sources.get("greenhouse:acme")
    assert source.id is not None
    claimed = other._claims.claim(source.id)
    assert "Another Jobcopilot is asking" in shell("sources", "poll")
    assert "polled already" in shell("sources", "poll", "greenhouse:acme", code=2)
    assert server.asked == []
    assert claimed.name == "greenhouse:acme"
    runtime.close()


def test_a_new_profile_scores_what_was_discovered_again(shell: Shell, tmp_path: Path) -> None:
    shell("sources", "add", "https://boards.greenhouse.io/acme", "--enable")
    shell("sources", "poll")
    before = {row["id"]: row["match"] for row in shell.json("jobs", "discovered")["postings"]}
    resume = tmp_path / "cv.json"
    resume.write_text(json.dumps({"basics": {"name": "Ada"}, "skills": [{"name": "Python"}]}), "utf-8")
    shell("profile", "import", str(resume))
    after = {row["id"]: row["match"] for row in shell.json("jobs", "discovered")["postings"]}
    assert before != after
