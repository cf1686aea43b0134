"""Make the README's pictures from sample postings; see `.ci/pictures`."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.cli.demo import fill_with_samples
from jobcopilot.cli.sample_market import fill_market
from jobcopilot.clock import FixedClock
from jobcopilot.paths import find_home
from jobcopilot.practice.session import Session
from jobcopilot.practice.views import Setup
from jobcopilot.runtime import Runtime
from jobcopilot.settings import save_setting
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.start import Glance

ASSETS = Path(__file__).parents[1] / "assets"
CLOCK = FixedClock(datetime(2026, 11, 20, 21, 0, tzinfo=UTC))
LARGE, SMALL = (140, 45), (80, 24)

PICTURES: tuple[tuple[str, tuple[int, int], str, Sequence[str]], ...] = (
    ("board-dark", LARGE, "jobcopilot-dark", ()),
    ("board-light", LARGE, "jobcopilot-light", ()),
    ("kanban-dark", LARGE, "jobcopilot-dark", ("v",)),
    ("pipeline-dark", LARGE, "jobcopilot-dark", ("2", *"jjjjjjjj")),
    ("market-dark", LARGE, "jobcopilot-dark", ("3",)),
    ("market-small-light", SMALL, "jobcopilot-light", ("3", "tab", "tab")),
    ("practice-dark", LARGE, "jobcopilot-dark", ("4", "c")),
    ("practice-report-light", LARGE, "jobcopilot-light", ("4", "H", "j", "enter", "l", "j", "j", "j")),
    ("board-small-light", SMALL, "jobcopilot-light", ()),
    (
        "search-dark",
        LARGE,
        "jobcopilot-dark",
        ("slash", *"python remote:yes pay:", "greater_than_sign", *"90k"),
    ),
)
"""Name, columns and rows, theme, and the keys pressed before the picture is taken."""


SLOW_QUERY = (
    "First I separate a changed plan from changed data: pg_stat_statements tells me whether calls or mean time went "
    "up, and pg_stat_activity whether it waits for a lock. Then I read EXPLAIN ANALYZE with buffers and compare "
    "estimated with actual rows, because stale statistics give a sequential scan. At my last job that was it: 12 rows "
    "estimated, 900,000 actual, so I ran ANALYZE and raised the statistics target, and it went from nine seconds "
    "to 60 ms. I changed that one thing only, and watched the query in production for a week."
)
BLOAT = (
    "An update writes a new version of the row and the old one stays until nobody can see it. Vacuum makes that space "
    "reusable. I look for a long transaction or a replication slot that holds it back, then I run pg_repack at night, "
    "because VACUUM FULL would lock the table while people work. We got 70 of 90 gigabytes back in 4 hours."
)
DOCUMENT = (
    "I agree for sparse attributes that are read as a whole, and hold against it for those that we filter or join by: "
    "columns give types, constraints and foreign keys, and the planner knows little about values inside a document. "
    "In our catalogue I kept 9 common attributes as columns and put 200 rare ones into jsonb with a GIN index."
)


def practise(runtime: Runtime) -> None:
    """Hold one session to its end in the afternoon, and begin another in the evening."""
    now = CLOCK.moment
    for earlier, questions, answers in (
        (5, 3, (SLOW_QUERY, BLOAT, "We had that, too.")),
        (1, 4, (DOCUMENT,)),
    ):
        CLOCK.moment = now - timedelta(hours=earlier)
        setup = Setup("technical", ("PostgreSQL",), difficulty="medium", questions=questions, seed=2)
        view, _ = runtime.practice_sessions.create(setup)
        session = runtime.practice_sessions.open(view.row.id)
        session.begin()
        hear(session)
        for order, answer in enumerate(answers, 1):
            CLOCK.moment += timedelta(seconds=len(answer) // 5)
            session.answer(answer)
            hear(session)
            while session.current is not None and session.current.order == order:
                session.skip()
                hear(session)
        if session.status == "in_progress":
            CLOCK.moment += timedelta(seconds=47)
            session.keep_draft("Before anything else I would ask what changed since it was fast, and ")
    CLOCK.moment = now


def hear(session: Session) -> None:
    """Let the interviewer say all that it owes."""
    while session.owed:
        for _ in session.reply():
            pass


_PLACED = re.compile(r'<text ([^>]*?)x="([\d.]+)"([^>]*?) textLength="([\d.]+)"([^>]*)>([^<]*)</text>')
_BRAILLE = re.compile("[\u2800-\u28ff]")


def _apart(found: re.Match[str]) -> str:
    """Place each letter of a text with Braille dots by itself: no monospace face has them as wide as its letters."""
    before, x, between, length, after, text = found.groups()
    letters = html.unescape(text)
    if not _BRAILLE.search(letters):
        return found.group()
    wide = float(length) / len(letters)
    return "".join(
        f'<text {before}x="{float(x) + at * wide:.1f}"{between}{after}>{html.escape(letter)}</text>'
        for at, letter in enumerate(letters)
        if letter.strip()
    )


async def take(runtime: Runtime, name: str, size: tuple[int, int], theme: str, keys: Sequence[str]) -> None:
    """Open the board, press the keys, and write the picture."""
    app = JobcopilotApp(BoardData(runtime), Glance(theme=theme))
    async with app.run_test(size=size) as pilot:
        for key in (None, *keys):
            if key is not None:
                await pilot.press("space" if key == " " else "colon" if key == ":" else key)
            await pilot.pause()
            await app.workers.wait_for_complete([w for w in app.workers if w.name != "watch"])
            await pilot.pause(0.5)
        svg = app.export_screenshot(title="jobcopilot", simplify=True)
    # The fonts stand beside no picture: the reader's own monospace face will do.
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    svg = _PLACED.sub(_apart, svg)
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    with tempfile.NamedTemporaryFile("w", suffix=".svg", encoding="utf-8") as drawn:
        drawn.write(svg)
        drawn.flush()
        target = ASSETS / f"{name}.png"
        subprocess.run(  # noqa: ASYNC221  # nothing else runs meanwhile
            ["rsvg-convert", "--zoom", "0.8", "-o", str(target), drawn.name], check=True
        )
    print(f"{target.relative_to(ASSETS.parent)}: {target.stat().st_size // 1024} kB")


def main() -> None:
    """Take all pictures on one throw-away home."""
    ASSETS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = find_home(folder)
        save_setting(home.settings_file, "onboarded", value=True)
        runtime = Runtime(home, clock=CLOCK)
        fill_with_samples(runtime)
        fill_market(runtime)
        practise(runtime)
        for picture in PICTURES:
            asyncio.run(take(runtime, *picture))
        runtime.close()


if __name__ == "__main__":
    main()
