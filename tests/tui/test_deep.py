"""What a model made of a whole posting, in the job's pane: under the rules' reasons, with the posting's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from jobcopilot.jobs.deep_score import Claim, DeepPosting, DeepReading, DeepScore
from jobcopilot.jobs.query import Query
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.theme import Palette
from jobcopilot.tui.widgets.paper import Paper
from jobcopilot.tui.widgets.why_deep import write_deep
from tests.fakes.scripted_model import ScriptedModel
from tests.tui.driving import WIDE, opened
from tests.tui.test_real_board import finished, sampled

PALETTE = Palette(**dict.fromkeys(Palette.__dataclass_fields__, "#808080"))
MADE = DeepScore(
    1, 70, (Claim("fits", "You know it.", "Python"), Claim("ask", "Where is it?", "two offices")), 0, "m (model)", 3.0,
    datetime(2026, 11, 20, tzinfo=UTC), stale=False,
)  # fmt: skip


def lines(made: DeepScore, width: int = 60) -> list[str]:
    paper = Paper(width, PALETTE)
    write_deep(made, paper)
    return ["".join(part.text for part in line) for line in paper.lines]


def test_it_says_who_read_and_quotes_the_posting() -> None:
    shown = [line.strip() for line in lines(MADE)]
    assert "Read whole 70  by m (model), beside the rules" in shown
    assert "✓ You know it. “Python”" in shown
    assert "? Where is it? “two offices”" in shown


def test_no_number_what_was_dropped_and_what_changed_are_said() -> None:
    shown = " ".join(
        line.strip() for line in lines(replace(MADE, percent=None, claims=(), dropped=3, stale=True))
    )
    for words in (
        "Read whole no number",
        "3 dropped: not in the posting",
        "posting or profile changed since",
    ):
        assert words in shown
    assert max(map(len, lines(MADE, 24))) <= 24


async def test_the_pane_shows_it_under_the_rules_reasons(tmp_path: Path) -> None:
    runtime = sampled(tmp_path)
    (job_id, *_) = runtime.pages.ids(Query(), "-match")

    def read(posting: DeepPosting) -> DeepReading:
        return DeepReading(70, (Claim("fits", "It is the very title.", posting.title),))

    runtime.deep_scores.run([job_id], read, "m (model)")
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await finished(driven)
        shown = driven.lines()
        place = next(number for number, line in enumerate(shown) if "Read whole 70" in line)
        assert any("Not scored" in line for line in shown[:place])  # an empty profile: the rules say nothing
        assert any("It is the very title." in line for line in shown[place:])
        runtime.chosen_model = lambda _=None: ScriptedModel(  # type: ignore[method-assign, assignment]
            ['{"claims": [{"quote": "engineer", "kind": "fits", "text": "It is yours."}], "fit": 4}']
        )
        await driven.press("E")
        await driven.until(lambda: any("read whole by scripted" in line for line in driven.lines()))
        assert len(runtime.deep_scores.of_many(runtime.pages.ids(Query(), "-match"))) > 5
    runtime.close()
