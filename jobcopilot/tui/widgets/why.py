"""Why a posting matches, on paper: points, the posting's own words as proof, what is missing, what it leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from jobcopilot.jobs.match import Criterion, Evidence, Match
    from jobcopilot.jobs.views import JobDetail
    from jobcopilot.tui.widgets.paper import Paper, Run

NAME_CELLS = 14
SHOWN_SKILLS = 6
# Markdown's marks around words, which are noise inside a quotation.
_MARKS = re.compile(r"[*`]+(?=\S)|(?<=\S)[*`]+")


def write_why(match: Match, detail: JobDetail, paper: Paper) -> None:
    """Write the explanation of a match onto paper; blockers come first."""
    palette = paper.palette
    paper.blank()
    if not match.scored:
        paper.write([("Not scored", paper.style(palette.accent, bold=True))])
        paper.text(match.summary, paper.quiet, "  ")
        if match.missing:
            paper.write(
                [("it asks for: ", paper.quiet), (_some(match.missing, 20), paper.plain)], "  ", "    "
            )
        return
    runs: list[Run] = [
        (f"Why {match.percent}", paper.style(palette.accent, bold=True)),
        (f"  {match.level}", paper.style(palette.of_level(match.level), bold=True)),
        (f" · it tells {match.coverage:.0%} of what matters".replace("%", " %"), paper.quiet),
    ]
    paper.write(runs, rest="  ")
    for obstacle in match.blockers:
        words = _quoted(obstacle.evidence, detail)
        # Only what surely stands in the way caps the match; the rest is for the person to find out.
        sign, color, aside = (
            ("✗ ", palette.error, "") if obstacle.firm else ("? ", palette.warning, " (not sure: ask)")
        )
        paper.write(
            [
                (sign, paper.style(color, bold=True)),
                (obstacle.label, paper.plain),
                (aside, paper.quiet),
                (words, paper.quiet),
            ],
            "  ",
            "    ",
        )
    if match.uncapped > match.percent:
        words = f"held at {match.percent} by that: {match.uncapped} otherwise"
        paper.write([(words, paper.quiet)], "  ", "    ")
    short: list[str] = []
    for criterion in match.criteria:
        if criterion.name == "skills":
            _write_skills(criterion, detail, paper)
        elif criterion.out_of and not criterion.note and not criterion.evidence:
            short.append(f"{criterion.name} {_points(criterion)}")
        else:
            _write_criterion(criterion, detail, paper)
    if short:
        paper.text(" · ".join(short), paper.plain, "  ")
    for label, names in (("not said", match.not_said), ("not in your profile", match.not_asked)):
        if names:
            paper.write([(f"{label}: ", paper.quiet), (", ".join(names), paper.quiet)], "  ", "    ")
    if match.unused:
        paper.write([("not asked for: ", paper.quiet), (_some(match.unused, 12), paper.quiet)], "  ", "    ")


def _write_skills(criterion: Criterion, detail: JobDetail, paper: Paper) -> None:
    palette = paper.palette
    head = f"skills {_points(criterion)}" if criterion.out_of else "skills"
    met = [evidence for evidence in criterion.evidence if evidence.met]
    missing = [evidence for evidence in criterion.evidence if evidence.met is False]
    paper.write(
        [(head, paper.style(palette.foreground, bold=True)), (_note(criterion), paper.quiet)], "  ", "    "
    )
    shown = [evidence.label for some in (met, missing) for evidence in some[:SHOWN_SKILLS]]
    # One column for the names, as wide as they ask for while the quotations keep two thirds.
    cells = max(NAME_CELLS, min(max(map(cell_len, shown), default=0), paper.width // 3))
    for sign, color, some in (("✓", palette.success, met), ("–", palette.warning, missing)):
        for evidence in some[:SHOWN_SKILLS]:
            aside = ", ".join(
                part for part in ("nice to have" * (evidence.need == "nice"), evidence.note) if part
            )
            beside = " " * (cells + 7)
            named = [(f"{sign} ", paper.style(color, bold=True)), (evidence.label, paper.plain)]
            words = (_quoted(evidence, detail) + (f" ({aside})" if aside else "")).lstrip()
            if words and cell_len(evidence.label) > cells:
                paper.write(named, "    ", "      ")
                paper.write([(words, paper.quiet)], beside, beside)
            else:
                gap = " " * (cells - cell_len(evidence.label) + 1) if words else ""
                paper.write([*named, (gap + words, paper.quiet)], "    ", beside)
        if len(some) > SHOWN_SKILLS:
            names = tuple(evidence.label for evidence in some[SHOWN_SKILLS:])
            paper.write(
                [(f"{sign} ", paper.style(color, bold=True)), (_some(names, 20), paper.plain)],
                "    ",
                "      ",
            )


def _write_criterion(criterion: Criterion, detail: JobDetail, paper: Paper) -> None:
    head = f"{criterion.name} {_points(criterion)}" if criterion.out_of else criterion.name
    words = "".join(f" {_quoted(evidence, detail)}" for evidence in criterion.evidence[:2])
    paper.write(
        [
            (head, paper.style(paper.palette.foreground, bold=True)),
            (_note(criterion), paper.plain),
            (words, paper.quiet),
        ],
        "  ",
        "    ",
    )


def _points(criterion: Criterion) -> str:
    return f"{criterion.points:.0f}/{criterion.out_of:.0f}"


def _note(criterion: Criterion) -> str:
    return f"  {criterion.note}" if criterion.note else ""


def _some(names: tuple[str, ...], most: int) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _quoted(evidence: Evidence | None, detail: JobDetail) -> str:
    """The posting's own words for a piece of evidence, in quotation marks."""
    if evidence is None or evidence.source == "place":
        return ""
    from jobcopilot.jobs.match import quote

    words = quote(detail.description if evidence.source == "description" else detail.row.title, evidence)
    words = _MARKS.sub("", words.lstrip("-*•·–# "))
    return f" “{words}”" if words else ""
