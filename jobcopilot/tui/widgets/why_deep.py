"""What a model that read a posting whole makes of it, on paper: under the rules' reasons, never in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jobcopilot.jobs.deep_score import DeepScore
    from jobcopilot.tui.widgets.paper import Paper

_SIGNS: Final = {"fits": "✓ ", "lacks": "– ", "ask": "? "}


def write_deep(made: DeepScore, paper: Paper) -> None:
    """Write a deeper score with the posting's words for each claim."""
    palette = paper.palette
    colors = {"fits": palette.success, "lacks": palette.warning, "ask": palette.secondary}
    number = "no number" if made.percent is None else str(made.percent)
    asides = [f"by {made.by}, beside the rules"]
    if made.dropped:
        asides.append(f"{made.dropped} dropped: not in the posting")
    if made.stale:
        asides.append("posting or profile changed since")
    paper.blank()
    paper.write(
        [
            (f"Read whole {number}", paper.style(palette.accent, bold=True)),
            (f"  {' · '.join(asides)}", paper.quiet),
        ],
        rest="  ",
    )
    for one in made.claims:
        paper.write(
            [
                (_SIGNS[one.kind], paper.style(colors[one.kind], bold=True)),
                (one.text, paper.plain),
                (f" “{one.quote}”", paper.quiet),
            ],
            "    ",
            "      ",
        )
